"""Rows are accepted or rejected, every one of them, and what is staged is what the database expects."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from segtui.domain import search_terms
from segtui.domain.contact import full_name
from segtui.domain.emails import is_email
from segtui.domain.text import fold
from segtui.errors import Cancelled
from segtui.importing import STAGED_COLUMNS, ReadOptions, match_columns, open_source, validate_rows
from segtui.importing.readers.records import MAX_ROWS
from segtui.importing.rows.custom_fields import CustomColumn, custom_fields
from segtui.importing.rows.folding import Folding, casefolded
from tests.importing.support import judged_text, opened

any_text = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=12).map(str.strip)


def test_the_values_of_a_staged_row(tmp_path: Path) -> None:
    text = "First Name,Last Name,Phone,Email,City,Note,Colour\n Ann , O'Lee ,602-555-0101,Ann@Example.COM,,Ünü,\n"
    row = judged_text(tmp_path, text).contacts[0]
    assert tuple(row) == STAGED_COLUMNS
    assert (row["first_name"], row["last_name"], row["email"], row["city"]) == ("Ann", "O'Lee", "Ann@Example.COM", None)
    assert (row["name_key"], row["email_key"], row["do_not_call"]) == ("ann olee", "ann@example.com", 0)
    assert row["custom_fields"] == '{"Note":"Ünü"}'
    assert row["search"] == search_terms.contact_text(
        ("Ann O'Lee", "+16025550101", "Ann@Example.COM", None, None, None, None, None)
    )


@pytest.mark.parametrize(
    ("phone", "email", "reason"),
    [
        ("", "", "no phone and no e-mail"),
        ("12", "", "“12” is not a valid phone number (read for US); no e-mail"),
        ("", "ann", "“ann” is not a valid e-mail address; no phone"),
        ("12", "ann", "“12” is not a valid phone number (read for US); “ann” is not a valid e-mail address"),
    ],
)
def test_a_row_needs_a_valid_phone_or_e_mail(tmp_path: Path, phone: str, email: str, reason: str) -> None:
    result = judged_text(tmp_path, f"Phone,Email,Name\n{phone},{email},Ann\n602-555-0101,,Bob\n,bob@example.com,Cid\n")
    assert [(row.line, row.reason) for row in result.rejected] == [(2, reason)]
    assert result.lines == [3, 4]


def test_one_valid_contact_is_enough_and_the_defect_of_the_other_is_told(tmp_path: Path) -> None:
    result = judged_text(tmp_path, "Phone,Email\n12,ann@example.com\n602-555-0101,ann@\n")
    assert [(warning.line, warning.text) for warning in result.warnings] == [
        (2, "“12” is not a valid phone number (read for US)"),
        (3, "“ann@” is not a valid e-mail address"),
    ]
    assert [(each["phone"], each["email"]) for each in result.contacts] == [
        (None, "ann@example.com"),
        ("+16025550101", None),
    ]


def test_a_phone_that_could_not_be_read_is_kept_as_it_stands_in_the_file(tmp_path: Path) -> None:
    text = (
        "Email,Work phone,Mobile\n"
        "ann@example.com,602 555 01,1.555E+10\n"
        "bob@example.com,12,602-555-0101\n"
        "cid@example.com,,\n"
        "602-555-0102,12,\n"
    )
    result = judged_text(tmp_path, text)
    assert [(each["phone"], json.loads(each["custom_fields"])) for each in result.contacts] == [
        (None, {"Work phone": "602 555 01", "Mobile": "1.555E+10"}),
        ("+16025550101", {"Work phone": "12"}),
        (None, {}),
    ]
    # That of a rejected row stands in the file of rejects.
    assert [row.cells for row in result.rejected] == [("602-555-0102", "12", "")]


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("ann@example.com", True), ("ann.o'lee+x@mail.example.co.uk", True), ("zoë@exämple.de", True),
        ("a@b.io", True), ("ann@example", False), ("ann@@example.com", False), ("ann lee@example.com", False),
        ("ann@example..com", False), (".ann@example.com", False), ("ann.@example.com", False), ("@example.com", False),
        ("ann@-example.com", False), ("ann@127.0.0.1", False), ("x" * 65 + "@example.com", False), ("", False),
        ("ann@" + "a" * 64 + ".com", False), ("ann@" + "a." * 125 + "com", False), ("a,b@example.com", False),
    ],
)  # fmt: skip
def test_which_text_is_an_e_mail(text: str, valid: bool) -> None:
    assert is_email(text) is valid


def test_a_cancelled_import_stops(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("Phone\n602-555-0101\n")
    with opened(tmp_path / "x.csv") as source, pytest.raises(Cancelled):
        list(validate_rows(source, match_columns(source, ReadOptions()), region="US", cancelled=lambda: True))


def test_batches_are_bounded_and_in_file_order(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Phone,Note\n" + "".join(f"602-{200 + n // 10000}-{n % 10000:04},\n" for n in range(50_000)))
    with opened(path) as source:
        batches = list(validate_rows(source, match_columns(source, ReadOptions()), region="US"))
    assert all(0 < batch.rows <= MAX_ROWS for batch in batches)
    assert [row[0] for batch in batches for row in batch.staged] == list(range(2, 50_002))


@given(st.lists(st.tuples(any_text, any_text, any_text), min_size=1, max_size=6))
@example([("Ann ``", "' x", "ß  ø")])
def test_what_is_folded_at_once_agrees_with_the_one_definition(rows: list[tuple[str, str, str]]) -> None:
    folding = Folding()
    first, last, city = (list(column) for column in zip(*rows, strict=True))
    names = [full_name(*pair) for pair in zip(first, last, strict=True)]
    keys = folding.name_keys(first, last)
    # Folding may leave nothing of a word; then the blank beside it goes as well.
    assert [" ".join(key.split()) for key in keys] == [fold(name) for name in names] == keys
    phones = ["+16025550199", "", "+442079460018", "+390612345678", "+2025550123", "+33199001234"]
    phones = phones[: len(rows)]
    emails = [f"{name}@x.de".replace(" ", "") for name in first]
    search = folding.search_texts(keys, phones, casefolded(emails), [city] * 5)
    assert search == [
        search_terms.contact_text((names[at], phones[at], emails[at], *[city[at]] * 5)) for at in range(len(rows))
    ]


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), min_size=1, max_size=5))
def test_custom_fields_are_what_json_would_write(rows: list[tuple[str, str]]) -> None:
    columns = [CustomColumn("a", [row[0] for row in rows]), CustomColumn('"ü', [row[1] for row in rows])]
    objects = [{key: value for key, value in zip(("a", '"ü'), row, strict=True) if value} for row in rows]
    expected = [json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in objects]
    assert custom_fields(columns, len(rows)) == (expected, {name for each in objects for name in each})


cells = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=10) | st.sampled_from(
    ["602-555-0101", "12", "ann@example.com", "ann@", "", " ", 'say "hi"', "a\nb", "x, y; z|\t", "'=1", "ø"]
)
tables = st.integers(2, 5).flatmap(lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), max_size=8))


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(
    table=tables,
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_any_table_comes_back_as_it_was_written(
    table: list[list[str]], delimiter: str, encoding: str, end: str, quoting: int
) -> None:
    width = len(table[0]) if table else 2
    header = ["Phone", "Email", "a", "b", "c"][:width]
    # Python's writer leaves a line feed unquoted where the lines end in carriage returns.
    quoting = csv.QUOTE_ALL if end == "\r" else quoting
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=delimiter, lineterminator=end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([header, *table])
    options = ReadOptions(delimiter=delimiter, encoding=None if encoding != "utf-8" else encoding)
    with open_source(None, io.BytesIO(written.getvalue().encode(encoding)), name="x", options=options) as source:
        found = [row for chunk in source.chunks() for row in chunk.rows]
        assert [row for row in found if any(row)] == [row for row in table if any(row)]
        batches = list(validate_rows(source, match_columns(source, options), region="US"))
        judged_lines = [row[0] for b in batches for row in b.staged] + [row.line for b in batches for row in b.rejected]
    filled = [row for row in table if any(cell.strip() for cell in row)]
    assert len(judged_lines) == len(set(judged_lines)) == len(filled)
    assert sum(batch.rows for batch in batches) == len(filled)


def test_the_options_load_nothing_heavy() -> None:
    code = (
        "import sys, segtui.importing.options, segtui.importing.columns.column_matching;"
        "import segtui.importing.rows.email_cells;"
        "print(sorted({'polars', 'phonenumbers', 'sqlalchemy', 'textual'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
