"""Meaning of a header by its words alone; `column_matching` confirms it by the values."""

import itertools
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

from segtui.importing.columns import header_synonyms, header_words
from segtui.importing.columns.consent_headers import CONSENT, CONSENT_DETAILS, CONSENT_PARTS, SUBSCRIPTIONS
from segtui.importing.columns.header_normalisation import words_of
from segtui.importing.rows.opt_out_answers import is_taken_back, is_withdrawal
from segtui.importing.rows.opt_out_words import MOMENTS

_ORGANIZATIONS = ("company", "organization", "organisation")
LAST_FIRST: Final = "last first"
"""Group of a column of full names that begin with the last name."""
_NOTES: Final = re.compile(header_words.NOTES)
# Characters; later words add nothing, and patterns need not search them.
_MAX_HEADER_LENGTH: Final = 200
_NUMBERED: Final = re.compile(r"(?<![^\W\d])([^\W\d]++)(\d{1,2})")

# Ranks of phones. The number of a numbered phone is added: `Phone 2` comes after `Phone`.
MOBILE_RANK: Final = 0
EXACT_RANK: Final = 10
PLAIN_RANK: Final = 15
"""A phone of the contact with further words: Customer Phone."""
KIND_RANK: Final = 20
"""A phone with its kind: Work Phone, Home Phone."""
DOUBTFUL_RANK: Final = 30
"""A phone with an unknown word: it may be another person's."""
LAST_RANK: Final = 40
"""A number taken if a row has nothing else: Office, Direct, HQ Phone."""
ONLY_RANK: Final = 50
"""A number taken if the file has no other phone: Number, Caller ID."""


@dataclass(frozen=True, slots=True)
class Guess:
    """The target that a header suggests, its confidence (0 to 1), and the reason in words."""

    target: str
    confidence: float
    reason: str
    group: str = ""
    """The one of several addresses or numbered phones that it belongs to: `business`, `phone 1`."""
    rank: int = 0
    """Among columns of the same target the smaller rank is preferred."""
    needs_values: bool = False
    """The header alone is not enough: the values must fit the target."""
    may_withdraw: bool = False
    """A value may be an opt-out, though the column is not a contact field: tags, a second status."""


def guess(header: str) -> Guess:
    """Return the target that a header suggests; `custom` for an unknown header."""
    words = _unglued(words_of(header[:_MAX_HEADER_LENGTH]))
    if not words:
        return Guess("custom", 0.2, "It has no header.")
    for rule in (
        _withdrawal, _other_person, _consent, _country_code, _known, _email, _phone, _known_in_part, _weak_phone,
    ):  # fmt: skip
        guessed = rule(words)
        if guessed:
            return guessed
    return Guess("custom", 0.5, "No contact field has this name.", may_withdraw=_is_status_like(words))


def is_known_header(header: str) -> bool:
    """Return True if exporters use this header."""
    words = words_of(header[:_MAX_HEADER_LENGTH])
    guessed = guess(header)
    is_field = guessed.target != "custom" and not guessed.needs_values
    return bool(words) and (is_field or "".join(words) in header_synonyms.OTHER_HEADERS)


def names_person(header: str, people: Collection[str]) -> bool:
    """Return True if a header names one of these people."""
    return not set(people).isdisjoint(_unglued(words_of(header)))


def is_kind_of_phone(header: str) -> bool:
    """Return True if a header names the kind of a phone without its number (`Phone Type`)."""
    words = words_of(header)
    return not header_words.LABELS.isdisjoint(words) and not header_synonyms.PHONE_WORDS.isdisjoint(words)


def _is_status_like(words: tuple[str, ...]) -> bool:
    return not header_words.STATUS_LIKE.isdisjoint(words)


def _unglued(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return words with compounds taken apart (`workcity`)."""
    if "".join(words) in header_synonyms.BY_HEADER:
        return words
    before = header_words.GLUED_BEFORE | header_words.STAFF | header_words.PROFESSIONS | header_words.ROLES
    apart: list[str] = []
    for word in words:
        pair = next(
            ((word[:end], word[end:]) for end in range(3, len(word) - 1)
             if word[:end] in before and word[end:] in header_words.GLUED_BEHIND),
            None,
        )  # fmt: skip
        apart.extend(pair if pair and word not in header_synonyms.BY_HEADER else (word,))
    return tuple(apart)


def _withdrawal(words: tuple[str, ...]) -> Guess | None:
    key, text = "".join(words), " ".join(words)
    is_one = (
        key in header_synonyms.WITHDRAWALS
        or bool(header_synonyms.WITHDRAWAL_WORDS & set(words))
        or any(part in key for part in header_synonyms.WITHDRAWAL_PARTS)
        or is_withdrawal(text)
    )
    if not is_one:
        return None
    is_lookup = bool(header_synonyms.WITHDRAWAL_LOOKUPS & set(words))
    if header_synonyms.WITHDRAWAL_DETAILS & set(words) or (is_lookup and MOMENTS & set(words)):
        return Guess("custom", 0.8, "It is a detail of an opt-out, not the opt-out itself.")
    about_calls = any(part in key for part in header_synonyms.ABOUT_CALLS)
    if not about_calls and any(part in key for part in header_synonyms.ABOUT_OTHER_CHANNELS):
        return Guess("custom", 0.9, "It is an opt-out of something other than calls.")
    if is_taken_back(text):
        return Guess("consent", 0.8, "Its header means the absence of an opt-out.")
    if is_lookup:
        return Guess("do_not_call", 0.7, "Its header means a check against a list of opt-outs.", needs_values=True)
    return Guess("do_not_call", 0.95, "Its header means an opt-out.")


def _other_person(words: tuple[str, ...]) -> Guess | None:
    key = "".join(words)
    present = header_synonyms.SOMEBODY_ELSE & set(words) or {part for part in header_words.STAFF_PARTS if part in key}
    if present and key not in header_synonyms.BY_HEADER:
        return Guess("custom", 0.9, f"It is about someone or something else ({min(present)}).")
    if header_synonyms.BESIDE_THE_NAME & set(words):
        return Guess("custom", 0.9, "A contact has no such field.")
    return None


def _consent(words: tuple[str, ...]) -> Guess | None:
    key = "".join(words)
    is_one = CONSENT.search(" " + " ".join(words)) is not None or any(part in key for part in CONSENT_PARTS)
    if not is_one and key not in SUBSCRIPTIONS:
        return None
    if CONSENT_DETAILS & set(words):
        return Guess("custom", 0.8, "It is a detail of a consent, not the consent itself.")
    about_calls = any(part in key for part in header_synonyms.ABOUT_CALLS)
    if not about_calls and any(part in key for part in header_synonyms.ABOUT_OTHER_CHANNELS):
        return Guess("custom", 0.9, "It is a consent to something other than calls.")
    confidence = 0.9 if about_calls else 0.8
    return Guess("consent", confidence, "Its header means a consent to calls.", needs_values=True)


def _country_code(words: tuple[str, ...]) -> Guess | None:
    words = _without_notes(words)
    key, named = "".join(words), set(words)
    is_of_phone = _is_mobile(words) or not _apart(words).isdisjoint(header_synonyms.PHONE_WORDS)
    is_code = bool(named & header_words.COUNTRIES) and bool(named & header_words.CODES)
    if (
        key in header_synonyms.PHONE_COUNTRY_CODES
        or (is_of_phone and is_code)
        or key.endswith(("phonecountry", "numbercountry"))
    ):
        group = _numbered(tuple(word for word in words if word not in header_words.COUNTRIES | header_words.CODES))
        return Guess("country_code", 0.9, "It is the country of the phone.", group)
    return None


def _apart(words: tuple[str, ...]) -> set[str]:
    """Return words without trailing digits (`phone4`)."""
    return {match[1] if (match := _NUMBERED.fullmatch(word)) else word for word in words}


def _known(words: tuple[str, ...]) -> Guess | None:
    written, words = words, _without_notes(words)
    whole = "".join(words)
    # "Phone 2" and "E-mail 1" have the meaning of "Phone" and "E-mail".
    unnumbered = "".join(words[:-1]) if len(words) > 1 and words[-1].isdecimal() else whole.rstrip("0123456789")
    for key in dict.fromkeys((whole, unnumbered)):
        field = header_synonyms.BY_HEADER.get(key)
        if field == "phone":
            phone = _known_phone(words, key)
            # `Phone verified` may be the phone, or the result of a verification.
            return replace(phone, needs_values=True) if header_words.CHECKED & set(written) else phone
        if field and (key == whole or field == "email" or words[-1] == "1"):
            rank = 0 if key in header_synonyms.FIRST_CHOICES else 5
            group = LAST_FIRST if key in header_synonyms.LAST_NAME_FIRST else ""
            return Guess(
                field, 0.9, "Its header is a common one.", group, rank + (_number(words) if key != whole else 0)
            )
    return None


def _known_phone(words: tuple[str, ...], key: str) -> Guess:
    if key in header_synonyms.ANY_NUMBERS:
        return Guess("phone", 0.6, "Its header means a number.", _numbered(words), ONLY_RANK, needs_values=True)
    if key in header_synonyms.LAST_PHONES:
        return Guess("phone", 0.6, "Its header may mean a phone.", _numbered(words), LAST_RANK, needs_values=True)
    is_kind = header_words.PHONE_KINDS & set(words) or key.startswith(header_words.KINDS_IN_ONE_WORD)
    rank = MOBILE_RANK if _is_mobile(words) else KIND_RANK if is_kind else EXACT_RANK
    return Guess("phone", 0.9, "Its header is a common one.", _numbered(words), rank + _number(words))


def _without_notes(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return words without remarks about a number (`with country code`, `verified`)."""
    left = tuple(_NOTES.sub("", " " + " ".join(words)).split())
    return left if left and len(left) < len(words) else words


def _number(words: tuple[str, ...]) -> int:
    """Return the number of columns of its kind before a numbered one: 0 for `Phone 1`, 1 for `Phone 2`."""
    digits = next((word for word in words if word.isdecimal()), "") or words[-1].lstrip("abcdefghijklmnopqrstuvwxyz")
    return min(int(digits) - 1, 9) if digits.isdecimal() and 1 <= int(digits) < 100 else 0


def _numbered(words: tuple[str, ...]) -> str:
    """Return the common part of a phone's columns: "phone 1" for both "Phone 1 - Value" and "Phone 1 - Label"."""
    apart = " ".join(_NUMBERED.sub(r"\1 \2", word) for word in words).split()
    return " ".join(word for word in apart if word not in header_words.BESIDE_LABELS)


def _email(words: tuple[str, ...]) -> Guess | None:
    named = set(words)
    if not (named & header_synonyms.EMAIL_WORDS or ("e", "mail") in itertools.pairwise(words)):
        return None
    if words[:2] == ("address", "mail") and len(words) > 2:
        return None  # Insightly's postal address
    if named & header_synonyms.NOT_AN_ADDRESS:
        return Guess("custom", 0.7, "It is a detail of an e-mail address.")
    return Guess("email", 0.85, "Its header names an e-mail address.", rank=10 + _number(words))


def _is_mobile(words: tuple[str, ...]) -> bool:
    return not _apart(words).isdisjoint(header_synonyms.MOBILE_WORDS) or any(
        part in "".join(words) for part in header_synonyms.MOBILE_PARTS
    )


def _phone(words: tuple[str, ...]) -> Guess | None:
    words = _without_notes(words)
    key = "".join(words)
    named = set(words)
    numbered = {match[1] for word in words if (match := _NUMBERED.fullmatch(word))}
    mobile = _is_mobile(words)
    if not (
        mobile
        or (named | numbered) & header_synonyms.PHONE_WORDS
        or any(part in key for part in header_synonyms.PHONE_PARTS)
    ):
        return None
    group = _numbered(words)
    if named & header_words.LABELS and any(char.isdigit() for char in key):
        return Guess("phone_label", 0.9, "It is the kind of the phone beside it.", group=group)
    about = (named & header_synonyms.ABOUT_A_PHONE) - header_words.OPEN_TO_VALUES
    never = named & header_synonyms.NOT_THE_PHONE
    if never <= header_words.OF_THE_COMPANY and never and not about and "main" not in named and "account" not in named:
        reason = "It is a phone of the contact's company."
        return Guess("phone", 0.6, reason, group, LAST_RANK + _number(words), needs_values=True)
    if never or any(part in key for part in header_synonyms.NOT_THE_PHONE_PARTS):
        return Guess("custom", 0.9, "It is a number, but not one to call the contact on.")
    if about:
        return Guess("custom", 0.8, "It is a detail of a phone.")
    rank = _rank(named, mobile=mobile) + _number(words)
    is_open = bool(named & header_words.OPEN_TO_VALUES)
    return Guess("phone", 0.6 if is_open else 0.85, "Its header names a phone.", group, rank, needs_values=is_open)


def _rank(named: set[str], *, mobile: bool) -> int:
    """Return the rank of a phone: unknown words make it doubtful that it is the contact's."""
    rest = {word for word in _apart(tuple(named)) if not word.isdecimal()} - header_words.PLAIN - header_words.NUMBERS
    rest -= (
        header_synonyms.PHONE_WORDS | header_synonyms.MOBILE_WORDS | header_words.OPEN_TO_VALUES | header_words.LABELS
    )
    rest = {
        word
        for word in rest
        if not any(part in word for part in (*header_synonyms.PHONE_PARTS, *header_synonyms.MOBILE_PARTS))
    }
    if rest - header_words.PHONE_KINDS:
        return DOUBTFUL_RANK
    return MOBILE_RANK if mobile else KIND_RANK if rest else PLAIN_RANK


def _weak_phone(words: tuple[str, ...]) -> Guess | None:
    """Return a phone for `Office`, `Home 2` or `Best Number`, if the values turn out to be phones."""
    words = _without_notes(words)
    named = _apart(tuple(word for word in words if not word.isdecimal()))
    telling = named - header_words.NUMBERS
    is_number = bool(named & header_words.NUMBERS)
    fitting = header_words.PHONE_KINDS | (header_words.WEAK_BESIDE_NUMBER if is_number else frozenset())
    if not telling or telling - fitting - {"the", "of"}:
        return None
    rank = LAST_RANK + _number(words)
    return Guess("phone", 0.5, "Its header may mean a phone.", _numbered(words), rank, needs_values=True)


def _known_in_part(words: tuple[str, ...]) -> Guess | None:
    """Look a header up without the words that only distinguish several (Business City, Person - Name)."""
    if words[-3:] == ("of", "postal", "address"):
        words = words[:-3]  # Pipedrive: "City of Postal address"
    # Shopify: "Default Address Address1".
    words = tuple(word[:-1] if len(word) > 1 and word.endswith("1") else word for word in words)
    telling = [word for word in words if word not in header_synonyms.EMPTY_WORDS and not word.isdigit()]
    field = header_synonyms.BY_HEADER.get("".join(telling))
    kinds = [word for word in words if word.isdigit()]
    if not field:
        kinds += [word for word in telling if word in header_synonyms.ADDRESS_KINDS]
        # In "Billing Company" the last word decides.
        last = telling[-1:] if telling and telling[-1] in _ORGANIZATIONS and len(telling) > 1 else []
        telling = [word for word in telling if word not in header_synonyms.ADDRESS_KINDS] + last
        kinds = [word for word in kinds if word not in last]
        field = header_synonyms.BY_HEADER.get("".join(telling))
    if not telling and "address" in words and {kind for kind in kinds if kind.isdigit()} <= {"1"}:
        telling, field = ["address"], "address"  # "Home Address 1"
    if not field:
        name = header_synonyms.BY_HEADER.get("".join(word for word in telling if word not in header_words.MEMBERS), "")
        field = name if name in ("first_name", "last_name", "full_name") else None
    if not field or field in ("phone", "area_code", "do_not_call"):
        return None
    if field in header_synonyms.ADDRESS_FIELDS:
        kind = next((word for word in kinds if not word.isdigit()), "".join(kinds))
        rank = header_synonyms.ADDRESS_KINDS.get(kind, 4) * 10 + ("".join(telling) in header_synonyms.SECOND_CHOICES)
        return Guess(field, 0.8, "Its header names a part of an address.", group=kind, rank=rank)
    if set(kinds) - header_synonyms.PERSONAL_KINDS:
        return None
    return Guess(field, 0.7, "Its header names this field in part.", rank=3)
