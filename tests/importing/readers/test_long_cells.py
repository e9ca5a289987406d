"""A cell has a limit, which is checked before anything folds, splits or matches it: on both paths, in every format."""

import gzip
from functools import partial
from pathlib import Path

import pytest
import xlsxwriter

from segtui.domain.text import MAX_VALUE_LENGTH
from segtui.errors import UnreadableFile
from segtui.importing.rows.email_cells import email_in, read_email
from segtui.importing.rows.phones.phone_cells import Numbers
from tests.importing.support import judged, judged_text, opened
from tests.support.growth import demand_linear

FEW, MANY = 20, 600  # row by row, and by whole columns
LONG = "x" * MAX_VALUE_LENGTH
PILE = "a" + "\u0301\u0327" * 6_000


def rows(count: int) -> list[list[str]]:
    return [[f"Ann{n}", f"+1602555{n:04}", f"note {n}"] for n in range(count)]


def csv_of(count: int, note: str, *, quoted: bool = False) -> str:
    """Return a file whose fifth row (line 6) has `note`."""
    table = rows(count)
    table[4][2] = f'"{note}"' if quoted else note
    return "First name,Phone,Note\n" + "".join(",".join(row) + "\n" for row in table)


@pytest.mark.parametrize("count", [FEW, MANY])
@pytest.mark.parametrize("quoted", [False, True])
@pytest.mark.parametrize("note", [LONG + "x", "é" * 120_000, PILE, "a@b.c;" * 30_000, " " * 40_000 + LONG + "xy"])
def test_a_row_with_a_longer_cell_is_rejected_with_the_reason(
    tmp_path: Path, count: int, quoted: bool, note: str
) -> None:
    result = judged_text(tmp_path, csv_of(count, note, quoted=quoted))
    assert [row.line for row in result.rejected] == [6]
    length = len(note.strip())
    assert result.rejected[0].reason == (
        f"the cell in column 3 has {length:,} characters; at most {MAX_VALUE_LENGTH:,} are allowed"
    )
    assert result.rejected[0].cells[2].strip('"') == note
    assert len(result.contacts) == count - 1


@pytest.mark.parametrize("count", [FEW, MANY])
@pytest.mark.parametrize("note", [LONG, f"  {LONG}  "])
def test_the_longest_cell_is_imported_as_it_is(tmp_path: Path, count: int, note: str) -> None:
    result = judged_text(tmp_path, csv_of(count, note))
    assert not result.rejected
    assert LONG in result.contacts[4]["custom_fields"]


@pytest.mark.parametrize("position", [0, 1])
def test_a_long_name_or_phone_is_rejected_too(tmp_path: Path, position: int) -> None:
    table = rows(MANY)
    table[4][position] = "1" * 20_000
    text = "First name,Phone,Note\n" + "".join(",".join(row) + "\n" for row in table)
    result = judged_text(tmp_path, text)
    assert [row.reason for row in result.rejected] == [
        f"the cell in column {position + 1} has 20,000 characters; at most 10,000 are allowed"
    ]


def test_the_same_in_a_workbook_and_packed(tmp_path: Path) -> None:
    workbook = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = workbook.add_worksheet()
    for number, row in enumerate([["First name", "Phone", "Note"], *rows(FEW)]):
        sheet.write_row(number, 0, row)
    sheet.write_string(5, 2, "é" * 30_000)
    workbook.close()
    packed = tmp_path / "a.csv.gz"
    packed.write_bytes(gzip.compress(csv_of(FEW, "é" * 30_000).encode()))
    for path in (tmp_path / "a.xlsx", packed):
        result = judged(path)
        assert [(row.line, row.reason) for row in result.rejected] == [
            (6, "the cell in column 3 has 30,000 characters; at most 10,000 are allowed")
        ]


def test_a_column_whose_name_is_too_long_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"First name,Phone,{'n' * 200_000}\nAnn,602-555-0101,x\n")
    with pytest.raises(UnreadableFile, match=r"^a\.csv has a column whose name is longer than 10,000 characters\.$"):
        opened(path)


@pytest.mark.parametrize("count", [FEW, MANY])
def test_what_is_stored_has_no_pile_of_marks_and_nothing_invisible(tmp_path: Path, count: int) -> None:
    table = rows(count)
    table[4] = ["Zo\u200be" + "\u0308" * 30, "+16025559999", "a\u3164b\u034f"]
    text = "First name,Phone,Note\n" + "".join(",".join(row) + "\n" for row in table)
    contact = judged_text(tmp_path, text).contacts[4]
    assert contact["first_name"] == "Zoe" + "\u0308" * 4
    assert contact["name_key"] == "zoe"
    assert contact["custom_fields"] == '{"Note":"ab"}'


@pytest.mark.parametrize(
    "piece",
    [
        " ",
        " \t",
        "; ",
        " ;",
        "::",
        "a@b.c ",
        "<a ",
        "> ",
        "mailto:",
        ".",
        "a.",
        "@",
        "-",
        "\xa0",
        "<(a",
        "[a",
        "(",
        "a=b",
    ],
)
def test_reading_an_email_takes_time_that_grows_with_its_length_alone(piece: str) -> None:
    demand_linear(read_email, partial(_repeated, piece), 800)
    demand_linear(email_in, partial(_repeated, piece), 800)


@pytest.mark.parametrize(
    "piece",
    [
        " ", " ;", "; ", " / ", "/ ", " or ", "or ", "\n", " \n", ":: ", "1 ", "1/ ", "1", "+1 ", "+", "x", "x1",
        "ext 1 ", "a1", "1a", "(1) ", "((", "[(", "fax ", "#1", "602-555-0199 ", "6025550199/", "1e9 ", "1,000",
        "wa.me/", "sip:a", "<br>", "< ", "&", "=", "٢", "１ ", "http://", "1-800-FLOWERS ", "2020-01-01 ",
    ],
)  # fmt: skip
def test_reading_a_phone_cell_takes_time_that_grows_with_its_length_alone(piece: str) -> None:
    demand_linear(lambda text: Numbers().reading(text, "US"), partial(_repeated, piece), 800)
    demand_linear(lambda text: Numbers().reading(text, "MX"), partial(_repeated, piece), 800)


def _repeated(piece: str, length: int) -> str:
    return piece * (length // len(piece)) + "x"


@pytest.mark.parametrize("text", ["a@b.co; ; c@d.co", "a@b.co , ; c@d.co", " ; a@b.co;:::c@d.co"])
def test_nothing_between_two_separators_is_no_email(text: str) -> None:
    assert (read_email(text).value, read_email(text).rest) == ("a@b.co", "c@d.co")


@pytest.mark.parametrize("separator", ["; ;", " or ; ", " / ; ", ";;", " ::: "])
def test_nothing_between_two_separators_is_no_phone(separator: str) -> None:
    reading = Numbers().reading(f"602 555 0198{separator}602 555 0199", "US")
    assert reading.value == "+16025550198"
    assert "602 555 0199" in reading.rest


@pytest.mark.parametrize("length", [MAX_VALUE_LENGTH + 1, 150_000])
@pytest.mark.parametrize("kind", ["html", "vcf"])
def test_a_long_cell_of_a_page_or_a_card_costs_its_own_row_alone(tmp_path: Path, kind: str, length: int) -> None:
    path = tmp_path / f"a.{kind}"
    long = "x" * length
    if kind == "html":
        rows = (("First Name", "Phone", "Note"), ("Ann", "6025550198", long), ("Bo", "6025550199", "x"))
        cells = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
        path.write_text("<html><table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table></html>")
    else:
        cards = (("Ann", "6025550198", long), ("Bo", "6025550199", "x"))
        path.write_text("".join(f"BEGIN:VCARD\nFN:{a}\nTEL:{tel}\nNOTE:{note}\nEND:VCARD\n" for a, tel, note in cards))
    result = judged(path)
    assert [contact["phone"] for contact in result.contacts] == ["+16025550199"]
    assert len(result.rejected) == 1
    assert "at most 10,000 are allowed" in result.rejected[0].reason


def test_an_html_row_of_many_long_cells_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_text("<html><table><tr>" + f"<td>{'x' * 90_000}</td>" * 60 + "</tr></table></html>")
    with pytest.raises(UnreadableFile, match=r"^Row 1 of a table has more than 4,194,304 characters\.$"):
        opened(path)
