"""The small programs that the benchmarks time: the table over made-up rows, and the bare app it is compared with."""

import sys
from collections.abc import Sequence

from textual.app import App, ComposeResult
from textual.strip import Strip
from textual.widgets import DataTable, Input, Static


class Echo(Static):
    """Thirty lines that all change with every key."""

    def render_line(self, y: int) -> Strip:
        from rich.segment import Segment

        value = self.app.query_one(Input).value
        return Strip([Segment(f"line {y} {value}|".ljust(self.size.width)[: self.size.width], self.rich_style)])


class BareApp(App[None]):
    """An input and an empty table: the least a Textual program can do."""

    ENABLE_COMMAND_PALETTE = False

    def compose(self) -> ComposeResult:
        box = Input(placeholder="ready")
        box.cursor_blink = False
        yield box
        yield DataTable()


class EchoApp(BareApp):
    """The same that echoes each key into thirty lines."""

    CSS = "Echo { height: 30; }"

    def compose(self) -> ComposeResult:
        box = Input(placeholder="ready")
        box.cursor_blink = False
        yield box
        yield Echo()

    def on_input_changed(self) -> None:
        self.query_one(Echo).refresh()


def main(arguments: Sequence[str]) -> None:
    """Run the program with this name."""
    if arguments[0] == "bare":
        BareApp().run()
    elif arguments[0] == "echo":
        EchoApp().run()
    else:
        # Not above: the bare apps shall not pay for what they do not use.
        from tests.benchmarks.table_program import Program

        Program(int(arguments[1])).run()


if __name__ == "__main__":
    main(sys.argv[1:])
