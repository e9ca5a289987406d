"""What is said about campaigns: before a launch, in lists, about its reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from textual.content import Content

from segtui.config.settings import Settings
from segtui.domain.contact import SIZE_ADVICE
from segtui.domain.text import clean, counted
from segtui.services.campaigns import AssumedZones, Campaign, Forecast, calls_an_hour
from segtui.tui.widgets.forms.fact_list import Facts

REASONS: Final = {
    "no_phone": "have no phone",
    "do_not_call": "must not be called",
    "excluded": "are in a segment that is left out",
    "other_campaign": "are still to be called by another campaign",
    "deleted": "were deleted",
    "cancelled": "were left when it was cancelled",
}
"""Why contacts are not called, in words behind their number."""
_ONE: Final = {
    "no_phone": "has no phone",
    "excluded": "is in a segment that is left out",
    "other_campaign": "is still to be called by another campaign",
    "deleted": "was deleted",
    "cancelled": "was left when it was cancelled",
}
_PART: Final = 10_000
"""Contacts up to which a campaign need not be split."""
MOST_PARTS: Final = 100


@dataclass(frozen=True, slots=True)
class Known:
    """What is known before a launch. Of `looked_at` contacts it was looked whether their time zone is certain."""

    forecast: Forecast | None = None
    looked_at: int = 0
    guesses: AssumedZones | None = None


def progress(campaign: Campaign) -> str:
    """Return how far a campaign is, of those it can call: `active, 120 of 480`; `draft`."""
    return f"{campaign.status}, {campaign.settled:,} of {campaign.to_call:,}" if campaign.launched else campaign.status


def listed(campaigns: Sequence[Campaign], most: int = 20) -> str:
    """Return campaigns in one line: `Spring fair (active, 120 of 500), Round 2 (draft)`."""
    named = [f"{clean(each.name)} ({progress(each)})" for each in campaigns[:most]]
    return ", ".join(named)


def parts_for(contacts: int) -> int:
    """Return into how many parts so many contacts are best split."""
    return max(2, min(MOST_PARTS, -(-contacts // _PART)))


def headline(campaign: Campaign, ahead: Forecast) -> Content:
    """Return in a sentence how many a launch would call."""
    segment = ("“", (clean(campaign.segment), "bold"), "”")
    if not ahead.total:
        return Content.assemble("Nobody is in ", *segment, ": there is nobody to call.")
    if not ahead.callable:
        return Content.assemble("Nobody of ", *segment, " can be called, so it cannot be launched.")
    will = "contact will" if ahead.total == 1 else "contacts will"
    return Content.assemble(
        (f"{ahead.callable:,} of {ahead.total:,}", "bold"), f" {will} be called, of ", *segment, "."
    )


def launch_facts(campaign: Campaign, known: Known, ahead: Forecast, settings: Settings) -> Facts:
    """Return what else is to be known before a launch: who is not called and why, and how long it takes."""
    skipped = [f"{count:,} {_reason(ahead, reason, count)}" for reason, count in ahead.skipped.items() if count]
    facts = _labelled("Not called", skipped)
    if not ahead.callable:
        return facts
    its = campaign.settings
    zone = settings.zone_name
    start = its.shown_start or "with the launch"
    if campaign.start_is_past:
        start = f"at once: its start, {start}, is past"
    ends = "more than ten years ahead" if ahead.ends_at is None else f"{settings.shown_time(ahead.ends_at)} ({zone})"
    return [
        *facts,
        *([("Same person", ahead.shared)] if ahead.shared else []),
        ("Size", f"{ahead.size}: {SIZE_ADVICE[ahead.size]}"),
        ("Begins", start),
        ("Hours", f"{its.hours.text}, {its.hours.days_text}, on each contact's own clocks"),
        ("Takes", _takes(campaign, ahead)),
        ("Done by", ends),
        *_labelled("Time zones", _zones(campaign, known, ahead)),
    ]


def _labelled(label: str, values: Sequence[str]) -> list[tuple[str, str]]:
    return [(label if not place else "", value) for place, value in enumerate(values)]


def _reason(ahead: Forecast, reason: str, count: int) -> str:
    words = _ONE.get(reason, REASONS[reason]) if count == 1 else REASONS[reason]
    return words.replace("another campaign", ahead.why(reason).strip() or "another campaign")


def _takes(campaign: Campaign, ahead: Forecast) -> str:
    its = campaign.settings
    hours = f"{ahead.hours:,g} hour{'' if ahead.hours == 1 else 's'}"
    rate = counted(calls_an_hour(its.calls_per_hour, its.concurrent), "call")
    again = "" if its.attempts == 1 else "; who is not reached is tried again"
    return f"{hours} of calling, at {rate} an hour{again}"


def _zones(campaign: Campaign, known: Known, ahead: Forecast) -> list[str]:
    if known.guesses is None:
        so_far = f" {known.looked_at:,} of {ahead.callable:,}" if known.looked_at else ""
        return [f"looking whether they are certain...{so_far}"]
    unknown, doubtful = known.guesses.unknown, known.guesses.doubtful
    without = known.guesses.without_hours
    found = []
    if unknown:
        zone = campaign.settings.timezone
        found.append(f"only a guess for {counted(unknown, 'contact')}: theirs is unknown, {zone} is assumed")
    if doubtful:
        found.append(f"only a guess for {counted(doubtful, 'contact')}: hours hold in all that are possible")
    if without:
        found.append(f"no hour is left for {counted(without, 'contact')} of these: they would wait")
    if placeless := known.guesses.placeless:
        found.append(f"only a guess for {counted(placeless, 'contact')}: a clock that is no place (UTC) is assumed")
    return found or ["known for everybody"]
