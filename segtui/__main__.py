"""`python -m segtui`, and what the installed command `segtui` calls."""

import gc
import sys


def main() -> None:
    """Run the program and end the process with its exit status."""
    # What is imported stays: looking for garbage among it takes a tenth of the start.
    gc.disable()
    from segtui.cli.main import run

    gc.enable()
    sys.exit(run())


if __name__ == "__main__":
    main()
