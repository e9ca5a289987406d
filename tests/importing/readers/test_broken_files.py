"""Files as they come: damaged, mislabelled, in odd encodings. Each is read, or refused in a sentence."""

import gzip
import io
import os
import zipfile
from pathlib import Path

import pytest

from segtui.errors import InvalidInput, UnreadableFile
from segtui.importing import ReadOptions, match_columns, open_source, validate_rows
from tests.importing.support import judged, judged_text, opened

PLAIN = "Name,Phone,Email\nAnn Lee,602-555-0101,ann@example.com\nZoë Núñez,602-555-0102,zoe@example.com\n"


def zipped(*members: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for member in members:
            archive.writestr(member, "content")
    return buffer.getvalue()


READABLE = {
    "utf-8": PLAIN.encode(),
    "utf-8 with a byte-order mark": PLAIN.encode("utf-8-sig"),
    "utf-16 with a byte-order mark": PLAIN.encode("utf-16"),
    "utf-16 without one": PLAIN.encode("utf-16-le"),
    "big-endian utf-16 without one": PLAIN.encode("utf-16-be"),
    "utf-32": PLAIN.encode("utf-32"),
    "windows-1252": PLAIN.encode("cp1252"),
    "gzip": gzip.compress(PLAIN.encode()),
    "gzip of utf-16": gzip.compress(PLAIN.encode("utf-16")),
    "windows line ends": PLAIN.replace("\n", "\r\n").encode(),
    "old mac line ends": PLAIN.replace("\n", "\r").encode(),
    "line ends of three kinds": PLAIN.replace("\n", "\r\n", 1).replace("\nZ", "\rZ").encode(),
    "no line end at the end": PLAIN.rstrip("\n").encode(),
    "semicolons": PLAIN.replace(",", ";").encode(),
    "tabs": PLAIN.replace(",", "\t").encode(),
    "pipes": PLAIN.replace(",", "|").encode(),
    "a sep= line": ("sep=;\n" + PLAIN.replace(",", ";")).encode(),
    "a quoted sep= line": ('"sep=|"\r\n' + PLAIN.replace(",", "|").replace("\n", "\r\n")).encode(),
    "a preamble": ("Notes:\nexported by Bob, on Monday\n\n" + PLAIN).encode(),
    "a preamble padded with commas": ("Contacts of ACME,,\n,,\n" + PLAIN).encode(),
    "no header": PLAIN.partition("\n")[2].encode(),
    "blank lines": PLAIN.replace("\n", "\n\n").encode(),
    "lines of commas": PLAIN.replace("\n", "\n,,\n").encode(),
    "trailing empty columns": PLAIN.replace("\n", ",,\n").encode(),
    "trailing commas in the rows only": PLAIN.replace("com\n", "com,,\n").encode(),
    "everything quoted": "\n".join(
        ",".join(f'"{cell}"' for cell in line.split(",")) for line in PLAIN.splitlines()
    ).encode(),
    "blanks around cells": PLAIN.replace(",", " , ").encode(),
}


@pytest.mark.parametrize("kind", READABLE)
def test_both_contacts_are_read_whatever_the_layout(tmp_path: Path, kind: str) -> None:
    result = judged_text(tmp_path, READABLE[kind])
    assert [(each["phone"], each["email"], each["last_name"]) for each in result.contacts] == [
        ("+16025550101", "ann@example.com", "Lee"),
        ("+16025550102", "zoe@example.com", "Núñez"),
    ]
    assert (result.rejected, result.warnings, result.rows) == ([], [], 2)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "this is a PNG image"),
        (b"%PDF-1.7\n", "this is a PDF document"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "this is a JPEG image"),
        (zipped("leads.csv", "more.csv"), "several files (leads.csv, more.csv): unpack it and import one"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "the workbook is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + b"W\0o\0r\0k\0b\0o\0o\0k\0", "the workbook is damaged"),
        (zipped("[Content_Types].xml", "xl/workbook.bin"), "an Excel binary workbook (XLSB); save it as XLSX"),
        (zipped("[Content_Types].xml", "word/document.xml"), "a Word document"),
        (b"SQLite format 3\x00" + bytes(90), "this is an SQLite database"),
        (b"PAR1" + bytes(90), "this is a Parquet file"),
        (b"<!DOCTYPE html><html><table>", "this is an HTML page (a web page) without a table"),
        (b'[{"phone": "602"}]', "this is a JSON file"),
        (gzip.compress(b"%PDF-1.7\n"), "this is a PDF document inside gzip"),
        (gzip.compress(gzip.compress(PLAIN.encode())), "packed with gzip twice"),
        (gzip.compress(PLAIN.encode() * 1000)[:-20], "damaged or cut off"),
        (bytes(range(32)) * 200, "control characters"),
        (b"a," + b"x" * (9 << 20), "not a table of contacts"),
        (",".join(f"c{n}" for n in range(2001)).encode() + b"\n", "2,001 columns"),
        (PLAIN.encode("utf-16")[:-1], "is not UTF-16"),
    ],
)
def test_what_is_no_table_is_refused_for_what_it_is(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableFile) as error:
        judged_text(tmp_path, content)
    assert sentence.lower() in str(error.value).lower()
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"Name,Phone,Email\n", b"\xef\xbb\xbf", b"Name,Phone,Email\n\n,,\n"])
def test_a_file_without_rows_has_none_and_is_no_error(tmp_path: Path, content: bytes) -> None:
    result = judged_text(tmp_path, content)
    assert (result.rows, result.contacts, result.rejected) == (0, [], [])


def test_missing_folders_pipes_and_devices_are_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, sentence in (
        (tmp_path / "none.csv", "There is no file"),
        (tmp_path, "is a folder"),
        (tmp_path / "pipe", "is a pipe"),
        (Path("/dev/null"), "is a device"),
        (Path("a\0b"), "cannot be opened"),
    ):
        with pytest.raises(UnreadableFile, match=sentence):
            opened(path)


def test_a_stream_is_read_like_a_file_and_may_be_read_twice() -> None:
    with open_source(None, io.BytesIO(PLAIN.encode()), name="-", options=ReadOptions()) as source:
        assert source.size == len(PLAIN.encode())
        assert [sum(len(chunk.rows) for chunk in source.chunks()) for _ in range(2)] == [2, 2]


def test_a_file_that_is_not_the_one_meant_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    path.write_text(PLAIN)
    with opened(path) as source:
        known = source.sha256
    with open_source(path, name="x", options=ReadOptions(), sha256=known.upper()) as source:
        assert source.sha256 == known
    with pytest.raises(UnreadableFile, match="SHA-256"):
        open_source(path, name="x", options=ReadOptions(), sha256="0" * 64)


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    path.write_text(PLAIN)
    with opened(path) as source:
        path.write_text(PLAIN * 2)
        with pytest.raises(UnreadableFile, match="changed"):
            list(source.chunks())


def test_damaged_letters_do_not_turn_utf_8_into_another_encoding(tmp_path: Path) -> None:
    text = "Name,Phone\n" + "Zoë Núñez,602-555-0101\n" * 40
    result = judged_text(tmp_path, text.encode() + b"Jos\xc3,602-555-0102\n")
    assert result.contacts[0]["last_name"] == "Núñez"
    assert any("damaged" in finding for finding in result.findings)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"encoding": "klingon"}, "not an encoding"),
        ({"delimiter": "ab"}, "not a delimiter"),
        ({"delimiter": '"'}, "not a delimiter"),
    ],
)
def test_options_that_make_no_sense_are_said_so(tmp_path: Path, options: dict[str, str], complaint: str) -> None:
    with pytest.raises(InvalidInput, match=complaint):
        judged_text(tmp_path, PLAIN, **options)


def test_a_named_encoding_and_delimiter_hold(tmp_path: Path) -> None:
    result = judged_text(
        tmp_path, "Name:Phone\nŁukasz Żak:602-555-0101\n".encode("cp1250"), encoding="cp1250", delimiter=":"
    )
    assert (result.contacts[0]["first_name"], result.contacts[0]["last_name"]) == ("Łukasz", "Żak")
    with pytest.raises(UnreadableFile, match="line 2"):
        judged_text(tmp_path, b"Name,Phone\nZo\xeb,6\n", encoding="utf-8")


def test_repeated_and_blank_headers_get_names_of_their_own(tmp_path: Path) -> None:
    result = judged_text(tmp_path, "Phone,Note,Note,,Note (2)\n602-555-0101,a,b,c,d\n")
    assert result.headers == ["Phone", "Note", "Note (3)", "Column 4", "Note (2)"]
    assert result.contacts[0]["custom_fields"] == '{"Note":"a","Note (3)":"b","Column 4":"c","Note (2)":"d"}'


def test_short_rows_are_warned_about_and_long_ones_rejected(tmp_path: Path) -> None:
    rows = "Ann,602-555-0101\nBob,602-555-0102,Mesa\nCid,602-555-0103,Mesa,,,x\nDee,602-555-0104,Mesa,,, \n"
    result = judged_text(tmp_path, "Name,Phone,City,,\n" + rows)
    assert result.lines == [2, 3, 5]
    assert [(warning.line, warning.text) for warning in result.warnings] == [
        (2, "only 2 of 3 cells; the missing ones are blank")
    ]
    assert [(row.line, row.reason, row.cells) for row in result.rejected] == [
        (4, "6 cells where the header has 5", ("Cid", "602-555-0103", "Mesa", "", "", "x"))
    ]


def test_control_characters_become_blanks_with_a_warning(tmp_path: Path) -> None:
    result = judged_text(tmp_path, 'Name,Phone,City\nAn\x00n\x1b[2J,602-555-0101,"New\nYork"\nBob,602-555-0102,x\ty\n')
    assert [contact["first_name"] for contact in result.contacts] == ["An n", "Bob"]
    assert [contact["city"] for contact in result.contacts] == ["New York", "x y"]
    assert [warning.line for warning in result.warnings] == [2, 4]


def test_guarding_apostrophes_are_taken_away_once(tmp_path: Path) -> None:
    result = judged_text(tmp_path, "First name,Phone,City\n'=1+1,'+16025550101,''@x\n'Ann,602-555-0102,x\n")
    assert [(each["first_name"], each["phone"], each["city"]) for each in result.contacts] == [
        ("=1+1", "+16025550101", "'@x"),
        ("'Ann", "+16025550102", "x"),
    ]


def test_lines_are_counted_as_an_editor_does(tmp_path: Path) -> None:
    text = (
        'about\n\nPhone,Note\r\n\r\n602-555-0101,"a\r\nb\r\n"\r\n602-555-0102,\x0b\x0c\x85\u2028\r\n602-555-0103,c\r\n'
    )
    assert judged_text(tmp_path, text).lines == [5, 8, 9]


def test_many_files_leave_nothing_open(tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    path.write_text(PLAIN)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        judged(path)
        with pytest.raises(InvalidInput):
            judged(path, delimiter="??")
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_small_file_says_how_many_rows_it_has_although_a_quote_is_left_open(tmp_path: Path) -> None:
    path = tmp_path / "open.csv"
    path.write_text('phone,first_name\n+16025550101,"Ann\n+16025550102,Bo\n+16025550103,Cy\n', encoding="utf-8")
    with open_source(path, options=ReadOptions()) as source:
        assert source.rows == 3
        columns = match_columns(source, ReadOptions())
        assert sum(batch.rows for batch in validate_rows(source, columns, region="US")) == 3
