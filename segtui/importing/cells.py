"""One cell: its stored form, and what it looks like (a phone, a date, a yes)."""

import re

from segtui.emails import is_email
from segtui.importing.spelling import words
from segtui.text import fold, without_controls

# What a spreadsheet would run as a formula. Blanks and apostrophes may stand before the sign, which may be full-width.
# A cell is taken apart at semicolons, tabs and line breaks by a spreadsheet that expects those between cells.
_SIGN = r"(?:[^\S\t\r\n]|')*+[=+\-@＝＋－＠]"
_AT_START = re.compile(rf"{_SIGN}|'*+[\t\r]")
_INSIDE = re.compile(rf"(?<=[;\t\r\n])(?={_SIGN})")
_GUARD = re.compile(rf"^'(?={_AT_START.pattern})|(?<=[;\t\r\n])'(?={_SIGN})")
MAYBE_GUARDED = re.compile(r"'[\s'=+\-@＝＋－＠]")
"""Finds an apostrophe that may be a guard, and others."""
# Numbers a spreadsheet reads as numbers: nothing in them can run.
_NUMBER = re.compile(r"[+-][\d\s().,/-]*")

# Line breaks belong to the format (a quoted cell may have them); every other control character is somebody's mistake.
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
CONTROLS_AND_TABS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

_PHONE_SHAPE = re.compile(r"\(?\+?\(?\d[\d\s().+/\-–]{5,22}(?:\s*(?:x|ext\.?|#)\s*\d{1,6})?", re.IGNORECASE)
_DATE_SHAPE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}(?!\d)|\d+\.\d+\.\d+\.\d+")
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d*)?[eE]\+?\d+")

_NO = words("""
    no n false f 0 off none null nil na nao n/a - – nein non nee falsch faux falso unwahr onwaar never nie nunca mai
    jamais nooit subscribed active aktiv actif activo attivo ativo actief enabled allowed erlaubt autorise permitido
    optin opted-in callable ok okay call""") | {
    "opted in",
    "opt in",
    "may call",
    "not set",
    "can call",
    "not unsubscribed",
    "do call",
    "0.0",
}
_YES = words("""
    yes y true t 1 on x ja j oui o si s sim verdadero vero verdadeiro wahr vrai waar dnc dnd unsubscribed optout
    opted-out blacklisted blocklisted blocked stop ✓ ✔ 1.0""") | {
    "opted out",
    "opt out",
    "do not call",
    "do not contact",
}
# A status with one of these says that the person has withdrawn altogether. The DNC ones are VICIdial's.
_WITHDRAWN = words("""
    dnc dncl dncc unsubscribed unsubscribe optout blocklisted blacklisted abgemeldet desabonne desinscrit
    disiscritto uitgeschreven""") | {"do not call", "do not contact", "opted out", "opt out"}
_HONORIFICS = words("""
    mr mrs ms miss mx dr prof professor sir madam madame mme m mlle monsieur mademoiselle herr frau hr fr sr sra
    srta senor senora senorita don dona dott dottore dottssa sig signor signora signorina ing eng dhr mevr mevrouw
    rev hon lord lady capt lt col gen sgt dres mag dipl-ing""")


def stored(cell: str) -> str:
    """Return a cell as it is stored: trimmed, without guards (see `guarded`), control characters as blanks."""
    return without_controls(unguarded(cell.strip())).strip()


def unguarded(cell: str) -> str:
    """Return a cell without the apostrophes that `guarded` put there: the inverse of it."""
    return _GUARD.sub("", cell) if "'" in cell else cell


def is_formula(cell: str) -> bool:
    """Tell whether a spreadsheet would run something of a cell as a formula."""
    return _AT_START.match(cell) is not None or _INSIDE.search(cell) is not None


def guarded(cell: str, but: re.Pattern[str] = _NUMBER) -> str:
    """Return a cell so that no spreadsheet runs it, or a part of it, as a formula.

    One apostrophe is put before the cell, and one before each such part; an import removes these again. What is `but`
    as a whole stays as it is: by default phones and other numbers, however they are written.
    """
    if not is_formula(cell) or but.fullmatch(cell):
        return cell
    return ("'" if _AT_START.match(cell) else "") + _INSIDE.sub("'", cell)


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


def says_no(text: str) -> bool:
    """Tell whether the cell of a yes-or-no column says no, in one of several languages, or nothing."""
    folded = fold(text)
    return not folded or folded in _NO or folded.startswith("0000-00-00")


def says_yes(text: str) -> bool:
    """Tell whether the cell of a yes-or-no column plainly says yes, or when it was that somebody did."""
    return fold(text) in _YES or _DATE_SHAPE.match(text) is not None


def is_withdrawal(status: str) -> bool:
    """Tell whether a status says that the person must not be called any more."""
    return fold(status) in _WITHDRAWN


def is_honorific(text: str) -> bool:
    """Tell whether a title is a form of address (Mr., Frau, Dr.) and not a job."""
    words = fold(text).replace(".", " ").split()
    return bool(words) and all(word in _HONORIFICS for word in words)
