"""`python -m segtui.door.opening`: opens the site's database as a session would. Says in a sentence why it cannot."""

import sys


def main() -> int:
    """Return 0 where the database opens and its schema is this program's, else 1."""
    from segtui.door import site
    from segtui.errors import SegtuiError

    try:
        site.opened().close()
    except SegtuiError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
