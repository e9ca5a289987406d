"""An opt-out belongs to the number: once on the list, it is never callable again until an admin takes it off."""

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from segtui.database.engine import open_database
from segtui.database.tables import core_tables
from segtui.domain.vocabulary import Role
from segtui.errors import Conflict, ConsentNeeded, NotAllowed, SegtuiError
from segtui.services import imports, search_index
from segtui.services.contacts import bulk, contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.contacts.contacts import Contact
from segtui.services.do_not_call import do_not_call, opt_outs
from segtui.services.do_not_call import do_not_call_editing as changes
from segtui.services.do_not_call.do_not_call import DoNotCallQuery
from segtui.services.imports import Destination, ImportRequest, ImportResult
from segtui.services.maintenance import maintenance
from segtui.services.segments import segments
from segtui.services.session import Actor, Session, open_session
from segtui.services.undo import UndoStack
from tests.support.canaries import World
from tests.support.import_model import FIELDS, import_rows, shown
from tests.support.older_schema import take_back_to_0006

ANN, BO, CY = "+16025550101", "+16025550102", "+16025550103"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let rejected rows of standard input land in a folder of the test's own."""
    monkeypatch.chdir(tmp_path)


def load(session: Session, content: str, destination: Destination) -> int:
    """Import a file, and return the import's id."""
    done = imports.run(
        session, ImportRequest(None, io.BytesIO(content.encode()), name="a.csv", destination=destination)
    )
    assert done.import_id is not None
    return done.import_id


def numbers(session: Session) -> set[str]:
    """Return the numbers on the list."""
    return {each.phone for each in do_not_call.listing(session, DoNotCallQuery()).first(1_000)}


def callable_numbers(session: Session) -> set[str]:
    """Return the numbers that a campaign could call."""
    listing = contacts.listing(session, ContactQuery())
    return {each.phone for each in listing.rows(listing.ids()).values() if each.phone and not each.do_not_call}


def _dry_and_done(session: Session, content: str, destination: Destination) -> tuple[ImportResult, ImportResult]:
    """Import a file, first without writing; return both results."""
    request = ImportRequest(None, name="a.csv", destination=destination)
    dry, done = (replace(request, stream=io.BytesIO(content.encode()), dry_run=dry) for dry in (True, False))
    return imports.run(session, dry), imports.run(session, done)


def _everybody(session: Session) -> list[Contact]:
    listing = contacts.listing(session, ContactQuery())
    return sorted(listing.rows(listing.ids()).values(), key=lambda contact: contact.id)


def as_member(session: Session) -> Session:
    """Return the session of a member of the same company, with a history."""
    assert session.company is not None
    actor = Actor("mia", "Mia", Role.MEMBER, session.company.id, "test")
    return replace(session, actor=actor, history=UndoStack())


@pytest.fixture
def mine(session: Session) -> Session:
    """Return an admin's session with a history."""
    return replace(session, history=UndoStack())


# The ways in which a mark was lost


def test_a_number_stays_on_the_list_when_its_contact_is_deleted_and_imported_again(session: Session) -> None:
    ann = contacts.add(session, {"phone": ANN, "do_not_call": "yes"})
    contacts.delete(session, ann.id)
    assert numbers(session) == {ANN}
    load(session, f"phone,first_name\n{ANN},Ann\n{BO},Bo\n", Destination("Leads"))
    assert callable_numbers(session) == {BO}
    assert maintenance.check(session.database) == []


@pytest.mark.parametrize("existing", ["fill", "overwrite", "keep"])
@pytest.mark.parametrize("rows", [3, 300])
def test_the_opt_outs_of_a_file_outlive_its_contacts(session: Session, existing: str, rows: int) -> None:
    contacts.add(session, {"phone": "+16025552000", "first_name": "Old"})
    people = "".join(f"+1602555{2000 + number},P{number},yes\n" for number in range(rows))
    load(session, f"phone,first_name,Do not call\n{people}", Destination("Leads", existing=existing))
    assert len(numbers(session)) == rows
    bulk.delete(session, ContactQuery())
    load(session, f"phone,first_name\n{people.replace(',yes', '')}", Destination("Again"))
    assert (contacts.total(session), callable_numbers(session)) == (rows, set())
    assert maintenance.check(session.database) == []


@pytest.mark.parametrize("rows", [3, 300])
def test_an_opt_out_counts_also_where_contacts_are_kept_as_they_are(session: Session, rows: int) -> None:
    """Each row is of a contact that exists; a third of them opt out."""
    people = [(f"+1602555{2000 + number}", f"P{number}", "yes" if number % 3 == 0 else "") for number in range(rows)]
    load(
        session, "phone,first_name\n" + "".join(f"{phone},{name}\n" for phone, name, _ in people), Destination("Leads")
    )
    before = {each.phone: each for each in _everybody(session)}
    content = "phone,first_name,Shoe size,Do not call\n"
    content += "".join(f"{phone},X{name},44,{mark}\n" for phone, name, mark in people)
    forecast, result = _dry_and_done(session, content, Destination("Leads", existing="keep"))
    marked = {phone for phone, _, mark in people if mark}
    for counts in (forecast, result):
        assert (counts.updated, counts.unchanged, counts.created) == (len(marked), rows - len(marked), 0)
    assert (numbers(session), callable_numbers(session)) == (marked, before.keys() - marked)
    for each in _everybody(session):
        old = before[each.phone]
        assert (each.first_name, each.custom_fields) == (old.first_name, old.custom_fields)
        assert each.do_not_call_by == (f"import:{result.import_id}" if each.phone in marked else "")
    assert maintenance.check(session.database) == []
    assert result.import_id is not None
    assert imports.undo(session, result.import_id).numbers_removed == len(marked)
    assert {each.phone: each for each in _everybody(session)} == before
    assert numbers(session) == set()


def test_the_number_of_a_row_comes_on_the_list_although_the_contact_does_not_get_it(session: Session) -> None:
    ann = contacts.add(session, {"email": "ann@example.com"})
    rows = f"{ANN},ann@example.com,\n{BO},ann@example.com,yes\n{BO},,\n"
    number = load(session, f"phone,email,Do not call\n{rows}", Destination("Leads", existing="keep"))
    assert (contacts.get(session, ann.id).phone, contacts.get(session, ann.id).do_not_call) == ("", True)
    assert (numbers(session), callable_numbers(session)) == ({BO}, set())
    assert maintenance.check(session.database) == []
    load(session, f"phone,first_name\n{BO},Bo\n", Destination("Others"))
    assert callable_numbers(session) == set()
    imports.undo(session, number)
    assert not contacts.get(session, ann.id).do_not_call
    assert callable_numbers(session) == {BO}


def test_a_member_undoes_an_import_that_kept_contacts_and_the_marks_stay(session: Session) -> None:
    ann = contacts.add(session, {"phone": ANN})
    number = load(session, f"phone,Do not call\n{ANN},yes\n", Destination("Leads", existing="keep"))
    assert len(imports.undo(as_member(session), number).kept) == 1
    assert (contacts.get(session, ann.id).do_not_call, numbers(session)) == (True, {ANN})
    assert imports.undo(session, number).numbers_removed == 1
    assert callable_numbers(session) == {ANN}


@pytest.mark.parametrize("existing", ["fill", "overwrite", "keep"])
@pytest.mark.parametrize("is_there", [True, False])
@pytest.mark.parametrize("rows", [0, 300])
def test_the_opt_out_of_a_duplicate_row_marks_the_number(
    session: Session, existing: str, rows: int, *, is_there: bool
) -> None:
    if is_there:
        contacts.add(session, {"phone": ANN})
    others = "".join(f"+1602555{2000 + number},\n" for number in range(rows))
    content = f"phone,Do not call\n{ANN},\n{others}{ANN},yes\n{ANN},\n"
    load(session, content, Destination("Leads", existing=existing))
    assert numbers(session) == {ANN}
    assert ANN not in callable_numbers(session)
    assert maintenance.check(session.database) == []


@pytest.mark.parametrize("existing", ["fill", "overwrite", "keep"])
@pytest.mark.parametrize("email_is_there", [True, False])
def test_the_opt_out_of_a_row_with_nothing_but_an_e_mail_marks_the_contact_and_its_number(
    session: Session, existing: str, *, email_is_there: bool
) -> None:
    ann = contacts.add(session, {"phone": ANN, "email": "ann@example.com"})
    if email_is_there:
        contacts.add(session, {"email": "bo@example.com"})
    rows = "ann@example.com,yes\nbo@example.com,\nbo@example.com,yes\n"
    load(session, f"email,Do not call\n{rows}", Destination("Leads", existing=existing))
    assert contacts.get(session, ann.id).do_not_call
    assert all(each.do_not_call for each in _everybody(session))
    assert numbers(session) == {ANN}
    # The mark comes on the list with the first phone.
    load(session, f"email,phone\nbo@example.com,{BO}\n", Destination("Leads"))
    assert numbers(session) == {ANN, BO}
    assert maintenance.check(session.database) == []


@pytest.mark.parametrize("count", [2, 300])
def test_every_phone_of_a_do_not_call_file_comes_on_the_list(session: Session, count: int) -> None:
    """One group of rows holds several phones in a cell and in columns, a number again, and nothing new."""
    lines = (
        "602-555-{0:04} / 602-556-{0:04},\n"  # two in a cell
        "602-557-{0:04},(602) 558-{0:04} x12\n"  # two columns
        "602-556-{0:04},602-555-{0:04}\n"  # both are listed by the first row
        "602-555-{0:04},602-559-{0:04}\n"  # only the second is new
        "602-561-{0:04},602 561 {0:04}\n"  # the same twice
        ",602-562-{0:04}\n"
        "none,\n"
    )
    prefixes = ("555", "556", "557", "558", "559", "561", "562")
    last = range(100, 100 + count)
    expected = {f"+1602{prefix}{number:04}" for prefix in prefixes for number in last}
    # One row marks two contacts, one by its second phone.
    for prefix in ("557", "558", "559"):
        contacts.add(session, {"phone": f"+1602{prefix}0100"})
    content = "Phone,Phone 2\n" + "".join(map(lines.format, last))
    dry, done = _dry_and_done(session, content, Destination(do_not_call=True))
    for result in (dry, done):
        counts = (result.created, result.updated, result.unchanged, result.duplicates, result.rejected)
        assert counts == (0, 2, 5 * count - 2, count, count)
        assert result.rows == sum(counts) == 7 * count
        assert result.added == len(expected)
        assert result.warnings == 0
    with session.read() as tx:
        phones = select(core_tables.do_not_call_list.c.phone).where(tx.scope(core_tables.do_not_call_list))
        assert set(tx.execute(phones).scalars()) == expected
    assert callable_numbers(session) == set()
    assert maintenance.check(session.database) == []
    assert done.import_id is not None
    assert imports.undo(session, done.import_id).numbers_removed == len(expected)
    assert len(callable_numbers(session)) == 3
    assert numbers(session) == set()


def _listed(session: Session) -> set[str]:
    """Return all numbers on the list, also where they are more than one page."""
    with session.read() as tx:
        return set(
            tx.execute(
                select(core_tables.do_not_call_list.c.phone).where(tx.scope(core_tables.do_not_call_list))
            ).scalars()
        )


@pytest.mark.parametrize("existing", ["fill", "overwrite", "keep"])
@pytest.mark.parametrize("count", [1, 60])
def test_every_phone_of_a_row_that_opts_out_comes_on_the_list(session: Session, existing: str, count: int) -> None:
    """The further phones mark contacts that are in no row, that are in another row, and that are created."""
    lines = (
        "602-555-{0:04},602-556-{0:04},yes\n"  # the second phone is of a contact that is in no row
        "602-557-{0:04} / 602-558-{0:04},,yes\n"
        "602-558-{0:04},602-559-{0:04},\n"  # the row before lists this phone; this one opts nothing out
        "602-562-{0:04},,\n"  # a contact that exists; the next row lists its phone
        "602-563-{0:04},602-562-{0:04},yes\n"
    )
    last = range(100, 100 + count)
    for number in last:
        contacts.add(session, {"phone": f"+1602556{number:04}"})
        contacts.add(session, {"phone": f"+1602562{number:04}"})
    before = _everybody(session)
    content = "Phone,Phone 2,Do not call\n" + "".join(map(lines.format, last))
    destination = Destination("Leads", existing=existing)
    dry, done = _dry_and_done(session, content, destination)
    for result in (dry, done):
        counts = (result.created, result.updated, result.unchanged, result.duplicates, result.rejected)
        assert counts == (4 * count, count, 0, 0, 0)
        assert (result.not_callable, result.added, result.warnings) == (5 * count, 5 * count, 0)
    expected = {f"+1602{prefix}{number:04}" for prefix in (555, 556, 557, 558, 562, 563) for number in last}
    assert (_listed(session), callable_numbers(session)) == (expected, set())
    assert maintenance.check(session.database) == []
    assert done.import_id is not None
    report = imports.undo(session, done.import_id)
    assert (report.numbers_removed, report.contacts_deleted, report.kept) == (len(expected), 4 * count, ())
    assert (_everybody(session), _listed(session)) == (before, set())
    # Imported later as phones of contacts of their own, none of them can be called.
    load(session, content, destination)
    free = {f"+1602559{number:04}" for number in last}
    load(session, "Phone\n" + "".join(f"{phone}\n" for phone in sorted(expected | free)), Destination("Others"))
    assert callable_numbers(session) == free
    assert maintenance.check(session.database) == []


@pytest.mark.parametrize("count", [3, 300])
def test_every_phone_of_a_row_comes_on_the_list_where_its_contact_is_kept_without_a_phone(
    session: Session, count: int
) -> None:
    people = range(count)
    load(session, "email\n" + "".join(f"p{number}@example.com\n" for number in people), Destination("Leads"))
    before = _everybody(session)
    content = "Email,Phone,Phone 2,Do not call\n"
    content += "".join(f"p{number}@example.com,602-555-{number:04},602-556-{number:04},yes\n" for number in people)
    dry, done = _dry_and_done(session, content, Destination("Leads", existing="keep"))
    for result in (dry, done):
        assert (result.created, result.updated, result.not_callable) == (0, count, count)
    expected = {f"+1602{prefix}{number:04}" for prefix in (555, 556) for number in people}
    assert _listed(session) == expected
    assert all(contact.do_not_call and not contact.phone for contact in _everybody(session))
    load(session, "Phone\n" + "".join(f"{phone}\n" for phone in sorted(expected)), Destination("Others"))
    assert (contacts.total(session), callable_numbers(session)) == (3 * count, set())
    assert maintenance.check(session.database) == []
    assert done.import_id is not None
    assert imports.undo(session, done.import_id).numbers_removed == len(expected)
    after = _everybody(session)
    assert [contact for contact in after if not contact.phone] == before
    assert callable_numbers(session) == expected


def test_a_contact_that_gets_the_further_phone_of_another_row_is_as_it_was_after_the_undo(session: Session) -> None:
    ann = contacts.add(session, {"email": "ann@example.com"})
    content = f"Email,Phone,Phone 2,Do not call\nann@example.com,{ANN},,\n,{BO},{ANN},yes\n"
    dry, done = _dry_and_done(session, content, Destination("Leads"))
    for result in (dry, done):
        assert (result.created, result.updated, result.not_callable) == (1, 1, 2)
    assert (contacts.get(session, ann.id).phone, callable_numbers(session)) == (ANN, set())
    assert maintenance.check(session.database) == []
    assert done.import_id is not None
    imports.undo(session, done.import_id)
    assert (_everybody(session), numbers(session)) == ([ann], set())


@pytest.mark.parametrize("existing", ["fill", "overwrite", "keep"])
@pytest.mark.parametrize("opts_out", ["first", "second"])
def test_the_further_phones_of_a_duplicate_row_that_opts_out_come_on_the_list(
    session: Session, existing: str, opts_out: str
) -> None:
    first, second = f"{ANN},{BO},yes\n", f"{ANN},,\n"
    rows = first + second if opts_out == "first" else second + first
    number = load(session, f"Phone,Phone 2,Do not call\n{rows}", Destination("Leads", existing=existing))
    assert (numbers(session), callable_numbers(session)) == ({ANN, BO}, set())
    member = as_member(session)
    assert len(imports.undo(member, number).kept) == 1
    assert numbers(session) == {ANN, BO}
    assert imports.undo(session, number).numbers_removed == 2


def test_the_old_number_of_a_marked_contact_stays_on_the_list_and_so_does_the_new_one(session: Session) -> None:
    ann = contacts.add(session, {"phone": ANN})
    bulk.set_do_not_call(session, [ann.id], do_not_call=True)
    assert contacts.edit(session, ann.id, {"phone": BO}).do_not_call
    assert contacts.add(session, {"phone": ANN}).do_not_call_by == "list"
    assert numbers(session) == {ANN, BO}


@pytest.mark.parametrize("existing", ["fill", "overwrite"])
def test_the_first_phone_of_a_marked_contact_comes_on_the_list(session: Session, existing: str) -> None:
    ann = contacts.add(session, {"email": "ann@example.com", "do_not_call": "yes"})
    assert numbers(session) == set()
    number = load(session, f"email,phone\nann@example.com,{ANN}\n", Destination("Leads", existing=existing))
    assert numbers(session) == {ANN}
    imports.undo(session, number)
    assert (contacts.get(session, ann.id).phone, contacts.get(session, ann.id).do_not_call) == ("", True)
    assert numbers(session) == set()
    assert contacts.edit(session, ann.id, {"phone": BO}).do_not_call
    assert numbers(session) == {BO}


def test_a_contact_that_gets_a_listed_phone_by_an_import_is_as_it_was_after_the_undo(session: Session) -> None:
    changes.add(session, ANN)
    ann = contacts.add(session, {"email": "ann@example.com"})
    number = load(session, f"email,phone\nann@example.com,{ANN}\n", Destination("Leads"))
    assert contacts.get(session, ann.id).do_not_call_by == "list"
    imports.undo(session, number)
    assert contacts.get(session, ann.id) == ann
    assert numbers(session) == {ANN}


def test_a_number_that_two_imports_mark_stays_when_one_of_them_is_undone(session: Session) -> None:
    content = f"phone,Do not call\n{ANN},yes\n"
    first, second = (load(session, content, Destination(name)) for name in ("A", "B"))
    imports.undo(session, first)
    assert (numbers(session), callable_numbers(session)) == ({ANN}, set())
    assert imports.undo(session, second).numbers_removed == 1
    assert numbers(session) == set()


def test_a_mark_set_again_by_hand_stays_when_its_import_is_undone(session: Session) -> None:
    number = load(session, f"phone,Do not call\n{ANN},yes\n", Destination("Leads"))
    ann = contacts.by_id_or_phone(session, ANN)
    assert contacts.edit(session, ann.id, {"do_not_call": "yes"}) == ann
    report = imports.undo(session, number)
    assert (numbers(session), report.numbers_removed) == ({ANN}, 0)
    changes.remove(session, ANN)
    assert numbers(session) == set()


def test_clearing_a_mark_and_changing_the_phone_are_two_things(session: Session) -> None:
    ann = contacts.add(session, {"phone": ANN, "do_not_call": "yes"})
    with pytest.raises(SegtuiError, match="in two steps"):
        contacts.edit(session, ann.id, {"phone": BO, "do_not_call": "no"})
    assert numbers(session) == {ANN}


# Who may


def test_nobody_but_an_admin_clears_the_mark_of_a_number(session: Session) -> None:
    ann = contacts.add(session, {"phone": ANN})
    cy = contacts.add(session, {"email": "cy@example.com", "do_not_call": "yes"})
    member = as_member(session)
    contacts.edit(member, ann.id, {"do_not_call": "yes"})
    with pytest.raises(NotAllowed, match="for admins"):
        contacts.edit(member, ann.id, {"do_not_call": "no"})
    with pytest.raises(NotAllowed, match="for admins"):
        bulk.set_do_not_call(member, [ann.id, cy.id], do_not_call=False)
    with pytest.raises(NotAllowed, match="for admins"):
        changes.remove_all(member, [ANN])
    assert contacts.get(session, cy.id).do_not_call
    # Without a number there is nothing that comes off the list.
    assert bulk.set_do_not_call(member, [cy.id], do_not_call=False) == 1
    assert (numbers(session), callable_numbers(session)) == ({ANN}, set())


def test_a_member_does_not_undo_a_mark_and_the_undo_before_it_comes_next(session: Session) -> None:
    member = as_member(session)
    assert member.history is not None
    segments.create(member, "Leads")
    ann = contacts.add(session, {"phone": ANN})
    contacts.edit(member, ann.id, {"do_not_call": "yes"})
    bulk.set_do_not_call(member, [contacts.add(session, {"phone": BO}).id], do_not_call=True)
    changes.add(member, CY)
    for _ in range(3):
        with pytest.raises(Conflict, match="for admins"):
            member.history.undo_last(member, confirmed=True)
    assert numbers(session) == {ANN, BO, CY}
    assert member.history.undo_last(member) == "Undone: “Leads” is gone."


def test_what_else_a_member_changed_with_a_mark_is_undone(session: Session) -> None:
    member = as_member(session)
    ann = contacts.add(session, {"phone": ANN, "first_name": "Ann", "city": "Oslo"})
    contacts.edit(member, ann.id, {"do_not_call": "yes", "city": "Rome"})
    assert member.history is not None
    said = member.history.undo_last(member)
    assert said.endswith("Ann stays marked: +1 602 555 0101 is on the do-not-call list.")
    after = contacts.get(session, ann.id)
    assert (after.city, after.do_not_call) == ("Oslo", True)


def test_the_undo_of_an_import_by_a_member_leaves_numbers_and_marks_and_says_so(world: World) -> None:
    member = world.as_role(Role.MEMBER)
    boss = world.owner.bound_to(world.main.company)
    contacts.add(boss, {"phone": "+12125550100"})
    number = load(member, "phone\n+12125550100\n+12125550101\n", Destination(do_not_call=True))
    marking = load(member, "phone,Do not call\n+12125550102,yes\n", Destination("New"))
    before = numbers(boss)
    report = imports.undo(member, number)
    assert (report.numbers_removed, len(report.kept)) == (0, 1)
    assert report.kept[0].startswith("2 numbers of it stay on the do-not-call list")
    assert "admin" in report.kept[0]
    imports.undo(member, marking)
    assert numbers(boss) == before
    assert contacts.by_id_or_phone(boss, "+12125550100").do_not_call
    with pytest.raises(Conflict, match="already undone"):
        imports.undo(member, number)
    # An admin takes off what was left.
    assert imports.undo(boss, number).numbers_removed == 2
    assert "+12125550100" in callable_numbers(boss)
    with pytest.raises(Conflict, match="already undone"):
        imports.undo(boss, number)
    with boss.read() as tx:
        audit = core_tables.audit
        entry = select(audit.c.detail, audit.c.count).where(tx.scope(audit), audit.c.action == "do_not_call.remove")
        assert [tuple(row) for row in tx.execute(entry)] == [
            (f"undo of import {number}: +12125550100, +12125550101", 2)
        ]


# Undo and redo


def test_an_undo_asks_before_it_lets_anybody_be_called_and_so_does_a_redo(mine: Session, session: Session) -> None:
    assert mine.history is not None
    ids = [contacts.add(session, {"phone": f"+160255501{n:02}", "first_name": f"P{n}"}).id for n in range(7)]
    bulk.set_do_not_call(mine, ids, do_not_call=True)
    with pytest.raises(ConsentNeeded) as raised:
        mine.history.undo_last(mine)
    assert raised.value.consequence == (
        "P0, P1, P2, P3, P4 and 2 more may be called again. 7 numbers come off the do-not-call list."
    )
    assert callable_numbers(session) == set()
    mine.history.undo_last(mine, confirmed=True)
    assert len(callable_numbers(session)) == 7
    # Marking again asks nothing; clearing again does.
    mine.history.redo_last(mine)
    assert callable_numbers(session) == set()
    bulk.set_do_not_call(mine, ids[:1], do_not_call=False)
    mine.history.undo_last(mine)
    with pytest.raises(ConsentNeeded, match="P0 may be called again"):
        mine.history.redo_last(mine)
    mine.history.redo_last(mine, confirmed=True)
    assert callable_numbers(session) == {"+16025550100"}


# Any sequence of changes

_STEPS = (
    "mark", "mark all", "clear", "clear all", "phone", "add", "delete", "delete all", "list", "unlist", "undo", "undo",
    "redo", "import", "import list", "import undo", "email",
)  # fmt: skip
_PHONES = (ANN, BO, CY)


class _World:
    def __init__(self, session: Session) -> None:
        self.admin = replace(session, history=UndoStack())
        self.member = as_member(session)
        self.history = {True: self.admin.history, False: self.member.history}
        self.imports: list[int] = []
        with session.write() as tx:
            contacts.delete_contacts(
                tx, list(tx.execute(select(core_tables.contacts.c.id).where(tx.scope(core_tables.contacts))).scalars())
            )
            tx.execute(core_tables.do_not_call_list.delete().where(tx.scope(core_tables.do_not_call_list)))
            search_index.after_change(tx)

    def ids(self) -> list[int]:
        return sorted(contacts.listing(self.admin, ContactQuery()).ids())

    def step(self, what: str, session: Session, a: int, b: int, *, confirmed: bool) -> None:
        ids, phone = self.ids(), _PHONES[b]
        contact_id = ids[a % len(ids)] if ids else 0
        history = session.history
        assert history is not None
        steps: dict[str, Callable[[], object]] = {
            "mark": lambda: contacts.edit(session, contact_id, {"do_not_call": "yes"}),
            "clear": lambda: contacts.edit(session, contact_id, {"do_not_call": "no"}),
            "mark all": lambda: bulk.set_do_not_call(session, ContactQuery(), do_not_call=True),
            "clear all": lambda: bulk.set_do_not_call(session, ContactQuery(), do_not_call=False),
            "phone": lambda: contacts.edit(session, contact_id, {"phone": phone, "email": f"{a}@example.com"}),
            "email": lambda: contacts.edit(session, contact_id, {"phone": "", "email": f"{a}@example.com"}),
            "add": lambda: contacts.add(session, {"phone": phone, "email": f"{a}@example.com"}),
            "delete": lambda: contacts.delete(session, contact_id),
            "delete all": lambda: bulk.delete(session, ContactQuery()),
            "list": lambda: changes.add(session, phone),
            "unlist": lambda: changes.remove(session, phone),
            "undo": lambda: history.undo_last(session, confirmed=confirmed),
            "redo": lambda: history.redo_last(session, confirmed=confirmed),
            "import": lambda: self._import(session, a, phone),
            "import list": lambda: self._import_list(session, phone),
            "import undo": lambda: imports.undo(session, self.imports[a % len(self.imports)]) if self.imports else None,
        }
        try:
            steps[what]()
        except SegtuiError:
            return

    def _import_list(self, session: Session, phone: str) -> None:
        self.imports.append(load(session, f"phone\n{phone}\n", Destination(do_not_call=True)))

    def _import(self, session: Session, a: int, phone: str) -> None:
        mode, marked = ("fill", "overwrite", "keep")[a % 3], "yes" if a % 2 else ""
        content = f"phone,email,do not call\n{phone},{a}@example.com,{marked}\n"
        self.imports.append(load(session, content, Destination("Leads", existing=mode)))


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(_STEPS), st.booleans(), st.booleans(), st.integers(0, 3), st.integers(0, 2)),
        max_size=14,
    )
)
def test_a_number_once_opted_out_is_never_callable_until_an_admin_takes_it_off(
    session: Session, steps: list[tuple[str, bool, bool, int, int]]
) -> None:
    world = _World(session)
    for what, by_admin, confirmed, a, b in steps:
        before = numbers(session)
        world.step(what, world.admin if by_admin else world.member, a, b, confirmed=confirmed)
        after = numbers(session)
        # What takes a number off is an admin's, and asks first where it is an undo or a redo.
        may_release = by_admin and (
            what in {"clear", "clear all", "unlist", "import undo"} or (what in {"undo", "redo"} and confirmed)
        )
        if not may_release:
            assert after >= before, f"{what} took {before - after} off"
        assert not after & callable_numbers(session)
    assert maintenance.check(session.database) == []


# What was marked before numbers were listed


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)  # no older schema was partitioned
def test_marks_of_before_come_on_the_list(database_url: str) -> None:
    database = open_database(database_url, create=False)
    session = open_session(database, source="test")
    by_hand = contacts.add(session, {"phone": ANN, "do_not_call": "yes"})
    load(session, f"phone,Do not call\n{BO},yes\n", Destination("Leads"))
    listed = load(session, f"phone\n{CY}\n+16025550104\n", Destination(do_not_call=True))
    contacts.add(session, {"phone": CY})
    contacts.add(session, {"phone": "+16025550104"})
    contacts.add(session, {"phone": "+16025550105"})
    with session.read() as tx:
        before = {each.phone: dict(each.sources) for each in do_not_call.listed(tx, [*_PHONES, "+16025550104"])}
    with database.engine.execution_options(writes=True, every_company=True).begin() as connection:
        connection.execute(text("DELETE FROM do_not_call_list WHERE import_id <> :listed"), {"listed": listed})
        connection.execute(text("UPDATE contacts SET do_not_call = 0 WHERE phone = '+16025550104'"))
    take_back_to_0006(database)
    database.close()
    older = open_database(database_url, create=False, any_version=True)
    maintenance.upgrade(older)
    older.close()
    database = open_database(database_url, create=False)
    session = open_session(database, source="test")
    with session.read() as tx:
        after = {each.phone: dict(each.sources) for each in do_not_call.listed(tx, [*_PHONES, "+16025550104"])}
        assert next(do_not_call.listed(tx, [ANN])).by == session.actor.login
    assert after == before
    assert callable_numbers(session) == {"+16025550105"}
    assert contacts.get(session, by_hand.id) == by_hand
    assert maintenance.check(database) == []
    database.close()


def test_an_import_that_keeps_contacts_as_they_are_marks_whom_its_file_marks(session: Session) -> None:
    row = {**dict.fromkeys(FIELDS, ""), "phone": "+16025550101", "city": "Oslo"}
    import_rows(session, [row], Destination("Leads"))
    again = {**row, "city": "Rome", "do_not_call": "yes"}
    import_rows(session, [again], Destination("Leads", existing="keep"))
    (person,) = shown(session)
    assert (person["city"], person["do_not_call"]) == ("Oslo", "yes")
    with session.read() as tx:
        assert opt_outs.is_listed(tx, "+16025550101")
