"""The command that downloads a file from the server, for users without paths: to read, type or copy."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from segtui.domain.text import clean
from segtui.tui.widgets.forms.dialogs import DialogBody, ScrolledDialog
from segtui.tui.widgets.forms.push_button import PushButton


class FetchDialog(ScrolledDialog[None]):
    """Says what was written and shows the command until it is closed: it is typed elsewhere, which takes a while."""

    AUTO_FOCUS = "#close"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "close", "Close", show=False),
        Binding("y", "copy", "Copy", show=False),
    ]

    def __init__(self, sentence: str, command: str) -> None:
        super().__init__()
        self._sentence = sentence
        self._command = command

    def compose(self) -> ComposeResult:
        """Lay out the widgets."""
        with Vertical(classes="dialog"):
            yield Static("Export", classes="dialog-title", markup=False)
            with DialogBody(self.app.size.height):
                yield Static(self._text, classes="dialog-text", markup=False)
            with Horizontal(classes="dialog-buttons"):
                yield PushButton("Copy", key="y", id="copy")
                yield PushButton("Close", key="escape", id="close")

    @property
    def _text(self) -> Content:
        how = "To download it, run this on your own computer, with your SSH address of this server for the dots:"
        return Content.assemble(clean(self._sentence), "\n\n", how, "\n\n", (clean(self._command), "bold"))

    @on(PushButton.Pressed, "#copy")
    def action_copy(self) -> None:
        """Copy the command; the dialog stays."""
        self.app.copy_to_clipboard(self._command)

    @on(PushButton.Pressed, "#close")
    def action_close(self) -> None:
        """Close it."""
        self.dismiss(None)
