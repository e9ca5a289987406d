"""Custom fields of a company's contacts: their names, and their values in SQL and in Python.

Names that differ only in case or Unicode form (`text.name_key`) are one field. A contact may have several of its
spellings: the first in sorted order counts.
"""

import json
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, Text, cast, func, insert, null, select, true

from segtui.database.tables.core_tables import contacts, custom_field_names
from segtui.domain.text import name_key
from segtui.services.session import Transaction


def spellings(tx: Transaction) -> dict[str, list[str]]:
    """Return the spellings of each custom field that contacts have or had by its `name_key`, both in sorted order."""
    names = select(custom_field_names.c.name).where(tx.scope(custom_field_names)).distinct()
    fields: dict[str, list[str]] = {}
    for name in sorted(tx.execute(names).scalars()):
        fields.setdefault(name_key(name), []).append(name)
    return dict(sorted(fields.items()))


def keep_names(tx: Transaction, names: Iterable[str]) -> None:
    """List the names of custom fields that contacts get, in the transaction that writes them.

    A name stays in the list when the last contact loses it.
    """
    for name in new_names(tx, names):
        tx.execute(insert(custom_field_names), {"company_id": tx.company_id, "name": name})


def new_names(tx: Transaction, names: Iterable[str]) -> list[str]:
    """Return those of some names that are not in the company's list yet, sorted."""
    new = set(names)
    if not new:
        return []
    listed = select(custom_field_names.c.name).where(tx.scope(custom_field_names))
    return sorted(new.difference(tx.execute(listed).scalars()))


def names_in(stored: str) -> list[str]:
    """Return the names of custom fields as they are stored."""
    return [] if stored == "{}" else list(json.loads(stored))


def unlisted(connection: Connection) -> int:
    """Return the number of custom fields, over all companies, that contacts have and that are not in the list."""
    names = select(custom_field_names.c.company_id, custom_field_names.c.name)
    listed = {tuple(row) for row in connection.execute(names)}
    query = select(contacts.c.company_id, contacts.c.custom_fields).where(contacts.c.custom_fields != "{}")
    rows = connection.execution_options(yield_per=5_000).execute(query)
    return len({(row.company_id, name) for row in rows for name in names_in(row.custom_fields)} - listed)


def counts(tx: Transaction) -> dict[str, int]:
    """Return how many contacts have a value of each custom field that any has, by its `name_key`.

    It reads every contact.
    """
    members = tx.backend.values.members(contacts.c.custom_fields)
    has_value = (tx.scope(contacts), members.c.value != "")
    every = select(members.c.key, func.count()).select_from(contacts).join(members, true())
    totals: dict[str, int] = {}
    spelled: dict[str, list[str]] = {}
    for name, count in tx.execute(every.where(*has_value).group_by(members.c.key)):
        spelled.setdefault(name_key(name), []).append(name)
        totals[name_key(name)] = count
    for key, names in spelled.items():
        if len(names) > 1:  # a contact may have several spellings
            distinct = select(func.count(contacts.c.id.distinct())).select_from(contacts).join(members, true())
            totals[key] = tx.execute(distinct.where(*has_value, members.c.key.in_(names))).scalar_one()
    return totals


def value(tx: Transaction, name: str) -> ColumnElement[str]:
    """Return the text of the custom field `name` of contacts, NULL where it is blank or no contact has it."""
    texts = [
        func.nullif(tx.backend.values.of_object(contacts.c.custom_fields, spelling), "", type_=Text)
        for spelling in spellings(tx).get(name_key(name), ())
    ]
    if len(texts) == 1:
        return texts[0]
    return func.coalesce(*texts, type_=Text) if texts else cast(null(), Text)


def value_in(fields: Mapping[str, str], name: str) -> str:
    """Return the value of the custom field `name` among those of one contact; blank where it has none."""
    if not fields:
        return ""
    key = name_key(name)
    return next((fields[spelling] for spelling in _spelled(fields, key) if fields[spelling]), "")


def _spelled(fields: Mapping[str, str], key: str) -> Sequence[str]:
    return sorted(spelling for spelling in fields if name_key(spelling) == key)
