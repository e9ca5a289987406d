"""What a configuration file and the environment set, each with where that stands, and what is wrong in them."""

import difflib
from collections.abc import Iterator, Mapping
from datetime import tzinfo
from pathlib import Path
from typing import NamedTuple

from segtui.config.calling_platform import Secret, checked_address, checked_token
from segtui.config.config_file import ConfigFile
from segtui.config.config_keys import CALLING_KEYS, KEYS, SETTINGS, Key, meant
from segtui.domain.text import clean
from segtui.errors import InvalidInput

_WORDS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
_NOT_HERE = "the token is not written here but into a file that only its owner can read, named by token_file"
_PATHS = frozenset({"database", "files", "calling.token_file"})


class Found(NamedTuple):
    """A setting that somebody made, by the name under which it is shown."""

    name: str
    value: str | int | Secret
    source: str
    place: str


def in_file(file: ConfigFile) -> Iterator[Found | InvalidInput]:
    """Yield what a file sets, and what is wrong in it. An empty text sets nothing."""
    for name, value in file.values.items():
        if name not in KEYS:
            yield _unknown(file, name, KEYS)
        elif name == "keys":
            yield from _rebound(file, value)
        elif name == "calling":
            yield from _calling(file, value)
        else:
            yield _setting(file, name, KEYS[name], value)


def in_environment(environment: Mapping[str, str]) -> Iterator[Found | InvalidInput]:
    """Yield what the environment sets, and what is wrong in it."""
    for name, key in SETTINGS.items():
        given = environment.get(key.variable, "") if key.variable else ""
        if key.kind == "secret":
            yield from _secret(name, given.strip(), key.variable)
        elif key.kind == "text":
            yield _checked(Found(name, given, key.variable, key.variable))
        elif given and given.lower() not in _WORDS:
            yield InvalidInput(f"{key.variable}: this is true or false, not “{clean(given)}”.", name)
        elif given:
            yield Found(name, _WORDS[given.lower()], key.variable, key.variable)


def zone_named(name: str) -> tzinfo | None:
    """Return the time zone of this name, None where there is none."""
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    # A folder's name or a path outside of the zones' folder is an OSError or a ValueError, an unknown one a KeyError.
    except (KeyError, ValueError, OSError):
        return None


def _unknown(file: ConfigFile, name: str, known: Mapping[str, Key], table: str = "") -> InvalidInput:
    names = [each.removeprefix(f"{table}.") for each, key in known.items() if key.kind != "secret"]
    near = meant(name, names)
    hint = f"did you mean {near}?" if near else f"there are {', '.join(names)}"
    place = file.place(table, name) if table else file.place(name)
    return InvalidInput(f"{place}: unknown key “{clean(name)}” ({hint}).", name)


def _setting(file: ConfigFile, name: str, key: Key, value: object) -> Found | InvalidInput:
    """Return what a file sets under a name, dotted inside of a table, or why that is nothing to set it to."""
    place, kind = file.place(*name.split(".")), key.kind
    whole = isinstance(value, int) and not isinstance(value, bool) and value > 0
    if kind == "number" and isinstance(value, int) and whole:
        return Found(name, value, clean(str(file.path)), place)
    if kind == "text" and isinstance(value, str):
        return _checked(Found(name, _as_meant(name, value, file.path), clean(str(file.path)), place))
    if kind == "switch" and isinstance(value, bool):
        return Found(name, value, clean(str(file.path)), place)
    how = {"number": "write a whole number above 0", "switch": "write true or false, without quotes"}
    says = f"{name.rpartition('.')[2]} {'is' if kind == 'text' else 'says'} {key.purpose}"
    return InvalidInput(f"{place}: {says}: {how.get(kind, 'write it in quotes')}.", name)


def _rebound(file: ConfigFile, value: object) -> Iterator[Found | InvalidInput]:
    if not isinstance(value, Mapping):
        yield _no_table(file, "keys", 'create_segment = "ctrl+n"')
        return
    for name, each in value.items():
        place = file.place("keys", name)
        if isinstance(each, str):
            yield Found(f"keys.{name}", each, clean(str(file.path)), place)
        else:
            how = 'write them in quotes, such as "ctrl+n" or "n, f7"'
            yield InvalidInput(f"{place}: these are the keys of “{clean(name)}”: {how}.", f"keys.{name}")


def _calling(file: ConfigFile, value: object) -> Iterator[Found | InvalidInput]:
    if not isinstance(value, Mapping):
        yield _no_table(file, "calling", 'base_url = "https://calls.example.com/v1"')
        return
    for name, each in value.items():
        key = CALLING_KEYS.get(f"calling.{name}")
        if key is None:
            yield _unknown(file, name, CALLING_KEYS, "calling")
        elif key.kind == "secret":
            yield InvalidInput(f"{file.place('calling', name)}: {_NOT_HERE}.", f"calling.{name}")
        else:
            yield _setting(file, f"calling.{name}", key, each)


def _no_table(file: ConfigFile, name: str, example: str) -> InvalidInput:
    verb = "are" if name == "keys" else "is"
    how = f"write [{name}] on a line, and on lines below it such as {example}"
    return InvalidInput(f"{file.place(name)}: {name} {verb} {KEYS[name].purpose}: {how}.", name)


def _secret(name: str, given: str, variable: str) -> Iterator[Found | InvalidInput]:
    if not given:
        return
    try:
        yield Found(name, Secret(checked_token(given)), variable, variable)
    except InvalidInput as error:
        yield InvalidInput(f"{variable}: {error}", name)


def _as_meant(name: str, value: str, path: Path) -> str:
    """Return a text of a file as it is meant: a relative path starts where the file is, not where one stands."""
    if name not in _PATHS or not value or "://" in value:
        return value
    return str(path.parent / Path(value).expanduser())


def _checked(found: Found) -> Found | InvalidInput:
    """Return a text that was set, or what is wrong with it as far as that can be told without the interface."""
    name, value, source, place = found
    if not isinstance(value, str) or not value:
        return found
    if name == "calling.base_url":
        try:
            return Found(name, checked_address(value), source, place)
        except InvalidInput as error:
            return InvalidInput(f"{place}: {error}", name)
    if name != "timezone" or zone_named(value) is not None:
        return found
    from zoneinfo import available_timezones

    near = difflib.get_close_matches(value, sorted(available_timezones()), n=1)
    hint = f"; did you mean {near[0]}?" if near else ". Such as Europe/Madrid or UTC."
    return InvalidInput(f"{place}: there is no time zone “{clean(value)}”{hint}", name)
