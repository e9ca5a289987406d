r"""Encoding of a file: its detection, and a reader of the file as text with `\n` line ends.

A byte-order mark decides; without one, UTF-16 is recognised by its zero bytes, UTF-8 by being valid to the last byte.
Otherwise it is guessed (`charsets`), and the guess is reported. The whole file is read, because the one letter that
decides may be in its last line.
"""

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import BinaryIO, cast

from segtui.errors import InvalidInput, UnreadableFile
from segtui.importing.file_opening import BLOCK, OpenFile
from segtui.importing.readers.charsets import NAMES, CharsetCandidate, Sampler, guesses, uses_escapes

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8", "UTF-8 with a byte-order mark"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32", ""),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32", ""),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16", ""),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16", ""),
)
# Valid non-ASCII letters per broken one from which a file counts as damaged UTF-8, not as another encoding.
_DAMAGED = 20
# Error handler for unassigned bytes, such as five in Windows-1252: they are read as Latin-1, that is as control
# characters, which become blanks.
_UNASSIGNED_BYTES = "segtui-latin-1"


def _as_latin_1(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error(_UNASSIGNED_BYTES, _as_latin_1)


@dataclass(frozen=True)
class Encoding:
    """The encoding of a file. `label` is its name for people, `finding` a sentence worth showing, or empty.

    `warning` is a sentence that needs attention: the encoding was guessed, and another may be right.
    """

    codec: str
    label: str
    errors: str = "strict"
    finding: str = ""
    warning: str = ""
    guessed: bool = False

    @property
    def is_wide(self) -> bool:
        """True if ASCII letters take more than one byte."""
        return self.codec.startswith(("utf-16", "utf-32"))


@dataclass(frozen=True)
class Content:
    """An open file, its packing, and its encoding."""

    file: OpenFile
    gzipped: bool = False
    encoding: Encoding = Encoding("utf-8", "UTF-8")

    @contextmanager
    def bytes(self) -> Iterator[BinaryIO]:
        """Open the content from its beginning, unpacked. Damaged packing raises UnreadableFile."""
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

    @contextmanager
    def lines(self) -> Iterator[BinaryIO]:
        r"""Open the content from its beginning as bytes with `\n` line ends; wide encodings are converted to UTF-8."""
        with self.bytes() as raw:
            mark = raw.read(3) == codecs.BOM_UTF8
        wide = self.encoding.is_wide
        encoding = self.encoding if wide else Encoding("latin-1", self.encoding.label)
        with replace(self, encoding=encoding).text() as text:
            if mark:
                text.read(3)
            yield io.BufferedReader(_Encoded(text, "utf-8" if wide else "latin-1"), BLOCK)


class _Encoded(io.RawIOBase):
    """Text as a stream of bytes."""

    def __init__(self, text: io.TextIOWrapper, codec: str) -> None:
        super().__init__()
        self._text = text
        self._codec = codec
        self._rest = b""

    def readable(self) -> bool:
        """Return True: it can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed has a private Buffer type here
        """Fill `buffer` and return the number of bytes."""
        if not self._rest:
            self._rest = self._text.read(BLOCK).encode(self._codec, "replace")
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w:.-]{1,40})", re.IGNORECASE)


def declared_encoding(content: Content, head: bytes) -> Encoding | None:
    """Return the encoding that an HTML page declares, if all of it is valid in it; None otherwise."""
    match = _DECLARED.search(head)
    if match is None or head.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return None
    try:
        encoding = named_encoding(match[1].decode("ascii"))
    except InvalidInput:
        return None
    if encoding.is_wide or not (encoding.errors != "strict" or _is_valid(content, encoding.codec)):
        return None
    return encoding


def named_encoding(name: str) -> Encoding:
    """Return the encoding of this name. Raises InvalidInput for one Python does not know."""
    try:
        info = codecs.lookup(name.strip())
        " ".encode(info.name)
    except (LookupError, ValueError) as error:
        raise InvalidInput(
            f"“{name}” is not an encoding; try utf-8, utf-16, windows-1252 or latin-1.", "encoding"
        ) from error
    codec = "utf-8-sig" if info.name == "utf-8" else info.name
    return Encoding(codec, _label(codec), _errors(codec))


def _label(codec: str) -> str:
    labels = {"utf-8-sig": "UTF-8", "iso8859-1": "Latin-1", "shift_jis": "Shift-JIS", "gbk": "GBK", "big5": "Big5"}
    return labels.get(codec) or NAMES.get(codec, codec.upper())


def _errors(codec: str) -> str:
    """Return the error handler: a single-byte set has no invalid text, only unassigned bytes."""
    return _UNASSIGNED_BYTES if codec.startswith("cp125") else "strict"


def recognised_encoding(content: Content) -> Encoding:
    """Return the encoding of `content`, after reading all of it."""
    with content.bytes() as raw:
        head = raw.read(4096)
    for mark, codec, label, finding in _MARKS:
        if head.startswith(mark):
            return _checked(content, Encoding(codec, label, finding=finding))
    wide = _wide_codec(head)
    if wide:
        return _checked(content, Encoding(wide, "UTF-16", finding="UTF-16 without a byte-order mark"))
    good, broken, sampler = _letters(content)
    if not broken:
        return _escaped(content) if uses_escapes(head) else Encoding("utf-8", "UTF-8")
    if good >= _DAMAGED * broken:
        damage = f"UTF-8 with {broken:,} damaged characters, shown as \N{REPLACEMENT CHARACTER}"
        return Encoding("utf-8", "UTF-8", "replace", damage)
    return _guessed(content, guesses(sampler.sample()))


def _guessed(content: Content, candidates: list[CharsetCandidate]) -> Encoding:
    """Return the likeliest encoding that is valid for the whole content."""
    for guess in candidates:
        errors = _errors(guess.codec)
        if errors != "strict" or _is_valid(content, guess.codec):
            return _reported(guess.codec, errors, doubtful=guess.doubtful)
    if candidates and not candidates[0].codec.startswith("cp"):
        return _reported(candidates[0].codec, "replace", doubtful=True)
    return _reported("cp1252", _UNASSIGNED_BYTES, doubtful=True)


def _escaped(content: Content) -> Encoding:
    """Return ISO-2022-JP if the escape sequences of an ASCII file are valid, else UTF-8."""
    codec = "iso2022_jp_2"
    return _reported(codec, "strict", doubtful=False) if _is_valid(content, codec) else Encoding("utf-8", "UTF-8")


def _reported(codec: str, errors: str, *, doubtful: bool) -> Encoding:
    """Return a guessed encoding with a sentence about the guess. Windows-1252 without a rival needs no warning."""
    label = _label(codec)
    if codec == "cp1252" and not doubtful:
        return Encoding(codec, label, errors, "The encoding Windows-1252 is a guess", guessed=True)
    warning = f"The encoding {label} is a guess: where letters are wrong, choose another encoding"
    return Encoding(codec, label, errors, warning=warning, guessed=True)


def _wide_codec(head: bytes) -> str | None:
    """Return the byte order of UTF-16: most of its text is ASCII, so every other byte is zero."""
    pairs = len(head) // 2
    if pairs < 2:
        return None
    even, odd = head[0 : pairs * 2 : 2].count(0), head[1 : pairs * 2 : 2].count(0)
    if odd > pairs * 0.6 and even < pairs * 0.1:
        return "utf-16-le"
    if even > pairs * 0.6 and odd < pairs * 0.1:
        return "utf-16-be"
    return None


def _letters(content: Content) -> tuple[int, int, Sampler]:
    """Return the number of valid non-ASCII letters of UTF-8, and of broken ones; if some are broken, a sample."""
    sampler = Sampler()
    if _is_valid(content, "utf-8"):
        return 0, 0, sampler
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    good = broken = 0
    with content.bytes() as raw:
        while block := raw.read(BLOCK):
            text = decoder.decode(block)
            damaged = text.count("\N{REPLACEMENT CHARACTER}")
            good += len(text) - len(text.encode("ascii", "ignore")) - damaged
            broken += damaged
            sampler.feed(block)
    return good, max(broken, 1), sampler


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
    """Return the encoding of `content`: the named one if it fits, else the recognised one."""
    return _checked(content, named_encoding(named)) if named else recognised_encoding(content)
