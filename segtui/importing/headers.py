"""What a header says its column holds. Only the words are looked at here; `columns` confirms them by the values."""

import itertools
from dataclasses import dataclass

from segtui.importing import synonyms
from segtui.importing.spelling import words_of

_ORGANIZATIONS = ("company", "organization", "organisation")


@dataclass(frozen=True, slots=True)
class Guess:
    """What a header says: the target, how sure that is (0 to 1), and why, in words."""

    target: str
    confidence: float
    reason: str
    group: str = ""
    """Which of several addresses or numbered phones it belongs to: `business`, `phone 1`."""
    rank: int = 0
    """Among columns of the same target the smaller rank is preferred."""


def guess(header: str) -> Guess:
    """Return what a header says its column holds; `custom` where it says nothing that is known."""
    words = words_of(header)
    if not words:
        return Guess("custom", 0.2, "It has no header.")
    for rule in (_withdrawal, _of_somebody_else, _country_code, _known, _email, _phone, _known_in_part):
        found = rule(words)
        if found:
            return found
    return Guess("custom", 0.5, "No field of a contact is called so.")


def is_known(header: str) -> bool:
    """Tell whether a header is one that exporters use."""
    words = words_of(header)
    return bool(words) and (guess(header).target != "custom" or "".join(words) in synonyms.OTHER_HEADERS)


def _withdrawal(words: tuple[str, ...]) -> Guess | None:
    key = "".join(words)
    is_one = key in synonyms.WITHDRAWALS or bool(synonyms.WITHDRAWAL_WORDS & set(words))
    if not is_one and not any(part in key for part in synonyms.WITHDRAWAL_PARTS):
        return None
    if synonyms.WITHDRAWAL_DETAILS & set(words):
        return Guess("custom", 0.8, "It tells about an opt-out, not whether there is one.")
    about_calls = any(part in key for part in synonyms.ABOUT_CALLS)
    if not about_calls and any(part in key for part in synonyms.ABOUT_OTHER_CHANNELS):
        return Guess("custom", 0.9, "It is an opt-out of something else than calls.")
    return Guess("do_not_call", 0.95, "Its header means an opt-out.")


def _of_somebody_else(words: tuple[str, ...]) -> Guess | None:
    present = synonyms.SOMEBODY_ELSE & set(words)
    if present and "".join(words) not in synonyms.BY_HEADER:
        return Guess("custom", 0.9, f"It is about somebody or something else ({min(present)}).")
    if synonyms.BESIDE_THE_NAME & set(words):
        return Guess("custom", 0.9, "A contact has no such field.")
    return None


def _country_code(words: tuple[str, ...]) -> Guess | None:
    key = "".join(words)
    if key in synonyms.PHONE_COUNTRY_CODES or (
        key.endswith(("phonecountrycode", "numbercountrycode", "phonecountry", "telcountrycode"))
    ):
        return Guess("country_code", 0.9, "It is the country of the phone.")
    return None


def _known(words: tuple[str, ...]) -> Guess | None:
    whole = "".join(words)
    # "Phone 2" and "E-mail 1" are called like "Phone" and "E-mail".
    unnumbered = "".join(words[:-1]) if len(words) > 1 and words[-1] in ("1", "2", "3") else whole.rstrip("123")
    for key in (whole, unnumbered):
        found = synonyms.BY_HEADER.get(key)
        if found == "phone":
            return Guess(found, 0.9, "Its header is a usual one.", _numbered(words), 0 if _is_mobile(words) else 1)
        if found and (key == whole or found == "email" or words[-1] == "1"):
            rank = 0 if key in synonyms.FIRST_CHOICES else 5
            return Guess(found, 0.9, "Its header is a usual one.", rank=rank)
    return None


def _numbered(words: tuple[str, ...]) -> str:
    """Return what a phone's columns have in common: "phone 1" for both "Phone 1 - Value" and "Phone 1 - Label"."""
    return " ".join(word for word in words if word not in ("value", "label", "type"))


def _email(words: tuple[str, ...]) -> Guess | None:
    named = set(words)
    if not (named & synonyms.EMAIL_WORDS or ("e", "mail") in itertools.pairwise(words)):
        return None
    if words[:2] == ("address", "mail") and len(words) > 2:
        return None  # Insightly's address for the post
    if named & synonyms.NOT_AN_ADDRESS:
        return Guess("custom", 0.7, "It tells about an e-mail address.")
    return Guess("email", 0.85, "Its header names an e-mail address.")


def _is_mobile(words: tuple[str, ...]) -> bool:
    return any(word in synonyms.MOBILE_WORDS for word in words) or any(
        part in "".join(words) for part in synonyms.MOBILE_PARTS
    )


def _phone(words: tuple[str, ...]) -> Guess | None:
    key = "".join(words)
    named = set(words)
    mobile = _is_mobile(words)
    if not (mobile or named & synonyms.PHONE_WORDS or any(part in key for part in synonyms.PHONE_PARTS)):
        return None
    group = _numbered(words)
    if named & {"label", "type"} and any(word.isdigit() for word in words):
        return Guess("phone_label", 0.9, "It is the kind of the phone beside it.", group=group)
    if named & synonyms.NOT_THE_PHONE or any(part in key for part in synonyms.NOT_THE_PHONE_PARTS):
        return Guess("custom", 0.9, "It is a number, but not one to call the contact at.")
    if named & synonyms.ABOUT_A_PHONE:
        return Guess("custom", 0.8, "It tells about a phone.")
    return Guess("phone", 0.85, "Its header names a phone.", group=group, rank=0 if mobile else 1)


def _known_in_part(words: tuple[str, ...]) -> Guess | None:
    """Look a header up without the words that only say which of several (Business City, Person - Name)."""
    if words[-3:] == ("of", "postal", "address"):
        words = words[:-3]  # Pipedrive: "City of Postal address"
    # Shopify: "Default Address Address1".
    words = tuple(word[:-1] if len(word) > 1 and word.endswith("1") else word for word in words)
    telling = [word for word in words if word not in synonyms.EMPTY_WORDS and not word.isdigit()]
    found = synonyms.BY_HEADER.get("".join(telling))
    kinds = [word for word in words if word.isdigit()]
    if not found:
        kinds += [word for word in telling if word in synonyms.ADDRESS_KINDS]
        # Of "Billing Company" the last word tells.
        last = telling[-1:] if telling and telling[-1] in _ORGANIZATIONS and len(telling) > 1 else []
        telling = [word for word in telling if word not in synonyms.ADDRESS_KINDS] + last
        kinds = [word for word in kinds if word not in last]
        found = synonyms.BY_HEADER.get("".join(telling))
    if not telling and "address" in words and {kind for kind in kinds if kind.isdigit()} <= {"1"}:
        telling, found = ["address"], "address"  # "Home Address 1"
    if not found or found == "phone":
        return None
    if found in synonyms.ADDRESS_FIELDS:
        kind = next((word for word in kinds if not word.isdigit()), "".join(kinds))
        rank = synonyms.ADDRESS_KINDS.get(kind, 4) * 10 + ("".join(telling) in synonyms.SECOND_CHOICES)
        return Guess(found, 0.8, "Its header names a part of an address.", group=kind, rank=rank)
    if set(kinds) - synonyms.PERSONAL_KINDS:
        return None
    return Guess(found, 0.7, "Its header names it in part.", rank=3)
