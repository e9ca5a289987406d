"""The demo's campaigns: drafts, one scheduled, one paused, some completed, and one that dials while the demo is open.

The dialling is in `segtui.demo.demo_calls`.
"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

from segtui.demo.invented_calls import Round, invent_calls
from segtui.demo.sample_campaigns import SampleCampaign, SamplePast
from segtui.domain.campaign_settings import CampaignSettings
from segtui.services.campaigns.campaign_settings import SettingsInput, merged, usual

INSTALLERS: Final = "Installers worldwide"
SURVEY: Final = "Installer survey"
SPEED: Final = 4.0
"""Simulated seconds of a call per real second."""

PLACES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "Pacific/Honolulu": ("Honolulu", "US"),
        "America/Anchorage": ("Anchorage", "US"),
        "America/Los_Angeles": ("San Diego", "US"),
        "America/Denver": ("Salt Lake City", "US"),
        "America/Mexico_City": ("Mexico City", "MX"),
        "America/New_York": ("Miami", "US"),
        "America/Halifax": ("Halifax", "CA"),
        "America/St_Johns": ("St. John's", "CA"),
        "America/Sao_Paulo": ("São Paulo", "BR"),
        "America/Noronha": ("Fernando de Noronha", "BR"),
        "Atlantic/Azores": ("Ponta Delgada", "PT"),
        "Atlantic/Reykjavik": ("Reykjavík", "IS"),
        "Europe/Lisbon": ("Lisbon", "PT"),
        "Europe/Madrid": ("Seville", "ES"),
        "Europe/Athens": ("Athens", "GR"),
        "Africa/Nairobi": ("Nairobi", "KE"),
        "Asia/Dubai": ("Dubai", "AE"),
        "Asia/Karachi": ("Karachi", "PK"),
        "Asia/Kolkata": ("Chennai", "IN"),
        "Asia/Kathmandu": ("Kathmandu", "NP"),
        "Asia/Dhaka": ("Dhaka", "BD"),
        "Asia/Bangkok": ("Bangkok", "TH"),
        "Asia/Singapore": ("Singapore", "SG"),
        "Asia/Tokyo": ("Fukuoka", "JP"),
        "Australia/Adelaide": ("Adelaide", "AU"),
        "Australia/Brisbane": ("Brisbane", "AU"),
        "Pacific/Guadalcanal": ("Honiara", "SB"),
        "Pacific/Auckland": ("Auckland", "NZ"),
        "Pacific/Apia": ("Apia", "WS"),
    }
)
"""Zones of the installers, with city and country: at any moment it is day in half of them."""


def of_solar(now: datetime) -> list[SampleCampaign]:
    """Return the campaigns of the solar company."""
    phoenix = "America/Phoenix"
    fair = _settings("agent-solar-1", phoenix, retry_delay=120)
    opened = _monday(now - timedelta(days=10), phoenix)
    webinar = _settings("agent-solar-1", phoenix, days="mon-sun", retry_delay=120)
    called = Round(now - timedelta(hours=50), now - timedelta(hours=6), now - timedelta(hours=5), share=0.55)
    survey = _settings(
        "agent-survey", "UTC", hours="08:00-21:00", days="mon-sun", calls_per_hour=1_500, concurrent=5, retry_delay=4
    )
    lately = Round(now - timedelta(minutes=15), now - timedelta(minutes=2), now - timedelta(seconds=40), 0.25, SPEED)
    spring = _settings("agent-solar-2", phoenix, hours="10:00-19:00", calls_per_hour=200, concurrent=10)
    everybody = _settings("agent-solar-2", phoenix, calls_per_hour=600, concurrent=20, attempts=2)
    return [
        SampleCampaign(
            "Trade show Phoenix, first call",
            "Trade show Phoenix",
            opened - timedelta(hours=2),
            fair,
            past=SamplePast("completed", opened, invent_calls(fair, Round(opened, opened + timedelta(hours=36)), 1)),
        ),
        SampleCampaign(
            "Webinar signups, call back",
            "Webinar signups",
            called.begins - timedelta(hours=1),
            webinar,
            past=SamplePast("paused", called.begins, invent_calls(webinar, called, 2), "paused by maria"),
        ),
        SampleCampaign(
            SURVEY,
            INSTALLERS,
            lately.begins - timedelta(hours=3),
            survey,
            past=SamplePast("active", lately.begins, invent_calls(survey, lately, 3)),
        ),
        SampleCampaign(
            "Spring follow-up",
            "Facebook leads, spring",
            now - timedelta(hours=26),
            spring,
            exclude=("Call back, East Coast",),
        ),
        SampleCampaign("All leads, before the summer", "All leads", now - timedelta(hours=4), everybody),
    ]


def of_insurance(now: datetime) -> list[SampleCampaign]:
    """Return the campaigns of the insurance company."""
    london = "Europe/London"
    lapsed = _settings("agent-fenwick", london)
    opened = _monday(now - timedelta(days=320), london)
    begins = _monday(now + timedelta(days=7), london)
    motor = _settings("agent-fenwick", london, start=begins.isoformat(), hours="09:30-17:30")
    return [
        SampleCampaign(
            "Lapsed 2023, win back",
            "Lapsed 2023",
            opened - timedelta(hours=20),
            lapsed,
            past=SamplePast("completed", opened, invent_calls(lapsed, Round(opened, opened + timedelta(hours=12)), 4)),
        ),
        SampleCampaign(
            "Motor, renewals",
            "Motor, renewal in May",
            now - timedelta(hours=5),
            motor,
            past=SamplePast("scheduled", now - timedelta(hours=3)),
        ),
    ]


def _settings(agent: str, zone: str, **values: Any) -> CampaignSettings:  # noqa: ANN401  as `SettingsInput` takes them
    return merged(usual(zone), SettingsInput(agent=agent, **values))


def _monday(moment: datetime, zone: str) -> datetime:
    """Return nine o'clock of the last Monday not after `moment`, in UTC."""
    local = moment.astimezone(ZoneInfo(zone))
    day = local.date() - timedelta(days=local.weekday())
    begins = datetime.combine(day, time(9), ZoneInfo(zone)).astimezone(moment.tzinfo)
    return begins if begins <= moment else begins - timedelta(days=7)
