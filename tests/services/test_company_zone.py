"""The zone that the days of a company are in, and the live segments that depend on it."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from segtui.database.tables.core_tables import segments as segment_table
from segtui.errors import InvalidInput
from segtui.services.accounts import companies
from segtui.services.company_zone import company_today, company_zone, zone_changed
from segtui.services.segments import segments
from segtui.services.session import Session
from tests.conftest import TwoCompanies

TOKYO, MADRID, UTC = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Madrid"), ZoneInfo("UTC")


def test_a_company_has_the_zone_of_the_system_until_it_has_one_of_its_own(session: Session) -> None:
    session = replace(session, zone=TOKYO)
    assert company_zone(session) == UTC
    companies.edit(session, "Main", timezone="Europe/Madrid")
    # The session was opened before.
    assert company_zone(session) == MADRID
    with session.read() as tx:
        assert company_zone(tx) == MADRID


def test_an_admin_who_looks_at_all_companies_has_days_of_their_own(two_companies: TwoCompanies) -> None:
    companies.edit(two_companies.both, "Other", timezone="Europe/Madrid")
    both = replace(two_companies.both, zone=TOKYO)
    other = two_companies.other.one_company
    assert company_zone(both) is TOKYO
    assert company_zone(both, other.id) == MADRID
    assert company_zone(both, two_companies.main.one_company.id) == UTC
    assert company_zone(replace(two_companies.other, zone=TOKYO)) == MADRID


def test_the_day_is_that_of_the_company(session: Session) -> None:
    # The clocks of the two show the same hour, a day apart.
    companies.edit(session, "Main", timezone="Pacific/Kiritimati")
    first = company_today(session)
    companies.edit(session, "Main", timezone="Pacific/Honolulu")
    assert (first - company_today(session)).days == 1


def test_another_zone_makes_every_rule_of_the_company_due(two_companies: TwoCompanies) -> None:
    ids = [segments.create(session, "Leads").id for session in (two_companies.main, two_companies.other)]
    segments.create(two_companies.main, "Fixed")
    with two_companies.both.write() as tx:
        rules = update(segment_table).where(tx.backend.id_in(segment_table.c.id, ids))
        tx.execute(rules.values(rule='["source", "=", "x"]', changes_at=5))
        zone_changed(tx, two_companies.main.one_company.id)
        # The next transaction evaluates them.
        due = tx.execute(select(segment_table.c.id).where(segment_table.c.changes_at == 0)).scalars().all()
    assert due == ids[:1]


def test_an_unknown_zone_is_refused_with_the_nearest(session: Session) -> None:
    with pytest.raises(InvalidInput, match="Did you mean Europe/Madrid"):
        companies.edit(session, "Main", timezone="Europe/Madird")
