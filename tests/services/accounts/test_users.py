"""Users, their keys, and what a session of theirs is."""

from collections.abc import Callable

import pytest

from segtui.domain.vocabulary import Role
from segtui.errors import Conflict, InvalidInput, NameTaken, NotAllowed, NotFound, SignedOut
from segtui.services.accounts import companies, login_keys, users
from segtui.services.accounts.sign_in import open_session_for
from segtui.services.audit import audit_queries
from segtui.services.audit.audit_queries import TrailQuery
from segtui.services.segments import segments
from segtui.services.segments.segments import SegmentQuery
from segtui.services.session import Session
from tests.conftest import TwoCompanies
from tests.support.public_keys import ed25519_line, fingerprint_of

KEY = ed25519_line(1, "alice@laptop")


@pytest.fixture
def alice(session: Session) -> Session:
    """Return the session of a member who signed in with her key."""
    users.add(session, "alice", name="Alice", company="Main", role=Role.MEMBER)
    login_keys.add(session, "alice", KEY)
    return _signed_in(session)


def _signed_in(session: Session, source: str = "192.0.2.1") -> Session:
    return open_session_for(session.database, "alice", fingerprint_of(KEY), source)


def _actions(session: Session, action: str) -> list[tuple[str, str, str]]:
    found = audit_queries.find(session.bound_to(None), TrailQuery(action=action))
    return [(entry.user, entry.object, entry.detail) for entry in found]


def test_users_are_listed_with_all_there_is_to_them(two_companies: TwoCompanies) -> None:
    users.add(two_companies.both, "Zoe", company="other", role=Role.VIEWER)
    users.add(two_companies.both, "amy", name="  Amy ", role=Role.ADMIN)
    zoe_key = login_keys.add(two_companies.both, "zoe", KEY)
    listed = [(each.login, each.name, each.company, each.role, each.enabled, each.keys) for each in
              users.every(two_companies.both)]  # fmt: skip
    assert listed == [
        ("amy", "Amy", None, "admin", True, ()),
        ("zoe", "", "Other", "viewer", True, (zoe_key.fingerprint,)),
    ]
    assert [each.login for each in users.every(two_companies.main)] == []
    assert [each.login for each in users.every(two_companies.other)] == ["zoe"]


@pytest.mark.parametrize("login", ["", "-x", "a b", "a/b", "é", "a" * 33, "../x", "x;y", "a\nb", "$HOME"])
def test_a_login_is_what_a_command_line_can_carry(session: Session, login: str) -> None:
    with pytest.raises(InvalidInput, match="login"):
        users.add(session, login, company="Main", role=Role.VIEWER)


def test_a_login_is_given_once_whatever_its_case(session: Session) -> None:
    users.add(session, "alice", company="Main", role=Role.VIEWER)
    with pytest.raises(NameTaken):
        users.add(session, "ALICE", role=Role.ADMIN)
    with pytest.raises(NotFound, match="Did you mean “alice”"):
        users.by_login(session, "alcie")


def test_a_role_and_a_company_go_together(session: Session) -> None:
    with pytest.raises(InvalidInput, match="belongs to a company"):
        users.add(session, "x", role=Role.MEMBER)
    with pytest.raises(InvalidInput, match="no company"):
        users.add(session, "x", company="Main", role=Role.ADMIN)
    users.add(session, "x", company="Main", role=Role.MEMBER)
    assert users.edit(session, "x", role=Role.ADMIN).company is None
    with pytest.raises(InvalidInput, match="belongs to a company"):
        users.edit(session, "x", role=Role.VIEWER)
    assert users.edit(session, "x", role=Role.VIEWER, company="Main").company == "Main"
    assert users.edit(session, "x", name="X").role is Role.VIEWER


def test_a_key_is_one_users_and_is_known_by_its_fingerprint(session: Session) -> None:
    for login in ("alice", "bob"):
        users.add(session, login, company="Main", role=Role.VIEWER)
    key = login_keys.add(session, "alice", KEY)
    assert (key.comment, key.algorithm, key.added_by) == ("alice@laptop", "ssh-ed25519", session.actor.login)
    with pytest.raises(InvalidInput, match="“alice” already has this key"):
        login_keys.add(session, "bob", KEY)
    with pytest.raises(InvalidInput, match="This user already has this key"):
        login_keys.add(session, "alice", KEY)
    found = login_keys.authorized(session.database, key.fingerprint)
    assert found is not None
    assert (found.login, found.line) == ("alice", KEY.rsplit(" ", 1)[0])
    users.edit(session, "alice", enabled=False)
    assert login_keys.authorized(session.database, key.fingerprint) is None
    assert login_keys.authorized(session.database, "SHA256:nobody") is None


def test_a_key_is_removed_by_the_beginning_of_its_fingerprint(session: Session) -> None:
    users.add(session, "alice", company="Main", role=Role.VIEWER)
    key = login_keys.add(session, "alice", KEY)
    with pytest.raises(NotFound):
        login_keys.remove(session, "alice", "SHA256:")
    with pytest.raises(NotFound):
        login_keys.remove(session, "alice", "SHA256:zzzz")
    assert login_keys.remove(session, "alice", key.fingerprint[7:15]).fingerprint == key.fingerprint
    assert login_keys.of_user(session, "alice") == []


def test_a_session_is_that_of_the_user_and_in_the_trail(session: Session, alice: Session) -> None:
    assert (alice.actor.login, alice.actor.role, alice.one_company.name) == ("alice", Role.MEMBER, "Main")
    segments.create(alice, "Leads")
    entries = audit_queries.find(session.bound_to(None), TrailQuery(user="alice"))
    assert [(each.action, each.object, each.source, each.fingerprint) for each in entries] == [
        ("segment.create", "Leads", "192.0.2.1", fingerprint_of(KEY)),
        ("sign_in", "alice", "192.0.2.1", fingerprint_of(KEY)),
    ]
    for forbidden in (None, companies.create(session, "Other")):
        with pytest.raises(NotAllowed):
            alice.bound_to(forbidden)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda s: users.edit(s, "alice", enabled=False), "disabled"),
        (lambda s: users.remove(s, "alice"), "disabled"),
        (lambda s: users.edit(s, "alice", role=Role.VIEWER), "changed"),
        (lambda s: users.edit(s, "alice", role=Role.ADMIN), "changed"),
        (lambda s: login_keys.remove(s, "alice", fingerprint_of(KEY)), "key"),
    ],
)
def test_a_session_ends_with_the_next_action_when_its_user_is_changed(
    session: Session, alice: Session, change: Callable[[Session], object], says: str
) -> None:
    assert segments.total(alice) == 0
    change(session)
    with pytest.raises(SignedOut, match=says):
        alice.demand_admitted()
    with pytest.raises(SignedOut, match=says):
        segments.find(alice, SegmentQuery())
    with pytest.raises(SignedOut):
        segments.create(alice, "Leads")
    assert segments.total(session) == 0
    assert ("alice", "segments.create") in [(user, asked) for user, asked, _ in _actions(session, "refused")]


def test_a_renamed_user_stays_signed_in(session: Session, alice: Session) -> None:
    users.edit(session, "alice", name="Alice Smith")
    assert segments.create(alice, "Leads").name == "Leads"


def test_who_may_not_sign_in_learns_nothing_about_why(session: Session, alice: Session) -> None:
    said = set()
    for login, fingerprint in (("nobody", fingerprint_of(KEY)), ("alice", "SHA256:another")):
        with pytest.raises(NotAllowed) as caught:
            open_session_for(session.database, login, fingerprint, "198.51.100.7")
        said.add(str(caught.value))
    users.edit(session, "alice", enabled=False)
    with pytest.raises(NotAllowed) as caught:
        _signed_in(session)
    assert len({*said, str(caught.value)}) == 1
    why = {detail for _, asked, detail in _actions(session, "refused") if asked == "sign_in"}
    assert why == {"no such user", "without such a key", "disabled"}


def test_nobody_but_an_admin_names_a_company(session: Session, alice: Session) -> None:
    said = set()
    for company in ("Main", "None such"):
        with pytest.raises(NotAllowed) as caught:
            open_session_for(session.database, "alice", None, "x", company=company)
        said.add(str(caught.value))
    assert len(said) == 1


def test_an_admin_who_signs_in_reaches_every_company_but_not_the_own_account(two_companies: TwoCompanies) -> None:
    users.add(two_companies.both, "boss", role=Role.ADMIN)
    boss = open_session_for(two_companies.both.database, "boss", None, "192.0.2.9")
    assert boss.company is None
    other = open_session_for(two_companies.both.database, "boss", None, "192.0.2.9", company="other")
    assert segments.create(other, "Theirs").company == "Other"
    with pytest.raises(NotFound):
        open_session_for(two_companies.both.database, "boss", None, "x", company="None such")
    with pytest.raises(Conflict, match="own account"):
        users.edit(boss, "boss", enabled=False)
    with pytest.raises(Conflict, match="own account"):
        users.edit(boss, "boss", role=Role.VIEWER, company="Main")
    with pytest.raises(Conflict, match="own account"):
        users.remove(boss, "boss")
    assert users.edit(boss, "boss", name="The Boss").name == "The Boss"


def test_refusals_are_in_the_trail(session: Session, alice: Session) -> None:
    with pytest.raises(NotAllowed):
        users.every(alice)
    users.edit(session, "alice", role=Role.VIEWER)
    viewer = _signed_in(session)
    with pytest.raises(NotAllowed):
        segments.create(viewer, "Leads")
    assert [entry[:2] for entry in _actions(session, "refused")] == [
        ("alice", "segments.create"),
        ("alice", "users.every"),
    ]
