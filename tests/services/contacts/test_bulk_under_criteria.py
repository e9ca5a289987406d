"""Bulk changes of contacts that are selected by what the change changes."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from segtui.database.tables.core_tables import do_not_call_list
from segtui.domain.criteria.tree import AllOf, Comparison, Criteria
from segtui.services.contacts import bulk, contacts
from segtui.services.contacts.bulk_editing import bulk_edit
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.maintenance import maintenance
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.services.undo import UndoStack

pytestmark = pytest.mark.search

CALLABLE = Comparison("do_not_call", "=", ("no",))
IN_CALLABLE = Comparison("segment", "=", ("Callable",))
NOT_CHANGED_LATER = Comparison("updated", "<=", ("2999-01-01",))

Mark = Callable[[Session, ContactQuery], int]


def _mark(session: Session, query: ContactQuery) -> int:
    return bulk.set_do_not_call(session, query, do_not_call=True)


def _edit(session: Session, query: ContactQuery) -> int:
    return bulk_edit.edit(session, query, {"do_not_call": "yes"})


def _listed(session: Session) -> int:
    with session.read() as tx:
        return int(tx.execute(select(func.count()).where(tx.scope(do_not_call_list))).scalar_one())


@pytest.mark.parametrize("mark", [_mark, _edit])
@pytest.mark.parametrize("criteria", [CALLABLE, IN_CALLABLE, AllOf((NOT_CHANGED_LATER, CALLABLE))])
def test_those_who_may_be_called_are_marked_and_listed(session: Session, mark: Mark, criteria: Criteria) -> None:
    mine = replace(session, history=UndoStack())
    for number in range(3):
        contacts.add(session, {"phone": f"+1602555010{number}"})
    segments.create(session, "Callable", rule=CALLABLE)
    query = ContactQuery(criteria=criteria)
    assert mark(mine, query) == 3
    assert (_listed(session), contacts.count(session, query)) == (3, 0)
    assert maintenance.check(session.database) == []
    assert mine.history is not None
    mine.history.undo_last(mine, confirmed=True)
    assert (_listed(session), contacts.count(session, query)) == (0, 3)
    assert mark(mine, query) == 3
    marked = ContactQuery(criteria=Comparison("do_not_call", "=", ("yes",)))
    assert bulk.set_do_not_call(session, marked, do_not_call=False) == 3
    assert (_listed(session), contacts.count(session, query)) == (0, 3)
    assert maintenance.check(session.database) == []


def test_members_by_their_membership_are_taken_out_and_come_back(session: Session) -> None:
    mine = replace(session, history=UndoStack())
    leads = segments.create(session, "Leads")
    for number in range(3):
        contacts.add(session, {"phone": f"+1602555010{number}"})
    segments.create(session, "Followers", rule=Comparison("segment", "=", ("Leads",)))
    assert segments.add_contacts(mine, leads.id, ContactQuery(criteria=Comparison("segment", "is blank"))) == 3
    for query in (
        ContactQuery(criteria=Comparison("segment", "=", ("Followers",))),
        ContactQuery(leads.id, criteria=Comparison("joined", "in last", ("2",))),
    ):
        assert segments.remove_contacts(mine, leads.id, query) == 3
        assert segments.by_name(session, "Followers").contacts == 0
        assert mine.history is not None
        mine.history.undo_last(mine, confirmed=True)
        assert segments.by_name(session, "Followers").contacts == 3
    assert maintenance.check(session.database) == []
