"""Profile of a column: conclusions from its sample values."""

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from segtui.domain.countries import region_of, regions_named
from segtui.domain.phones import to_e164
from segtui.domain.text import words
from segtui.importing.columns.header_normalisation import words_of
from segtui.importing.columns.header_words import WEAK_BESIDE_NUMBER
from segtui.importing.columns.headers import LAST_RANK, Guess
from segtui.importing.rows.cells import is_honorific, looks_like_phone
from segtui.importing.rows.email_cells import email_in
from segtui.importing.rows.opt_out_answers import is_time_of_day, is_withdrawal, opts_out, refuses
from segtui.importing.rows.phones.phone_cells import Numbers

# Words in headers of numbers that look like phones and are not.
_NUMBERS: Final = words("""
    id ids no nr num code key uid uuid guid ref reference account order customer invoice amount price salary revenue
    zip plz timestamp time date latitude longitude lat lon lng ip score count kundennummer vat tax iban leid euid
    ssn isbn ean sku fax pager""")
_ANY: Final = words("no nr num")
_AREA_CODE: Final = re.compile(r"\(?0?\d{1,5}\)?")
_YES_OR_NO: Final = frozenset(("y", "n", "yes", "no", "true", "false", "0", "1", "x"))
_TRIED_REGIONS: Final = ("US", "GB", "DE", "FR", "ES", "IT", "NL", "BR", "IN")


class Values:
    """The values of one column in the sample, blanks left out."""

    def __init__(self, cells: Sequence[str], regions: Sequence[str] = ()) -> None:
        self._filled = [cell for cell in cells if cell]
        self._regions = regions

    def __bool__(self) -> bool:
        return bool(self._filled)

    def samples(self, count: int) -> tuple[str, ...]:
        """Return the first different values."""
        return tuple(dict.fromkeys(self._filled[:200]))[:count]

    def share(self, test: Callable[[str], object]) -> float:
        """Return the share of values that pass `test`, 0 without values."""
        return sum(1 for value in self._filled if test(value)) / len(self._filled) if self._filled else 0.0

    def may_be(self, target: str, *, strict: bool) -> bool:
        """Return True if the values do not contradict `target`. A blank column contradicts nothing.

        If the header leaves a doubt (`strict`), one value in five must fit; otherwise it is enough that not all of
        several values are something else altogether: a column of broken phones is still the phone.
        """
        tests: dict[str, Callable[[str], object]] = {
            "phone": _has_digits,
            "email": lambda value: "@" in value,
            "custom_fields": _is_json_object,
        }
        if not self._filled:
            return True
        share = self.share(tests[target])
        return share >= 0.2 if strict else share > 0 or len(self._filled) < 3

    def are_honorifics(self) -> bool:
        """Return True if most values are forms of address (Mr., Frau, Dr.)."""
        return self.share(is_honorific) > 0.5

    def are_phones(self) -> bool:
        """Return True if most values are valid phones of the file's regions."""
        return self.share(lambda value: _is_phone(value, self._regions)) >= 0.6

    def look_like_phones(self) -> bool:
        """Return True if most values are phones beyond doubt, even without a telling header."""
        return not _are_counted(self._filled) and self.share(lambda value: _is_some_phone(value, self._regions)) >= 0.6

    def are_dialling_codes(self) -> bool:
        """Return True if the values are country calling codes such as 1 or +44 (UK)."""
        return self.share(lambda value: _has_digit(value) and regions_named(value, is_code=True)) > 0.5

    def are_area_codes(self) -> bool:
        """Return True if the values are area codes such as 602 or (030)."""
        return self.share(_AREA_CODE.fullmatch) > 0.5

    def are_lookups(self) -> bool:
        """Return True if some value says that a number is in a list of opt-outs."""
        return self.share(lambda value: is_withdrawal(value) or (opts_out(value) and value.isalpha())) > 0 and (
            self.share(lambda value: value.casefold() in _YES_OR_NO) < 0.5
        )

    def are_times_of_day(self) -> bool:
        """Return True if most values are times of day."""
        return self.share(is_time_of_day) > 0.5

    def may_be_consents(self, *, strict: bool) -> bool:
        """Return True if some values answer a question for consent; for a general header, half of them."""
        share = self.share(lambda value: refuses(value) is not None)
        return not self._filled or (share >= 0.5 if strict else share > 0)

    def regions(self) -> list[str]:
        """Return the regions that the values of a column of countries name most often."""
        named = Counter(region for value in self._filled[:200] if (region := region_of(value)))
        return [region for region, _ in named.most_common(3)]

    def are_words(self, least: int, most: int) -> bool:
        """Return True if nearly all values have `least` to `most` words of letters, and most of them differ."""

        def is_worded(value: str) -> bool:
            words = value.replace("-", " ").replace("'", " ").replace(".", " ").split()
            return least <= len(words) <= most and all(word.isalpha() for word in words)

        return self.share(is_worded) > 0.8 and len(set(self._filled)) * 2 > len(self._filled)


def _has_digits(value: str) -> bool:
    return sum(map(str.isdigit, value)) >= 4


def _is_json_object(value: str) -> bool:
    try:
        return isinstance(json.loads(value), dict)
    except (ValueError, RecursionError):
        return False


def _has_digit(value: str) -> bool:
    return any(map(str.isdigit, value))


_NUMBERS_READ: Final = Numbers()


def _is_phone(value: str, regions: Sequence[str]) -> bool:
    """Return True if a value reads as a phone of one of the regions."""
    if sum(map(str.isdigit, value)) < 6:
        return False
    return any(_NUMBERS_READ.first_of(value, region)[0] for region in regions or _TRIED_REGIONS)


def _is_some_phone(value: str, regions: Sequence[str]) -> bool:
    """Return True if a value is written like a phone and is one; bare digits need one of the file's own regions."""
    if not looks_like_phone(value):
        return False
    tried = regions if value.isdecimal() else (*regions, *_TRIED_REGIONS)
    return any(to_e164(value, region) for region in tried)


def _are_counted(values: Sequence[str]) -> bool:
    """Return True if bare numbers go up by small steps, as those of orders and customers do."""
    numbers = [int(value) for value in values if value.isascii() and value.isdecimal()]
    steps = [behind - before for before, behind in pairwise(numbers)]
    return len(steps) >= 2 and len(numbers) == len(values) and all(0 < step <= 100 for step in steps)


def guess_by_values(guesses: list[Guess], headers: Sequence[str], values: Sequence[Values]) -> None:
    """Guess e-mail, phone and name from values, for columns without a telling header, if no column has them yet."""
    candidates = [
        position
        for position, guessed in enumerate(guesses)
        if guessed.target == "custom"
        and guessed.confidence < 0.7
        and values[position]
        and not _is_numbered(headers, position)
    ]
    targets = {guessed.target for guessed in guesses}
    tests: tuple[tuple[str, Callable[[Values], bool]], ...] = (
        ("email", lambda column: column.share(email_in) >= 0.6),
        ("phone", Values.look_like_phones),
    )
    for target, test in tests:
        if target in targets:
            continue
        for position in candidates:
            if guesses[position].target == "custom" and test(values[position]):
                guesses[position] = Guess(target, 0.7, "Its values fit.", rank=LAST_RANK)
    if not headers:
        _names_by_values(guesses, values)


def _is_numbered(headers: Sequence[str], position: int) -> bool:
    """Return True if a header names a number of something else: an order, a customer, a date."""
    named = set(words_of(headers[position])) if headers else set()
    return bool(named & _NUMBERS) and not (named & _NUMBERS <= _ANY and named & WEAK_BESIDE_NUMBER)


def _names_by_values(guesses: list[Guess], values: Sequence[Values]) -> None:
    """Guess the name in a file without headers: one column of several words, or the first two of single words."""
    texts = [position for position, guessed in enumerate(guesses) if guessed.target == "custom" and values[position]]
    single = [position for position in texts if values[position].are_words(1, 1)]
    pairs = [position for position in texts if values[position].are_words(2, 4)]
    if len(single) > 1 and single[1] == single[0] + 1 and (not pairs or single[0] < pairs[0]):
        guesses[single[0]] = Guess("first_name", 0.5, "Its values look like names.")
        guesses[single[1]] = Guess("last_name", 0.5, "Its values look like names.")
    elif pairs:
        guesses[pairs[0]] = Guess("full_name", 0.5, "Its values look like names.")
