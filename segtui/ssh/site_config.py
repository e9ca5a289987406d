"""The configuration of the site, which says for everybody who signs in which database it is. Only root can write it."""

import stat
from pathlib import Path

from segtui.config import settings as config
from segtui.config.settings import Settings
from segtui.database.engine import Database, open_database
from segtui.errors import InvalidInput

OWNER = 0
"""Whose file it has to be: root's."""


def settings() -> Settings:
    """Return what the site's file says, and nothing else. Raises InvalidInput where it is not there, or not safe."""
    demand_trusted(config.SITE_FILE)
    return config.load_site()


def opened() -> Database:
    """Open the database that the site's file names. Raises InvalidInput, DatabaseError."""
    return open_database(settings().database, create=False)


def demand_trusted(path: Path) -> None:
    """Raise InvalidInput where somebody else than root could have written the file at `path`."""
    for each in (path, path.parent):
        try:
            state = each.stat()
        except FileNotFoundError:
            raise InvalidInput(f"This server is not set up: there is no {path}. `segtui ssh setup` makes it.") from None
        except OSError as error:
            raise InvalidInput(f"{each} cannot be looked at: {error.strerror or error}.") from error
        if state.st_uid != OWNER or state.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise InvalidInput(f"{each} has to belong to root and be writable by nobody else; nobody is let in.")
