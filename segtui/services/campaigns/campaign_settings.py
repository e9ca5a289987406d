"""The settings of a campaign: who calls, when, and how much. What people type becomes what is stored."""

from dataclasses import dataclass, fields, replace
from datetime import datetime, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

from segtui.domain.calling_hours import CallingHours
from segtui.domain.calling_hours_text import parse_hours
from segtui.domain.text import clean, counted, without_controls
from segtui.domain.timezones.zone_setting import checked_zone
from segtui.errors import InvalidInput
from segtui.services.session import moment, stored

_AGENT_LENGTH: Final = 200
_YEARS: Final = range(2000, 2100)
"""Years in which a campaign may start: any other is a slip of whoever types it."""
_RANGES: Final = {
    "attempts": (1, 10),
    "retry_delay": (1, 7 * 24 * 60),
    "calls_per_hour": (1, 100_000),
    "concurrent": (1, 1_000),
}
_CALLED: Final = {
    "attempts": "attempts per contact",
    "retry_delay": "minutes before a contact is tried again",
    "calls_per_hour": "calls per hour",
    "concurrent": "concurrent calls",
}


@dataclass(frozen=True, slots=True)
class Given:
    """Settings as somebody gives them, as text where there is a way to write them; None is as it was, or as usual.

    `start` is a time such as `2026-12-01 09:00` in the campaign's zone, or `now`.
    """

    agent: str | None = None
    start: str | None = None
    hours: str | None = None
    days: str | None = None
    timezone: str | None = None
    calls_per_hour: int | None = None
    concurrent: int | None = None
    attempts: int | None = None
    retry_delay: int | None = None
    retry_voicemail: bool | None = None


@dataclass(frozen=True, slots=True)
class CampaignSettings:
    """The settings of a campaign. `start_at` None is at once; `retry_delay` is in minutes."""

    agent: str
    start_at: datetime | None
    hours: CallingHours
    timezone: str
    calls_per_hour: int
    concurrent: int
    attempts: int
    retry_delay: int
    retry_voicemail: bool

    @property
    def shown_start(self) -> str:
        """The start on the clocks of the campaign's zone, which is named: `2026-12-01 09:00 (Europe/Madrid)`."""
        if self.start_at is None:
            return ""
        return f"{self.start_at.astimezone(ZoneInfo(self.timezone)):%Y-%m-%d %H:%M} ({self.timezone})"

    @property
    def row(self) -> dict[str, Any]:
        """The columns of it."""
        return {
            "agent": self.agent,
            "start_at": None if self.start_at is None else stored(self.start_at),
            "opens": self.hours.opens,
            "closes": self.hours.closes,
            "days": self.hours.days_text,
            "timezone": self.timezone,
            **{name: getattr(self, name) for name in _RANGES},
            "retry_voicemail": int(self.retry_voicemail),
        }


def settings_of(row: Any) -> CampaignSettings:  # noqa: ANN401  a row of campaigns
    """Return the settings that a row of `campaigns` holds."""
    days = parse_hours("08:00-21:00", row.days).days
    return CampaignSettings(
        agent=row.agent,
        start_at=None if row.start_at is None else moment(row.start_at),
        hours=CallingHours(row.opens, row.closes, days),
        timezone=row.timezone,
        retry_voicemail=bool(row.retry_voicemail),
        **{name: getattr(row, name) for name in _RANGES},
    )


def usual(timezone: str) -> CampaignSettings:
    """Return the settings of a new campaign in a zone, which is that of its company; it has no agent yet."""
    hours = parse_hours("09:00-20:00", "mon-fri")
    return CampaignSettings("", None, hours, timezone, 100, 5, 3, 60, retry_voicemail=False)


def merged(before: CampaignSettings, given: Given, region: str | None = None) -> CampaignSettings:
    """Return `before` with what is given in its place; a start is on the clocks of the campaign's zone.

    Words for a zone are read in the company's region. Raises InvalidInput.
    """
    timezone = before.timezone if given.timezone is None else checked_zone(given.timezone, region)
    hours = parse_hours(
        before.hours.text if given.hours is None else given.hours,
        before.hours.days_text if given.days is None else given.days,
    )
    numbers: dict[str, Any] = {
        name: _checked_number(name, value) for name in _RANGES if (value := getattr(given, name)) is not None
    }
    after = replace(
        before,
        agent=_checked_agent(before.agent if given.agent is None else given.agent),
        start_at=before.start_at if given.start is None else parse_start(given.start, ZoneInfo(timezone)),
        hours=hours,
        timezone=timezone,
        **numbers,
    )
    return after if given.retry_voicemail is None else replace(after, retry_voicemail=given.retry_voicemail)


def faults(given: Given, region: str | None = None) -> dict[str, str]:
    """Return what is wrong with each of the settings that are given, by its name: a sentence for every one."""
    found: dict[str, str] = {}
    before = replace(usual("UTC"), agent="some")
    for each in fields(Given):
        if (value := getattr(given, each.name)) is None:
            continue
        try:
            merged(before, replace(Given(), **{each.name: value}), region)
        except InvalidInput as error:
            found[each.name] = str(error)
    return found


def parse_start(text: str, zone: tzinfo) -> datetime | None:
    """Return the moment that a time means, on the clocks of `zone` where it says no other; None for `now`.

    Raises InvalidInput (`start`), also for a year that can only be a slip.
    """
    if text.strip().lower() in {"", "now"}:
        return None
    try:
        found = datetime.fromisoformat(text.strip())
        if found.tzinfo is None:
            found = found.replace(tzinfo=zone)
        stored(found)
    except (ValueError, OverflowError, OSError):
        sentence = f"“{clean(text)}” is not a time such as “2026-12-01 09:00”, nor “now”."
        raise InvalidInput(sentence, "start") from None
    if found.year not in _YEARS:
        years = f"{_YEARS[0]} to {_YEARS[-1]}"
        raise InvalidInput(f"“{clean(text.strip())}” is not in the years {years}: check the year.", "start")
    return found


def _checked_agent(agent: str) -> str:
    agent = without_controls(agent).strip()
    if not agent:
        raise InvalidInput("A campaign needs an agent: its identifier on the calling platform.", "agent")
    if len(agent) > _AGENT_LENGTH:
        raise InvalidInput(f"An agent's identifier has at most {counted(_AGENT_LENGTH, 'character')}.", "agent")
    return agent


def _checked_number(name: str, value: int) -> int:
    least, most = _RANGES[name]
    if not least <= value <= most:
        raise InvalidInput(f"The {_CALLED[name]} are {least} to {most:,}, not {value:,}.", name)
    return value
