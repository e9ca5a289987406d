"""A PostgreSQL database whose default is a stricter isolation: nothing of the program goes by what was true before."""

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, make_url

from segtui.database.engine import Database, open_database
from segtui.services import campaigns
from segtui.services.campaigns.dispatch import claiming, dispatcher_lease
from segtui.services.segments import segments
from segtui.services.session import Session, open_session
from tests.dialer.support import launched

STRICT = {"DATABASE {name}": "repeatable read", "ROLE CURRENT_USER IN DATABASE {name}": "serializable"}


@pytest.fixture(params=list(STRICT.items()), ids=list(STRICT.values()))
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Yield a fresh database that, or for whose account, the server has a stricter default."""
    of, level = request.param
    with request.getfixturevalue("postgresql_databases").fresh() as url:
        engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
        with engine.begin() as connection:
            name = connection.exec_driver_sql("SELECT quote_ident(current_database())").scalar_one()
            connection.exec_driver_sql(f"ALTER {of.format(name=name)} SET default_transaction_isolation = '{level}'")
        engine.dispose()
        yield url


def test_no_transaction_takes_the_default(database: Database, session: Session) -> None:
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW default_transaction_isolation").scalar() != "read committed"
    for transaction in (session.read, session.write, session.note):
        with transaction() as tx:
            assert tx.connection.exec_driver_sql("SHOW transaction_isolation").scalar() == "read committed"


def test_who_is_superseded_in_the_middle_of_a_transaction_writes_nothing(session: Session) -> None:
    campaign_id, _ = launched(session, 1)
    old = dispatcher_lease.take_over(session, "old")
    with session.write() as tx:
        dispatcher_lease.take_over(session, "new")
        with pytest.raises(dispatcher_lease.Superseded):
            dispatcher_lease.demand_current(tx, old)
    with pytest.raises(dispatcher_lease.Superseded):
        claiming.claim(session, old, campaign_id, 1)
    assert campaigns.overview(session, campaign_id).states["pending"] == 1


def test_who_waited_for_another_writer_goes_by_what_that_one_wrote(database: Database, session: Session) -> None:
    segment = segments.create(session, "Leads")
    names = [f"Leads {number}" for number in range(20)]
    errors: list[Exception] = []

    def rename(mine: list[str]) -> None:
        own = open_session(database, source="test")
        try:
            for name in mine:
                segments.edit(own, segment.id, name=name)
        except Exception as error:  # noqa: BLE001  the test says what it was
            errors.append(error)

    threads = [threading.Thread(target=rename, args=(names[place::4],)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_opening_it_makes_the_tables_of_an_empty_one(database_url: str) -> None:
    engine = create_engine(make_url(database_url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()
    opened = [threading.Thread(target=lambda: open_database(database_url).close()) for _ in range(3)]
    for each in opened:
        each.start()
    for each in opened:
        each.join()
    database = open_database(database_url, create=False)
    assert open_session(database, source="test").one_company.name == "Main"
    database.close()
