"""A database of the revision before becomes one of this program, with everything that was in it."""

from sqlalchemy import text

from segtui.database import schema
from segtui.database.engine import open_database
from segtui.services import campaigns, contacts, maintenance, segments
from segtui.services.campaigns import Given
from segtui.services.session import open_session

_TABLES = ("dispatcher", "call_attempts", "campaign_counts", "campaign_contacts", "campaign_exclusions", "campaigns")


def test_campaigns_come_into_a_database_that_had_none(database_url: str) -> None:
    database = open_database(database_url, create=False)
    session = open_session(database, source="test")
    segment_id = segments.create(session, "Leads").id
    contacts.add(session, {"phone": "+16025550199"}, segment_id)
    with database.engine.execution_options(writes=True, every_company=True).begin() as connection:
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
    made = campaigns.create(session, "Spring", segment_id, Given(agent="a"))
    assert campaigns.launch(session, made.id).total == 1
    assert maintenance.check(database) == []
    database.close()


def test_a_company_gets_a_zone_and_campaigns_lose_abbreviations_that_were_fixed_offsets(database_url: str) -> None:
    database = open_database(database_url, create=False)
    session = open_session(database, source="test")
    segment_id = segments.create(session, "Leads").id
    made = campaigns.create(session, "Spring", segment_id, Given(agent="a"))
    other = campaigns.create(session, "Other", segment_id, Given(agent="a", timezone="Europe/Madrid"))
    with database.engine.execution_options(writes=True, every_company=True).begin() as connection:
        connection.execute(text(f"UPDATE campaigns SET timezone = 'EST' WHERE id = {made.id}"))
        connection.execute(text("ALTER TABLE companies DROP COLUMN timezone"))
        connection.execute(text(f"UPDATE {schema.VERSION_TABLE} SET version_num = '0006'"))
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
