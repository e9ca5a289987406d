"""The site's configuration, which names the database of every session over SSH. Only root can write it."""

import stat
from pathlib import Path

from segtui.config import settings as config
from segtui.config.settings import Settings
from segtui.database.engine import Database, open_database
from segtui.errors import InvalidInput

OWNER = 0
"""The uid that has to own the file: root's."""


def settings() -> Settings:
    """Return the settings of the site file alone. Raises InvalidInput if it is missing or not safe."""
    require_root_owned(config.SITE_FILE)
    return config.load_site()


def open_site_database() -> Database:
    """Open the database that the site file names. Raises InvalidInput, DatabaseError."""
    return open_database(settings().database, create=False)


def require_root_owned(path: Path) -> None:
    """Raise InvalidInput if another user than root could have written the file at `path`."""
    for checked in (path, path.parent):
        try:
            state = checked.stat()
        except FileNotFoundError:
            raise InvalidInput(
                f"This server is not set up: there is no {path}. `segtui ssh setup --write` creates it."
            ) from None
        except OSError as error:
            raise InvalidInput(f"{checked} cannot be checked: {error.strerror or error}.") from error
        if state.st_uid != OWNER or state.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise InvalidInput(
                f"{checked} has to belong to root and be writable by nobody else; until then nobody can sign in."
            )
