"""Facts about a few contacts, read at once, by which rules are evaluated in Python."""

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, tzinfo
from typing import Any, Final

from sqlalchemy import Row, select

from segtui.database.tables.campaign_tables import campaign_contacts
from segtui.database.tables.core_tables import contact_calls, contacts, import_changes, memberships
from segtui.domain.contact import TEXT_FIELDS, full_name
from segtui.domain.criteria.evaluation import Value
from segtui.domain.criteria.fields import CUSTOM
from segtui.domain.text import name_key
from segtui.services.company_zone import company_day
from segtui.services.session import Transaction

_COLUMNS: Final = (
    contacts.c.id,
    *(contacts.c[name] for name in TEXT_FIELDS),
    contacts.c.region,
    contacts.c.do_not_call,
    contacts.c.custom_fields,
    contacts.c.created_at,
    contacts.c.updated_at,
    contacts.c.import_id,
)
_GROUPS: Final = {"segment": "segment_ids", "import": "import_ids", "campaign": "campaign_ids"}
_CALLS: Final = ("calls", "last_called", "last_outcome")
_DAYS: Final = {"added": "created_at", "created": "created_at", "updated": "updated_at"}


class ContactFacts:
    """Values of one contact by the names of fields of criteria. `segment_ids` follows the changes made meanwhile."""

    def __init__(self, row: Row[*tuple[Any, ...]], zone: tzinfo | None) -> None:
        self._row = row._mapping  # noqa: SLF001  SQLAlchemy's public name for it
        self._zone = zone
        self._custom: dict[str, str] | None = None
        self._values: dict[str, Value] = {}
        self.segment_ids: set[int] = set()
        self.import_ids: set[int] = set() if row.import_id is None else {row.import_id}
        self.campaign_ids: set[int] = set()
        self.calls = 0
        self.last_called: date | None = None
        self.last_outcome = ""

    @property
    def is_callable(self) -> bool:
        """True with a phone that may be called."""
        return self._row["phone"] is not None and not self._row["do_not_call"]

    def __call__(self, field: str) -> Value:
        """Return the value of a field."""
        if field in _GROUPS:
            return frozenset(map(str, getattr(self, _GROUPS[field])))
        if field not in self._values:
            self._values[field] = self._value(field)
        return self._values[field]

    def _value(self, field: str) -> Value:
        if field.startswith(CUSTOM):
            return self._custom_field(field.removeprefix(CUSTOM))
        if field in _DAYS:
            return company_day(self._row[_DAYS[field]], self._zone)
        if field in _CALLS:
            value: Value = getattr(self, field)
            return value
        if field == "name":
            return full_name(self._row["first_name"], self._row["last_name"])
        stored: str | None = self._row[field]
        return bool(stored) if field == "do_not_call" else stored

    def _custom_field(self, name: str) -> str:
        """Return the value of a custom field; of several spellings of its name the first in sorted order counts."""
        if self._custom is None:
            self._custom = {}
            for spelling, value in sorted(json.loads(self._row["custom_fields"]).items()):
                self._custom.setdefault(name_key(spelling), value)
        return self._custom.get(name_key(name), "")


def read_facts(
    tx: Transaction, ids: Sequence[int], sources: Collection[str], zone: tzinfo | None
) -> dict[int, ContactFacts]:
    """Return the facts about contacts by their ids.

    The segments are always read; imports, campaigns and calls only where they are among `sources`.
    """
    query = select(*_COLUMNS).where(tx.scope(contacts), tx.backend.id_in(contacts.c.id, ids))
    facts = {row.id: ContactFacts(row, zone) for row in tx.execute(query)}
    for contact_id, segment_ids in _groups(tx, memberships.c.segment_id, ids).items():
        facts[contact_id].segment_ids = segment_ids
    if "import" in sources:
        for contact_id, import_ids in _groups(tx, import_changes.c.import_id, ids).items():
            facts[contact_id].import_ids |= import_ids
    if "campaign" in sources:
        for contact_id, campaign_ids in _groups(tx, campaign_contacts.c.campaign_id, ids).items():
            if contact_id in facts:  # an audience keeps the contacts that were deleted
                facts[contact_id].campaign_ids = campaign_ids
    if "calls" in sources:
        of_these = tx.backend.id_in(contact_calls.c.contact_id, ids)
        for row in tx.execute(select(contact_calls).where(tx.scope(contact_calls), of_these)):
            contact = facts[row.contact_id]
            contact.calls, contact.last_outcome = row.calls, row.last_outcome
            contact.last_called = company_day(row.last_called, zone)
    return facts


def _groups(tx: Transaction, group_id: Any, ids: Sequence[int]) -> dict[int, set[int]]:  # noqa: ANN401  a column of ids
    """Return the groups that contacts are in, by contact."""
    table = group_id.table
    query = select(table.c.contact_id, group_id).where(tx.whole_scope(table), tx.backend.id_in(table.c.contact_id, ids))
    groups: dict[int, set[int]] = defaultdict(set)
    for contact_id, number in tx.execute(query):
        groups[contact_id].add(number)
    return groups
