"""A company of random contacts in a database, and the facts of each as the evaluation of criteria takes them.

Its contacts are in segments (one of them deleted), imports and campaigns, were called, and have times around midnights
and custom fields in several spellings. The database is written directly, as the services would write it.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table, func, insert, select, update

from segtui.database.tables.campaign_tables import campaign_contacts, campaigns
from segtui.database.tables.core_tables import (
    contact_calls,
    contacts,
    custom_field_names,
    import_changes,
    imports,
    memberships,
    segments,
)
from segtui.domain.contact import TEXT_FIELDS, full_name
from segtui.domain.criteria.evaluation import Value
from segtui.domain.criteria.fields import CUSTOM
from segtui.domain.text import name_key, without_controls
from segtui.domain.vocabulary import CALL_OUTCOMES
from segtui.services import search_index
from segtui.services.accounts import companies
from segtui.services.contacts import contact_values
from segtui.services.session import Session, Transaction, moment, stored
from tests.support.criteria import CALLS, CUSTOM_NAMES, PHONES, TEXTS, TODAY

ZONE = "Europe/Berlin"
SEGMENTS = ("1", "2", "3", "4")
"""Ids of segments; the last is deleted."""
IMPORTS = ("1", "2", "3")
CAMPAIGNS = ("1", "2")
VIEWED = 2
"""Id of the segment whose days of joining are facts."""
_SPELLINGS = ("Plan", "plan", "PLAN", "Plan type", "plan TYPE", *CUSTOM_NAMES[2:])
_SUMMER = (date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25))
_DAYS = (*(TODAY - timedelta(days=days) for days in (-1, 0, 1, 6, 7, 29, 30, 365)), *_SUMMER)


@dataclass(frozen=True)
class StoredContact:
    """A contact in the database with the facts about it."""

    id: int
    values: Mapping[str, Value]
    custom: Mapping[str, str]

    def facts(self, name: str) -> Value:
        """Return the value of a field."""
        if name.startswith(CUSTOM):
            return self.custom.get(name_key(name.removeprefix(CUSTOM)), "")
        return self.values[name]


def fill(session: Session, count: int, seed: int = 13) -> list[StoredContact]:
    """Fill the empty company of a session with `count` random contacts. Return them."""
    chance = random.Random(seed)
    companies.edit(session, session.one_company.name, timezone=ZONE)
    with session.write() as tx:
        _groups(tx)
        _insert(tx, custom_field_names, [{"name": name} for name in _SPELLINGS])
        phones = [phone for phone in PHONES if phone]
        made = [_contact(tx, chance, number, phones) for number in range(1, count + 1)]
        sizes = select(func.count()).where(tx.whole_scope(memberships), memberships.c.segment_id == segments.c.id)
        tx.execute(update(segments).where(tx.whole_scope(segments)).values(contacts=sizes.scalar_subquery()))
        deleted = segments.c.id == int(SEGMENTS[-1])
        tx.execute(update(segments).where(tx.whole_scope(segments), deleted).values(deleted_at=1))
        search_index.after_change(tx)
    return made


def _groups(tx: Transaction) -> None:
    times = {"created_at": 1, "updated_at": 1}
    names = [{"name": f"Segment {key}", "name_key": f"segment {key}", "sort_key": key} for key in SEGMENTS]
    _insert(tx, segments, [{"id": int(row["sort_key"]), "search": "", **times, **row} for row in names])
    files = {"status": "completed", "file": "people.csv", "user": "tester", "started_at": 1}
    _insert(tx, imports, [{"id": int(key), **files} for key in IMPORTS])
    settings = {
        "status": "completed", "agent": "a", "segment": "S", "opens": 600, "closes": 900, "days": "mon",
        "timezone": ZONE, "calls_per_hour": 1, "concurrent": 1, "attempts": 1, "retry_delay": 1, "created_by": "tester",
        **times,
    }  # fmt: skip
    campaign_names = [{"name": f"Campaign {key}", "name_key": f"campaign {key}"} for key in CAMPAIGNS]
    _insert(tx, campaigns, [{"id": number, **settings, **row} for number, row in enumerate(campaign_names, 1)])


def _contact(tx: Transaction, chance: random.Random, number: int, phones: list[str]) -> StoredContact:
    texts = {name: without_controls(chance.choice(TEXTS)).strip() for name in TEXT_FIELDS}
    texts["phone"] = phones.pop() if phones and chance.random() < 0.5 else ""
    if not texts["phone"] and chance.random() < 0.5:
        texts["phone"] = chance.choice(("+1602555", "+1415555", "+44207946")) + f"{1_000 + number:04}"
    if not texts["phone"] and not texts["email"]:
        texts["email"] = f"{number}@example.com"
    texts |= {name: "" for name in TEXT_FIELDS if name not in ("phone", "email") and chance.random() < 0.3}
    custom = {name: without_controls(chance.choice(TEXTS)).strip() for name in chance.sample(_SPELLINGS, 3)}
    custom = {name: value for name, value in custom.items() if value}
    do_not_call = chance.random() < 0.3
    created, updated, joined = (_time(chance) for _ in range(3))
    created_by = chance.choice((None, *IMPORTS))
    row: dict[str, Any] = {name: value or None for name, value in texts.items()}
    row |= {"custom_fields": custom, "do_not_call": int(do_not_call)}
    row |= {"id": number, "created_at": created, "updated_at": updated, "import_id": created_by and int(created_by)}
    row = contact_values.with_keys(row)
    _insert(tx, contacts, [row])
    in_segments = _some(chance, SEGMENTS)
    _join(tx, memberships, "segment_id", in_segments, {"contact_id": number, "added_at": joined})
    in_imports = _some(chance, IMPORTS)
    _join(tx, import_changes, "import_id", in_imports, {"contact_id": number, "before": "{}", "after": "{}"})
    in_campaigns = _some(chance, CAMPAIGNS)
    _join(tx, campaign_contacts, "campaign_id", in_campaigns, {"contact_id": number, "state": "pending"})
    called: dict[str, Any] = {}
    if chance.random() < 0.5:
        called = {
            "calls": chance.choice(CALLS),
            "last_called": _time(chance),
            "last_outcome": chance.choice(CALL_OUTCOMES),
        }
        _insert(tx, contact_calls, [{"contact_id": number, **called}])
    values: dict[str, Value] = {
        **texts,
        "name": full_name(texts["first_name"], texts["last_name"]),
        "do_not_call": do_not_call,
        "region": row["region"] or "",
        "added": _day(created),
        "created": _day(created),
        "updated": _day(updated),
        "joined": _day(joined) if str(VIEWED) in in_segments else None,
        "segment": in_segments - {SEGMENTS[-1]},
        "import": in_imports | ({created_by} if created_by else frozenset()),
        "campaign": in_campaigns,
        "calls": called.get("calls", 0),
        "last_called": _day(called["last_called"]) if called else None,
        "last_outcome": called.get("last_outcome", ""),
    }
    by_key: dict[str, str] = {}
    for name in sorted(custom):
        by_key.setdefault(name_key(name), custom[name])
    return StoredContact(number, values, by_key)


def _insert(tx: Transaction, table: Table, rows: list[dict[str, Any]]) -> None:
    tx.execute(insert(table), [{"company_id": tx.company_id, **row} for row in rows])


def _join(tx: Transaction, table: Table, column: str, groups: frozenset[str], row: Mapping[str, Any]) -> None:
    if groups:
        _insert(tx, table, [{column: int(key), **row} for key in groups])


def _some(chance: random.Random, keys: tuple[str, ...]) -> frozenset[str]:
    return frozenset(key for key in keys if chance.random() < 0.3)


def _time(chance: random.Random) -> int:
    """Return a stored time near the beginning or end of a day in the company's zone, or within it."""
    midnight = datetime.combine(chance.choice(_DAYS), datetime.min.time(), ZoneInfo(ZONE)).astimezone(UTC)
    offset = chance.choice((timedelta(0), timedelta(microseconds=-1), timedelta(hours=1), timedelta(hours=13)))
    return stored(midnight + offset)


def _day(time: int) -> date:
    return moment(time).astimezone(ZoneInfo(ZONE)).date()
