"""Forms: fields in a dialog, checked while the user types, saved by a service."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from segtui.domain.text import clean
from segtui.errors import InvalidInput, SegtuiError
from segtui.services.interrupt import Interrupt
from segtui.tui.actions.action import Commands
from segtui.tui.actions.action_bindings import CommandHost
from segtui.tui.actions.dialog_actions import Leave, Save
from segtui.tui.widgets.chrome.resize_fix import ResizeFix
from segtui.tui.widgets.chrome.service_requests import Refused, Requests
from segtui.tui.widgets.forms.answer_guard import AnswerGuard
from segtui.tui.widgets.forms.dialogs import DialogBody, yes_or_no
from segtui.tui.widgets.forms.form_field import Field, FieldRow, TextField, TickField
from segtui.tui.widgets.forms.push_button import PushButton
from segtui.tui.widgets.forms.radio_choice import RadioField

Saved = TypeVar("Saved")

Problems = Mapping[str, str]
"""The problem of each field that has one, as a sentence."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A question to answer before the values of a form are saved. The text must have passed `clean`."""

    title: str
    text: Content
    yes: str
    no: str = "Go on editing"


_ANNOUNCED_AFTER = 0.4  # seconds; a faster save says nothing
_MAX_LABEL = 24
"""Cells of a label; a longer one is cut off, and whole in its tooltip."""


@dataclass(frozen=True, slots=True)
class _Saved(Generic[Saved]):
    """The result of a save."""

    value: Saved


class Form(CommandHost, ResizeFix, ModalScreen[Saved | None], Generic[Saved]):
    """A form; is dismissed with the result of the service, or with None where nothing was saved.

    A subclass finds the problems of values (`check`) and saves them (`save`). Both run in a thread.
    """

    commands: ClassVar[Commands] = (Save, Leave)
    saving_words: ClassVar[str] = "Saving..."

    def __init__(
        self,
        title: str,
        fields: Sequence[Field],
        *,
        save_label: str,
        about: Content | None = None,
        dangerous: bool = False,
    ) -> None:
        """Make a form. `about` is shown above its fields; `dangerous`: saving cannot be undone."""
        super().__init__()
        self._title = title
        self._about = about
        self._dangerous = dangerous
        self.fields = tuple(fields)
        self._save_label = save_label
        self._guard = AnswerGuard(self)
        self.requests = Requests(self)
        self.interrupt: Interrupt | None = None
        """Stops the queries of the confirmation and the save that run."""

    @abstractmethod
    def check(self, values: Mapping[str, str]) -> Problems:
        """Return the problems of `values`. Runs in a thread; may query the database."""

    def notes(self, values: Mapping[str, str]) -> Mapping[str, str]:  # noqa: ARG002 -- for those that override it
        """Return remarks on fields without a problem. Runs in a thread."""
        return {}

    def confirmation(self, values: Mapping[str, str], changed: Mapping[str, str]) -> Confirmation | None:  # noqa: ARG002 -- likewise
        """Return the question to answer before valid `values` are saved; None without one. Runs in a thread."""
        return None

    @abstractmethod
    def save(self, values: Mapping[str, str], changed: Mapping[str, str]) -> Saved:
        """Save `values`; those in `changed` are new. Runs in a thread.

        An InvalidInput that names a field is shown beside that field.
        """

    def compose(self) -> ComposeResult:
        """Lay out a row for each field, then the buttons."""
        width = self.label_width
        with Vertical(classes="dialog form"):
            yield Static(self._title, classes="dialog-title", markup=False)
            with DialogBody(self.app.size.height):
                if self._about is not None:
                    yield Static(self._about, classes="form-about")
                yield from self.compose_fields(width)
                yield from self.compose_more(width)
            yield Static("", id="form-problem", markup=False)
            with Horizontal(classes="dialog-buttons"):
                danger = "dangerous" if self._dangerous else None
                yield PushButton(self._save_label, key="enter", id="save", classes=danger)
                yield from self.compose_buttons()
                yield PushButton("Cancel", key="escape", id="leave")

    @property
    def label_width(self) -> int:
        """The width of the labels in cells, with a gap behind them."""
        return min(max(cell_len(clean(form_field.label)) for form_field in self.fields), _MAX_LABEL) + 2

    def compose_fields(self, label_width: int) -> ComposeResult:
        """Yield a row for each field, whose labels take `label_width` cells."""
        for form_field in self.fields:
            yield FieldRow(form_field, label_width)

    def compose_more(self, label_width: int) -> ComposeResult:  # noqa: ARG002 -- for those that override it
        """Yield widgets below the fields."""
        yield from ()

    def compose_buttons(self) -> ComposeResult:
        """Yield further buttons, between that which saves and that which leaves."""
        yield from ()

    def on_resize(self, event: events.Resize) -> None:
        """Leave room for the buttons."""
        self.query_one(DialogBody).fit(event.size.height)

    def on_mount(self) -> None:
        """Put the cursor into a field."""
        self.first_row().editor.focus()

    def first_row(self) -> FieldRow:
        """Return the row of the field that has the cursor at first."""
        return next(row for row in self.query(FieldRow) if row.editor.can_focus)

    def on_screen_resume(self) -> None:
        """Let nothing be saved that cannot be undone before the form is on the screen."""
        self._guard.arm()

    def on_unmount(self) -> None:
        """Stop the check that is running."""
        self.requests.cancel("check")

    @property
    def values(self) -> dict[str, str]:
        """The values of the fields by name."""
        return {row.field.name: row.value for row in self.query(FieldRow)}

    @property
    def changed(self) -> dict[str, str]:
        """The values of the fields that differ from their first values."""
        return {row.field.name: row.value for row in self.query(FieldRow) if row.value != row.first}

    @property
    def touched(self) -> bool:
        """True where a value differs from its first one."""
        return bool(self.changed)

    @on(FieldRow.Edited)
    def _check_anew(self, event: FieldRow.Edited) -> None:
        event.stop()
        self.check_now()

    def check_now(self) -> None:
        """Show the problems of the current values."""
        values = self.values
        # A newer keystroke replaces this request, whose answer then never arrives.
        self.requests.read("check", lambda _: (self.check(values), self.notes(values)), self._show_check)

    def _show_check(self, result: tuple[Problems, Mapping[str, str]]) -> None:
        problems, notes = result
        for row in self.query(FieldRow):
            row.note = clean(notes.get(row.field.name, "")) if row.visited else ""
        self._show_problems(problems)

    def _show_problems(self, problems: Problems, *, saving: bool = False) -> None:
        for row in self.query(FieldRow):
            # An empty field that was not visited yet is no mistake so far.
            seen = row.visited or saving
            row.problem = clean(problems.get(row.field.name, "")) if seen else ""
            # A problem that prevents saving is shown until it is solved.
            row.visited = row.visited or bool(row.problem)
        self._say("")
        if self.focused is not None:
            # A problem shown above the focused field must not push it out of sight.
            self.call_after_refresh(self.focused.scroll_visible, animate=False)
        if saving:
            next(row for row in self.query(FieldRow) if row.problem).editor.focus()

    @on(TextField.Submitted)
    @on(TickField.Submitted)
    @on(RadioField.Submitted)
    @on(PushButton.Pressed, "#save")
    def action_save(self) -> None:
        """Save, unless a save is under way."""
        if self.requests.running("save"):
            return
        if self._dangerous and not self._guard.allows(getattr(self.app, "input_time", self._guard.now)):
            return
        self.requests.cancel("check")
        self._start_save(self.values, self.changed, confirmed=False)

    def _start_save(self, values: Mapping[str, str], changed: Mapping[str, str], *, confirmed: bool) -> None:
        def check_and_save(interrupt: Interrupt) -> Problems | Confirmation | _Saved[Saved]:
            self.interrupt = interrupt
            if problems := self.check(values):
                return problems
            question = None if confirmed else self.confirmation(values, changed)
            return question if question is not None else _Saved(self.save(values, changed))

        def end(result: Problems | Confirmation | _Saved[Saved]) -> None:
            if isinstance(result, _Saved):
                self.dismiss(result.value)
            elif isinstance(result, Confirmation):
                question = yes_or_no(result.title, result.text, result.yes, no=result.no)
                self.app.push_screen(question, answered)
            else:
                self._show_problems(result, saving=True)

        def answered(answer: str | None) -> None:
            if answer == "y":
                self._start_save(values, changed, confirmed=True)

        self.requests.read("save", check_and_save, end)
        self.set_timer(_ANNOUNCED_AFTER, self._announce_save)

    def _announce_save(self) -> None:
        if self.requests.running("save"):
            self._say(self.saving_words)

    @on(Refused)
    def _refused(self, event: Refused) -> None:
        event.stop()
        self._say("")
        self.show_error(event.error)

    def show_error(self, error: SegtuiError) -> None:
        """Show why the values were not saved: beside the field that the error names, if any."""
        name = error.field if isinstance(error, InvalidInput) else None
        for row in self.query(FieldRow):
            if row.field.name == name:
                row.problem = clean(str(error))
                row.visited = True
                row.editor.focus()
                return
        self._say(clean(str(error)), wrong=True)

    @on(PushButton.Pressed, "#leave")
    def action_leave(self) -> None:
        """Close without saving; ask first where something was typed."""
        if self.requests.running("save"):
            return
        if not self.touched:
            self.dismiss(None)
            return
        question = yes_or_no(
            "Leave without saving?",
            "What you typed will be lost. Press escape again to leave.",
            "Leave",
            no="Go on editing",
            escape="y",
        )

        def answered(answer: str | None) -> None:
            if answer == "y":
                self.dismiss(None)

        self.app.push_screen(question, answered)

    def _say(self, text: str, *, wrong: bool = False) -> None:
        line = self.query_one("#form-problem", Static)
        line.update(Content(text))
        line.set_class(wrong, "wrong")
