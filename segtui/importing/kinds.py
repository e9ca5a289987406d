"""What a file is by its first bytes: a sentence for everything that is not a table of text.

Signatures as in the formats' own specifications and file(1)'s collection.
"""

import re
import zipfile

from segtui.errors import UnreadableFile
from segtui.importing.opening import BLOCK, OpenFile

# Bytes at the end of an archive in which its end is described: a comment of 64 KB may be there too.
_END_OF_ARCHIVE = (1 << 16) + 200
GZIP = b"\x1f\x8b"

_SAVE_AS_CSV = "save it as CSV and import that"
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"%PDF-", "a PDF document"),
    (b"{\\rtf", "an RTF document"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive; unpack it first"),
    (b"Rar!\x1a\x07", "a RAR archive; unpack it first"),
    (b"BZh", "a bzip2 file; unpack it first"),
    (b"\xfd7zXZ\x00", "an xz file; unpack it first"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file; unpack it first"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"PAR1", f"a Parquet file; {_SAVE_AS_CSV}"),
    (b"Obj\x01", f"an Avro file; {_SAVE_AS_CSV}"),
    (b"ARROW1", f"an Arrow file; {_SAVE_AS_CSV}"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"OggS", "an Ogg recording"),
    (b"ID3", "an MP3 recording"),
    (b"fLaC", "a FLAC recording"),
)
_TEXT_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"<!doctype html", f"an HTML page; {_SAVE_AS_CSV}"),
    (b"<html", f"an HTML page; {_SAVE_AS_CSV}"),
    (b"<?xml", f"an XML file; {_SAVE_AS_CSV}"),
    (b"begin:vcard", "a vCard file; export the contacts as CSV instead"),
)
_JSON = re.compile(rb'(?:\{\s*["}]|\[\s*[\[{"\]])')
# Bytes of the list of files in an archive; a workbook with a thousand pictures has a tenth of it.
_MAX_DIRECTORY = 2 << 20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def is_workbook(file: OpenFile, head: bytes) -> bool:
    """Tell whether a file, which begins with `head`, is a workbook that can be read: XLSX, XLSM or XLS."""
    if head.startswith(b"PK"):
        # The list of names is at the end of an archive, and not there where that was cut off.
        parts = _names_of(file)
        return ("xl/workbook.bin" not in parts) and (
            any(part.startswith("xl/") for part in parts) or b"xl/work" in head
        )
    if not head.startswith(_OLE):
        return False
    # The name of the stream that an old workbook is in; a protected new one lies in such a file too.
    names = _occurring(file, (_wide(b"Workbook"), _wide(b"Book"), _wide(b"EncryptedPackage")))
    return bool(names) and _wide(b"EncryptedPackage") not in names


def _occurring(file: OpenFile, names: tuple[bytes, ...]) -> set[bytes]:
    """Return which of the names occur in a file."""
    longest = max(map(len, names))
    found: set[bytes] = set()
    end = b""
    with file.reading() as raw:
        while block := raw.read(BLOCK):
            block = end + block
            found.update(name for name in names if name in block)
            end = block[-longest:]
    return found


def _demand_small_directory(file: OpenFile) -> None:
    """Raise UnreadableFile for an archive whose list of files is too long to be read at once."""
    with file.reading() as raw:
        raw.seek(max(file.size - _END_OF_ARCHIVE, 0))
        tail = raw.read(_END_OF_ARCHIVE)
    at = tail.rfind(b"PK\x05\x06")
    size = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
    if at >= 76 and tail[at - 20 : at - 16] == b"PK\x06\x07":  # large archives say it in a record before that
        size = int.from_bytes(tail[at - 36 : at - 28], "little")
    if size > _MAX_DIRECTORY:
        raise UnreadableFile("This archive has too many files in it to be a workbook; unpack it first.")


def _names_of(file: OpenFile) -> list[str]:
    _demand_small_directory(file)
    try:
        with file.reading() as raw, zipfile.ZipFile(raw) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return []


def refused_kind(head: bytes) -> str | None:
    """Return what the file is ("a PNG image") if it is not a table of text, else None. `head`: its first bytes."""
    if head.startswith(b"PK"):
        return _zipped(head)
    if head.startswith(_OLE):
        if _wide(b"EncryptedPackage") in head:
            return "an Office file protected by a password; save it without one"
        return f"an old Office file; {_SAVE_AS_CSV}"
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if head[:4] == b"RIFF":
        return "a WAV recording" if head[8:12] == b"WAVE" else "a RIFF file"
    if head[4:8] == b"ftyp":
        return "a video or audio recording"
    if head[257:262] == b"ustar":
        return "a TAR archive; unpack it first"
    return _by_text(head)


def _wide(name: bytes) -> bytes:
    return b"".join(bytes((char, 0)) for char in name)


def _zipped(head: bytes) -> str | None:
    if not re.match(rb"PK(?:\x03\x04|\x05\x06|\x07\x08)", head):
        return None
    if b"xl/workbook.bin" in head:
        return "an Excel binary workbook (XLSB); save it as XLSX"
    if b"[Content_Types].xml" in head or b"_rels/" in head:
        return "a Word document" if b"word/" in head else "an Office document"
    if b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet" in head:
        return "an OpenDocument spreadsheet; save it as CSV"
    return "a ZIP archive; unpack it first"


def _by_text(head: bytes) -> str | None:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower()
    for beginning, kind in _TEXT_STARTS:
        if start.startswith(beginning):
            return kind
    if _JSON.match(start):
        return f"a JSON file; {_SAVE_AS_CSV}"
    return None


def is_binary(text: str) -> bool:
    """Tell whether text that was decoded from a file's beginning is no text at all: mostly control characters."""
    controls = sum(char < " " and char not in "\t\n\r" for char in text)
    return controls * 10 > len(text) and controls > 8
