"""Sentences about campaigns: the facts before a launch, progress in lists, reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from textual.content import Content

from segtui.config.settings import Settings
from segtui.domain.contact import size_words
from segtui.domain.text import clean, counted
from segtui.domain.vocabulary import SKIP_REASON_WORDS
from segtui.services.campaigns import AssumedZones, Campaign, Forecast, calls_an_hour
from segtui.tui.widgets.forms.fact_list import Facts

_LIVE_AUDIENCE: Final = "those in the live segment at the launch; nobody who joins it later"
_TOGETHER: Final = "several segments together; a contact of several is called once"


@dataclass(frozen=True, slots=True)
class LaunchFigures:
    """The figures read before a launch, so far. The time zones of `zones_checked` contacts are checked."""

    forecast: Forecast | None = None
    zones_checked: int = 0
    guesses: AssumedZones | None = None
    is_live: bool = False
    """True where a segment is live, whose contacts at the launch are the audience."""


def progress(campaign: Campaign) -> str:
    """Return the status and progress of a campaign: `active, 120 of 480`; `draft`."""
    return f"{campaign.status}, {campaign.settled:,} of {campaign.to_call:,}" if campaign.launched else campaign.status


def listed(campaigns: Sequence[Campaign], most: int = 20) -> str:
    """Return campaigns in one line: `Spring fair (active, 120 of 500), Round 2 (draft)`."""
    return ", ".join(f"{clean(campaign.name)} ({progress(campaign)})" for campaign in campaigns[:most])


def headline(campaign: Campaign, ahead: Forecast) -> Content:
    """Return the number of contacts that a launch would call, in a sentence."""
    segment = (_bold_names(campaign),)
    if not ahead.total:
        return Content.assemble("No contact is in ", *segment, ": there is no contact to call.")
    if not ahead.callable:
        return Content.assemble("No contact of ", *segment, " can be called, so the campaign cannot be launched.")
    will = "contact will" if ahead.total == 1 else "contacts will"
    return Content.assemble(
        (f"{ahead.callable:,} of {ahead.total:,}", "bold"), f" {will} be called, of ", *segment, "."
    )


def _bold_names(campaign: Campaign) -> Content:
    return Content(", ").join(
        Content.assemble("“", (clean(segment.name), "bold"), "”") for segment in campaign.segments
    )


def launch_facts(campaign: Campaign, figures: LaunchFigures, ahead: Forecast, settings: Settings) -> Facts:
    """Return the facts before a launch: the contacts that are not called and why, and how long it takes."""
    skipped = [f"{count:,} {_reason(ahead, reason, count)}" for reason, count in ahead.skipped.items() if count]
    facts = _labelled("Not called", skipped)
    if not ahead.callable:
        return facts
    its = campaign.settings
    zone = settings.zone_name
    start = its.shown_start or "with the launch"
    if campaign.start_is_past:
        start = f"at once: its start time, {start}, has passed"
    ends = "more than ten years ahead" if ahead.ends_at is None else f"{settings.shown_time(ahead.ends_at)} ({zone})"
    return [
        *facts,
        *([("Segments", _TOGETHER)] if len(campaign.segments) > 1 else []),
        *([("Audience", _LIVE_AUDIENCE)] if figures.is_live else []),
        *([("Same person", ahead.shared)] if ahead.shared else []),
        ("Size", size_words(ahead.size)),
        ("Begins", start),
        ("Hours", f"{its.hours.text}, {its.hours.days_text}, in each contact's local time"),
        ("Takes", _takes(campaign, ahead)),
        ("Done by", ends),
        *_labelled("Time zones", _zones(campaign, figures, ahead)),
    ]


def _labelled(label: str, values: Sequence[str]) -> list[tuple[str, str]]:
    return [(label if not number else "", value) for number, value in enumerate(values)]


def _reason(ahead: Forecast, reason: str, count: int) -> str:
    words = SKIP_REASON_WORDS[reason].words(count)
    return words.replace("another campaign", ahead.why(reason).strip() or "another campaign")


def _takes(campaign: Campaign, ahead: Forecast) -> str:
    its = campaign.settings
    hours = f"{ahead.hours:,g} hour{'' if ahead.hours == 1 else 's'}"
    rate = counted(calls_an_hour(its.calls_per_hour, its.concurrent), "call")
    again = "" if its.attempts == 1 else "; contacts that are not reached are called again"
    return f"{hours} of calling, at {rate} an hour{again}"


def _zones(campaign: Campaign, figures: LaunchFigures, ahead: Forecast) -> list[str]:
    guesses = figures.guesses
    if guesses is None:
        so_far = f" {figures.zones_checked:,} of {ahead.callable:,}" if figures.zones_checked else ""
        return [f"checking whether they are certain...{so_far}"]
    lines = []
    if guesses.unknown:
        zone = campaign.settings.timezone
        lines.append(
            f"only a guess for {counted(guesses.unknown, 'contact')}: their zone is unknown, {zone} is assumed"
        )
    if guesses.doubtful:
        lines.append(f"only a guess for {counted(guesses.doubtful, 'contact')}: hours must fit every possible zone")
    if guesses.without_hours:
        lines.append(
            f"{counted(guesses.without_hours, 'contact')} of these would wait: no hour fits every possible zone"
        )
    if guesses.placeless:
        count = counted(guesses.placeless, "contact")
        lines.append(f"only a guess for {count}: a zone without a place (UTC) is assumed")
    return lines or ["known for every contact"]
