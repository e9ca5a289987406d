"""Calling hours, against zoneinfo: every hour of a year in twenty zones, on both days when clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from segtui.domain.calling_hours import CallingHours
from segtui.domain.calling_hours_text import parse_hours
from segtui.domain.timezones.zone_setting import checked_zone
from segtui.errors import InvalidInput

ZONES = (
    "America/New_York", "America/Phoenix", "America/Los_Angeles", "America/St_Johns", "America/Sao_Paulo",
    "Pacific/Honolulu", "Pacific/Apia", "Pacific/Chatham", "Pacific/Kiritimati", "Europe/London", "Europe/Madrid",
    "Europe/Moscow", "Africa/Casablanca", "Africa/Lagos", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Tehran",
    "Asia/Tokyo", "Australia/Adelaide", "Australia/Lord_Howe",
)  # fmt: skip
QUARTER = timedelta(minutes=15)


@pytest.mark.parametrize("zone_name", ZONES)
@pytest.mark.parametrize(("hours", "days"), [("09:00-20:00", "mon-fri"), ("08:15-21:00", "sat,sun,wed")])
def test_the_next_moment_is_the_first_at_which_the_clocks_there_show_such_an_hour(
    zone_name: str, hours: str, days: str
) -> None:
    zone, wanted = ZoneInfo(zone_name), parse_hours(hours, days)
    # Backwards by quarters of an hour, of which every offset is a whole number.
    at = datetime(2027, 1, 15, tzinfo=UTC)
    nearest = wanted.next_allowed(at, zone)
    while at > datetime(2026, 1, 1, tzinfo=UTC):
        at -= QUARTER
        local = at.astimezone(zone)
        minute = local.hour * 60 + local.minute
        if wanted.opens <= minute < wanted.closes and local.weekday() in wanted.days:
            nearest = at
        if at.minute in {0, 45}:
            assert wanted.next_allowed(at, zone) == nearest, at


def test_a_day_that_a_zone_left_out_is_no_day() -> None:
    fridays = parse_hours("09:00-20:00", "fri")
    # Samoa went from Thursday the 29th to Saturday the 31st of December 2011.
    after = fridays.next_allowed(datetime(2011, 12, 30, 6, tzinfo=UTC), ZoneInfo("Pacific/Apia"))
    assert after is not None
    assert after.astimezone(ZoneInfo("Pacific/Apia")) == datetime(2012, 1, 6, 9, tzinfo=ZoneInfo("Pacific/Apia"))


def test_windows_follow_each_other_as_the_clocks_change() -> None:
    windows = parse_hours("09:00-20:00", "sat-mon").windows(
        datetime(2026, 10, 24, 12, tzinfo=UTC), ZoneInfo("Europe/Madrid")
    )
    begins = [next(windows)[0] for _ in range(4)]
    assert [(each.day, each.hour) for each in begins] == [(24, 7), (25, 8), (26, 8), (31, 8)]


@pytest.mark.parametrize(
    ("hours", "days", "shown"),
    [
        ("9-20", "mon-fri", "09:00-20:00 mon-fri"),
        (" 8:00 - 21:00 ", "SUN, mon,tue", "08:00-21:00 mon-tue,sun"),
        ("08:30-08:45", "fri-mon", "08:30-08:45 mon,fri-sun"),
        ("10:00-11:00", "mon-sun", "10:00-11:00 mon-sun"),
        ("9am-8pm", "Monday-Friday", "09:00-20:00 mon-fri"),
        ("9 am \u2013 8 pm", "weekdays", "09:00-20:00 mon-fri"),
        ("9-17", "Mon\u2013Fri", "09:00-17:00 mon-fri"),
        ("9:30 a.m. to 5 p.m.", "Mon, Wed & Fri", "09:30-17:00 mon,wed,fri"),
        ("9-5pm", "daily", "09:00-17:00 mon-sun"),
        ("12pm-1pm", "weekend", "12:00-13:00 sat-sun"),
        ("8.30 \u2014 17.45", "Tues/Thurs", "08:30-17:45 tue,thu"),
        ("9-20", "M-F", "09:00-20:00 mon-fri"),
    ],
)
def test_hours_and_days_are_read_as_people_write_them(hours: str, days: str, shown: str) -> None:
    found = parse_hours(hours, days)
    assert f"{found.text} {found.days_text}" == shown
    assert parse_hours(found.text, found.days_text) == found


@pytest.mark.parametrize(
    ("hours", "days", "field"),
    [
        ("07:59-20:00", "mon", "hours"), ("09:00-21:01", "mon", "hours"), ("20:00-09:00", "mon", "hours"),
        ("09:00", "mon", "hours"), ("9:5-20:00", "mon", "hours"), ("nine-ten", "mon", "hours"), ("", "mon", "hours"),
        ("12:00-12:00", "mon", "hours"), ("09:60-20:00", "mon", "hours"), ("٩:٠٠-20:00", "mon", "hours"),
        ("09:00-20:00", "", "days"), ("09:00-20:00", "blursday", "days"), ("09:00-20:00", "mon-tue-wed", "days"),
        ("25:00-26:00", "mon", "hours"), ("9-25:00", "mon", "hours"), ("9am-13pm", "mon", "hours"),
        ("8-9pm", "mon", "hours"), ("9pm-8am", "mon", "hours"), ("0am-9am", "mon", "hours"), ("9am-8pm", "t", "days"),
        ("09:00-20:00", "mon,,tue", "days"), ("9:-20:00", "mon", "hours"),
    ],
)  # fmt: skip
def test_what_are_no_hours_or_days_is_refused_by_its_field(hours: str, days: str, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_hours(hours, days)
    assert refused.value.field == field


def test_a_zone_is_found_by_its_name_whatever_its_case() -> None:
    assert checked_zone(" europe/madrid") == "Europe/Madrid"
    assert checked_zone("america/new york") == "America/New_York"
    with pytest.raises(InvalidInput, match="Did you mean Europe/Madrid"):
        checked_zone("Europe/Madird")


def test_nobody_is_called_where_no_day_is_left() -> None:
    assert list(CallingHours(540, 1200, frozenset()).windows(datetime(2026, 1, 1, tzinfo=UTC), ZoneInfo("UTC"))) == []
