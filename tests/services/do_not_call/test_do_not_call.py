"""The do-not-call list: what is on it and how it is found, and how marks come and go with it, on both databases."""

import io
from dataclasses import replace

import pytest
from sqlalchemy import select

from segtui.database.tables.core_tables import audit
from segtui.domain.vocabulary import Role
from segtui.errors import InvalidInput, NotAllowed, NotFound
from segtui.services import imports
from segtui.services.contacts import contacts as contact_service
from segtui.services.contacts.contacts import Contact
from segtui.services.do_not_call import do_not_call
from segtui.services.do_not_call import do_not_call_editing as changes
from segtui.services.do_not_call.do_not_call import DoNotCallQuery, Listed
from segtui.services.do_not_call.opt_outs import BY_HAND
from segtui.services.imports import Destination, ImportRequest
from segtui.services.session import Session
from segtui.services.undo import UndoStack
from tests.conftest import TwoCompanies
from tests.support.canaries import World


@pytest.fixture
def session(session: Session) -> Session:
    """Return a session that remembers what it changed."""
    return replace(session, history=UndoStack())


def load(session: Session, *phones: str, name: str = "blocked.csv") -> int:
    """Import a do-not-call list, and return the import's id."""
    text = "phone\n" + "".join(f"{phone}\n" for phone in phones)
    request = ImportRequest(None, io.BytesIO(text.encode()), name=name, destination=Destination(do_not_call=True))
    # Somebody else's: it is not in the history of the session.
    done = imports.run(replace(session, history=None), request)
    assert done.import_id is not None
    return done.import_id


def person(session: Session, phone: str, **fields: str) -> Contact:
    """Make a contact."""
    return contact_service.add(session, {"phone": phone, **fields})


def found(session: Session, search: str = "", sort: str = "phone", *, descending: bool = False) -> list[str]:
    """Return the numbers that are found, as pages and as a whole."""
    query = DoNotCallQuery(search, sort, descending)
    listing = do_not_call.listing(session, query)
    first = [each.phone for each in listing.first(100)]
    assert [f"+{each}" for each in do_not_call.listing(session, query).ids()] == first
    return first


def mark(session: Session, contact: Contact) -> tuple[bool, str]:
    """Return whether a contact must not be called, and by whom."""
    now = contact_service.get(session, contact.id)
    return now.do_not_call, now.do_not_call_by


def one(session: Session, phone: str) -> Listed:
    """Return a number of the list."""
    with session.read() as tx:
        return next(do_not_call.listed(tx, [phone]))


# The list


def test_each_number_says_since_when_by_whom_from_where_and_whose_it_is(session: Session) -> None:
    ada = person(session, "+16025550100", first_name="Ada")
    first = load(session, "602 555 0100", "602 555 0101")
    second = load(session, "602 555 0100", name="more.csv")
    changes.add(session, "+1 602 555 0100")
    listed = one(session, "+16025550100")
    assert dict(listed.sources) == {first: "blocked.csv", second: "more.csv", BY_HAND: ""}
    assert (listed.by, listed.contact and listed.contact.id) == (session.actor.login, ada.id)
    assert listed.since == min(one(session, "+16025550101").since, listed.since)
    assert (listed.id, one(session, "+16025550101").contact) == (16025550100, None)
    assert do_not_call.total(session) == 2
    listing = do_not_call.listing(session, DoNotCallQuery())
    assert listing.belonging([16025550100, 16025550109]) == {16025550100}


def test_it_is_searched_by_digits_contact_file_and_who_listed_it(session: Session) -> None:
    person(session, "+16025550100", first_name="Zoë", last_name="Müller")
    load(session, "602 555 0100", "+44 20 7946 0018")
    load(session, "+1 480 555 0177", name="Complaints May.csv")
    changes.add(session, "+34 612 34 56 78")
    us, gb, other, es = "+16025550100", "+442079460018", "+14805550177", "+34612345678"
    assert found(session) == [other, us, es, gb]
    expected = {
        "602 555": [us], "(602)555": [us], "0100": [us], "+1602": [us], "020 7946": [gb], "3461": [es],
        "muller": [us], "zoe mul": [us], "zoe 0177": [], "complaints": [other], "may 480": [other],
        "by hand": [es], "blocked": [us, gb], "6 0 2": [us, gb], "xyz": [], "%": [], "_": [],
        session.actor.login: [other, us, es, gb],
    }  # fmt: skip
    for typed, phones in expected.items():
        assert found(session, typed) == phones, typed


def test_it_is_sorted_by_number_and_by_when(session: Session) -> None:
    for phone in ("+16025550103", "+16025550101", "+16025550102"):
        changes.add(session, phone)
    load(session, "+16025550103")
    assert found(session, descending=True) == ["+16025550103", "+16025550102", "+16025550101"]
    assert found(session, sort="since") == ["+16025550103", "+16025550101", "+16025550102"]
    assert found(session, sort="since", descending=True) == ["+16025550102", "+16025550101", "+16025550103"]
    with pytest.raises(InvalidInput, match="sorted by"):
        do_not_call.listing(session, DoNotCallQuery(sort="mood"))


def test_its_state_is_another_one_after_every_change(session: Session) -> None:
    seen = [do_not_call.state_of(session)]
    number = load(session, "+16025550100")
    seen.append(do_not_call.state_of(session))
    changes.add(session, "+16025550101")
    seen.append(do_not_call.state_of(session))
    changes.remove(session, "+16025550101")
    seen.append(do_not_call.state_of(session))
    imports.undo(session, number)
    seen.append(do_not_call.state_of(session))
    assert all(one != other for at, one in enumerate(seen) for other in seen[:at])
    assert seen[-1] == do_not_call.state_of(session)


# Adding


def test_numbers_are_added_in_any_form_and_their_contacts_marked(session: Session) -> None:
    ada, finn = person(session, "+16025550100"), person(session, "+16025550101", do_not_call="yes")
    done = changes.add(session, "602 555 0100, (602) 555-0101\n+34 612 34 56 78;602.555.0100")
    assert done == changes.Added(("+16025550100", "+16025550101", "+34612345678"), 1, 1)
    assert mark(session, ada) == (True, "list")
    assert mark(session, finn) == (True, f"user:{session.actor.login}")
    # Who comes later is marked too.
    assert mark(session, person(session, "+34612345678")) == (True, "list")
    assert changes.preview(session, "602 555 0100,602 555 0109") == changes.Added(
        ("+16025550100", "+16025550109"), 1, 0
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "Type a phone number"), (" ,; ", "Type a phone"), ("602 555 0100, 12", "“12” is not a valid phone number")],
)
def test_what_is_no_number_is_refused_and_nothing_is_added(session: Session, text: str, says: str) -> None:
    with pytest.raises(InvalidInput, match=says) as raised:
        changes.add(session, text)
    assert raised.value.field == "phones"
    assert do_not_call.total(session) == 0


def test_very_many_are_a_file(session: Session) -> None:
    with pytest.raises(InvalidInput, match="takes a whole file"):
        changes.add(session, ",".join(["+16025550100"] * (changes.MAX_NUMBERS + 1)))


def test_a_mark_that_was_cleared_by_hand_comes_back_when_the_number_is_added_again(session: Session) -> None:
    ada = person(session, "+16025550100")
    changes.add(session, "+16025550100")
    contact_service.edit(session, ada.id, {"do_not_call": "no"})
    assert found(session) == []
    assert changes.add(session, "+16025550100") == changes.Added(("+16025550100",), 0, 1)
    assert mark(session, ada) == (True, "list")


def test_what_was_added_by_hand_stays_when_an_import_is_undone(session: Session) -> None:
    ada = person(session, "+16025550100")
    number = load(session, "+16025550100", "+16025550101")
    changes.add(session, "+16025550100")
    later = person(session, "+16025550101")
    imports.undo(session, number)
    assert found(session) == ["+16025550100"]
    assert mark(session, ada) == (True, "list")
    assert mark(session, later) == (False, "")


def test_an_import_clears_nothing_of_what_was_added(session: Session) -> None:
    ada = person(session, "+16025550100")
    changes.add(session, "+16025550100")
    text = "phone,do_not_call\n+16025550100,no\n"
    imports.run(
        session,
        ImportRequest(
            None, io.BytesIO(text.encode()), name="x.csv", destination=Destination("Leads", existing="overwrite")
        ),
    )
    assert mark(session, ada) == (True, "list")


# Taking away


def test_taking_a_number_off_clears_the_mark_that_the_list_set(session: Session) -> None:
    before = person(session, "+16025550100")
    load(session, "+16025550100", "+16025550101")
    after = person(session, "+16025550101")
    changes.remove(session, "+16025550100")
    changes.remove(session, "+16025550101")
    assert mark(session, before) == mark(session, after) == (False, "")
    assert found(session) == []
    with pytest.raises(NotFound, match="is not on the do-not-call list"):
        changes.remove(session, "+16025550100")


def test_a_mark_goes_with_the_number_also_where_somebody_else_set_it(session: Session) -> None:
    by_hand = person(session, "+16025550100", do_not_call="yes")
    text = "phone,do_not_call\n+16025550101,yes\n"
    imports.run(session, ImportRequest(None, io.BytesIO(text.encode()), name="x.csv", destination=Destination("Leads")))
    load(session, "+16025550100", "+16025550101")
    for phone in ("+16025550100", "+16025550101"):
        changes.remove(session, phone)
    assert mark(session, by_hand) == (False, "")
    assert not contact_service.by_id_or_phone(session, "+16025550101").do_not_call


def test_an_import_can_be_undone_after_one_of_its_numbers_was_taken_off(session: Session) -> None:
    ada, finn = person(session, "+16025550100"), person(session, "+16025550101")
    number = load(session, "+16025550100", "+16025550101")
    changes.remove(session, "+16025550100")
    imports.undo(session, number)
    assert mark(session, ada) == mark(session, finn) == (False, "")


# Undo


def test_adding_can_be_undone(session: Session) -> None:
    assert session.history is not None
    ada, marked = person(session, "+16025550100"), person(session, "+16025550101", do_not_call="yes")
    load(session, "+16025550101", "+16025550102")
    was = contact_service.get(session, ada.id)
    changes.add(session, "+16025550100,+16025550101,+16025550102")
    assert session.history.undo_last(session, confirmed=True) == (
        "1 contact may be called again; 1 number was taken off the do-not-call list."
    )
    assert found(session) == ["+16025550101", "+16025550102"]
    assert contact_service.get(session, ada.id) == was
    assert mark(session, marked)[0]
    # What is done again is done as before, and undone again.
    session.history.redo_last(session)
    assert found(session) == ["+16025550100", "+16025550101", "+16025550102"]
    assert mark(session, ada) == (True, "list")
    session.history.undo_last(session, confirmed=True)
    assert found(session) == ["+16025550101", "+16025550102"]


def test_undoing_leaves_what_an_import_listed_since(session: Session) -> None:
    assert session.history is not None
    ada = person(session, "+16025550100")
    changes.add(session, "+16025550100")
    load(session, "+16025550100")
    session.history.undo_last(session, confirmed=True)
    assert found(session) == ["+16025550100"]
    assert mark(session, ada) == (True, "list")


def test_taking_off_can_be_undone_as_far_as_it_would_still_be_listed(session: Session) -> None:
    assert session.history is not None
    ada = person(session, "+16025550100")
    number = load(session, "+16025550100")
    changes.add(session, "+16025550100")
    before = one(session, "+16025550100")
    changes.remove(session, "+16025550100")
    session.history.undo_last(session, confirmed=True)
    after = one(session, "+16025550100")
    assert (after.since, after.by, after.sources) == (before.since, before.by, before.sources)
    assert mark(session, ada) == (True, f"import:{number}")
    changes.remove(session, "+16025550100")
    imports.undo(session, number)
    session.history.undo_last(session, confirmed=True)
    assert dict(one(session, "+16025550100").sources) == {BY_HAND: ""}


def test_who_came_while_a_number_was_off_is_marked_when_it_is_put_back(session: Session) -> None:
    assert session.history is not None
    changes.add(session, "+16025550100")
    changes.remove(session, "+16025550100")
    came = person(replace(session, history=None), "+16025550100")  # by somebody else
    session.history.undo_last(session, confirmed=True)
    assert found(session) == ["+16025550100"]
    assert mark(session, came) == (True, "list")


# Who may


def test_members_add_admins_take_away_and_the_trail_has_it(world: World) -> None:
    viewer, member = world.as_role(Role.VIEWER), world.as_role(Role.MEMBER)
    with pytest.raises(NotAllowed):
        changes.add(viewer, "+12125550123")
    changes.add(member, "+12125550123")
    with pytest.raises(NotAllowed, match="admins"):
        changes.remove(member, "+12125550123")
    assert "+12125550123" in found(world.as_role(Role.VIEWER))
    boss = world.as_role(Role.ADMIN).bound_to(world.main.company)
    changes.remove(boss, "+12125550123")
    with boss.read() as tx:
        entries = select(audit.c.action, audit.c.object).where(tx.scope(audit), audit.c.action.like("do_not_call%"))
        assert [tuple(row) for row in tx.execute(entries.order_by(audit.c.id))] == [
            ("do_not_call.add", "+12125550123"),
            ("do_not_call.remove", "+12125550123"),
        ]


def test_each_company_has_a_list_of_its_own(two_companies: TwoCompanies) -> None:
    main, other = two_companies.main, two_companies.other
    theirs = person(other, "+16025550100")
    changes.add(main, "+16025550100")
    assert found(other) == []
    assert mark(other, theirs) == (False, "")
    with pytest.raises(NotFound):
        changes.remove(other, "+16025550100")
    with pytest.raises(InvalidInput, match="several companies"):
        do_not_call.listing(two_companies.both, DoNotCallQuery())
