"""Choosing a file on a shared server: an upload of the user, found by part of its name. There are no paths."""

from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message

from segtui.domain.text import clean, counted, fold
from segtui.services import user_files
from segtui.services.session import Session
from segtui.services.user_files import UserFolder
from segtui.tui.screens.imports.wizard.file import paths
from segtui.tui.screens.imports.wizard.file.file_browser import Browser, PathInput
from segtui.tui.widgets.forms.dialogs import yes_or_no

_EVERY = 2.0
"""Seconds between two looks at what there is: a file is sent from another terminal, while one looks at the list."""


class UploadsBrowser(Browser):
    """The uploads of who signed in, the newest first. What is typed narrows them down."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("d", "delete_upload", "Delete the upload", show=False)]

    nothing_named: ClassVar[str] = "Type part of an upload's name, or choose one below."

    class Deleted(Message):
        """An upload was deleted."""

    def __init__(self, session: Session, *, id: str) -> None:  # noqa: A002 -- Textual's name for it
        super().__init__(id=id)
        self._session = session

    def field(self) -> PathInput:
        """Return the field for the upload's name."""
        return PathInput("type part of an upload's name, or choose one below")

    def on_mount(self) -> None:
        """Look again and again, for uploads come meanwhile."""
        self.set_interval(_EVERY, self._look_if_listed)

    def _look_if_listed(self) -> None:
        if self.folder.display and self.screen.is_current:
            self._look()

    def looked(self, text: str, known_paths: paths.Known) -> paths.FolderContents:  # noqa: ARG002 -- there are no folders
        """Return the uploads in whose names `text` occurs."""
        entries = tuple(
            paths.Entry(file.path, file.name, is_folder=False, size=file.size, modified=file.modified.timestamp())
            for file in user_files.every(self._session, UserFolder.UPLOADS)
            if fold(text) in fold(file.name)
        )
        return paths.FolderContents(Path(), entries[: paths.MAX_ENTRIES])

    def decided(self, text: str, known_paths: paths.Known) -> Message:
        """Return the upload that the text names, or the only one in whose name it occurs. Raises NotFound."""
        listed = self.looked(text, known_paths).entries
        if len(listed) == 1:
            return self.Picked(listed[0].path)
        return self.Picked(user_files.path_of(self._session, UserFolder.UPLOADS, text))

    def shown(self, path: Path) -> str:
        """Return the name of an upload."""
        return clean(path.name)

    def browse(self) -> None:
        """List all of them."""
        self._type("")

    def line_above(self, contents: paths.FolderContents) -> Content:
        """Say what is listed, and how more gets there."""
        if not contents.entries:
            word = "No upload of that name" if self.path_input.value else "No upload yet"
            return Content(f"{word}. From your computer: ssh ... upload NAME < FILE")
        count = counted(len(contents.entries), "upload")
        return Content.styled(f"{count} of yours (enter takes one, d deletes it)", "$foreground-muted")

    def action_delete_upload(self) -> None:
        """Ask whether the upload under the cursor is to be deleted."""
        index = self.folder.highlighted
        if not self.folder.has_focus or index is None or index >= len(self._contents.entries):
            return
        name = self._contents.entries[index].name

        def delete(_: object) -> Message:
            user_files.delete(self._session, UserFolder.UPLOADS, name)
            return self.Deleted()

        def answered(answer: str | None) -> None:
            if answer == "y":
                self._requests.ask("delete", delete)

        text = f"Delete the upload {clean(name)}? What was imported from it stays."
        self.app.push_screen(yes_or_no("Delete upload", text, "Delete", no="Keep", dangerous=True), answered)

    def on_uploads_browser_deleted(self, event: Deleted) -> None:
        """List what is left."""
        event.stop()
        self._look()
