"""Every way in which contacts change reaches the live segments; the guard of the tests compares each transaction."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from segtui.database.engine import open_database
from segtui.database.tables.core_tables import segments as segment_table
from segtui.errors import Conflict, InvalidInput
from segtui.services import campaigns, imports
from segtui.services.campaigns.dispatch import claiming, dispatcher_lease, settling
from segtui.services.campaigns.dispatch.settling import Settled
from segtui.services.contacts import bulk, contacts
from segtui.services.contacts.bulk_editing import bulk_edit
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.criteria import expressions
from segtui.services.do_not_call import do_not_call_editing
from segtui.services.imports import Destination, ImportRequest, ImportResult
from segtui.services.maintenance import maintenance
from segtui.services.maintenance.restoring import restore
from segtui.services.segments import purge, segments
from segtui.services.session import Session, open_session
from segtui.services.undo import UndoStack
from tests.dialer.support import hasten, launched
from tests.services.segments.live.recomputing import demand_exact

MANY = 450
"""Contacts that are too many for the evaluation in Python."""


def live(session: Session, name: str, text: str) -> int:
    """Make a live segment and return its id."""
    return segments.create(session, name, rule=expressions.parse(session, text)).id


def count(session: Session, segment_id: int) -> tuple[int, int]:
    """Return the numbers of members, and of those that can be called."""
    segment = segments.get(session, segment_id)
    return segment.contacts, segment.callable


def load(session: Session, text: str, segment: str | None = None, **destination: str | bool) -> ImportResult:
    """Import a CSV file."""
    target = Destination(segment, **destination)  # type: ignore[arg-type]  # by name
    return imports.run(session, ImportRequest(None, io.BytesIO(text.encode()), name="a.csv", destination=target))


def people(first: int, number: int, source: str = "Fair") -> str:
    """Return a file of people with consecutive phones."""
    rows = (f"602555{key:04},{source},{'AZ' if key % 3 else 'CA'}\n" for key in range(first, first + number))
    return f"phone,source,state\n{''.join(rows)}"


@pytest.mark.parametrize("number", [5, MANY])
def test_an_import_and_its_undo(session: Session, number: int) -> None:
    fairs = live(session, "Fairs", "source = fair")
    arizona = live(session, "Arizona", "segment = Fairs and state = AZ")
    first = load(session, people(100, number), "List")
    assert count(session, fairs) == (number, number)
    demand_exact(session)
    second = load(session, people(100 + number // 2, number, "Show"), "List", existing="overwrite")
    assert count(session, fairs)[0] == number // 2
    demand_exact(session)
    for result in (second, first):
        assert result.import_id is not None
        report = imports.undo(session, result.import_id)
        assert report.kept == ()
        demand_exact(session)
    assert count(session, fairs) == count(session, arizona) == (0, 0)
    assert contacts.listing(session, ContactQuery()).ids().tolist() == []
    assert maintenance.check(session.database) == []


@pytest.mark.parametrize("number", [5, MANY])
def test_marks_and_edits_of_many(session: Session, number: int) -> None:
    session = replace(session, history=UndoStack())
    assert session.history is not None
    load(session, people(100, number), "List")
    every = segments.by_name(session, "List").id
    may = live(session, "May be called", "do_not_call = no")
    fairs = live(session, "Fairs", "source = fair and segment = List")
    query = ContactQuery(criteria=expressions.parse(session, "state = AZ"))
    marked = bulk.set_do_not_call(session, query, do_not_call=True)
    assert count(session, every) == (number, number - marked)
    assert count(session, may) == (number - marked, number - marked)
    bulk_edit.edit(session, query, {"source": "Show"})
    assert count(session, fairs)[0] == number - marked
    segments.remove_contacts(session, every, ContactQuery(criteria=expressions.parse(session, "state = CA")))
    assert count(session, fairs) == (0, 0)
    demand_exact(session)
    for _ in range(3):
        session.history.undo_last(session, confirmed=True)
        demand_exact(session)
    assert [count(session, key) for key in (every, may, fairs)] == [(number, number)] * 3
    bulk.delete(session, query)
    assert count(session, fairs)[0] == number - marked
    demand_exact(session)
    assert maintenance.check(session.database) == []


def test_the_do_not_call_list(session: Session) -> None:
    load(session, people(100, 5), "List")
    may = live(session, "May be called", "do_not_call = no")
    do_not_call_editing.add(session, "+16025550101")
    assert count(session, may) == (4, 4)
    load(session, people(102, 2), None, do_not_call=True)
    assert count(session, may) == (2, 2)
    do_not_call_editing.remove(session, "+16025550101")
    assert count(session, may) == (3, 3)
    demand_exact(session)


def test_calls_and_audiences(session: Session) -> None:
    campaign_id, (ann, bo, _) = launched(session, 3)
    name = campaigns.get(session, campaign_id).name
    called = live(session, "Called", f'campaign = "{name}" and calls >= 1')
    again = live(session, "Again", "last_outcome = no_answer and last_called in last 1 day")
    assert count(session, called) == count(session, again) == (0, 0)
    generation = dispatcher_lease.take_over(session, "test")
    for outcome, expected in (("no_answer", 3), ("answered", 0)):
        claims = claiming.claim(session, generation, campaign_id, 3).claims
        ends = [Settled(claim.attempt_id, claim.campaign_id, outcome) for claim in claims]
        settling.record(session, generation, settled=ends)
        assert count(session, called)[0] == 3
        assert count(session, again)[0] == expected
        demand_exact(session)
        hasten(session)
    contacts.delete(session, bo)
    assert count(session, called)[0] == 2
    contacts.edit(session, ann, {"do_not_call": "yes"})
    assert count(session, called) == (2, 1)
    demand_exact(session)


def test_nothing_is_imported_into_a_live_segment(session: Session) -> None:
    live(session, "Fairs", "source = fair")
    for dry_run in (True, False):
        stream = io.BytesIO(people(100, 2).encode())
        request = ImportRequest(None, stream, name="a.csv", destination=Destination("Fairs"), dry_run=dry_run)
        with pytest.raises(Conflict, match="is live: its rule decides who is in it"):
            imports.run(session, request)
    assert contacts.listing(session, ContactQuery()).ids().tolist() == []


def test_an_undone_import_leaves_a_live_segment_alone(session: Session) -> None:
    load(session, people(100, 3), "List")
    result = load(session, people(101, 1), "List", membership="replace")
    list_id = segments.by_name(session, "List").id
    segments.edit(session, list_id, rule=expressions.parse(session, "state = AZ"))
    assert result.import_id is not None
    assert "the segment is live now" in " ".join(imports.undo(session, result.import_id).kept)
    demand_exact(session)


def test_a_campaign_that_a_rule_names_stays(session: Session) -> None:
    load(session, people(100, 3), "List")
    draft = campaigns.create(
        session, "Spring", segments.by_name(session, "List").id, campaigns.SettingsInput(agent="a")
    )
    live(session, "Others", "campaign != Spring")
    with pytest.raises(Conflict, match="the rule of “Others” names it"):
        campaigns.delete(session, draft.id)


def test_a_large_segment_goes_with_the_counts(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purge, "AT_ONCE", 2)
    load(session, people(100, 5), "List")
    fairs = live(session, "Fairs", "source = fair")
    segments.delete(session, segments.by_name(session, "List").id)
    segments.delete(session, fairs)
    assert segments.find(session, segments.SegmentQuery()) == []
    assert maintenance.check(session.database) == []


def test_the_check_names_every_difference(session: Session) -> None:
    load(session, people(100, 3), "List")
    live(session, "Fairs", "source = fair")
    with session.write() as tx:
        mine = tx.scope(segment_table) & (segment_table.c.name == "Fairs")
        changed = update(segment_table).where(mine)
        tx.execute(changed.values(rule='["state","=","CA"]', callable=9))
    assert maintenance.check(session.database) == [
        "3 contacts of the segment “Fairs” can be called, not 9 as counted.",
        "2 contacts should not be in the live segment “Fairs” by its rule.",
    ]


def test_a_viewer_changes_no_rule(session: Session) -> None:
    from segtui.domain.vocabulary import Role
    from segtui.errors import NotAllowed
    from segtui.services.session import Actor

    fairs = live(session, "Fairs", "source = fair")
    viewer = replace(session, actor=Actor("eve", "Eve", Role.VIEWER, session.one_company.id, "test"))
    tree = expressions.parse(viewer, "source = show")
    assert segments.preview(viewer, fairs, tree).contacts == 0
    with pytest.raises(NotAllowed):
        segments.freeze(viewer, fairs)
    with pytest.raises(NotAllowed):
        segments.edit(viewer, fairs, rule=tree)
    with pytest.raises(NotAllowed):
        segments.create(viewer, "Mine", rule=tree)


def test_an_unknown_name_in_a_rule_is_refused(session: Session) -> None:
    with pytest.raises(InvalidInput):
        live(session, "Others", "segment = Nowhere")
    assert segments.total(session) == 0


def test_a_restored_backup_counts_who_may_be_called(tmp_path: Path) -> None:
    path, copy = tmp_path / "a.db", tmp_path / "backup.db"
    database = open_database(path)
    session = open_session(database, source="test")
    load(session, people(100, 3), "List")
    may = live(session, "May be called", "do_not_call = no")
    maintenance.backup(database, copy)
    contacts.edit(session, contacts.listing(session, ContactQuery()).ids()[0], {"do_not_call": "yes"})
    database.close()
    assert restore(copy, path).opt_outs == 1
    database = open_database(path)
    session = open_session(database, source="test")
    assert count(session, may) == (2, 2)
    assert count(session, segments.by_name(session, "List").id) == (3, 2)
    demand_exact(session)
    assert maintenance.check(database) == []
    database.close()
