"""vCards 2.1, 3.0 and 4.0 (RFC 2426, RFC 6350) as a table: one row per card, one column per kind of value.

Libraries for vCards are unmaintained or hold a whole file in memory, and fail on the irregular vCards that phones
write. This reader takes what it understands, line by line.
"""

import binascii
import codecs
import quopri
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from segtui.errors import UnreadableFile

SHEET: Final = "Cards"
MAX_LINE: Final = 1 << 16
"""Maximum number of bytes of a line that are read at once."""
MAX_CARD: Final = 1 << 20
"""Maximum size of a card without its pictures, in bytes."""
MAX_COLUMNS: Final = 200
"""Kinds of values with a column of their own; further ones share one."""
PER_KIND: Final = 5
"""Columns for several values of one kind; the last one holds the rest."""
_OTHER: Final = "Other"
# Between several values in one cell.
_BETWEEN: Final = " ::: "

_IGNORED: Final = frozenset({
    "BEGIN", "END", "VERSION", "PRODID", "REV", "UID", "PHOTO", "LOGO", "SOUND", "KEY", "SORT-STRING", "SOURCE",
    "CLIENTPIDMAP", "PROFILE", "MAILER", "AGENT", "X-ABSHOWAS", "X-ABADR", "CLASS", "X-ABLABEL", "XML",
})  # fmt: skip
_PICTURES: Final = frozenset({"PHOTO", "LOGO", "SOUND", "KEY"})
_TITLES: Final = {
    "FN": "Full Name", "NICKNAME": "Nickname", "TITLE": "Job Title", "ROLE": "Role", "NOTE": "Notes", "URL": "Website",
    "BDAY": "Birthday", "CATEGORIES": "Categories", "TZ": "Timezone", "IMPP": "Instant Messaging",
    "ANNIVERSARY": "Anniversary", "GENDER": "Gender", "LANG": "Language", "GEO": "Location", "RELATED": "Related",
}  # fmt: skip
_NAME_PARTS: Final = ("Last Name", "First Name", "Middle Name", "Prefix", "Suffix")
# Known columns come first, in order of preference.
_ORDER: Final = (
    "First Name", "Middle Name", "Last Name", "Prefix", "Suffix", "Full Name", "Nickname", "Company", "Department",
    "Job Title", "Mobile Phone", "Phone", "Home Phone", "Work Phone", "Main Phone", "Other Phone", "E-mail",
)  # fmt: skip
_MOBILE: Final = frozenset({"CELL", "MOBILE", "IPHONE", "X-MOBILE"})
_GROUP: Final = re.compile(r"^[\w-]+\.(?=[\w-]+$)")
_NAME: Final = re.compile(rb'((?:[^":]|"[^"]*")*):(.*)', re.DOTALL)
_PARAMETER: Final = re.compile(r';((?:[^";]|"[^"]*")*)')
_COMPONENT: Final = re.compile(r"(?<!\\)((?:\\\\)*);")
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_NUMBERED: Final = re.compile(r" (\d)$")

Opener = Callable[[], AbstractContextManager[BinaryIO]]


@dataclass(slots=True)
class _Property:
    """A line of a card: its name, its types and other parameters, its value."""

    name: str
    group: str
    types: set[str]
    parameters: dict[str, str]
    value: str


@dataclass(slots=True)
class _Card:
    """A card: its first line and its properties."""

    line: int
    properties: list[_Property] = field(default_factory=list)
    size: int = 0


class VCards:
    """A file of vCards. `lines` opens its bytes with Unix line ends; `codec` is their encoding by default.

    Raises UnreadableFile for a card that is too long.
    """

    kind = "vCard"

    def __init__(self, lines: Opener, codec: str) -> None:
        self._lines = lines
        self._codec = codec
        self.hidden: set[int] = set()
        self.uncomputed: set[int] = set()
        titles: dict[str, None] = {}
        for card in self._cards():
            for title in _values(card):
                if len(titles) < MAX_COLUMNS:
                    titles[title] = None
                elif title not in titles:
                    titles[_OTHER] = None
        self._titles = sorted(titles, key=_sort_key)

    @property
    def sheets(self) -> list[str]:
        """The name of the one table."""
        return [SHEET]

    def rows(self, sheet: str) -> Iterator[tuple[int, list[str]]]:  # noqa: ARG002  there is only one
        """Yield the titles of the columns as row 1, then each card with the line after its BEGIN and its values."""
        if not self._titles:
            return
        yield 1, self._titles
        titles = set(self._titles)
        for card in self._cards():
            values = _values(card)
            others = [f"{title}: {value}" for title, value in values.items() if title not in titles]
            if others:
                values[_OTHER] = _BETWEEN.join(others)
            yield card.line + 1, [values.get(title, "") for title in self._titles]

    def _cards(self) -> Iterator[_Card]:
        reader = _CardReader(self._codec)
        with self._lines() as lines:
            for number, line in _unfolded(lines):
                complete = reader.read(number, line)
                if complete is not None:
                    yield complete
        if reader.card is not None:
            yield reader.card  # its end is missing


class _CardReader:
    """Assembles a card, line by line."""

    def __init__(self, codec: str) -> None:
        self.card: _Card | None = None
        self._codec = codec
        self._depth = 0  # of nested cards: an agent's card is not the contact's
        self._last = ""

    def read(self, number: int, line: bytes) -> _Card | None:
        """Read a line; return the card that it completes, if it does."""
        match = _NAME.match(line)
        if match is None:
            return None
        name, value = match[1].strip().upper(), match[2]
        if name == b"BEGIN" and value.strip().upper() == b"VCARD":
            return self._begin(number)
        if name == b"END" and value.strip().upper() == b"VCARD":
            return self._end()
        if self.card is not None and not self._depth:
            self._add(match[1], value)
        return None

    def _begin(self, number: int) -> _Card | None:
        if self.card is not None and self._last == "AGENT":
            self._depth += 1
            return None
        unfinished, self.card, self._depth, self._last = self.card, _Card(number), 0, ""
        return unfinished

    def _end(self) -> _Card | None:
        if self._depth:
            self._depth -= 1
            self._last = ""
            return None
        complete, self.card = self.card, None
        return complete

    def _add(self, head: bytes, value: bytes) -> None:
        card = self.card
        if card is None:
            return
        card.size += len(head) + len(value) + 100  # overhead of an object
        if card.size > MAX_CARD:
            raise UnreadableFile(f"The card in line {card.line:,} is longer than {MAX_CARD >> 20} MB.")
        item = _property(head, value, self._codec)
        self._last = item.name
        card.properties.append(item)


def _unfolded(lines: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield each logical line with its number: folded lines are joined, those of pictures are left out."""
    number = start = 1
    parts: list[bytes] = []
    size = 0
    begins = True
    while piece := lines.readline(MAX_LINE):
        text = piece.rstrip(b"\r\n")
        if begins and not (parts and (text[:1] in (b" ", b"\t") or _goes_on(parts))):
            if parts:
                yield start, b"".join(parts)
            parts, size, start = [text], len(text), number
        elif not _is_picture(parts[0]):
            if _goes_on(parts):
                parts[-1] = parts[-1][:-1]
            elif begins:
                text = text[1:]
            size += len(text)
            if size > MAX_CARD:
                raise UnreadableFile(f"The value in line {start:,} is longer than {MAX_CARD >> 20} MB.")
            parts.append(text)
        begins = piece.endswith(b"\n")
        number += begins
    if parts:
        yield start, b"".join(parts)


def _goes_on(parts: list[bytes]) -> bool:
    """Return True if quoted-printable text continues in the next line: it ends with an equals sign."""
    return parts[-1].endswith(b"=") and b"QUOTED-PRINTABLE" in parts[0][:200].upper()


def _is_picture(line: bytes) -> bool:
    name = re.split(rb"[;:]", line[:80], maxsplit=1)[0].decode("ascii", "replace").upper()
    return _GROUP.sub("", name) in _PICTURES


def _property(head: bytes, value: bytes, codec: str) -> _Property:
    text = head.decode("ascii", "replace").strip()
    name, _, _ = text.partition(";")
    types: set[str] = set()
    parameters: dict[str, str] = {}
    for parameter in _PARAMETER.findall(text):
        key, sign, setting = parameter.partition("=")
        key, setting = key.strip().upper(), setting.strip().strip('"')
        if not sign:
            types.add(key)  # vCard 2.1: TEL;CELL
        elif key == "TYPE":
            types.update(part.strip().upper() for part in setting.split(","))
        else:
            parameters[key] = setting
    group = _GROUP.match(name)
    return _Property(
        _GROUP.sub("", name).upper(), group[0].lower() if group else "", types, parameters,
        _decoded(value, types, parameters, codec),
    )  # fmt: skip


def _decoded(value: bytes, types: set[str], parameters: dict[str, str], codec: str) -> str:
    encoding = parameters.get("ENCODING", "").upper()
    if encoding == "QUOTED-PRINTABLE" or "QUOTED-PRINTABLE" in types:
        value = quopri.decodestring(value)
    elif encoding in ("B", "BASE64") or "BASE64" in types:
        try:
            value = binascii.a2b_base64(value)
        except ValueError:
            return ""
    value = value.replace(b"\r\n", b"\n")
    for candidate in (parameters.get("CHARSET", "") or codec, codec, "utf-8"):
        try:
            return str(codecs.decode(value, candidate))
        except (LookupError, ValueError, TypeError):
            continue
    return value.decode("cp1252", "replace")


def _values(card: _Card) -> dict[str, str]:
    """Return the values of a card by column title."""
    labels = {item.group: item.value for item in card.properties if item.name == "X-ABLABEL" and item.group}
    values: dict[str, str] = {}
    # The preferred value of a card comes first.
    for item in sorted(card.properties, key=_preference):
        if item.name in _IGNORED or not item.value.strip(" ;"):
            continue
        if item.name == "N":
            _put_parts(values, _NAME_PARTS, item.value)
        elif item.name == "ORG":
            _put_parts(values, ("Company", "Department"), item.value)
        elif item.name == "ADR":
            _put_address(values, item)
        elif item.name == "TEL":
            _put(values, _phone_title(item, labels.get(item.group, "")), _number(_plain(item.value)), numbered=True)
        elif item.name == "EMAIL":
            _put(values, "E-mail", _plain(item.value).removeprefix("mailto:"), numbered=True)
        else:
            _put(values, _TITLES.get(item.name, item.name[:60].capitalize()), _plain(item.value))
    names = [values.get("First Name", ""), values.get("Middle Name", ""), values.get("Last Name", "")]
    if any(names) and values.get("Full Name", "").split() in (" ".join(names).split(), " ".join(names[::2]).split()):
        del values["Full Name"]
    return values


def _preference(item: _Property) -> int:
    preference = item.parameters.get("PREF", "")
    if preference.isdecimal() and len(preference) < 4:
        return int(preference)
    return 1 if "PREF" in item.types else 101


def _put(values: dict[str, str], title: str, value: str, *, numbered: bool = False) -> None:
    """Put a value under its title; a second one goes into the same cell or a column of its own."""
    value = value.strip()
    if not value:
        return
    if numbered:
        for number in range(1, PER_KIND):
            column = title if number == 1 else f"{title} {number}"
            if values.get(column) == value:
                return
            if column not in values:
                values[column] = value
                return
        title = f"{title} {PER_KIND}"
    values[title] = f"{values[title]}{_BETWEEN}{value}" if title in values else value


def _put_parts(values: dict[str, str], titles: tuple[str, ...], value: str) -> None:
    parts = _parts(value)
    if any(title in values for title in titles):
        return
    for title, part in zip(titles, [*parts[: len(titles) - 1], ", ".join(parts[len(titles) - 1 :])], strict=False):
        _put(values, title, part)


def _put_address(values: dict[str, str], item: _Property) -> None:
    parts = (_parts(item.value) + [""] * 7)[:7]
    kind = next((word.capitalize() + " " for word in ("HOME", "WORK") if word in item.types), "")
    titles = [
        f"{kind}{title}" for title in ("Street" if kind else "Address", "City", "State", "Postal Code", "Country")
    ]
    if any(title in values for title in titles):
        _put(values, "Further Address", ", ".join(filter(None, parts)))
        return
    street = ", ".join(filter(None, (parts[2], parts[1], parts[0])))
    for title, part in zip(titles, (street, *parts[3:]), strict=True):
        _put(values, title, part)


def _parts(value: str) -> list[str]:
    """Return the components of a value that is separated by semicolons."""
    pieces = _COMPONENT.split(value)
    joined = [before + backslashes for before, backslashes in zip(pieces[::2], [*pieces[1::2], ""], strict=True)]
    return [_plain(piece).strip() for piece in joined]


def _plain(value: str) -> str:
    return _ESCAPE.sub(lambda match: "\n" if match[1] in "nN" else match[1], value) if "\\" in value else value


def _phone_title(item: _Property, label: str) -> str:
    """Return the title of a phone's column, by its kind."""
    label = label.removeprefix("_$!<").removesuffix(">!$_").strip()
    words = {*item.types, *label.upper().split()}
    if words & {"FAX", "WORKFAX", "HOMEFAX"}:
        return next((f"{word.capitalize()} Fax" for word in ("HOME", "WORK") if word in words), "Fax")
    if "PAGER" in words:
        return "Pager"
    if words & _MOBILE:
        return "Mobile Phone"
    if label and label.upper() not in ("HOME", "WORK", "MAIN", "OTHER", "PHONE"):
        return f"{label[:60]} Phone"
    if _preference(item) < 101:
        return "Phone"
    return next((f"{word.capitalize()} Phone" for word in ("HOME", "WORK", "MAIN", "OTHER") if word in words), "Phone")


def _number(value: str) -> str:
    """Return a phone, which may be written as a URI: `tel:+1-602-555-0199;ext=12`."""
    if not value.lower().startswith("tel:"):
        return value
    number, *parameters = value[4:].split(";")
    extension = next((part[4:] for part in parameters if part.lower().startswith("ext=")), "")
    return f"{number} ext. {extension}" if extension else number


def _sort_key(title: str) -> tuple[int, str]:
    """Return the sort key of a column: known titles first, several of one kind next to each other."""
    kind = _NUMBERED.sub("", title)
    return (_ORDER.index(kind) if kind in _ORDER else len(_ORDER)), title
