"""What people and other programs write for a time zone, and where it is read: inside the country and the state."""

import pytest

from segtui.domain.timezones.possible_zones import zone_set_of
from segtui.domain.timezones.zone_meaning import is_understood, state_zones
from segtui.domain.timezones.zone_setting import checked_zone
from segtui.errors import InvalidInput


@pytest.mark.parametrize(
    ("timezone", "region", "state", "phone", "zones"),
    [
        # Words inside the country and the state.
        ("EST", "AU", "NSW", "", "Australia/Sydney"),
        ("EST", "AU", "Queensland", "", "Australia/Brisbane"),
        ("EST", "AU", "", "", "Australia/Sydney Australia/Brisbane"),
        ("EDT", "AU", "", "", "Australia/Sydney"),
        ("EST", None, "NSW", "+61255501234", "Australia/Sydney"),
        ("Eastern Standard Time", "AU", "VIC", "", "Australia/Melbourne"),
        ("Central", "AU", "NT", "", "Australia/Darwin"),
        ("CST", "AU", "SA", "", "Australia/Adelaide"),
        ("EST", "US", "", "", "America/New_York"),
        ("EST", None, "", "+16025550199", "America/New_York"),
        ("CST", "CN", "", "", "Asia/Shanghai"),
        ("CST", None, "", "+8613812345678", "Asia/Shanghai"),
        ("CST", "CA", "SK", "", "America/Regina"),
        ("CST", "CA", "Saskatchewan", "", "America/Regina"),
        ("CST", "CA", "MB", "", "America/Winnipeg"),
        ("MST", "US", "AZ", "", "America/Phoenix"),
        ("MST", "US", "", "+16025550199", "America/Phoenix"),
        ("MST", "US", "CO", "", "America/Denver"),
        ("MST", "US", "", "", "America/Denver America/Phoenix"),
        ("IST", "IN", "", "", "Asia/Kolkata"),
        ("IST", "IL", "", "", "Asia/Jerusalem"),
        ("IST", "IE", "", "", "Europe/Dublin"),
        ("BST", "GB", "", "", "Europe/London"),
        ("BST", "BD", "", "", "Asia/Dhaka"),
        ("AST", "SA", "", "", "Asia/Riyadh"),
        ("AST", "PR", "", "", "America/Puerto_Rico"),
        ("AST", "US", "", "", "America/Puerto_Rico"),
        ("AST", "CA", "NS", "", "America/Halifax"),
        ("PST", "PH", "", "", "Asia/Manila"),
        ("PST", "MX", "", "", "America/Tijuana"),
        ("AKST", "US", "", "", "America/Anchorage"),
        ("HST", "US", "HI", "", "Pacific/Honolulu"),
        ("CET", "DE", "", "", "Europe/Berlin"),
        ("GMT", "GB", "", "", "Europe/London"),
        # A word that is none of the country: hours hold there too.
        ("EST", "DE", "", "", "America/New_York America/Atikokan Europe/Berlin"),
        # Fixed offsets: the zones of the country that have them at some time of the year.
        ("GMT+2", "DE", "", "", "Europe/Berlin"),
        ("UTC-05:00", "US", "", "", "America/New_York America/Chicago"),
        ("GMT\u22128", "US", "CA", "", "America/Los_Angeles"),
        ("+0530", "IN", "", "", "Asia/Kolkata"),
        ("GMT+2", None, "", "+80012345678", "Etc/GMT-2"),
        ("GMT+2", "US", "AZ", "", "Etc/GMT-2 America/Phoenix"),
        # Words that are no place: hours hold by them and by the address or the number; alone they are an assumption.
        ("UTC", "US", "AZ", "", "America/Phoenix UTC"),
        ("Etc/UTC", "US", "", "+16025550199", "America/Phoenix Etc/UTC"),
        ("utc", None, "", "+16025550199", "America/Phoenix UTC"),
        ("Zulu", None, "", "+16025550199", "America/Phoenix Zulu"),
        ("GMT0", "ES", "Las Palmas", "", "Atlantic/Canary GMT0"),
        ("Universal", "JP", "", "", "Asia/Tokyo Universal"),
        ("Coordinated Universal Time", "JP", "", "", "Asia/Tokyo UTC"),
        ("(UTC) Coordinated Universal Time", "JP", "", "", "Asia/Tokyo UTC"),
        ("(UTC+00:00) UTC", "JP", "", "", "Asia/Tokyo UTC"),
        ("UTC/GMT", "JP", "", "", "Asia/Tokyo UTC"),
        ("UTC", "GB", "", "", "Europe/London UTC"),
        ("GMT/UTC", "GB", "", "", "Europe/London"),
        ("(GMT+00:00) Greenwich Mean Time", "GB", "", "", "Europe/London"),
        ("UTC", "IS", "", "", "Atlantic/Reykjavik"),
        ("UTC+0", "ES", "", "", "Europe/Madrid Atlantic/Canary UTC"),
        ("+00:00", "JP", "", "", "Asia/Tokyo UTC"),
        ("GMT", "GL", "", "", "America/Danmarkshavn America/Thule"),
        ("Etc/GMT+5", "US", "NY", "", "America/New_York Etc/GMT+5"),
        ("Etc/GMT-2", "DE", "", "", "Europe/Berlin Etc/GMT-2"),
        ("International Date Line West", "NZ", "", "+6491234567", "Pacific/Auckland Pacific/Chatham Etc/GMT+12"),
        ("Dateline Standard Time", "JP", "", "", "Asia/Tokyo Etc/GMT+12"),
        ("UTC", None, "", "+80012345678", "UTC"),
        ("Etc/GMT+5", None, "", "+80012345678", "Etc/GMT+5"),
        # Territories that people write as a part of a country: their numbers tell.
        ("", "FR", "", "+262692123456", "Indian/Reunion"),
        ("", "FR", "Guadeloupe", "+590690123456", "America/Guadeloupe"),
        ("", "NZ", "", "+68221234", "Pacific/Rarotonga"),
        # Names of other programs.
        ("(GMT-08:00) Pacific Time (US & Canada)", "US", "", "", "America/Los_Angeles"),
        ("(GMT-08:00) Pacific Time (US & Canada)", None, "", "", "America/Los_Angeles"),
        ("(UTC-07:00) Arizona", "US", "", "", "America/Phoenix"),
        ("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", None, "", "", "Europe/Amsterdam"),
        ("(GMT+05:30) Chennai, Kolkata, Mumbai, New Delhi", None, "", "", "Asia/Kolkata"),
        ("W. Europe Standard Time", None, "", "", "Europe/Berlin"),
        ("GMT Standard Time", None, "", "", "Europe/London"),
        ("AUS Eastern Standard Time", None, "", "", "Australia/Sydney"),
        ("america_slash_los_angeles", None, "", "", "America/Los_Angeles"),
        ("America/New York", None, "", "", "America/New_York"),
        ("US/Eastern", None, "", "", "America/New_York"),
        ("EST5EDT", None, "", "", "America/New_York"),
        ("Eastern Time (ET)", "US", "", "", "America/New_York"),
        ("EST/EDT", "US", "", "", "America/New_York"),
        ("Europe/Berlin (CET)", None, "", "", "Europe/Berlin"),
        ("Hawaii", "US", "", "", "Pacific/Honolulu"),
        ("Brasilia", "BR", "", "", "America/Sao_Paulo"),
        ("Mexico City", "MX", "", "", "America/Mexico_City"),
        ("US-AZ", "US", "", "", "America/Phoenix"),
        ("Calif.", "US", "", "", "America/Los_Angeles"),
        ("Washington DC", "US", "", "", "America/New_York"),
        # A bare name of another country than address and number: towns share names, so hours hold by both.
        ("Paris", "US", "IL", "", "Europe/Paris America/Chicago"),
        ("paris", "US", "IL", "+13125550199", "Europe/Paris America/Chicago"),
        ("Paris", None, "", "+13125550199", "Europe/Paris America/Chicago"),
        ("Paris", "US", "IL", "+33123456789", "Europe/Paris America/Chicago"),
        ("London", "CA", "NS", "", "Europe/London America/Halifax"),
        ("Melbourne", "US", "FL", "+13215550199", "Australia/Melbourne America/New_York"),
        ("Jamaica", "US", "NY", "+17185550199", "Jamaica America/New_York"),
        ("Edinburgh", "US", "OH", "+16145550199", "Europe/London America/New_York"),
        ("W. Europe Standard Time", "US", "IL", "", "Europe/Berlin America/Chicago"),
        ("(UTC+01:00) Amsterdam, Berlin, Bern, Rome", "US", "IL", "", "Europe/Amsterdam America/Chicago"),
        ("Paris", "US", "TX", "", "Europe/Paris America/Chicago America/Denver"),
        ("Paris", "FR", "", "", "Europe/Paris"),
        ("Paris", "DE", "", "", "Europe/Paris"),
        ("Paris", None, "", "+33123456789", "Europe/Paris"),
        ("Reunion", "FR", "", "", "Indian/Reunion"),
        ("Denver", "US", "AZ", "+16025550199", "America/Denver"),
        ("Denver", None, "", "+16025550199", "America/Denver"),
        ("Europe/Paris", "US", "IL", "", "Europe/Paris"),
        ("europe/paris", None, "", "+13125550199", "Europe/Paris"),
        ("Europe/Paris (CET)", "US", "IL", "", "Europe/Paris"),
        ("US-AZ", "DE", "", "", "America/Phoenix"),
        # An offset that contradicts the name, and what is no zone: the address decides.
        ("(GMT-05:00) Pacific Time", "US", "AZ", "", "America/Phoenix"),
        ("(GMT+01:00) Tokyo", "JP", "", "", "Asia/Tokyo"),
        ("Tokyo", None, "", "", "Asia/Tokyo"),
        ("whenever", "US", "AZ", "", "America/Phoenix"),
        ("2", "US", "AZ", "", "America/Phoenix"),
        ("localtime", "US", "AZ", "", "America/Phoenix"),
    ],
)
def test_a_text_means_the_zones_that_its_writer_can_have_meant(
    timezone: str, region: str | None, state: str, phone: str, zones: str
) -> None:
    assert zone_set_of(timezone, region, state, phone) == zones


@pytest.mark.parametrize(
    ("state", "zone"),
    [
        ("Calif.", "America/Los_Angeles"), ("US-AZ", "America/Phoenix"), ("n.y.", "America/New_York"),
        ("Washington DC", "America/New_York"), ("Washington, D.C.", "America/New_York"), ("WA", "America/Los_Angeles"),
        ("PR", "America/Puerto_Rico"), ("Guam", "Pacific/Guam"), ("US Virgin Islands", "America/St_Thomas"),
        ("AS", "Pacific/Pago_Pago"), ("Northern Mariana Islands", "Pacific/Saipan"),
    ],
)  # fmt: skip
def test_states_and_territories_are_read_however_they_are_written(state: str, zone: str) -> None:
    assert state_zones("US", state) == (zone,)
    assert zone_set_of("", "US", state, "+18005550199") == zone


@pytest.mark.parametrize("text", ["whenever", "2", "GMT+99", "../../etc/passwd", "localtime", "Factory", "x" * 5_000])
def test_what_is_no_zone_is_not_understood(text: str) -> None:
    assert not is_understood(text)


def test_a_setting_is_one_zone_read_in_the_region_of_the_company() -> None:
    assert checked_zone("EST", "US") == "America/New_York"
    assert checked_zone("Sydney", "US") == "Australia/Sydney"
    assert checked_zone("GMT+1", "DE") == "Europe/Berlin"
    for name in ("UTC", "Etc/UTC", "Etc/GMT+5"):
        # Whoever sets up a campaign knows that it is no place.
        assert checked_zone(name, "ES") == name
    with pytest.raises(InvalidInput, match="Australia/Sydney, Australia/Brisbane"):
        checked_zone("EST", "AU")
    with pytest.raises(InvalidInput, match="America/Denver, America/Phoenix"):
        checked_zone("MST", "US")
