"""A database of the revision before becomes one of this program, with everything that was in it."""

import io
from typing import Any

import pytest
from alembic import op
from sqlalchemy import inspect, text

from segtui.database import schema
from segtui.database.engine import Database, open_database
from segtui.database.tables.core_tables import contacts as contact_table
from segtui.database.tables.core_tables import segments as segment_table
from segtui.database.tenancy import row_level_security
from segtui.services import campaigns, imports
from segtui.services.campaigns import SettingsInput
from segtui.services.campaigns.dispatch import claiming, dispatcher_lease, settling
from segtui.services.company_zone import company_today
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.imports import Destination, ImportRequest
from segtui.services.maintenance import maintenance
from segtui.services.segments import segments
from segtui.services.segments.history.members_by_day import DayOfSegment, members_by_day
from segtui.services.segments.segments import SegmentQuery
from segtui.services.session import open_session
from tests.dialer.support import always, attempts, launched
from tests.support import postgresql
from tests.support.canaries import World, rows_of
from tests.support.older_schema import (
    NEW_TABLES,
    TABLES_OF_0014,
    drop_criteria,
    restore_keys,
    take_back_to_0006,
    take_back_to_0011,
    take_back_to_0012,
    take_back_to_0013,
)

_TABLES = (
    *NEW_TABLES, "dispatcher", "call_attempts", "campaign_counts", "campaign_contacts", "campaign_exclusions",
    "campaigns",
)  # fmt: skip


def test_campaigns_come_into_a_database_that_had_none(database_url: str) -> None:
    database = open_database(database_url, create=False)
    session = open_session(database, source="test")
    segment_id = segments.create(session, "Leads").id
    contacts.add(session, {"phone": "+16025550199"}, segment_id)
    with database.engine.execution_options(writes=True, every_company=True).begin() as connection:
        drop_criteria(connection)
        restore_keys(connection)
        for table in _TABLES:
            connection.execute(text(f"DROP TABLE {table}"))
        connection.execute(text("ALTER TABLE companies DROP COLUMN timezone"))
        connection.execute(text(f"UPDATE {schema.VERSION_TABLE} SET version_num = '0004'"))
    database.close()
    older = open_database(database_url, create=False, any_version=True)
    assert maintenance.upgrade(older) == ("0004", schema.HEAD)
    older.close()
    database = open_database(database_url, create=False)
    session = open_session(database, source="test")
    made = campaigns.create(session, "Spring", segment_id, SettingsInput(agent="a"))
    assert campaigns.launch(session, made.id).total == 1
    assert maintenance.check(database) == []
    database.close()


def test_an_attempt_that_is_open_at_the_upgrade_gets_the_phone_that_is_called(database_url: str) -> None:
    database = open_database(database_url, create=False)
    session = open_session(database, source="test")
    campaign_id, _ = launched(session, 2)
    generation = dispatcher_lease.take_over(session, "the program before")
    claimed = claiming.claim(session, generation, campaign_id, 2).claims
    ended = settling.Settled(claimed[1].attempt_id, campaign_id, "answered")
    settling.record(session, generation, settled=[ended])
    take_back_to_0006(database)
    database.close()
    older = open_database(database_url, create=False, any_version=True)
    assert maintenance.upgrade(older) == ("0006", schema.HEAD)
    session = open_session(older, source="test")
    assert [(row.phone, row.database_id) for row in attempts(session)] == [(claimed[0].phone, None), (None, None)]
    assert campaigns.hold_of(session, campaign_id) is None
    older.close()


def test_a_company_gets_a_zone_and_campaigns_lose_abbreviations_that_were_fixed_offsets(database_url: str) -> None:
    database = open_database(database_url, create=False)
    session = open_session(database, source="test")
    segment_id = segments.create(session, "Leads").id
    made = campaigns.create(session, "Spring", segment_id, SettingsInput(agent="a"))
    other = campaigns.create(session, "Other", segment_id, SettingsInput(agent="a", timezone="Europe/Madrid"))
    with database.engine.execution_options(writes=True, every_company=True).begin() as connection:
        connection.execute(text(f"UPDATE campaigns SET timezone = 'EST' WHERE id = {made.id}"))
    take_back_to_0006(database)
    database.close()
    older = open_database(database_url, create=False, any_version=True)
    assert maintenance.upgrade(older) == ("0006", schema.HEAD)
    older.close()
    database = open_database(database_url, create=False)
    session = open_session(database, source="test")
    assert campaigns.get(session, made.id).settings.timezone == "America/New_York"
    assert campaigns.get(session, other.id).settings.timezone == "Europe/Madrid"
    assert session.company is not None
    assert session.company.timezone is None
    assert maintenance.check(database) == []
    database.close()


def test_search_texts_of_before_know_the_parts_of_words_afterwards(database_url: str) -> None:
    database = open_database(database_url, create=False)
    session = open_session(database, source="test")
    segment_id = segments.create(session, "Spring-fair").id
    ada = contacts.add(session, {"email": "ada@example.com", "first_name": "Anna-Lena"}, segment_id)
    with database.engine.execution_options(writes=True, every_company=True).begin() as connection:
        connection.execute(contact_table.update().values(search="  anna-lena\n\n  ada@example.com\n\n\n\n\n"))
        connection.execute(segment_table.update().values(search="  spring-fair\n"))
    take_back_to_0006(database)
    database.close()
    older = open_database(database_url, create=False, any_version=True)
    assert maintenance.upgrade(older) == ("0006", schema.HEAD)
    older.close()
    database = open_database(database_url, create=False)
    session = open_session(database, source="test")
    for search in ("ex", "le", "co", "anna-l", "ada@"):
        assert list(contacts.listing(session, ContactQuery(search=search)).ids()) == [ada.id]
    assert [each.name for each in segments.find(session, SegmentQuery(search="fa"))] == ["Spring-fair"]
    assert maintenance.check(database) == []
    database.close()


def _keys(database: Database) -> list[tuple[str, ...]]:
    """Return the keys, unique indexes and foreign keys of PostgreSQL's tables, as statements."""
    with database.engine.connect() as connection:
        definitions = connection.exec_driver_sql(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE contype IN ('p', 'u', 'f') AND connamespace = 'public'::regnamespace AND convalidated "
            "UNION SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2, 3",
            execution_options={"every_company": True},
        )
        return [tuple(row) for row in definitions]


def _kept_rows(database: Database, company_id: int) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of a company in the tables that were there before."""
    added = {"views", *TABLES_OF_0014}
    return {table: rows for table, rows in rows_of(database, company_id).items() if table not in added}


def test_keys_of_before_are_led_by_the_company_afterwards_and_all_else_is_as_it_was(world: World) -> None:
    database = world.owner.database
    keys = _keys(database) if database.path is None else []
    company_ids = (world.main.company.id, world.other.company.id)
    rows = [_kept_rows(database, company_id) for company_id in company_ids]
    assert all(table for table in rows[0].values())
    take_back_to_0011(database)
    assert database.path is not None or _keys(database) != keys
    assert maintenance.upgrade(database) == ("0011", schema.HEAD)
    assert maintenance.check(database) == []
    assert [_kept_rows(database, company_id) for company_id in company_ids] == rows
    with database.engine.connect() as connection:
        assert database.path is not None or list(row_level_security.problems(connection)) == []
    assert (_keys(database) if database.path is None else []) == keys
    highest = max(contacts.listing(world.owner.bound_to(None), ContactQuery()).ids())
    assert contacts.add(world.owner, {"phone": "+16025550177"}, world.main.segment_id).id > highest


def test_an_upgrade_that_ends_in_the_middle_leaves_the_keys_of_before(
    postgresql_databases: postgresql.Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    with postgresql_databases.fresh() as url:
        database = open_database(url, create=False)
        take_back_to_0011(database)
        keys = _keys(database)
        with monkeypatch.context() as patched:
            patched.setattr(op, "create_index", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                maintenance.upgrade(database)
        assert _keys(database) == keys
        with database.engine.connect() as connection:
            assert schema.revision_of(connection) == "0011"
        assert maintenance.upgrade(database) == ("0011", schema.HEAD)
        assert maintenance.check(database) == []
        database.close()


def test_users_of_before_are_kept_apart_by_the_server_afterwards(postgresql_databases: postgresql.Databases) -> None:
    with postgresql_databases.fresh() as url:
        database = open_database(url, create=False)
        with database.engine.execution_options(writes=True, every_company=True).begin() as connection:
            for table in ("users", "user_keys"):
                connection.execute(text(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY"))
                connection.execute(text(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"))
                for policy in ("segtui_member", "segtui_admin"):
                    connection.execute(text(f"DROP POLICY {policy} ON {table}"))
        assert maintenance.check(database)
        take_back_to_0006(database)
        database.close()
        older = open_database(url, create=False, any_version=True)
        maintenance.upgrade(older)
        assert maintenance.check(older) == []
        with older.engine.connect() as connection:
            assert list(row_level_security.problems(connection.execution_options(every_company=True))) == []
        older.close()


def _rows_of_criteria(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Return all that is kept for criteria, of all companies."""
    statements = {
        "regions": "SELECT id, region FROM contacts ORDER BY id",
        "calls": "SELECT * FROM contact_calls ORDER BY company_id, contact_id",
        "names": "SELECT * FROM custom_field_names ORDER BY company_id, name",
        "callable": "SELECT id, callable FROM segments ORDER BY id",
    }
    with database.engine.connect() as connection:
        connection.execution_options(every_company=True)
        return {name: [tuple(row) for row in connection.execute(text(sql))] for name, sql in statements.items()}


def _fill_for_criteria(world: World) -> None:
    """Add contacts with phones of many countries, custom fields, and calls of two campaigns."""
    phones = ("+14165550199", "+13104810", "+447400123456", "+447911123456", "+80012345678", "+77012345678")
    for session in (world.owner, world.owner.bound_to(world.other.company)):
        segment_id = segments.create(session, "Everywhere").id
        for phone in phones:
            contacts.add(session, {"phone": phone, "custom.Größe": "XL", 'custom.a "b"': "1"}, segment_id)
        contacts.add(session, {"email": "none@example.com", "custom.plan": "Pro"}, segment_id)
    first, _ = launched(world.owner, 2)
    second = campaigns.create(world.owner, "Second", campaigns.get(world.owner, first).segment_id or 0, always())
    for campaign_id in (first, second.id):
        if campaign_id == second.id:
            campaigns.launch(world.owner, second.id)
        generation = dispatcher_lease.take_over(world.owner, f"dispatcher of {campaign_id}")
        ends = [
            settling.Settled(claim.attempt_id, campaign_id, "answered" if campaign_id == first else "voicemail")
            for claim in claiming.claim(world.owner, generation, campaign_id, 2).claims
        ]
        settling.record(world.owner, generation, settled=ends)


def test_what_criteria_read_is_filled_from_what_was_there(world: World) -> None:
    _fill_for_criteria(world)
    database = world.owner.database
    before = _rows_of_criteria(database)
    assert all(before.values())
    take_back_to_0012(database)
    assert maintenance.upgrade(database) == ("0012", schema.HEAD)
    assert _rows_of_criteria(database) == before
    assert maintenance.check(database) == []


def test_an_upgrade_to_criteria_that_ends_in_the_middle_leaves_the_schema_of_before(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fill_for_criteria(world)
    database = world.owner.database
    before = _rows_of_criteria(database)
    take_back_to_0012(database)
    statements = op.execute
    with monkeypatch.context() as patched:
        patched.setattr(op, "execute", lambda sql: 1 / 0 if "segments SET callable" in str(sql) else statements(sql))
        with pytest.raises(ZeroDivisionError):
            maintenance.upgrade(database)
    with database.engine.connect() as connection:
        assert schema.revision_of(connection) == "0012"
        assert not inspect(connection.execution_options(every_company=True)).has_table("contact_calls")
    assert maintenance.upgrade(database) == ("0012", schema.HEAD)
    assert _rows_of_criteria(database) == before


def _rows_of_segments(database: Database) -> list[tuple[Any, ...]]:
    """Return all that revision 0014 adds to segments."""
    with database.engine.connect() as connection:
        connection.execution_options(every_company=True)
        query = text("SELECT id, members_hash, used_at, generated_name FROM segments ORDER BY id")
        return [tuple(row) for row in connection.execute(query)]


def test_hashes_uses_and_generated_names_are_those_of_before_and_histories_begin_today(world: World) -> None:
    database = world.owner.database
    for session in (world.owner, world.owner.bound_to(world.other.company)):
        for name in ("June fair.csv", f"{'x' * 150}.csv", "Import.csv"):
            stream = io.BytesIO(b"phone\n+16025550144\n+16025550155\n")
            imports.run(session, ImportRequest(None, stream, name=name))
    typed = "Import June fair 2019-01-01 10:00"  # of another time than its import: somebody typed it
    named = ImportRequest(
        None, io.BytesIO(b"phone\n+16025550144\n"), name="June fair.csv", destination=Destination(typed)
    )
    imports.run(world.owner, named)
    before = _rows_of_segments(database)
    assert sum(name is not None for *_, name in before) == 6
    assert any(hash_ and used for _, hash_, used, _ in before)
    take_back_to_0013(database)
    assert maintenance.upgrade(database) == ("0013", schema.HEAD)
    assert _rows_of_segments(database) == before
    assert maintenance.check(database) == []
    today = [DayOfSegment(company_today(world.owner), segments.by_name(world.owner, typed).contacts)]
    assert members_by_day(world.owner, segments.by_name(world.owner, typed).id) == today
    with database.engine.connect() as connection:
        counts = "SELECT count(*), sum(d.joined + d.departed), sum(abs(d.contacts - s.contacts)) FROM segment_days AS d"
        joined = " JOIN segments AS s ON s.company_id = d.company_id AND s.id = d.segment_id"
        row = connection.execution_options(every_company=True).execute(text(counts + joined)).one()
    assert tuple(map(int, row)) == (len(before), 0, 0)


def test_an_upgrade_of_histories_that_ends_in_the_middle_leaves_the_schema_of_before(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = world.owner.database
    before = _rows_of_segments(database)
    take_back_to_0013(database)
    statements = op.execute
    with monkeypatch.context() as patched:
        patched.setattr(op, "execute", lambda sql: 1 / 0 if "used_at" in str(sql) else statements(sql))
        with pytest.raises(ZeroDivisionError):
            maintenance.upgrade(database)
    with database.engine.connect() as connection:
        assert schema.revision_of(connection) == "0013"
        assert not inspect(connection.execution_options(every_company=True)).has_table("segment_days")
    assert maintenance.upgrade(database) == ("0013", schema.HEAD)
    assert _rows_of_segments(database) == before
