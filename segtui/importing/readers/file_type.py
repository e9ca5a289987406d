"""File type by the first bytes: a reader for tables, and for all else a sentence with the way out.

Signatures as in the formats' own specifications and file(1)'s collection.
"""

import codecs
import re
import zipfile
from typing import Final, Literal

from segtui.errors import UnreadableFile
from segtui.importing.file_opening import BLOCK, OpenFile

GZIP: Final = b"\x1f\x8b"
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END_OF_ARCHIVE: Final = (1 << 16) + 200
"""Bytes at the end of an archive that hold its end record: a comment of 64 KB may follow it."""

Container = Literal["XLSX", "XLS", "ODS", "ZIP"]
"""Binary files that can be read: workbooks, and archives with a file to read."""
Markup = Literal["HTML", "vCard"]
"""Text files that are not read line by line."""

_SAVE_AS_CSV: Final = "save it as CSV and import that"
_EXPORT: Final = "export the contacts as CSV or vCard instead"
_SIGNATURES: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"%PDF-", "a PDF document; ask for the contacts as CSV or as a workbook"),
    (b"{\\rtf", f"an RTF document; {_SAVE_AS_CSV}"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive; unpack it first"),
    (b"Rar!\x1a\x07", "a RAR archive; unpack it first"),
    (b"BZh", "a bzip2 file; unpack it first"),
    (b"\xfd7zXZ\x00", "an xz file; unpack it first"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file; unpack it first"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x00\x01\x00\x00Standard Jet DB", "an Access database; export the table as CSV"),
    (b"\x00\x01\x00\x00Standard ACE DB", "an Access database; export the table as CSV"),
    (b"!BDN", f"an Outlook data file; in Outlook, {_EXPORT}"),
    (b"bplist00", f"an Apple property list; {_EXPORT}"),
    (b"PAR1", f"a Parquet file; {_SAVE_AS_CSV}"),
    (b"Obj\x01", f"an Avro file; {_SAVE_AS_CSV}"),
    (b"ARROW1", f"an Arrow file; {_SAVE_AS_CSV}"),
    (b"FEA1", f"a Feather file; {_SAVE_AS_CSV}"),
    (b"ORC", f"an ORC file; {_SAVE_AS_CSV}"),
    (b"\x89HDF\r\n", f"an HDF5 file; {_SAVE_AS_CSV}"),
    (b"$FL2", f"an SPSS file; {_SAVE_AS_CSV}"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"OggS", "an Ogg recording"),
    (b"ID3", "an MP3 recording"),
    (b"fLaC", "a FLAC recording"),
)
_TEXT_STARTS: Final[tuple[tuple[str, str], ...]] = (
    ("begin:vcalendar", "a calendar (iCalendar)"),
    ("-----begin ", "a key or a certificate"),
    ("%!ps", "a PostScript document"),
)
_JSON: Final = re.compile(r'(?:\{\s*["}]|\[\s*[\[{"\]])')
_COMMENTS: Final = re.compile(r"(?:\s|<\?(?!xml|mso)[^>]*>|<!--.*?-->)*+", re.DOTALL)
_XML: Final = re.compile(r"<\?xml[^>]*\?>")
_ROOT: Final = re.compile(
    r"(?:\s|<\?[^>]*+>|<!--.*?-->|<!doctype[^>[]*+(?:\[[^\]]*+\])?[^>]*+>)*+<([\w:.-]+)", re.DOTALL | re.IGNORECASE
)
_HTML_TAGS: Final = frozenset(
    {"html", "head", "body", "meta", "div", "span", "p", "center", "font", "form", "style", "br"}
)
_TABLE: Final = re.compile(r"<(?:table|tr|td|th)[\s>]")
_LDIF: Final = re.compile(r"(?:#.*\n|\s)*+(?:version:\s*+\d++\s++)?(?:#.*\n|\s)*+dn::? ?\S")
_MAIL_HEADER: Final = re.compile(r"(?:[\w-]+:.*\n(?:[ \t].*\n)*)*?mime-version:", re.IGNORECASE)
_SYLK: Final = re.compile(r"id;p\w*(?:;\w+)*\n(?:[bcfpo];|o;)")
_DIF: Final = re.compile(r'table\n0,1\n"')
_NESTED: Final = re.compile(r"<[\w:.-]++[^>\n]*+>\s*+<[\w:.-]")
_SEARCHED: Final = 8192
"""Characters that are searched for the first tag of an XML file."""
_PHONE_BOOKS: Final = re.compile(r"phone|address ?book|directory|contact", re.IGNORECASE)
_MAX_DIRECTORY: Final = 2 << 20
"""Maximum size of an archive's directory, in bytes; a workbook with a thousand pictures has a tenth of it."""


def container_of(file: OpenFile, head: bytes) -> Container | None:
    """Return the type of a binary file that can be read and begins with `head`; None for all others."""
    if head.startswith(b"PK"):
        # The directory is at the end of an archive; a truncated archive has none.
        return _zip_kind(head, _names_of(file))
    if not head.startswith(OLE):
        return None
    # The stream name of an old workbook; a protected new workbook is such a file too.
    names = _occurring(file, (_wide("Workbook"), _wide("Book"), _wide("EncryptedPackage")))
    return "XLS" if names and _wide("EncryptedPackage") not in names else None


def _zip_kind(head: bytes, names: list[str]) -> Container | None:
    if "xl/workbook.bin" in names or b"xl/workbook.bin" in head:
        return None
    if any(name.startswith("xl/") for name in names) or b"xl/work" in head:
        return "XLSX"
    if b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet" in head[:200]:
        return "ODS"
    return "ZIP" if refused_kind(head, names) is None and (names or head.startswith(b"PK\x03\x04")) else None


def _occurring(file: OpenFile, names: tuple[bytes, ...]) -> set[bytes]:
    """Return the names that occur in a file."""
    longest = max(map(len, names))
    present: set[bytes] = set()
    end = b""
    with file.reading() as raw:
        while block := raw.read(BLOCK):
            block = end + block
            present.update(name for name in names if name in block)
            end = block[-longest:]
    return present


def _require_small_directory(file: OpenFile) -> None:
    """Raise UnreadableFile for an archive whose directory is too long to be read at once."""
    with file.reading() as raw:
        raw.seek(max(file.size - _END_OF_ARCHIVE, 0))
        tail = raw.read(_END_OF_ARCHIVE)
    end = tail.rfind(b"PK\x05\x06")
    size = int.from_bytes(tail[end + 12 : end + 16], "little") if end >= 0 else 0
    if end >= 76 and tail[end - 20 : end - 16] == b"PK\x06\x07":  # large archives (ZIP64) have it in the record before
        size = int.from_bytes(tail[end - 36 : end - 28], "little")
    if size > _MAX_DIRECTORY:
        raise UnreadableFile("This archive has too many files in it to be a workbook; unpack it first.")


def _names_of(file: OpenFile) -> list[str]:
    _require_small_directory(file)
    try:
        with file.reading() as raw, zipfile.ZipFile(raw) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return []


def markup_of(head: bytes) -> Markup | None:
    """Return the type of a text file that is read as a whole; None for all others."""
    text = _beginning(head).lower()
    if text.startswith("begin:vcard"):
        return "vCard"
    start = text[_COMMENTS.match(text).end() :]  # type: ignore[union-attr]  # it matches the empty string too
    if start.startswith(("<!doctype html", "<html")):
        return "HTML"
    root = _ROOT.match(start[:_SEARCHED])
    if root is None:
        return None
    # A fragment of a page, or a page declared as XML; anything else with such tags is other XML with a table in it.
    is_page = root[1] == "html" or (not _XML.match(start) and (root[1] in _HTML_TAGS or _TABLE.search(start)))
    return "HTML" if is_page and ":" not in root[1] else None


def is_readable(head: bytes) -> bool:
    """Return True if a file in an archive, beginning with `head`, can be read."""
    if head.startswith(b"PK"):
        return _zip_kind(head, []) in ("XLSX", "ODS")
    if head.startswith(OLE):
        return _wide("EncryptedPackage") not in head
    return head.startswith(GZIP) or (
        bool(head)
        and (markup_of(head) is not None or (refused_kind(head) is None and b"\x00\x00\x00" not in head[:4096]))
    )


def refused_kind(head: bytes, names: list[str] | None = None) -> str | None:
    """Return the type of a file ("a PNG image") that is not a readable table, else None.

    `head`: its first bytes; `names`: the files in it, if it is a ZIP archive.
    """
    if re.match(rb"PK(?:\x03\x04|\x05\x06|\x07\x08)", head):
        return _zipped(head, names or [])
    if head.startswith(OLE):
        if _wide("EncryptedPackage") in head:
            return "an Office file protected by a password; save it without one"
        if _wide("__substg1.0_") in head:
            return f"an Outlook message; {_EXPORT}"
        return f"an old Office file; {_SAVE_AS_CSV}"
    return _signed(head) or _by_text(_beginning(head))


def _signed(head: bytes) -> str | None:
    """Return the type of a file that begins with a known signature."""
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if head[:4] == b"RIFF":
        return "a WAV recording" if head[8:12] == b"WAVE" else "a RIFF file"
    if head[4:8] == b"ftyp":
        return "a video or audio recording"
    return "a TAR archive; unpack it first" if head[257:262] == b"ustar" else None


def _wide(name: str) -> bytes:
    return name.encode("utf-16-le")


def _zipped(head: bytes, names: list[str]) -> str | None:
    """Return the document type of an archive that is a document of some program; None for an archive of files."""

    def has(part: str) -> bool:
        return part.encode() in head or any(name.startswith(part) for name in names)

    if has("xl/workbook.bin"):
        return "an Excel binary workbook (XLSB); save it as XLSX"
    if has("[Content_Types].xml") or has("_rels/"):
        kinds = (("word/", "a Word document"), ("ppt/", "a PowerPoint presentation"))
        return next((kind for part, kind in kinds if has(part)), "an Office document") + f"; {_SAVE_AS_CSV}"
    if has("Index/Tables/") or has("Index/CalculationEngine") or has("Index.zip"):
        return "an Apple Numbers document; in Numbers, choose File, Export To, CSV"
    if has("Index/Document.iwa"):
        return "a document of Apple's Pages, Numbers or Keynote; export it as CSV"
    if has("META-INF/MANIFEST.MF") or has("AndroidManifest.xml"):
        return "a program"
    if b"mimetypeapplication/" in head[:100]:
        is_book = b"mimetypeapplication/epub" in head[:100]
        return "an e-book (EPUB)" if is_book else f"an OpenDocument file that is not a spreadsheet; {_SAVE_AS_CSV}"
    return None


def _beginning(head: bytes) -> str:
    r"""Return the text a file begins with, with `\n` line ends. The encoding hardly matters: signatures are ASCII."""
    codec = "latin-1"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        codec = "utf-16"
    elif head[1:2] == b"\x00" and head[3:4] == b"\x00":
        codec = "utf-16-le"
    text = head.removeprefix(codecs.BOM_UTF8).decode(codec, "ignore")
    return text.lstrip("\ufeff").lstrip().replace("\r\n", "\n").replace("\r", "\n")


def _by_text(text: str) -> str | None:
    start = text[:4096].lower()
    for beginning, kind in _TEXT_STARTS:
        if start.startswith(beginning):
            return kind
    if _JSON.match(start):
        return f"a JSON file; {_SAVE_AS_CSV}"
    if _LDIF.match(start):
        return f"an LDIF address book, as Thunderbird and directories write it; {_EXPORT}"
    if _MAIL_HEADER.match(start):
        if "multipart/related" in start or "text/html" in start:
            return f"a web archive (MHTML); open it in a spreadsheet program, {_SAVE_AS_CSV}"
        return f"an e-mail message (MIME); {_EXPORT}"
    if _SYLK.match(start) or _DIF.match(start):
        return f"a spreadsheet of an old format ({'SYLK' if start[0] == 'i' else 'DIF'}); {_SAVE_AS_CSV}"
    return _xml_kind(text, start)


def _xml_kind(text: str, start: str) -> str | None:
    root = _ROOT.match(text[:_SEARCHED])
    if not start.startswith("<") or root is None:
        return None
    # Without a declaration, a tag in front of other text may be an ordinary header.
    if not start.startswith("<?xml") and not _PHONE_BOOKS.search(root[1]) and not _NESTED.match(text[:_SEARCHED]):
        return None
    if "urn:schemas-microsoft-com:office:spreadsheet" in start:
        return "an XML spreadsheet of Excel 2003; open it in a spreadsheet program and save it as XLSX"
    if root[1] == "office:document":
        return "a flat OpenDocument file; save it as ODS or CSV"
    if root[1].lower() == "plist":
        return f"an Apple property list; {_EXPORT}"
    name = root[1][:60]
    if _PHONE_BOOKS.search(name):
        return f"an XML phone book (“{name}”), as telephones and switchboards keep it; {_EXPORT}"
    return f"an XML file (“{name}”); {_SAVE_AS_CSV}"


def is_binary(text: str) -> bool:
    """Return True if text that was decoded from a file's beginning is mostly control characters."""
    controls = sum(char < " " and char not in "\t\n\r" for char in text)
    return controls * 10 > len(text) and controls > 8
