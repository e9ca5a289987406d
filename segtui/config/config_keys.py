"""The keys of the configuration, what each is for, and which variable of the environment beats it."""

import difflib
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple


class Key(NamedTuple):
    """A key of the configuration files, the variable of the environment that beats it, and what it is for.

    A `secret` is in the environment alone.
    """

    purpose: str
    variable: str = ""
    kind: Literal["text", "switch", "number", "table", "secret"] = "text"


KEYS: Mapping[str, Key] = MappingProxyType(
    {
        "database": Key("a SQLAlchemy URL, or the path of a SQLite file", "SEGTUI_DATABASE_URL"),
        "timezone": Key("the zone times are shown in, such as Europe/Madrid", "SEGTUI_TIMEZONE"),
        "theme": Key("the colours of the terminal interface, such as textual-light", "SEGTUI_THEME"),
        "mouse": Key(
            "whether the interface takes clicks (false leaves them to the terminal)", "SEGTUI_MOUSE", "switch"
        ),
        "ascii": Key("whether the interface draws with ASCII alone, whatever the locale", "SEGTUI_ASCII", "switch"),
        "keys": Key("the keys of commands, by the names of the commands", kind="table"),
        "files": Key("the folder of the private files of those who sign in over SSH"),
        "upload_megabytes": Key("how much the files of one of them may take", kind="number"),
        "idle_minutes": Key("after how long without a key their interface ends", kind="number"),
        "sessions_per_user": Key("how many sessions one of them may have at a time", kind="number"),
        "calling": Key("how the calling platform is reached, and how often", kind="table"),
    }
)

CALLING_KEYS: Mapping[str, Key] = MappingProxyType(
    {
        "calling.base_url": Key("the web address of the calling platform", "SEGTUI_CALLING_URL"),
        "calling.token": Key("the token that it takes", "SEGTUI_CALLING_TOKEN", "secret"),
        "calling.token_file": Key("the file, readable by its owner alone, that holds its token"),
        "calling.calls_per_minute": Key("how many requests the calling platform takes in a minute", kind="number"),
        "calling.calls_per_second": Key("how many requests the calling platform takes in a second", kind="number"),
    }
)
"""The keys of the table [calling]."""

SETTINGS: Mapping[str, Key] = MappingProxyType(
    {**{name: key for name, key in KEYS.items() if name != "calling"}, **CALLING_KEYS}
)
"""Everything that can be set, by the name under which it is shown."""


def meant(name: str, names: Iterable[str]) -> str | None:
    """Return the one of `names` that somebody meant who wrote `name`, if there is one near enough."""
    return next(iter(difflib.get_close_matches(name.lower(), list(names), n=1)), None)
