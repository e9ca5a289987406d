"""The head of the campaign screen: why nothing is dialled, progress and settings, as lines."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from textual.content import Content

from segtui.config.settings import Settings
from segtui.domain.campaign_settings import summaries
from segtui.domain.contact import SIZE_ADVICE
from segtui.domain.text import clean, counted
from segtui.domain.vocabulary import words
from segtui.services.campaigns import Campaign, Forecast
from segtui.services.campaigns.results.progress import Progress
from segtui.tui.screens.imports.wizard.progress_lines import bar
from segtui.tui.widgets.chrome.packed_lines import Groups

_MAX_BAR: Final = 60
"""Cells of the longest bar."""
_WITH_STATES: Final = ("failed", "skipped")
"""Outcomes that are shown beside the states."""


def head(progress: Progress, settings: Settings, width: int) -> Groups:
    """Return the lines in groups; with `width` cells the bar leaves room for the words beside it."""
    seen = progress.overview
    groups = [[_status(progress, settings)]]
    if seen.forecast is not None:
        groups += _ahead(seen.forecast, settings)
    elif seen.campaign.launched:
        groups += _so_far(progress, settings, width)
    return [*groups, *_settings(seen.campaign, seen.exclude)]


def _status(progress: Progress, settings: Settings) -> Content:
    """Return the status, and why nothing is dialled, if that is so."""
    campaign, reason = progress.overview.campaign, progress.overview.reason
    status = Content.styled(campaign.status, "bold")
    if reason:
        why = clean(reason).rstrip(".")
        return Content.assemble(status, ". Nothing is being dialled: ", (why, "bold"), "" if why[-1:] in "?!" else ".")
    if campaign.finished_at is not None:
        return Content.assemble(status, f" on {_time(campaign.finished_at, settings)}")
    if campaign.status == "active":
        return Content.assemble(status, " since ", _time(campaign.started_at or campaign.created_at, settings))
    return Content.assemble(status, ". Nothing is being dialled.")


def _ahead(ahead: Forecast, settings: Settings) -> list[list[Content]]:
    """Return the forecast of a launch now."""
    will = Content.assemble("would call ", (counted(ahead.callable, "contact", ahead.total), "bold"))
    not_called = _numbers({"not called": ahead.total - ahead.callable})
    lines = [[will, Content.assemble(*not_called, _in_brackets(ahead.skipped, ahead.why))]]
    if ahead.callable:
        ends = "" if ahead.ends_at is None else f", until {_time(ahead.ends_at, settings)}"
        takes = f"takes {ahead.hours:,g} hours of calling for one attempt each{ends}"
        lines.append([Content(f"{ahead.size}: {SIZE_ADVICE[ahead.size]}"), Content(takes)])
    if ahead.shared:
        lines.append([Content(ahead.shared)])
    return lines


def _so_far(progress: Progress, settings: Settings, width: int) -> list[list[Content]]:
    """Return the progress."""
    seen, states = progress.overview, progress.overview.states
    skipped = seen.outcomes["skipped"]
    campaign = seen.campaign
    can = "can be called" if campaign.unfinished else "could be called"
    how_far = f"{campaign.settled:,} done of {campaign.to_call:,} who {can}"
    drawn = bar(campaign.share, min(_MAX_BAR, max(20, width - len(how_far) - 6)))
    now = {
        "called": seen.total - states["pending"] - skipped,
        "pending": states["pending"],
        "in progress": states["in_progress"],
        "waiting for retry": states["retry"],
        "failed": seen.outcomes["failed"],
    }
    outcomes = {name: count for name, count in seen.outcomes.items() if name not in _WITH_STATES}
    groups = [
        [Content.assemble(drawn, "   ", (how_far, "bold"))],
        [*_numbers(now), Content.assemble(*_numbers({"skipped": skipped}), _in_brackets(seen.skipped))],
        _numbers({name: count for name, count in outcomes.items() if count}),
        _pace(progress, settings),
    ]
    return [group for group in groups if group]


def _pace(progress: Progress, settings: Settings) -> list[Content]:
    parts = [Content.assemble((f"{progress.recent:,}", "bold"), " calls in the last hour")]
    if progress.overview.campaign.finished_at is not None:
        parts = []
    if progress.ended:
        rate = f"{100 * progress.answered / progress.ended:.0f}%"
        parts.append(Content.assemble((rate, "bold"), f" of {counted(progress.ended, 'call')} answered"))
    if progress.ends_at is not None:
        parts.append(Content.assemble("ends about ", (_time(progress.ends_at, settings), "bold")))
    return parts


def _settings(campaign: Campaign, exclude: tuple[str, ...]) -> list[list[Content]]:
    its = campaign.settings
    without = f", without {', '.join(clean(name) for name in exclude)}" if exclude else ""
    again = f", again after {counted(its.retry_delay, 'minute')}" if its.attempts > 1 else ""
    voicemail = ", after voicemail too" if again and its.retry_voicemail else ""
    start = [f"starts {its.shown_start}"] if its.shown_start else []
    if campaign.start_is_past and its.start_at is not None:
        start = [f"starts with the launch: {its.shown_start} has passed"]
    texts = [
        f"{clean(its.agent)} calls {clean(campaign.segment_names)}{without}",
        *(start if campaign.started_at is None else []),
        f"{its.hours.text}, {its.hours.days_text}, else in {its.timezone}",
        f"{counted(its.calls_per_hour, 'call')} per hour, {its.concurrent:,} at once",
        f"{counted(its.attempts, 'call')} per contact{again}{voicemail}",
        *summaries(its),
    ]
    return [[Content.styled(text, "$foreground-muted") for text in texts]]


def _numbers(counts: Mapping[str, int]) -> list[Content]:
    """Return counts behind their names."""
    return [
        Content.assemble((f"{words(name)} ", "$foreground-muted"), (f"{count:,}", "bold"))
        for name, count in counts.items()
    ]


def _in_brackets(reasons: Mapping[str, int], more: Callable[[str], str] = lambda _: "") -> Content:
    """Return reasons with their counts, each with the text of `more`: ` (no phone 12, do not call 8)`."""
    text = ", ".join(f"{words(reason)} {count:,}{more(reason)}" for reason, count in reasons.items() if count)
    return Content.styled(f" ({text})" if text else "", "$foreground-muted")


def _time(moment: datetime, settings: Settings) -> str:
    return settings.shown_time(moment)
