"""A program that copies what its first argument says and stays until a key is pressed: what a terminal gets is real."""

import sys
from typing import Any

from textual import work
from textual.app import App, ComposeResult
from textual.widgets import Static

from segtui.errors import SegtuiError
from segtui.tui.widgets.chrome.clipboard import copy


class CopyingApp(App[Any]):
    """Copies at once, and shows the sentence."""

    ENABLE_COMMAND_PALETTE = False

    def compose(self) -> ComposeResult:
        yield Static("", markup=False)

    def on_mount(self) -> None:
        self.copy_it()

    @work(thread=True)
    def copy_it(self) -> None:
        try:
            sentence = copy(self, sys.argv[1].replace("|", "\n"))
        except SegtuiError as error:
            sentence = str(error)
        self.call_from_thread(self.query_one(Static).update, sentence)

    def on_key(self) -> None:
        self.exit()


if __name__ == "__main__":
    CopyingApp().run()
