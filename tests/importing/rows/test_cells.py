"""Cells as programs wrap them (`="02134"`, `'02134`, `#N/A`, `&amp;`): the value, however the file is read."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from segtui.importing.rows.cells import may_be_wrapped, stored, without_decimals
from tests.importing.support import judged

FEW, MANY = 3, 300


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('="02134"', "02134"),
        ('="a ""b"" c"', 'a "b" c'),
        ('=""', ""),
        ("'=1+1", "=1+1"),
        ("'02134", "02134"),
        ("'+16025550101", "+16025550101"),
        ("'(602) 555-0101", "'(602) 555-0101"),
        ("'60s Diner", "'60s Diner"),
        ("'Ann", "'Ann"),
        ("\\N", ""),
        ("(null)", ""),
        ("[NULL]", ""),
        ("NULL", "NULL"),
        ("#N/A", ""),
        ("#REF!", ""),
        ("#DIV/0!", ""),
        ("#NV", ""),
        ("#¡VALOR!", ""),
        ("Err:502", ""),
        ("#1 Fan", "#1 Fan"),
        ("#NAMES", "#NAMES"),
        ("Smith &amp; Co", "Smith & Co"),
        ("O&#039;Brien", "O'Brien"),
        ("Roe &lt;West&gt;", "Roe <West>"),
        ("Zo&euml; &#x26; Ann", "Zoë & Ann"),
        ("&nbsp;Ann&nbsp;", "Ann"),
        ("a&#27;[2Jb", "a[2Jb"),
        ("&#8203;Ann&zwnj;", "Ann"),
        ("AT&T; R&D", "AT&T; R&D"),
        ("&amp;amp;", "&amp;"),
        ("\u200bOda Voe\u200b", "Oda Voe"),
        ("\ufeffPia", "Pia"),
        ("lou@exam\u00adple.com", "lou@example.com"),
        ("\u202aMia\u202c", "Mia"),
        ("نمی\u200cخواهم", "نمیخواهم"),
        ("👩\u200d💻 ☎\ufe0f", "👩\u200d💻 ☎\ufe0f"),
        ("\u200dAnn\u200c", "Ann"),
    ],
)
def test_a_cell_is_unwrapped(cell: str, value: str) -> None:
    assert stored(cell) == value
    assert may_be_wrapped(f"x,{cell},x") or value == cell


@given(st.text(st.sampled_from("'=\"#&;\\N/A!Er:502amp1 \u200b\u200d\ufeffé+-@")))
def test_whatever_a_cell_is_unwrapped_of_shows_in_its_text(cell: str) -> None:
    if stored(cell) != cell.strip():
        assert may_be_wrapped(cell)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("85201.0", "85201"),
        ("85201,00", "85201"),
        ("2134.0", "2134"),
        ("85201.5", "85201.5"),
        ("12.0", "12.0"),
        ("A1.0", "A1.0"),
    ],
)
def test_a_code_loses_the_decimals_of_a_spreadsheet(text: str, code: str) -> None:
    assert without_decimals(text) == code


ROW = ("Ann &amp; Bob", '="6025550381"', "\\N", "85201.0", "#N/A", "\u200bMesa", "'0042")
HEADER = ("Name", "Phone", "Email", "Zip", "Company", "City", "Code")


def _rows(count: int) -> list[tuple[str, ...]]:
    return [(*ROW[:1], f'="602555{number:04}"', *ROW[2:]) for number in range(count)]


def _written_as_csv(path: Path, count: int, **dialect: Any) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, **dialect).writerows([HEADER, *_rows(count)])
    return path


def _written_as_workbook(path: Path, count: int) -> Path:
    workbook = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
    sheet = workbook.add_worksheet()
    for number, row in enumerate([HEADER, *_rows(count)]):
        for place, cell in enumerate(row):
            sheet.write_string(number, place, cell)
    workbook.close()
    return path


@pytest.mark.parametrize("count", [FEW, MANY])
@pytest.mark.parametrize("kind", ["csv", "quoted csv", "tsv", "xlsx"])
def test_every_file_is_unwrapped(tmp_path: Path, kind: str, count: int) -> None:
    if kind == "xlsx":
        path = _written_as_workbook(tmp_path / "a.xlsx", count)
    elif kind == "tsv":
        path = _written_as_csv(tmp_path / "a.tsv", count, delimiter="\t", quoting=csv.QUOTE_NONE, quotechar=None)
    else:
        path = _written_as_csv(
            tmp_path / "a.csv", count, quoting=csv.QUOTE_ALL if kind == "quoted csv" else csv.QUOTE_MINIMAL
        )
    result = judged(path)
    assert len(result.contacts) == count
    assert not result.warnings
    for number, contact in enumerate(result.contacts):
        values = [contact[name] for name in ("phone", "email", "postal_code", "organization", "city")]
        assert values == [f"+1602555{number:04}", None, "85201", None, "Mesa"]
        assert json.loads(contact["custom_fields"]) == {"Code": "0042"}


@pytest.mark.parametrize("count", [FEW, MANY])
@pytest.mark.parametrize("number_format", ["General", "0", "0.00", "#,##0.00", "#,##0", '"Tel "0.0', "0.00E+00"])
def test_numbers_of_a_workbook_keep_their_digits(tmp_path: Path, number_format: str, count: int) -> None:
    path = tmp_path / "a.xlsx"
    workbook = xlsxwriter.Workbook(str(path))
    sheet = workbook.add_worksheet()
    sheet.write_row(0, 0, ["Name", "Phone", "Zip"])
    style = workbook.add_format({"num_format": number_format})
    for row in range(count):
        sheet.write(row + 1, 0, "Ann")
        sheet.write_number(row + 1, 1, 9725550000 + row, style)
        sheet.write_number(row + 1, 2, 85201, workbook.add_format({"num_format": "0.0"}))
    workbook.close()
    result = judged(path)
    assert [contact["phone"] for contact in result.contacts] == [f"+1972555{row:04}" for row in range(count)]
    assert {contact["postal_code"] for contact in result.contacts} == {"85201"}


@pytest.mark.parametrize("count", [FEW, MANY])
@pytest.mark.parametrize(
    ("cell", "region", "national"),
    [
        ("972555{:04}.00", "US", "+1972555{:04}"),
        ("972-555-{:04}-12", "US", "+1972555{:04}"),
        ("030 2312{:04} (Chef)", "DE", "+49302312{:04}"),
        ("49302312{:04}.0", "DE", "+49302312{:04}"),
        ("01 234 {:04} DW 12", "AT", "+431234{:04}"),
        ("602-555-{:04} 602-555-0199", "US", "+1602555{:04}"),
        ("6.02555{:04}E9", "US", "+1602555{:04}"),
    ],
)
def test_both_ways_of_reading_take_the_same_number(
    tmp_path: Path, cell: str, region: str, national: str, count: int
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Name;Phone\n" + "".join(f"Ann;{cell.format(1001 + row)}\n" for row in range(count)))
    result = judged(path, region)
    assert [contact["phone"] for contact in result.contacts] == [national.format(1001 + row) for row in range(count)]


@pytest.mark.parametrize("count", [FEW, MANY])
def test_words_that_forbid_calls_beside_a_number_mark_the_person(tmp_path: Path, count: int) -> None:
    path = tmp_path / "a.csv"
    lines = [
        f"Ann,602-555-{row:04} DNC,\nBob,602-556-{row:04},\nCid,do not call,602-557-{row:04}\n" for row in range(count)
    ]
    path.write_text("Name,Mobile,Phone\n" + "".join(lines))
    result = judged(path)
    assert [contact["do_not_call"] for contact in result.contacts] == [1, 0, 1] * count
    assert {warning.text.partition(" was ")[2] for warning in result.warnings} >= {"taken as do not call"}
