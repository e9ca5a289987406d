"""The people of the demo: those of the sample files, and more made from their names, places and employers.

Phones stay inside the ranges reserved for fiction: only the last digits of a sample's number are counted up. The same
files give the same people in every run.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from segtui.domain.text import fold
from segtui.resources import folder

Person = dict[str, str]
"""A person by field; custom fields as `custom.NAME`, the phone as E.164."""

# "+160255501", "+441174960": the prefix of a place. The digits after it are free in the ranges of both countries.
_AREA_LENGTH = 10
_DOMAINS = ("example.com", "example.org", "example.net")
# Fields taken from one sample as its place, and from another as its employer.
_OF_PLACE = ("city", "state", "country", "postal_code", "timezone")
_OF_EMPLOYER = ("organization", "job_title", "source", "status")


def read(name: str, fields: Mapping[str, str], country_code: str) -> list[Person]:
    """Return the rows of a sample file; `fields` maps its headers to fields."""
    with (folder("sample_data") / name).open(encoding="utf-8", newline="") as file:
        rows = [{field: row[header] for header, field in fields.items()} for row in csv.DictReader(file)]
    for row in rows:
        digits = "".join(filter(str.isdigit, row["phone"]))
        if digits:
            row["phone"] = country_code + digits.removeprefix(country_code[1:]).removeprefix("0")
    return rows


def more(rows: Sequence[Person], *, seed: int) -> Iterator[Person]:
    """Yield further people like those of `rows`; no two share a number or an address.

    It ends when the numbers of their places are used up: 100 for each American area code, 1,000 for each British one.
    """
    latin = [row for row in rows if fold(row["first_name"]).isascii()]
    others = [row for row in rows if row not in latin]
    placed = [row for row in rows if row["phone"]]
    taken = {row["phone"] for row in rows}
    used: dict[str, int] = {}
    number = fruitless = 0
    while fruitless < len(placed):
        neighbour = placed[number % len(placed)]
        number += 1
        phone = _next_phone(neighbour["phone"], used, taken)
        fruitless = 0 if phone else fruitless + 1
        if not phone:
            continue
        seed = (seed * 6364136223846793005 + 1442695040888963407) % 2**64
        dice = [seed >> shift for shift in (13, 21, 29, 37, 45, 53)]
        named = others[dice[5] % len(others)] if others and dice[2] % 41 == 0 else None
        first = (named or latin[dice[0] % len(latin)])["first_name"]
        last = (named or latin[dice[1] % len(latin)])["last_name"]
        employed = rows[dice[2] % len(rows)]
        person = {field: neighbour[field] for field in _OF_PLACE if field in neighbour}
        person |= {field: employed[field] for field in _OF_EMPLOYER if field in employed}
        yield person | {
            "first_name": first,
            "last_name": last,
            # Some have only one of the two; nobody has neither.
            "email": "" if dice[4] % 17 == 0 else _address(first, last, number, dice[3]),
            "phone": "" if dice[4] % 17 == 1 else phone,
            "address": f"{1 + dice[4] % 2400} {employed['address'].partition(' ')[2]}",
            "do_not_call": "Yes" if dice[5] % 30 == 0 else "",
        }


def _next_phone(sample: str, used: dict[str, int], taken: set[str]) -> str | None:
    """Return the next free number of the range of `sample`, None if it is used up."""
    prefix, free = sample[:_AREA_LENGTH], len(sample) - _AREA_LENGTH
    while (line := used.get(prefix, 0)) < 10**free:
        used[prefix] = line + 1
        phone = f"{prefix}{line:0{free}}"
        if phone not in taken:
            return phone
    return None


def _address(first: str, last: str, number: int, dice: int) -> str:
    local = ".".join(word for word in (_letters(first), _letters(last)) if word) or "contact"
    return f"{local}.{number}@{_DOMAINS[dice % len(_DOMAINS)]}"


@lru_cache(maxsize=1024)
def _letters(name: str) -> str:
    return "".join(char for char in fold(name) if char.isascii() and char.isalnum())
