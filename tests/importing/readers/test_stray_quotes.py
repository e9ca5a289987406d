"""A quote that was opened by mistake costs one line at most; a line break that was meant stays in its cell."""

import io
import tracemalloc
from functools import partial
from itertools import chain, islice, repeat
from pathlib import Path

import pytest

from segtui.importing.readers.records import MAX_RECORD_CHARS, MAX_RECORD_LINES, records
from segtui.importing.readers.stray_quotes import _in_order
from tests.importing.support import judged_text
from tests.support.growth import demand_linear

HEADER = "First name,Last name,Phone,Note\n"
ROWS = [f"Ann{n},Lee,602-555-01{n:02},note {n}\n" for n in range(30)]


def with_line(place: int, line: str) -> str:
    return HEADER + "".join(ROWS[:place]) + line + "".join(ROWS[place + 1 :])


@pytest.mark.parametrize(
    "line",
    [
        'Bob,"Lee,602-555-0199,note\n',
        '"Bob,Lee,602-555-0199,note\n',
        'Bob,Lee,602-555-0199,"note\n',
        'Bob,Lee,602-555-0199,""note\n',
        'Bob,Lee"",602-555-0199,5" pipe\n',
        '"Bob","Lee,602-555-0199,"a note"\n',
    ],
)
@pytest.mark.parametrize("place", [0, 7, 29])
def test_the_other_lines_are_read_whatever_one_line_has(tmp_path: Path, line: str, place: int) -> None:
    result = judged_text(tmp_path, with_line(place, line))
    others = [contact["phone"] for contact in result.contacts if contact["first_name"] != "Bob"]
    assert others == [f"+160255501{n:02}" for n in range(30) if n != place]
    assert result.rows == 30


def test_a_stray_quote_is_left_out_with_a_warning(tmp_path: Path) -> None:
    result = judged_text(tmp_path, with_line(3, 'Bob,"Lee,602-555-0199,note\n'))
    assert result.contacts[3]["last_name"] == "Lee"
    assert [(warning.line, warning.text) for warning in result.warnings] == [
        (5, "a quote is opened and never closed; it was left out")
    ]


def test_two_stray_quotes_in_one_column_do_not_join(tmp_path: Path) -> None:
    text = HEADER + ROWS[0] + 'Bob,"Lee,602-555-0188,x\n' + "".join(ROWS[1:4]) + 'Cid,Lee",602-555-0189,x\n' + ROWS[4]
    assert judged_text(tmp_path, text).lines == [2, 3, 4, 5, 6, 7, 8]


def test_a_stray_quote_before_lines_with_quotes_of_their_own(tmp_path: Path) -> None:
    text = HEADER + 'Bob,"Lee,602-555-0188,x\n' + "".join(f'A{n},"Lee, Jr",602-555-010{n},"a, b"\n' for n in range(4))
    assert judged_text(tmp_path, text).lines == [2, 3, 4, 5, 6]


def test_line_breaks_that_were_meant_stay_in_their_cell(tmp_path: Path) -> None:
    note = "Dear Ann,\nsee you, at 5, or later,\nBob"
    result = judged_text(tmp_path, f'{HEADER}Ann,Lee,602-555-0101,"{note}"\nBob,Lee,602-555-0102,"x\ny"\n')
    assert result.lines == [2, 5]
    assert result.contacts[0]["custom_fields"] == '{"Note":"Dear Ann, see you, at 5, or later, Bob"}'
    assert result.warnings == []


def test_a_quote_that_is_never_closed_in_a_long_file(tmp_path: Path) -> None:
    rows = "".join(f"Ann,Lee,602-{200 + n // 10000}-{n % 10000:04},{'x' * 60}\n" for n in range(40_000))
    result = judged_text(tmp_path, f'{HEADER}Bob,"Lee,602-555-0199,x\n{rows}Cid,"Lee,602-555-0198,x\n')
    assert result.rows == 40_002
    assert len(result.warnings) == 2
    assert result.lines == list(range(2, 40_004))


def test_a_stray_quote_in_every_row_joins_none_of_them(tmp_path: Path) -> None:
    rows = "".join(f'Ann,"Lee,602-555-01{n:02},x\n' for n in range(40))
    result = judged_text(tmp_path, HEADER + rows)
    assert result.lines == list(range(2, 42))
    assert {contact["last_name"] for contact in result.contacts} == {"Lee"}


_STRAY = {
    "a quote that every line opens again": 'x"y,"z,602-555-0101\n',
    "a quote in every line": 'Ann,"Lee,602-555-0101,x\n',
    "nothing but quotes": '"\n',
    "one stray quote in twenty lines": 'x"y,"z,602-555-0101\n' + "Ann,Lee,602-555-0101,x\n" * 20,
    "records that end after 999 lines": 'x"y,"z,602-555-0101\n' * 999 + '"\n',
    "long lines": f'x"y,"{"z" * 2000},602-555-0101\n',
}


@pytest.mark.parametrize("lines", _STRAY.values(), ids=_STRAY)
def test_stray_quotes_take_time_that_grows_with_the_file_alone(lines: str) -> None:
    def read(text: str) -> int:
        return sum(len(chunk.rows) for chunk in records(io.StringIO(text), ",", 4))

    demand_linear(read, lambda length: lines * (length // len(lines) + 1), 100_000)


def test_a_record_of_too_many_lines_is_its_first_line_with_a_stray_quote(tmp_path: Path) -> None:
    inside = "602-555-0101;x;y\n" * (MAX_RECORD_LINES - 2)
    within = judged_text(tmp_path, f'{HEADER}Ann,Lee,602-555-0199,"{inside}"\n')
    assert within.rows == 1
    assert not within.warnings
    beyond = judged_text(tmp_path, f'{HEADER}Ann,Lee,602-555-0199,"{inside}\n\n"\n')
    assert beyond.rows > 900
    assert beyond.warnings[0].text == "a quote is opened and never closed; it was left out"
    assert beyond.contacts[0]["last_name"] == "Lee"


def test_a_record_of_too_many_characters_is_its_first_line_with_a_stray_quote(tmp_path: Path) -> None:
    inside = f"{'x' * 9_000}\n" * (MAX_RECORD_CHARS // 9_000 + 1)
    result = judged_text(tmp_path, f'{HEADER}Ann,Lee,602-555-0199,"{inside}"\n')
    assert result.lines == [2]
    assert result.warnings[0].text == "a quote is opened and never closed; it was left out"


class _Lines(io.TextIOBase):
    """A long text that is made while it is read: `first`, and then one line over and over."""

    def __init__(self, first: str, line: str, count: int) -> None:
        self._rest = chain([first], repeat(line * 1_000, count // 1_000))

    def read(self, size: int | None = -1, /) -> str:
        return "".join(islice(self._rest, 50))


def _peak_of(count: int) -> int:
    tracemalloc.start()
    try:
        text = _Lines('a,b,c\nAnn,"Lee,602-555-0101\n', "Bob,Lee,602-555-0102\n", count)
        assert sum(len(chunk.rows) for chunk in records(text, ",", 3)) == count + 2  # type: ignore[arg-type,misc]
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_quote_that_is_never_closed_does_not_hold_the_file_in_memory() -> None:
    assert _peak_of(400_000) < 1.5 * _peak_of(100_000)


def _line_of(cell: str, length: int) -> str:
    return cell * length + '"x"y'


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", " "])
def test_blanks_behind_a_quoted_cell_are_read_in_one_way(delimiter: str) -> None:
    for blank in (" ", "\t", " \t"):
        cell = f'"a"{blank}{delimiter}'
        demand_linear(_in_order(delimiter).fullmatch, partial(_line_of, cell), 200)
