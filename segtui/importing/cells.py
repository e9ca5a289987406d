"""One cell: its stored form, and what it looks like (a phone, a form of address)."""

import re

from segtui.emails import is_email
from segtui.importing.spelling import words
from segtui.text import fold, without_controls

# What a spreadsheet would run as a formula, with any number of apostrophes that guard it already.
FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
# Numbers a spreadsheet reads as numbers: nothing in them can run.
_NUMBER = re.compile(r"[+-][\d\s().,/-]*")

# Line breaks belong to the format (a quoted cell may have them); every other control character is somebody's mistake.
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
CONTROLS_AND_TABS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

_PHONE_SHAPE = re.compile(r"\(?\+?\(?\d[\d\s().+/\-–]{5,22}(?:\s*(?:x|ext\.?|#)\s*\d{1,6})?", re.IGNORECASE)
_DATE_SHAPE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}(?!\d)|\d+\.\d+\.\d+\.\d+")
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d*)?[eE]\+?\d+")

_HONORIFICS = words("""
    mr mrs ms miss mx dr prof professor sir madam madame mme m mlle monsieur mademoiselle herr frau hr fr sr sra
    srta senor senora senorita don dona dott dottore dottssa sig signor signora signorina ing eng dhr mevr mevrouw
    rev hon lord lady capt lt col gen sgt dres mag dipl-ing""")


def stored(cell: str) -> str:
    """Return a cell as it is stored: trimmed, one guarding apostrophe taken away, control characters as blanks."""
    cell = cell.strip()
    if _GUARDED.match(cell):
        cell = cell[1:]
    return without_controls(cell).strip()


def guarded(cell: str, but: re.Pattern[str] = _NUMBER) -> str:
    """Return a cell so that no spreadsheet runs it as a formula; an import takes the apostrophe away again.

    What is `but` as a whole stays as it is: by default phones and other numbers, however they are written.
    """
    if FORMULA.match(cell) and not but.fullmatch(cell):
        return "'" + cell
    return cell


def is_scientific(text: str) -> bool:
    """Tell whether `text` is a number a spreadsheet has shortened (`1.555E+10`): its digits are lost."""
    return _SCIENTIFIC.fullmatch(text) is not None


def looks_like_phone(text: str) -> bool:
    """Tell whether `text` is written like a phone number; whether it is valid is another question."""
    if not _PHONE_SHAPE.fullmatch(text) or _DATE_SHAPE.match(text):
        return False
    return 7 <= sum(map(str.isdigit, text)) <= 17


def looks_like_contact(cells: list[str]) -> bool:
    """Tell whether one of the cells is a phone or an e-mail: every useful record has one."""
    return any(is_email(cell) or looks_like_phone(cell) for cell in map(str.strip, cells) if len(cell) < 300)


def is_honorific(text: str) -> bool:
    """Tell whether a title is a form of address (Mr., Frau, Dr.) and not a job."""
    words = fold(text).replace(".", " ").split()
    return bool(words) and all(word in _HONORIFICS for word in words)
