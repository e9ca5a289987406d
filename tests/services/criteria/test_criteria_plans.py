"""First pages of criteria are read by an index, a small group or a short walk, never by a look at every contact."""

import json
from typing import Any

import pytest
from sqlalchemy import insert, select

from segtui.database.tables.core_tables import contact_calls, contacts, custom_field_names
from segtui.services import search_index
from segtui.services.contacts import access_path, contact_query, contact_values
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.criteria import expressions
from segtui.services.segments import segments
from segtui.services.session import Session, Transaction, now
from tests.support.statements import executed

pytestmark = pytest.mark.search

_CONTACTS = 6_000
_SOME = _CONTACTS // 4
_FEW = 20
_TEXTS = ("first_name", "last_name", "job_title", "address", "country", "postal_code", "timezone", "status")
_CASES = {
    "city = Rarecity": "contact_search",
    "name ~ quillf": "contact_search",
    'state in (Rarestate, "Other state") and source = Webinar': "contact_search",
    "name ^ zoe": "ix_contacts_name (company_id=? AND name_key>? AND name_key<?)",
    'name = "zoe quillfeather"': "ix_contacts_name (company_id=? AND name_key=?)",
    "phone = +16025550199": "uq_contacts_phone (company_id=? AND phone=?)",
    "phone ^ 1602": "uq_contacts_phone (company_id=? AND phone>? AND phone<?)",
    'segment = "Small pilot" and do_not_call = no': "memberships USING PRIMARY KEY (company_id=? AND segment_id=?)",
    "last_outcome = busy and calls >= 1": "contact_calls USING PRIMARY KEY (company_id=?)",
    "source = Webinar": "ix_contacts_name (company_id=? AND name_key>? AND name_key<?)",
    "custom.plan = gold": "ix_contacts_name (company_id=? AND name_key>? AND name_key<?)",
    'not segment = "Small pilot"': "ix_contacts_name (company_id=? AND name_key>? AND name_key<?)",
    "added in last 30 days": "ix_contacts_name (company_id=? AND name_key>? AND name_key<?)",
}
"""Expressions, and what the plan of a statement for the first page has on SQLite."""
_READ_OF_ALL = "USING INDEX sqlite_autoindex_contacts_1 (company_id=?)"


@pytest.fixture
def crowded(session: Session, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Return a session in a company of thousands, of whom few are considered many."""
    monkeypatch.setattr(access_path, "FEW", _FEW)
    monkeypatch.setattr(contact_query, "WALK", 200)
    monkeypatch.setattr(contact_query, "SHORT", 100)
    with session.write() as tx:
        tx.execute(insert(contacts), [_row(tx, number) for number in range(_CONTACTS)])
        ids = list(tx.execute(select(contacts.c.id).where(tx.scope(contacts)).order_by(contacts.c.id)).scalars())
        calls = {"company_id": tx.company_id, "calls": 1, "last_called": 1, "last_outcome": "busy"}
        tx.execute(insert(contact_calls), [{**calls, "contact_id": key} for key in ids[:5]])
        tx.execute(insert(custom_field_names), {"company_id": tx.company_id, "name": "Plan"})
        search_index.after_change(tx)
    list(search_index.catch_up(session))
    segments.add_contacts(session, segments.create(session, "Small pilot").id, ids[:7])
    with session.database.engine.connect().execution_options(every_company=True) as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    return session


def _row(tx: Transaction, number: int) -> dict[str, Any]:
    rare = number % 2_000 == 0
    row: dict[str, Any] = {
        **dict.fromkeys(_TEXTS),
        "phone": "+16025550199" if number == 4_000 else f"+1415{number:07}",
        "email": f"{number}@example.com",
        "first_name": "Zoe" if rare else f"Name{number}",
        "last_name": "Quillfeather" if rare else "Smith",
        "organization": None,
        "city": "Rarecity" if rare else "Phoenix",
        "state": "Rarestate" if rare else "AZ",
        "source": "Webinar" if number % 2 or rare else "Fair",
        "custom_fields": {"Plan": "Gold"} if number % 2 else {},
        "do_not_call": 0,
        "created_at": now(),
        "updated_at": 1,
    }
    return contact_values.with_keys(row) | {"company_id": tx.company_id}


def test_the_first_page_reads_few_contacts(crowded: Session) -> None:
    for expression, step in _CASES.items():
        query = ContactQuery(criteria=expressions.parse(crowded, expression))
        with crowded.read() as tx:
            if tx.backend.name == "postgresql":
                # Of so few contacts it reads all where it could use an index of search texts.
                tx.connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            with executed(tx) as statements:
                page = contact_query.first(tx, query, select(contacts.c.id), 10)
            assert page, expression
            plans = [_plan(tx, statement, values) for statement, values in statements]
        if crowded.database.backend.name == "sqlite":
            assert any(step in plan for plan in plans), (expression, plans)
            assert not any(_READ_OF_ALL in plan for plan in plans), (expression, plans)
        else:
            assert max(_most_rows(json.loads(plan)) for plan in plans) <= _SOME, (expression, plans)


def _plan(tx: Transaction, statement: str, values: Any) -> str:
    tx.connection.execution_options(every_company=True)
    if tx.backend.name == "sqlite":
        rows = tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        return "\n".join(row.detail for row in rows)
    (row,) = tx.connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", values)
    plan = row[0] if isinstance(row[0], list) else json.loads(row[0])
    return json.dumps(plan[0]["Plan"])


def _most_rows(plan: dict[str, Any]) -> float:
    """Return the number of rows that the greediest step of a plan read."""
    own = (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"]
    return max([float(own), *(_most_rows(part) for part in plan.get("Plans", ()))])
