"""Notation of a phone cell: its words, runs of digits and separators, before any number is read from them.

Digits come from digits alone. Letters end a run of digits and never become part of it; an extension is a run of its
own.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

from segtui.domain.text import fold, words

LEAST_DIGITS: Final = 7
"""Number of digits of the shortest run that is a number by itself."""


def _folded(text: str) -> frozenset[str]:
    return frozenset(map(fold, words(text)))


_EXTENSION_WORDS: Final = _folded("""
    x ext extn extension exten xtn poste post pst ramal rml dw durchwahl klappe kl доб добавочный добав вн внутр
    внутренний int interno interna anexo anx extension extensao wew wewn wewnetrzny dahili dah 内線 内线 分机 分機 轉
    转 내선 교환
    toestel tst anknytning ankn lokal lok alanumero klapka mellek mell εσωτ opcion option opt opcja option menu
    press taste nebenstelle apparat app hausapparat durchw erweiterung داخلي שלוחה""")
_LABEL_WORDS: Final = _folded("""
    mobile mob mobil mobiles cell cellular cellphone c m home h hm work w wk office off o business biz bus direct
    ddi dir main line tel tele telephone telefon telefono telephono telefone telefoon tlf tlfn fon phone ph phones
    number num nr no handy movil celular cel portable port fixe domicile bureau bur casa trabajo oficina privat
    geschaftlich gesch dienstlich zentrale mobiel thuis werk prive puhelin matkapuhelin hp wa whatsapp sms voice
    landline land fijo fisso cellulare ufficio arbeit arbete hem jobb hjem arbejde тел телефон моб мобильный сот
    раб дом p t callto sip sips tel https http wa me us net s api com send chat viber skype smsto facetime im ind
    primary secondary other alt alternate best personal desk switchboard or oder ou of and und et y en eller och
    og tai ja lub albo i и или br""")
_NOT_TO_CALL: Final = _folded(
    "fax telefax facsimile faks telefaks faxe fx pager pgr beeper факс ファックス 传真 傳真 팩스"
)
_OUT_OF_USE: Final = (
    "wrong number", "wrong", "disconnected", "out of service", "not in service", "bad number", "invalid",
    "invalid number", "number disconnected", "falsche nummer", "numero equivocado", "faux numero", "numero errado",
    "numero sbagliato",
)  # fmt: skip
# International by their nature, with or without a plus sign.
_WHATSAPP: Final = re.compile(
    r"(?:(?:https?://)?(?:www\.)?(?:wa\.me/|(?:api|web)\.whatsapp\.com/send/?\?phone=)|whatsapp:(?://send\?phone=)?)"
    r"\+?(\d{7,15})(?!\d).*"
    r"|\+?(\d{7,15})@(?:c\.us|s\.whatsapp\.net)",
    re.IGNORECASE,
)
_SCHEME: Final = re.compile(
    r"(?:tel|callto|sips?|sms|smsto|skype|facetime|viber|im|phone)\s*:(?://)?(?:(?:chat|add|forward)?\?number=)?",
    re.IGNORECASE,
)
_SIP: Final = re.compile(r"(?:sips?|im)\s*:\s*([^@]+)@\S+", re.IGNORECASE)
_BREAK: Final = re.compile(r"<\s*/?\s*(?:br|p|div|li)\s*/?\s*>", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"\S@\w|://|\bwww\.", re.IGNORECASE)
_TIME: Final = (
    r"(?:\d{1,2}(?::\d\d){1,2}(?:[.,]\d+)?(?: ?[ap]\.?m\b\.?)?(?:Z\b| ?[+-]\d\d:?\d\d\b)?"
    r"|\d{1,2}[.h]\d\d(?![.\w]?\d))"
)
_TIME_BEHIND: Final = rf"(?:(?:T|,? +){_TIME})?"
_DATE: Final = re.compile(
    r"(?:(?:19|20)\d\d([-/.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])|\d{1,2}([-/.])\d{1,2}\2(?:19|20)\d\d)"
    + _TIME_BEHIND,
    re.ASCII | re.IGNORECASE,
)
_YEAR: Final = r"(?:19|20)\d\d"
_DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])"
_BETWEEN: Final = r" ?[-/._] ?"
_MONTH: Final = r"(?:jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)[^\W\d_]*\.?"
_ENDS: Final = r"(?![^\s)\],;:])"
# Dates beside a number, whose digits would change it. Dates with a year of two digits, or with blanks, differ from
# the groups of a number only by the digits after them.
_DATE_BESIDE: Final = re.compile(
    rf"(?<![^\s(\[,;])(?:{_TIME}[ ,]+)?(?:{_YEAR}{_BETWEEN}{_DAY}{_BETWEEN}{_DAY}{_TIME_BEHIND}{_ENDS}"
    rf"|{_DAY}{_BETWEEN}{_DAY}{_BETWEEN}{_YEAR}{_TIME_BEHIND}{_ENDS}"
    rf"|\d\d[-/.]\d\d[-/.]{_YEAR}(?=[-/.]\d)"
    rf"|{_DAY}\.?[ -]?{_MONTH},?[ -]?{_YEAR}{_TIME_BEHIND}(?!\w)"
    rf"|{_MONTH} ?{_DAY}(?:st|nd|rd|th)?,? {_YEAR}{_TIME_BEHIND}(?!\w))"
    rf"|^{_DAY}([-/.]){_DAY}\1\d\d(?= +\d{{3}})|^{_DAY} {_DAY} {_YEAR}(?= \d{{1,3}}$)",
    re.IGNORECASE,
)
_DIVIDER: Final = "\0"
"""Replaces a date: the digits on both sides of it are not parts of one number."""
_SCIENTIFIC: Final = re.compile(r"([+-]?)(\d+)(?:[.,](\d*))?[eE]([+-]?)(\d{1,3})", re.ASCII)
_PLAIN_FLOAT: Final = re.compile(r"(\+?\d{6,})[.,](\d{1,8})", re.ASCII)
_GROUPED: Final = re.compile(r"(\+?\d{1,3}(?:([.,' ])\d{3})(?:\2\d{3})+)(?:(?!\2)[.,](\d{1,8}))?", re.ASCII)
# A toll-free code of North America, and seven characters with letters among them.
_VANITY: Final = re.compile(
    r"\+?(?:1[\s.-]*)?\(?(8(?:00|33|44|55|66|77|88))\)?[\s.-]*((?:[A-Za-z0-9][\s.-]*){7})", re.ASCII
)
_KEYS: Final = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")

_TOKEN: Final = re.compile(r"([^\W\d_]+)|((?:\+[ (\[{]*|[(\[{])*\d[\d ()\[\]{}.\-_'`+]*)|(\n|\S)")
# Signs between labels and their numbers; every other sign that is not a blank divides one part from the next.
_WITHIN_PART: Final = frozenset(":.=-()[]{}'`_+#*~")


@dataclass(frozen=True, slots=True)
class Run:
    """A run of digits with the separators that may stand inside a number. `labels` are the words that belong to it."""

    text: str
    groups: tuple[str, ...]
    plus: bool = False
    chain: int = 0
    """Number of its chain: runs of one chain are not divided by words."""
    separator: str = ""
    """Signs between this run and the run before."""
    is_extension: bool = False
    is_glued: bool = False
    """A letter touches a digit."""
    labels: tuple[str, ...] = ()

    @property
    def digits(self) -> str:
        """The digits without separators."""
        return "".join(self.groups)

    @property
    def is_not_to_call(self) -> bool:
        """True if the labels name a fax or a pager."""
        return any(label in _NOT_TO_CALL for label in self.labels)

    @property
    def is_out_of_use(self) -> bool:
        """True if the labels say that the number is wrong or out of use."""
        return " ".join(self.labels) in _OUT_OF_USE


@dataclass(frozen=True, slots=True)
class Notation:
    """A parsed phone cell. `has_notes` is True if words say more than the kind of a phone, or an extension."""

    runs: tuple[Run, ...] = ()
    has_notes: bool = False
    reason: str = ""
    """Reason why the cell holds no number, in words that follow the quoted cell; "" if the runs decide."""
    vanity: str = ""
    """The digits of a toll-free number spelt with letters."""


def normalized(text: str) -> str:
    """Return `text` with the digits and signs of all scripts as ASCII, without invisible marks."""
    return text if text.isascii() else "".join(map(_ascii, text))


@lru_cache(maxsize=4096)
def _ascii(char: str) -> str:
    if char.isascii():
        return char
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    category = unicodedata.category(char)
    if category == "Cf" or "\ufe00" <= char <= "\ufe0f" or char == "\N{COMBINING ENCLOSING KEYCAP}":
        return ""
    if 0xFF01 <= ord(char) <= 0xFF5E:
        return chr(ord(char) - 0xFEE0)
    if category == "Pd" or char in "−⁃ー":
        return "-"
    if category in ("Zs", "Zl", "Zp"):
        return " "
    return {"﹢": "+", "⁺": "+", "’": "'", "‘": "'", "٫": ".", "٬": ","}.get(char, char)


def notation_of(text: str) -> Notation:
    """Parse a cell."""
    text = normalized(text).strip().strip("\"'`").strip()
    international = _WHATSAPP.fullmatch(text)
    if international:
        digits = international[1] or international[2]
        return Notation((Run("+" + digits, (digits,), plus=True),))
    if _DATE.fullmatch(text):
        return Notation(reason="is a date, not a phone number")
    if vanity := _vanity(text):
        return Notation(vanity=vanity)
    shaped = _as_number(text)
    if shaped is not None:
        return shaped
    text = _BREAK.sub("\n", _SIP.sub(r"\1", text))
    text = _SCHEME.sub(" ", text.replace("%2B", "+"))
    if "%" in text or _ADDRESS.search(text):
        return Notation(reason="is not a phone number")
    undated = _DATE_BESIDE.sub(_DIVIDER, text)
    notation = _tokenize(undated)
    return notation if undated == text else replace(notation, has_notes=True)


def _as_number(text: str) -> Notation | None:
    """Return a number in a spreadsheet's notation (`9725550204.00`, `6,025,550,205.00`, `6.02E9`), else None."""
    scientific = _SCIENTIFIC.fullmatch(text)
    if scientific:
        sign, whole, decimals, minus, exponent = scientific.groups(default="")
        decimals = decimals.rstrip("0") if len(decimals) > int(exponent) else decimals
        if sign == "-" or minus == "-" or len(decimals) != int(exponent) or not decimals:
            return Notation(reason="is a phone number shortened by a spreadsheet; its digits are lost")
        return _whole(sign + whole + decimals)
    plain = _PLAIN_FLOAT.fullmatch(text)
    grouped = None if plain else _GROUPED.fullmatch(text)
    if plain:
        whole, decimals = plain[1], plain[2]
    elif grouped and (grouped[3] or grouped[2] in ",."):
        whole, decimals = re.sub(r"[^\d+]", "", grouped[1]), grouped[3] or ""
    else:
        return None
    if decimals.strip("0"):
        return Notation(reason="has decimals, and a phone number has none")
    return _whole(whole)


def _whole(text: str) -> Notation:
    digits = text.lstrip("+")
    return Notation((Run(text, (digits,), plus=text.startswith("+")),))


def _vanity(text: str) -> str:
    """Return the ten digits of a toll-free number spelt with letters (`1-800-FLOWERS`), "" for other text."""
    match = _VANITY.fullmatch(text)
    if match is None:
        return ""
    signs = "".join(filter(str.isalnum, match[2])).upper()
    letters = sum(map(str.isalpha, signs))
    return match[1] + signs.translate(_KEYS) if letters >= 3 and not signs[0].isdigit() else ""


@dataclass(slots=True)
class _Builder:
    """Collects the runs of a cell from left to right."""

    text: str
    runs: list[Run] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    """Words since the last run or dividing sign."""
    separator: str = ""
    chain: int = 0
    has_notes: bool = False
    is_open: bool = False
    """True if the last run takes the words after it as its labels."""
    is_extension: bool = False

    def word(self, start: int, end: int) -> None:
        """Add a word."""
        word = fold(self.text[start:end])
        touching = [index for index in (start - 1, end) if 0 <= index < len(self.text) and self.text[index].isdigit()]
        if touching and word not in _EXTENSION_WORDS and not (_is_label(word) and (len(word) > 2 or word in "cmhwpt")):
            if start - 1 in touching:
                self.runs[-1] = replace(self.runs[-1], is_glued=True)
            if end in touching:
                self.loose.append("\0")
        self.is_extension = word in _EXTENSION_WORDS and bool(self.runs)
        self.has_notes |= not _is_label(word)
        self.chain += 1
        self.separator = ""
        if self.is_open and not self.is_extension:
            self.runs[-1] = replace(self.runs[-1], labels=(*self.runs[-1].labels, word))
        elif not self.is_extension:
            self.loose.append(word)

    def sign(self, sign: str) -> None:
        """Add a sign that is neither letter nor digit."""
        self.separator += sign
        if sign == "#" and self.runs:
            self.is_extension = True
            self.has_notes = True
        elif sign not in _WITHIN_PART:
            self.chain += sign == _DIVIDER
            self.loose.clear()
            self.is_open = self.is_extension = False

    def run(self, text: str) -> None:
        """Add a run of digits."""
        for part in _numbers_in(text):
            groups = tuple(re.findall(r"\d+", part))
            plus = part.lstrip("([{ ").startswith("+")
            glued, labels = "\0" in self.loose, tuple(word for word in self.loose if word != "\0")
            self.runs.append(Run(part, groups, plus, self.chain, self.separator, self.is_extension, glued, labels))
            self.is_open = not labels
            self.loose, self.separator, self.is_extension = [], "+", False


def _is_label(word: str) -> bool:
    return word in _LABEL_WORDS or word in _NOT_TO_CALL


def _tokenize(text: str) -> Notation:
    builder = _Builder(text)
    for token in _TOKEN.finditer(text):
        word, run, sign = token.groups()
        if word:
            builder.word(token.start(), token.end())
        elif run:
            builder.run(run)
        else:
            builder.sign(sign)
    return Notation(tuple(builder.runs), builder.has_notes)


def _numbers_in(run: str) -> Iterator[str]:
    """Divide a run at plus signs that begin a number or stand between two (`+1…+1…`, `… + …`)."""
    part = ""
    for piece in re.split(r"(?=\+)", run):
        is_new = sum(map(str.isdigit, part)) >= LEAST_DIGITS
        # A plus sign between blanks stands between two numbers and begins neither.
        begins = piece[1:] if is_new and part.endswith(" ") and piece.startswith("+ ") else piece
        if is_new:
            yield part.strip()
            part = begins
        else:
            part += piece
    if any(map(str.isdigit, part)):
        yield part.strip()


def joined(runs: Sequence[Run]) -> Run:
    """Return several runs as one."""
    groups = tuple(group for run in runs for group in run.groups)
    return replace(runs[-1], text=" ".join(run.text for run in runs), groups=groups, plus=runs[0].plus, is_glued=False)
