"""Reads the settings of a configuration file and of the environment, with their locations and errors."""

import difflib
from collections.abc import Iterator, Mapping
from datetime import tzinfo
from pathlib import Path
from typing import NamedTuple

from segtui.config.calling_platform import Secret, checked_address, checked_token
from segtui.config.config_file import ConfigFile
from segtui.config.config_keys import CALLING_KEYS, KEYS, SETTINGS, Key, nearest_key
from segtui.domain.text import clean
from segtui.errors import InvalidInput

_WORDS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
_NOT_HERE = (
    "the token does not belong here: write it into a file that only its owner can read, and name that in token_file"
)
_PATHS = frozenset({"database", "files", "calling.token_file"})


class Assignment(NamedTuple):
    """A setting that was made, by the name under which it is shown."""

    name: str
    value: str | int | Secret
    source: str
    location: str


def in_file(file: ConfigFile) -> Iterator[Assignment | InvalidInput]:
    """Yield the settings of a file, and its errors. An empty text sets nothing."""
    for name, value in file.values.items():
        if name not in KEYS:
            yield _unknown(file, name, KEYS)
        elif name == "keys":
            yield from _rebound(file, value)
        elif name == "calling":
            yield from _calling(file, value)
        else:
            yield _setting(file, name, KEYS[name], value)


def in_environment(environment: Mapping[str, str]) -> Iterator[Assignment | InvalidInput]:
    """Yield the settings of the environment, and its errors."""
    for name, key in SETTINGS.items():
        text = environment.get(key.variable, "") if key.variable else ""
        if key.kind == "secret":
            yield from _secret(name, text.strip(), key.variable)
        elif key.kind == "text":
            yield _checked(Assignment(name, text, key.variable, key.variable))
        elif text and text.lower() not in _WORDS:
            yield InvalidInput(f"{key.variable}: write true or false, not “{clean(text)}”.", name)
        elif text:
            yield Assignment(name, _WORDS[text.lower()], key.variable, key.variable)


def zone_named(name: str) -> tzinfo | None:
    """Return the time zone of this name, None if there is none."""
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    # OSError or ValueError for a folder's name or a path outside of the zones' folder, KeyError for an unknown name.
    except (KeyError, ValueError, OSError):
        return None


def _unknown(file: ConfigFile, name: str, keys: Mapping[str, Key], table: str = "") -> InvalidInput:
    names = [key_name.removeprefix(f"{table}.") for key_name, key in keys.items() if key.kind != "secret"]
    near = nearest_key(name, names)
    hint = f"did you mean {near}?" if near else f"there are {', '.join(names)}"
    location = file.location(table, name) if table else file.location(name)
    return InvalidInput(f"{location}: unknown key “{clean(name)}” ({hint}).", name)


def _setting(file: ConfigFile, name: str, key: Key, value: object) -> Assignment | InvalidInput:
    """Return the setting of a file under a name, dotted inside a table, or the error of its value."""
    location, kind = file.location(*name.split(".")), key.kind
    whole = isinstance(value, int) and not isinstance(value, bool) and value > 0
    if kind == "number" and isinstance(value, int) and whole:
        return Assignment(name, value, clean(str(file.path)), location)
    if kind == "text" and isinstance(value, str):
        return _checked(Assignment(name, _absolute(name, value, file.path), clean(str(file.path)), location))
    if kind == "switch" and isinstance(value, bool):
        return Assignment(name, value, clean(str(file.path)), location)
    how = {"number": "write a whole number above 0", "switch": "write true or false, without quotes"}
    says = f"{name.rpartition('.')[2]} {'sets' if kind == 'switch' else 'is'} {key.purpose}"
    return InvalidInput(f"{location}: {says}: {how.get(kind, 'write it in quotes')}.", name)


def _rebound(file: ConfigFile, value: object) -> Iterator[Assignment | InvalidInput]:
    if not isinstance(value, Mapping):
        yield _not_a_table(file, "keys", 'create_segment = "ctrl+n"')
        return
    for name, keys in value.items():
        location = file.location("keys", name)
        if isinstance(keys, str):
            yield Assignment(f"keys.{name}", keys, clean(str(file.path)), location)
        else:
            how = 'write them in quotes, such as "ctrl+n" or "n, f7"'
            yield InvalidInput(f"{location}: the keys of “{clean(name)}”: {how}.", f"keys.{name}")


def _calling(file: ConfigFile, value: object) -> Iterator[Assignment | InvalidInput]:
    if not isinstance(value, Mapping):
        yield _not_a_table(file, "calling", 'base_url = "https://calls.example.com/v1"')
        return
    for name, setting in value.items():
        key = CALLING_KEYS.get(f"calling.{name}")
        if key is None:
            yield _unknown(file, name, CALLING_KEYS, "calling")
        elif key.kind == "secret":
            yield InvalidInput(f"{file.location('calling', name)}: {_NOT_HERE}.", f"calling.{name}")
        else:
            yield _setting(file, f"calling.{name}", key, setting)


def _not_a_table(file: ConfigFile, name: str, example: str) -> InvalidInput:
    verb = "are" if name == "keys" else "is"
    how = f"write [{name}] on a line, and on lines below it such as {example}"
    return InvalidInput(f"{file.location(name)}: {name} {verb} {KEYS[name].purpose}: {how}.", name)


def _secret(name: str, text: str, variable: str) -> Iterator[Assignment | InvalidInput]:
    if not text:
        return
    try:
        yield Assignment(name, Secret(checked_token(text)), variable, variable)
    except InvalidInput as error:
        yield InvalidInput(f"{variable}: {error}", name)


def _absolute(name: str, value: str, path: Path) -> str:
    """Return a text of a file with a relative path made absolute: it starts at the file, not at the working folder."""
    if name not in _PATHS or not value or "://" in value:
        return value
    return str(path.parent / Path(value).expanduser())


def _checked(assignment: Assignment) -> Assignment | InvalidInput:
    """Return a text setting, or its error if it can be detected without the interface."""
    name, value, source, location = assignment
    if not isinstance(value, str) or not value:
        return assignment
    if name == "calling.base_url":
        try:
            return Assignment(name, checked_address(value), source, location)
        except InvalidInput as error:
            return InvalidInput(f"{location}: {error}", name)
    if name != "timezone" or zone_named(value) is not None:
        return assignment
    from zoneinfo import available_timezones

    near = difflib.get_close_matches(value, sorted(available_timezones()), n=1)
    hint = f"; did you mean {near[0]}?" if near else ". Use one such as Europe/Madrid or UTC."
    return InvalidInput(f"{location}: there is no time zone “{clean(value)}”{hint}", name)
