"""Output of the commands: plain tables, one JSON document, questions. A terminal never gets control characters.

Text from outside goes through `clean()` here, in the one place where it leaves. JSON is escaped to ASCII, so a value
arrives unchanged and still contains no control characters.
"""

import codecs
import errno
import json
import os
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, islice
from typing import Final, TextIO

import click

from segtui.domain.text import clean
from segtui.errors import Conflict

OUTPUT_FAILED: Final = frozenset({errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EFBIG})
"""The error numbers of an OSError when the output cannot be written."""
_GAP: Final = "  "
# ASCII substitutes for the other characters of our own sentences.
_ASCII_SUBSTITUTES: Final = str.maketrans(
    {"“": '"', "”": '"', "‘": "'", "’": "'", "…": "~", "–": "-", "·": "-", "×": "x"}
)


def prepare_streams() -> None:
    """Make the streams write a substitute for characters that they cannot encode, instead of raising."""
    codecs.register_error("segtui", _substitute)
    for stream in (sys.stdout, sys.stderr):
        if callable(reconfigure := getattr(stream, "reconfigure", None)):
            reconfigure(errors="segtui")


def _substitute(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    plain = error.object[error.start : error.end].translate(_ASCII_SUBSTITUTES)
    return "".join(char if char.isascii() else "?" for char in plain), error.end


def line(text: str = "") -> None:
    """Print one clean line."""
    sys.stdout.write(clean(text) + "\n")


def problem(text: str) -> None:
    """Print one clean line on standard error."""
    sys.stdout.flush()
    sys.stderr.write(clean(text) + "\n")


def document(value: object) -> None:
    """Print `value` as the one JSON document of a command."""
    sys.stdout.write(_json(value, indent=2) + "\n")


def long_document(head: Mapping[str, object], name: str, rows: Iterable[object]) -> None:
    """Print a JSON object that holds `head` and, under `name`, a list of any length, without holding that list."""
    sys.stdout.write("{" + "".join(f"\n  {_json(key)}: {_json(value)}," for key, value in head.items()))
    sys.stdout.write(f"\n  {_json(name)}: [")
    comma = ""
    for row in rows:
        sys.stdout.write(f"{comma}\n    {_json(row)}")
        comma = ","
    sys.stdout.write("\n  ]\n}\n" if comma else "]\n}\n")


def _json(value: object, indent: int | None = None) -> str:
    # json leaves DEL as it is; it can occur only in a string, where an escape means the same.
    return json.dumps(value, indent=indent).replace("\x7f", "\\u007f")


def utc(moment: datetime | None) -> str | None:
    """Return an aware time as ISO 8601 in UTC, to the second: `2026-11-23T08:00:00Z`."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def number(value: int) -> str:
    """Return a number in readable form: `1,234`."""
    return f"{value:,}"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    It is never narrower than `least` characters. If the table still does not fit, the columns with the highest
    `optional` are left out first, and those with 0 never.
    """

    title: str
    least: int = 8
    optional: int = 0
    right: bool = False


def table(columns: Sequence[Column], rows: Iterable[Sequence[str]], *, width: int | None = None) -> None:
    """Print an aligned table; on a terminal it is fitted to the width, elsewhere it is as wide as its values.

    The first thousand rows decide on the widths of the columns, so a table of any length is never held as a whole.
    """
    room = terminal_width() if width is None else width
    cells = ([clean(value) for value in row] for row in rows)
    measured = [[column.title for column in columns], *islice(cells, 1000)]
    fitted = _fit(columns, [max(map(cells_wide, values)) for values in zip(*measured, strict=True)], room)
    shown = [index for index, wide in enumerate(fitted) if wide]
    for row in chain(measured, cells):
        text = _GAP.join(
            _aligned(row[index], fitted[index], right=columns[index].right, cut=room is not None) for index in shown
        )
        sys.stdout.write(text.rstrip() + "\n")


def facts(pairs: Sequence[tuple[str, str]]) -> None:
    """Print names and values in two aligned columns, with full values."""
    wide = max((cells_wide(clean(name)) for name, _ in pairs), default=0)
    for name, value in pairs:
        line(_aligned(clean(name), wide) + _GAP + value)


def terminal_width() -> int | None:
    """Return the width of standard output, None if it is not a terminal and everything is printed in full."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def cells_wide(text: str) -> int:
    """Return the number of terminal cells that `text` takes."""
    if text.isascii():
        return len(text)
    return sum(_char_cells(char) for char in text)


def _char_cells(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _aligned(text: str, wide: int, *, right: bool = False, cut: bool = False) -> str:
    if cut and cells_wide(text) > wide:
        text = _cut(text, wide - 1) + "…"
    blanks = " " * (wide - cells_wide(text))
    return blanks + text if right else text + blanks


def _cut(text: str, wide: int) -> str:
    """Return the beginning of `text` that takes at most `wide` cells."""
    taken = 0
    for index, char in enumerate(text):
        taken += _char_cells(char)
        if taken > wide:
            return text[:index]
    return text


def _fit(columns: Sequence[Column], widths: Sequence[int], room: int | None) -> list[int]:
    """Return the width of each column; 0 leaves it out."""
    fitted = list(widths)
    if room is None:
        return fitted
    least = [min(wide, max(column.least, len(column.title))) for column, wide in zip(columns, widths, strict=True)]
    order = sorted(range(len(columns)), key=lambda index: -columns[index].optional)
    for index in order:
        if _total(widths=[min(wide, low) for wide, low in zip(fitted, least, strict=True)]) <= room:
            break
        if columns[index].optional:
            fitted[index] = 0
    while _total(fitted) > room:
        slack = [wide - low if wide else 0 for wide, low in zip(fitted, least, strict=True)]
        if max(slack) <= 0:
            break
        widest = max(range(len(fitted)), key=lambda index: fitted[index] if slack[index] > 0 else 0)
        fitted[widest] -= 1
    return fitted


def _total(widths: Sequence[int]) -> int:
    shown = [wide for wide in widths if wide]
    return sum(shown) + len(_GAP) * max(len(shown) - 1, 0)


def may_ask() -> bool:
    """Return True if a user is at a terminal and can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def confirm(question: str, *, yes: bool) -> None:
    """Ask before something is deleted; the harmless answer is the default.

    Returns if the answer is yes, or was given beforehand (`--yes`). Raises Conflict if it is no, and if there is no
    terminal to ask at.
    """
    if yes:
        return
    if not may_ask():
        raise Conflict(f"{question} No terminal to ask at: repeat the command with --yes. Nothing was changed.")
    _drop_typed_ahead()
    if not click.confirm(clean(question), default=False, err=True):
        raise Conflict("Nothing was changed.")


def _drop_typed_ahead() -> None:
    """Drop keys typed before a question was shown: they cannot be an answer to it."""
    import termios

    with suppress(OSError, ValueError, termios.error):  # standard input may not be a terminal
        termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)


class ProgressLine:
    """A progress line on standard error if that is a terminal; else nothing."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._on = self._stream.isatty()
        self._wide = 0

    def show(self, text: str) -> None:
        """Replace the line with `text`."""
        if not self._on:
            return
        text = _cut(clean(text), max(shutil.get_terminal_size().columns - 1, 1))
        self._write("\r" + text + " " * (self._wide - cells_wide(text)))
        self._wide = cells_wide(text)

    def clear(self) -> None:
        """Remove the line."""
        if self._wide:
            self._write("\r" + " " * self._wide + "\r")
            self._wide = 0

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


def silence_output() -> None:
    """Discard unwritten output: the reader is gone, and the interpreter would complain at its end."""
    for stream in (sys.stdout, sys.stderr):
        _silence(stream)


def silence_stdout() -> None:
    """Discard unwritten standard output, because it cannot be written."""
    _silence(sys.stdout)


def _silence(stream: TextIO) -> None:
    try:
        descriptor = stream.fileno()
    except (OSError, ValueError):  # without a descriptor there is nothing to complain about
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
