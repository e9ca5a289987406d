"""Saved views: who sees and changes them, what they select, and their undo."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from segtui.database.tables.core_tables import audit
from segtui.domain.criteria.tree import AllOf, Comparison, Criteria
from segtui.domain.vocabulary import Role
from segtui.errors import Conflict, InvalidInput, NameTaken, NotAllowed, NotFound
from segtui.services.accounts import users
from segtui.services.accounts.sign_in import open_session_for
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.maintenance import maintenance
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.services.undo import UndoStack
from segtui.services.views import views
from segtui.services.views.views import ViewContent
from tests.conftest import TwoCompanies
from tests.support.canaries import World
from tests.support.public_keys import ed25519_line

_WEBINAR = Comparison("source", "=", ("Webinar",))
_CONTENT = ViewContent(
    search="finn", criteria=_WEBINAR, sort="custom.Plan", descending=True, columns=("name", "region", "custom.Plan")
)


@pytest.fixture
def mine(session: Session) -> Session:
    """Return a session with a history."""
    return replace(session, history=UndoStack())


def _user(owner: Session, login: str, role: Role = Role.MEMBER) -> Session:
    from segtui.services.accounts import login_keys

    users.add(owner, login, company=owner.one_company.name, role=role)
    key = login_keys.add(owner, login, ed25519_line(sum(login.encode()) % 250 + 1))
    return open_session_for(owner.database, login, key.fingerprint, "192.0.2.1")


def test_a_view_comes_back_as_it_was_saved(session: Session) -> None:
    view = views.save(session, " Plans ", _CONTENT)
    assert view.name == "Plans"
    assert not view.is_private
    assert views.every(session) == [view]
    assert views.by_name(session, "pLANS") == view
    assert views.get(session, view.id) == view
    assert ViewContent(**{name: getattr(view, name) for name in ViewContent.__dataclass_fields__}) == _CONTENT
    query = views.query_of(view)
    assert (query.search, query.criteria, query.sort, query.descending) == ("finn", _WEBINAR, "custom.Plan", True)
    assert views.query_of(view, 17).segment_id == 17


def test_a_name_is_taken_once_for_the_company_and_once_for_each_user(session: Session) -> None:
    company = views.save(session, "Plans", _CONTENT)
    own = views.save(session, "PLANS", ViewContent(), private=True)
    assert views.by_name(session, "plans") == own
    assert views.by_name(session, "plans", private=False) == company
    assert [view.id for view in views.every(session)] == [own.id, company.id]
    assert views.is_there(session, "plans", private=True)
    assert not views.is_there(session, "others", private=True)
    for private in (True, False):
        with pytest.raises(NameTaken, match="already a view “plans”"):
            views.save(session, "plans", ViewContent(), private=private)
    replaced = views.save(session, "plans", ViewContent(search="x"), replacing=True)
    assert (replaced.id, replaced.name, replaced.search, replaced.criteria) == (company.id, "plans", "x", None)


def test_members_save_viewers_use_and_private_views_are_seen_by_their_owner_alone(session: Session) -> None:
    alice, bob, eve = _user(session, "alice"), _user(session, "bob"), _user(session, "eve", Role.VIEWER)
    shared = views.save(alice, "Shared", _CONTENT)
    own = views.save(alice, "Own", _CONTENT, private=True)
    assert [view.name for view in views.every(alice)] == ["Own", "Shared"]
    for other in (bob, eve):
        assert [view.name for view in views.every(other)] == ["Shared"]
        with pytest.raises(NotFound, match="no view “Own”"):
            views.by_name(other, "Own")
        with pytest.raises(NotFound):
            views.get(other, own.id)
    for change in (views.delete, lambda user, key: views.rename(user, key, "Theirs")):
        with pytest.raises(NotFound):
            change(bob, own.id)
        with pytest.raises(NotAllowed):
            change(eve, shared.id)
    with pytest.raises(NotAllowed):
        views.save(eve, "Mine", _CONTENT, private=True)
    assert views.query_of(views.by_name(eve, "shared")).search == "finn"
    assert views.rename(bob, shared.id, "Common").name == "Common"
    assert views.delete(bob, shared.id).name == "Common"
    assert views.delete(session, own.id).name == "Own"
    assert views.every(alice) == []


def test_private_views_go_with_their_owner(session: Session) -> None:
    alice = _user(session, "alice")
    views.save(alice, "Own", _CONTENT, private=True)
    views.save(alice, "Shared", _CONTENT)
    users.remove(session, "alice")
    assert [view.name for view in views.every(_user(session, "alice"))] == ["Shared"]


def test_a_view_follows_a_segment_that_is_renamed_and_says_when_it_is_gone(session: Session) -> None:
    leads = segments.create(session, "Leads")
    view = views.save(session, "In leads", ViewContent(criteria=Comparison("segment", "=", ("leads",))))
    segments.edit(session, leads.id, name="Called")
    assert views.by_name(session, "in leads").criteria == Comparison("segment", "=", ("Called",))
    segments.delete(session, leads.id)
    gone = views.by_name(session, "in leads")
    assert gone.problem
    with pytest.raises(Conflict, match="“In leads” cannot be used any more"):
        views.query_of(gone)
    assert views.delete(session, view.id).name == "In leads"


def test_a_view_by_the_day_of_joining_is_one_of_a_segment(session: Session) -> None:
    criteria = Comparison("joined", ">=", ("2026-01-01",))
    for content in (ViewContent(criteria=criteria), ViewContent(sort="joined")):
        view = views.save(session, "New", content, replacing=True)
        with pytest.raises(InvalidInput, match="use it in a segment"):
            views.query_of(view)
        assert views.query_of(view, 3).segment_id == 3


def test_changes_are_undone_and_done_again_unless_others_changed_the_view(mine: Session, session: Session) -> None:
    history = mine.history
    assert history is not None
    states: list[list[views.View]] = [[]]
    view = views.save(mine, "Plans", _CONTENT)
    states.append(views.every(session))
    views.rename(mine, view.id, "Tariffs")
    states.append(views.every(session))
    views.save(mine, "tariffs", ViewContent(search="x"), replacing=True)
    states.append(views.every(session))
    views.delete(mine, view.id)
    told = []
    for state in reversed(states):
        told.append(history.undo_last(mine))
        assert views.every(session) == state
    assert told == [
        "The view “tariffs” is back.",
        "The view “tariffs” is “Tariffs” again.",
        "The view “Tariffs” is “Plans” again.",
        "The view “Plans” is gone again.",
    ]
    for state in states[1:]:
        history.redo_last(mine)
        assert views.every(session) == state
    views.rename(session, view.id, "Theirs")
    with pytest.raises(Conflict, match="“Theirs” was changed again meanwhile"):
        history.undo_last(mine)
    assert maintenance.check(mine.database) == []


def test_every_change_is_in_the_audit_trail(session: Session) -> None:
    view = views.save(session, "Plans", _CONTENT, private=True)
    views.rename(session, view.id, "Tariffs")
    views.rename(session, view.id, "Tariffs")
    views.delete(session, view.id)
    with session.read() as tx:
        rows = tx.execute(select(audit).where(tx.scope(audit)).order_by(audit.c.id)).all()
    assert [(row.action, row.object, row.detail) for row in rows] == [
        ("view.save", "Plans", "private"),
        ("view.rename", "Tariffs", "renamed from Plans"),
        ("view.delete", "Tariffs", "private"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("  ", ViewContent(), "A view needs a name"),
        ("x" * 121, ViewContent(), "at most 120 characters"),
        ("View", ViewContent(search="x" * 10_001), "at most 10,000"),
        ("View", ViewContent(sort="nick"), "There is no field “nick”"),
        ("View", ViewContent(columns=("name", "nick")), "There is no field “nick”"),
        ("View", ViewContent(criteria=Comparison("segment", "=", ("Nowhere",))), "no segment “Nowhere”"),
    ],
)
def test_a_wrong_view_is_refused(session: Session, name: str, content: ViewContent, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        views.save(session, name, content)
    assert views.every(session) == []


def test_views_of_companies_are_apart(two_companies: TwoCompanies) -> None:
    main, other, both = two_companies.main, two_companies.other, two_companies.both
    first, second = (views.save(session, "Plans", _CONTENT) for session in (main, other))
    assert views.every(main) == [first]
    assert [(view.name, view.company) for view in views.every(both)] == [("Plans", "Main"), ("Plans", "Other")]
    with pytest.raises(InvalidInput, match="Several companies have a view"):
        views.by_name(both, "plans")
    with pytest.raises(NotFound):
        views.delete(main, second.id)
    with pytest.raises(InvalidInput, match="several companies"):
        views.save(both, "Plans", _CONTENT)
    assert views.delete(both, second.id) == second


def test_the_query_of_a_view_lists_what_the_view_means(session: Session) -> None:
    for number, source in enumerate(("Webinar", "webinar", "Fair")):
        contacts.add(session, {"phone": f"+1602555010{number}", "first_name": "Finn", "source": source, "city": "Oslo"})
    contacts.add(session, {"phone": "+16025550109", "first_name": "Finn", "source": "Webinar", "city": "Rome"})
    criteria: Criteria = AllOf((_WEBINAR, Comparison("city", "!=", ("Rome",))))
    view = views.save(session, "Norway", ViewContent(search="fin", criteria=criteria, sort="phone", descending=True))
    listing = contacts.listing(session, views.query_of(view))
    assert [listing.rows([key])[key].phone for key in listing.ids()] == ["+16025550101", "+16025550100"]
    assert views.query_of(view) == ContactQuery(None, "fin", criteria=criteria, sort="phone", descending=True)


def test_a_hostile_name_is_shown_clean(world: World) -> None:
    member = replace(world.as_role(Role.MEMBER), history=UndoStack())
    view = views.save(member, "a\x1b[31m\u202eb", ViewContent())
    assert "\x1b" not in view.name
    assert member.history is not None
    assert "\u202e" not in member.history.undo_last(member)
