"""Files as people have them, broken in every way: what each is called, its bytes, and what an import says of it.

An outcome is the counts that are not nought, as `rows 2, created 2`, or the beginning of the sentence that refuses it.
Run `python -m tests.importing.corpus` for the whole table.
"""

import gzip
import io
import struct
import sys
import tempfile
import zipfile
from pathlib import Path

from segtui.domain.vocabulary import IMPORT_COUNTS
from segtui.errors import NothingToImport, SegtuiError
from segtui.services import imports
from segtui.services.imports import ImportRequest
from segtui.services.session import Session

HEADER = "Name,Phone,Email,City\n"
ANN = "Ann Lee,602-555-0101,ann@example.com,Mesa\n"
ZOE = "Zoë Núñez,602-555-0102,zoe@example.com,Nuévo\n"
BOTH = HEADER + ANN + ZOE
TWO = "rows 2, created 2, added 2"
THREE = "rows 3, created 3, added 3"


def _zipped(**members: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_D_", "."), content)
    return buffer.getvalue()


def _png() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + bytes(60)


CORPUS: dict[str, tuple[bytes, str]] = {
    # What is right however it is written.
    "plain UTF-8": (BOTH.encode(), TWO),
    "UTF-8 with a byte-order mark": (BOTH.encode("utf-8-sig"), TWO),
    "UTF-16 with a byte-order mark": (BOTH.encode("utf-16"), TWO),
    "UTF-16, little end first, no mark": (BOTH.encode("utf-16-le"), TWO),
    "UTF-16, big end first, no mark": (BOTH.encode("utf-16-be"), TWO),
    "UTF-32": (BOTH.encode("utf-32"), TWO),
    "Windows-1252": (BOTH.encode("cp1252"), TWO),
    "Windows line ends": (BOTH.replace("\n", "\r\n").encode(), TWO),
    "old Mac line ends": (BOTH.replace("\n", "\r").encode(), TWO),
    "three kinds of line ends": (BOTH.replace("\n", "\r\n", 1).replace("\nZ", "\rZ").encode(), TWO),
    "no line end at the end": (BOTH.rstrip("\n").encode(), TWO),
    "semicolons": (BOTH.replace(",", ";").encode(), TWO),
    "tabs": (BOTH.replace(",", "\t").encode(), TWO),
    "pipes": (BOTH.replace(",", "|").encode(), TWO),
    "German Excel": (BOTH.replace(",", ";").replace("\n", "\r\n").encode("cp1252"), TWO),
    "Excel's Unicode text": (BOTH.replace(",", "\t").replace("\n", "\r\n").encode("utf-16"), TWO),
    "a sep= line": (("sep=;\n" + BOTH.replace(",", ";")).encode(), TWO),
    "a quoted sep= line": (('"sep=|"\n' + BOTH.replace(",", "|")).encode(), TWO),
    "gzip": (gzip.compress(BOTH.encode()), TWO),
    "two gzips behind each other": (gzip.compress((HEADER + ANN).encode()) + gzip.compress(ZOE.encode()), TWO),
    "a preamble": (("Notes:\nby Bob, on Monday\n\n" + BOTH).encode(), TWO),
    "a preamble padded with commas": (("Contacts,,,\n,,,\n" + BOTH).encode(), TWO),
    "no header row": ((ANN + ZOE).encode(), TWO),
    "blank lines": (BOTH.replace("\n", "\n\n").encode(), TWO),
    "lines of commas": (BOTH.replace("\n", "\n,,,\n").encode(), TWO),
    "lines of blanks": (BOTH.replace("\n", "\n   \n").encode(), TWO),
    "trailing empty columns": (BOTH.replace("\n", ",,\n").encode(), TWO),
    "everything quoted": (
        ("\n".join('"' + line.replace(",", '","') + '"' for line in BOTH.splitlines())).encode(),
        TWO,
    ),
    "blanks around the cells": (BOTH.replace(",", " , ").encode(), TWO),
    "a quoted line break": ((HEADER + ANN.replace("Mesa", '"New\nYork"') + ZOE).encode(), TWO),
    "quotes inside quotes": ((HEADER + ANN.replace("Ann Lee", '"Ann ""Al"" Lee"') + ZOE).encode(), TWO),
    "repeated headers": ((b"Phone,Note,Note\n602-555-0101,a,b\n602-555-0102,c,d\n"), TWO),
    "blank headers": ((b"Phone,,\n602-555-0101,a,b\n602-555-0102,c,d\n"), TWO),
    "a header without rows that fit its language": ((b"Tlf,Nimi\n602-555-0101,Ann\n602-555-0102,Bo\n"), TWO),
    "guarding apostrophes": ((b"Phone,City\n'+16025550101,'=x\n'+16025550102,y\n"), TWO),
    "non-breaking blanks in phones": (
        ("Phone,City\n602\u00a0555\u00a00101,x\n602\u2011555\u20110102,y\n").encode(),
        TWO,
    ),
    "marks that nobody sees in phones": (("Phone\n\u202d+16025550101\u202c\n\u200e602-555-0102\n").encode(), TWO),
    "several phones in a cell": ((b"Phone,City\nnone ::: 602-555-0101,x\n602-555-0102 ::: 602-555-0103,y\n"), TWO),
    # What is partly wrong: each row in exactly one count.
    "a short row": ((HEADER + "Ann,602-555-0101\n" + ZOE).encode(), TWO + ", warnings 1"),
    "a long row": ((HEADER + ANN.replace("\n", ",x\n") + ZOE).encode(), "rows 2, created 1, rejected 1, added 1"),
    "a long row of blanks": ((HEADER + ANN.replace("\n", ",,\n") + ZOE).encode(), TWO),
    "a stray quote": (
        (HEADER + '"Ann Lee,602-555-0101,a@example.com,x\n' + ZOE + "Bo,602-555-0103,bo@example.com,x\n").encode(),
        THREE + ", warnings 1",
    ),
    "a stray quote in the last row": (
        (HEADER + ZOE + '"Ann Lee,602-555-0101,a@example.com,x\n').encode(),
        TWO + ", warnings 1",
    ),
    "a quote in the middle of a cell": ((HEADER + ANN.replace("Mesa", '5" pipe') + ZOE).encode(), TWO),
    "NUL characters": ((HEADER + ANN.replace("Lee", "L\0ee") + ZOE).encode(), TWO + ", warnings 1"),
    "escape sequences": ((HEADER + ANN.replace("Lee", "\x1b[2JLee") + ZOE).encode(), TWO + ", warnings 1"),
    "one damaged letter": (
        (HEADER + ANN + ZOE * 30).encode() + b"Jos\xc3,602-555-0109,j@example.com,x\n",
        "rows 32, created 3, duplicates 29, added 3",
    ),
    "the same person twice": ((HEADER + ANN + ANN).encode(), "rows 2, created 1, duplicates 1, added 1"),
    "the same e-mail in another case": (
        (b"Email,City\na@example.com,x\nA@EXAMPLE.COM,y\n"),
        "rows 2, created 1, duplicates 1, added 1",
    ),
    "no phone and no e-mail": ((HEADER + "Ann,,,Mesa\n" + ZOE).encode(), "rows 2, created 1, rejected 1, added 1"),
    "a bad phone beside a good e-mail": (
        (HEADER + ANN.replace("602-555-0101", "12") + ZOE).encode(),
        TWO + ", warnings 1",
    ),
    "a bad e-mail beside a good phone": (
        (HEADER + ANN.replace("ann@", "ann at ") + ZOE).encode(),
        TWO + ", warnings 1",
    ),
    "Excel's scientific notation": (
        ("Name,Phone\nAnn,1.60256E+10\nZoë,602-555-0102\n").encode(),
        "rows 2, created 1, rejected 1, added 1",
    ),
    "dates where the phone should be": (
        ("Name,Phone\nAnn,2026-01-05\nZoë,602-555-0102\n").encode(),
        "rows 2, created 1, rejected 1, added 1",
    ),
    "a footer that counts": ((BOTH + "Total: 2,,,\n").encode(), "rows 3, created 2, rejected 1, added 2"),
    "a second header in the middle": ((HEADER + ANN + HEADER + ZOE).encode(), "rows 3, created 2, rejected 1, added 2"),
    # What brings nothing.
    "an empty file": (b"", "The file has no rows"),
    "a byte-order mark alone": (b"\xef\xbb\xbf", "The file has no rows"),
    "blank lines alone": (b"\n\r\n\n", "The file has no rows"),
    "a header alone": (HEADER.encode(), "The file has no rows"),
    "every row rejected": ((HEADER + "Ann,,,Mesa\nBo,12,x,y\n").encode(), "All 2 rows were rejected"),
    "no column that could be called": (b"Colour,Size\nred,4\nblue,5\n", "All 3 rows were rejected"),
    # What is something else.
    "a PNG image": (_png(), "is not a table of text: this is a PNG image"),
    "a JPEG image": (b"\xff\xd8\xff\xe0" + bytes(90), "is not a table of text: this is a JPEG image"),
    "a PDF document": (b"%PDF-1.7\n%\xe2\xe3\n1 0 obj", "is not a table of text: this is a PDF document"),
    "a web page": (b"<!DOCTYPE html><html><body><p>Sign in", "This is an HTML page (a web page) without a table"),
    "a JSON file": (b'[{"phone": "602-555-0101"}]', "is not a table of text: this is a JSON file"),
    "a database": (b"SQLite format 3\0" + bytes(90), "is not a table of text: this is an SQLite database"),
    "a Parquet file": (b"PAR1" + bytes(90) + b"PAR1", "is not a table of text: this is a Parquet file"),
    "a ZIP archive": (_zipped(a_D_txt="x", b_D_csv="y"), "The ZIP archive has several files (a.txt, b.csv)"),
    "a Word document": (
        _zipped(**{"[Content_Types].xml": "", "word__document_D_xml": ""}),
        "is not a table of text: this is a Word document",
    ),
    "a damaged workbook": (_zipped(**{"[Content_Types].xml": "", "xl__workbook_D_xml": ""}), "The workbook is damaged"),
    "a program": (b"\x7fELF\x02\x01\x01" + bytes(200), "is not a table of text"),
    "noise": (bytes(range(32)) * 200, "is not a table of text"),
    "gzip that was cut off": (gzip.compress(BOTH.encode() * 500)[:-20], "The gzip file is damaged or cut off"),
    "gzip in gzip": (gzip.compress(gzip.compress(BOTH.encode())), "is packed with gzip twice"),
    "UTF-16 that was cut off": (BOTH.encode("utf-16")[:-1], "the file is not UTF-16"),
    "2,001 columns": (",".join(f"c{n}" for n in range(2_001)).encode() + b"\n", "has 2,001 columns"),
}  # fmt: skip


def outcome(session: Session, content: bytes, path: Path) -> str:
    """Return what importing such a file comes to, in words. Nothing is written."""
    path.write_bytes(content)
    try:
        result = imports.run(session, ImportRequest(path, dry_run=True))
    except NothingToImport as error:
        return str(error)
    except SegtuiError as error:
        return str(error)
    return ", ".join(f"{name} {getattr(result, name)}" for name in IMPORT_COUNTS if getattr(result, name))


def main() -> None:
    """Print the table."""
    from segtui.database.engine import open_database
    from segtui.services.session import open_session

    with tempfile.TemporaryDirectory() as folder:
        session = open_session(open_database(Path(folder) / "empty.db"), source="test")
        for kind, (content, _) in CORPUS.items():
            sys.stdout.write(f"| {kind} | {outcome(session, content, Path(folder) / 'file.csv')} |\n")


if __name__ == "__main__":
    main()
