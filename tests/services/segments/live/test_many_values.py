"""Live segments whose rules list many values: no statement has more parameters than a database takes."""

from typing import Any, Final

import pytest
from sqlalchemy import event

from segtui.services.contacts import contacts
from segtui.services.contacts.bulk_editing import bulk_edit
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.criteria import expressions
from segtui.services.segments import segments
from segtui.services.segments.live import contact_set
from segtui.services.session import Session
from tests.services.segments.live.recomputing import demand_exact

MOST: Final = 32_766
"""Parameters of one statement that SQLite takes as it is usually built; PostgreSQL takes twice as many."""


def test_long_lists_of_postal_codes_are_evaluated_for_many(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    contacts.add(session, {"phone": "+16025550100"})
    first = 85_000
    for number in range(58):
        codes = ", ".join(str(first + 10 * number + step) for step in range(580))
        rule = expressions.parse(session, f"postal_code in ({codes})")
        segments.create(session, f"Area {number}", rule=rule)
    monkeypatch.setattr(contact_set, "FEW", 0)
    counts: list[int] = []

    @event.listens_for(session.database.engine, "before_cursor_execute")
    def count(_c: object, _u: object, _s: object, parameters: Any, _x: object, _m: object) -> None:
        counts.append(len(parameters))

    bulk_edit.edit(session, ContactQuery(), {"postal_code": "85574"})
    assert max(counts) < MOST
    event.remove(session.database.engine, "before_cursor_execute", count)
    demand_exact(session)
    assert sum(segment.contacts for segment in segments.find(session, segments.SegmentQuery())) == 58
