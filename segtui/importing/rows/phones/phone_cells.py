"""Phone cells: the first number of a cell in E.164, the rest of the cell, and the assumption that was made.

libphonenumber decides on validity. If a cell can be read in two ways that give different numbers, either a remark names
the assumption, or there is no number and a reason.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from segtui.domain.phones import to_e164
from segtui.importing.row_results import CellReading, quoted
from segtui.importing.rows.opt_out_answers import is_withdrawal
from segtui.importing.rows.phones.phone_notation import LEAST_DIGITS, Run, joined, normalized, notation_of
from segtui.importing.rows.phones.phone_patterns import calling_code, usual_e164

_MAX_CACHED: Final = 200_000
_MAX_CELL: Final = 500
"""Maximum number of characters of a cell that is searched for numbers."""
_MAX_TAIL: Final = 9
"""Maximum number of digits after a complete number that are dropped; more may be a number of their own."""
_LONG: Final = 14
"""A number with this many digits may be two."""
_MAX_GROUPS: Final = 20
"""A run with more groups of digits is not a list of phones."""
_MAX_DIGITS: Final = 20
"""Maximum number of digits of one number with every prefix."""
_NANP: Final = "1"


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a cell: its run of digits, and the number read from it."""

    run: Run
    number: str | None = None
    remark: str = ""
    rest: str = ""
    """Text of a further number after it."""


class Numbers:
    """Reads the phones of one file; equal cells are read once."""

    def __init__(self) -> None:
        self._readings: dict[tuple[str, str], CellReading] = {}

    def reading(self, text: str, region: str) -> CellReading:
        """Return the reading of a cell; its value is in E.164."""
        key = (text, region)
        if (reading := self._readings.get(key)) is None:
            if len(self._readings) > _MAX_CACHED:
                self._readings.clear()
            number = usual_e164(text, region)
            reading = self._readings[key] = CellReading(number) if number else _read(text, region)
        return reading

    def read(self, text: str, region: str) -> str | None:
        """Return the first valid number of a cell, None if there is none."""
        return self.reading(text, region).value

    def every_of(self, text: str, region: str) -> list[str]:
        """Return every valid number of a cell, in order, including those that must not be called."""
        return list(dict.fromkeys(filter(None, (self.read(text, region), *_further_numbers(text, region)))))

    def first_of(self, text: str, region: str) -> tuple[str | None, str]:
        """Return the first valid number of a cell that may hold several, and the rest of the cell."""
        reading = self.reading(text, region)
        return reading.value, reading.rest

    def reads_as(self, text: str, region: str, number: str) -> bool:
        """Return True if a cell is the number `number`, and nothing else."""
        return text == number or self.first_of(text, region) == (number, "")


def _read(text: str, region: str) -> CellReading:
    if len(text) > _MAX_CELL:
        return CellReading(remark=f"{quoted(text)} is too long for a phone number")
    notation = notation_of(text)
    if not notation.runs and is_withdrawal(text):
        return CellReading(remark=_defect(text, region, ()), is_withdrawn=True)
    if notation.reason:
        return CellReading(remark=f"{quoted(text)} {notation.reason}")
    if notation.vanity:
        return _vanity(text, notation.vanity, region)
    parts = [part for chain in _chains(notation.runs) for part in _parts(chain, region, text)]
    usable = [part for part in parts if part.number and not part.run.is_not_to_call and not part.run.is_out_of_use]
    if not usable and len(notation.runs) == 1 and not notation.runs[0].is_glued and not notation.runs[0].plus:
        foreign = _without_plus(notation.runs[0], region, text)
        if foreign.number is None:
            return CellReading(remark=foreign.remark or _defect(text, region, parts))
        usable = parts = [foreign]
    if not usable:
        return CellReading(remark=next((part.remark for part in parts if part.remark), _defect(text, region, parts)))
    first = usable[0]
    others = [_trimmed(part.run.text) for part in parts if part is not first]
    rest = text if notation.has_notes else " ::: ".join(filter(None, [*others, first.rest]))
    labels = [" ".join(run.labels) for run in notation.runs]
    return CellReading(first.number, rest, first.remark, is_withdrawn=any(map(is_withdrawal, filter(None, labels))))


def _further_numbers(text: str, region: str) -> Iterator[str]:
    """Yield the number of each part of a cell that is read part by part."""
    notation = notation_of(text) if len(text) <= _MAX_CELL else None
    if notation is None or notation.reason or notation.vanity:
        return
    for chain in _chains(notation.runs):
        for part in _parts(chain, region, text):
            if part.number:
                yield part.number
                if len(part.rest) < len(text):
                    yield from _further_numbers(part.rest, region)


def _trimmed(text: str) -> str:
    """Return the text of a run without the separators around it."""
    text = text.strip(" -._'`").rstrip("+([{ -._'`")
    for opening, closing in ("()", "[]", "{}"):
        if text.count(opening) > text.count(closing):
            text = text.lstrip(opening)
        if text.startswith(opening) and text.endswith(closing) and text.count(opening) == 1:
            text = text[1:-1]
    return text


def _chains(runs: Sequence[Run]) -> Iterator[list[Run]]:
    """Yield groups of runs that no word divides, without extensions."""
    chain: list[Run] = []
    for run in runs:
        if run.is_extension:
            continue
        if chain and (run.chain != chain[-1].chain or run.is_glued):
            yield chain
            chain = []
        chain.append(run)
    if chain:
        yield chain


def _parts(chain: list[Run], region: str, text: str) -> Iterator[_Part]:
    """Read the numbers of a chain in order."""
    pending: list[Run] = []
    last: _Part | None = None
    for run in chain:
        if len(run.digits) < LEAST_DIGITS:
            pending.append(run)
            continue
        part = _merged(pending, run, region, text) if pending and not run.plus else None
        if part is None and last is not None and pending:
            last = _with_tail(last, pending, region, text)
            pending = []
        if last is not None:
            yield last
        yield from () if part else map(_Part, pending)
        last, pending = part or _behind(pending, _single(run, region, text), text), []
    if last is not None:
        yield _with_tail(last, pending, region, text) if pending else last
        yield from map(_Part, pending)
    elif pending:
        yield _single(joined(pending), region, text) if len(pending) > 1 else _single(pending[0], region, text)


def _merged(pending: Sequence[Run], run: Run, region: str, text: str) -> _Part | None:
    """Read a run together with the short ones before it (`030/23125000`), None if that is not a number."""
    whole = joined([*pending, run])
    number = None if whole.is_glued or run.is_glued else _number(whole, region)
    if number is None:
        return None
    # With a trunk prefix in front (`030/23125000`) there is only one reading.
    alone = None if pending[0].plus or pending[0].digits.startswith("0") else _number(run, region)
    return _Part(whole, number, _also(text, number, alone) if alone and alone != number else "")


def _behind(pending: Sequence[Run], part: _Part, text: str) -> _Part:
    """Return a number after a few digits; digits with a trunk prefix are its area code elsewhere."""
    if not pending or part.number is None or part.run.plus:
        return part
    before = "/".join(run.digits for run in pending)
    if pending[0].digits.startswith("0") and pending[0].digits.strip("0"):
        return replace(part, number=None, rest="", remark="")
    return part if part.remark else replace(part, remark=_left_out(text, part.number, before, "before"))


def _with_tail(part: _Part, tail: Sequence[Run], region: str, text: str) -> _Part:
    """Return a number followed by a few digits; they are dropped, with a remark."""
    if part.number is None or part.remark:
        return part
    digits = "/".join(run.digits for run in tail)
    longer = _number(joined([part.run, *tail]), region)
    also = f"; together they would be {longer}" if longer and longer != part.number else ""
    return replace(part, remark=_left_out(text, part.number, digits, "after") + also)


def _single(run: Run, region: str, text: str) -> _Part:
    """Read one run, which may hold two numbers with only a blank between them, or a number and a tail."""
    if run.is_glued:
        return _Part(run, remark=f"{quoted(text)} is not a valid phone number: a letter stands among its digits")
    number = _number(run, region)
    if number is not None:
        second = _halves(run, region, by_trunk=True) if len(run.digits) >= _LONG else None
        if second is not None:
            return _Part(run, number, _also(text, number, f"two numbers, the first of them {second[0]}"))
        if not run.plus and run.groups[0] == "011" and not number.startswith(("+1", "+" + calling_code(region))):
            return _Part(run, number, f"{quoted(text)} was read as {number}: 011 was taken as the international prefix")
        return _Part(run, number)
    halves = _halves(run, region, by_trunk=False)
    if halves is not None:
        return _Part(replace(run, text=""), halves[0], rest=halves[1])
    return _tail_of(run, region, text)


def _halves(run: Run, region: str, *, by_trunk: bool) -> tuple[str, str] | None:
    """Return the first number of a run of several, and the text of the others; None if it is not certain."""
    count = len(run.groups)
    if not 2 <= count <= _MAX_GROUPS:
        return None
    readable = _readable_ends(run, region)
    splits = []
    for index in range(1, count):
        left, right = run.groups[:index], run.groups[index:]
        number = _number(replace(run, groups=left), region) if len("".join(left)) >= LEAST_DIGITS else None
        if number is None or len("".join(right)) < LEAST_DIGITS:
            continue
        if readable[index] or _number(replace(run, groups=right, plus=False), _region_of(number)):
            splits.append((number, left, right))
    # Numbers of variable length can be split in several ways: prefer the split into numbers that begin alike.
    alike = [split for split in splits if len(split[1]) == len(split[2]) and split[2][0][0] == split[1][0][0]]
    if (by_trunk or len({split[0] for split in splits}) > 1) and len(alike) == 1:
        splits = alike
    elif by_trunk:
        return None
    if len({split[0] for split in splits}) != 1:
        return None
    number, left, _ = splits[0]
    return number, _text_behind(run.text, sum(map(len, left)))


def _readable_ends(run: Run, region: str) -> list[bool]:
    """Return for each group of a run if the rest of the run consists of complete numbers."""
    count = len(run.groups)
    readable = [False] * count + [True]
    for start in range(count - 1, 0, -1):
        for end in range(start + 1, count + 1):
            digits = len("".join(run.groups[start:end]))
            if digits > _MAX_DIGITS:
                break
            part = replace(run, groups=run.groups[start:end], plus=False)
            if digits >= LEAST_DIGITS and readable[end] and _number(part, region):
                readable[start] = True
                break
    return readable


def _text_behind(text: str, count: int) -> str:
    """Return the text after the first `count` digits."""
    for index, char in enumerate(text):
        if char.isdigit():
            count -= 1
            if not count:
                return _trimmed(text[index + 1 :].lstrip(" )].-_'`"))
    return ""


def _tail_of(run: Run, region: str, text: str) -> _Part:
    """Read a complete number followed by a few digits as that number, with a remark."""
    readings = {}
    for index in range(1, len(run.groups)):
        left, tail = run.groups[:index], "".join(run.groups[index:])
        if len(tail) <= _MAX_TAIL and len("".join(left)) >= LEAST_DIGITS:
            number = _number(replace(run, groups=left), region)
            if number:
                readings[number] = tail
    if len(readings) != 1:
        return _Part(run)
    number, tail = readings.popitem()
    return _Part(run, number, _left_out(text, number, tail, "after"), rest=text)


def _left_out(text: str, number: str, digits: str, side: str) -> str:
    return f"{quoted(text)} was read as {number}; “{digits}” {side} it was left out"


def _also(text: str, number: str, other: str) -> str:
    return f"{quoted(text)} was read as {number}; it could also be {other}"


def _number(run: Run, region: str) -> str | None:
    """Return the number of one run: for the region, or for its own country with a plus sign, 00 or 011."""
    digits = run.digits
    if len(digits) > _MAX_DIGITS:
        return None
    if not run.plus:
        number = usual_e164(digits, region) or to_e164(digits, region)
        if number is not None:
            return number
    return next(filter(None, (_international(text) for text in _spelled_out(run, region))), None)


def _international(digits: str) -> str | None:
    return usual_e164("+" + digits, "US") or to_e164("+" + digits, "US")


def _spelled_out(run: Run, region: str) -> Iterator[str]:
    """Yield the digits after the plus sign, with common mistakes of the notation corrected."""
    digits = run.digits
    own = calling_code(region)
    bare = digits[2:] if run.groups[0].startswith("00") else digits[3:] if run.groups[0] == "011" else ""
    if not run.plus and not bare:
        if region == "MX" and digits.startswith(("01", "044", "045")):
            yield own + digits[2 if digits.startswith("01") else 3 :]
        if own and digits.startswith("0" + own):
            yield digits[1:]
        if not own or not digits.startswith(own) or len(digits) < len(own) + LEAST_DIGITS:
            return
        bare = digits
    bare = bare or digits
    yield bare
    code = next((bare[:length] for length in (1, 2, 3) if _is_code(bare[:length])), "")
    national = bare[len(code) :]
    if not code:
        return
    if "(0)" in run.text.replace(" ", ""):
        yield code + national.removeprefix("0")
    if code == "52" and national.startswith("1"):
        yield code + national[1:]  # until 2020, mobile numbers of Mexico had a 1 here
    for again in (code, "00" + code, "0" + code, "011" + code):
        if national.startswith(again):
            yield national[len(again) - len(code) :]


def _is_code(code: str) -> bool:
    import phonenumbers

    return bool(code) and code[0] != "0" and int(code) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE


def _without_plus(run: Run, region: str, text: str) -> _Part:
    """Read a number of another country without its plus sign, with a remark; else give the reason against it."""
    digits, own = run.digits, calling_code(region)
    if run.plus or digits.startswith("0") or not 10 <= len(digits) <= 15:
        return _Part(run)
    number = _international(digits)
    if number is None:
        return _Part(run)
    code = _code_of(number)
    north_american = _number_of_ten(digits)
    if own == _NANP and len(digits) == 10:
        return _Part(run)
    shape = tuple(map(len, run.groups))
    if north_american and (own == _NANP or len(digits) == 10 or shape[:3] == (3, 3, 4)):
        reason = (
            f"{quoted(text)} may be {north_american} with more digits after it, or a number of another country: "
            "write it with a plus sign"
        )
        return _Part(run, remark=reason if len(digits) > 10 else reason.replace(" with more digits after it", ""))
    if region == "MX" and digits[0] == "1" and _number(replace(run, groups=(digits[1:],)), region):
        return _Part(
            run, remark=f"{quoted(text)} may be a number of Mexico or of North America: write it with a plus sign"
        )
    if len(run.groups) > 1 and run.groups[0] != code:
        return _Part(run)
    return _Part(run, number, f"{quoted(text)} was read as {number}, a number of another country without its plus sign")


def _number_of_ten(digits: str) -> str | None:
    """Return the North American number in the first ten digits, if it is one."""
    ten = digits[1:11] if digits.startswith("1") else digits[:10]
    return usual_e164(ten, "US") if len(ten) == 10 else None


def _region_of(number: str) -> str:
    """Return the first region of a number's country code."""
    import phonenumbers

    return str(phonenumbers.region_code_for_country_code(int(_code_of(number))))


def _code_of(number: str) -> str:
    return next((number[1 : 1 + length] for length in (1, 2, 3) if _is_code(number[1 : 1 + length])), "")


def _vanity(text: str, digits: str, region: str) -> CellReading:
    number = (
        usual_e164(digits, "US") if calling_code(region) == _NANP or text.lstrip().startswith(("+1", "1")) else None
    )
    if number is None:
        return CellReading(remark=f"{quoted(text)} is not a valid phone number: letters are not read as digits")
    return CellReading(number, text, f"{quoted(text)} was read as {number}, with the letters of phone keys as digits")


def _defect(text: str, region: str, parts: Iterable[_Part]) -> str:
    """Return the reason why a cell holds no number to call."""
    for part in parts:
        if part.number and part.run.is_not_to_call:
            return f"{quoted(text)} is the number of a fax or a pager"
        if part.number and part.run.is_out_of_use:
            return f"{quoted(text)} is marked as wrong or out of use"
    is_mixed = any(char.isalpha() for char in normalized(text)) and any(char.isdigit() for char in text)
    letters = "; letters are not read as digits" if is_mixed else ""
    return f"{quoted(text)} is not a valid phone number (read for {region}{letters})"
