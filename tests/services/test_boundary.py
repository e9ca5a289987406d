"""Nobody sees another company's data, and a forgotten WHERE is an error."""

import pytest
from sqlalchemy import delete, exists, func, insert, literal, literal_column, select, text, update

from segtui.database.tables.core_tables import contacts as contacts_table
from segtui.domain.vocabulary import Role
from segtui.errors import InvalidInput, NotAllowed, NotFound
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.segments import segments
from segtui.services.segments.segments import SegmentQuery
from segtui.services.session import Actor, Session
from tests.conftest import TwoCompanies


@pytest.mark.parametrize(
    "statement",
    [
        select(contacts_table.c.id),
        text("SELECT * FROM contacts"),
        update(contacts_table).values(city="x"),
        delete(contacts_table),
        text("DELETE FROM memberships"),
        select(contacts_table.alias("other").c.id),
        select(select(contacts_table.c.id).cte("people").c.id),
        select(select(func.count()).select_from(contacts_table).scalar_subquery()),
        select(literal_column("(SELECT count(*) FROM contacts)")),
        insert(contacts_table).from_select(["email"], select(contacts_table.c.email)),
        select(literal(1)).where(exists(select(contacts_table.c.id))),
    ],
)
def test_a_statement_that_names_no_company_never_reaches_the_database(
    two_companies: TwoCompanies, statement: object
) -> None:
    with pytest.raises(RuntimeError, match="names no company"), two_companies.main.write() as tx:
        tx.execute(statement)  # type: ignore[arg-type]  # of several classes


@pytest.mark.parametrize(
    "statement",
    [
        select(contacts_table.c.id).where(contacts_table.c.company_id == 2),
        update(contacts_table).where(contacts_table.c.company_id == 2).values(city="x"),
        insert(contacts_table).values(company_id=2, email="a@example.com", search="", created_at=1, updated_at=1),
        text("SELECT * FROM segments WHERE company_id = :company").bindparams(company=2),
    ],
)
def test_a_statement_that_names_another_company_never_reaches_the_database(
    two_companies: TwoCompanies, statement: object
) -> None:
    assert two_companies.other.one_company.id == 2
    with pytest.raises(RuntimeError, match="another company"), two_companies.main.write() as tx:
        tx.connection.execute(statement)  # type: ignore[call-overload]  # of several classes


def test_a_session_of_another_company_cannot_even_be_made(two_companies: TwoCompanies) -> None:
    main, other = two_companies.main.one_company, two_companies.other.one_company
    actor = Actor("mallory", "Mallory", Role.MEMBER, main.id, "test")
    for company in (other, None):
        with pytest.raises(NotAllowed):
            Session(two_companies.main.database, actor, company)


def test_each_company_sees_its_own(two_companies: TwoCompanies) -> None:
    segments.create(two_companies.main, "Leads")
    segments.create(two_companies.other, "leads")
    ours = contacts.add(two_companies.main, {"phone": "+16025550199", "first_name": "Ours"})
    theirs = contacts.add(two_companies.other, {"phone": "+16025550199", "first_name": "Theirs"})
    assert [s.name for s in segments.find(two_companies.main, SegmentQuery())] == ["Leads"]
    assert list(contacts.listing(two_companies.main, ContactQuery(search="theirs")).ids()) == []
    assert list(contacts.listing(two_companies.other, ContactQuery(search="602")).ids()) == [theirs.id]
    with pytest.raises(NotFound):
        contacts.get(two_companies.main, theirs.id)
    with pytest.raises(NotFound):
        contacts.edit(two_companies.other, ours.id, {"city": "x"})


def test_an_admin_sees_all_and_must_say_where_something_is_made(two_companies: TwoCompanies) -> None:
    segments.create(two_companies.main, "Leads")
    theirs = segments.create(two_companies.other, "Leads")
    everything = segments.find(two_companies.both, SegmentQuery(sort="company"))
    assert [segment.company for segment in everything] == ["Main", "Other"]
    with pytest.raises(InvalidInput):
        segments.create(two_companies.both, "New")
    with pytest.raises(InvalidInput):
        segments.by_name(two_companies.both, "Leads")
    assert segments.edit(two_companies.both, theirs.id, name="Renamed").company == "Other"


def test_a_contact_of_one_company_cannot_join_a_segment_of_another(two_companies: TwoCompanies) -> None:
    segment = segments.create(two_companies.main, "Leads")
    theirs = contacts.add(two_companies.other, {"phone": "+16025550199"})
    assert segments.add_contacts(two_companies.main, segment.id, [theirs.id]) == 0
    assert segments.add_contacts(two_companies.both, segment.id, ContactQuery()) == 0


def test_a_word_that_only_looks_like_a_table_is_no_reason_to_refuse(two_companies: TwoCompanies) -> None:
    with two_companies.main.read() as tx:
        assert tx.execute(select(literal(1).label("contacts"))).scalar_one() == 1
