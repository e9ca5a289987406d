"""Undoing what was changed in a session: only what it did, exactly, whatever others did meanwhile."""

import io
import threading
from dataclasses import replace

import pytest
from sqlalchemy import select

from segtui.database.tables.core_tables import audit
from segtui.domain.criteria.tree import Comparison
from segtui.domain.phones import grouped
from segtui.domain.vocabulary import Role
from segtui.errors import Conflict, ConsentNeeded, DatabaseBusy, NameTaken, NotAllowed, NotFound
from segtui.services import imports, undo
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.do_not_call import do_not_call
from segtui.services.imports import Destination, ImportRequest
from segtui.services.maintenance import maintenance
from segtui.services.segments import memberships, segments
from segtui.services.session import Session
from segtui.services.undo import Change, Reversal, UndoStack
from tests.conftest import TwoCompanies

ANN, BO = "+16025550101", "+16025550102"


@pytest.fixture
def mine(session: Session) -> Session:
    """Return a session with a history; `session` is somebody else's."""
    return replace(session, history=UndoStack())


def _undo(mine: Session) -> str:
    assert mine.history is not None
    said = mine.history.undo_last(mine, confirmed=True)
    assert maintenance.check(mine.database) == []
    return said


def _last(mine: Session) -> str | None:
    assert mine.history is not None
    return mine.history.last.sentence if mine.history.last else None


def _people(session: Session, count: int) -> list[int]:
    return [contacts.add(session, {"email": f"{n}@example.com", "first_name": f"P{n}"}).id for n in range(count)]


def _members(session: Session, segment_id: int) -> list[int]:
    return sorted(contacts.listing(session, ContactQuery(segment_id)).ids())


def _found(session: Session, search: str) -> list[int]:
    return sorted(contacts.listing(session, ContactQuery(search=search)).ids())


def _import(session: Session, text: str, **destination: object) -> imports.ImportResult:
    target = Destination(**({"segment": "Leads"} | destination))  # type: ignore[arg-type]  # by name
    return imports.run(session, ImportRequest(None, io.BytesIO(text.encode()), name="a.csv", destination=target))


def _numbers(session: Session) -> list[str]:
    """Return the numbers on the do-not-call list."""
    return [each.phone for each in do_not_call.listing(session, do_not_call.DoNotCallQuery()).first(100)]


# Memberships


@pytest.mark.parametrize("by", ["ids", "query"])
def test_contacts_that_were_added_are_taken_out_again(mine: Session, session: Session, by: str) -> None:
    ids = _people(session, 5)
    segment = segments.create(session, "Leads")
    segments.add_contacts(session, segment.id, ids[:2])
    before = segments.get(session, segment.id)
    assert segments.add_contacts(mine, segment.id, ids if by == "ids" else ContactQuery()) == 3
    assert _last(mine) == "3 contacts were added to “Leads”"
    assert _undo(mine) == "3 contacts were taken out of “Leads” again."
    assert _members(session, segment.id) == ids[:2]
    assert segments.get(session, segment.id).contacts == before.contacts


def test_who_was_taken_out_and_put_in_again_by_somebody_else_stays(mine: Session, session: Session) -> None:
    ids = _people(session, 3)
    segment = segments.create(session, "Leads")
    segments.add_contacts(mine, segment.id, ids)
    segments.remove_contacts(session, segment.id, ids[:2])
    segments.add_contacts(session, segment.id, ids[:1])
    assert _undo(mine) == "1 of 3 contacts was taken out of “Leads” again."
    assert _members(session, segment.id) == ids[:1]


def test_an_addition_of_which_nothing_is_left_is_refused_and_forgotten(mine: Session, session: Session) -> None:
    ids = _people(session, 3)
    segment = segments.create(session, "Leads")
    segments.add_contacts(mine, segment.id, ids)
    segments.remove_contacts(session, segment.id, ContactQuery())
    with pytest.raises(Conflict, match="Nothing to undo"):
        _undo(mine)
    with pytest.raises(NotFound, match="nothing to undo"):
        _undo(mine)


def test_contacts_that_were_taken_out_are_back_as_they_were(mine: Session, session: Session) -> None:
    result = _import(session, f"phone\n{ANN}\n{BO}\n")
    assert result.segment_id is not None
    ids = _members(session, result.segment_id)
    assert segments.remove_contacts(mine, result.segment_id, ContactQuery(result.segment_id)) == 2
    assert _undo(mine) == "2 contacts are back in “Leads”."
    assert _members(session, result.segment_id) == ids
    # By the import, as before: its own undo takes them out.
    assert imports.undo(session, result.import_id or 0).memberships_removed == 2


def test_only_those_come_back_that_can(mine: Session, session: Session) -> None:
    ids = _people(session, 4)
    segment, _ = segments.create_with(session, "Leads", ids)
    segments.remove_contacts(mine, segment.id, ids)
    segments.add_contacts(session, segment.id, ids[:1])
    contacts.delete(session, ids[1])
    assert _undo(mine) == "2 of 4 contacts are back in “Leads”."
    assert _members(session, segment.id) == [ids[0], *ids[2:]]


def test_memberships_of_an_import_that_was_undone_do_not_come_back(mine: Session, session: Session) -> None:
    people = _people(session, 2)
    result = _import(session, "email\n0@example.com\n1@example.com\n")
    assert result.segment_id is not None
    segments.add_contacts(session, segments.create(session, "Others").id, people)
    segments.remove_contacts(mine, result.segment_id, people[:1])
    imports.undo(session, result.import_id or 0)
    with pytest.raises(Conflict):
        _undo(mine)


def test_the_segment_may_be_gone(mine: Session, session: Session) -> None:
    ids = _people(session, 2)
    segment = segments.create(session, "Leads")
    segments.add_contacts(mine, segment.id, ids)
    segments.remove_contacts(mine, segment.id, ids)
    segments.delete(session, segment.id)
    for _ in range(2):
        with pytest.raises(Conflict, match="no longer exists"):
            _undo(mine)


def test_all_but_some_are_added_and_removed(mine: Session, session: Session) -> None:
    ids = _people(session, 5)
    segment = segments.create(session, "Leads")
    assert segments.add_contacts(mine, segment.id, ContactQuery(), besides=ids[:1]) == 4
    assert segments.add_contacts(mine, segment.id, ids, besides=set(ids[:1])) == 0
    assert segments.remove_contacts(mine, segment.id, ContactQuery(), besides=[ids[1]]) == 3
    assert _members(session, segment.id) == [ids[1]]
    _undo(mine)
    assert _members(session, segment.id) == ids[1:]
    _undo(mine)
    assert _members(session, segment.id) == []


def test_what_changes_nothing_is_no_change(mine: Session, session: Session) -> None:
    ids = _people(session, 2)
    segment, _ = segments.create_with(session, "Leads", ids, "text")
    contact = contacts.edit(session, ids[0], {"city": "Oslo"})
    segments.add_contacts(mine, segment.id, ids)
    segments.remove_contacts(mine, segment.id, ContactQuery(search="nobody at all"))
    segments.restore(mine, segment.id)
    assert segments.edit(mine, segment.id, name="Leads", description=" text ") == segments.get(session, segment.id)
    assert contacts.edit(mine, ids[0], {"city": " Oslo", "custom.none": ""}) == contact
    assert _last(mine) is None


def test_packs_hold_every_membership(session: Session) -> None:
    rows = [(5, 17, 0), (6, 17, 3), (1_000_000_000_000, 1_800_000_000_000_000, 3)]
    assert list(memberships._unpacked(memberships._packed(rows))) == [(5, 17, None), *rows[1:]]


# Segments


def test_a_segment_made_of_contacts_goes_with_them(mine: Session, session: Session) -> None:
    ids = _people(session, 3)
    segment, added = segments.create_with(mine, "Leads", ContactQuery(), "From the fair", besides=ids[:1])
    assert (segment.contacts, added, segment.description) == (2, 2, "From the fair")
    assert _last(mine) == "“Leads” was created with 2 contacts"
    assert _undo(mine) == "Undone: “Leads” is gone."
    assert segments.total(session) == 0


def test_a_segment_that_others_use_stays_without_what_was_put_in(mine: Session, session: Session) -> None:
    ids = _people(session, 3)
    segment, _ = segments.create_with(mine, "Leads", ids[:2])
    segments.add_contacts(session, segment.id, ids[2:])
    assert _undo(mine) == (
        "2 contacts were taken out of “Leads” again; the segment stays: 1 contact was added to it meanwhile."
    )
    assert _members(session, segment.id) == ids[2:]


def test_an_empty_segment_that_was_renamed_or_filled_by_others_stays(mine: Session, session: Session) -> None:
    renamed, filled = segments.create(mine, "A"), segments.create(mine, "B")
    segments.edit(session, renamed.id, name="C")
    segments.add_contacts(session, filled.id, _people(session, 1))
    for says in ("1 contact was added", "edited meanwhile"):
        with pytest.raises(Conflict, match=says):
            _undo(mine)
    assert segments.total(session) == 2


def test_a_segment_is_made_with_its_members_or_not_at_all(mine: Session, session: Session) -> None:
    segments.create(session, "Leads")
    with pytest.raises(NameTaken, match="already"):
        segments.create_with(mine, " LEADS ", _people(session, 2))
    assert (segments.total(session), _last(mine)) == (1, None)


def test_a_name_and_a_description_come_back(mine: Session, session: Session) -> None:
    segment = segments.create(session, "Old", "first")
    segments.edit(mine, segment.id, name="New")
    segments.edit(mine, segment.id, description="second")
    segments.edit(mine, segment.id, name="Newer", description="third")
    assert _undo(mine) == "“Newer” is “New” again."
    assert _undo(mine) == "“New” has its old description again."
    assert _undo(mine) == "“New” is “Old” again."
    after = segments.get(session, segment.id)
    assert (after.name, after.description) == ("Old", "first")


def test_a_name_that_was_changed_again_or_is_taken_stays(mine: Session, session: Session) -> None:
    one, two = segments.create(session, "One"), segments.create(session, "Two")
    segments.edit(mine, one.id, name="First")
    segments.edit(mine, two.id, name="Second")
    segments.edit(session, two.id, name="Second of all")
    segments.create(session, "one")
    for says in ("changed again", "already a segment"):
        with pytest.raises(Conflict, match=says):
            _undo(mine)
    assert segments.by_name(session, "First").id == one.id


def test_a_description_changed_by_others_does_not_hold_back_a_name(mine: Session, session: Session) -> None:
    segment = segments.create(session, "Old")
    segments.edit(mine, segment.id, name="New")
    segments.edit(session, segment.id, description="theirs")
    _undo(mine)
    after = segments.get(session, segment.id)
    assert (after.name, after.description) == ("Old", "theirs")


def test_archiving_and_restoring_are_undone(mine: Session, session: Session) -> None:
    segment = segments.create(session, "Leads")
    segments.archive(mine, segment.id)
    segments.restore(mine, segment.id)
    assert _undo(mine) == "“Leads” is archived again."
    assert segments.get(session, segment.id).archived
    assert _undo(mine) == "“Leads” is back among the segments."
    segments.archive(mine, segment.id)
    segments.restore(session, segment.id)
    with pytest.raises(Conflict, match="restored since"):
        _undo(mine)


# Contacts


def test_the_fields_of_a_contact_come_back_and_are_found(mine: Session, session: Session) -> None:
    before = contacts.add(session, {"phone": ANN, "last_name": "Ødegård", "city": "Oslo", "custom.age": "42"})
    contacts.edit(mine, before.id, {"last_name": "Smith", "city": "", "custom.age": "", "custom.shoe": "38"})
    assert _last(mine) == "Last name, City, age and shoe of Smith were changed"
    assert _undo(mine) == "Last name, City, age and shoe of Smith are as they were."
    assert contacts.get(session, before.id) == before
    assert (_found(session, "odegard"), _found(session, "smith")) == ([before.id], [])


def test_only_the_fields_of_the_edit_come_back(mine: Session, session: Session) -> None:
    before = contacts.add(session, {"phone": ANN, "city": "Oslo"})
    contacts.edit(mine, before.id, {"city": "Rome"})
    contacts.edit(session, before.id, {"state": "AZ"})
    assert _undo(mine).startswith("City of")
    after = contacts.get(session, before.id)
    assert (after.city, after.state) == ("Oslo", "AZ")
    assert after.updated_at > before.updated_at


def test_a_field_that_somebody_changed_again_stays_and_so_does_the_rest(mine: Session, session: Session) -> None:
    before = contacts.add(session, {"phone": ANN, "city": "Oslo", "state": "AZ"})
    contacts.edit(mine, before.id, {"city": "Rome", "state": "NY"})
    contacts.edit(session, before.id, {"city": "Bergen"})
    with pytest.raises(Conflict, match=r"City of .* was changed again meanwhile; nothing was undone"):
        _undo(mine)
    after = contacts.get(session, before.id)
    assert (after.city, after.state) == ("Bergen", "NY")


def test_a_phone_that_somebody_else_has_by_now_does_not_come_back(mine: Session, session: Session) -> None:
    before = contacts.add(session, {"phone": ANN, "email": "ann@example.com"})
    contacts.edit(mine, before.id, {"phone": ""})
    contacts.add(session, {"phone": ANN})
    with pytest.raises(Conflict, match="already belongs to"):
        _undo(mine)


def test_a_contact_stays_reachable(mine: Session, session: Session) -> None:
    before = contacts.add(session, {"phone": ANN})
    contacts.edit(mine, before.id, {"email": "ann@example.com"})
    contacts.edit(session, before.id, {"phone": ""})
    with pytest.raises(Conflict, match="would have no phone and no e-mail"):
        _undo(mine)


def test_a_mark_is_withdrawn_and_comes_back_as_it_was(mine: Session, session: Session) -> None:
    before = contacts.add(session, {"phone": ANN})
    contacts.edit(mine, before.id, {"do_not_call": "yes"})
    assert _numbers(session) == [ANN]
    _undo(mine)
    assert (contacts.get(session, before.id), _numbers(session)) == (before, [])
    result = _import(session, f"phone,Do not call\n{ANN},yes\n")
    marked = contacts.get(session, before.id)
    contacts.edit(mine, before.id, {"do_not_call": "no"})
    assert _numbers(session) == []
    _undo(mine)
    assert (contacts.get(session, before.id), _numbers(session)) == (marked, [ANN])
    assert marked.do_not_call_by == f"import:{result.import_id}"


def test_who_came_on_the_list_meanwhile_is_marked_by_it(mine: Session, session: Session) -> None:
    ann = contacts.add(session, {"phone": ANN, "email": "ann@example.com"})
    bo = contacts.add(session, {"phone": BO})
    contacts.edit(mine, ann.id, {"phone": ""})
    contacts.edit(mine, bo.id, {"do_not_call": "yes"})
    _import(session, f"phone\n{ANN}\n{BO}\n", segment=None, do_not_call=True)
    shown = grouped(BO)
    assert _undo(mine).endswith(f"{shown} stays marked: {shown} is on the do-not-call list.")
    _undo(mine)
    assert [contacts.get(session, each.id).do_not_call_by for each in (ann, bo)] == ["list", "list"]


def test_a_phone_that_an_edit_brought_stays_on_the_list(mine: Session, session: Session) -> None:
    ann = contacts.add(session, {"phone": ANN, "do_not_call": "yes"})
    contacts.edit(mine, ann.id, {"phone": BO})
    assert _numbers(session) == [ANN, BO]
    assert _undo(mine) == f"Phone of {grouped(BO)} is as it was. {grouped(BO)} stays on the do-not-call list."
    assert (contacts.get(session, ann.id).phone, _numbers(session)) == (ANN, [ANN, BO])


def test_a_contact_that_got_a_listed_phone_is_as_it_was_after_a_question(mine: Session, session: Session) -> None:
    ann = contacts.add(session, {"phone": ANN, "first_name": "Ann"})
    contacts.add(session, {"phone": BO, "do_not_call": "yes"})
    contacts.delete(session, contacts.by_id_or_phone(session, BO).id)
    assert contacts.edit(mine, ann.id, {"phone": BO}).do_not_call_by == "list"
    assert mine.history is not None
    with pytest.raises(ConsentNeeded, match=r"^Ann may be called again\. Nothing has been changed yet"):
        mine.history.undo_last(mine)
    assert contacts.get(session, ann.id).phone == BO
    _undo(mine)
    assert (contacts.get(session, ann.id), _numbers(session)) == (ann, [BO])


def test_a_contact_that_was_added_is_deleted_again_unless_it_is_used(mine: Session, session: Session) -> None:
    segment = segments.create(session, "Leads")
    contacts.add(mine, {"phone": ANN}, segment.id)
    assert _last(mine) == f"{grouped(ANN)} was added"
    assert _undo(mine) == f"Undone: {grouped(ANN)} is gone."
    assert (contacts.total(session), segments.get(session, segment.id).contacts) == (0, 0)

    used, changed = contacts.add(mine, {"phone": ANN}, segment.id), contacts.add(mine, {"phone": BO})
    segments.create_with(session, "Others", [used.id])
    contacts.edit(session, changed.id, {"city": "Oslo"})
    for says in ("changed meanwhile", "added to “Others” meanwhile"):
        with pytest.raises(Conflict, match=says):
            _undo(mine)
    assert contacts.total(session) == 2


def test_undoing_further_back_sees_what_was_there_then(mine: Session, session: Session) -> None:
    one, two = segments.create(session, "One"), segments.create(session, "Two")
    ann = contacts.add(mine, {"phone": ANN}, one.id)
    segments.add_contacts(mine, two.id, [ann.id])
    contacts.edit(mine, ann.id, {"city": "Oslo"})
    segments.remove_contacts(mine, one.id, [ann.id])
    segments.remove_contacts(mine, two.id, [ann.id])
    for _ in range(5):
        _undo(mine)
    assert contacts.total(session) == 0


# What is not undone


def test_what_is_for_good_is_refused_once_and_then_the_one_before_is_undone(mine: Session, session: Session) -> None:
    ids = _people(session, 3)
    segment = segments.create(session, "Leads")
    segments.add_contacts(mine, segment.id, ids[:1])
    segments.delete(mine, segments.create(session, "Gone").id)
    contacts.delete(mine, ids[2])
    _import(mine, f"phone\n{ANN}\n", segment="Imported")
    for says in (
        "“a.csv” was imported: to undo it, open Imports",
        "P2 was deleted for good",
        "“Gone” was deleted for good",
    ):
        with pytest.raises(Conflict, match=says):
            _undo(mine)
    assert _undo(mine) == "1 contact was taken out of “Leads” again."
    assert _members(session, segment.id) == []


def test_a_session_without_a_history_remembers_nothing(session: Session) -> None:
    segments.add_contacts(session, segments.create(session, "Leads").id, _people(session, 2))
    assert session.history is None


def test_a_busy_database_leaves_the_change_to_be_undone(mine: Session) -> None:
    assert mine.history is not None
    tries: list[Session] = []

    def inverse(session: Session) -> Reversal:
        tries.append(session)
        if len(tries) == 1:
            raise DatabaseBusy("The database is locked.")
        return Reversal("Done.", inverse)

    mine.history.record(Change("It was changed", mine.one_company.id, inverse))
    with pytest.raises(DatabaseBusy):
        mine.history.undo_last(mine)
    assert mine.history.last is not None
    assert mine.history.undo_last(mine) == "Done."
    assert mine.history.last is None


def test_a_viewer_undoes_nothing_and_nothing_is_lost(mine: Session, session: Session) -> None:
    segments.create(mine, "Leads")
    assert mine.history is not None
    viewer = replace(mine, actor=replace(mine.actor, role=Role.VIEWER, company_id=mine.one_company.id))
    with pytest.raises(NotAllowed):
        mine.history.undo_last(viewer)
    assert _undo(mine) == "Undone: “Leads” is gone."


def test_the_last_changes_are_kept_and_no_more_memory_than_is_sensible() -> None:
    def inverse(_: Session) -> Reversal:
        return Reversal("Done.", inverse)

    kept = UndoStack()
    for number in range(undo.MAX_CHANGES + 10):
        kept.record(Change(str(number), 1, inverse, size=1))
    expected = [str(number) for number in range(10, undo.MAX_CHANGES + 10)]
    assert [each.sentence for each in kept.every] == expected[::-1]
    kept.record(Change("large", 1, inverse, size=undo.MOST_BYTES))
    assert kept.last is not None
    assert (len(kept.every), kept.last.sentence) == (1, "large")


def test_two_undos_at_once_undo_two_changes(mine: Session, session: Session) -> None:
    for name in ("A", "B", "C"):
        segments.create(mine, name)
    threads = [threading.Thread(target=mine.history.undo_last, args=(mine,)) for _ in range(2)]  # type: ignore[union-attr]  # it has one
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each.name for each in segments.find(session, segments.SegmentQuery())] == ["A"]


def test_only_the_change_that_was_seen_is_undone(mine: Session, session: Session) -> None:
    stack = mine.history
    assert stack is not None
    segments.create(mine, "A")
    seen = stack.last
    segments.create(mine, "B")
    with pytest.raises(Conflict, match="something else was done on that screen meanwhile"):
        stack.undo_last(mine, seen=seen)
    stack.undo_last(mine, seen=stack.last)
    stack.undo_last(mine, seen=seen)
    assert segments.find(session, segments.SegmentQuery()) == []
    with pytest.raises(Conflict, match="Nothing was redone"):
        stack.redo_last(mine, seen=next(change for change in stack.every if change is not stack.next_redo))
    stack.redo_last(mine, seen=seen)
    assert [segment.name for segment in segments.find(session, segments.SegmentQuery())] == ["A"]


def test_every_undo_leaves_an_entry_in_the_audit(mine: Session, session: Session) -> None:
    ids = _people(session, 2)
    segment = segments.create(mine, "Leads")
    segments.add_contacts(mine, segment.id, ids)
    segments.remove_contacts(mine, segment.id, ids[:1])
    segments.edit(mine, segment.id, name="New")
    segments.archive(mine, segment.id)
    contacts.edit(mine, ids[0], {"city": "Oslo"})
    contacts.add(mine, {"phone": ANN})
    for _ in range(7):
        _undo(mine)
    with session.read() as tx:
        undone = select(audit.c.object, audit.c.detail, audit.c.count, audit.c.user).where(
            tx.scope(audit), audit.c.action == "undo"
        )
        found = [tuple(row) for row in tx.execute(undone.order_by(audit.c.id))]
    login = session.actor.login
    assert found[1:] == [
        (f"contact {ids[0]}", "contact.edit", None, login),
        ("New", "segment.archive", None, login),
        ("Leads", "segment.edit", None, login),
        ("Leads", "segment.remove", 1, login),
        ("Leads", "segment.add", 2, login),
        ("Leads", "segment.create", 0, login),
    ]
    assert found[0][1:] == ("contact.add", None, login)


def test_it_is_undone_in_the_company_where_it_was_done(two_companies: TwoCompanies) -> None:
    admin = replace(two_companies.both, history=UndoStack())
    theirs = segments.create(admin.bound_to(two_companies.other.company), "Leads")
    ids = [contacts.add(two_companies.other, {"phone": "+442079460018"}).id]
    segments.add_contacts(admin, theirs.id, ids)
    segments.edit(admin, theirs.id, name="New")
    contacts.edit(admin, ids[0], {"city": "York"})
    member = replace(admin.bound_to(two_companies.main.company))
    for _ in range(3):
        _undo(member)
    after = segments.get(two_companies.other, theirs.id)
    assert (after.name, after.contacts) == ("Leads", 0)
    assert contacts.get(two_companies.other, ids[0]).city == ""


def test_filters_choose_whom_as_they_do_in_the_list(mine: Session, session: Session) -> None:
    ids = _people(session, 3)
    contacts.edit(session, ids[0], {"source": "Web"})
    query = ContactQuery(criteria=Comparison("source", "=", ("web",)))
    segment, added = segments.create_with(mine, "Web", query)
    assert (added, _members(session, segment.id)) == (1, ids[:1])


# Redo


def test_a_contact_that_was_added_is_added_again_under_its_id_and_found(mine: Session, session: Session) -> None:
    assert mine.history is not None
    segment = segments.create(session, "Leads")
    ann = contacts.add(mine, {"phone": ANN, "last_name": "Ødegård"}, segment.id)
    contacts.edit(mine, ann.id, {"city": "Oslo"})
    contacts.add(session, {"phone": BO})
    _undo(mine)
    _undo(mine)
    assert mine.history.redo_last(mine) == "Redone: Ødegård is back."
    assert (_found(session, "odegard"), _members(session, segment.id)) == ([ann.id], [ann.id])
    mine.history.redo_last(mine)
    assert contacts.get(session, ann.id).city == "Oslo"
    assert maintenance.check(session.database) == []
    with pytest.raises(NotFound, match="nothing to redo"):
        mine.history.redo_last(mine)


def test_what_cannot_be_done_again_is_said_and_passed_over(mine: Session, session: Session) -> None:
    assert mine.history is not None
    segments.create(mine, "A")
    segment = segments.create(mine, "Leads")
    _undo(mine)
    _undo(mine)
    segments.create(session, "a")
    with pytest.raises(Conflict, match="cannot be done again"):
        mine.history.redo_last(mine)
    assert mine.history.redo_last(mine) == "Redone: “Leads” is back."
    assert segments.get(session, segment.id).name == "Leads"


def test_each_screen_has_its_own_undo_and_redo(mine: Session, session: Session) -> None:
    assert mine.history is not None
    lists, other = mine.history.on_screen("lists"), mine.history.on_screen("other")
    segments.create(replace(mine, history=lists), "A")
    segments.create(replace(mine, history=other), "B")
    lists.undo_last(mine)
    with pytest.raises(NotFound):
        lists.undo_last(mine)
    # What is done elsewhere leaves the redo of this screen alone.
    segments.create(replace(mine, history=other), "C")
    assert lists.next_redo is not None
    lists.redo_last(mine)
    assert sorted(each.name for each in segments.find(session, segments.SegmentQuery())) == ["A", "B", "C"]
    assert [each.sentence for each in lists.every] == ["“C” was created", "“B” was created", "“A” was created"]


def test_a_new_change_ends_the_redo_of_its_screen(mine: Session) -> None:
    assert mine.history is not None
    segments.create(mine, "A")
    _undo(mine)
    segments.create(mine, "B")
    assert mine.history.next_redo is None
    with pytest.raises(NotFound, match="nothing to redo"):
        mine.history.redo_last(mine)
