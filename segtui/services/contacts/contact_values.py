"""Contact values that a user typed: validation, and conversion to stored columns."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from segtui.domain import search_terms
from segtui.domain.contact import EDITABLE_FIELDS, SEARCHED_FIELDS, TEXT_FIELDS, full_name
from segtui.domain.criteria.fields import CUSTOM
from segtui.domain.emails import is_email
from segtui.domain.names import no_such
from segtui.domain.phones import checked_e164, region_of
from segtui.domain.text import clean, fold, require_length, without_controls
from segtui.errors import InvalidInput

_YES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False, "": False}


def checked(values: Mapping[str, str], region: str, before: Mapping[str, Any], login: str) -> dict[str, Any]:
    """Return the stored columns of a contact with `values` over `before`, including keys, region and search text.

    `before` has the columns as they are stored, but custom_fields as a dict. `login` is the user who sets do_not_call.
    Raises InvalidInput with the field.
    """
    row = dict(before)
    row["custom_fields"] = dict(before["custom_fields"])
    for name, value in values.items():
        require_length(name, "The name of a custom field", "custom_fields")
        require_length(value, "A value", name)
        _put(row, name, without_controls(value).strip(), region)
    if row["do_not_call"] and not row["do_not_call_by"]:
        row["do_not_call_by"] = f"user:{login}"
    if not row["phone"] and not row["email"]:
        raise InvalidInput("A contact needs a valid phone or a valid e-mail.", "phone")
    return with_keys(row)


def with_keys(row: dict[str, Any]) -> dict[str, Any]:
    """Return `row` with custom_fields as stored, and with the keys, region and search text that follow from it."""
    row["custom_fields"] = stored_custom_fields(row["custom_fields"])
    row["email_key"] = row["email"].casefold() if row["email"] else None
    row["region"] = region_of(row["phone"]) if row["phone"] else None
    name = full_name(row["first_name"], row["last_name"])
    row["name_key"] = fold(name) or None
    row["search"] = search_terms.contact_text([name, *(row[field] for field in SEARCHED_FIELDS[1:])])
    return row


def changed_search_text(search: str, values: Mapping[str, str]) -> str:
    """Return a contact's search text with other lines for those of `values`, by field, that it has."""
    lines = search.split("\n")
    for position, line in search_lines(values).items():
        lines[position] = line
    return "\n".join(lines)


def search_lines(values: Mapping[str, str]) -> dict[int, str]:
    """Return the lines of the search text for those of `values`, by field, that it has, by their positions."""
    return {
        position: search_terms.phone_text(values[name]) if name == "phone" else _line(values[name])
        for position, name in enumerate(SEARCHED_FIELDS)
        if name in values
    }


@lru_cache(maxsize=1024)
def _line(value: str) -> str:
    return search_terms.field_text(value)


def stored_custom_fields(custom_fields: Mapping[str, str]) -> str:
    """Return custom fields as they are stored."""
    return json.dumps(custom_fields, ensure_ascii=False, separators=(",", ":"))


def custom_fields_of(stored: str) -> dict[str, str]:
    """Return the custom fields of a contact as they are stored; the inverse of `stored_custom_fields`."""
    custom_fields: dict[str, str] = json.loads(stored)
    return custom_fields


def is_yes(value: str) -> bool:
    """Return the meaning of a typed do-not-call mark; a blank one is no. Raises InvalidInput."""
    try:
        return _YES[value.strip().casefold()]
    except KeyError:
        raise InvalidInput(f"do_not_call is yes or no, not “{clean(value)}”.", "do_not_call") from None


def _put(row: dict[str, Any], name: str, value: str, region: str) -> None:
    if name.startswith(CUSTOM):
        _put_custom(row["custom_fields"], without_controls(name.removeprefix(CUSTOM)).strip(), value)
    elif name == "do_not_call":
        row.update(do_not_call=int(is_yes(value)))
        row["do_not_call_by"] = row["do_not_call_by"] if row["do_not_call"] else None
    elif name == "phone":
        row["phone"] = checked_e164(value, region) if value else None
    elif name == "email":
        row["email"] = _email(value) if value else None
    elif name in TEXT_FIELDS:
        row[name] = value or None
    else:
        raise InvalidInput(str(no_such("field", name, EDITABLE_FIELDS)), name)


def _put_custom(fields: dict[str, str], name: str, value: str) -> None:
    if not name:
        raise InvalidInput("A custom field needs a name: custom.NAME=VALUE.", "custom_fields")
    if value:
        fields[name] = value
    else:
        fields.pop(name, None)


def _email(value: str) -> str:
    if not is_email(value):
        raise InvalidInput(f"“{clean(value)}” is not a valid e-mail address.", "email")
    return value
