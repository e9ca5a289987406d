"""A single cell: its stored form, and its likeness to a phone or a form of address."""

import html
import re
import unicodedata

from segtui.domain.emails import is_email
from segtui.domain.formula_guard import unguarded
from segtui.domain.text import INVISIBLE_RANGES, MAYBE_PILE, fold, without_controls, words

# Line breaks belong to the format (a quoted cell may have them); every other control character is a mistake.
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
CONTROLS_AND_TABS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

_PHONE_SHAPE = re.compile(r"\(?\+?\(?\d[\d\s().+/\-–]{5,22}(?:\s*(?:x|ext\.?|#)\s*\d{1,6})?", re.IGNORECASE)
_DATE_SHAPE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}(?!\d)|\d+\.\d+\.\d+\.\d+")

# Zero-width marks hide in copied text and make equal values differ. The joiner of emoji stays.
INVISIBLE = "".join(f"{chr(first)}-{chr(last)}" for first, last in (*INVISIBLE_RANGES, (0xFFF9, 0xFFFB)))
"""Characters that are removed from a cell, as the content of a character class."""
# Errors that spreadsheets show instead of a value, in several languages.
_ERROR_NAMES = words("""
    #N/A #N/A! #NA #REF! #VALUE! #DIV/0! #NAME? #NULL! #NUM! #ERROR! #SPILL! #CALC! #FIELD! #BLOCKED! #UNKNOWN!
    #CONNECT! #BUSY! #GETTING_DATA #EXTERNAL! #PYTHON! #NV #BEZUG! #WERT! #ZAHL! #LEER! #N/D #N/D! #NOM? #VALEUR!
    #NOMBRE! #NUL! #¡REF! #¡VALOR! #¿NOMBRE? #¡DIV/0! #¡NUM! #¡NULO! #VALOR! #NOME? #NÚM! #NULO! #RIF! #VALORE!
    #NULLO! #N/B #VERW! #WAARDE! #NAAM? #GETAL! #LEEG! #ADR! #ARG! #LICZBA! #NAZWA? #ZERO! #DZIEL/0! #DIV/0 #REF
    #VALUE #NAME""")
_ERROR = re.compile("|".join(map(re.escape, sorted(_ERROR_NAMES, reverse=True))) + r"|Err:5\d\d")
_NULLS = frozenset(("\\N", "(null)", "<null>", "[null]", "{null}", "(NULL)", "<NULL>", "[NULL]", "{NULL}"))
_MISSING_TEXTS = """
    unknown | not known | unk | missing | tbd | tba | tbc | pending | no phone | no number | no email | no e-mail
    | not provided | not given | not available | none given | blank | empty | invalid | unlisted | private | withheld
    | no answer | wrong number | disconnected | call me | call later | ask | see notes | see note | same | same as above
    | unbekannt | keine | kein | keine nummer | kein telefon | nicht bekannt | inconnu | aucun | desconocido | ninguno
    | no tiene | sin telefono | sconosciuto | nessuno | desconhecido | nenhum | nao tem | onbekend | geen | sans | brak
    | null | nil | nan | none | n/a | na | n.a | nd | n/d | - | -- | --- | – | — | / | undefined
    | ukjent | okand | ukendt | ei tiedossa | неизвестно | нет
"""
_MISSING = frozenset(" ".join(text.split()) for text in _MISSING_TEXTS.split("|"))
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31}[0-9]{0,2});")
# Two notations of spreadsheets for digits as text: `="02134"`, and an apostrophe before them.
_FORMULA_TEXT = re.compile(r'="((?:[^"]|"")*)"')
_APOSTROPHE = re.compile(r"'+[0-9][0-9 ()./+,-]*")
DECIMALS_OF_CODE = "[0-9]{3}[.,]0+$"
"""Decimals after a code of digits, as a pattern for both Python and Polars."""
_WITHOUT_DECIMALS = re.compile(r"(\d{3,12})[.,]0+", re.ASCII)
_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_OUTER_JOINERS = "\u200d"

WRAPPED = (
    rf"[{INVISIBLE}]|\u200d|'[\s'=+\-@＝＋－＠0-9]|=\"|\\N|[(<\[{{]null|[(<\[{{]NULL"
    r"|&[#A-Za-z][0-9A-Za-z]+;|#[A-Z¡¿][A-Z/]|Err:5"
)
"""Signs of a cell that `stored` has to unwrap, as a pattern for both Python and Polars."""
_WRAPPED = re.compile(WRAPPED)
_WRAPPING_SIGNS = ("'", '="', "\\N", "null", "NULL", "&", "#", "Err:5")

_HONORIFICS = words("""
    mr mrs ms miss mx dr prof professor sir madam madame mme m mlle monsieur mademoiselle herr frau hr fr sr sra
    srta senor senora senorita don dona dott dottore dottssa sig signor signora signorina ing eng dhr mevr mevrouw
    rev hon lord lady capt lt col gen sgt dres mag dipl-ing""")


def stored(cell: str) -> str:
    """Return the stored form of a cell: unwrapped, without invisible marks, control characters as blanks, trimmed.

    Formula guards (see `domain.formula_guard`) are removed, and notations of a missing value become blank.
    """
    cell = cell.strip()
    if not cell.isascii():
        cell = _INVISIBLE.sub("", cell).strip(_OUTER_JOINERS).strip()
    if cell[:2] == '="' and (quoted := _FORMULA_TEXT.fullmatch(cell)):
        cell = quoted[1].replace('""', '"')
    else:
        cell = cell[1:] if cell[:1] == "'" and _APOSTROPHE.fullmatch(cell) else unguarded(cell)
    if "&" in cell:
        cell = _ENTITY.sub(_decoded, cell)
    cell = without_controls(cell).strip()
    return "" if cell in _NULLS or (cell[:1] in ("#", "E") and _ERROR.fullmatch(cell)) else cell


def may_be_wrapped(text: str) -> bool:
    """Return True if a cell in `text` may need more than trimming; control characters are searched elsewhere."""
    # The pattern alone takes ten times as long as a search for each of its signs.
    if text.isascii() and not any(sign in text for sign in _WRAPPING_SIGNS):
        return False
    return _WRAPPED.search(text) is not None or (not text.isascii() and MAYBE_PILE.search(text) is not None)


def _decoded(entity: re.Match[str]) -> str:
    """Return the character of an HTML entity, or the text itself for an unknown name."""
    text = html.unescape(entity[0])
    return "" if all(unicodedata.category(char) == "Cf" for char in text) else text


def is_no_value(text: str) -> bool:
    """Return True if a cell says in words that a value is missing: no header is called that."""
    return fold(text).strip(" .?!") in _MISSING


def without_decimals(text: str) -> str:
    """Return a code of digits without the decimals that a spreadsheet adds (`85201.0`)."""
    whole = _WITHOUT_DECIMALS.fullmatch(text)
    return whole[1] if whole else text


def looks_like_phone(text: str) -> bool:
    """Return True if `text` is written like a phone number, valid or not."""
    if not _PHONE_SHAPE.fullmatch(text) or _DATE_SHAPE.match(text):
        return False
    return 7 <= sum(map(str.isdigit, text)) <= 17


def looks_like_contact(cells: list[str]) -> bool:
    """Return True if one of the cells is a phone or an e-mail: every useful record has one."""
    return any(is_email(cell) or looks_like_phone(cell) for cell in map(str.strip, cells) if len(cell) < 300)


def is_honorific(text: str) -> bool:
    """Return True if a title is a form of address (Mr., Frau, Dr.) and not a job."""
    words = fold(text).replace(".", " ").split()
    return bool(words) and all(word in _HONORIFICS for word in words)
