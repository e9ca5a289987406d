"""Tables, numbers and JSON as the commands print them."""

import io
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from segtui.cli import output
from segtui.cli.output import Column
from segtui.domain.text import counted
from tests.support.commands import FORBIDDEN

COLUMNS = (Column("Name", least=6), Column("City", least=6, optional=1), Column("Size", least=4, right=True))


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_a_table_is_aligned_whatever_width_its_letters_have(capsys: pytest.CaptureFixture[str]) -> None:
    output.table(COLUMNS, [["Zoë", "東京", "1"], ["Al", "Lyon", "1,000"]])
    assert lines(capsys) == [
        "Name  City   Size",
        "Zoë   東京      1",
        "Al    Lyon  1,000",
    ]


@pytest.mark.parametrize("width", [80, 40, 30, 24, 20, 17])
def test_a_table_fits_the_width_it_is_given(capsys: pytest.CaptureFixture[str], width: int) -> None:
    output.table(
        COLUMNS, [["Somebody with a long name", "Phoenix, Arizona", "12"], ["東京" * 20, "", "3"]], width=width
    )
    assert all(output.cells_wide(line) <= width for line in lines(capsys))


def test_a_column_that_may_be_left_out_goes_where_there_is_no_room(capsys: pytest.CaptureFixture[str]) -> None:
    output.table(COLUMNS, [["Somebody", "Phoenix", "12"]], width=14)
    assert lines(capsys) == ["Name      Size", "Somebody    12"]


def test_a_value_takes_one_line_and_no_control_character(capsys: pytest.CaptureFixture[str]) -> None:
    output.table(COLUMNS, [["a\nb\x1b[2J", "\x9b1m", "\t"]])
    out = capsys.readouterr().out
    assert not FORBIDDEN & set(out)
    assert len(out.splitlines()) == 2


def test_a_table_longer_than_what_is_measured_is_printed_to_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    output.table(COLUMNS, ([str(number), "", ""] for number in range(2500)))
    assert len(lines(capsys)) == 2501


def test_json_escapes_what_a_terminal_would_obey_and_keeps_the_value(capsys: pytest.CaptureFixture[str]) -> None:
    value = {"name": "a\x1b\x7f\x9b\u2028\u202eé東😀"}
    output.document(value)
    output.long_document({"total": 2}, "rows", [value, value])
    out = capsys.readouterr().out
    assert out.isascii()
    assert not FORBIDDEN & set(out)
    first, second = out.split("}\n{")
    assert json.loads(first + "}") == value
    assert json.loads("{" + second) == {"total": 2, "rows": [value, value]}


@pytest.mark.parametrize("rows", [[], [1], [1, {"a": []}]])
def test_a_long_document_is_json_for_any_number_of_rows(capsys: pytest.CaptureFixture[str], rows: list[object]) -> None:
    output.long_document({"total": 7}, "rows", rows)
    assert json.loads(capsys.readouterr().out) == {"total": 7, "rows": rows}


def test_times_are_iso_8601_in_utc() -> None:
    there = timezone(timedelta(hours=2))
    assert output.utc(datetime(2026, 11, 23, 10, 0, 0, 999, there)) == "2026-11-23T08:00:00Z"
    assert output.utc(datetime(2026, 11, 23, tzinfo=UTC)) == "2026-11-23T00:00:00Z"
    assert output.utc(None) is None


def test_a_number_of_things_is_said_in_words() -> None:
    assert counted(1, "contact") == "1 contact"
    assert counted(1234, "contact") == "1,234 contacts"
    assert [counted(2, noun) for noun in ("company", "day", "key")] == ["2 companies", "2 days", "2 keys"]
    assert counted(2, "company") == "2 companies"
    assert counted(1, "segment", 340) == "1 of 340 segments"


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_one_line_on_a_terminal_and_leaves_no_trace() -> None:
    terminal, file = _Terminal(), io.StringIO()
    for stream in (terminal, file):
        line = output.ProgressLine(stream)
        line.show("reading 100,000 rows")
        line.show("writing\x1b 5 rows")
        line.clear()
    assert file.getvalue() == ""
    shown = terminal.getvalue()
    assert "\n" not in shown
    assert "\x1b" not in shown
    assert shown.endswith("\r" + " " * len("writing  5 rows") + "\r")
