"""The zones in which a number may be, and that hours in the few that are kept hold in every one of them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers.tzdata import TIMEZONE_DATA

from segtui.domain.calling_hours import CallingHours
from segtui.domain.timezones.clock_comparison import narrowed, zones_in
from segtui.domain.timezones.phone_zones import zones_of_phone
from segtui.domain.timezones.possible_zones import possible_zones, zone_set_of
from segtui.domain.timezones.zone_tables import ZONES_OF_STATE, zones_by_country

AREAS = sorted({prefix[:4] for prefix in TIMEZONE_DATA if prefix.startswith("1") and len(prefix) > 3})


@pytest.mark.parametrize(
    ("phone", "zones"),
    [
        ("+34612345678", {"Europe/Madrid", "Atlantic/Canary"}),
        ("+34928123456", {"Atlantic/Canary"}),
        ("+351912345678", {"Europe/Lisbon", "Atlantic/Azores"}),
        ("+79161234567", {"Europe/Kaliningrad", "Asia/Kamchatka"}),
        ("+77011234567", {"Asia/Almaty"}),
        ("+6281212345678", {"Asia/Jakarta", "Asia/Jayapura"}),
        ("+61889123456", {"Australia/Darwin"}),
        ("+61755551234", {"Australia/Brisbane", "Australia/Sydney"}),
        ("+5511961234567", {"America/Sao_Paulo"}),
        ("+5597981234567", {"America/Manaus", "America/Rio_Branco"}),
        ("+5598981234567", {"America/Sao_Paulo"}),
        ("+525512345678", {"America/Mexico_City"}),
        ("+523111234567", {"America/Mazatlan", "America/Mexico_City"}),
        ("+56961234567", {"America/Santiago", "Pacific/Easter", "America/Punta_Arenas"}),
        ("+6421123456", {"Pacific/Auckland", "Pacific/Chatham"}),
        ("+593991234567", {"America/Guayaquil", "Pacific/Galapagos"}),
        ("+12195550123", {"America/Chicago", "America/New_York"}),
        ("+18505550123", {"America/Chicago", "America/New_York"}),
        ("+19285550123", {"America/Denver", "America/Phoenix"}),
        ("+12505550123", {"America/Edmonton", "America/Vancouver"}),
        ("+16025550199", {"America/Phoenix"}),
        ("+80012345678", set()),
        ("12", set()),
    ],
)
def test_a_number_may_be_in_all_zones_of_its_area_or_its_country(phone: str, zones: set[str]) -> None:
    found = set(narrowed(zones_of_phone(phone)))
    if phone.startswith("+569"):
        assert found <= zones
        assert {"Pacific/Easter", "America/Punta_Arenas"} <= found
    else:
        assert found == zones


def test_every_area_of_north_america_whose_blocks_disagree_has_all_their_zones() -> None:
    for area in AREAS:
        told = {zone for prefix, zones in TIMEZONE_DATA.items() if prefix.startswith(area) for zone in zones}
        assert set(zones_of_phone(f"+{area}5550123")) == told


def test_a_toll_free_number_may_be_anywhere_in_north_america() -> None:
    zones = set(zones_of_phone("+18005550199"))
    assert {"Pacific/Guam", "Pacific/Honolulu", "America/St_Johns", "America/Puerto_Rico", "America/Phoenix"} <= zones
    of_country = set(narrowed(possible_zones("", "US", "", "+18005550199")))
    assert of_country == {"America/New_York", "America/Adak", "Pacific/Honolulu"}


NUMBERS = st.one_of(
    st.sampled_from(AREAS).map(lambda area: f"+{area}5550123"),
    st.sampled_from(
        ["+34612345678", "+79161234567", "+61412345678", "+6281212345678", "+525512345678", "+351912345678",
         "+18005550199", "+5597981234567", "+56961234567", "+2992212345", "+689871234567", "+68672012345",
         "+80012345678"]
    ),
)  # fmt: skip
NO_PLACES = (
    "UTC", "Etc/UTC", "Etc/UCT", "Zulu", "Etc/Zulu", "Universal", "GMT", "Etc/GMT", "GMT0", "Etc/GMT+0", "Greenwich",
    "Etc/Greenwich", "Etc/GMT+5", "Etc/GMT-14", "(UTC) Coordinated Universal Time", "UTC/GMT", "GMT+0", "+00:00",
)  # fmt: skip
TEXTS = st.sampled_from(
    ["", "EST", "CST", "MST", "IST", "BST", "AST", "Central", "GMT+2", "UTC-05:00", "CET", "Hawaii", "whenever",
     "Pacific Time (US & Canada)", "Asia/Tokyo", *NO_PLACES]
)  # fmt: skip
PLACES = st.one_of(
    st.just((None, "")),
    st.sampled_from(sorted(zones_by_country())).map(lambda region: (region, "")),
    st.sampled_from([(region, state) for region, states in ZONES_OF_STATE.items() for state in states]),
)
QUARTER = timedelta(minutes=15)
# Two years, and the days around the changes of clocks in the Americas, Europe and Australia.
CHANGES = ((2026, 3, 8), (2026, 3, 29), (2026, 4, 5), (2026, 10, 4), (2026, 10, 25), (2026, 11, 1), (2027, 3, 14))
INSTANTS = st.one_of(
    st.integers(0, 2 * 365 * 24 * 4).map(lambda quarters: datetime(2026, 1, 1, tzinfo=UTC) + quarters * QUARTER),
    st.tuples(st.sampled_from(CHANGES), st.integers(-96, 192)).map(
        lambda pair: datetime(*pair[0], tzinfo=UTC) + pair[1] * QUARTER
    ),
)
HOURS = st.tuples(st.integers(480, 1200), st.integers(15, 780), st.sets(st.integers(0, 6), min_size=1)).map(
    lambda parts: CallingHours(parts[0], min(1260, parts[0] + parts[1]), frozenset(parts[2]))
)


def allowed(hours: CallingHours, at: datetime, zones: tuple[str, ...]) -> bool:
    """Return what the clocks of each zone say, one by one."""
    for name in zones:
        local = at.astimezone(ZoneInfo(name))
        minute = local.hour * 60 + local.minute
        if local.weekday() not in hours.days or not hours.opens <= minute < hours.closes:
            return False
    return True


@settings(max_examples=300)
@given(hours=HOURS, text=TEXTS, place=PLACES, phone=NUMBERS, at=INSTANTS)
def test_hours_hold_in_a_zone_set_exactly_when_they_hold_in_every_possible_zone(
    hours: CallingHours, text: str, place: tuple[str | None, str], phone: str, at: datetime
) -> None:
    every = possible_zones(text, *place, phone)
    zone_set = zone_set_of(text, *place, phone)
    assert (zone_set is None) == (not every)
    if zone_set is None:
        return
    clocks = zones_in(zone_set)
    assert hours.hold(at, *clocks) == allowed(hours, at, every)
    opening = hours.next_allowed(at, *clocks)
    if opening is not None:
        assert allowed(hours, opening, every)
        assert opening >= at
        # Nothing is allowed before it.
        earlier = at
        while earlier < min(opening, at + timedelta(days=3)):
            assert not allowed(hours, earlier, every)
            earlier += timedelta(minutes=15)


@given(text=st.sampled_from(NO_PLACES), place=PLACES, phone=NUMBERS, at=INSTANTS)
def test_a_word_that_is_no_place_takes_no_zone_of_the_address_or_the_number_away(
    text: str, place: tuple[str | None, str], phone: str, at: datetime
) -> None:
    hours = CallingHours(8 * 60, 21 * 60, frozenset(range(7)))
    without = possible_zones("", *place, phone)
    assert set(without) <= set(possible_zones(text, *place, phone))
    zone_set = zone_set_of(text, *place, phone)
    assert zone_set is not None
    if hours.hold(at, *zones_in(zone_set)):
        assert allowed(hours, at, without)


def test_zones_without_an_hour_in_common_have_none_all_year() -> None:
    morning = CallingHours(9 * 60, 12 * 60, frozenset(range(7)))
    clocks = zones_in("Europe/Kaliningrad Asia/Kamchatka")
    at = datetime(2026, 11, 30, tzinfo=UTC)
    assert morning.next_allowed(at, *clocks) is None
    assert list(morning.windows(at, *clocks)) == []
    # London and the Azores are an hour apart; Phoenix and Denver only while summer time holds in one.
    hour = CallingHours(9 * 60, 10 * 60, frozenset(range(7)))
    winter = hour.next_allowed(datetime(2026, 6, 1, tzinfo=UTC), *zones_in("America/Phoenix America/Denver"))
    assert winter is not None
    assert winter.astimezone(ZoneInfo("America/Denver")).date().isoformat() == "2026-11-01"
