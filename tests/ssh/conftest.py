"""A server with a real sshd, two companies and people who have keys."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from segtui.database.engine import open_database
from segtui.domain.vocabulary import Role
from segtui.services.accounts import companies, login_keys, users
from segtui.services.contacts import contact_editing as contacts
from segtui.services.segments import segments
from segtui.services.session import Session, open_session
from tests.support import namespace
from tests.support.sshd import Sshd, WarmProcess
from tests.support.sshd import server as run_server

SITE = 'database = "/var/lib/segtui/segtui.db"\nupload_megabytes = 2\n'
SECRET = "Geheimnis"


@dataclass(frozen=True)
class Office:
    """The server, and the session of who owns its database."""

    sshd: Sshd
    owner: Session
    warm: WarmProcess | None = None
    """The warm process, where one runs."""


@pytest.fixture(scope="session", params=["cold", "warm"])
def office(request: pytest.FixtureRequest, cold_office: Office) -> Iterator[Office]:
    """Yield the server without a warm process, then with one: everything is to be the same."""
    if request.param == "cold":
        yield cold_office
        return
    with cold_office.sshd.warm_process() as warm:
        yield replace(cold_office, warm=warm)
        assert warm.waiting.poll() is None, "the warm process has ended: what followed ran cold"


@pytest.fixture(scope="session")
def cold_office() -> Iterator[Office]:
    """Yield one without it: alice is a member and vera a viewer of Main, eve a member of the other, boss an admin."""
    if why := namespace.obstacle():
        if os.environ.get("SEGTUI_TEST_SSHD") == "required":
            pytest.fail(why, pytrace=False)
        pytest.skip(why)
    with run_server(SITE) as server:
        database = open_database(server.home / "segtui.db")
        yield Office(server, _filled(open_session(database, source="test"), server))
        database.close()


def _filled(owner: Session, server: Sshd) -> Session:
    other = companies.create(owner, SECRET, region="US")
    inside = owner.bound_to(companies.by_name(owner, SECRET))
    segments.create(inside, SECRET, "")
    contacts.add(inside, {"first_name": SECRET, "phone": "+16025550199", "email": "geheimnis@example.com"})
    for login, company, role in (
        ("alice", "Main", Role.MEMBER),
        ("vera", "Main", Role.VIEWER),
        ("eve", other.name, Role.MEMBER),
        ("boss", None, Role.ADMIN),
    ):
        users.add(owner, login, company=company, role=role)
        login_keys.add(owner, login, server.key(login))
    main = owner.bound_to(companies.by_name(owner, "Main"))
    segments.create(main, "Leads", "")
    contacts.add(main, {"first_name": "Finn", "last_name": "Nobody", "phone": "+16025550123"})
    return owner
