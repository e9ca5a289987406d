"""The people of a benchmark's database: any number of them, with frequencies like those of real lists.

A few first names, surnames, employers and places are everywhere and thousands of others are rare; that decides which
way a search has to be answered. The same number gives the same people in every run. Their area codes (290 to 999 with a
9 in the middle) are reserved and in use nowhere.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, count, product

from segtui.domain import search_terms
from segtui.domain.contact import TEXT_FIELDS
from segtui.domain.text import fold
from segtui.services.contacts import contact_values
from tests.support import sample_words

# The most frequent ones, by rank. What is appended are those of the samples and then invented ones.
_FIRST = sample_words.words(
    """
    Mary, James, John, Jennifer, Robert, Michael, Linda, Patricia, David, Elizabeth, William, Barbara, Richard, Susan,
    Joseph, Jessica, Thomas, Sarah, Karen, Charles, Lisa, Nancy, Christopher, Daniel, Betty, Matthew, Sandra, Anthony,
    Ashley, Mark, Emily, Donald, Kimberly, Steven, Margaret, Paul, Donna, Andrew, Michelle, Joshua, Carol, Kenneth,
    Amanda, Kevin, Melissa, Brian, Deborah, George, Stephanie, Timothy, Zoe, Ronald, Rebecca, Jason, Sharon, Edward,
    Laura, Jeffrey, Cynthia, Ryan, Dorothy, Jacob, Amy, Gary, Kathleen, Nicholas, Angela, Eric, Shirley, Jonathan
    """
)
_LAST = sample_words.words(
    """
    Smith, Johnson, Williams, Brown, Jones, Garcia, Miller, Davis, Rodriguez, Martinez, Hernandez, Lopez, Gonzalez,
    Wilson, Anderson, Thomas, Taylor, Moore, Jackson, Martin, Lee, Perez, Thompson, White, Harris, Sanchez, Clark,
    Ramirez, Lewis, Robinson, Walker, Young, Allen, King, Wright, Scott, Torres, Nguyen, Hill, Flores, Green, Adams,
    Nelson, Baker, Hall, Rivera, Campbell, Mitchell, Carter, Roberts, Norman, O'Neill, Müller, Sørensen, García
    """
)
_BEGINNINGS = sample_words.words(
    """
    Al, Ber, Cor, Dan, El, Far, Gal, Har, Ing, Jas, Kel, Lan, Mor, Nor, Os, Pel, Quin, Ros, Sal, Tor, Ul, Ver,
    Wes, Yor, Zel
    """
)
_MIDDLES = sample_words.words(
    """
    a, be, chi, den, er, fi, gra, ho, in, ka, le, mon, ni, or, pre, ri, sto, ta, ver, wi
    """
)
_ENDS = sample_words.words(
    """
    berg, brook, cott, dale, field, gate, hurst, ler, man, ney, quist, ridge, ski, son, stead, ton, veld, wood,
    worth, zak
    """
)
_TRADES = sample_words.words(
    """
    Bakery, Brewing, Capital, Clinic, Consulting, Dental, Energy, Farms, Foods, Freight, Interiors, Labs, Legal,
    Logistics, Marine, Media, Motors, Partners, Pharmacy, Plumbing, Realty, Roofing, Software, Studio, Supply,
    Systems, Travel, Works
    """
)
_DOMAINS = ("gmail.example", "mail.example", "outlook.example", "post.example", "work.example", "home.example")
_YEARS = 3 * 365 * 86_400_000_000
# 2025-06-01, from which the years are counted back: the same in every run.
_NOW = 1_748_736_000_000_000
_SLICE = 50_000

RARE = "Quillfeather"
"""The surname of so many people, however many there are."""
RARE_COUNT = 7

COLUMNS = (
    "id", "company_id", *TEXT_FIELDS, "do_not_call", "do_not_call_by", "custom_fields", "created_at", "updated_at",
    "name_key", "email_key", "search", "region",
)  # fmt: skip
"""The columns of a row of `rows`, which are columns of the table of contacts."""

Row = tuple[str | int | None, ...]


@dataclass(frozen=True, slots=True)
class _Word:
    """A value with what the database derives from it, worked out once."""

    value: str | None
    folded: str
    line: str
    address: str


def _word(value: str | None) -> _Word:
    text = value or ""
    folded = fold(text)
    return _Word(value, folded, search_terms.field_text(text), "".join(char for char in folded if char in _PLAIN))


_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


class _Choice:
    """Values by rank: the frequency falls with the rank as in natural lists (Zipf and Mandelbrot)."""

    def __init__(self, values: Sequence[str | None], *, offset: float = 3, exponent: float = 0.95) -> None:
        self.words = [_word(value) for value in dict.fromkeys(values)]
        self._weights = list(accumulate(1 / (rank + offset) ** exponent for rank in range(1, len(self.words) + 1)))

    def some(self, chance: random.Random, number: int) -> list[_Word]:
        return chance.choices(self.words, cum_weights=self._weights, k=number)


def _invented(*parts: Sequence[str]) -> list[str]:
    found = ["".join(pieces) for pieces in product(*parts)]
    random.Random(7).shuffle(found)
    return found


class _Values:
    def __init__(self) -> None:
        ends = ["a", "en", "ia", "o", "an", "ette", "is", "el"]
        self.first = _Choice([*_FIRST, *sample_words.FIRST_NAMES, *_invented(_BEGINNINGS, _MIDDLES[:12], ends)])
        self.last = _Choice(
            [*_LAST, *sample_words.LAST_NAMES, *_invented(_BEGINNINGS, _MIDDLES, _ENDS)], offset=12, exponent=0.85
        )
        firms = [f"{a}{b} {trade}" for a, b in product(_BEGINNINGS, _ENDS) for trade in _TRADES]
        random.Random(8).shuffle(firms)
        self.organization = _Choice([*sample_words.ORGANIZATIONS, *firms], offset=40, exponent=0.7)
        # Every fifth state is not the place's own: what people write down is not always right.
        towns = [(place[0], place[1], place[2], place[3]) for place in sample_words.US_PLACES]
        known = len(towns)
        towns += [(name, *towns[n % known][1:]) for n, name in enumerate(_invented(_BEGINNINGS, _ENDS, ["", " Park"]))]
        self.places = [(_word(city), _word(state), code, zone) for city, state, code, zone in towns]
        self._place_weights = list(accumulate(1 / (rank + 8) ** 0.9 for rank in range(len(self.places))))
        self.source = _Choice([*sample_words.SOURCES, None], offset=1, exponent=1)
        self.status = _Choice([*sample_words.STATUSES, None], offset=1, exponent=0.8)
        self.codes = [f"{a}9{b}" for a in range(2, 10) for b in range(10)]
        self.rare = _word(RARE)

    def some_places(self, chance: random.Random, number: int) -> list[int]:
        return chance.choices(range(len(self.places)), cum_weights=self._place_weights, k=number)


def rows(total: int, *, company_id: int) -> Iterator[list[Row]]:
    """Yield the rows of `total` contacts with the columns COLUMNS and the ids from 1, some ten thousand at a time."""
    values = _Values()
    lines = {code: count() for code in values.codes}
    rare = {1 + total // RARE_COUNT * number for number in range(RARE_COUNT)}
    for start in range(1, total + 1, _SLICE):
        yield _rows(values, range(start, min(start + _SLICE, total + 1)), lines, rare, company_id)


def _rows(
    values: _Values, ids: range, lines: Mapping[str, Iterator[int]], rare: set[int], company_id: int
) -> list[Row]:
    chance, number = random.Random(ids.start), len(ids)
    firsts, lasts = values.first.some(chance, number), values.last.some(chance, number)
    firms = values.organization.some(chance, number)
    sources, statuses = values.source.some(chance, number), values.status.some(chance, number)
    places = values.some_places(chance, number)
    dice = [chance.random() for _ in range(number)]
    titles, streets = sample_words.JOB_TITLES, sample_words.STREETS
    found: list[Row] = []
    for place_in, key in enumerate(ids):
        roll, first, last, firm = dice[place_in], firsts[place_in], lasts[place_in], firms[place_in]
        source, status = sources[place_in], statuses[place_in]
        if key in rare:
            last = values.rare
        rolled = int(roll * 1e9)
        town = places[place_in]
        city, state, postal, zone = values.places[town]
        code = values.codes[town % len(values.codes)]
        # A walk through all seven digits that never comes back to one.
        phone = f"+1{code}{2_000_000 + next(lines[code]) * 5_234_567 % 8_000_000}"
        email = None if rolled % 20 == 0 else f"{first.address}.{last.address}{key}@{_DOMAINS[rolled % 6]}"
        never = rolled % 100 < 3
        # Younger days have more of them.
        created = _NOW - int(_YEARS * roll * roll) // 1_000_000 * 1_000_000
        digits, name = phone[1:], f"{first.folded} {last.folded}"
        search = (
            f"{search_terms.folded_line(name)}\n  {digits}  {digits[1:]}\n"
            f"{search_terms.folded_line(email or '')}\n{firm.line}\n"
            f"{city.line}\n{state.line}\n{source.line}\n{status.line}"
        )
        found.append((
            key, company_id, phone, first.value, last.value, email, firm.value, titles[rolled % 14],
            f"{1 + rolled % 2400} {streets[rolled % 23]}", city.value, state.value, "US", postal, zone, source.value,
            status.value, int(never), "import:1" if never else None,
            f'{{"Campaign":"Wave {rolled % 12}","Score":"{rolled // 60 % 1000}"}}' if rolled % 5 == 0 else "{}",
            created, created, name, email, search, "US",
        ))  # fmt: skip
    return found


CUSTOM_FIELDS = ("Campaign", "Score")
"""Names of the custom fields that every fifth contact has."""
CALL_COLUMNS = ("company_id", "contact_id", "calls", "last_called", "last_outcome")


def calls(total: int, *, company_id: int) -> Iterator[tuple[int, int, int, int, str]]:
    """Yield the rows of `contact_calls`, CALL_COLUMNS, of four contacts in ten."""
    chance = random.Random(6)
    outcomes = ("no_answer", "answered", "voicemail", "busy", "failed", "wrong_number")
    for key in range(1, total + 1):
        roll = chance.random()
        if roll < 0.4:
            outcome = outcomes[int(len(outcomes) * (roll / 0.4) ** 3)]
            yield company_id, key, 1 + int(10 * roll * roll), _NOW - int(_YEARS * roll / 9), outcome


def demand_agreement(sample: Sequence[Row]) -> None:
    """Raise AssertionError where these rows are not what the program itself would have stored."""
    derived = ("name_key", "email_key", "search")
    for values in sample:
        row = dict(zip(COLUMNS, values, strict=True))
        ours = {name: row.pop(name) for name in derived}
        theirs = contact_values.with_keys({**row, "custom_fields": {}})
        assert ours == {name: theirs[name] for name in derived}, row
