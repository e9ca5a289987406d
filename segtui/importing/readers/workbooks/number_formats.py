"""Number formats of workbooks, as in ECMA-376 part 1, 18.8.31: a number as the author of the workbook sees it.

A workbook stores 2134 and the format `00000`; people see, and mean, the postcode 02134. The reader returns what people
see, with two exceptions that lose nothing: dates are ISO 8601, and digits are never grouped or shortened, so that a
phone is complete with any column width.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

GENERAL = "General"
# The formats that a file names by number only.
BUILTIN = {
    0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: GENERAL, 12: GENERAL,
    13: GENERAL, 14: "m/d/yy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "m/d/yy h:mm", 37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00",
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: GENERAL, 49: "@",
} | dict.fromkeys((*range(27, 37), *range(50, 59)), "yyyy/m/d")  # fmt: skip

# A format in pieces: quoted text, an escaped character, something in brackets, a gap or a filler, anything else.
_PIECE = re.compile(r'"([^"]*)"|\\(.)|\[([^\[\]]*)\]|[_*](.)|(.)', re.DOTALL)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_MERIDIEM = re.compile(r"am/pm|a/p", re.IGNORECASE)
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
    "=": lambda one, other: one == other,
    "<>": lambda one, other: one != other,
}
# Serial numbers of days: 1 is 1900-01-01, and 60 a day that never was (Lotus took 1900 for a leap year).
# They have no zone; UTC stands for that.
_EPOCH_1900 = datetime(1899, 12, 30, tzinfo=UTC)
_EPOCH_1904 = datetime(1904, 1, 1, tzinfo=UTC)
_LAST_DAY = 2_958_466
# Significant digits that a spreadsheet stores.
_DIGITS = 15


@dataclass(frozen=True, slots=True)
class _Section:
    """One part of a format. `parts` are pairs: True for a sign of the format, and the character."""

    parts: tuple[tuple[bool, str], ...]
    condition: tuple[str, float] | None
    elapsed: bool

    @property
    def signs(self) -> str:
        return "".join(char for is_sign, char in self.parts if is_sign)


def shown(value: float, code: str, *, since_1904: bool = False) -> str:
    """Return a number as the format `code` shows it, dates as ISO 8601, digits neither grouped nor shortened."""
    sections = _sections(code)
    section = _matching_section(value, sections)
    signs = _MERIDIEM.sub("", section.signs).lower()
    if "general" in signs or "@" in signs:
        return _general(value)
    if section.elapsed or re.search(r"[dmyhs]", signs):
        return _moment(value, signs, section, since_1904=since_1904)
    if "e" in signs or "/" in signs or not re.search(r"[0#?]", signs):
        return _general(value)
    own_sign = section is not sections[0] and value < 0
    return _number(abs(value) if own_sign else value, section)


@lru_cache(maxsize=1024)
def _sections(code: str) -> tuple[_Section, ...]:
    sections: list[_Section] = []
    parts: list[tuple[bool, str]] = []
    condition: tuple[str, float] | None = None
    elapsed = False

    def end() -> None:
        nonlocal parts, condition, elapsed
        sections.append(_Section(tuple(parts), condition, elapsed))
        parts, condition, elapsed = [], None, False

    for quoted, escaped, bracketed, _gap, char in _PIECE.findall(code):
        if char == ";":
            end()
        elif char:
            parts.append((char.isalnum() or char in "#?@.,/%", char))
        elif bracketed:
            if test := _CONDITION.fullmatch(bracketed):
                condition = (test[1], float(test[2]))
            elif set(bracketed.lower()) in ({"h"}, {"m"}, {"s"}):
                elapsed = True
                parts.append((True, bracketed[0].lower()))
        else:
            parts.extend((False, quoted_char) for quoted_char in quoted or escaped)
    end()
    return tuple(sections)


def _matching_section(value: float, sections: tuple[_Section, ...]) -> _Section:
    for section in sections:
        if section.condition is not None and _COMPARE[section.condition[0]](value, section.condition[1]):
            return section
    if any(section.condition for section in sections):
        return next((section for section in sections if section.condition is None), sections[0])
    if value < 0 and len(sections) > 1:
        return sections[1]
    if value == 0 and len(sections) > 2:
        return sections[2]
    return sections[0]


def _general(value: float) -> str:
    """Return a number with all its digits and no more."""
    if value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    text = f"{value:.{_DIGITS}g}"
    return f"{Decimal(text):f}" if "e" in text else text


def _number(value: float, section: _Section) -> str:
    signs = section.signs
    if "%" in signs:
        value *= 100
    whole, _, fraction = signs.partition(".")
    decimal_places = len(re.findall(r"[0#?]", fraction))
    needed = fraction.count("0")
    digits = f"{abs(value):.{decimal_places}f}"
    number, _, decimals = digits.partition(".")
    while len(decimals) > needed and decimals.endswith("0"):
        decimals = decimals[:-1]
    sign = "-" if value < 0 and float(digits) else ""
    return sign + _fill_placeholders(number.rjust(whole.count("0"), "0"), decimals, section)


def _fill_placeholders(number: str, decimals: str, section: _Section) -> str:
    """Put digits into the placeholders of a format, from the right, with the characters between them."""
    before: list[tuple[bool, str]] = []
    after: list[str] = []
    point = False
    for is_sign, char in section.parts:
        if is_sign and char == ".":
            point = True
        elif not point:
            before.append((is_sign, char))
        elif not is_sign or char == "%":
            after.append(char)
    placeholders = sum(1 for is_sign, char in before if is_sign and char in "0#?")
    left = len(number)
    out: list[str] = []
    for is_sign, char in reversed(before):
        if is_sign and char in "0#?":
            placeholders -= 1
            take = left if placeholders == 0 else min(left, 1)
            out.append(number[left - take : left])
            left -= take
        elif not is_sign or char == "%":
            # A dash between empty placeholders is not shown, a dash before all digits is.
            out.append(char if left or placeholders == 0 or char not in "-/ " else "")
    text = "".join(reversed(out))
    return (text + ("." + decimals if decimals else "") + "".join(after)).strip()


def _moment(value: float, signs: str, section: _Section, *, since_1904: bool) -> str:
    if section.elapsed:
        seconds = round(value * 86_400)
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if not 0 <= value < _LAST_DAY:
        return _general(value)
    days = value if since_1904 or value >= 60 else value + 1
    time = (_EPOCH_1904 if since_1904 else _EPOCH_1900) + timedelta(seconds=round(days * 86_400))
    has_day = "y" in signs or "d" in signs or ("m" in signs and "h" not in signs and "s" not in signs)
    has_time = "h" in signs or "s" in signs
    clock = f"{time:%H:%M:%S}" if "s" in signs else f"{time:%H:%M}"
    if has_day and has_time:
        return f"{time:%Y-%m-%d} {clock}"
    return f"{time:%Y-%m-%d}" if has_day else clock
