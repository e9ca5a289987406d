"""`python -m segtui`, and what the installed command `segtui` calls."""

import sys


def main() -> None:
    """Run the program and end the process with its exit status."""
    from segtui.cli.main import run

    sys.exit(run())


if __name__ == "__main__":
    main()
