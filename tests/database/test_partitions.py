"""PostgreSQL with the tables of companies partitioned by company: the same schema, and the same wall on every part."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, ForeignKeyConstraint, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.schema import SchemaItem

from segtui.database import schema
from segtui.database.engine import Database, open_database
from segtui.database.tables.core_tables import metadata
from segtui.database.tenancy import row_level_security
from segtui.services.audit import audit_queries
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.maintenance import maintenance
from segtui.services.segments import segments
from tests.support import live_guard, postgresql
from tests.support.canaries import Kept, World
from tests.support.partitions import PARTITIONED, PARTS

_MODULUS = "FOR VALUES WITH (MODULUS {modulus}, REMAINDER {remainder})"


@pytest.fixture
def world(postgresql_databases: postgresql.Databases, partitioned_world: Kept) -> Iterator[World]:
    """Yield two companies with rows in every table."""
    with postgresql_databases.fresh(partitioned_world.url) as url:
        opened = open_database(url, create=False)
        yield partitioned_world.on(opened)
        opened.close()


def _run(database: Database, *statements: str) -> None:
    with database.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement, execution_options={"every_company": True})


def _role(database: Database) -> str:
    with database.engine.connect() as connection:
        roles = row_level_security.detect_roles(connection)
    assert roles is not None
    return roles.member


def _as_member(database: Database, company_id: int, act: Callable[[Connection], object]) -> object:
    """Return what `act` returns on a connection with the role of members, bound to a company, past the program."""
    with database.engine.connect() as connection, connection.begin():
        connection.execution_options(every_company=True)
        connection.exec_driver_sql(f'SET LOCAL ROLE "{_role(database)}"')
        connection.exec_driver_sql(f"SELECT set_config('{row_level_security.COMPANY_SETTING}', '{company_id}', true)")
        return act(connection)


def _count(connection: Connection, name: str, where: str = "true") -> int:
    return int(connection.exec_driver_sql(f"SELECT count(*) FROM {name} WHERE {where}").scalar_one())


def _part_of(database: Database, table: str, company_id: int) -> str:
    """Return the partition that holds the rows of a company."""
    with database.engine.connect() as connection:
        return str(
            connection.exec_driver_sql(
                f"SELECT DISTINCT tableoid::regclass::text FROM {table} WHERE company_id = {company_id}",
                execution_options={"every_company": True},
            ).scalar_one()
        )


def test_the_partitioned_tables_are_those_of_the_program(world: World) -> None:
    parts = {f"{table}_{part}" for table in PARTITIONED for part in range(PARTS)}

    def is_for_tables(item: SchemaItem, _name: str, type_: str, *_: object) -> bool:
        # A foreign key to a partitioned table has copies, to each partition.
        if isinstance(item, ForeignKeyConstraint) and item.elements[0].target_fullname.split(".")[0] in parts:
            return False
        return bool(item.info.get("backend", "postgresql") == "postgresql")

    with world.owner.database.engine.connect() as connection:
        connection.execution_options(every_company=True)
        opts = {
            "version_table": schema.VERSION_TABLE,
            "include_object": is_for_tables,
            "include_name": lambda name, type_, _: type_ != "table" or name not in parts,
        }
        different = compare_metadata(MigrationContext.configure(connection, opts=opts), metadata)
    assert [change for change in different if "search" not in str(change)] == []
    assert maintenance.check(world.owner.database) == []


@pytest.mark.parametrize("table", PARTITIONED)
def test_a_member_has_no_right_to_any_part(world: World, table: str) -> None:
    database, main = world.owner.database, world.main.company.id
    assert _part_of(database, table, main) != _part_of(database, table, world.other.company.id)
    for part in range(PARTS):
        name = f"{table}_{part}"
        for statement in (
            f"SELECT 1 FROM {name}",
            f"INSERT INTO {name} SELECT * FROM {table}",
            f"UPDATE {name} SET company_id = {main}",
            f"DELETE FROM {name}",
            f"TRUNCATE {name}",
            f"ALTER TABLE {table} DETACH PARTITION {name}",
        ):
            with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
                _as_member(database, main, lambda connection, text=statement: connection.exec_driver_sql(text))  # type: ignore[misc]  # of one signature


@pytest.mark.parametrize("table", PARTITIONED)
def test_a_part_keeps_companies_apart_even_where_members_have_rights_to_it(world: World, table: str) -> None:
    database, main, other = world.owner.database, world.main.company.id, world.other.company.id
    mine, theirs = _part_of(database, table, main), _part_of(database, table, other)
    _run(database, f'GRANT ALL ON {mine}, {theirs} TO "{_role(database)}"')
    assert _as_member(database, main, lambda connection: _count(connection, mine)) == _as_member(
        database, main, lambda connection: _count(connection, table)
    )
    assert _as_member(database, main, lambda connection: _count(connection, theirs)) == 0
    if table != "audit":
        for statement in (f"DELETE FROM {theirs}", f"UPDATE {theirs} SET company_id = company_id"):
            changed = _as_member(database, main, lambda c, text=statement: c.exec_driver_sql(text).rowcount)  # type: ignore[misc]  # of one signature
            assert changed == 0
    moved = f"INSERT INTO {theirs} SELECT * FROM {theirs}_before"
    _run(database, f"CREATE TABLE {theirs}_before AS TABLE {theirs}", f"GRANT SELECT ON {theirs}_before TO PUBLIC")
    with pytest.raises(DBAPIError, match="row-level security"):
        _as_member(database, main, lambda connection: connection.exec_driver_sql(moved))


def test_nobody_changes_an_entry_in_a_part_of_the_audit_trail(world: World) -> None:
    part = _part_of(world.owner.database, "audit", world.main.company.id)
    for statement in (f"UPDATE {part} SET detail = ''", f"DELETE FROM {part}"):
        with pytest.raises(DBAPIError, match="only grows"):
            _run(world.owner.database, statement)


def _plans(database: Database, act: Callable[[], object]) -> list[dict[str, Any]]:
    """Return the plans of the statements on tables of companies that `act` runs."""
    plans = []

    def explain(_connection: object, cursor: Any, statement: str, values: object, *_: object) -> None:
        if "company" in statement and statement.lstrip().startswith(("SELECT", "UPDATE", "DELETE")):
            with cursor.connection.cursor() as explaining:
                explaining.execute(f"EXPLAIN (FORMAT JSON) {statement}", values)
                plans.append(explaining.fetchone()[0][0]["Plan"])

    event.listen(database.engine, "before_cursor_execute", explain)
    with live_guard.suspended():
        act()
    event.remove(database.engine, "before_cursor_execute", explain)
    return plans


def _steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _steps(part)


_ACTS: dict[str, Callable[[World], object]] = {
    "first page": lambda world: contacts.listing(world.owner, ContactQuery()).first(50),
    "ids": lambda world: contacts.listing(world.owner, ContactQuery()).ids(),
    "page by id": lambda world: contacts.listing(world.owner, ContactQuery()).rows([world.main.contact_id, 1, 2]),
    "search": lambda world: contacts.listing(world.owner, ContactQuery(search="plain")).ids(),
    "segment": lambda world: contacts.listing(world.owner, ContactQuery(world.main.segment_id, "plain")).first(50),
    "edit": lambda world: contacts.edit(world.owner, world.main.contact_id, {"city": "Farbrook"}),
    "delete": lambda world: contacts.delete(world.owner, world.main.contact_id),
    "segments": lambda world: segments.listing(world.owner, segments.SegmentQuery()).first(50),
    "audit trail": lambda world: audit_queries.listing(world.owner, audit_queries.TrailQuery()).first(50),
}


@pytest.mark.parametrize("act", _ACTS.values(), ids=_ACTS)
def test_a_statement_in_one_company_reads_its_partition_alone(world: World, act: Callable[[World], object]) -> None:
    plans = _plans(world.owner.database, lambda: act(world))
    assert plans
    for plan in plans:
        # What changes rows names the whole table besides.
        scans = [step for step in _steps(plan) if step["Node Type"] != "ModifyTable"]
        relations = {step["Relation Name"] for step in scans if "Relation Name" in step}
        of_tables = {re.sub(r"_\d+$", "", name) for name in relations}
        assert len(relations) == len(of_tables), plan


def test_a_search_goes_to_where_the_rows_lie_in_the_partition(world: World) -> None:
    database, main = world.owner.database, world.main.company.id
    part = _part_of(database, "contacts", main)
    _run(
        database,
        "INSERT INTO contacts (company_id, email, search, created_at, updated_at) "
        f"SELECT {main}, n || '@example.com', '  ' || n, 1, 1 FROM generate_series(1, 5000) AS n",
        f"ANALYZE {part}",
    )
    find = contacts.listing(world.owner, ContactQuery(search="plain")).ids
    plans = _plans(database, find)
    scans = [step["Relation Name"] for plan in plans for step in _steps(plan) if step["Node Type"] == "Tid Scan"]
    assert scans == [part]
    assert world.main.contact_id in find()


def test_a_check_finds_parts_without_the_wall_and_an_upgrade_puts_it_there(world: World) -> None:
    database = world.owner.database
    part = _part_of(database, "contacts", world.main.company.id)
    _run(
        database,
        f"DROP POLICY segtui_member ON {part}",
        f'GRANT SELECT ON {part} TO "{_role(database)}"',
        "ALTER TABLE segments_0 NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE imports_1 DISABLE ROW LEVEL SECURITY",
    )
    said = " ".join(maintenance.check(database))
    for words in ("off for imports_1, segments_0", f"policies of {part}", f"rights to {part}, a part of contacts"):
        assert words in said
    maintenance.upgrade(database)
    assert maintenance.check(database) == []


def test_a_part_of_a_part_is_walled_too(world: World) -> None:
    database = world.owner.database
    columns = "LIKE memberships INCLUDING DEFAULTS INCLUDING CONSTRAINTS"
    _run(
        database,
        "ALTER TABLE memberships DETACH PARTITION memberships_0",
        f"CREATE TABLE memberships_split ({columns}) PARTITION BY HASH (company_id)",
        *(
            f"CREATE TABLE memberships_split_{part} PARTITION OF memberships_split "
            + _MODULUS.format(modulus=2 * PARTS, remainder=part * PARTS)
            for part in range(2)
        ),
        "INSERT INTO memberships_split SELECT * FROM memberships_0",
        "DROP TABLE memberships_0",
        f"ALTER TABLE memberships ATTACH PARTITION memberships_split {_MODULUS.format(modulus=PARTS, remainder=0)}",
    )
    assert "off for memberships_split, memberships_split_0, memberships_split_1" in " ".join(
        maintenance.check(database)
    )
    maintenance.upgrade(database)
    assert maintenance.check(database) == []
