"""A configuration file: its values, and the line of each."""

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
    """A file that was read. `values` is empty if there is no file."""

    path: Path
    values: Mapping[str, Any] = field(default_factory=dict)
    _text: str = ""

    def location(self, *keys: str) -> str:
        """Return the location of a key for a sentence: the file and, if known, the line."""
        lines = _lines(self._text)
        numbers = (lines.get(keys[:count]) for count in range(len(keys), 0, -1))
        return _location(self.path, next((line for line in numbers if line), None))


def read(path: Path) -> ConfigFile:
    """Return the content of a file. Raises InvalidInput, with the line, if it cannot be read or is not TOML."""
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
        raise InvalidInput(f"{_location(path, line)}: this is not UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(f"{clean(str(path))}: this is not TOML: {clean(str(error))}.") from error


def _location(path: Path, line: int | None) -> str:
    return clean(str(path)) + (f", line {line}" if line else "")


def _lines(text: str) -> dict[Keys, int]:
    """Return the line of each key, by its path; tomllib does not report it."""
    lines: dict[Keys, int] = {}
    table: Keys = ()
    for number, line in enumerate(text.split("\n"), 1):
        if _TABLE.match(line):
            table = _path_in(line)
            keys = table
        elif match := _KEY.match(line):
            keys = table + _path_in(f"{match[1]} = 0")
        else:
            continue
        for count in range(1, len(keys) + 1):
            lines.setdefault(keys[:count], number)
    return lines


def _path_in(line: str) -> Keys:
    """Return the path of the one key of a line; an empty one for a part of a longer value."""
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
