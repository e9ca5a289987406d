"""E-mail cells: the first address of a cell, the rest of the cell, and the assumption that was made."""

import re
import unicodedata
from typing import Final

from segtui.domain.emails import is_email
from segtui.domain.text import words
from segtui.importing.row_results import CellReading, quoted

_MAX_CELL: Final = 2_000
"""Maximum number of characters of a cell that is searched for addresses."""
_QUOTES: Final = "\"'`´‘’“”„‚«»‹›*"
_WRAPPERS: Final = _QUOTES + "<>()[]{}"
_TRAILING: Final = _WRAPPERS + ".:,;!?/\\"
# A comma or a semicolon cannot be in an address.
_DIVIDING: Final = re.compile(r":::|[;,|\n\r\t\\&·•]|\s/\s|/(?=[^\s/]*@)|<\s*/?\s*br\s*/?\s*>", re.IGNORECASE)
_BLANK: Final = re.compile(r"\s+")
_MAILTO: Final = re.compile(r"^(?:mailto|e-?mail|smtp|mail|sip)\s*:+\s*", re.IGNORECASE)
_CONNECTORS: Final = words("or oder ou o of and und et y e en eller och og + -")
_TOP_LEVELS: Final = frozenset(
    words("""
    com net org info biz edu gov mil int name mobi asia coop aero jobs museum pro tel travel email online shop store
    site cloud tech company group agency app dev digital media consulting solutions services systems software
    industries international center academy design studio energy health law legal live life world global news blog""")
)
_SECOND_LEVELS: Final = frozenset(words("co com ac org net gov edu or ne go"))
_LINE_IN_ADDRESS: Final = re.compile(r"(?<=\.)([A-Za-z]{2,})[\t\r\n]+([A-Za-z]+)\b")


def email_in(text: str) -> str | None:
    """Return the first address of a cell, None if there is none."""
    return read_email(text).value


def read_email(text: str) -> CellReading:
    """Return the reading of a cell."""
    if is_email(text) and text.isascii() and text[0] not in _WRAPPERS:
        return CellReading(text)
    plain = "".join(char for char in text if unicodedata.category(char) != "Cf").replace("\N{NO-BREAK SPACE}", " ")
    plain = _LINE_IN_ADDRESS.sub(
        lambda match: " ".join(match.groups()) if _is_split(*match.groups()) else match[0], plain
    )
    parts = [part.strip() for part in _DIVIDING.split(plain)] if len(plain) <= _MAX_CELL else []
    addresses = [_addresses(part) for part in parts]
    index = next((index for index, inside in enumerate(addresses) if inside), None)
    if index is None:
        return CellReading(remark=f"{quoted(text)} is not a valid e-mail address")
    first = addresses[index][0]
    if len(addresses[index]) > 1:
        return CellReading(first, text, f"{quoted(text)} holds several e-mail addresses; {first} was taken")
    others = [part for number, part in enumerate(parts) if part and number != index]
    if _says_more(parts[index], first):
        return CellReading(first, text)
    return CellReading(first, " ::: ".join(others))


def _addresses(part: str) -> list[str]:
    """Return the addresses of a part without dividing signs; none after a word that may belong to an address."""
    pieces = _BLANK.split(_MAILTO.sub("", part.strip(_QUOTES + " ")))
    addresses: list[str] = []
    is_open = False
    for index, word in enumerate(pieces):
        address = _address(word)
        if address:
            # `ann lee@example.com` may be an address with a blank in it by mistake.
            is_wrapped = word[0] in _WRAPPERS or (index > 0 and pieces[index - 1].endswith((":", "=")))
            label = address.rpartition(".")[2] if word.endswith(address) else ""
            behind = "".join(pieces[index + 1 : index + 2]).rstrip(_TRAILING)
            is_half = bool(label) and _is_split(label, behind, is_last=index + 2 == len(pieces))
            if is_half or (is_open and not is_wrapped):
                return addresses
            addresses.append(address)
        is_open = not address and word.casefold() not in _CONNECTORS and bool(word)
    return addresses


def _is_split(label: str, word: str, *, is_last: bool = False) -> bool:
    """Return True if the last label of an address continues in the next word, as in `ann@example.co m`.

    Two letters may be the country of `ann@example.co uk` if no more words follow.
    """
    if (label + word).casefold() in _TOP_LEVELS:
        return word != ""
    is_country = len(word) == 2 and word.isascii() and word.isalpha() and word.islower()
    return is_country and is_last and label in _SECOND_LEVELS


def _address(word: str) -> str:
    """Return the address in one word, "" if it is not one."""
    inside = re.search(r"<([^<>]*)>|\(([^()]*)\)|\[([^\[\]]*)\]", word)
    candidates = [group for group in inside.groups() if group] if inside else []
    for candidate in (*candidates, word):
        bare = _MAILTO.sub("", candidate.strip(_WRAPPERS)).partition("?")[0].strip(_WRAPPERS).rstrip(_TRAILING)
        if is_email(bare):
            return bare
    return ""


def _says_more(part: str, address: str) -> bool:
    """Return True if a part has words beside its address that are worth keeping."""
    rest = _MAILTO.sub("", part).replace(address, "", 1).strip(_TRAILING + " ")
    return any(map(str.isalnum, rest))
