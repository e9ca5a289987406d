"""What the values of a column say about it."""

import json
from collections.abc import Callable, Sequence
from typing import Final

from segtui.importing.cells import is_honorific, looks_like_phone
from segtui.importing.emails import email_in
from segtui.importing.headers import Guess
from segtui.importing.spelling import words, words_of
from segtui.phones import to_e164

# Under these words stand numbers that look like phones and are none.
_NUMBERS: Final = words("""
    id ids no nr num code key uid uuid guid ref reference account order customer invoice amount price salary revenue
    zip plz timestamp time date latitude longitude lat lon lng ip score count kundennummer vat tax iban leid euid
    ssn isbn ean sku fax pager""")
_TRIED_REGIONS: Final = ("US", "GB", "DE", "FR", "ES", "IT", "NL", "BR", "IN")


class Values:
    """The values of one column in the sample, blanks left out."""

    def __init__(self, cells: Sequence[str]) -> None:
        self._filled = [cell for cell in cells if cell]

    def __bool__(self) -> bool:
        return bool(self._filled)

    def samples(self, count: int) -> tuple[str, ...]:
        """Return the first different values."""
        return tuple(dict.fromkeys(self._filled[:200]))[:count]

    def share(self, test: Callable[[str], object]) -> float:
        """Return which part of the values passes `test`, 0 where there are none."""
        return sum(1 for value in self._filled if test(value)) / len(self._filled) if self._filled else 0.0

    def may_be(self, target: str, *, strict: bool) -> bool:
        """Tell whether the values do not contradict `target`. A blank column contradicts nothing.

        Where the header leaves a doubt (`strict`), one value in five must fit; else it is enough that not every one of
        several values is something else altogether: a column of broken phones is still the phone.
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
        """Tell whether most values are forms of address (Mr., Frau, Dr.)."""
        return self.share(is_honorific) > 0.5

    def are_dialling_codes(self) -> bool:
        """Tell whether the values are country calling codes such as 1 or +44."""
        return self.share(lambda value: value.lstrip("+").isdecimal() and len(value.lstrip("+0")) <= 3) > 0.5

    def are_words(self, least: int, most: int) -> bool:
        """Tell whether nearly all values are so many words of letters, and most of them differ."""

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


def _is_some_phone(value: str) -> bool:
    if not looks_like_phone(value):
        return False
    return any(to_e164(value, region) for region in _TRIED_REGIONS)


def guess_by_values(guesses: list[Guess], headers: Sequence[str], values: Sequence[Values]) -> None:
    """Find e-mail, phone and name among columns no header tells of, where no other column has them yet."""
    open_places = [
        place
        for place, found in enumerate(guesses)
        if found.target == "custom" and found.confidence < 0.7 and values[place] and not _is_numbered(headers, place)
    ]
    targets = {found.target for found in guesses}
    for target, test in (("email", email_in), ("phone", _is_some_phone)):
        if target in targets:
            continue
        for place in open_places:
            if guesses[place].target == "custom" and values[place].share(test) >= 0.6:
                guesses[place] = Guess(target, 0.7, "Its values tell.", rank=1)
    if not headers:
        _names_by_values(guesses, values)


def _is_numbered(headers: Sequence[str], place: int) -> bool:
    return bool(headers) and not _NUMBERS.isdisjoint(words_of(headers[place]))


def _names_by_values(guesses: list[Guess], values: Sequence[Values]) -> None:
    """Find the name in a file without headers: one column of several words, or the first two of single words."""
    texts = [place for place, found in enumerate(guesses) if found.target == "custom" and values[place]]
    single = [place for place in texts if values[place].are_words(1, 1)]
    pairs = [place for place in texts if values[place].are_words(2, 4)]
    if len(single) > 1 and single[1] == single[0] + 1 and (not pairs or single[0] < pairs[0]):
        guesses[single[0]] = Guess("first_name", 0.5, "Its values look like names.")
        guesses[single[1]] = Guess("last_name", 0.5, "Its values look like names.")
    elif pairs:
        guesses[pairs[0]] = Guess("full_name", 0.5, "Its values look like names.")
