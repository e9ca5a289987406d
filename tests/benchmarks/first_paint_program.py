"""Runs a program until it paints a text: `python -m tests.benchmarks.first_paint_program TEXT NAME …`.

`NAME` is `segtui`, with its arguments, or `bare`. For counting what a start costs; the exit is not part of it.
"""

import os
import sys

from textual.drivers.linux_driver import LinuxDriver


def main(text: str, name: str, *arguments: str) -> None:
    """Run the program called `name` until `text` is written to the terminal."""
    write = LinuxDriver.write

    def write_and_end(self: LinuxDriver, data: str) -> None:
        write(self, data)
        if text in data:
            os._exit(0)

    LinuxDriver.write = write_and_end  # type: ignore[method-assign]
    if name == "bare":
        from tests.benchmarks.programs import BareApp

        BareApp().run()
    else:
        sys.argv = [name, *arguments]
        from segtui.__main__ import main as run

        run()


if __name__ == "__main__":
    main(*sys.argv[1:])
