"""No regular expression that outside text meets takes more than time that grows with the length of that text."""

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import segtui
import segtui.importing
from segtui.importing.readers.stray_quotes import _in_order, literal_cells
from segtui.importing.rows.phones import phone_cells
from tests.support.growth import demand_linear

# Read before anything else: what a person typed, a file, a server's answer.
_MODULES = [
    *(module.name for module in pkgutil.walk_packages(segtui.importing.__path__, "segtui.importing.")),
    "segtui.dialer.answers",
    "segtui.config.settings",
    "segtui.domain.emails",
    "segtui.ssh.user_file_words",
    "segtui.services.do_not_call.do_not_call_editing",
    "segtui.domain.day_ranges",
    "segtui.services.accounts.users",
    "segtui.domain.search_terms",
    "segtui.domain.text",
    "segtui.tui.widgets.terminal.plain_ascii",
]
_SIGNS = "\"', \t\n;|<>@.:a1-+=?&/#\\[({x_\xa0é"
_LONGER = (
    "<!--", "<!-- -->", "<?a?>", "<!doctype a[", "<a ", "a: b\n", " a\n", "#a\n", ":::", " or ", "mailto:", "<a@b",
    "1,000", "sip:a", "1-800-", ";'", "&#1", "display ", "\\\\;", ';"', "opt ", "+1 ", "(1) ", "🇬🇧", "\u0301",
)  # fmt: skip
_PIECES = [*_SIGNS, *_LONGER, *(f"{one}{other}" for one in " a1;.-@/'\"" for other in " a1;.-@/'\"" if one != other)]


def _patterns() -> Iterator[tuple[str, re.Pattern[Any]]]:
    seen = set()
    for name in _MODULES:
        for label, value in vars(importlib.import_module(name)).items():
            if isinstance(value, re.Pattern) and value.pattern not in seen:
                seen.add(value.pattern)
                yield f"{name}.{label}", value
    for delimiter in ",;\t| ":
        yield f"quotes in order beside {delimiter!r}", _in_order(delimiter)


_PATTERNS = dict(_patterns())
# Those that are looked for anywhere in a text; all others begin where it begins. Some are called by another name.
_ANYWHERE = {"CONTROLS", "CONTROLS_AND_TABS"}.union(
    *(
        re.findall(r"\b(\w+)\.(?:search|split|sub|subn|finditer|findall)\(", path.read_text(encoding="utf-8"))
        for path in Path(segtui.__file__).parent.rglob("*.py")
    )
)


# Characters of the longest text that such a pattern meets: all longer ones are refused before.
_MOST = {
    "segtui.importing.rows.phones.phone_notation._TOKEN": phone_cells._MAX_CELL,
    "segtui.importing.rows.phones.phone_notation._SIP": phone_cells._MAX_CELL,
}


def _line(piece: str, length: int) -> str:
    return piece * (length // len(piece)) + "\0"


def _bytes(piece: str, length: int) -> bytes:
    return _line(piece, length).encode()


@pytest.mark.parametrize("label", _PATTERNS)
def test_a_pattern_takes_time_that_grows_with_the_length_alone(label: str) -> None:
    pattern = _PATTERNS[label]
    uses: list[Callable[[Any], object]] = [pattern.match, pattern.fullmatch]
    uses += [pattern.search, pattern.split] if label.rpartition(".")[2] in _ANYWHERE else []
    make = _line if isinstance(pattern.pattern, str) else _bytes
    for piece in _PIECES:
        for work in uses:
            try:
                demand_linear(work, partial(make, piece), min(600, _MOST.get(label, 7_200) // 12))
            except AssertionError as error:
                raise AssertionError(f"{pattern.pattern!r} on {piece!r} over and over: {error}") from error


@pytest.mark.parametrize("piece", ['"', '"a', '",', '""', 'a"', '"a"', '"a",', '"a"b', '"""x,', '"x,""', ',"', '"",""'])
def test_a_line_with_a_stray_quote_is_split_in_time_that_grows_with_its_length_alone(piece: str) -> None:
    demand_linear(lambda line: literal_cells(line, ",", 5), partial(_line, piece))
