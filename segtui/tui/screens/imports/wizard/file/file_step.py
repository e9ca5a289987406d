"""The first step: which file it is, how it is read, and its first rows as they will be read."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.message import Message

from segtui.importing.options import ReadOptions
from segtui.services.interrupt import Interrupt
from segtui.tui.screens.imports.wizard.file.file_browser import Browser
from segtui.tui.screens.imports.wizard.file.recognised_file import Recognised
from segtui.tui.screens.imports.wizard.file.uploads import UploadsBrowser
from segtui.tui.screens.imports.wizard.import_state import ImportState
from segtui.tui.screens.imports.wizard.wizard_services import Work
from segtui.tui.screens.imports.wizard.wizard_step import StepView
from segtui.tui.widgets.chrome.service_requests import Refused

if TYPE_CHECKING:
    from segtui.importing import Column, Source


class FileStep(StepView):
    """Choose a file. Once one is chosen, what was recognised takes the place of the list of files."""

    @dataclass
    class Opened(Message):
        """The file was read as far as its first rows."""

        path: Path
        reading: ReadOptions
        source: "Source"
        columns: "tuple[Column, ...]"

    def __init__(self, work: Work, state: ImportState, *, id: str) -> None:  # noqa: A002 -- Textual's name for it
        super().__init__(work, state, id=id)
        self._going_on = False

    def compose(self) -> ComposeResult:
        """Lay out the browser and, below it, what was recognised."""
        session = self.work.session_as_given
        yield UploadsBrowser(session, id="browser") if session.user_files else Browser(id="browser")
        yield Recognised(id="recognised")

    def on_mount(self) -> None:
        """Begin with the list of files."""
        self._show_recognised(visible=False)

    @property
    def browser(self) -> Browser:
        """The path and the list of files."""
        return self.query_one(Browser)

    @property
    def recognised(self) -> Recognised:
        """The properties recognised in the file."""
        return self.query_one(Recognised)

    def _show_recognised(self, *, visible: bool) -> None:
        self.browser.show_list(visible=not visible)
        self.recognised.display = visible

    def enter(self) -> None:
        """Put the cursor into the path, or into the rows of a file that was read."""
        if self.state.source is None:
            self.browser.path_input.focus()
        else:
            self.recognised.go_to_rows()

    def begin_again(self) -> None:
        """Begin anew in the folder of the last file."""
        self.browser.browse()

    def proceed(self) -> None:
        """Go on where the file was read; else read it first."""
        reading = self.requests.running("read")
        if self.state.source is not None and not reading:
            self._go_on(self.state.source)
            return
        self._going_on = True
        if not reading:
            self.browser.submit()

    @on(Browser.Typed)
    def _typed(self, event: Browser.Typed) -> None:
        event.stop()
        self.requests.cancel("read")
        self._going_on = False
        self.state.closed()
        self._show_recognised(visible=False)
        self.post_message(self.Changed())

    @on(Browser.Picked)
    def _picked(self, event: Browser.Picked) -> None:
        event.stop()
        self.browser.complain("Reading the file…", wrong=False)
        self._read(event.path, ReadOptions())

    @on(Recognised.Overruled)
    def _overruled(self, event: Recognised.Overruled) -> None:
        event.stop()
        if self.state.path is not None:
            self._read(self.state.path, event.reading)

    def _read(self, path: Path, reading: ReadOptions) -> None:
        def call(interrupt: Interrupt) -> Message:
            source, columns = self.work.open(path, reading, interrupt)
            return self.Opened(path, reading, source, columns)

        self.requests.ask("read", call)

    @on(Opened)
    def _opened(self, event: Opened) -> None:
        event.stop()
        first = self.state.source is None
        self.state.path, self.state.reading = event.path, event.reading
        self.state.opened(event.source, event.columns)
        self.browser.complain()
        self._show_recognised(visible=True)
        self.recognised.show(event.source, event.reading)
        self.post_message(self.Changed())
        if self._going_on:
            self._go_on(event.source)
        elif first:
            self.recognised.go_to_rows()

    def _go_on(self, source: "Source") -> None:
        self._going_on = False
        if source.estimated_rows:
            self.post_message(self.Ready())
        else:
            self.browser.complain("This file has no rows, so there is nothing to import.")

    @on(Refused)
    def _refused(self, event: Refused) -> None:
        event.stop()
        self._going_on = False
        if self.state.source is None:
            self.browser.complain(event.error)
            self.browser.path_input.focus()
        else:
            # The file is readable; it is what somebody overruled that is not true of it.
            self.browser.complain()
            self.recognised.show(self.state.source, self.state.reading)
            self.recognised.complain(event.error)
