"""Who waits to be called is found without reading all of an audience, however new it is to the database."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert

from segtui.database.tables.campaign_tables import campaign_contacts
from segtui.services.campaigns import campaign_rows
from segtui.services.campaigns.audience import due_queue
from segtui.services.campaigns.audience.due_queue import Waiting
from segtui.services.session import Session
from tests.dialer.support import launched
from tests.support.statements import executed

MANY = 5_000
SOME = 50
"""So many rows may be read, of whatever size an audience is."""
# Never the zone of the contacts of `launched`, which changes with the time of the day.
ZONES = (None, "Asia/Kolkata", "Europe/Madrid")


@pytest.fixture
def campaign_id(session: Session) -> int:
    """Return a campaign in which very many wait, for the first call and for another, whom nobody has analyzed."""
    campaign_id, _ = launched(session, 1)
    common = {"campaign_id": campaign_id, "phone": "+16025550199", "attempts": 1}
    with session.write() as tx:
        others = [
            {
                **common, "company_id": tx.company_id, "contact_id": 10_000 + number, "zone": ZONES[number % 3],
                "state": "retry" if number % 2 else "pending", "outcome": "busy" if number % 2 else None,
                "next_at": number if number % 2 else None,
            }
            for number in range(MANY)
        ]  # fmt: skip
        tx.execute(insert(campaign_contacts), others)
    return campaign_id


def most_rows(plan: dict[str, Any]) -> float:
    """Return how many rows the greediest step of a plan read."""
    own = (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"]
    return max([float(own), *(most_rows(each) for each in plan.get("Plans", ()))])


@pytest.mark.parametrize("database_url", ["postgresql", "partitioned"], indirect=True)
def test_no_step_reads_more_than_a_few(session: Session, campaign_id: int) -> None:
    at = datetime.now(UTC)
    with session.read() as tx:
        campaign = campaign_rows.get(tx, campaign_id)
        with executed(tx) as statements:
            due_queue.zones(tx, campaign_id)
            due_queue.due(tx, campaign, at, 10)
            due_queue.next_moments(tx, campaign, at)
        assert len(statements) > 6
        tx.connection.execution_options(every_company=True)
        for statement, values in statements:
            found = tx.connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", values).scalar_one()
            (explained,) = json.loads(found) if isinstance(found, str) else found
            assert most_rows(explained["Plan"]) <= SOME, (statement, values, explained)


def test_everybody_who_waits_is_found_by_state_and_zone(session: Session, campaign_id: int) -> None:
    at = datetime.now(UTC)
    with session.read() as tx:
        zones = due_queue.zones(tx, campaign_id)
        assert {Waiting(state, zone) for state in ("pending", "retry") for zone in ZONES} <= set(zones)
        assert len(zones) == len(set(zones)) == 2 * len(ZONES) + 1  # and that of whom the launch found
        found = due_queue.next_moments(tx, campaign_rows.get(tx, campaign_id), at)
        assert set(found) == {"pending", "retry"}
        assert all(each.at >= at for each in found.values())
