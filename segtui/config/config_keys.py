"""The keys of the configuration: their purpose, and the environment variable that overrides each."""

import difflib
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple


class Key(NamedTuple):
    """A key of the configuration files: its purpose, and the environment variable that overrides it.

    A `secret` can only be set in the environment.
    """

    purpose: str
    variable: str = ""
    kind: Literal["text", "switch", "number", "table", "secret"] = "text"


KEYS: Mapping[str, Key] = MappingProxyType(
    {
        "database": Key("a SQLAlchemy URL, or the path of a SQLite file", "SEGTUI_DATABASE_URL"),
        "timezone": Key("the time zone of the times shown, such as Europe/Madrid", "SEGTUI_TIMEZONE"),
        "theme": Key("the colours of the terminal interface, such as textual-light", "SEGTUI_THEME"),
        "mouse": Key(
            "whether the interface uses the mouse (false leaves it to the terminal)", "SEGTUI_MOUSE", "switch"
        ),
        "ascii": Key("whether the interface draws with ASCII only, in any locale", "SEGTUI_ASCII", "switch"),
        "keys": Key("the keys of commands, by command name", kind="table"),
        "files": Key("the folder of the private files of users over SSH"),
        "upload_megabytes": Key("the space for the files of one user over SSH, in MB", kind="number"),
        "idle_minutes": Key("the number of minutes without a key after which a session over SSH ends", kind="number"),
        "sessions_per_user": Key("the number of sessions that one user may have open over SSH", kind="number"),
        "calling": Key("the address and the rate limits of the calling platform", kind="table"),
    }
)

CALLING_KEYS: Mapping[str, Key] = MappingProxyType(
    {
        "calling.base_url": Key("the web address of the calling platform", "SEGTUI_CALLING_URL"),
        "calling.token": Key("the token for the calling platform", "SEGTUI_CALLING_TOKEN", "secret"),
        "calling.token_file": Key("the file, readable by its owner only, that holds the token"),
        "calling.calls_per_minute": Key(
            "the number of requests that the calling platform allows per minute", kind="number"
        ),
        "calling.calls_per_second": Key(
            "the number of requests that the calling platform allows per second", kind="number"
        ),
    }
)
"""The keys of the table [calling]."""

SETTINGS: Mapping[str, Key] = MappingProxyType(
    {**{name: key for name, key in KEYS.items() if name != "calling"}, **CALLING_KEYS}
)
"""All settings, by the name under which they are shown."""


def nearest_key(name: str, names: Iterable[str]) -> str | None:
    """Return the name nearest to `name`; None if no name is close enough."""
    return next(iter(difflib.get_close_matches(name.lower(), list(names), n=1)), None)
