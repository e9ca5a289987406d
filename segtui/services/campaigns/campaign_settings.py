"""Campaign settings as they are typed and as they are stored: reading, checking and merging them."""

from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

from segtui.domain.calling_hours import CallingHours
from segtui.domain.calling_hours_text import parse_hours
from segtui.domain.campaign_settings import (
    CAMPAIGN_SETTINGS,
    FLAG_SETTINGS,
    NUMBER_SETTINGS,
    CampaignSetting,
    CampaignSettings,
)
from segtui.domain.text import clean, counted, without_controls
from segtui.domain.timezones.zone_setting import checked_zone
from segtui.errors import InvalidInput
from segtui.services.session import moment, stored

_AGENT_LENGTH: Final = 200
_YEARS: Final = range(2000, 2100)
"""Years in which a campaign may start: any other is a typing error."""


@dataclass(frozen=True, slots=True, init=False, repr=False)
class SettingsInput:
    """Settings as they are typed, by the names of their declarations; a setting that is None stays as it is.

    `start` is a time such as `2026-12-01 09:00` in the campaign's zone, or `now`.
    """

    values: dict[str, Any]

    def __init__(self, **values: str | int | bool | None) -> None:
        unknown = values.keys() - CAMPAIGN_SETTINGS.keys()
        if unknown:
            raise TypeError(f"There is no campaign setting {', '.join(sorted(unknown))}.")
        object.__setattr__(self, "values", {name: value for name, value in values.items() if value is not None})

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  a text, a number or a flag
        if name not in CAMPAIGN_SETTINGS:
            raise AttributeError(name)
        return self.values.get(name)

    def __repr__(self) -> str:
        return f"SettingsInput({', '.join(f'{name}={value!r}' for name, value in self.values.items())})"

    def without(self, name: str) -> "SettingsInput":
        """Return the settings without one of them."""
        return SettingsInput(**{other: value for other, value in self.values.items() if other != name})


def row_of(settings: CampaignSettings) -> dict[str, Any]:
    """Return the columns of `campaigns` that hold the settings."""
    return {
        "agent": settings.agent,
        "start_at": None if settings.start_at is None else stored(settings.start_at),
        "opens": settings.hours.opens,
        "closes": settings.hours.closes,
        "days": settings.hours.days_text,
        "timezone": settings.timezone,
        **{setting.name: getattr(settings, setting.name) for setting in NUMBER_SETTINGS},
        **{setting.name: int(getattr(settings, setting.name)) for setting in FLAG_SETTINGS},
    }


def settings_of(row: Any) -> CampaignSettings:  # noqa: ANN401  a row of campaigns
    """Return the settings that a row of `campaigns` holds."""
    days = parse_hours("08:00-21:00", row.days).days
    limits: dict[str, Any] = {setting.name: getattr(row, setting.name) for setting in NUMBER_SETTINGS}
    limits |= {setting.name: bool(getattr(row, setting.name)) for setting in FLAG_SETTINGS}
    return CampaignSettings(
        agent=row.agent,
        start_at=None if row.start_at is None else moment(row.start_at),
        hours=CallingHours(row.opens, row.closes, days),
        timezone=row.timezone,
        **limits,
    )


def usual(timezone: str) -> CampaignSettings:
    """Return the settings of a new campaign in a zone, which is that of its company; it has no agent yet."""
    return CampaignSettings(agent="", start_at=None, hours=parse_hours("09:00-20:00", "mon-fri"), timezone=timezone)


def merged(before: CampaignSettings, given: SettingsInput, region: str | None = None) -> CampaignSettings:
    """Return `before` with what is given in its place; a start is on the clocks of the campaign's zone.

    Words for a zone are read in the company's region. Raises InvalidInput.
    """
    timezone = before.timezone if given.timezone is None else checked_zone(given.timezone, region)
    hours = parse_hours(
        before.hours.text if given.hours is None else given.hours,
        before.hours.days_text if given.days is None else given.days,
    )
    values: dict[str, Any] = {
        setting.name: _checked_number(setting, value) for setting, value in _those(given, NUMBER_SETTINGS)
    }
    values |= {setting.name: bool(value) for setting, value in _those(given, FLAG_SETTINGS)}
    return replace(
        before,
        agent=_checked_agent(before.agent if given.agent is None else given.agent),
        start_at=before.start_at if given.start is None else parse_start(given.start, ZoneInfo(timezone)),
        hours=hours,
        timezone=timezone,
        **values,
    )


def faults(given: SettingsInput, region: str | None = None) -> dict[str, str]:
    """Return what is wrong with each of the settings that are given, by its name: a sentence for every one."""
    sentences: dict[str, str] = {}
    before = replace(usual("UTC"), agent="some")
    for name, value in given.values.items():
        try:
            merged(before, SettingsInput(**{name: value}), region)
        except InvalidInput as error:
            sentences[name] = str(error)
    return sentences


def parse_start(text: str, zone: tzinfo) -> datetime | None:
    """Return the moment of a time, on the clocks of `zone` where it names no other; None for `now`.

    Raises InvalidInput (`start`), also for a year that can only be a typing error.
    """
    if text.strip().lower() in {"", "now"}:
        return None
    try:
        start = datetime.fromisoformat(text.strip())
        if start.tzinfo is None:
            start = start.replace(tzinfo=zone)
        stored(start)
    except (ValueError, OverflowError, OSError):
        sentence = f"“{clean(text)}” is not a time such as “2026-12-01 09:00”, nor “now”."
        raise InvalidInput(sentence, "start") from None
    if start.year not in _YEARS:
        years = f"{_YEARS[0]} to {_YEARS[-1]}"
        raise InvalidInput(f"“{clean(text.strip())}” is not in the years {years}: check the year.", "start")
    return start


def _those(given: SettingsInput, settings: tuple[CampaignSetting, ...]) -> list[tuple[CampaignSetting, Any]]:
    """Return the settings that are given, with their values."""
    return [(setting, given.values[setting.name]) for setting in settings if setting.name in given.values]


def _checked_agent(agent: str) -> str:
    agent = without_controls(agent).strip()
    if not agent:
        raise InvalidInput("A campaign needs an agent: its identifier on the calling platform.", "agent")
    if len(agent) > _AGENT_LENGTH:
        raise InvalidInput(f"An agent's identifier has at most {counted(_AGENT_LENGTH, 'character')}.", "agent")
    return agent


def _checked_number(setting: CampaignSetting, value: int) -> int:
    if not setting.least <= value <= setting.most:
        raise InvalidInput(f"The {setting.words} are {setting.least} to {setting.most:,}, not {value:,}.", setting.name)
    return value
