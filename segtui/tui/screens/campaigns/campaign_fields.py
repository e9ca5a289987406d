"""Fields of the campaign form: their initial values, and the settings that their texts mean."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Final

from segtui.config.calling_platform import CallingSettings
from segtui.domain.campaign_settings import CAMPAIGN_SETTINGS, NUMBER_SETTINGS, CampaignSettings, form_lines
from segtui.domain.text import clean
from segtui.services import campaigns
from segtui.services.campaigns import Campaign, SettingsInput
from segtui.services.segments.segments import Segment
from segtui.tui.screens.segments.live_words import members
from segtui.tui.widgets.forms.form_field import Field

SegmentNames = Mapping[int, str]
"""Several segments: their names by their ids."""

TEXTS: Final = tuple(setting.name for setting in CAMPAIGN_SETTINGS.values() if setting.kind == "text")
LAYOUT: Final = (
    (("company",), ("name",), *form_lines("who"), ("segment",), ("further",), ("exclude",)),
    form_lines("when"),
    form_lines("limits"),
)
"""Groups of lines of one or two fields."""
_SETTLED: Final = "(settled by the launch)"
_BEGUN: Final = "(it has begun)"


def fields_of(settings: CampaignSettings, campaign: Campaign | None) -> list[Field]:
    """Return the fields of the settings; of `campaign` where one is edited, whose start is fixed once it has begun."""
    begun = campaign.started_at if campaign is not None else None
    shown = replace(settings, start_at=begun or settings.start_at)
    return [
        Field(
            setting.name,
            setting.label,
            _shown(shown.value(setting.name)),
            hint=setting.hint,
            ticks=(setting.tick, setting.tick) if setting.kind == "flag" else None,
            fixed=_BEGUN if begun and setting.name == "start" else "",
        )
        for setting in CAMPAIGN_SETTINGS.values()
    ]


def _shown(value: str | int | bool) -> str:
    """Return a setting as the value of a field."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def further_segments(campaign: Campaign | None) -> dict[int, str]:
    """Return the segments that a campaign calls besides its first one."""
    return names_by_id(campaign.segments[1:] if campaign is not None else ())


def names_by_id(called: Iterable[tuple[int | None, str]]) -> dict[int, str]:
    """Return the names of segments by their ids. Deleted ones are only shown: they get negative numbers."""
    return {-number if key is None else key: name for number, (key, name) in enumerate(called, 1)}


def audience_fields(
    segment: Segment | None, campaign: Campaign | None, further: SegmentNames, excluded: SegmentNames
) -> list[Field]:
    """Return the fields of the audience, which are read-only after the launch."""
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
            "further", "Also calls", ids_text(further), hint="No other segment: pick them",
            picks=True, shown=names_text(further), fixed=fixed,
        ),
        Field(
            "exclude", "Leave out", ids_text(excluded), hint="Nobody: pick segments to leave out",
            picks=True, shown=names_text(excluded), fixed=fixed,
        ),
    ]  # fmt: skip


def shown_segment(segment: Segment) -> str:
    """Return the words for a picked segment."""
    return f"{segment.name}  ({members(segment)}, {segment.size})"


def ids_text(names: SegmentNames) -> str:
    """Return segments as the value of a field."""
    return ",".join(map(str, names))


def names_text(names: SegmentNames) -> str:
    """Return segments as they are shown."""
    return ", ".join(names.values())


def ids_of(text: str) -> list[int]:
    """Return the ids in the value of a field."""
    return [int(number) for number in text.split(",") if number]


def given_by(values: Mapping[str, str], names: Collection[str] = CAMPAIGN_SETTINGS) -> SettingsInput:
    """Return the settings in the fields of these names; one that holds no number is left out: see `number_faults`."""
    settings: dict[str, str | int | bool] = {}
    for setting in CAMPAIGN_SETTINGS.values():
        if setting.name not in names or setting.name not in values:
            continue
        value = values[setting.name]
        if setting.kind == "text":
            settings[setting.name] = value
        elif setting.kind == "flag":
            settings[setting.name] = value == "true"
        elif _is_number(value):
            settings[setting.name] = int(value)
    return SettingsInput(**settings)


def number_faults(values: Mapping[str, str]) -> dict[str, str]:
    """Return the sentence for each field that needs a number and holds none."""
    return {
        setting.name: f"The {setting.form_words or setting.words} are a whole number"
        + (f", not “{clean(text)}”." if (text := values[setting.name]).strip() else ".")
        for setting in NUMBER_SETTINGS
        if not _is_number(values[setting.name])
    }


def account_words(calling: CallingSettings) -> str:
    """Return the limit of the account on the calling platform in a sentence; blank where none is known.

    Nothing else of the platform is shown here: its address and its key are its admins' business.
    """
    most = calling.requests_an_hour
    return "" if most is None else f"The account allows fewer than {most:,} calls an hour, all campaigns together."


def beyond_account(calling: CallingSettings, given: SettingsInput) -> dict[str, str]:
    """Return a note for each limit that the account on the calling platform never lets a campaign reach."""
    most = calling.requests_an_hour
    notes: dict[str, str] = {}
    if most is None or given.calls_per_hour is None or given.concurrent is None:
        return notes
    if given.calls_per_hour >= most:
        notes["calls_per_hour"] = f"The account allows fewer: below {most:,}."
    if given.concurrent > (lines := campaigns.lines_for(most)):
        notes["concurrent"] = f"The account keeps about {lines:,} busy."
    return notes


def _is_number(text: str) -> bool:
    text = text.strip()
    return text.isascii() and text.isdigit() and len(text) < 10
