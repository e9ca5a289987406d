"""Files that are no CSV: HTML tables, vCards, OpenDocument and ZIP archives are read, the others named."""

import gzip
import io
import quopri
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from segtui.errors import InvalidInput, UnreadableFile
from segtui.importing.readers import archive
from tests.importing.support import Judged, judged, opened

PAGE = "<table><tr><th>Name</th><th>Phone</th></tr><tr><td>Ann Lee</td><td>602-555-0101</td></tr></table>"


def written(folder: Path, content: str | bytes, name: str = "contacts.xls") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def zipped(members: Mapping[str, Any]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive_:
        for name, content in members.items():
            kind = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive_.writestr(name, content, kind)
    return buffer.getvalue()


def names(found: Judged) -> list[tuple[str, str]]:
    return [(contact["phone"], contact["last_name"]) for contact in found.contacts]


ANN = [("+16025550101", "Lee")]


# HTML


@pytest.mark.parametrize(
    "page",
    [
        PAGE,
        f"<div>\r\n\t{PAGE}</div>",
        f"<!DOCTYPE html>\n<html><head><style>td {{}}</style></head><body>{PAGE}</body></html>",
        f'<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml">{PAGE}</html>',
        f"<!-- made by a CRM -->\n<HTML><BODY>{PAGE.upper().replace('ANN LEE', 'Ann Lee')}</BODY></HTML>",
        "<table><tr><td>Name<td>Phone<tr><td>Ann Lee<td>602-555-0101",
        PAGE.replace("Ann Lee", "\n   Ann&nbsp;Lee<!-- x -->\n ").replace("602-555", "602&#45;555"),
        PAGE.replace("</tr><tr>", "</tr><tr><td></td></tr><tr>"),
        f"<table><tr><td>menu</td></tr></table>{PAGE}<table><tr><td>foot</td></tr></table>",
        f"<table><tr><td>layout {PAGE}</td></tr></table>",
        "\ufeff" + PAGE,
    ],
)
def test_html_tables_are_read(tmp_path: Path, page: str) -> None:
    found = judged(written(tmp_path, page))
    assert names(found) == ANN
    assert (found.rejected, found.warnings) == ([], [])


def test_an_html_table_says_what_it_is_and_other_tables_can_be_chosen(tmp_path: Path) -> None:
    path = written(tmp_path, PAGE + PAGE.replace("0101", "0102"))
    with opened(path) as source:
        assert (source.format, source.sheet, source.sheets) == ("HTML", "Table 1", ("Table 1", "Table 2"))
        assert (source.delimiter, source.encoding) == ("", "UTF-8")
    assert judged(path, sheet="table 2").contacts[0]["phone"] == "+16025550102"


@pytest.mark.parametrize(
    ("meta", "codec"),
    [
        ('<meta charset="windows-1251">', "cp1251"),
        ("<meta http-equiv=Content-Type content='text/html; charset=shift_jis'>", "shift_jis"),
        ("", "utf-16"),
        ("", "utf-8"),
        ('<meta charset="no such set">', "utf-8"),
    ],
)
def test_the_encoding_that_a_page_declares_is_no_guess(tmp_path: Path, meta: str, codec: str) -> None:
    city = "東京" if codec == "shift_jis" else "Москва"
    page = f"<html><head>{meta}</head><body>{PAGE.replace('Phone</th>', 'Phone</th><th>City</th>')}</body></html>"
    page = page.replace("0101</td>", f"0101</td><td>{city}</td>")
    found = judged(written(tmp_path, page.encode(codec)))
    assert found.contacts[0]["city"] == city
    assert not any("guess" in finding for finding in found.findings)


def test_breaks_spans_scripts_and_hidden_rows(tmp_path: Path) -> None:
    page = (
        "<table><tr><td colspan=2>Leads<script>alert('x')</script></td><td>2026</td></tr>"
        "<tr><th>Name<th>Phone<th>City</tr>"
        "<tr><td>Ann<br>Lee</td><td><b>602</b>-555-0101</td><td rowspan=2>Mesa</td></tr>"
        "<tr style='display: none'><td>Bob Foe</td><td>602-555-0102</td></tr>"
        "<tr hidden><td>Cid Roe</td><td>602-555-0103</td><td>Tempe</td></tr></table>"
    )
    path = written(tmp_path, page)
    found = judged(path)
    assert [(c["first_name"], c["city"], c["line"]) for c in found.contacts] == [
        ("Ann", "Mesa", 3), ("Bob", None, 4), ("Cid", "Tempe", 5),
    ]  # fmt: skip
    assert "2 hidden rows of the sheet are imported too; they can be left out" in found.findings
    assert [c["first_name"] for c in judged(path, skip_hidden=True).contacts] == ["Ann"]


@pytest.mark.parametrize(
    ("page", "sentence"),
    [
        ("<html><body><p>Sign in</body></html>", "without a table"),
        ("<div><form>Sign in</form></div>", "without a table"),
        ("<table><tr><td>" + "<table><tr><td>" * 60, "nested too deeply"),
        ("<table><tr><td>x</td></tr><!-- " + "x" * (2 << 20), "never ends"),
        ("<table><tr>" + "<td colspan=1000>x</td>" * 20, "too many columns"),
        ("<table><tr>" + "<td colspan=1000 rowspan=60000>x</td>" * 16 + "<tr><td>y" * 2000, "span too many rows"),
    ],
)
def test_pages_that_cannot_be_read_are_one_sentence(tmp_path: Path, page: str, sentence: str) -> None:
    with pytest.raises(UnreadableFile, match=sentence) as error:
        judged(written(tmp_path, page))
    assert "\n" not in str(error.value)


def test_many_rows_of_a_page_are_read_in_columns(tmp_path: Path) -> None:
    rows = "".join(f"<tr><td>Ann Lee</td><td>602-555-{n:04}</td></tr>" for n in range(100, 900))
    found = judged(written(tmp_path, PAGE.replace("</table>", rows + "</table>")))
    assert len(found.contacts) == 801


# vCards

CARD = (
    "BEGIN:VCARD\nVERSION:3.0\nFN:Ann Lee\nN:Lee;Ann;;;\nTEL;TYPE=CELL:602-555-0101\nEMAIL:ann@example.com\nEND:VCARD\n"
)


def test_a_vcard_becomes_a_contact_with_all_that_is_in_it(tmp_path: Path) -> None:
    card = (
        "BEGIN:VCARD\r\nVERSION:3.0\r\nPRODID:-//x\r\nN:Lee;Ann;Mae;Dr.;Jr.\r\nFN:Dr. Ann Mae Lee Jr.\r\n"
        "ORG:Lee\\, Foe & Co;Sales\r\nTITLE:Buyer\r\n"
        "TEL;TYPE=WORK,VOICE:602-555-0102\r\nTEL;TYPE=WORK;TYPE=FAX:602-555-0103\r\nTEL;TYPE=cell:602-555-0101\r\n"
        "item1.TEL:602-555-0104\r\nitem1.X-ABLabel:_$!<Mobile>!$_\r\nTEL;TYPE=HOME:602-555-0105\r\n"
        "EMAIL;TYPE=INTERNET:old@example.com\r\nEMAIL;TYPE=INTERNET,PREF:ann@example.com\r\n"
        "ADR;TYPE=WORK:;Suite 5;1 Main St;Mesa;AZ;85201;USA\r\nADR;TYPE=HOME:;;2 Side St;Tempe;AZ;85281;USA\r\n"
        "NOTE:a long note that goes\r\n  on in the next line\\nand another\r\n"
        "PHOTO;ENCODING=b;TYPE=JPEG:" + "\r\n ".join(["QUJD" * 18] * 3000) + "\r\nX-SKYPE:ann.lee\r\nEND:VCARD\r\n"
    )
    path = written(tmp_path, card, "contacts.vcf")
    with opened(path) as source:
        assert (source.format, source.encoding, source.sheets, source.delimiter) == ("vCard", "UTF-8", (), "")
    (contact,) = judged(path).contacts
    keys = ("first_name", "last_name", "phone", "email", "organization", "job_title")
    values = ("Ann", "Lee", "+16025550101", "ann@example.com", "Lee, Foe & Co", "Buyer")
    assert tuple(contact[key] for key in keys) == values
    assert (contact["address"], contact["city"], contact["postal_code"]) == ("1 Main St, Suite 5", "Mesa", "85201")
    for text in ("602-555-0104", "602-555-0102", "old@example.com", "a long note that goes on", "ann.lee", "Sales"):
        assert text in contact["custom_fields"]
    assert "QUJD" not in contact["custom_fields"]


def test_vcard_2_1_with_its_own_character_sets(tmp_path: Path) -> None:
    encoded = quopri.encodestring("Жуков;Пётр".encode("cp1251")).decode().replace("\n", "\r\n")
    card = (
        "BEGIN:VCARD\r\nVERSION:2.1\r\n"
        f"N;CHARSET=windows-1251;ENCODING=QUOTED-PRINTABLE:{encoded}\r\n"
        "TEL;CELL;PREF:602-555-0101\r\nORG;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Caf=C3=A9 de=\r\n la=\r\n Paix\r\n"
        "ADR;DOM;HOME;ENCODING=QUOTED-PRINTABLE:;;1 Main St=0D=0ASuite 5;Mesa;AZ;85201;USA\r\nEND:VCARD\r\n"
    )
    (contact,) = judged(written(tmp_path, card, "a.vcf")).contacts
    assert (contact["first_name"], contact["last_name"], contact["phone"]) == ("Пётр", "Жуков", "+16025550101")
    assert contact["organization"] == "Café de la Paix"
    assert contact["address"] == "1 Main St Suite 5"


def test_vcard_4_0_with_uris(tmp_path: Path) -> None:
    card = (
        'begin:vcard\nversion:4.0\nFN:Ann Lee\nTEL;VALUE=uri;PREF=2;TYPE="voice,home":tel:+1-602-555-0102\n'
        'TEL;VALUE=uri;PREF=1;TYPE="voice,cell":tel:+1-602-555-0101;ext=5\nEMAIL;PREF=1:ann@example.com\nend:vcard\n'
    )
    (contact,) = judged(written(tmp_path, card, "a.vcf")).contacts
    assert (contact["phone"], contact["first_name"], contact["last_name"]) == ("+16025550101", "Ann", "Lee")


def test_many_cards_broken_ones_too_are_all_counted(tmp_path: Path) -> None:
    cards = [CARD.replace("0101", f"{n:04}").replace("ann@", f"ann{n}@") for n in range(100, 500)]
    cards[1] = cards[1].replace("END:VCARD\n", "")
    cards[2] = "BEGIN:VCARD\nVERSION:3.0\nFN:Nobody\nEND:VCARD\n"
    cards[3] = cards[3].replace("END:", "AGENT:\nBEGIN:VCARD\nFN:Agent\nTEL:602-555-9999\nEND:VCARD\nEND:")
    found = judged(written(tmp_path, "\n".join(cards), "a.vcf"))
    assert (found.rows, len(found.contacts), [row.line for row in found.rejected]) == (400, 399, [17])
    assert "+16025559999" not in {contact["phone"] for contact in found.contacts}


def test_the_rows_of_a_large_file_of_cards_are_counted(tmp_path: Path) -> None:
    path = written(tmp_path, CARD * 9_000, "a.vcf")
    with opened(path) as source:
        assert (source.rows, source.estimated_rows) == (9_000, 9_000)


def test_several_values_of_one_kind_are_all_kept(tmp_path: Path) -> None:
    phones = "".join(f"TEL;TYPE=CELL:602-555-01{n:02}\n" for n in range(1, 9))
    (contact,) = judged(written(tmp_path, CARD.replace("TEL;TYPE=CELL:602-555-0101\n", phones), "a.vcf")).contacts
    assert contact["phone"] == "+16025550101"
    for n in range(2, 9):
        assert f"602-555-01{n:02}" in contact["custom_fields"]


def test_vcards_are_bounded(tmp_path: Path) -> None:
    kinds = "".join(f"X-{n}:a\n" for n in range(900))
    found = judged(written(tmp_path, CARD.replace("END", kinds + "END"), "a.vcf"))
    assert names(found) == ANN
    assert len(found.headers) <= 201
    long = CARD.replace("END", "NOTE:" + "x" * (2 << 20) + "\nEND")
    with pytest.raises(UnreadableFile, match="longer than 1 MB"):
        judged(written(tmp_path, long, "a.vcf"))


def test_what_cannot_be_chosen_of_a_vcard_is_said(tmp_path: Path) -> None:
    path = written(tmp_path, CARD, "a.vcf")
    for options in ({"sheet": "x"}, {"delimiter": ","}, {"skip_hidden": True}):
        with pytest.raises(InvalidInput, match="is a vCard file"):
            judged(path, **options)
    assert names(judged(written(tmp_path, CARD.encode("utf-16"), "b.vcf"))) == ANN
    assert names(judged(written(tmp_path, gzip.compress(CARD.encode()), "c.vcf.gz"))) == ANN


# OpenDocument


def ods(path: Path, sheets: Mapping[str, Any]) -> Path:
    """Write a document with a real writer: strings as strings, numbers with the text that a format shows."""
    document = OpenDocumentSpreadsheet()
    for name, rows in sheets.items():
        table = Table(name=name)
        for row in rows:
            line = TableRow()
            for value in row:
                if isinstance(value, tuple):
                    cell = TableCell(valuetype="float", value=str(value[0]))
                    cell.addElement(P(text=value[1]))
                else:
                    cell = TableCell(valuetype="string")
                    cell.addElement(P(text=value))
                line.addElement(cell)
            table.addElement(line)
        document.spreadsheet.addElement(table)
    document.save(str(path))
    return path


def raw_ods(path: Path, body: str, styles: str = "") -> Path:
    """Write a document with exactly this content."""
    content = (
        f"<office:document-content><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive_:
        archive_.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive_.writestr("content.xml", content)
    return path


def cell(text: str, more: str = "", kind: str = "string") -> str:
    return f'<table:table-cell office:value-type="{kind}" {more}><text:p>{text}</text:p></table:table-cell>'


HEAD = f"<table:table-row>{cell('Name')}{cell('Phone')}</table:table-row>"
ROW = f"<table:table-row>{cell('Ann Lee')}{cell('602-555-0101')}</table:table-row>"


def test_a_document_of_a_real_writer(tmp_path: Path) -> None:
    rows = [
        ["Name", "Phone", "Zip", "Sum"],
        ["Ann Lee", (6025550101, "6,025,550,101"), (2134, "02134"), (1.5, "1.50")],
        ["Bob Foe", (6025550102, "6.03E+09"), (85201, "85201"), (2, "2")],
    ]
    path = ods(tmp_path / "a.ods", {"Cover": [["Our leads"], ["of May"]], "Leads": rows})
    with opened(path) as source:
        assert (source.format, source.sheet, source.sheets) == ("ODS", "Leads", ("Cover", "Leads"))
        assert source.findings[0] == "Sheet “Leads”, one of 2"
    found = judged(path)
    assert [(c["phone"], c["postal_code"]) for c in found.contacts] == [
        ("+16025550101", "02134"), ("+16025550102", "85201"),
    ]  # fmt: skip
    assert found.contacts[0]["custom_fields"] == '{"Sum":"1.50"}'
    assert judged(path, sheet="cover").rows == 2


def test_values_of_every_type_repeats_comments_and_gaps(tmp_path: Path) -> None:
    body = (
        '<table:table table:name="A"><table:table-row table:number-rows-repeated="2">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
        f"<table:table-row>{cell('Name')}{cell('Phone')}{cell('Since')}{cell('At')}{cell('Ok')}</table:table-row>"
        '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
        f"<table:table-row>{cell('Ann <text:span>Lee</text:span>')}"
        '<table:table-cell office:value-type="string"><office:annotation><text:p>a comment</text:p></office:annotation>'
        "<text:p>602<text:s text:c='1'/>555</text:p><text:p>0101</text:p></table:table-cell>"
        + cell("3/12", 'office:date-value="2026-03-12T00:00:00"', "date")
        + cell("9:05", 'office:time-value="PT9H05M00S"', "time")
        + cell("WAHR", 'office:boolean-value="true"', "boolean")
        + "</table:table-row>"
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row></table:table>'
    )
    (contact,) = judged(raw_ods(tmp_path / "a.ods", body)).contacts
    assert (contact["line"], contact["first_name"], contact["phone"]) == (7, "Ann", "+16025550101")
    assert contact["custom_fields"] == '{"Since":"2026-03-12","At":"09:05:00","Ok":"TRUE"}'


def test_hidden_rows_hidden_sheets_and_formulas_of_a_document(tmp_path: Path) -> None:
    hide = (
        '<style:style style:name="h" style:family="table"><style:table-properties table:display="false"/></style:style>'
    )
    gap = '<table:table-cell table:formula="of:=[.A1]"/>'
    formula = f"<table:table-row>{cell('Cid')}{gap}{cell('c@example.com')}</table:table-row>"
    body = (
        f'<table:table table:name="Old" table:style-name="h">{HEAD}{ROW}</table:table><table:table table:name="New">'
        f"<table:table-row>{cell('Name')}{cell('Phone')}{cell('Email')}</table:table-row>"
        + ROW.replace("<table:table-row>", '<table:table-row table:visibility="filter">')
        + ROW.replace("<table:table-row>", '<table:table-row table:visibility="collapse">').replace("0101", "0102")
        + formula
        + "</table:table>"
    )
    path = raw_ods(tmp_path / "a.ods", body, hide)
    found = judged(path)
    assert found.findings[0] == "Sheet “New”, one of 2"
    assert "2 hidden rows of the sheet are imported too; they can be left out" in found.findings
    assert (len(found.contacts), [(w.line, w.text) for w in found.warnings]) == (
        3, [(4, "a formula has no stored value; its cell is blank")],
    )  # fmt: skip
    assert [c["first_name"] for c in judged(path, skip_hidden=True).contacts] == ["Cid"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (
            f"{HEAD}{ROW.replace('<table:table-row>', '<table:table-row table:number-rows-repeated=%s>')}"
            % '"1000000"',
            "repeats rows",
        ),
        (
            f"<table:table-row>{cell('x' * 9000, 'table:number-columns-repeated=%s')}</table:table-row>" % '"16000"',
            "repeats rows",
        ),
        (
            f"<table:table-row><table:table-cell table:number-columns-repeated='16383'/>{cell('x')}</table:table-row>",
            "16,384 columns",
        ),
        (
            f"<table:table-row><table:table-cell table:number-columns-repeated='99999'/>{cell('x')}</table:table-row>",
            "too many columns",
        ),
        (f"<table:table-row table:number-rows-repeated='99999999'/>{ROW}", "too many rows"),
        (f"<table:table-row table:x='{'y' * (3 << 20)}'/>", "longer than 1 MB"),
        ("<table:table-row>", "damaged"),
    ],
)
def test_documents_made_to_fill_the_memory_are_one_sentence(tmp_path: Path, body: str, sentence: str) -> None:
    path = raw_ods(tmp_path / "a.ods", f'<table:table table:name="A">{body}</table:table>')
    assert path.stat().st_size < 20_000
    with pytest.raises(UnreadableFile, match=sentence):
        judged(path)


def test_a_long_cell_of_a_document_is_cut_in_memory(tmp_path: Path) -> None:
    body = f'<table:table table:name="A">{HEAD}{ROW.replace("Ann Lee", "x" * (5 << 20))}</table:table>'
    path = raw_ods(tmp_path / "a.ods", body)
    with opened(path) as source:
        assert max(len(each) for row in source.preview for each in row) <= 100_000


def test_protected_and_foreign_documents_are_named(tmp_path: Path) -> None:
    path = raw_ods(tmp_path / "a.ods", "")
    with zipfile.ZipFile(path, "a") as archive_:
        archive_.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
    with pytest.raises(UnreadableFile, match="protected by a password"):
        judged(path)
    bomb = '<!DOCTYPE a [<!ENTITY b "ha">]><office:document-content/>'
    with zipfile.ZipFile(path, "w") as archive_:
        archive_.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive_.writestr("content.xml", bomb)
    with pytest.raises(UnreadableFile, match="document type"):
        judged(path)


# ZIP archives

CSV = "Name,Phone\nAnn Lee,602-555-0101\n"


def test_the_one_file_of_an_archive_is_read(tmp_path: Path) -> None:
    litter: dict[str, str | bytes] = {
        "__MACOSX/._leads.csv": "x",
        ".DS_Store": b"\x00",
        "exports/": "",
        "Thumbs.db": b"\x00",
        "a.png": b"\x89PNG\r\n",
    }
    path = written(tmp_path, zipped({**litter, "exports/leads.csv": CSV}), "leads.zip")
    with opened(path) as source:
        assert source.findings[0] == "“leads.csv” in a ZIP archive"
        assert (source.name, source.size, source.format) == ("leads.zip", path.stat().st_size, "CSV")
    assert names(judged(path)) == ANN
    book = io.BytesIO()
    workbook = xlsxwriter.Workbook(book)
    sheet = workbook.add_worksheet("Leads")
    sheet.write_row(0, 0, ["Name", "Phone"])
    sheet.write_row(1, 0, ["Ann Lee", "602-555-0101"])
    workbook.close()
    document = raw_ods(tmp_path / "a.ods", f'<table:table table:name="A">{HEAD}{ROW}</table:table>').read_bytes()
    for name, content in {"a.xlsx": book.getvalue(), "a.ods": document, "a.vcf": CARD, "a.xls": PAGE}.items():
        assert names(judged(written(tmp_path, zipped({name: content}), "b.zip"))) == ANN
    assert names(judged(written(tmp_path, zipped({"a.csv.gz": gzip.compress(CSV.encode())}), "c.zip"))) == ANN


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({"a.csv": CSV, "b.csv": CSV}, r"several files \(a.csv, b.csv\): unpack it and import one"),
        ({f"{n}.csv": CSV for n in range(9)}, "and 4 more"),
        (
            {"a.png": b"\x89PNG\r\n\x1a\n", "b.pdf": b"%PDF-1.7"},
            r"no file that can be read as contacts \(a.png, b.pdf\)",
        ),
        ({"a/": ""}, "has no file in it"),
        ({f"{n}.csv": CSV for n in range(99)}, "unpack it and import one file"),
        ({"a.zip": zipped({"b.csv": CSV})}, "no file that can be read as contacts"),
        ({"\x1b[2J\n.csv": CSV, "b.csv": CSV}, "several files"),
    ],
)
def test_other_archives_are_refused_with_the_names_of_their_files(
    tmp_path: Path, members: Mapping[str, Any], sentence: str
) -> None:
    with pytest.raises(UnreadableFile, match=sentence) as error:
        judged(written(tmp_path, zipped(members), "a.zip"))
    assert str(error.value).isprintable()


def test_an_archive_that_unpacks_to_too_much_or_is_damaged_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MAX_UNSUSPECTED", 1 << 20)
    bomb = zipped({"a.csv": CSV + "x,y\n" * (1 << 20)})
    assert len(bomb) < 20_000
    with pytest.raises(UnreadableFile, match="is too large"):
        judged(written(tmp_path, bomb, "a.zip"))
    whole = zipped({"a.csv": "".join(f"Ann,602-555-{n:04}\n" for n in range(900))})
    damaged = whole[:800] + b"\xff" * 50 + whole[850:]
    with pytest.raises(UnreadableFile, match="damaged"):
        judged(written(tmp_path, damaged, "b.zip"))


# What is named for what it is


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n", "a web archive (MHTML); open it"),
        ("From: a@x.com\nSubject: x\nMIME-Version: 1.0\nContent-Type: text/plain\n\nHi\n", "an e-mail message (MIME)"),
        ("dn: cn=Ann Lee,mail=ann@example.com\ncn: Ann\n", "an LDIF address book"),
        ("version: 1\n\n# people\ndn:: Y249QW5u\ncn: Ann\n", "an LDIF address book"),
        ('<?xml version="1.0"?><YealinkIPPhoneDirectory>', "an XML phone book (“YealinkIPPhoneDirectory”)"),
        ("<AddressBook><Contact>", "an XML phone book (“AddressBook”)"),
        ('<?xml version="1.0"?>\n<phonebooks><phonebook>', "an XML phone book (“phonebooks”)"),
        ('<?xml version="1.0"?><orders><order/>', "an XML file (“orders”); save it as CSV"),
        ('<?xml version="1.0"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "XML spreadsheet"),
        ('<?xml version="1.0"?><office:document xmlns:office="x">', "a flat OpenDocument file"),
        (zipped({"Index/Tables/DataList.iwa": "x"}), "an Apple Numbers document; in Numbers, choose File"),
        (zipped({"Index/Document.iwa": "x"}), "Pages, Numbers or Keynote"),
        (zipped({"[Content_Types].xml": "", "ppt/presentation.xml": ""}), "a PowerPoint presentation"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "file that is not a spreadsheet"),
        (zipped({"META-INF/MANIFEST.MF": "x"}), "a program"),
        ("BEGIN:VCALENDAR\nVERSION:2.0\n", "a calendar (iCalendar)"),
        ('ID;PWXL;N;E\nP;PGeneral\nC;Y1;X1;K"Name"\n', "an old format (SYLK)"),
        ('{"contacts": [{"phone": "602-555-0101"}]}', "a JSON file; save it as CSV"),
        (b"!BDN" + bytes(100), "an Outlook data file"),
        (b"\x00\x01\x00\x00Standard ACE DB" + bytes(100), "an Access database"),
        (b"bplist00" + bytes(50), "an Apple property list"),
    ],
)  # fmt: skip
def test_other_files_are_named_with_the_way_out(tmp_path: Path, content: str | bytes, sentence: str) -> None:
    with pytest.raises(UnreadableFile) as error:
        judged(written(tmp_path, content))
    assert sentence in str(error.value)
    assert str(error.value).startswith("contacts.xls is not a table of text: this is ")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        f"{header}\nAnn,602-555-0101\n"
        for header in ("ID,Phone", "dn,Phone", "<b>Name</b>,Phone", "{x},Phone", "PK,Phone")
    ],
)
def test_tables_that_only_begin_alike_are_read(tmp_path: Path, text: str) -> None:
    assert [contact["phone"] for contact in judged(written(tmp_path, text, "a.csv")).contacts] == ["+16025550101"]


# Hidden rows and formulas of Excel's workbooks


def excel(path: Path, hidden: Sequence[int] = (), *, old: bool = False) -> Path:
    rows = [["Name", "Phone"], *([f"Ann{n} Lee", f"602-555-{n:04}"] for n in range(100, 700))]
    if old:
        book = xlwt.Workbook()
        table = book.add_sheet("Leads")
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                table.write(at, column, value)
        for at in hidden:
            table.row(at).hidden = True
        book.save(str(path))
        return path
    workbook = xlsxwriter.Workbook(str(path))
    sheet = workbook.add_worksheet("Leads")
    for at, row in enumerate(rows):
        sheet.write_row(at, 0, row)
    for at in hidden:
        sheet.set_row(at, options={"hidden": True})
    workbook.close()
    return path


@pytest.mark.parametrize("old", [False, True])
def test_hidden_rows_are_imported_and_counted_or_left_out(tmp_path: Path, old: bool) -> None:
    path = excel(tmp_path / "a.xls", (1, 5, 599), old=old)
    sentence = "3 hidden rows of the sheet are imported too; they can be left out"
    with opened(path) as source:
        assert (source.hidden_rows, source.warnings) == (3, [sentence])
    assert len(judged(path).contacts) == 600
    found = judged(path, skip_hidden=True)
    assert len(found.contacts) == 597
    assert "3 hidden rows of the sheet are left out" in found.findings
    assert not {2, 6, 600} & set(found.lines)


def test_formulas_without_a_stored_value_are_said(tmp_path: Path) -> None:
    from tests.importing.readers.test_workbooks import rewritten

    path = excel(tmp_path / "a.xlsx")
    sheet = (
        "<worksheet><sheetData>"
        '<row r="1"><c t="inlineStr"><is><t>Name</t></is></c><c t="inlineStr"><is><t>Phone</t></is></c></row>'
        '<row r="2"><c><f>A9</f></c><c t="inlineStr"><is><t>602-555-0101</t></is></c></row>'
        '<row r="3"><c t="inlineStr"><is><t>Bob</t></is></c><c><f>B9</f><v></v></c></row>'
        '<row r="4"><c t="str"><f>""</f><v></v></c><c><f>1+1</f><v>6025550102</v></c></row>'
        '<row r="5"><c><f>A9</f></c></row>'
        "</sheetData></worksheet>"
    )
    found = judged(rewritten(path, {"xl/worksheets/sheet1.xml": sheet}))
    assert [c["phone"] for c in found.contacts] == ["+16025550101", "+16025550102"]
    assert [(w.line, w.text) for w in found.warnings] == [(2, "a formula has no stored value; its cell is blank")]
    assert [(r.line, r.reason.partition("; a ")[2]) for r in found.rejected] == [
        (3, "formula has no stored value; its cell is blank")
    ]
    assert any(
        finding.startswith("Formulas in 3 rows have no stored value and are blank (rows 2, 3, 5)")
        for finding in found.findings
    )


def test_the_first_sheet_with_phones_or_e_mails_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    workbook = xlsxwriter.Workbook(str(path))
    for name, rows in {
        "Notes": [["Prepared by", "Bob"], ["Date", "2026-03-12"], ["Rows", "2"]],
        "Sums": [["Month", "Total"], ["May", "12"], ["June", "15"]],
        "People": [["Name", "Mobile"], ["Ann Lee", "602-555-0101"]],
        "More": [["Name", "Phone"], ["Bob Foe", "602-555-0102"]],
    }.items():
        sheet = workbook.add_worksheet(name)
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    workbook.close()
    with opened(path) as source:
        assert source.sheet == "People"
