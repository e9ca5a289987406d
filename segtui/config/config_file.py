"""A configuration file: what it says, and on which line it says it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from segtui.domain.text import clean
from segtui.errors import InvalidInput

_TABLE = re.compile(r"\s*\[.*\]\s*(#.*)?$")
_KEY = re.compile(r"\s*((?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[\w-]+|\"[^\"]*\"|'[^']*'))*)\s*=")

Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A file that was read. `values` is empty where there is no file."""

    path: Path
    values: Mapping[str, Any] = field(default_factory=dict)
    _text: str = ""

    def place(self, *keys: str) -> str:
        """Return where a key stands, for a sentence: the file and, as far as that can be told, the line."""
        lines = _lines(self._text)
        found = (lines.get(keys[:count]) for count in range(len(keys), 0, -1))
        return _place(self.path, next((line for line in found if line), None))


def read(path: Path) -> ConfigFile:
    """Return what a file says. Raises InvalidInput, with the line, for one that cannot be read or is not TOML."""
    try:
        raw = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return ConfigFile(path)
    except OSError as error:
        raise InvalidInput(f"{clean(str(path))} cannot be read: {error.strerror}.") from error
    import tomllib

    try:
        text = raw.decode()
        return ConfigFile(path, tomllib.loads(text), text)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise InvalidInput(f"{_place(path, line)}: this is not UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(f"{clean(str(path))}: this is not TOML: {clean(str(error))}.") from error


def _place(path: Path, line: int | None) -> str:
    return clean(str(path)) + (f", line {line}" if line else "")


def _lines(text: str) -> dict[Keys, int]:
    """Return for each key, by its path, the line on which it stands: tomllib does not tell."""
    lines: dict[Keys, int] = {}
    table: Keys = ()
    for number, line in enumerate(text.split("\n"), 1):
        if _TABLE.match(line):
            table = _path_in(line)
            keys = table
        elif found := _KEY.match(line):
            keys = table + _path_in(f"{found[1]} = 0")
        else:
            continue
        for count in range(1, len(keys) + 1):
            lines.setdefault(keys[:count], number)
    return lines


def _path_in(line: str) -> Keys:
    """Return the path of the one key of a line; of none, where it is a part of something longer."""
    import tomllib

    try:
        return tuple(_descent(tomllib.loads(line)))
    except tomllib.TOMLDecodeError:
        return ()


def _descent(value: object) -> Iterator[str]:
    while isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict) and value:
        ((key, inner),) = value.items()
        yield key
        yield from _descent(inner)
