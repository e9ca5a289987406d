"""The fields of the form of a campaign: what they hold at first, and what their texts mean to the services."""

from collections.abc import Mapping, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from segtui.config.calling_platform import CallingSettings
from segtui.domain.text import clean, counted
from segtui.services import campaigns
from segtui.services.campaigns import Campaign, CampaignSettings, Given
from segtui.services.segments.segments import Segment
from segtui.tui.widgets.forms.form_field import Field

Excluded = Mapping[int, str]
"""The segments that are left out: their names by their ids."""

NUMBERS: Final = {
    "calls_per_hour": "calls per hour",
    "concurrent": "calls at once",
    "attempts": "attempts",
    "retry_delay": "minutes before a retry",
}
TEXTS: Final = ("agent", "start", "hours", "days", "timezone")
ROWS: Final = (
    (("company",), ("name",), ("agent",), ("segment",), ("exclude",)),
    (("start",), ("hours", "days"), ("timezone",)),
    (("calls_per_hour", "concurrent"), ("attempts", "retry_delay"), ("retry_voicemail",)),
)
"""How the fields stand: in groups, of lines, of one or two fields."""
_VOICEMAIL: Final = ("try again after a voicemail", "try again after a voicemail")
_SETTLED: Final = "(settled by the launch)"
_BEGUN: Final = "(it has begun)"


def fields_of(its: CampaignSettings, campaign: Campaign | None) -> list[Field]:
    """Return the fields of the settings, as `its` are; of `campaign` where one is edited."""
    begun = campaign.started_at if campaign is not None else None
    at = begun or its.start_at
    start = "now" if at is None else f"{at.astimezone(ZoneInfo(its.timezone)):%Y-%m-%d %H:%M}"
    return [
        Field("agent", "Agent", its.agent, hint="Who calls: an id on the calling platform"),
        Field("start", "Start", start, hint="now, or 2026-12-01 09:00", fixed=_BEGUN if begun else ""),
        Field("hours", "Hours", its.hours.text, hint="09:00-20:00"),
        Field("days", "Days", its.hours.days_text, hint="mon-fri"),
        Field("timezone", "Time zone", its.timezone, hint="Europe/Madrid"),
        Field("calls_per_hour", "Calls per hour", str(its.calls_per_hour)),
        Field("concurrent", "Calls at once", str(its.concurrent)),
        Field("attempts", "Attempts", str(its.attempts)),
        Field("retry_delay", "Minutes between", str(its.retry_delay)),
        Field("retry_voicemail", "Voicemail", "true" if its.retry_voicemail else "false", ticks=_VOICEMAIL),
    ]


def audience_fields(segment: Segment | None, campaign: Campaign | None, excluded: Excluded) -> list[Field]:
    """Return the fields that say whom it calls; shown only, once a launch has settled that."""
    fixed = _SETTLED if campaign is not None and campaign.launched else ""
    value, shown = "", ""
    if campaign is not None:
        value, shown = str(campaign.segment_id or ""), campaign.segment
    elif segment is not None:
        value, shown = str(segment.id), shown_segment(segment)
    return [
        Field(
            "segment", "Segment", value, hint="Whom it calls: enter, or type a name",
            picks=True, shown=shown, fixed=fixed,
        ),
        Field(
            "exclude", "Leave out", ids_text(excluded), hint="Nobody: pick segments to leave out",
            picks=True, shown=names_text(excluded), fixed=fixed,
        ),
    ]  # fmt: skip


def shown_segment(segment: Segment) -> str:
    """Return what stands for a segment that was picked."""
    return f"{segment.name}  ({counted(segment.contacts, 'contact')}, {segment.size})"


def ids_text(excluded: Excluded) -> str:
    """Return segments as the value of a field."""
    return ",".join(map(str, excluded))


def names_text(excluded: Excluded) -> str:
    """Return segments as they are shown."""
    return ", ".join(excluded.values())


def ids_of(text: str) -> list[int]:
    """Return the ids that the value of a field says."""
    return [int(each) for each in text.split(",") if each]


def given_by(values: Mapping[str, str], names: Sequence[str] = (*TEXTS, *NUMBERS, "retry_voicemail")) -> Given:
    """Return what the values of these fields mean. Of what is no number nothing is given: see `number_faults`."""
    texts = {name: values[name] for name in TEXTS if name in names and name in values}
    numbers = {name: int(values[name]) for name in NUMBERS if name in names and _is_number(values.get(name, ""))}
    voicemail = values.get("retry_voicemail") == "true" if "retry_voicemail" in names else None
    return Given(**texts, **numbers, retry_voicemail=voicemail)  # type: ignore[arg-type]  # each by its own name


def number_faults(values: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with the fields that hold no number."""
    return {
        name: f"The {called} are a whole number, not “{clean(values[name])}”."
        if values[name].strip()
        else f"The {called} are a whole number."
        for name, called in NUMBERS.items()
        if not _is_number(values[name])
    }


def account_words(calling: CallingSettings) -> str:
    """Return what the account on the calling platform allows, all campaigns together; nothing where none is known.

    That is all that is said of the platform to who makes campaigns: its address and the rest are its admins' business.
    """
    most = calling.requests_an_hour
    return "" if most is None else f"The account allows fewer than {most:,} calls an hour, all campaigns together."


def beyond_account(calling: CallingSettings, given: Given) -> dict[str, str]:
    """Return what is worth knowing of limits that the account on the calling platform never lets a campaign reach."""
    most = calling.requests_an_hour
    found: dict[str, str] = {}
    if most is None or given.calls_per_hour is None or given.concurrent is None:
        return found
    if given.calls_per_hour >= most:
        found["calls_per_hour"] = f"The account allows fewer: below {most:,}."
    if given.concurrent > (lines := campaigns.lines_for(most)):
        found["concurrent"] = f"The account keeps about {lines:,} busy."
    return found


def _is_number(text: str) -> bool:
    text = text.strip()
    return text.isascii() and text.isdigit() and len(text) < 10
