"""CSV as programs other than spreadsheets write it: joined files, backslash quotes, blanks before quotes."""

from pathlib import Path

import pytest

from segtui.importing.readers.mending import MAX_LINES, repaired
from tests.importing.support import Judged, judged_text

HEADER = "Name,Note,Phone,City\n"


def _phones(found: Judged) -> list[str]:
    assert found.rejected == []
    return [contact["phone"][-4:] for contact in found.contacts]


def _mended(text: str, delimiter: str = ",") -> str:
    return "".join(repaired([text], delimiter))


@pytest.mark.parametrize("count", [1, 100])
def test_marks_between_joined_files_are_no_part_of_a_cell(tmp_path: Path, count: int) -> None:
    line = "\ufeffann{n}@example.com,Ann,602-555-0{n:03}\n"
    text = "Email,Name,Phone\n" + "".join(line.format(n=100 + n) for n in range(4 * count))
    found = judged_text(tmp_path, text.encode("utf-8-sig"))
    assert (found.rejected, found.warnings) == ([], [])
    assert found.contacts[0]["email"] == "ann100@example.com"


@pytest.mark.parametrize(
    "text",
    [
        "Name,Phone\r\nAnn,602-555-0101\r\n\x1a",
        "Name,Phone\r\nAnn,602-555-0101\x1a",
        "Name,Phone\nAnn,602-555-0101\n\x1a\x1a\x1a\n",
        "Name,Phone\nAnn,602-555-0101\n\x1a\x00\x00\x00",
        "Name,Phone\n\x1aAnn,602-555-0101\n",
        "\ufeff\ufeffName,Phone\nAnn,602-555-0101\n",
        "ï»¿Name,Phone\nAnn,602-555-0101\n",
        '\ufeff"Name","Phone"\n\ufeff"Ann","602-555-0101"\n',
    ],
)
def test_ends_of_file_and_marks_are_left_out(tmp_path: Path, text: str) -> None:
    found = judged_text(tmp_path, text)
    assert _phones(found) == ["0101"]
    assert (found.rows, found.warnings, found.headers) == (1, [], ["Name", "Phone"])


@pytest.mark.parametrize("count", [1, 150])
def test_quotes_with_a_backslash_are_quotes(tmp_path: Path, count: int) -> None:
    rows = "".join(
        f'"Ann \\"Al\\" Lee","said \\"yes\\", then \\"no\\"","602-555-{n:04}","Mesa"\n'
        for n in range(100, 100 + 2 * count)
    )
    found = judged_text(tmp_path, HEADER + rows)
    assert len(_phones(found)) == 2 * count
    assert {contact["custom_fields"] for contact in found.contacts} == {'{"Note":"said \\"yes\\", then \\"no\\""}'}
    assert {contact["city"] for contact in found.contacts} == {"Mesa"}


def test_a_cell_of_several_lines_may_have_them(tmp_path: Path) -> None:
    text = (
        HEADER
        + '"Ann","said \\"yes\\"","602-555-0101","Mesa"\n'
        + '"Bob","first\nthen \\"no\\"\nand \\"left\\"","602-555-0102","Mesa"\n'
        + '"Cid","plain","602-555-0103","Mesa"\n'
    )
    found = judged_text(tmp_path, text)
    assert _phones(found) == ["0101", "0102", "0103"]
    assert found.contacts[1]["custom_fields"] == '{"Note":"first then \\"no\\" and \\"left\\""}'


def test_a_backslash_at_the_end_of_a_cell_stays(tmp_path: Path) -> None:
    text = HEADER + '"Ann","C:\\","602-555-0101","Mesa"\n"Bob","D:\\","602-555-0102","Mesa"\n'
    assert _mended(text) == text
    assert [c["custom_fields"] for c in judged_text(tmp_path, text).contacts] == [
        '{"Note":"C:\\\\"}',
        '{"Note":"D:\\\\"}',
    ]


def test_a_stray_quote_among_them_costs_no_other_line(tmp_path: Path) -> None:
    rows = "".join(f'"A","\\"x\\"","602-555-0{n}","Mesa"\n' for n in range(100, 100 + 3 * MAX_LINES))
    found = judged_text(tmp_path, HEADER + rows + 'Bob,"x,602-555-0099,Mesa\n' + '"Cid","y","602-555-0098","Mesa"\n')
    assert len(found.contacts) == 3 * MAX_LINES + 2


@pytest.mark.parametrize("blanks", [" ", "     ", "\t", "\u00a0"])
@pytest.mark.parametrize("count", [1, 150])
def test_blanks_before_a_quote_are_left_out(tmp_path: Path, blanks: str, count: int) -> None:
    rows = "".join(
        f'"Lee, Ann",{blanks}"x, ""y"", z",{blanks}602-555-{n:04},{blanks}"Mesa"\n' for n in range(100, 100 + 2 * count)
    )
    found = judged_text(tmp_path, HEADER.replace(",", ", ") + rows)
    assert len(_phones(found)) == 2 * count
    assert {contact["custom_fields"] for contact in found.contacts} == {'{"Note":"x, \\"y\\", z"}'}
    assert {contact["city"] for contact in found.contacts} == {"Mesa"}


def test_blanks_before_a_quote_of_a_cell_of_several_lines(tmp_path: Path) -> None:
    text = HEADER + '"Ann", "one", "602-555-0101", "Mesa"\n"Bob", "two\nlines, ""x""", "602-555-0102", "Mesa"\n'
    found = judged_text(tmp_path, text)
    assert _phones(found) == ["0101", "0102"]
    assert found.contacts[1]["custom_fields"] == '{"Note":"two lines, \\"x\\""}'


@pytest.mark.parametrize("count", [1, 150])
def test_lines_that_are_quoted_as_a_whole_are_unpacked(tmp_path: Path, count: int) -> None:
    rows = "".join(f'"""Lee, Ann"",said ""yes"",602-555-{n:04},Mesa"\n' for n in range(100, 100 + 2 * count))
    found = judged_text(tmp_path, f'"{HEADER[:-1]}"\n{rows}')
    assert len(_phones(found)) == 2 * count
    assert {contact["last_name"] for contact in found.contacts} == {"Lee"}


@pytest.mark.parametrize(
    "text",
    [
        '"Name"\n"Lee, Ann"\n"Foe, Bob"\n',
        '"Lee, Ann"\n"Foe, Bob, Cid"\n',
        'a,"b, ""c""",d\n',
        'a,"b, \\",d\n',
        'a, b ,"c"\n',
        'a,5 " pipe,c\n',
        '"a","b\n, ""c""\n",d\n',
        "a,b\n",
    ],
)
def test_what_is_in_order_stays_as_it_is(text: str) -> None:
    assert _mended(text) == text
