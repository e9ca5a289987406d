"""Whole columns at once and row by row are two ways to one result: each row is judged alike by both."""

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from segtui.importing import match_columns, open_source, validate_rows
from segtui.importing.default_values import parse
from segtui.importing.options import ReadOptions
from segtui.importing.readers.file_type import is_binary
from segtui.importing.row_results import STAGED_COLUMNS, Batch
from segtui.importing.rows import validation

# Headers of every target, several of a kind, and cells that make each rule speak.
_HEADERS = (
    "Phone", "Mobile", "Phone 1 - Label", "Phone 1 - Value", "Fax", "Country code of phone",
    "Phone country code", "Email",
    "E-mail 2 - Value", "First name", "Last name", "Name", "Title", "Company", "City", "Business City", "Home City",
    "State", "Country", "Zip", "Business Street", "Home Street", "Status", "Lead source", "Do not call", "SMS opt out",
    "Unsubscribed", "custom_fields", "Notes", "Größe", 'Say "x"', "Time zone",
    "Landline", "Office", "Foo Phone", "Caller Phone", "User Phone", "Number", "Area Code", "Phone 1", "Phone 2",
    "Phone 1 Country Code", "Phone 2 Country Code", "Phone Type", "Consent to call", "Subscribed", "Tags",
    "Disposition", "DNC Check", "Unsubscribed at", "Name (Last, First)", "workcity", "Country Code", "Xyz",
)  # fmt: skip
_USUAL = st.sampled_from(
    [
        "", "602-555-0101", "(602) 555-0102", "+16025550103", "6025550104", "1 602 555 0105", "+44 20 7946 0018",
        "020 7946 0018", "+49 30 901820", "0033 1 99 00 12 34", "602-555-0101 x12", "12", "n/a", "1.60256E+10",
        "602-555-0106 ::: 602-555-0107", "a@example.com", "A@EXAMPLE.COM", "ä.b@example.com", "b@example", "a@b@c",
        "x@example.com, y@example.com", "Ann", "Lee", "Ann Lee", "Lee, Ann", "Dr. Ann van der Lee",
        "Ann Lee Jr.", "Zoë",
        "ÅNGSTRÖM", "ß", "Ødegård", "İstanbul", "ﬁn", "ΣΊΣΥΦΟΣ", "日本", "O'Hara", "Mr.", "Frau", "CEO", "US",
        "GB", "USA", "United Kingdom (UK)", "+44 (UK)", "00 44", "Ruritania", "555-0107", "602",
        "512 345 101",
        "opt-in", "Not on DNC", "refused", "perhaps", "never", "vip, DNC", "STOP", "Clean", "☐", "09:00",
        '{"dnc": true}',
        "Germany", "+44", "1", "AZ", "yes", "no", "x", "TRUE", "0", "2026-01-01 10:00", "unsubscribed", "DNC", "Mobile",
        "Work Fax", "Other", "EST", "Mars/Olympus", '{"a": "b"}', '{"a": 1, "ö": [1]}', "{", "'=1+1", "''@x", "'Ann",
        "a  b",
        "972-555-0116-12", "9725550204.00", "030 23125000 (Chef)", "6025550101 6025550102", "442079460068",
        "602-555-0101 DNC", "1-800-FLOWERS", "Fax 602-555-0101", "2026-03-12", "+1 +1 602 555 0101",
        "16025550101@c.us", "6.025550221E9", "6_02", "'a@example.com'", "a@example.com.",
        "a@example.com b@example.com", "Ann (a@example.com)", "\\N", '="02134"', "'02134", "85201.0", "#N/A",
        "Smith &amp; Co", "&#39;", "AT&T;", "\ufeffAnn", "(null)",
        " blanks ", "a\tb",
        "a\u00a0b", "a\u200bb", 'quo"te', '"', "back\\slash", "a\x00b", "a\x1bb", "two\nlines", "a,b", "a;b", "\ufeff",
    ]
)  # fmt: skip
_CELLS = _USUAL | st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
_VALUES = st.sampled_from(
    ["source=Fair", "first_name=Bo", "country=Germany", "timezone=EST", "do_not_call=yes", "custom.notes=N",
     "custom.New=1", "custom.Fax=2", 'custom.Say "x"=3', "custom.ä=4", "custom.a=5"]
)  # fmt: skip
_ROUNDS = int(os.environ.get("SEGTUI_TEST_ROUNDS", "150"))


@st.composite
def files(draw: st.DrawFn) -> tuple[bytes, str]:
    """Return a file, and its delimiter: most rows as wide as the header, some longer or shorter, some damaged."""
    headers = draw(st.lists(st.sampled_from(_HEADERS), min_size=1, max_size=7))
    width = len(headers)
    row = st.lists(_CELLS, min_size=width, max_size=width)
    rows = draw(st.lists(row | row | row | st.lists(_CELLS, max_size=width + 2), min_size=1, max_size=8))
    delimiter = draw(st.sampled_from(",;\t|"))
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter, quoting=quoting, lineterminator="\n").writerows([headers, *rows])  # type: ignore[arg-type]
    text = written.getvalue()
    if draw(st.booleans()):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(['"', "\n", delimiter, "\r", '""', " "])) + text[at:]
    return text.encode(), delimiter


def _judged(content: bytes, delimiter: str, *, few: int, needs_phone: bool, values: Sequence[str] = ()) -> list[Batch]:
    options = ReadOptions(delimiter=delimiter, header=True)
    with (
        open_source(None, io.BytesIO(content), name="x", options=options) as source,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(validation, "FEW", few)
        columns = match_columns(source, options)
        return list(validate_rows(source, columns, region="US", needs_phone=needs_phone, defaults=parse(values)))


@settings(max_examples=_ROUNDS, suppress_health_check=[HealthCheck.too_slow])
@given(file=files(), needs_phone=st.booleans(), values=st.lists(_VALUES, unique=True))
def test_columns_and_rows_are_judged_alike(file: tuple[bytes, str], needs_phone: bool, values: list[str]) -> None:
    content, delimiter = file
    assume(not is_binary(content.decode()))
    ways = [_judged(content, delimiter, few=few, needs_phone=needs_phone, values=values) for few in (0, 1_000_000)]
    at_once, one_by_one = (
        (
            [row for batch in batches for row in batch.staged],
            [row for batch in batches for row in batch.rejected],
            [warning for batch in batches for warning in batch.warnings],
            [phone for batch in batches for phone in batch.further_phones],
        )
        for batches in ways
    )
    assert at_once == one_by_one
    assert all(batch.frame is None for batch in ways[1])


@settings(max_examples=_ROUNDS, suppress_health_check=[HealthCheck.too_slow])
@given(file=files())
def test_pieces_hold_the_records_of_the_file(file: tuple[bytes, str]) -> None:
    content, delimiter = file
    assume(not is_binary(content.decode()))
    with open_source(
        None, io.BytesIO(content), name="x", options=ReadOptions(delimiter=delimiter, header=True)
    ) as source:
        read = {line: row for chunk in source.chunks() for line, row in zip(chunk.lines, chunk.rows, strict=True)}
        found: dict[int, list[str]] = {}
        for piece in source.pieces():
            whole = piece.with_others()
            found.update(zip(whole.lines, whole.rows, strict=True))
    # A blank line is no record; where there is one column, it may be a blank one.
    assert {line: row for line, row in found.items() if any(row)} == {
        line: row for line, row in read.items() if any(row)
    }


def test_a_time_zone_that_nobody_understands_is_a_warning_on_both_paths_and_is_kept(tmp_path: Path) -> None:
    zones = ["EST", "whenever", "Europe/Madrid", "", "(GMT-08:00) Pacific Time (US & Canada)", "Mars/Olympus"]
    found = {}
    for count in (6, 600):
        path = tmp_path / f"{count}.csv"
        rows = [f"+1602555{number:04},{zones[number % 6]}" for number in range(count)]
        path.write_text("Phone,Time zone\n" + "\n".join(rows) + "\n")
        source = open_source(path, options=ReadOptions())
        batches = list(validate_rows(source, match_columns(source, ReadOptions()), region="US"))
        warnings = [warning for batch in batches for warning in batch.warnings]
        assert len(warnings) == count // 3
        found[count] = {warning.text for warning in warnings}
        place = STAGED_COLUMNS.index("timezone")
        assert {row[place] for batch in batches for row in batch.staged} == {zone or None for zone in zones}
    assert found[6] == found[600]
    assert all("is not a time zone" in text for text in found[6])
