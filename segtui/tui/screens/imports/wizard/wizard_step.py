"""The base of the steps of the import."""

from typing import cast

from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from segtui.domain.text import clean
from segtui.tui.screens.base.base_screen import WorkScreen
from segtui.tui.screens.imports.wizard.import_state import ImportState
from segtui.tui.screens.imports.wizard.wizard_services import Work
from segtui.tui.widgets.chrome.service_requests import Requests


class StepView(Vertical):
    """One step: shows and changes its part of the state, calls the services in threads, and posts the results."""

    class Ready(Message):
        """All that this step needs is there: go on to the next one."""

    class Changed(Message):
        """The actions of the step have changed: buttons and keys are updated."""

    def __init__(self, work: Work, state: ImportState, *, id: str) -> None:  # noqa: A002 -- Textual's name for it
        super().__init__(id=id, classes="import-step")
        self.work = work
        self.state = state
        self.requests = Requests(self)

    @property
    def work_screen(self) -> WorkScreen:
        """The wizard, which runs the flows of its steps."""
        return cast("WorkScreen", self.screen)

    def on_unmount(self) -> None:
        """Stop what is still being asked."""
        self.requests.cancel_all()

    def enter(self) -> None:
        """Show the state as it is now and put the cursor where one begins. Called when the step is gone to."""

    def leave(self) -> None:
        """Stop what only matters while the step is shown. Called when another step is gone to."""

    def proceed(self) -> None:
        """Post `Ready`, now or after asking a service, or say beside the field what is missing."""
        self.post_message(self.Ready())

    @property
    def next_label(self) -> str:
        """The label of the button to the next step; empty without one."""
        return "Next"

    @property
    def back_label(self) -> str:
        """The label of the button back; empty without one."""
        return "Back"


class Problem(Static):
    """A sentence beside the field it is about; no line is taken while there is none."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 -- Textual's name for it
        super().__init__("", id=id, classes="import-problem", markup=False)
        self.display = False

    def say(self, sentence: object = "", *, wrong: bool = True) -> None:
        """Show `sentence`, an error or a hint; hide the line where it is empty."""
        text = clean(str(sentence))
        self.update(Content(text))
        self.set_class(not wrong, "-hint")
        self.display = bool(text)
