"""Nearest names: the field or word that is probably meant by a misspelt one."""

import difflib
from collections.abc import Iterable, Mapping
from typing import Final

from segtui.domain.criteria.fields import CUSTOM, FIELDS, Catalog
from segtui.domain.text import fold

# Characters of a word that are compared: the time of a comparison grows with the square of its length.
_COMPARED: Final = 60
_CUTOFF: Final = 0.6
# Names that are all compared; of more names, only those with the same first letter: each key typed compares them anew.
_MANY: Final = 500
_SYNONYMS: Final[Mapping[str, str]] = {
    "mail": "email", "emailaddress": "email", "mobile": "phone", "tel": "phone", "telephone": "phone",
    "phonenumber": "phone", "number": "phone", "company": "organization", "employer": "organization",
    "organisation": "organization", "account": "organization", "title": "job_title", "position": "job_title",
    "job": "job_title", "role": "job_title", "street": "address", "town": "city", "province": "state",
    "zip": "postal_code", "zipcode": "postal_code", "postcode": "postal_code", "tz": "timezone",
    "dnc": "do_not_call", "donotcall": "do_not_call", "optout": "do_not_call", "leadsource": "source",
    "firstname": "first_name", "givenname": "first_name", "lastname": "last_name", "surname": "last_name",
    "familyname": "last_name", "fullname": "name", "dateadded": "added", "addeddate": "added",
    "createdat": "created", "createddate": "created", "changed": "updated", "modified": "updated",
    "updatedat": "updated", "list": "segment", "group": "segment", "importid": "import", "file": "import",
    "outcome": "last_outcome", "result": "last_outcome", "lastresult": "last_outcome", "called": "last_called",
    "lastcall": "last_called", "attempts": "calls", "numberofcalls": "calls", "callcount": "calls",
}  # fmt: skip


def nearest(word: str, names: Iterable[str]) -> str | None:
    """Return the name that is nearest to `word`, regardless of case, accents, blanks and signs; else None."""
    by_key: dict[str, str] = {}
    for name in names:
        by_key.setdefault(_key(name), name)
    return _nearest(_key(word), by_key)


def nearest_field(word: str, catalog: Catalog) -> str | None:
    """Return the name of the field that `word` probably means: by its name, its label, or a usual other word.

    For `custom.NAME` it is a custom field.
    """
    names = catalog.names()
    custom_names = [name for name in names if name.startswith(CUSTOM)]
    by_key: dict[str, str] = {}
    is_custom = word.casefold().startswith(CUSTOM)
    key = _key(word[len(CUSTOM) :] if is_custom else word)
    if not is_custom:
        declared = [name for name in names if name in FIELDS]
        by_key = {_key(name): name for name in declared}
        for name in declared:
            by_key.setdefault(_key(FIELDS[name].label), name)
        synonym = _SYNONYMS.get(key)
        if synonym in declared:
            by_key.setdefault(key, synonym)
    for name in custom_names:
        by_key.setdefault(_key(name.removeprefix(CUSTOM)), name)
    return _nearest(key, by_key)


def _nearest(key: str, by_key: Mapping[str, str]) -> str | None:
    if key in by_key:
        return by_key[key] or None
    keys = by_key if len(by_key) <= _MANY else [other for other in by_key if other[:1] == key[:1]]
    near = difflib.get_close_matches(key, keys, n=1, cutoff=_CUTOFF) if key else ()
    return by_key[near[0]] if near else None


def _key(word: str) -> str:
    folded = fold(word[:_COMPARED])
    return "".join(char for char in folded if char.isalnum()) or folded
