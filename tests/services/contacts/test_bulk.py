"""What is done to many contacts at once, and what its undo gives back."""

import io
from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import select

from segtui.database.tables.core_tables import audit
from segtui.errors import Conflict, InvalidInput
from segtui.services import imports
from segtui.services.contacts import bulk, contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.do_not_call import do_not_call, opt_outs
from segtui.services.imports import Destination, ImportRequest
from segtui.services.maintenance import maintenance
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.services.undo import UndoStack
from tests.conftest import TwoCompanies

pytestmark = pytest.mark.search


@pytest.fixture
def mine(session: Session) -> Session:
    """Return a session with a history; `session` is somebody else's."""
    return replace(session, history=UndoStack())


def _people(session: Session, count: int) -> list[int]:
    return [
        contacts.add(session, {"phone": f"+160255501{n:02}", "first_name": f"P{n}", "city": "Phoenix"}).id
        for n in range(count)
    ]


def _marked(session: Session) -> dict[int, str]:
    listing = contacts.listing(session, ContactQuery())
    return {key: each.do_not_call_by for key, each in listing.rows(listing.ids()).items() if each.do_not_call}


def _undo(mine: Session) -> str:
    assert mine.history is not None
    said = mine.history.undo_last(mine, confirmed=True)
    assert maintenance.check(mine.database) == []
    return said


def _import_list(session: Session, phones: Sequence[str]) -> int:
    text = "phone\n" + "".join(f"{phone}\n" for phone in phones)
    destination = Destination(do_not_call=True)
    request = ImportRequest(None, io.BytesIO(text.encode()), name="never.csv", destination=destination)
    import_id = imports.run(session, request).import_id
    assert import_id is not None
    return import_id


def test_only_those_that_are_not_marked_yet_are_changed_and_undone(mine: Session) -> None:
    people = _people(mine, 4)
    contacts.edit(replace(mine, history=None), people[0], {"do_not_call": "yes"})
    before = {key: contacts.get(mine, key) for key in people}
    query = ContactQuery(search="phoenix")
    assert bulk.do_not_call_count(mine, query) == 1
    assert bulk.set_do_not_call(mine, query, do_not_call=True, besides=[people[3]]) == 2
    assert set(_marked(mine)) == set(people[:3])
    assert _undo(mine) == "2 contacts may be called again; 2 numbers were taken off the do-not-call list."
    assert {key: contacts.get(mine, key) for key in people} == before


def test_marks_that_are_cleared_come_back_with_who_set_them(mine: Session) -> None:
    people = _people(mine, 3)
    _import_list(mine, ["+16025550100", "+16025550101"])
    contacts.edit(mine, people[2], {"do_not_call": "yes"})
    before = _marked(mine)
    assert len(before) == 3
    assert bulk.set_do_not_call(mine, people, do_not_call=False) == 3
    assert _marked(mine) == {}
    _undo(mine)
    assert _marked(mine) == before


def test_numbers_come_back_by_hand_where_the_import_that_listed_them_was_undone(mine: Session) -> None:
    people = _people(mine, 2)
    list_ = _import_list(mine, ["+16025550100"])
    bulk.set_do_not_call(mine, ContactQuery(), do_not_call=False)
    imports.undo(replace(mine, history=None), list_)
    _undo(mine)
    assert set(_marked(mine)) == {people[0]}
    with mine.read() as tx:
        assert dict(next(do_not_call.listed(tx, ["+16025550100"])).sources) == {opt_outs.BY_HAND: ""}


def test_who_came_on_a_list_since_stays_marked_after_an_undo(mine: Session) -> None:
    people = _people(mine, 2)
    bulk.set_do_not_call(mine, people, do_not_call=True)
    _import_list(replace(mine, history=None), ["+16025550100"])
    _undo(mine)
    assert _marked(mine) == {people[0]: "list"}


def test_what_others_changed_since_is_left_alone(mine: Session, session: Session) -> None:
    people = _people(session, 2)
    bulk.set_do_not_call(mine, people, do_not_call=True)
    contacts.edit(session, people[0], {"do_not_call": "no"})
    contacts.edit(session, people[1], {"city": "Tucson"})
    assert _undo(mine) == "1 contact may be called again; 1 number was taken off the do-not-call list."
    assert _marked(mine) == {}
    assert contacts.get(mine, people[1]).city == "Tucson"
    bulk.set_do_not_call(mine, people[:1], do_not_call=True)
    contacts.edit(session, people[0], {"do_not_call": "no"})
    with pytest.raises(Conflict, match="changed again meanwhile"):
        _undo(mine)


def test_deleting_many_takes_them_out_of_segments_and_of_the_index_for_good(mine: Session) -> None:
    people = _people(mine, 5)
    segment = segments.create(mine, "Leads")
    segments.add_contacts(mine, segment.id, people[:3])
    assert bulk.delete(mine, ContactQuery(search="phoenix"), besides=people[2:3]) == 4
    assert list(contacts.listing(mine, ContactQuery(search="phoenix")).ids()) == people[2:3]
    assert segments.get(mine, segment.id).contacts == 1
    assert maintenance.check(mine.database) == []
    with pytest.raises(Conflict, match="4 contacts were deleted for good: that cannot be undone"):
        _undo(mine)


def test_nothing_is_done_or_recorded_where_nothing_changes(mine: Session) -> None:
    people = _people(replace(mine, history=None), 1)
    assert bulk.set_do_not_call(mine, people, do_not_call=False) == 0
    assert bulk.delete(mine, []) == 0
    assert mine.history is not None
    assert mine.history.last is None


def test_the_audit_says_how_many(mine: Session) -> None:
    people = _people(mine, 2)
    bulk.set_do_not_call(mine, people, do_not_call=True)
    bulk.delete(mine, people)
    with mine.read() as tx:
        written = select(audit.c.action, audit.c.count).where(tx.scope(audit)).order_by(audit.c.id.desc()).limit(2)
        assert [tuple(row) for row in tx.execute(written)] == [("contact.delete", 2), ("contact.do_not_call", 2)]


def test_nobody_of_another_company_is_touched(two_companies: TwoCompanies) -> None:
    ours, theirs = _people(two_companies.main, 1), _people(two_companies.other, 1)
    assert bulk.set_do_not_call(two_companies.main, [*ours, *theirs], do_not_call=True) == 1
    assert bulk.delete(two_companies.main, [*ours, *theirs]) == 1
    assert not contacts.get(two_companies.other, theirs[0]).do_not_call
    for do in (bulk.delete, lambda session, ids: bulk.set_do_not_call(session, ids, do_not_call=True)):
        with pytest.raises(InvalidInput, match="several companies"):
            do(two_companies.both, theirs)
