r"""Which encoding a file is in, and a reader of it as text with `\n` line ends.

A byte-order mark decides; without one, UTF-16 shows by its zero bytes, UTF-8 by being valid to the last byte; what
remains is Windows-1252, which German Excel writes. The whole file is looked at, because the one letter that decides
may be in its last line.
"""

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, cast

from segtui.errors import InvalidInput, UnreadableFile
from segtui.importing.opening import BLOCK, OpenFile

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8", "UTF-8 with a byte-order mark"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32", ""),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32", ""),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16", ""),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16", ""),
)
# A file with so many valid letters beyond ASCII for each broken one is damaged UTF-8, not another encoding.
_DAMAGED = 20
# The five bytes Windows-1252 leaves free are read as Latin-1 does: as control characters, which become blanks.
_LEFT_FREE = "segtui-latin-1"


def _as_latin_1(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error(_LEFT_FREE, _as_latin_1)


@dataclass(frozen=True)
class Encoding:
    """How the bytes become text. `label` is its name for people, `finding` a sentence worth telling, or empty."""

    codec: str
    label: str
    errors: str = "strict"
    finding: str = ""


@dataclass(frozen=True)
class Content:
    """An open file, how it is packed, and how its bytes become text."""

    file: OpenFile
    gzipped: bool = False
    encoding: Encoding = Encoding("utf-8", "UTF-8")

    @contextmanager
    def bytes(self) -> Iterator[BinaryIO]:
        """Open the content from its beginning, unpacked. What is wrong with the packing raises UnreadableFile."""
        with self.file.reading() as raw:
            try:
                if self.gzipped:
                    with gzip.GzipFile(fileobj=raw) as unpacked:
                        yield cast("BinaryIO", unpacked)
                else:
                    yield cast("BinaryIO", raw)
            except (EOFError, zlib.error, gzip.BadGzipFile) as error:
                raise UnreadableFile("The gzip file is damaged or cut off; fetch it again.") from error
            except OSError as error:
                raise UnreadableFile(f"The file could not be read to its end: {error.strerror or error}.") from error

    @contextmanager
    def text(self) -> Iterator[io.TextIOWrapper]:
        r"""Open the content from its beginning as text; every kind of line end is `\n`."""
        with self.bytes() as raw:
            wrapper = io.TextIOWrapper(raw, self.encoding.codec, self.encoding.errors, newline=None)
            try:
                yield wrapper
            except UnicodeError as error:
                raise UnreadableFile(f"The file is not {self.encoding.label} throughout.") from error
            finally:
                wrapper.detach()


def named_encoding(name: str) -> Encoding:
    """Return the encoding somebody named. Raises InvalidInput for one Python does not know."""
    try:
        info = codecs.lookup(name.strip())
        " ".encode(info.name)
    except (LookupError, ValueError) as error:
        raise InvalidInput(
            f"“{name}” is not an encoding; try utf-8, utf-16, windows-1252 or latin-1.", "encoding"
        ) from error
    codec = "utf-8-sig" if info.name == "utf-8" else info.name
    errors = _LEFT_FREE if codec == "cp1252" else "strict"
    return Encoding(codec, _label(codec), errors)


def _label(codec: str) -> str:
    known = {"utf-8-sig": "UTF-8", "cp1252": "Windows-1252", "iso8859-1": "Latin-1"}
    return known.get(codec, codec.upper())


def recognised_encoding(content: Content) -> Encoding:
    """Return the encoding of `content`, after looking at all of it."""
    with content.bytes() as raw:
        head = raw.read(4096)
    for mark, codec, label, finding in _MARKS:
        if head.startswith(mark):
            return _checked(content, Encoding(codec, label, finding=finding))
    wide = _wide_codec(head)
    if wide:
        return _checked(content, Encoding(wide, "UTF-16", finding="UTF-16 without a byte-order mark"))
    good, broken = _letters(content)
    if not broken:
        return Encoding("utf-8", "UTF-8")
    if good >= _DAMAGED * broken:
        damage = f"UTF-8 in which {broken:,} damaged characters are shown as \N{REPLACEMENT CHARACTER}"
        return Encoding("utf-8", "UTF-8", "replace", damage)
    return Encoding("cp1252", "Windows-1252", _LEFT_FREE)


def _wide_codec(head: bytes) -> str | None:
    """Return which UTF-16 this is: most of its text is ASCII, so every other byte is zero."""
    pairs = len(head) // 2
    if pairs < 2:
        return None
    even, odd = head[0 : pairs * 2 : 2].count(0), head[1 : pairs * 2 : 2].count(0)
    if odd > pairs * 0.6 and even < pairs * 0.1:
        return "utf-16-le"
    if even > pairs * 0.6 and odd < pairs * 0.1:
        return "utf-16-be"
    return None


def _letters(content: Content) -> tuple[int, int]:
    """Return how many letters beyond ASCII are valid UTF-8, and how many broken places there are."""
    if _is_valid(content, "utf-8"):
        return 0, 0
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    good = broken = 0
    with content.bytes() as raw:
        while block := raw.read(BLOCK):
            text = decoder.decode(block)
            damaged = text.count("\N{REPLACEMENT CHARACTER}")
            good += len(text) - len(text.encode("ascii", "ignore")) - damaged
            broken += damaged
    return good, max(broken, 1)


def _is_valid(content: Content, codec: str) -> bool:
    decoder = codecs.getincrementaldecoder(codec)()
    with content.bytes() as raw:
        try:
            while block := raw.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeError:
            return False
    return True


def _checked(content: Content, encoding: Encoding) -> Encoding:
    """Return `encoding` if the whole content is valid in it. Raises UnreadableFile, naming the line."""
    decoder = codecs.getincrementaldecoder(encoding.codec)(encoding.errors)
    lines = 1
    with content.bytes() as raw:
        try:
            while block := raw.read(BLOCK):
                lines += decoder.decode(block).count("\n")
            decoder.decode(b"", final=True)
        except UnicodeError as error:
            if isinstance(error, UnicodeDecodeError):
                lines += error.object[: error.start].count(b"\n")
            raise UnreadableFile(
                f"Near line {lines:,} the file is not {encoding.label}; save it as UTF-8, or name its encoding."
            ) from error
    return encoding


def encoding_of(content: Content, named: str | None) -> Encoding:
    """Return the encoding to read `content` in: the named one if it fits, else what is recognised."""
    return _checked(content, named_encoding(named)) if named else recognised_encoding(content)
