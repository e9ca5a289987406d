"""Entry point: `python -m segtui` and the installed command `segtui`."""

import gc
import sys


def main() -> None:
    """Run the program and end the process with its exit status."""
    # Imported modules stay alive: collecting garbage among them takes a tenth of the start-up time.
    gc.disable()
    from segtui.cli.main import run

    gc.enable()
    sys.exit(run())


if __name__ == "__main__":
    main()
