"""The audit trail: it only grows, is found again, and a contact and a segment have their own."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import DBAPIError

from segtui.database.tables.core_tables import audit
from segtui.domain.vocabulary import Role
from segtui.errors import InvalidInput
from segtui.services import imports
from segtui.services.audit import audit_queries
from segtui.services.audit.audit_queries import TrailQuery
from segtui.services.contacts import bulk, contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.exports import exports
from segtui.services.imports import Destination, ImportRequest
from segtui.services.segments import segments
from segtui.services.session import Session
from tests.conftest import TwoCompanies
from tests.support.canaries import World, world_on


def _found(session: Session, **query: object) -> list[str]:
    return [entry.action for entry in audit_queries.find(session, TrailQuery(**query))]  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize(
    "statement",
    [
        update(audit).values(user="somebody else"),
        delete(audit),
        text("UPDATE audit SET count = 0 WHERE id = 1"),
    ],
)
def test_no_entry_is_changed_or_deleted(session: Session, statement: object) -> None:
    segments.create(session, "Leads")
    with pytest.raises(DBAPIError, match="only grows"), session.database.engine.begin() as connection:
        connection.execution_options(every_company=True, writes=True).execute(statement)  # type: ignore[call-overload]  # of several classes
    assert _found(session) == ["segment.create"]


def test_no_entry_is_replaced_by_another(session: Session) -> None:
    segments.create(session, "Leads")
    entry = {"id": 1, "company_id": 1, "at": 1, "user": "x", "source": "x", "action": "x", "object": "x"}
    replacing = insert(audit).prefix_with("OR REPLACE", dialect="sqlite")
    with pytest.raises(DBAPIError), session.database.engine.begin() as connection:
        connection.execution_options(every_company=True, writes=True).execute(replacing, entry)
    assert _found(session) == ["segment.create"]


def test_entries_are_found_by_user_action_time_and_words(session: Session) -> None:
    leads = segments.create(session, "Leads")
    contacts.add(session, {"phone": "+16025550199"}, leads.id)
    segments.delete(session, leads.id)
    assert _found(session) == ["segment.delete", "contact.add", "segment.create"]
    assert _found(session, descending=False)[0] == "segment.create"
    assert _found(session, action="segment") == ["segment.delete", "segment.create"]
    assert _found(session, action="segment.delete") == ["segment.delete"]
    assert _found(session, action="seg") == []
    assert _found(session, user="nobody") == []
    assert len(_found(session, user=session.actor.login)) == 3
    assert _found(session, search="lead DEL") == ["segment.delete"]
    assert _found(session, since=datetime.now(UTC) + timedelta(hours=1)) == []
    assert [entry.object for entry in audit_queries.find(session, TrailQuery(), 1)] == ["Leads"]
    listing = audit_queries.listing(session, TrailQuery(search="leads"))
    assert [entry.action for entry in listing.first(10)] == ["segment.delete", "segment.create"]
    assert len(listing.ids()) == 2


@pytest.mark.parametrize(
    ("word", "hours"), [("24h", 24), ("2d", 48), ("0d", 0)]
)  # fmt: skip
def test_a_time_is_meant_from_now_back(word: str, hours: int) -> None:
    meant = datetime.now(UTC) - timedelta(hours=hours)
    assert abs((audit_queries.since(word, UTC) - meant).total_seconds()) < 60


def test_a_day_is_one_of_the_zone_and_nonsense_is_refused() -> None:
    assert audit_queries.since("2026-01-31", UTC) == datetime(2026, 1, 31, tzinfo=UTC)
    assert audit_queries.since("2026-01-31T08:00", UTC) == datetime(2026, 1, 31, 8, tzinfo=UTC)
    assert audit_queries.since("today", UTC).time() == datetime.min.time()
    for text_ in ("", "yesterday", "7", "99999999999d", "d", "2026-13-01"):
        with pytest.raises(InvalidInput, match="no time"):
            audit_queries.since(text_, UTC)


def test_a_segment_has_its_own_history(session: Session) -> None:
    leads, others = segments.create(session, "Leads"), segments.create(session, "Others")
    someone = contacts.add(session, {"phone": "+16025550199"})
    segments.add_contacts(session, leads.id, [someone.id])
    segments.edit(session, leads.id, name="Customers")
    request = ImportRequest(
        None, io.BytesIO(b"phone\n+442079460018\n"), name="a.csv", destination=Destination("Leads 2")
    )
    imports.run(session, request)
    exports.export(session, ContactQuery(leads.id), io.BytesIO())
    done = [entry.action for entry in audit_queries.of_segment(session, leads.id)]
    assert done == ["export", "segment.edit", "segment.add", "segment.create"]
    assert [entry.action for entry in audit_queries.of_segment(session, others.id)] == ["segment.create"]
    filled = segments.by_name(session, "Leads 2").id
    assert [entry.action for entry in audit_queries.of_segment(session, filled)] == ["import", "segment.create"]


def test_a_contact_has_its_own_history(session: Session) -> None:
    leads = segments.create(session, "Leads")
    request = ImportRequest(None, io.BytesIO(b"phone\n+442079460018\n"), name="a.csv", destination=Destination("Leads"))
    imports.run(session, request)
    (key,) = contacts.listing(session, ContactQuery(leads.id)).ids()
    contacts.edit(session, key, {"city": "London"})
    bulk.set_do_not_call(session, [key], do_not_call=True)
    segments.remove_contacts(session, leads.id, [key])
    other = contacts.add(session, {"phone": "+16025550199"})
    done = [(entry.action, entry.detail) for entry in audit_queries.of_contact(session, key)]
    assert done == [
        ("segment.remove", ""), ("contact.do_not_call", "marked"), ("contact.edit", "city"), ("import", "import 1"),
    ]  # fmt: skip
    assert [entry.action for entry in audit_queries.of_contact(session, other.id)] == ["contact.add"]


def test_an_export_is_written_down_with_what_it_was_of(session: Session) -> None:
    leads = segments.create(session, "Leads")
    contacts.add(session, {"phone": "+16025550199", "city": "Phoenix"}, leads.id)
    exports.export(session, ContactQuery(leads.id, search="phoenix"), io.BytesIO(), "json")
    (entry,) = audit_queries.find(session, TrailQuery(action="export"))
    assert (entry.object, entry.detail, entry.count) == ("Leads", "json, “phoenix”", 1)


def test_nobody_sees_the_history_of_another_company(session: Session) -> None:
    world: World = world_on(session)
    member = world.as_role(Role.MEMBER)
    assert audit_queries.of_segment(member, world.main.segment_id)
    assert audit_queries.of_segment(member, world.other.segment_id) == []
    assert audit_queries.of_contact(member, world.other.contact_id) == []


def test_an_admin_sees_one_companys_or_all(two_companies: TwoCompanies) -> None:
    segments.create(two_companies.main, "Ours")
    segments.create(two_companies.other, "Theirs")
    assert [entry.object for entry in audit_queries.find(two_companies.main, TrailQuery())] == ["Ours"]
    every = [(entry.company, entry.object) for entry in audit_queries.find(two_companies.both, TrailQuery())]
    assert every == [("Other", "Theirs"), ("Main", "Ours"), ("Other", "Other")]
