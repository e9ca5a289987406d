"""Column matching: the field of each column, guessed from headers, confirmed by values, overruled by the user."""

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from segtui.domain.contact import OLD_RESULT_COLUMNS, RESULT_COLUMNS, TEXT_FIELDS
from segtui.domain.phones import DEFAULT_REGION
from segtui.domain.text import clean
from segtui.errors import InvalidInput
from segtui.importing.columns import header_synonyms, header_words
from segtui.importing.columns.column_profile import Values, guess_by_values
from segtui.importing.columns.header_normalisation import compact
from segtui.importing.columns.headers import (
    DOUBTFUL_RANK,
    LAST_FIRST,
    LAST_RANK,
    ONLY_RANK,
    Guess,
    guess,
    is_kind_of_phone,
    names_person,
)
from segtui.importing.options import ReadOptions
from segtui.importing.rows.opt_out_answers import answer_of
from segtui.importing.source import Source

TARGETS = {
    **dict.fromkeys(TEXT_FIELDS, "the field of this name"),
    "full_name": "first and last name in one; split where a row has neither",
    "country_code": "the country of the phone: US, USA, 1 or +1",
    "area_code": "put before a phone that has none; kept as a custom field",
    "phone_label": "the kind of the phone of the same number (Mobile, Work Fax); kept as a custom field",
    "do_not_call": "yes, a date or a reason sets do_not_call; no and a blank do not",
    "consent": "no sets do_not_call, yes and a blank do not; kept as a custom field",
    "custom_fields": "a JSON object, spread into custom fields",
    "custom": "a custom field of the header's name",
    "ignore": "not imported",
}
"""Every target of a column, and its meaning.

Several columns may go to `phone` and `email` (the smallest rank with a valid value is taken, the others are kept as
custom fields), to `do_not_call` and `consent` (any of them sets it), to `custom_fields`, and to a field of the address
(`group` is the address; all fields of a row are taken from one address if possible). Every other target takes one
column.
"""

__all__ = ["LAST_FIRST", "TARGETS", "Column", "match_columns"]

KEPT_WHOLE = ("custom", "phone_label", "area_code", "consent")
"""Targets whose columns are custom fields too."""
SAMPLES = 5
CHOSEN = "You chose this."
REMEMBERED = "Chosen in the last import of a file with these columns."
OWN = "Its header is the field's own name."
"""The reason for a column of a file that this program exported."""
_SEVERAL = frozenset(
    ["phone", "email", "do_not_call", "consent", "custom_fields", "custom", "ignore", "phone_label", "country_code"]
)
_ALIASES = {
    "name": "full_name", "company": "organization", "employer": "organization", "e_mail": "email", "zip": "postal_code",
    "dnc": "do_not_call", "mobile": "phone", "none": "ignore", "skip": "ignore", "title": "job_title",
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A column of the file and its target: a key of TARGETS.

    `confidence` goes from 0 to 1. `samples` are its first different values. `rank` orders columns of one target,
    `group` is the one of several addresses or numbered phones that it belongs to. `is_chosen`: the user set the target,
    now or in an earlier import of such a file. `may_withdraw`: its values are searched for opt-outs like those of the
    status.
    """

    position: int
    header: str
    target: str
    confidence: float
    samples: tuple[str, ...]
    reason: str
    rank: int = 0
    group: str = ""
    is_chosen: bool = False
    may_withdraw: bool = False


def match_columns(source: Source, options: ReadOptions) -> list[Column]:
    """Return the columns of `source` in their order, each with the target guessed for it or chosen in `options`.

    Raises InvalidInput for a mapping whose header or field does not exist, with the nearest that does.
    """
    choices = _choices(source, options)
    own = _own_columns(source.headers)
    regions = [options.region or DEFAULT_REGION]
    if own is None:
        regions += _regions_of_countries(source)
    values = [Values([row[position] for row in source.sample], regions) for position in range(source.width)]
    guesses = own or _guesses(source, values)
    for order, (position, (target, reason)) in enumerate(choices.items()):
        guesses[position] = Guess(target, 1.0, reason, guesses[position].group, order)
    _resolve(guesses, {position: target for position, (target, _) in choices.items()})
    return [
        Column(
            position,
            header,
            guessed.target,
            guessed.confidence,
            sample_values.samples(SAMPLES),
            guessed.reason,
            guessed.rank,
            guessed.group,
            position in choices,
            guessed.may_withdraw and position not in choices,
        )
        for position, (header, guessed, sample_values) in enumerate(zip(source.headers, guesses, values, strict=True))
    ]


def _regions_of_countries(source: Source) -> list[str]:
    """Return the regions that country columns name most often."""
    positions = [
        position for position, header in enumerate(source.written_headers) if guess(header).target == "country"
    ]
    return [
        region for position in positions[:3] for region in Values([row[position] for row in source.sample]).regions()
    ]


def doubtful_columns(phones: Sequence[Column]) -> dict[int, str]:
    """Return position and header of phone columns that may be another person's; none if the file has no better."""
    doubtful = {column.position: column.header for column in phones if DOUBTFUL_RANK <= column.rank < LAST_RANK}
    is_better = any(column.rank < DOUBTFUL_RANK for column in phones)
    return doubtful if is_better else {}


def code_column_of(phone: Column, codes: Sequence[Column]) -> Column | None:
    """Return the country code column of a phone column: its own (`Phone 2 Country Code`), else the first."""
    own = (column for column in codes if column.group and column.group == phone.group)
    return next(own, next(iter(codes), None))


@lru_cache(maxsize=4096)
def is_opt_out(name: str, value: str) -> bool:
    """Return True if a member of a JSON object says that the contact must not be called (`"dnc": true`)."""
    target = guess(name).target
    return target in ("do_not_call", "consent") and answer_of(target, name)(value) is True


def parse_target(text: str) -> str:
    """Return the target for a user's text. Raises InvalidInput with the nearest one."""
    name = text.strip().lower().replace("-", "_").replace(" ", "_")
    name = _ALIASES.get(name, name)
    if name in TARGETS:
        return name
    raise InvalidInput(f"There is no field “{clean(text)}”{_nearest(name, list(TARGETS))}.", "mapping")


def _nearest(name: str, names: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, names, 1, 0.5)
    return f"; did you mean “{clean(near[0])}”?".removesuffix("?") + "?" if near else ""


def _choices(source: Source, options: ReadOptions) -> dict[int, tuple[str, str]]:
    """Return the chosen target of each position, and the reason to show for it."""
    now = {
        _position(source.headers, header): (parse_target(target), CHOSEN) for header, target in options.mapping.items()
    }
    single = {target for target, _ in now.values()} - _SEVERAL
    before = {
        source.headers.index(header): (target, REMEMBERED)
        for header, target in (options.remembered or {}).items()
        if header in source.headers and target in TARGETS and target not in single
    }
    return now | {position: choice for position, choice in before.items() if position not in now}


def _position(headers: Sequence[str], text: str) -> int:
    same: tuple[Callable[[str], str], ...] = (str, str.strip, str.casefold, compact)
    for form in same:
        matches = [position for position, header in enumerate(headers) if form(header) == form(text)]
        if matches and form(text):
            return matches[0]
    if text.strip().isdecimal() and 1 <= int(text) <= len(headers):
        return int(text) - 1
    near = difflib.get_close_matches(text.casefold(), [header.casefold() for header in headers], 1, 0.4)
    offer = next((header for header in headers if near and header.casefold() == near[0]), None)
    hint = (
        f"; did you mean “{clean(offer)}”?"
        if offer
        else ". The columns are: " + ", ".join(map(clean, headers[:12])) + "."
    )
    raise InvalidInput(f"The file has no column “{clean(text)}”{hint}", "mapping")


def _own_columns(headers: Sequence[str]) -> list[Guess] | None:
    """Return the columns of a file that this program exported: fields by their names, all others custom fields."""
    names = list(headers[2:] if is_rejects(headers) else headers)
    if (results := _results_columns(names)) is not None:
        return [*_rejects_columns(headers), *results]
    if not set(TEXT_FIELDS) <= set(names):
        return None
    own = {name: Guess(name, 1.0, OWN) for name in (*TEXT_FIELDS, "do_not_call", "custom_fields")}
    own.update({name: Guess("ignore", 0.9, "Imports set this themselves.") for name in ("created", "updated")})
    guesses = [own.get(name, Guess("custom", 1.0, "It is a custom field of this name.")) for name in names]
    return [*_rejects_columns(headers), *guesses]


def _results_columns(names: Sequence[str]) -> list[Guess] | None:
    """Return the columns of a file with campaign results: only the contacts' fields are fields."""
    rest = next((columns for columns in (RESULT_COLUMNS, OLD_RESULT_COLUMNS) if set(columns) <= set(names)), None)
    if rest is None or not set(names) <= {*rest, *TEXT_FIELDS}:
        return None
    result = Guess("ignore", 1.0, "It is the contact's result in a campaign.")
    return [result if name in rest else Guess(name, 1.0, OWN) for name in names]


def is_rejects(headers: Sequence[str]) -> bool:
    """Return True if the columns begin with those that a file of rejected rows has before its own."""
    return list(headers[:2]) == ["line", "reason"]


def _rejects_columns(headers: Sequence[str]) -> list[Guess]:
    return [Guess("ignore", 1.0, "It was added to the rejected rows.")] * 2 if is_rejects(headers) else []


def _guesses(source: Source, values: Sequence[Values]) -> list[Guess]:
    guesses = _rejects_columns(source.headers)
    for position in range(len(guesses), source.width):
        written = source.written_headers[position] if source.written_headers else ""
        guesses.append(_confirmed(guess(written), written, values[position]))
    if source.written_headers:
        _leave_out_others(guesses, source.written_headers)
        _label_only_phone(guesses, source.written_headers)
    _name_parts(guesses, source.written_headers)
    guess_by_values(guesses, source.written_headers, values)
    return guesses


def _confirmed(guessed: Guess, header: str, values: Values) -> Guess:
    """Return the guess from the header, unless the values contradict it."""
    test = _TESTS.get(guessed.target)
    return test(guessed, header, values) if test else guessed


def _confirmed_phone(guessed: Guess, header: str, values: Values) -> Guess:  # noqa: ARG001  # as all tests
    usual = guessed.confidence >= 0.9
    if guessed.needs_values and not values.are_phones():
        return Guess("custom", 0.6, "Its values are not phones.")
    if not values.may_be("phone", strict=not usual):
        return Guess("custom", 0.7, "Its values are not phones.")
    return guessed


def _confirmed_email(guessed: Guess, header: str, values: Values) -> Guess:  # noqa: ARG001
    if not values.may_be("email", strict=guessed.confidence < 0.9):
        return Guess("custom", 0.7, "Its values are not e-mail addresses.")
    return guessed


def _confirmed_title(guessed: Guess, header: str, values: Values) -> Guess:
    if compact(header) not in header_synonyms.AMBIGUOUS_TITLES:
        return guessed
    if values.are_honorifics():
        return Guess("custom", 0.9, "Its values are forms of address.")
    return replace(guessed, rank=5)


def _confirmed_country(guessed: Guess, header: str, values: Values) -> Guess:
    if compact(header).endswith("code") and values.are_dialling_codes():
        return replace(guessed, target="country_code", reason="Its values are dialling codes.")
    return guessed


def _confirmed_country_code(guessed: Guess, header: str, values: Values) -> Guess:  # noqa: ARG001
    if values.are_phones():
        return Guess("phone", 0.7, "Its values are phones.", rank=LAST_RANK)
    if values.are_area_codes() and not values.are_dialling_codes():
        return replace(guessed, target="area_code", reason="Its values are area codes.")
    return guessed


def _confirmed_area_code(guessed: Guess, header: str, values: Values) -> Guess:  # noqa: ARG001
    if values.share(lambda value: value.startswith(("+", "00"))) > 0.5 and values.are_dialling_codes():
        return replace(guessed, target="country_code", reason="Its values are dialling codes.")
    return guessed if not values or values.are_area_codes() else Guess("custom", 0.7, "Its values are not area codes.")


def _confirmed_name(guessed: Guess, header: str, values: Values) -> Guess:  # noqa: ARG001
    # "Kontakt" and "Contacto" may be a person or a number.
    return Guess("phone", 0.7, "Its values are phones.", rank=LAST_RANK) if values.look_like_phones() else guessed


def _confirmed_opt_out(guessed: Guess, header: str, values: Values) -> Guess:  # noqa: ARG001
    if values.are_times_of_day():
        return Guess("custom", 0.9, "Its values are times of day.")
    if guessed.needs_values and not values.are_lookups():
        return Guess("custom", 0.8, "Its values name no opt-out.")
    return guessed


def _confirmed_consent(guessed: Guess, header: str, values: Values) -> Guess:  # noqa: ARG001
    if not values.may_be_consents(strict=guessed.confidence < 0.9):
        return Guess("custom", 0.7, "Its values are neither yes nor no.")
    return guessed


def _confirmed_objects(guessed: Guess, header: str, values: Values) -> Guess:  # noqa: ARG001
    if not values.may_be("custom_fields", strict=True):
        return Guess("custom", 0.7, "Its values are not JSON objects.")
    return guessed


_TESTS: dict[str, Callable[[Guess, str, Values], Guess]] = {
    "phone": _confirmed_phone,
    "email": _confirmed_email,
    "full_name": _confirmed_name,
    "job_title": _confirmed_title,
    "country": _confirmed_country,
    "country_code": _confirmed_country_code,
    "area_code": _confirmed_area_code,
    "do_not_call": _confirmed_opt_out,
    "consent": _confirmed_consent,
    "custom_fields": _confirmed_objects,
}


def _leave_out_others(guesses: list[Guess], headers: Sequence[str]) -> None:
    """Leave out columns of other people if the contact's own exist, and numbers if there are phones."""
    by_roles = {position for position, header in enumerate(headers) if names_person(header, header_words.ROLES)}
    by_professions = {
        position for position, header in enumerate(headers) if names_person(header, header_words.PROFESSIONS)
    }
    own = {guessed.target for position, guessed in enumerate(guesses) if position not in by_roles | by_professions}
    has_phone = any(guessed.target == "phone" and guessed.rank < ONLY_RANK for guessed in guesses)
    for position, guessed in enumerate(guesses):
        if guessed.target not in _OF_PEOPLE:
            continue
        is_others = (position in by_professions and own & _OF_PEOPLE) or (
            position in by_roles and guessed.target in own
        )
        if is_others:
            guesses[position] = Guess("custom", 0.9, "It is about someone other than the contact.")
        elif guessed.target == "phone" and guessed.rank >= ONLY_RANK and has_phone:
            guesses[position] = Guess("custom", 0.8, "Another column is the phone.")


def _label_only_phone(guesses: list[Guess], headers: Sequence[str]) -> None:
    """Read `Phone Type` as the kind of the only phone, so that a fax is never called."""
    phones = [guessed for guessed in guesses if guessed.target == "phone"]
    kinds = [
        position
        for position, guessed in enumerate(guesses)
        if guessed.target == "custom" and is_kind_of_phone(headers[position])
    ]
    if len(phones) == len(kinds) == 1 and not any(guessed.target == "phone_label" for guessed in guesses):
        guesses[kinds[0]] = Guess("phone_label", 0.8, "It is the kind of the only phone.", group=phones[0].group)


def _name_parts(guesses: list[Guess], headers: Sequence[str]) -> None:
    """Resolve "Name" beside "Vorname" (the last name) and "Nombre" beside "Apellidos" (the first)."""
    targets = {guessed.target for guessed in guesses}
    missing = {"first_name", "last_name"} - targets
    if len(missing) != 1:
        return
    for position, guessed in enumerate(guesses):
        if guessed.target == "full_name" and compact(headers[position]) in header_synonyms.AMBIGUOUS_NAMES:
            other = "first" if missing == {"last_name"} else "last"
            guesses[position] = Guess(missing.pop(), 0.85, f"Another column is the {other} name.")
            return


_OF_PEOPLE = frozenset(("phone", "email", "full_name", "first_name", "last_name"))


def _resolve(guesses: list[Guess], choices: Mapping[int, str]) -> None:
    """Leave one column for each field that takes one, and prefer the user's choices."""
    by_person = set(choices.values()) - {"custom", "ignore", "custom_fields"}
    taken: set[str] = set(by_person)
    for position in sorted(range(len(guesses)), key=lambda position: (guesses[position].rank, position)):
        target = guesses[position].target
        label = target.replace("_", " ")
        if position in choices:
            continue
        if target in by_person:
            second = target == "status"
            guesses[position] = Guess("custom", 0.6, f"You chose another column for the {label}.", may_withdraw=second)
        elif target not in _SEVERAL and target not in header_synonyms.ADDRESS_FIELDS:
            if target in taken:
                second = target == "status"
                guesses[position] = Guess("custom", 0.6, f"Another column is the {label}.", may_withdraw=second)
            taken.add(target)
