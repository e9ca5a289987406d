"""Nobody is dialled at a moment at which the hours do not hold in every zone that is possible."""

import random
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from segtui.database.tables.campaign_tables import call_attempts, campaign_contacts
from segtui.database.tables.campaign_tables import campaigns as table
from segtui.domain.countries import region_of
from segtui.domain.timezones.possible_zones import possible_zones
from segtui.services import campaigns
from segtui.services.accounts import companies
from segtui.services.campaigns import campaign_rows
from segtui.services.campaigns.dispatch import claiming, dispatcher_lease, settling
from segtui.services.campaigns.forecasting import AssumedZones
from segtui.services.campaigns.results import result_search
from segtui.services.campaigns.results.result_search import ResultQuery
from segtui.services.contacts import contacts
from segtui.services.segments import segments
from segtui.services.session import Session, moment
from tests.services.campaigns.support import draft

PEOPLE = (
    {"phone": "+34612345678"},
    {"phone": "+34612345679", "country": "Spain", "state": "Las Palmas"},
    {"phone": "+79161234567"},
    {"phone": "+79161234568", "country": "Russia", "state": "Moscow"},
    {"phone": "+61412345678"},
    {"phone": "+61412345679", "country": "Australia", "state": "NSW", "timezone": "EST"},
    {"phone": "+6281212345678"},
    {"phone": "+351912345678"},
    {"phone": "+12195550123"},
    {"phone": "+18125550123"},
    {"phone": "+18505550123", "country": "US", "state": "FL"},
    {"phone": "+16025550123", "timezone": "MST"},
    {"phone": "+18005550123"},
    {"phone": "+18005550124", "country": "USA"},
    {"phone": "+14165550123", "timezone": "Eastern Time (US & Canada)"},
    {"phone": "+8613812345678", "timezone": "CST"},
    {"phone": "+919812345678", "timezone": "IST"},
    {"phone": "+447911123456", "timezone": "GMT"},
    {"phone": "+4915112345678", "timezone": "EST"},
    {"phone": "+5592991234567"},
    {"phone": "+80012345678"},
    {"phone": "+16025550124", "timezone": "UTC"},
    {"phone": "+16025550125", "country": "US", "state": "NY", "timezone": "Etc/UTC"},
    {"phone": "+34612345670", "country": "Spain", "timezone": "GMT"},
    {"phone": "+16025550126", "timezone": "Etc/GMT+5"},
    {"phone": "+299221234", "timezone": "GMT"},
    {"phone": "+4930123456", "timezone": "Zulu"},
    {"phone": "+80012345679", "timezone": "UTC"},
)
# Around the changes of clocks in America, in Europe and in Australia, and in between.
DAYS = (
    datetime(2027, 1, 4, tzinfo=UTC), datetime(2027, 3, 12, tzinfo=UTC), datetime(2027, 3, 26, tzinfo=UTC),
    datetime(2027, 4, 2, tzinfo=UTC), datetime(2027, 7, 1, tzinfo=UTC), datetime(2027, 10, 1, tzinfo=UTC),
    datetime(2027, 10, 29, tzinfo=UTC), datetime(2027, 11, 5, tzinfo=UTC),
)  # fmt: skip


class _Wall:
    """A wall clock that the test sets."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = datetime(2027, 1, 4, tzinfo=UTC)
        monkeypatch.setattr(time, "time_ns", lambda: round(self.at.timestamp() * 1e9))


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> _Wall:
    """Return the wall clock."""
    return _Wall(monkeypatch)


def _segment(session: Session, people: tuple[dict[str, str], ...]) -> int:
    segment_id = segments.create(session, "Round the world").id
    for fields in people:
        contacts.add(session, fields, segment_id)
    return segment_id


def _holds(fields: dict[str, str], usual: str, at: datetime) -> bool:
    """Return what the clocks of each zone show in which somebody may be: 9:00 to 20:00, Monday to Friday."""
    region = region_of(fields["country"]) if "country" in fields else None
    every = possible_zones(fields.get("timezone", ""), region, fields.get("state", ""), fields["phone"])
    shown = [at.astimezone(ZoneInfo(zone)) for zone in every or (usual,)]
    return all(local.weekday() < 5 and 9 <= local.hour < 20 for local in shown)


def test_nobody_is_claimed_outside_the_hours_of_any_zone_that_is_possible(session: Session, wall: _Wall) -> None:
    segment_id = _segment(session, PEOPLE)
    made = draft(session, segment_id, timezone="Europe/Madrid", concurrent=100, calls_per_hour=1000)
    campaigns.launch(session, made.id)
    generation = dispatcher_lease.take_over(session, "test")
    chance = random.Random(4)
    by_phone = {fields["phone"]: fields for fields in PEOPLE}
    called: set[str] = set()
    for _ in range(160):
        wall.at = chance.choice(DAYS) + timedelta(minutes=15 * chance.randrange(4 * 24 * 7))
        claims = claiming.claim(session, generation, made.id, 50).claims
        for claim in claims:
            assert _holds(by_phone[claim.phone], "Europe/Madrid", wall.at), (claim.phone, wall.at)
            called.add(claim.phone)
        # Whoever could be called was: a margin before the end is left out.
        later = wall.at + timedelta(minutes=1)
        assert {
            phone for phone, fields in by_phone.items()
            if _holds(fields, "Europe/Madrid", wall.at) and _holds(fields, "Europe/Madrid", later)
        } <= called  # fmt: skip
        settling.record(session, generation, released=[(made.id, claim.attempt_id) for claim in claims])
    assert len(called) > len(PEOPLE) - 4


@pytest.fixture
def stuck(session: Session, wall: _Wall) -> tuple[int, int]:
    """Return a launched campaign and the only contact of it, for whom it has no hour."""
    wall.at = datetime(2027, 1, 4, 10, tzinfo=UTC)
    segment_id = segments.create(session, "Russia").id
    contact = contacts.add(session, {"phone": "+79161234567"}, segment_id)
    made = draft(session, segment_id, hours="9am-12pm", days="daily", timezone="Europe/Moscow")
    assert campaigns.guesses(session, made.id) == AssumedZones(doubtful=1, without_hours=1)
    campaigns.launch(session, made.id)
    return made.id, contact.id


def test_who_has_no_hour_waits_and_everything_says_so(session: Session, stuck: tuple[int, int]) -> None:
    campaign_id, contact_id = stuck
    generation = dispatcher_lease.take_over(session, "test")
    assert claiming.claim(session, generation, campaign_id, 5) == claiming.Claimed(())
    said = campaigns.overview(session, campaign_id).reason or ""
    assert said.startswith("1 contact waits because no calling hour holds in all possible time zones")
    assert "Europe/Kaliningrad, Asia/Kamchatka" in said
    [result] = campaigns.results(session, campaign_id)
    assert (result.state, result.next_at) == ("pending", None)
    assert result.reason == "no calling hour holds in all possible time zones"
    [each] = campaigns.of_contact(session, contact_id).campaigns
    assert "but no calling hour holds" in each.words(str)
    [row] = result_search.listing(session, ResultQuery(campaign_id, sort="next")).first(5)
    assert row.reason == result.reason
    assert campaigns.assumed_zones(session, campaign_id) == AssumedZones(doubtful=1, without_hours=1)


def test_a_state_or_a_zone_that_is_given_later_lets_it_be_called(session: Session, stuck: tuple[int, int]) -> None:
    campaign_id, contact_id = stuck
    generation = dispatcher_lease.take_over(session, "test")
    contacts.edit(session, contact_id, {"timezone": "Europe/London"})
    [claim] = claiming.claim(session, generation, campaign_id, 5).claims
    assert claim.contact_id == contact_id


def test_so_does_one_that_an_import_gives(session: Session, stuck: tuple[int, int], wall: _Wall) -> None:
    from segtui.database.tables.core_tables import contacts as people
    from segtui.services.session import stored

    campaign_id, contact_id = stuck
    generation = dispatcher_lease.take_over(session, "test")
    wall.at += timedelta(minutes=5)
    with session.write() as tx:
        values = {"timezone": "Europe/London", "updated_at": stored(wall.at)}
        tx.execute(update(people).where(tx.scope(people), people.c.id == contact_id).values(values))
    [claim] = claiming.claim(session, generation, campaign_id, 5).claims
    assert claim.contact_id == contact_id


def test_the_next_try_is_the_first_moment_within_the_hours_and_the_list_is_sorted_by_it(
    session: Session, wall: _Wall
) -> None:
    wall.at = datetime(2027, 1, 9, 12, tzinfo=UTC)  # a Saturday
    people = (
        {"phone": "+16025550123", "timezone": "America/Phoenix"},
        {"phone": "+16025550124", "timezone": "Europe/Madrid"},
        {"phone": "+34612345678"},
        {"phone": "+16025550125", "timezone": "Asia/Tokyo"},
    )
    segment_id = _segment(session, people)
    made = draft(session, segment_id, timezone="UTC", retry_delay=60)
    campaigns.launch(session, made.id)
    found = {each.phone: each.next_at for each in campaigns.results(session, made.id)}
    monday = datetime(2027, 1, 11, tzinfo=UTC)
    assert found == {
        "+16025550123": monday.replace(hour=16),
        "+16025550124": monday.replace(hour=8),
        "+34612345678": monday.replace(hour=9),  # nine in the Canaries
        "+16025550125": monday,
    }
    for descending in (False, True):
        listed = result_search.listing(session, ResultQuery(made.id, sort="next", descending=descending)).first(10)
        moments = [row.next_at for row in listed if row.next_at is not None]
        assert len(moments) == 4
        assert moments == sorted(moments, reverse=descending)
    # One is called at nine in Tokyo, and again not before Tuesday there: the delay ends at nine in the evening.
    generation = dispatcher_lease.take_over(session, "test")
    wall.at = monday.replace(hour=10, minute=30)
    with session.write() as tx:
        tx.execute(update(table).where(tx.scope(table)).values(retry_delay=600))
    [claim] = [each for each in claiming.claim(session, generation, made.id, 5).claims if each.phone == "+16025550125"]
    settling.record(session, generation, settled=[settling.Settled(claim.attempt_id, made.id, "busy")])
    [again] = [each.next_at for each in campaigns.results(session, made.id) if each.phone == "+16025550125"]
    assert again == monday.replace(day=12)
    # Who may be called now has no later moment; a pause says nothing of a first call.
    now_ = {each.phone: each.next_at for each in campaigns.results(session, made.id) if each.state == "pending"}
    assert now_["+16025550123"] == monday.replace(hour=16)
    campaigns.pause(session, made.id)
    paused = {each.phone: each.next_at for each in campaigns.results(session, made.id) if each.state == "pending"}
    assert set(paused.values()) == {None}


def test_before_its_start_a_campaign_calls_nobody_and_the_next_tries_say_so(session: Session, wall: _Wall) -> None:
    wall.at = datetime(2027, 1, 4, 12, tzinfo=UTC)
    people = ({"phone": "+34928123456"}, {"phone": "+4930123456"})
    made = draft(session, _segment(session, people), timezone="UTC", start="2027-01-05 08:00")
    campaigns.launch(session, made.id)
    found = {each.phone: each.next_at for each in campaigns.results(session, made.id)}
    # It is eight in the Canaries then, and nine in Berlin.
    start = datetime(2027, 1, 5, 8, tzinfo=UTC)
    assert found == {"+34928123456": start.replace(hour=9), "+4930123456": start}
    listed = result_search.listing(session, ResultQuery(made.id, sort="next")).first(5)
    assert [row.next_at for row in listed] == [start, start.replace(hour=9)]


def test_a_campaign_has_the_zone_of_its_company_and_its_start_is_read_in_it(session: Session) -> None:
    companies.edit(session, "Main", timezone="Europe/Madrid")
    session = session.bound_to(companies.by_name(session, "Main"))
    segment_id = _segment(session, PEOPLE[:1])
    made = draft(session, segment_id, start="2027-07-01 09:00")
    assert made.settings.timezone == "Europe/Madrid"
    assert made.settings.start_at == datetime(2027, 7, 1, 7, tzinfo=UTC)
    assert made.settings.shown_start == "2027-07-01 09:00 (Europe/Madrid)"
    spoken = draft(session, segment_id, "Other", start="2027-07-01 09:00", timezone="Europe/London")
    assert spoken.settings.start_at == datetime(2027, 7, 1, 8, tzinfo=UTC)
    assert campaigns.get(session, made.id).settings == made.settings


def test_words_for_a_campaigns_zone_are_read_in_its_companys_region(session: Session) -> None:
    segment_id = _segment(session, PEOPLE[:1])
    assert draft(session, segment_id, timezone="EST").settings.timezone == "America/New_York"
    companies.edit(session, "Main", region="CN")
    session = session.bound_to(companies.by_name(session, "Main"))
    assert draft(session, segment_id, "Other", timezone="CST").settings.timezone == "Asia/Shanghai"
    assert draft(session, segment_id, "Third").settings.timezone == "Asia/Shanghai"


def test_the_limit_of_an_hour_goes_by_a_clock_that_nobody_sets(session: Session, wall: _Wall) -> None:
    wall.at = datetime(2027, 1, 4, 12, tzinfo=UTC)
    segment_id = _segment(session, ({"phone": "+34928123456"}, {"phone": "+34928123457"}))
    made = draft(session, segment_id, timezone="UTC", calls_per_hour=1)
    campaigns.launch(session, made.id)
    generation = dispatcher_lease.take_over(session, "test")
    [_] = claiming.claim(session, generation, made.id, 1).claims
    for hours in (2, -2):
        wall.at = datetime(2027, 1, 4, 12, tzinfo=UTC) + timedelta(hours=hours)
        dispatcher_lease.beat(session, generation, None)
        said = campaigns.overview(session, made.id).reason or ""
        assert "the limit of 1 calls an hour is reached" in said
        nearly = wall.at + timedelta(minutes=59)  # some of the test has passed
        assert any(f"{each:%Y-%m-%d %H:%M}" in said for each in (nearly, nearly + timedelta(minutes=1))), said
    # A dispatcher that was seen an hour ahead of now was not seen: somebody set the clock back.
    wall.at -= timedelta(hours=1)
    assert "no dispatcher is running" in (campaigns.overview(session, made.id).reason or "")
    with session.read() as tx:
        assert (
            moment(tx.execute(select(call_attempts.c.started_at).where(tx.scope(call_attempts))).scalar_one()).hour
            == 12
        )
        assert campaign_rows.get(tx, made.id).calls == 1
        zones = select(campaign_contacts.c.zone).where(tx.scope(campaign_contacts))
        assert tx.execute(zones).scalars().all() == ["Atlantic/Canary"] * 2
