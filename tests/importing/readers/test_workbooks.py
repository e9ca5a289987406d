"""Workbooks: what is read is what people see in the sheet, row by row, and nothing of it is lost."""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import xlwt
from hypothesis import given
from hypothesis import strategies as st

from segtui.errors import InvalidInput, UnreadableFile
from segtui.importing.readers.workbooks.number_formats import shown
from segtui.importing.readers.workbooks.workbook import open_workbook, sheet_as_text
from tests.importing.support import judged, opened

HEADERS = ("First Name", "Phone", "Zip", "Since")


def xlsx(
    path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]], formats: Mapping[tuple[int, int], str] | None = None
) -> Path:
    """Write a workbook. `formats` are number formats by row and column, of every sheet."""
    workbook = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd", "strings_to_numbers": False})
    styles = {place: workbook.add_format({"num_format": code}) for place, code in (formats or {}).items()}
    for name, rows in sheets.items():
        sheet = workbook.add_worksheet(name)
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write(at, column, value, styles.get((at, column)))
    workbook.close()
    return path


def people(path: Path) -> Path:
    """Write Ann, whose postcode, phone and date are numbers with a format."""
    rows: list[list[Any]] = [list(HEADERS), ["Ann", 6025550199, 2134, 46093]]
    return xlsx(path, {"Leads": rows}, {(1, 2): "00000", (1, 3): "m/d/yyyy"})


def old(path: Path) -> Path:
    """Write the same as a workbook of Excel 97."""
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("Leads")
    for column, header in enumerate(HEADERS):
        sheet.write(0, column, header)
    for column, (value, code) in enumerate(
        [
            ("Ann", "General"),
            (6025550199, "General"),
            (2134, "00000"),
            (datetime(2026, 3, 12, tzinfo=UTC).replace(tzinfo=None), "M/D/YYYY"),
        ]
    ):
        sheet.write(1, column, value, xlwt.easyxf(num_format_str=code))
    workbook.save(str(path))
    return path


@pytest.mark.parametrize("make", [people, old])
def test_numbers_are_what_people_see(make: Any, tmp_path: Path) -> None:
    found = judged(make(tmp_path / "book"))
    (contact,) = found.contacts
    assert (contact["phone"], contact["first_name"], contact["postal_code"]) == ("+16025550199", "Ann", "02134")
    assert contact["custom_fields"] == '{"Since":"2026-03-12"}'
    assert (contact["line"], found.warnings, found.rejected) == (2, [], [])


def test_what_it_is_called(tmp_path: Path) -> None:
    with opened(people(tmp_path / "a.csv")) as source:
        assert (source.format, source.sheet, source.sheets, source.rows) == ("XLSX", "Leads", ("Leads",), 1)
        assert (source.delimiter, source.encoding) == ("", "")
    with opened(old(tmp_path / "b.dat")) as source:
        assert (source.format, source.sheet) == ("XLS", "Leads")


def test_the_first_sheet_with_data_is_read_and_any_other_can_be_named(tmp_path: Path) -> None:
    path = xlsx(
        tmp_path / "a.xlsx",
        {
            "Empty": [],
            "Cover": [["Our leads"]],
            "One": [["Phone"], ["602 555 0199"]],
            "Two": [["Phone"], ["602 555 0142"], ["602 555 0143"]],
        },
    )
    assert [each["phone"] for each in judged(path).contacts] == ["+16025550199"]
    assert judged(path).findings[0] == "Sheet “One”, one of 4"
    assert len(judged(path, sheet="two").contacts) == 2
    with pytest.raises(InvalidInput, match="no sheet “Three” in this workbook; it has “Empty”, “Cover”, “One”, “Two”"):
        judged(path, sheet="Three")


def test_options_that_make_no_sense_are_said_so(tmp_path: Path) -> None:
    path = people(tmp_path / "a.xlsx")
    with pytest.raises(InvalidInput, match="has no delimiter"):
        judged(path, delimiter=";")
    with pytest.raises(InvalidInput, match="has no encoding"):
        judged(path, encoding="utf-8")
    text = tmp_path / "a.csv"
    text.write_text("phone\n6025550199\n")
    with pytest.raises(InvalidInput, match="is not a workbook"):
        judged(text, sheet="One")


def test_lines_are_rows_of_the_sheet(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["Notes:"],
        [],
        ["Name", "Phone"],
        [],
        ["Ann", "nonsense"],
        ["Bo\nLee", 6025550199],
        [],
        ["Cy", "602 555 0142"],
    ]
    found = judged(xlsx(tmp_path / "a.xlsx", {"A": rows}))
    assert [each.line for each in found.rejected] == [5]
    assert found.lines == [6, 8]
    assert found.contacts[0]["last_name"] == "Lee"


def test_a_row_ends_with_its_last_cell_and_may_go_on_beside_the_headers(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["Phone", "Name", "City"],
        ["602 555 0199"],
        ["602 555 0142", "Bo", "Oslo", None, "call late"],
    ]
    found = judged(xlsx(tmp_path / "a.xlsx", {"A": rows}))
    assert (found.warnings, found.rejected) == ([], [])
    assert found.contacts[1]["custom_fields"] == '{"Column 5":"call late"}'


def test_rich_text_formulas_booleans_and_errors(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    workbook = xlsxwriter.Workbook(str(path))
    sheet = workbook.add_worksheet()
    sheet.write_row(0, 0, ["Name", "Phone", "Sum", "Yes", "Bad"])
    sheet.write_rich_string(1, 0, "An", workbook.add_format({"bold": True}), "na", " Lee")
    sheet.write_formula(1, 1, "=6025550000+199", None, 6025550199)
    sheet.write_formula(1, 2, '="a"&"b"', None, "ab")
    sheet.write(1, 3, True)  # noqa: FBT003  the library's own
    sheet.write_formula(1, 4, "=NA()", None, "#N/A")
    workbook.close()
    (contact,) = judged(path).contacts
    assert (contact["first_name"], contact["phone"]) == ("Anna", "+16025550199")
    assert contact["custom_fields"] == '{"Sum":"ab","Yes":"TRUE"}'  # an error of the spreadsheet is no value


def test_prefixes_inline_strings_and_missing_references(tmp_path: Path) -> None:
    sheet = (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>'
        '<x:row><x:c t="inlineStr"><x:is><x:t>Phone</x:t></x:is></x:c>'
        '<x:c t="inlineStr"><x:is><x:t>Day</x:t></x:is></x:c></x:row>'
        '<x:row><x:c><x:v>6025550199</x:v></x:c><x:c t="d"><x:v>2026-03-12T09:14:00</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    )
    (contact,) = judged(rewritten(people(tmp_path / "a.xlsx"), {"xl/worksheets/sheet1.xml": sheet})).contacts
    assert (contact["phone"], contact["custom_fields"]) == ("+16025550199", '{"Day":"2026-03-12 09:14:00"}')


def rewritten(path: Path, parts: Mapping[str, str | None]) -> Path:
    """Replace parts of a workbook, or leave them out."""
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            new = parts.get(name, data)
            if new is not None:
                archive.writestr(name, new)
    return path


BOMB = (
    '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    '<worksheet><sheetData><row><c t="str"><v>&b;</v></c></row>'
    "</sheetData></worksheet>"
)


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"xl/worksheets/sheet1.xml": "<worksheet><sheetData><row>"}, "damaged"),
        ({"xl/worksheets/sheet1.xml": None}, "no sheet with cells"),
        ({"xl/workbook.xml": None}, "damaged"),
        ({"xl/worksheets/sheet1.xml": BOMB}, "document type"),
        ({"xl/sharedStrings.xml": "<sst><si><t>a"}, "damaged"),
        ({"xl/worksheets/sheet1.xml": '<worksheet><row r="9999999"><c><v>1</v></c></row></worksheet>'}, "more rows"),
        ({"xl/worksheets/sheet1.xml": '<worksheet><row><c r="ZZZZ1"><v>1</v></c></row></worksheet>'}, "more columns"),
        ({"xl/worksheets/sheet1.xml": '<worksheet><row><c s="x"><v>1</v></c></row></worksheet>'}, "damaged"),
        ({"xl/worksheets/sheet1.xml": "<worksheet><row><c><v>one</v></c></row></worksheet>"}, "damaged"),
    ],
)
def test_a_damaged_workbook_is_one_sentence(parts: Mapping[str, str | None], says: str, tmp_path: Path) -> None:
    path = rewritten(people(tmp_path / "a.xlsx"), parts)
    with pytest.raises(UnreadableFile, match=says):
        judged(path)


@pytest.mark.parametrize("make", [people, old])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_workbook_that_is_cut_off_is_said_so(make: Any, share: float, tmp_path: Path) -> None:
    path = make(tmp_path / "a.xlsx")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(UnreadableFile, match=re.compile("damaged|archive|Office")):
        judged(path)


def test_what_a_protected_workbook_is(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(512)
    )
    with pytest.raises(UnreadableFile, match="protected by a password"):
        judged(path)


@pytest.mark.parametrize(
    ("value", "code", "seen"),
    [
        (2134, "00000", "02134"),
        (6025550199, "General", "6025550199"),
        (15550100123, "#,##0", "15550100123"),
        (15550100123, "0.00E+00", "15550100123"),
        (15550100123, '"+"0', "+15550100123"),
        (6025550199, "[<=9999999]###-####;(###) ###-####", "(602) 555-0199"),
        (5550199, "[<=9999999]###-####;(###) ###-####", "555-0199"),
        (123456789, "000-00-0000", "123-45-6789"),
        (12.5, "0.00", "12.50"),
        (12.5, "0.##", "12.5"),
        (0.1 + 0.2, "General", "0.3"),
        (1e-7, "General", "0.0000001"),
        (-3, "0;(0)", "(3)"),
        (-3, "0", "-3"),
        (0.5, "0%", "50%"),
        (5, '0 "kg"', "5 kg"),
        (46093, "[$-409]d\\-mmm\\-yyyy;@", "2026-03-12"),
        (46093.5, "yyyy-mm-dd hh:mm", "2026-03-12 12:00"),
        (0.75, "h:mm AM/PM", "18:00"),
        (1.5, "[h]:mm", "36:00:00"),
        (59, "d/m/yyyy", "1900-02-28"),
        (61, "d/m/yyyy", "1900-03-01"),
        (-1, "d/m/yyyy", "-1"),
        (2, '[Red]"Model "0', "Model 2"),
    ],
)
def test_number_formats(value: float, code: str, seen: str) -> None:
    assert shown(float(value), code) == seen


def test_the_calendar_of_1904() -> None:
    assert shown(0.0, "yyyy-mm-dd", since_1904=True) == "1904-01-01"


@given(
    st.lists(st.lists(st.text(alphabet=st.characters(exclude_categories=["C"]), max_size=8), max_size=5), max_size=8)
)
def test_any_table_of_text_comes_back(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    path = tmp_path_factory.mktemp("book") / "a.xlsx"
    workbook = xlsxwriter.Workbook(str(path))
    sheet = workbook.add_worksheet("A")
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write_string(at, column, value)
    workbook.close()
    with path.open("rb") as file:
        from segtui.importing.readers.workbooks.xlsx import Xlsx

        found = dict(Xlsx(io.BytesIO(file.read())).rows("A"))
    for at, row in enumerate(rows, 1):
        filled = max((place for place, cell in enumerate(row, 1) if cell), default=0)
        assert found.get(at, []) == row[:filled]


def test_a_sheet_leaves_nothing_behind(tmp_path: Path) -> None:
    from segtui.importing.file_opening import OpenFile, open_regular

    path = people(tmp_path / "a.xlsx")
    with open_regular(path) as raw:
        text = sheet_as_text(open_workbook(OpenFile(raw), "XLSX"), None)
        with text.file.reading() as reader:
            assert reader.read() == b"First Name,Phone,Zip,Since\nAnn,6025550199,02134,2026-03-12\n"
        text.file.close()
    assert [each.name for each in tmp_path.iterdir()] == ["a.xlsx"]
