"""A database of the revision before becomes one of this program, with everything that was in it."""

from sqlalchemy import text

from segtui.database import guard, schema
from segtui.database.engine import open_database
from segtui.services import campaigns, contacts, maintenance, segments
from segtui.services.campaigns import Given, claiming, dispatching, settling
from segtui.services.session import open_session
from tests.calling.support import attempts, launched

_TABLES = (
    "database_ids", "unrecorded_calls", "dispatcher", "call_attempts", "campaign_counts", "campaign_contacts",
    "campaign_exclusions", "campaigns",
)  # fmt: skip


def test_campaigns_come_into_a_database_that_had_none(database_url: str) -> None:
    database = open_database(database_url, create=False)
    session = open_session(database, source="test")
    segment_id = segments.create(session, "Leads").id
    contacts.add(session, {"phone": "+16025550199"}, segment_id)
    with database.engine.execution_options(writes=True, every_company=True).begin() as connection:
        for table in _TABLES:
            connection.execute(text(f"DROP TABLE {table}"))
        connection.execute(text(f"UPDATE {schema.VERSION_TABLE} SET version_num = '0004'"))
    database.close()
    older = open_database(database_url, create=False, any_version=True)
    assert maintenance.upgrade(older) == ("0004", schema.HEAD)
    older.close()
    database = open_database(database_url, create=False)
    session = open_session(database, source="test")
    made = campaigns.create(session, "Spring", segment_id, Given(agent="a"))
    assert campaigns.launch(session, made.id).total == 1
    assert maintenance.check(database) == []
    database.close()


def test_an_attempt_that_is_open_at_the_upgrade_gets_the_phone_that_is_called(database_url: str) -> None:
    database = open_database(database_url, create=False)
    session = open_session(database, source="test")
    campaign_id, _ = launched(session, 2)
    generation = dispatching.take_over(session, "the program before")
    claimed = claiming.claim(session, generation, campaign_id, 2).claims
    ended = settling.Settled(claimed[1].attempt_id, campaign_id, "answered")
    settling.record(session, generation, settled=[ended])
    columns = {"campaigns": ("confirmed_id",), "call_attempts": ("database_id", "phone", "platform_attempt_id")}
    with database.engine.execution_options(writes=True, every_company=True).begin() as connection:
        for table in ("unrecorded_calls", "database_ids"):
            connection.execute(text(f"DROP TABLE {table}"))
        for table, names in columns.items():
            for name in names:
                connection.execute(text(f"ALTER TABLE {table} DROP COLUMN {name}"))
        # This migration alone: those that follow it are done already.
        before = schema.REVISIONS[schema.REVISIONS.index("0009") - 1]
        connection.execute(text(f"UPDATE {schema.VERSION_TABLE} SET version_num = '{before}'"))
        if database.path is None:
            guard.lift(connection)
        schema.migrate(connection, "0009")
        connection.execute(text(f"UPDATE {schema.VERSION_TABLE} SET version_num = '{schema.HEAD}'"))
        if database.path is None:
            guard.install(connection)
    assert [(row.phone, row.database_id) for row in attempts(session)] == [(claimed[0].phone, None), (None, None)]
    assert campaigns.hold_of(session, campaign_id) is None
    database.close()
