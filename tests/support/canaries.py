"""Two companies, one of which must never be noticed from the other: what is in it, and whether it is still as it was.

`NAME` stands in what somebody could address (names, logins, files), `SECRET` in everything else.
"""

import io
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from sqlalchemy import insert, select

from segtui.database.engine import Database, open_database
from segtui.database.tables.campaign_tables import call_attempts, campaign_segments, unrecorded_calls
from segtui.database.tables.core_tables import COMPANY_TABLES, companies, metadata, user_keys, users
from segtui.database.tables.core_tables import segments as segments_table
from segtui.database.tables.history_tables import segment_days, segment_watches
from segtui.domain.criteria.tree import Comparison
from segtui.domain.vocabulary import Role
from segtui.services import campaigns, imports
from segtui.services.accounts import companies as company_service
from segtui.services.accounts import login_keys
from segtui.services.accounts import users as user_service
from segtui.services.accounts.sign_in import open_session_for
from segtui.services.campaigns import Campaign
from segtui.services.campaigns.results import contact_calls
from segtui.services.contacts import contacts
from segtui.services.imports import Destination, ImportRequest
from segtui.services.segments import segments
from segtui.services.session import Actor, Company, Session, open_session
from segtui.services.views import views
from tests.support.public_keys import ed25519_line

NAME = "Canary"
SECRET = "Geheimnis"


@dataclass(frozen=True)
class Place:
    """A company with one of everything, by which it is addressed."""

    company: Company
    segment_id: int
    segment: str
    contact_id: int
    phone: str
    import_id: int
    login: str
    fingerprint: str
    campaign_id: int
    campaign: str
    draft_id: int
    draft: str
    view_id: int
    view: str
    called_id: int
    """A contact whom the campaign has called."""


@dataclass(frozen=True)
class World:
    """The owner of a database, and two companies in it: `main` is looked at from, `other` is not to be noticed."""

    owner: Session
    main: Place
    other: Place

    def as_role(self, role: Role) -> Session:
        """Return the session of somebody who signed in to `main` in this role."""
        place = self.main
        if role is Role.ADMIN:
            user = user_service.add(self.owner, "boss", name="Boss", role=role)
        else:
            user = user_service.edit(self.owner, place.login, role=role)
        key = None if role is Role.ADMIN else place.fingerprint
        return open_session_for(self.owner.database, user.login, key, "192.0.2.1")


@dataclass(frozen=True)
class Kept:
    """A world in a database that nobody uses, to be copied: where it is, and its places."""

    url: str
    main: Place
    other: Place

    @classmethod
    def made_at(cls, url: str) -> "Kept":
        """Fill the fresh database there."""
        database = open_database(url)
        made = world_on(open_session(database, source="test"))
        database.close()
        return cls(url, made.main, made.other)

    def on(self, database: Database) -> World:
        """Return the world in a copy of it."""
        owner = open_session(database, source="test", company=self.main.company.name)
        return World(owner, self.main, self.other)


def world_on(owner: Session) -> World:
    """Fill both companies of a fresh database: the one it begins with, and a second one."""
    other = company_service.create(owner, f"{NAME} Ltd", region="GB")
    assert owner.company is not None
    main = _filled(owner, "Plain", "Plain", "+16025550199", seed=1)
    return World(owner, main, _filled(owner.bound_to(other), NAME, SECRET, "+442079460018", seed=2))


def _filled(session: Session, name: str, secret: str, phone: str, *, seed: int) -> Place:
    company = session.one_company
    segment = segments.create(session, f"{name} segment", f"all of {secret}")
    segments.create(session, f"{secret} unnamed")
    contact = contacts.add(
        session,
        {
            "phone": phone,
            "first_name": secret,
            "city": secret,
            "status": secret,
            "custom.note": secret,
            f"custom.{secret}": secret,
        },
        segment.id,
    )
    mails = [f"{name.lower()}{number}@example.com" for number in (1, 2)]
    text = f"first_name,phone,email,state,note\n{secret},{phone},{mails[0]},{secret},{secret}\n"
    text += f"{secret},{secret},{mails[1]},,\n"  # its phone is a remark of the import
    for destination in (
        Destination(segment.name),
        Destination(segment.name, membership="replace", existing="overwrite"),
        Destination(do_not_call=True),
    ):
        stream = io.BytesIO(text.encode())
        done = imports.run(session, ImportRequest(None, stream, name=f"{name}.csv", destination=destination))
        text = f"first_name,phone,state\n{secret},{phone},CA\n" if not destination.do_not_call else text
    login = f"{name.lower()}user"
    user_service.add(session, login, name=secret, company=company.name, role=Role.MEMBER)
    key = login_keys.add(session, login, ed25519_line(seed, secret))
    assert done.import_id is not None
    active, draft, called_id = _campaigns(session, name, secret, phone)
    content = views.ViewContent(search=secret, criteria=Comparison("segment", "=", (segment.name,)))
    view = views.save(session, f"{name} view", content)
    with session.write() as tx:
        of_segment = {"company_id": tx.company_id, "segment_id": segment.id}
        tx.execute(insert(segment_days), {**of_segment, "day": "2000-01-01", "contacts": 0})
        tx.execute(insert(segment_watches), {**of_segment, "kind": "empty", "created_at": 1, "created_by": secret})
        further = {**of_segment, "campaign_id": draft.id, "place": 1, "segment": segment.name}
        tx.execute(insert(campaign_segments), further)
    return Place(
        company, segment.id, segment.name, contact.id, phone, done.import_id, login, key.fingerprint,
        active.id, active.name, draft.id, draft.name, view.id, view.name, called_id,
    )  # fmt: skip


def _campaigns(session: Session, name: str, secret: str, phone: str) -> tuple[Campaign, Campaign, int]:
    """Make a campaign that runs, and a draft, of a segment of their own. Return them and who was called."""
    called = segments.create(session, f"{name} called")
    ids = [
        contacts.add(session, {"phone": f"{phone[:-1]}{digit}", "first_name": secret}, called.id).id for digit in (6, 7)
    ]
    without = [segments.create(session, f"{secret} left out").id]
    made = [
        campaigns.create(session, f"{name} {kind}", called.id, campaigns.SettingsInput(agent=secret), excluded=without)
        for kind in ("campaign", "draft")
    ]
    active = campaigns.launch(session, made[0].id)
    with session.write() as tx:
        attempt = {"company_id": tx.company_id, "campaign_id": active.id, "contact_id": ids[0], "number": 1}
        tx.execute(insert(call_attempts), {**attempt, "call_id": secret, "started_at": 1, "outcome": "busy"})
        unrecorded = {"company_id": tx.company_id, "campaign_id": active.id, "contact_id": ids[1], "attempt_id": 9}
        tx.execute(insert(unrecorded_calls), {**unrecorded, "database_id": name, "call_id": secret, "started_at": 1})
        contact_calls.keep(tx, ids)
    return active, made[1], ids[0]


def rows_of(database: Database, company_id: int, *, trail: bool = True) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of a company, by table; its audit `trail` too."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    with database.engine.connect() as connection:
        connection.execution_options(every_company=True)
        for table in metadata.sorted_tables:
            if table.name in COMPANY_TABLES and (trail or table.name != "audit"):
                statement = select(table).where(table.c.company_id == company_id)
            elif table is companies:
                statement = select(table.c.id, table.c.name, table.c.region).where(table.c.id == company_id)
            elif table is user_keys:
                statement = select(table).join(users).where(users.c.company_id == company_id)
            else:
                continue
            found[table.name] = sorted((tuple(row) for row in connection.execute(statement)), key=repr)
    return found


def without_use(rows: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    """Return rows without the times when segments were used: an export notes them, a viewer's too."""
    column = segments_table.c.keys().index("used_at")
    return rows | {"segments": [(*row[:column], *row[column + 1 :]) for row in rows["segments"]]}


def everything_in(answer: object, asked: Mapping[str, object]) -> str:
    """Return all the text that an answer of a service leads to: of a listing every page, of a file what is in it."""
    return "\n".join(_texts(answer)) + "".join(
        value.getvalue().decode() for value in asked.values() if isinstance(value, io.BytesIO) and not value.closed
    )


def _texts(answer: object) -> Iterator[str]:
    if isinstance(answer, (Session, Actor)):
        return
    if hasattr(answer, "belonging"):  # a listing
        ids = answer.ids()  # type: ignore[attr-defined]  # a listing has it
        yield from _texts([answer.first(1_000), answer.rows(array("q", [*ids, *range(1, 200)]))])  # type: ignore[attr-defined]  # the same
        return
    if is_dataclass(answer) and not isinstance(answer, type):
        for each in fields(answer):
            yield from _texts(getattr(answer, each.name))
    elif isinstance(answer, Mapping):
        yield from _texts([*answer.keys(), *answer.values()])
    elif isinstance(answer, Iterable) and not isinstance(answer, str):
        for each in answer:
            yield from _texts(each)
    else:
        yield str(answer)
