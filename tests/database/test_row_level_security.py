"""PostgreSQL's own boundary, in raw SQL: what a role sees and changes whatever it asks, and who may take it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, create_engine, make_url
from sqlalchemy.exc import DBAPIError

from segtui.database.engine import Database, open_database
from segtui.database.tables.core_tables import COMPANY_TABLES
from segtui.database.tenancy import row_level_security
from segtui.database.tenancy.row_level_security import CompanyRoles
from segtui.domain.criteria.tree import AnyOf, Comparison
from segtui.errors import DatabaseError
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.maintenance import maintenance
from segtui.services.segments import segments
from segtui.services.session import open_session
from tests.support import postgresql
from tests.support.canaries import SECRET, Kept, World, world_on

GUARDED = sorted(COMPANY_TABLES - {"users"})


@pytest.fixture
def database(postgresql_databases: postgresql.Databases) -> Iterator[Database]:
    """Yield a fresh database on the server."""
    with postgresql_databases.fresh() as url:
        opened = open_database(url, create=False)
        yield opened
        opened.close()


@pytest.fixture(params=["postgresql", "partitioned"])
def world(request: pytest.FixtureRequest, postgresql_databases: postgresql.Databases) -> Iterator[World]:
    """Yield two companies with rows in every table: as they are made, and with tables partitioned by company."""
    kept: Kept = request.getfixturevalue(f"{request.param}_world")
    with postgresql_databases.fresh(kept.url) as url:
        opened = open_database(url, create=False)
        yield kept.on(opened)
        opened.close()


@contextmanager
def member_of(database: Database, company_id: int | None) -> Iterator[Connection]:
    """Open a transaction as the role of members, bound to a company, past all that the program does."""
    with database.engine.connect() as connection, connection.begin():
        found = row_level_security.detect_roles(connection)
        assert found is not None
        connection.exec_driver_sql(f'SET LOCAL ROLE "{found.member}"')
        if company_id is not None:
            connection.exec_driver_sql(
                f"SELECT set_config('{row_level_security.COMPANY_SETTING}', '{company_id}', true)"
            )
        connection.execution_options(every_company=True)
        yield connection


def _count(connection: Connection, table: str, where: str = "true") -> int:
    return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table} WHERE {where}").scalar_one())


@pytest.mark.parametrize("table", GUARDED)
def test_a_member_sees_and_changes_no_row_of_another_company(world: World, table: str) -> None:
    database, main, other = world.owner.database, world.main.company.id, world.other.company.id
    with database.engine.connect() as connection:
        connection.execution_options(every_company=True)
        own, others = (_count(connection, table, f"company_id = {each}") for each in (main, other))
    assert min(own, others) > 0
    with member_of(database, main) as connection:
        assert _count(connection, table) == own
        assert _count(connection, table, f"company_id = {other}") == 0
        # A test that would fail on a row of the other company is never reached by one.
        assert _count(connection, table, f"1 / (company_id - {other}) IS NOT NULL") == own
    for statement in (
        f"UPDATE {table} SET company_id = company_id WHERE company_id = {other}",
        f"DELETE FROM {table} WHERE company_id = {other}",
    ):
        with member_of(database, main) as connection:
            if table == "audit":
                with pytest.raises(DBAPIError, match="permission denied"):
                    connection.exec_driver_sql(statement)
            else:
                assert connection.exec_driver_sql(statement).rowcount == 0


@pytest.mark.parametrize("table", GUARDED)
def test_a_member_puts_no_row_into_another_company(world: World, table: str) -> None:
    database, main, other = world.owner.database, world.main.company.id, world.other.company.id
    with database.engine.connect() as connection:
        names = [
            row[0]
            for row in connection.exec_driver_sql(
                "SELECT column_name FROM information_schema.columns "
                f"WHERE table_schema = 'public' AND table_name = '{table}' "
                "AND column_name NOT IN ('id', 'company_id')",
                execution_options={"every_company": True},
            )
        ]
    columns = ", ".join(f'"{name}"' for name in names)
    copied = f"INSERT INTO {table} (company_id, {columns}) SELECT {other}, {columns} FROM {table} LIMIT 1"
    with pytest.raises(DBAPIError, match="row-level security"), member_of(database, main) as connection:
        connection.exec_driver_sql(copied)
    if table != "audit":
        moved = f"UPDATE {table} SET company_id = {other}"
        with pytest.raises(DBAPIError, match="row-level security"), member_of(database, main) as connection:
            connection.exec_driver_sql(moved)


def test_a_member_of_no_company_sees_nothing(world: World) -> None:
    with member_of(world.owner.database, None) as connection:
        assert {table: _count(connection, table) for table in (*GUARDED, "companies")} == dict.fromkeys(
            (*GUARDED, "companies"), 0
        )


@pytest.mark.parametrize(("table", "owner"), [("users", "company_id"), ("user_keys", "NULL")])
def test_users_are_kept_apart_even_where_members_might_read_them(world: World, table: str, owner: str) -> None:
    database, main = world.owner.database, world.main.company.id
    with database.engine.connect() as connection, connection.begin():
        roles = row_level_security.detect_roles(connection)
        assert roles is not None
        connection.execution_options(every_company=True)
        connection.exec_driver_sql(f'GRANT SELECT ON {table} TO "{roles.member}"')
        connection.exec_driver_sql(f'SET LOCAL ROLE "{roles.admin}"')
        everybody, mine = _count(connection, table), _count(connection, table, f"{owner} = {main}")
        connection.exec_driver_sql(f'SET LOCAL ROLE "{roles.member}"')
        assert _count(connection, table) == 0
        connection.exec_driver_sql(f"SELECT set_config('{row_level_security.COMPANY_SETTING}', '{main}', true)")
        assert _count(connection, table) == mine < everybody
        connection.exec_driver_sql("RESET ROLE")
        forced = "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE oid = to_regclass('%s')"
        assert connection.exec_driver_sql(forced % table).scalar_one() is True
        connection.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM users",
        "SELECT * FROM user_keys",
        "INSERT INTO companies (name, name_key, created_at) VALUES ('x', 'x', 1)",
        "UPDATE companies SET name = 'x'",
        "DELETE FROM companies",
        "TRUNCATE contacts CASCADE",
        "TRUNCATE audit",
        "UPDATE audit SET detail = ''",
        "DELETE FROM audit",
        "DROP TABLE contacts",
        "ALTER TABLE contacts DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE audit DISABLE TRIGGER ALL",
        "DROP POLICY segtui_member ON contacts",
        "CREATE FUNCTION leak(text) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
        "CREATE TABLE mine (id int)",
        "SELECT pg_read_file('/etc/passwd')",
        "COPY contacts TO '/tmp/out'",
    ],
)
def test_a_member_may_nothing_else(world: World, statement: str) -> None:
    with (
        pytest.raises(DBAPIError, match=r"permission denied|must be owner|must be superuser|only grows"),
        member_of(world.owner.database, world.main.company.id) as connection,
    ):
        connection.exec_driver_sql(statement)


def test_a_member_sees_the_own_company_alone(world: World) -> None:
    with member_of(world.owner.database, world.main.company.id) as connection:
        names = connection.exec_driver_sql("SELECT name FROM companies").scalars().all()
    assert names == [world.main.company.name]


@pytest.mark.parametrize("asked", [SECRET.lower(), "plain", "%", "_", "\\", "'; SELECT 1 --", '"', "'"])
def test_the_search_finds_rows_of_the_own_company_alone(world: World, asked: str) -> None:
    import json

    database, main = world.owner.database, world.main.company.id
    with member_of(database, main) as connection:
        found = connection.exec_driver_sql(
            "SELECT company_id, search FROM contacts WHERE ctid = ANY (ARRAY(SELECT segtui_search(%s)))",
            (json.dumps([[[asked]]]),),
        ).all()
        places = connection.exec_driver_sql("SELECT segtui_search(%s)", (json.dumps([[[asked]]]),)).all()
    assert {row.company_id for row in found} <= {main}
    assert len(places) == len(found)
    assert all(asked in row.search for row in found)
    assert bool(found) == (asked == "plain")


def test_the_search_says_nothing_to_a_member_of_no_company(world: World) -> None:
    with member_of(world.owner.database, None) as connection:
        assert connection.exec_driver_sql("SELECT segtui_search('[[[\"a\"]]]')").all() == []


def test_searches_and_filters_find_the_same_with_and_without_it(world: World) -> None:
    bare = open_database(world.owner.database.url.render_as_string(hide_password=False))
    bare.backend.is_guarded = False
    bare.backend._roles = None  # type: ignore[attr-defined]  # as if there were none
    without = open_session(bare, source="test", company="Main")
    for number in range(40):
        contacts.add(world.owner, {"email": f"p{number}@example.com", "first_name": f"Pat {number}", "state": "AZ"})
    for query in (
        ContactQuery(search="pat"),
        ContactQuery(search="pat 1", criteria=Comparison("state", "=", ("AZ",))),
        ContactQuery(search="zzz"),
        ContactQuery(world.main.segment_id, "plain"),
        ContactQuery(criteria=AnyOf((Comparison("state", "=", ("AZ",)), Comparison("state", "is blank"))), search="p"),
    ):
        found = [list(contacts.listing(each, query).ids()) for each in (world.owner, without)]
        assert found[0] == found[1]
    bare.close()


def test_a_check_finds_what_is_wrong_and_an_upgrade_mends_it(database: Database) -> None:
    assert maintenance.check(database) == []
    with database.engine.begin() as connection:
        found = row_level_security.detect_roles(connection)
        assert found is not None
        for statement in (
            "ALTER TABLE segments NO FORCE ROW LEVEL SECURITY",
            "DROP POLICY segtui_member ON memberships",
            f'CREATE POLICY segtui_member ON memberships TO "{found.member}" USING (true)',
            f'GRANT SELECT ON users TO "{found.member}"',
            f'GRANT DELETE ON audit TO "{found.admin}"',
        ):
            connection.exec_driver_sql(statement, execution_options={"every_company": True})
    said = " ".join(maintenance.check(database))
    for words in ("security is off for segments", "policies of memberships", "read or change users", "audit trail"):
        assert words in said
    maintenance.upgrade(database)
    assert maintenance.check(database) == []


def test_a_check_finds_a_policy_for_everybody(database: Database) -> None:
    with database.engine.begin() as connection:
        statement = "CREATE POLICY for_everybody ON segments USING (true) WITH CHECK (true)"
        connection.exec_driver_sql(statement, execution_options={"every_company": True})
    assert ["policies of segments" in problem for problem in maintenance.check(database)] == [True]


@pytest.fixture
def owned_by(postgresql_url: str) -> Iterator[Callable[[str], str]]:
    """Yield what makes an empty database owned by an ordinary account with some attributes, and returns its URL."""
    administrator = create_engine(make_url(postgresql_url).set(drivername="postgresql+psycopg"))
    made: list[str] = []

    def run(statement: str) -> None:
        with administrator.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(statement)

    def make(attributes: str) -> str:
        name = f"segtui_plain_{len(made)}"
        run(f"CREATE ROLE {name} LOGIN {attributes}")
        run(f"CREATE DATABASE {name} OWNER {name} TEMPLATE template0 ENCODING 'UTF8'")
        made.append(name)
        return administrator.url.set(database=name, username=name).render_as_string(hide_password=False)

    yield make
    for name in made:
        run(f"DROP DATABASE {name} WITH (FORCE)")
        run(f"DROP ROLE IF EXISTS segtui_member_{name}")
        run(f"DROP ROLE IF EXISTS segtui_admin_{name}")
        run(f"DROP ROLE {name}")
    administrator.dispose()


def test_an_ordinary_account_that_may_make_roles_is_guarded(owned_by: Callable[[str], str]) -> None:
    database = open_database(owned_by("CREATEROLE"))
    assert database.backend.is_guarded
    world = world_on(open_session(database, source="test"))
    assert [segment.name for segment in segments.find(world.owner, segments.SegmentQuery())] == [
        "Plain called", "Plain left out", "Plain segment", "Plain unnamed",
    ]  # fmt: skip
    # Who took no role sees nothing at all, forgotten or not.
    with database.engine.connect() as connection:
        connection.execution_options(every_company=True)
        version = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one())
        if version >= 160_000:
            assert _count(connection, "contacts") == 0
    assert maintenance.check(database) == []
    assert maintenance.upgrade(database)
    assert maintenance.boundary_warning(database) is None
    database.close()


def test_an_account_that_may_not_is_told_so_and_works(owned_by: Callable[[str], str]) -> None:
    database = open_database(owned_by("NOCREATEROLE"))
    assert not database.backend.is_guarded
    world = world_on(open_session(database, source="test"))
    assert contacts.total(world.owner) == 4
    assert "CREATEROLE" in str(maintenance.boundary_warning(database))
    assert maintenance.check(database) == []
    maintenance.upgrade(database)
    assert "program alone" in dict(maintenance.info(database))["Companies apart"]
    database.close()


def test_an_account_outside_of_the_roles_is_told_what_it_needs(
    owned_by: Callable[[str], str], postgresql_url: str
) -> None:
    url = owned_by("CREATEROLE")
    open_database(url).close()
    stranger = owned_by("NOCREATEROLE")
    elsewhere = make_url(stranger).set(database=make_url(url).database)
    with create_engine(make_url(url).set(drivername="postgresql+psycopg")).begin() as connection:
        connection.exec_driver_sql(
            "GRANT SELECT ON segtui_version TO PUBLIC", execution_options={"every_company": True}
        )
    with pytest.raises(DatabaseError, match=r"may not take the roles .* GRANT"):
        open_database(elsewhere.render_as_string(hide_password=False))


def test_roles_are_named_after_the_database_and_fit() -> None:
    assert row_level_security._named_after("calls") == CompanyRoles("segtui_member_calls", "segtui_admin_calls")
    long = row_level_security._named_after("d" * 63)
    assert len(long.member) <= 63
    assert long != row_level_security._named_after("d" * 62 + "e")
