"""Updates of existing contacts by an import: computed beforehand, so that writing them is one statement."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select

from segtui.database.tables.core_tables import contacts, do_not_call_list
from segtui.domain.contact import TEXT_FIELDS
from segtui.services.contacts import contact_values
from segtui.services.imports.staging import changed, further_phones, matches, staged
from segtui.services.session import Transaction

_BATCH = 5_000


def compute(tx: Transaction, existing: str) -> None:
    """Fill `changed` with the existing contacts that the staged rows change.

    `existing` is fill (only blank fields), overwrite (with the file's values) or keep (no field). In every mode
    do_not_call is set if the file says so, if a row that opts out has the contact's phone as a further one, or if the
    contact gets a phone on the company's list. It is never cleared.
    """
    rows = tx.execute(_candidates(tx, existing).execution_options(stream_results=True))
    while batch := rows.fetchmany(_BATCH):
        changes = [values for row in batch if (values := _changed(row, existing)) is not None]
        if changes:
            tx.backend.bulk_load(
                tx.connection, changed, [tuple(values[c.name] for c in changed.c) for values in changes]
            )


def _candidates(tx: Transaction, existing: str) -> Any:  # noqa: ANN401  SQLAlchemy's Select is generic in its columns
    """Select contact and row side by side, for all that can differ."""
    opts_out = (contacts.c.do_not_call == 0) & (staged.c.do_not_call == 1)
    further = select(further_phones.c.phone)
    is_further = contacts.c.phone.in_(further)
    listed = (
        select(do_not_call_list.c.phone)
        .where(
            tx.scope(do_not_call_list),
            do_not_call_list.c.phone == staged.c.phone,
            # The contact that had it before is marked already.
            contacts.c.phone.is_distinct_from(staged.c.phone),
        )
        .exists()
    ) | (contacts.c.phone.is_(None) & staged.c.phone.in_(further))
    differs: list[ColumnElement[bool]] = [opts_out, (contacts.c.do_not_call == 0) & is_further]
    if existing != "keep":
        differs += _values_differ(existing)
        differs.append((contacts.c.do_not_call == 0) & listed)
    names = (*TEXT_FIELDS, "do_not_call", "custom_fields")
    return (
        select(
            contacts.c.id,
            contacts.c.updated_at,
            *(contacts.c[name].label(f"old_{name}") for name in names),
            *(staged.c[name].label(f"new_{name}") for name in names),
            listed.label("listed"),
            is_further.label("is_further"),
        )
        .join_from(staged, matches, matches.c.line == staged.c.line)
        .join(contacts, and_(tx.scope(contacts), contacts.c.id == matches.c.contact_id))
        .where(matches.c.created == 0, matches.c.duplicate_of.is_(None), or_(*differs))
    )


def _values_differ(existing: str) -> list[ColumnElement[bool]]:
    """Return the conditions under which a row may change a value of its contact."""
    if existing == "fill":
        differs: list[ColumnElement[bool]] = [
            contacts.c[name].is_(None) & staged.c[name].is_not(None) for name in TEXT_FIELDS
        ]
    else:
        differs = [
            staged.c[name].is_not(None) & staged.c[name].is_distinct_from(contacts.c[name]) for name in TEXT_FIELDS
        ]
    return [*differs, (staged.c.custom_fields != "{}") & (staged.c.custom_fields != contacts.c.custom_fields)]


def _changed(row: Row[*tuple[Any, ...]], existing: str) -> dict[str, Any] | None:
    """Return the row of `changed` for one contact, None where nothing changes after all."""
    pair = row._mapping  # noqa: SLF001  SQLAlchemy's public name for it
    old = {name: pair[f"old_{name}"] for name in TEXT_FIELDS}
    new_values = {name: pair[f"new_{name}"] for name in TEXT_FIELDS if pair[f"new_{name}"] is not None}
    if existing == "keep":
        new_values = {}
    new = (
        {**new_values, **{k: v for k, v in old.items() if v is not None}}
        if existing == "fill"
        else {**old, **new_values}
    )
    new = {name: new.get(name) for name in TEXT_FIELDS}
    old_custom, given_custom = json.loads(pair["old_custom_fields"]), json.loads(pair["new_custom_fields"])
    if existing == "keep":
        given_custom = {}
    custom = {**old_custom, **given_custom}
    if existing == "fill":
        custom.update(old_custom)
    before: dict[str, Any] = {name: old[name] for name in TEXT_FIELDS if old[name] != new[name]}
    after: dict[str, Any] = {name: new[name] for name in before}
    custom_before = {name: old_custom.get(name) for name, value in custom.items() if old_custom.get(name) != value}
    if custom_before:
        before["custom_fields"] = custom_before
        after["custom_fields"] = {name: custom[name] for name in custom_before}
    by_file = bool(pair["new_do_not_call"] or pair["is_further"])
    marked = not pair["old_do_not_call"] and bool(by_file or (pair["listed"] and new["phone"]))
    if marked:
        before["do_not_call"], after["do_not_call"] = 0, 1
    if not before:
        return None
    before["updated_at"] = pair["updated_at"]
    flags = {"do_not_call": int(marked or pair["old_do_not_call"]), "custom_fields": custom}
    return contact_values.with_keys({**new, **flags}) | {
        "contact_id": pair["id"],
        "marked": int(marked and by_file),
        "before": _dumped(before),
        "after": _dumped(after),
    }


def _dumped(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))
