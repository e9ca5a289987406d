"""The report of an undo: what stays as it is, and why."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from segtui.domain.text import clean
from segtui.services.imports import UndoReport
from segtui.tui.screens.imports import import_report as report_words
from segtui.tui.widgets.chrome.resize_fix import ResizeFix
from segtui.tui.widgets.chrome.scrolling import ScrolledText
from segtui.tui.widgets.forms.push_button import PushButton


class UndoReportScreen(ResizeFix, ModalScreen[None]):
    """Lists it; escape, enter or the button closes it."""

    AUTO_FOCUS = "#undo-report"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,q", "close", "Close", show=False)]

    def __init__(self, file: str, report: UndoReport) -> None:
        super().__init__()
        self._file = file
        self._report = report

    def compose(self) -> ComposeResult:
        """Lay out the widgets."""
        with Vertical(classes="dialog"):
            with ScrolledText(id="undo-report"):
                yield Static(Content.assemble((clean(self._file), "bold"), ": ", self._words))
            with Horizontal(classes="dialog-buttons"):
                yield PushButton("Close", key="escape", id="close")

    @property
    def _words(self) -> str:
        return clean(report_words.undone(self._report))

    def action_close(self) -> None:
        """Close it."""
        self.dismiss(None)

    def on_push_button_pressed(self) -> None:
        """Close it."""
        self.dismiss(None)
