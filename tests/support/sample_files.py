"""Writes the clean files of `sample_data/`: `python -m tests.support.sample_files`. The messy ones are kept by hand.

Every phone is in a range its regulator set aside for fiction (US 555-0100 to 0199, the drama numbers of Ofcom), every
address at a domain reserved for examples (RFC 2606). The same words give the same files, on any Python.
"""

import csv
import io
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

from tests.support.sample_words import (
    FIRST_NAMES,
    JOB_TITLES,
    LAST_NAMES,
    ORGANIZATIONS,
    OTHER_SCRIPTS,
    SOURCES,
    STATUSES,
    STREETS,
    UK_PLACES,
    US_PLACES,
    words,
)

FOLDER = Path(__file__).resolve().parents[2] / "sample_data"
LEADS = 330
CUSTOMERS = 180

_DOMAINS = ("example.com", "example.org", "example.net")
_WEBINARS = ("Going solar at home", "Batteries explained", "Ask the installer")

_LEADS_HEADER = words(
    """First Name, Last Name, Email, Phone, Company, Job Title, Address, City, State, Country, Postal Code, Time Zone,
    Source, Lead Status, Do Not Call, Webinar, Registered"""
)
_CUSTOMERS_HEADER = words(
    """Customer No, Title, Forename, Surname, E-mail, Telephone, Street, Town, County, Postcode, Country, Policy,
    Customer since"""
)

T = TypeVar("T")


class Dice:
    """A small linear congruential generator: the same sequence on every Python, for ever."""

    def __init__(self, seed: int) -> None:
        self._state = seed

    def below(self, limit: int) -> int:
        """Return a number from 0 up to, not including, `limit`."""
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self._state >> 33) % limit

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of `choices`."""
        return choices[self.below(len(choices))]


def _local_part(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.lower().translate(str.maketrans("łøðæß", "lodas")))
    return "".join(char for char in decomposed if char.isascii() and (char.isalnum() or char == "-"))


def _people(dice: Dice, scripts: int) -> Iterator[tuple[str, str, str]]:
    """Yield first name, last name and local part of an address, no address twice.

    Every `scripts`th person is written in another script.
    """
    seen: set[str] = set()
    others = iter(OTHER_SCRIPTS)
    count = 0
    while True:
        count += 1
        person = next(others, None) if count % scripts == 0 else None
        if person is None:
            first, last = dice.pick(FIRST_NAMES), dice.pick(LAST_NAMES)
            person = first, last, f"{_local_part(first)}.{_local_part(last)}"
        if person[2] not in seen:
            seen.add(person[2])
            yield person


def leads() -> Iterator[list[str]]:
    """Yield the rows of `webinar_leads.csv`, header first."""
    yield list(_LEADS_HEADER)
    dice = Dice(602)
    people = _people(dice, scripts=27)
    places = [(place, code) for place in US_PLACES for code in place[4].split()]
    lines = set[str]()
    for number in range(LEADS):
        (city, state, postal_code, zone, _), code = places[number * 7 % len(places)]
        while (phone := f"+1 {code}-555-01{dice.below(100):02}") in lines:
            pass
        lines.add(phone)
        first, last, local = next(people)
        email = f"{local}@{dice.pick(_DOMAINS)}"
        # Some gave one of the two only; nobody gave neither.
        lacking = dice.below(20)
        registered = date(2026, 3, 2) + timedelta(days=number // 5)
        yield [
            first,
            last,
            "" if lacking == 0 else email,
            "" if lacking == 1 else phone,
            dice.pick(ORGANIZATIONS),
            dice.pick(JOB_TITLES),
            f"{1 + dice.below(2400)} {dice.pick(STREETS)}",
            city,
            state,
            "US",
            postal_code,
            zone,
            dice.pick(SOURCES),
            dice.pick(STATUSES),
            "Yes" if dice.below(25) == 0 else "",
            dice.pick(_WEBINARS),
            registered.isoformat(),
        ]


def customers() -> Iterator[list[str]]:
    """Yield the rows of `fenwick_pell_customers.csv`, header first: another company's, in another country's way."""
    yield list(_CUSTOMERS_HEADER)
    dice = Dice(44)
    people = _people(dice, scripts=45)
    lines = set[str]()
    for number in range(CUSTOMERS):
        town, county, postcode, prefix = UK_PLACES[number * 5 % len(UK_PLACES)]
        while (phone := f"{prefix}{dice.below(1000):03}") in lines:
            pass
        lines.add(phone)
        first, last, local = next(people)
        since = date(2019, 1, 7) + timedelta(days=dice.below(2500))
        yield [
            f"{40017 + number * 3:08}",
            dice.pick(("", "Mx", "Dr", "Prof")),
            first,
            last,
            "" if dice.below(15) == 0 else f"{local}@{dice.pick(_DOMAINS)}",
            phone,
            f"{1 + dice.below(180)} {dice.pick(STREETS)}",
            town,
            county,
            postcode,
            "United Kingdom",
            dice.pick(("Home", "Motor", "Travel", "Pet", "Business")),
            since.strftime("%d/%m/%Y"),
        ]


def content(rows: Iterator[list[str]]) -> str:
    """Return rows as CSV with a line feed after each."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


FILES = {"webinar_leads.csv": leads, "fenwick_pell_customers.csv": customers}


def main() -> None:
    """Write the files anew."""
    for name, rows in FILES.items():
        (FOLDER / name).write_text(content(rows()), encoding="utf-8", newline="")


if __name__ == "__main__":
    main()
