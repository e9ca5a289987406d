"""Which column goes to which field: guessed from headers, confirmed by values, overruled by a person."""

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from segtui.contact import OLD_RESULT_COLUMNS, RESULT_COLUMNS, TEXT_FIELDS
from segtui.errors import InvalidInput
from segtui.importing import synonyms
from segtui.importing.headers import Guess, guess
from segtui.importing.options import ReadOptions
from segtui.importing.source import Source
from segtui.importing.spelling import compact
from segtui.importing.values import Values, guess_by_values
from segtui.text import clean

TARGETS = {
    **dict.fromkeys(TEXT_FIELDS, "the field of this name"),
    "full_name": "first and last name in one; split where a row has neither",
    "country_code": "the country of the phone: US, USA, 1 or +1",
    "phone_label": "the kind of the phone of the same number (Mobile, Work Fax); kept as a custom field",
    "do_not_call": "yes, a date or a reason sets do_not_call; no and a blank do not",
    "custom_fields": "a JSON object, spread into custom fields",
    "custom": "a custom field of the header's name",
    "ignore": "not imported",
}
"""Every target of a column, and what it means.

Several columns may go to `phone` and `email` (the smallest rank with a valid value is taken, the others are kept as
custom fields), to `do_not_call` (any of them sets it), to `custom_fields`, and to a field of the address (`group` says
which address; all fields of a row are taken from one address where they can be). Elsewhere one column is enough.
"""

SAMPLES = 5
CHOSEN = "You chose this."
REMEMBERED = "Chosen in the last import of a file with these columns."
OWN = "Its header is the field's own name."
"""The reason for a column of a file that this program exported."""
_SEVERAL = frozenset(
    ("phone", "email", "do_not_call", "custom_fields", "custom", "ignore", "phone_label", "country_code")
)
_ALIASES = {
    "name": "full_name", "company": "organization", "employer": "organization", "e_mail": "email", "zip": "postal_code",
    "dnc": "do_not_call", "mobile": "phone", "none": "ignore", "skip": "ignore", "title": "job_title",
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A column of the file and where it goes: a key of TARGETS.

    `confidence` goes from 0 to 1. `samples` are its first different values. `rank` orders columns of one target,
    `group` says which of several addresses or numbered phones it belongs to. `chosen`: somebody sent it there, now or
    in an earlier import of such a file.
    """

    position: int
    header: str
    target: str
    confidence: float
    samples: tuple[str, ...]
    reason: str
    rank: int = 0
    group: str = ""
    chosen: bool = False


def match_columns(source: Source, options: ReadOptions) -> list[Column]:
    """Return the columns of `source` in their order, each with the target guessed for it or chosen in `options`.

    Raises InvalidInput for a mapping whose header or field does not exist, with the nearest that does.
    """
    chosen = _chosen(source, options)
    values = [Values([row[place] for row in source.sample]) for place in range(source.width)]
    guesses = _own_columns(source.headers) or _guesses(source, values)
    for order, (position, (target, reason)) in enumerate(chosen.items()):
        guesses[position] = Guess(target, 1.0, reason, guesses[position].group, order)
    _resolve(guesses, {position: target for position, (target, _) in chosen.items()})
    return [
        Column(
            place,
            header,
            found.target,
            found.confidence,
            seen.samples(SAMPLES),
            found.reason,
            found.rank,
            found.group,
            place in chosen,
        )
        for place, (header, found, seen) in enumerate(zip(source.headers, guesses, values, strict=True))
    ]


def target_named(text: str) -> str:
    """Return the target somebody named. Raises InvalidInput with the nearest one."""
    name = text.strip().lower().replace("-", "_").replace(" ", "_")
    name = _ALIASES.get(name, name)
    if name in TARGETS:
        return name
    raise InvalidInput(f"There is no field “{clean(text)}”{_nearest(name, list(TARGETS))}.", "mapping")


def _nearest(name: str, names: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, names, 1, 0.5)
    return f"; did you mean “{clean(near[0])}”?".removesuffix("?") + "?" if near else ""


def _chosen(source: Source, options: ReadOptions) -> dict[int, tuple[str, str]]:
    """Return the target chosen for each position, and the reason to give for it."""
    now = {
        _position(source.headers, header): (target_named(target), CHOSEN) for header, target in options.mapping.items()
    }
    single = {target for target, _ in now.values()} - _SEVERAL
    before = {
        source.headers.index(header): (target, REMEMBERED)
        for header, target in (options.remembered or {}).items()
        if header in source.headers and target in TARGETS and target not in single
    }
    return now | {place: found for place, found in before.items() if place not in now}


def _position(headers: Sequence[str], wanted: str) -> int:
    same: tuple[Callable[[str], str], ...] = (str, str.strip, str.casefold, compact)
    for form in same:
        found = [place for place, header in enumerate(headers) if form(header) == form(wanted)]
        if found and form(wanted):
            return found[0]
    if wanted.strip().isdecimal() and 1 <= int(wanted) <= len(headers):
        return int(wanted) - 1
    near = difflib.get_close_matches(wanted.casefold(), [header.casefold() for header in headers], 1, 0.4)
    offer = next((header for header in headers if near and header.casefold() == near[0]), None)
    hint = (
        f"; did you mean “{clean(offer)}”?"
        if offer
        else ". The columns are: " + ", ".join(map(clean, headers[:12])) + "."
    )
    raise InvalidInput(f"The file has no column “{clean(wanted)}”{hint}", "mapping")


def _own_columns(headers: Sequence[str]) -> list[Guess] | None:
    """Return the columns of a file this program exported: fields by their names, everything else a custom field."""
    names = list(headers[2:] if is_rejects(headers) else headers)
    if (results := _results_columns(names)) is not None:
        return [*_rejects_columns(headers), *results]
    if not set(TEXT_FIELDS) <= set(names):
        return None
    own = {name: Guess(name, 1.0, OWN) for name in (*TEXT_FIELDS, "do_not_call", "custom_fields")}
    own.update({name: Guess("ignore", 0.9, "An import sets this itself.") for name in ("created", "updated")})
    guesses = [own.get(name, Guess("custom", 1.0, "It is a custom field of this name.")) for name in names]
    return [*_rejects_columns(headers), *guesses]


def _results_columns(names: Sequence[str]) -> list[Guess] | None:
    """Return the columns of a file with the results of a campaign: the contacts' fields, and no field of the rest."""
    rest = next((each for each in (RESULT_COLUMNS, OLD_RESULT_COLUMNS) if set(each) <= set(names)), None)
    if rest is None or not set(names) <= {*rest, *TEXT_FIELDS}:
        return None
    told = Guess("ignore", 1.0, "It tells what became of the contact in a campaign.")
    return [told if name in rest else Guess(name, 1.0, OWN) for name in names]


def is_rejects(headers: Sequence[str]) -> bool:
    """Tell whether the columns begin with those that a file of rejected rows has before its own."""
    return list(headers[:2]) == ["line", "reason"]


def _rejects_columns(headers: Sequence[str]) -> list[Guess]:
    return [Guess("ignore", 1.0, "It was added to the rejected rows.")] * 2 if is_rejects(headers) else []


def _guesses(source: Source, values: Sequence[Values]) -> list[Guess]:
    guesses = _rejects_columns(source.headers)
    for place in range(len(guesses), source.width):
        written = source.written_headers[place] if source.written_headers else ""
        guesses.append(_confirmed(guess(written), written, values[place]))
    _name_parts(guesses, source.written_headers)
    guess_by_values(guesses, source.written_headers, values)
    return guesses


def _confirmed(found: Guess, header: str, values: Values) -> Guess:
    """Return what a header says, or what its values say against it."""
    usual = found.confidence >= 0.9
    if found.target == "phone" and not values.may_be("phone", strict=not usual):
        return Guess("custom", 0.7, "Its values are no phones.")
    if found.target == "email" and not values.may_be("email", strict=not usual):
        return Guess("custom", 0.7, "Its values are no e-mail addresses.")
    if found.target == "job_title" and compact(header) in synonyms.AMBIGUOUS_TITLES and values.are_honorifics():
        return Guess("custom", 0.9, "Its values are forms of address.")
    if found.target == "job_title" and compact(header) in synonyms.AMBIGUOUS_TITLES:
        return replace(found, rank=5)
    if found.target == "country" and compact(header).endswith("code") and values.are_dialling_codes():
        return replace(found, target="country_code", reason="Its values are dialling codes.")
    if found.target == "custom_fields" and not values.may_be("custom_fields", strict=True):
        return Guess("custom", 0.7, "Its values are no JSON objects.")
    return found


def _name_parts(guesses: list[Guess], headers: Sequence[str]) -> None:
    """Settle "Name" beside "Vorname" (the last name) and "Nombre" beside "Apellidos" (the first)."""
    targets = {found.target for found in guesses}
    missing = {"first_name", "last_name"} - targets
    if len(missing) != 1:
        return
    for place, found in enumerate(guesses):
        if found.target == "full_name" and compact(headers[place]) in synonyms.AMBIGUOUS_NAMES:
            other = "first" if missing == {"last_name"} else "last"
            guesses[place] = Guess(missing.pop(), 0.85, f"Beside it stands the {other} name.")
            return


def _resolve(guesses: list[Guess], chosen: Mapping[int, str]) -> None:
    """Leave one column for each field that takes one, and prefer what a person chose."""
    by_person = set(chosen.values()) - {"custom", "ignore", "custom_fields"}
    taken: set[str] = set(by_person)
    for place in sorted(range(len(guesses)), key=lambda place: (guesses[place].rank, place)):
        target = guesses[place].target
        called = target.replace("_", " ")
        if place in chosen:
            continue
        if target in by_person:
            guesses[place] = Guess("custom", 0.6, f"You chose another column as {called}.")
        elif target not in _SEVERAL and target not in synonyms.ADDRESS_FIELDS:
            if target in taken:
                guesses[place] = Guess("custom", 0.6, f"Another column is the {called}.")
            taken.add(target)
