"""No regular expression that outside text meets takes more than time that grows with the length of that text."""

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator
from functools import partial

import pytest

import segtui.importing
from segtui.importing.quotes import _in_order, literal_cells
from tests.support.growth import demand_linear

# Read before anything else: what a person typed, a file, a server's answer.
_MODULES = [
    *(f"segtui.importing.{module.name}" for module in pkgutil.iter_modules(segtui.importing.__path__)),
    "segtui.calling.answers",
    "segtui.config",
    "segtui.emails",
    "segtui.screens.desk_words",
    "segtui.services.do_not_call_changes",
    "segtui.services.filters",
    "segtui.services.users",
    "segtui.terms",
    "segtui.text",
    "segtui.widgets.plain_ascii",
]
_SIGNS = "\"', \t;|<>@.:a1-+=?&/\\[(x_\xa0é"
_PIECES = [*_SIGNS, *(f"{one}{other}" for one in " a1;.-@/'\"" for other in " a1;.-@/'\"" if one != other)]


def _patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    seen = set()
    for name in _MODULES:
        for label, value in vars(importlib.import_module(name)).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str) and value.pattern not in seen:
                seen.add(value.pattern)
                yield f"{name}.{label}", value
    for delimiter in ",;\t| ":
        yield f"quotes in order beside {delimiter!r}", _in_order(delimiter)


_PATTERNS = dict(_patterns())
# Those that are looked for anywhere in a text; all others begin where it begins.
_ANYWHERE = {
    "_SEVERAL", "_MAYBE_SEVERAL", "_SEVERAL_EMAILS",
    "CONTROLS", "CONTROLS_AND_TABS", "MAYBE_GUARDED", "_INSIDE", "_GUARD",
    "INVISIBLE", "MAYBE_PILE", "_CAMEL", "_NOT_WORD", "_FOLDERS", "_BETWEEN", "_NOT_DIGIT", "_OTHERS", "_SECRET_OPTION",
}  # fmt: skip


def _line(piece: str, length: int) -> str:
    return piece * (length // len(piece)) + "\0"


@pytest.mark.parametrize("label", _PATTERNS)
def test_a_pattern_takes_time_that_grows_with_the_length_alone(label: str) -> None:
    pattern = _PATTERNS[label]
    uses: list[Callable[[str], object]] = [pattern.match, pattern.fullmatch]
    uses += [pattern.search, pattern.split] if label.rpartition(".")[2] in _ANYWHERE else []
    for piece in _PIECES:
        for work in uses:
            try:
                demand_linear(work, partial(_line, piece), 600)
            except AssertionError as error:
                raise AssertionError(f"{pattern.pattern!r} on {piece!r} over and over: {error}") from error


@pytest.mark.parametrize("piece", ['"', '"a', '",', '""', 'a"', '"a"', '"a",', '"a"b', '"""x,', '"x,""', ',"', '"",""'])
def test_a_line_with_a_stray_quote_is_split_in_time_that_grows_with_its_length_alone(piece: str) -> None:
    demand_linear(lambda line: literal_cells(line, ",", 5), partial(_line, piece))
