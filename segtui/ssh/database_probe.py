"""`python -m segtui.ssh.database_probe`: opens the site's database as a session does, and prints why it cannot."""

import sys


def main() -> int:
    """Return 0 if the database opens and its schema is this program's, else 1."""
    from segtui.errors import SegtuiError
    from segtui.ssh import site_config

    try:
        site_config.open_site_database().close()
    except SegtuiError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
