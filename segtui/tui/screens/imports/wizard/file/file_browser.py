"""Choosing a file: a path that can be typed, pasted and completed, above a list of what lies in its folder."""

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Paste
from textual.message import Message
from textual.widgets import Input, Static

from segtui.domain.text import clean
from segtui.tui.screens.imports.wizard.file import paths
from segtui.tui.screens.imports.wizard.file.folder_listing import entry_line, folder_line
from segtui.tui.screens.imports.wizard.line_list import ChoiceList
from segtui.tui.screens.imports.wizard.wizard_step import Problem
from segtui.tui.widgets.chrome.glyphs import glyphs_for
from segtui.tui.widgets.chrome.service_requests import Requests
from segtui.tui.widgets.forms.form_field import TextField
from segtui.tui.widgets.forms.push_button import PushButton


class PathInput(TextField):
    """A field for a path; pasted control characters are never shown raw."""

    def __init__(self, hint: str = "type or paste a path, or choose one below") -> None:
        super().__init__("", hint)
        self.id = "path"

    def validate_value(self, value: str) -> str:
        """Let nothing in that a terminal would obey."""
        return clean(value)

    def on_paste(self, event: Paste) -> None:
        """Take the first line that holds something, without the blanks around it."""
        event.prevent_default()
        event.stop()
        self.replace(next(iter(event.text.strip().splitlines()), "").strip(), *self.selection)


class Browser(Vertical):
    """The path and the folder it points into. Posts `Picked` when a file is chosen and `Typed` when it changes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "to_list", "To the list", show=False),
        Binding("tab", "complete", "Complete the path", show=False),
    ]

    nothing_named: ClassVar[str] = "Type the path of a file, or choose one below."

    class Picked(Message):
        """The user chose this file."""

        def __init__(self, path: Path) -> None:
            super().__init__()
            self.path = path

    class Typed(Message):
        """The path was changed: what was known about a file holds no longer."""

    class _Listed(Message):
        def __init__(self, text: str, contents: paths.FolderContents) -> None:
            super().__init__()
            self.text = text
            self.contents = contents

    class _IsFolder(Message):
        def __init__(self, path: Path) -> None:
            super().__init__()
            self.path = path

    def __init__(self, *, id: str) -> None:  # noqa: A002 -- Textual's name for it
        super().__init__(id=id)
        self._requests = Requests(self)
        self._known: dict[str, Path] = {}
        self._text = ""
        self._chosen: tuple[str, Path] | None = None
        self._listed_text: str | None = None
        self._complete_when_listed = False
        self._contents = paths.FolderContents(Path())

    def compose(self) -> ComposeResult:
        """Lay out the field, what is wrong with it, and the list."""
        with Horizontal(classes="import-field"):
            yield Static("File", classes="import-label")
            yield self.field()
            yield PushButton("Browse", id="browse")
        yield Problem(id="path-problem")
        yield Static("", id="folder-line", markup=False)
        yield ChoiceList(id="folder")

    def field(self) -> PathInput:
        """Return the field for the file's name."""
        return PathInput()

    def on_mount(self) -> None:
        """Begin in the current folder."""
        self.query_one("#browse").display = False
        self._look()

    @property
    def path_input(self) -> PathInput:
        """The field for the path."""
        return self.query_one(PathInput)

    @property
    def folder(self) -> ChoiceList:
        """The list of what lies in the folder."""
        return self.query_one("#folder", ChoiceList)

    def show_list(self, *, visible: bool) -> None:
        """Show the list, or give its place to what was recognised in the file."""
        for selector in ("#folder", "#folder-line"):
            self.query_one(selector).display = visible
        self.query_one("#browse").display = not visible
        self.set_class(not visible, "-chosen")

    def complain(self, sentence: object = "", *, wrong: bool = True) -> None:
        """Say below the field what is wrong with the path, or what is being done; nothing where it is empty."""
        self.query_one("#path-problem", Problem).say(sentence, wrong=wrong)

    def submit(self) -> None:
        """Take what stands in the field: a folder is opened, anything else is picked."""
        self._note(self.path_input.value)
        text = self._text.strip()
        if not text:
            self.complain(self.nothing_named)
        elif self._chosen and self._chosen[0] == text:
            self.post_message(self.Picked(self._chosen[1]))
        else:
            known_paths = dict(self._known)
            self._requests.ask("decide", lambda _: self.decided(text, known_paths))

    def decided(self, text: str, known_paths: paths.Known) -> Message:
        """Return what the text in the field means, as a message. Runs in a thread."""
        path = paths.typed_path(text, known_paths)
        return self._IsFolder(path) if paths.is_folder(path) else self.Picked(path)

    @on(_IsFolder)
    def _open_folder(self, event: _IsFolder) -> None:
        event.stop()
        self._enter(event.path)

    def _enter(self, folder: Path) -> None:
        text = paths.shown(folder).removesuffix("/") + "/"
        self._known[text] = folder
        self._type(text)

    def _take(self, path: Path) -> None:
        self._chosen = (self.shown(path), path)
        self._type(self._chosen[0])

    def shown(self, path: Path) -> str:
        """Return a path as it stands in the field."""
        return paths.shown(path)

    def _type(self, text: str) -> None:
        self.path_input.value = text
        self.path_input.action_end()
        self._note(text)

    def _note(self, text: str) -> None:
        """Tell that the path is another one. Field and list tell it both, whichever is first: before a `Picked`."""
        if text != self._text:
            self._text = text
            self.complain()
            self.post_message(self.Typed())
            self._look()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.submit()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._note(event.value)

    def action_to_list(self) -> None:
        """Go from the path to the list."""
        if self.folder.display and self.folder.option_count:
            self.folder.focus()
        else:
            self.app.action_focus_next()

    @on(PushButton.Pressed, "#browse")
    def _browse(self, event: PushButton.Pressed) -> None:
        event.stop()
        self.browse()
        self.folder.focus()

    def browse(self) -> None:
        """List the folder of the file that was chosen."""
        path = self._chosen[1] if self._chosen else paths.typed_path(self.path_input.value, self._known)
        self._enter(path.parent)

    @on(ChoiceList.OptionSelected, "#folder")
    def _selected(self, event: ChoiceList.OptionSelected) -> None:
        event.stop()
        entry = self._contents.entries[event.option_index]
        if entry.is_folder:
            self._enter(entry.path)
        else:
            self._take(entry.path)
            self.post_message(self.Picked(entry.path))

    def action_complete(self) -> None:
        """Complete the path as a shell does; move on where there is nothing to complete."""
        field = self.path_input
        if not field.has_focus or not field.value or field.cursor_position < len(field.value):
            self.app.action_focus_next()
        elif self._listed_text == field.value:
            self._complete_now()
        else:
            self._complete_when_listed = True

    def _complete_now(self) -> None:
        self._complete_when_listed = False
        head, tail = paths.split(self.path_input.value)
        starting = [entry for entry in self._contents.entries if paths.starts(entry.name, tail)] if tail else []
        longer = paths.completed(tail, starting)
        if len(starting) == 1 and starting[0].is_folder:
            self._enter(starting[0].path)
        elif len(starting) == 1 and longer != tail:
            self._take(starting[0].path)
        elif longer != tail:
            self._type(head + longer)
        else:
            self.app.action_focus_next()

    def _look(self) -> None:
        text, known_paths = self.path_input.value, dict(self._known)
        self._requests.ask("look", lambda _: self._Listed(text, self.looked(text.strip().strip("'\""), known_paths)))

    def looked(self, text: str, known_paths: paths.Known) -> paths.FolderContents:
        """Return what is listed while `text` stands in the field. Runs in a thread."""
        return paths.looked(text, known_paths)

    @on(_Listed)
    def _listed(self, event: _Listed) -> None:
        event.stop()
        again = event.text == self._listed_text
        if again and event.contents == self._contents and not self._complete_when_listed:
            return
        self._contents, self._listed_text = event.contents, event.text
        self._draw(self.folder.highlighted if again else 0)
        if self._complete_when_listed:
            self._complete_now()

    def on_resize(self) -> None:
        """Fit the lines to the new width."""
        self._draw(self.folder.highlighted)

    def _draw(self, cursor: int | None) -> None:
        width = max(self.size.width - 2, 20)
        self.folder.show([entry_line(entry, width, glyphs_for(self.app)) for entry in self._contents.entries], cursor)
        self.query_one("#folder-line", Static).update(self.line_above(self._contents))

    def line_above(self, contents: paths.FolderContents) -> Content:
        """Return what stands above the list."""
        return folder_line(contents, self.size.width)
