"""In which zone somebody lives: by the timezone field, else the address, else the phone, else nobody knows."""

from zoneinfo import ZoneInfo, available_timezones

import pytest
from phonenumbers import SUPPORTED_REGIONS
from phonenumbers.tzdata import TIMEZONE_DATA

from segtui.domain.timezones.contact_zones import zone_of
from segtui.domain.timezones.phone_zones import NORTH_AMERICA, PREFIX
from segtui.domain.timezones.zone_tables import (
    MAIN_ZONE,
    ZONES_OF_NUMBER,
    ZONES_OF_STATE,
    zones_by_country,
    zones_of_country,
)


@pytest.mark.parametrize(
    ("timezone", "country", "state", "phone", "zone"),
    [
        # The field says it, however it is written.
        ("Europe/Madrid", "US", "AZ", "+16025550199", "Europe/Madrid"),
        (" america/chicago ", None, None, None, "America/Chicago"),
        ("EST", None, None, None, "America/New_York"),
        ("Pacific Time", None, None, None, "America/Los_Angeles"),
        # A name that is no place says nothing against the address and the number.
        ("UTC", "US", "AZ", "+16025550199", "America/Phoenix UTC"),
        ("GMT", None, None, "+16025550199", "America/Phoenix UTC Europe/Dublin"),
        ("Etc/UTC", "Atlantis", None, "+4930123456", "Europe/Berlin Etc/UTC"),
        ("Etc/GMT+5", None, None, None, "Etc/GMT+5"),
        # What is no zone says nothing.
        ("whenever", "US", "AZ", "+12125550199", "America/Phoenix"),
        ("../../etc/passwd", None, None, None, None),
        ("", "Spain", None, "+34612345678", "Europe/Madrid Atlantic/Canary"),
        # The address.
        (None, "USA", "Arizona", "+12125550199", "America/Phoenix"),
        (None, "us", " n.y. ", None, "America/New_York"),
        (None, "US", "New York", None, "America/New_York"),
        (None, "Deutschland", None, "+16025550199", "Europe/Berlin"),
        (None, "Spain", "Las Palmas", None, "Atlantic/Canary"),
        (None, "España", "Barcelona", None, "Europe/Madrid"),
        (None, "India", None, None, "Asia/Kolkata"),
        (None, "Australia", "QLD", None, "Australia/Brisbane"),
        (None, "Canada", "Québec", None, "America/Toronto"),
        # A state without a country, by the calling code; without a phone it could be anywhere.
        (None, None, "AZ", "+12125550199", "America/Phoenix"),
        (None, None, "ON", "+12125550199", "America/Toronto"),
        (None, None, "WA", "+61255501234", "Australia/Perth"),
        (None, None, "AZ", None, None),
        # A state of two zones: the phone decides where it can, else both are possible.
        (None, "US", "TN", "+18655550199", "America/New_York"),
        (None, "US", "FL", "+13055550199", "America/New_York"),
        (None, "US", "FL", "+12135550199", "America/New_York America/Chicago"),
        # The phone, where it says one zone.
        (None, None, None, "+16025550199", "America/Phoenix"),
        (None, None, None, "+442079460018", "Europe/London"),
        (None, None, None, "+447911123456", "Europe/London"),
        (None, None, None, "+4930123456", "Europe/Berlin"),
        (None, "Atlantis", "AZ", "+16025550199", "America/Phoenix"),
        (None, None, None, "+79161234567", "Europe/Kaliningrad Asia/Kamchatka"),
        (None, None, None, "+74951234567", "Europe/Moscow"),
        (None, None, None, "+18765550199", "America/Jamaica"),
        (None, None, None, "12", None),
        (None, None, None, "+61412345678", "Australia/Sydney Australia/Lord_Howe Indian/Cocos"),
        (None, "Australia", None, "+61412345678", "Australia/Sydney Australia/Lord_Howe Australia/Perth"),
        (None, "US", None, "+18005550199", "America/New_York America/Adak Pacific/Honolulu"),
        (None, None, None, "+80012345678", None),
        (None, None, None, None, None),
    ],
)
def test_the_first_that_says_one_zone_decides(
    timezone: str | None, country: str | None, state: str | None, phone: str | None, zone: str | None
) -> None:
    found = zone_of(timezone, country, state, phone)
    assert found == zone
    if phone is not None and phone.startswith(NORTH_AMERICA):
        # What an audience is grouped by decides like the whole number.
        assert zone_of(timezone, country, state, phone[:PREFIX]) == found


def test_every_zone_of_the_tables_is_one() -> None:
    of_states = {zone for states in ZONES_OF_STATE.values() for zones in states.values() for zone in zones}
    several = [*zones_by_country().values(), *ZONES_OF_NUMBER.values()]
    zones = {*(zone for each in several for zone in each), *of_states, *MAIN_ZONE.values()}
    assert zones <= available_timezones()
    assert all(ZoneInfo(zone) for zone in zones)
    assert all(several)
    assert len(zones_by_country()) > 240


def test_every_country_with_phone_numbers_has_zones() -> None:
    # Ascension and Tristan da Cunha have no zone of their own in the IANA database.
    assert {region for region in SUPPORTED_REGIONS if not zones_of_country(region)} == {"AC", "TA"}


def test_all_states_of_the_united_states_and_canada_are_known_by_code_and_name() -> None:
    for region, count in (("US", 56), ("CA", 13)):
        codes = {state for state in ZONES_OF_STATE[region] if len(state) == 2 and state not in {"nf", "pq", "yk"}}
        assert len(codes) == count


def test_numbers_of_north_america_are_told_apart_by_their_area_code_alone() -> None:
    assert all(len(prefix) >= PREFIX - 1 for prefix in TIMEZONE_DATA if prefix.startswith("1") and prefix != "1")
