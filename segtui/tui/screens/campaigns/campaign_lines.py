"""The head of the campaign screen: why nothing is dialled, progress in columns of figures, settings."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from textual.content import Content

from segtui.config.settings import Settings
from segtui.domain.campaign_settings import summaries
from segtui.domain.contact import size_words
from segtui.domain.text import clean, counted
from segtui.domain.vocabulary import words
from segtui.services.campaigns import Campaign, Forecast
from segtui.services.campaigns.results.progress import Progress
from segtui.tui.widgets.charts.bars import progress_bar
from segtui.tui.widgets.chrome.glyphs import Glyphs
from segtui.tui.widgets.chrome.packed_lines import Groups
from segtui.tui.widgets.chrome.status_words import STYLES, status_word

Figures = Sequence[tuple[Content, Content]]
"""Labels with their values."""

_MAX_BAR: Final = 60
"""Cells of the longest bar."""
_BLOCK_GAP: Final = 4
"""Blank cells between two columns of figures."""
_ALWAYS_SHOWN: Final = ("answered", "failed")
"""Outcomes that are shown without a call, too."""


def head(progress: Progress, settings: Settings, width: int, glyphs: Glyphs) -> Groups:
    """Return the lines for `width` cells in groups; the bar leaves room for the words beside it."""
    seen = progress.overview
    groups = [[_status(progress, settings)]]
    if seen.forecast is not None:
        groups += _ahead(seen.forecast, settings)
    elif seen.campaign.launched:
        groups += [list(group) for group in _so_far(progress, settings, width, glyphs) if group]
    return [*groups, *_settings(seen.campaign, seen.exclude)]


def _status(progress: Progress, settings: Settings) -> Content:
    """Return the status, and why nothing is dialled, if that is so."""
    campaign, reason = progress.overview.campaign, progress.overview.reason
    status = status_word(campaign.status).stylize("bold")
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
        lines.append([Content.styled(size_words(ahead.size), STYLES[ahead.size]), Content(takes)])
    if ahead.shared:
        lines.append([Content(ahead.shared)])
    return lines


def _so_far(progress: Progress, settings: Settings, width: int, glyphs: Glyphs) -> Groups:
    """Return the progress: a bar, and columns of figures below it."""
    seen, states = progress.overview, progress.overview.states
    skipped = seen.outcomes["skipped"]
    campaign = seen.campaign
    can = "can be called" if campaign.unfinished else "could be called"
    how_far = f"{campaign.settled:,} done of {campaign.to_call:,} who {can}"
    drawn = progress_bar(campaign.share, min(_MAX_BAR, max(20, width - len(how_far) - 6)), glyphs)
    contacts = {
        "called": seen.total - states["pending"] - skipped,
        "pending": states["pending"],
        "in progress": states["in_progress"],
        "to be retried": states["retry"],
    }
    outcomes = {
        name: count for name, count in seen.outcomes.items() if name != "skipped" and (count or name in _ALWAYS_SHOWN)
    }
    lines = beside([_counts(contacts), _counts(outcomes), _pace(progress, settings)], width)
    left_out = [Content.assemble(*_numbers({"skipped": skipped}), _in_brackets(seen.skipped))] if skipped else []
    return [
        [Content.assemble((drawn, "$text-primary"), "   ", (how_far, "bold"))],
        *([line] for line in lines),
        left_out,
    ]


def _counts(counts: Mapping[str, int]) -> Figures:
    """Return words with their counts, one below the other."""
    texts = [f"{count:,}" for count in counts.values()]
    digits = max(map(len, texts))
    return [
        (status_word(name), Content.styled(text.rjust(digits), "bold"))
        for name, text in zip(counts, texts, strict=True)
    ]


def _pace(progress: Progress, settings: Settings) -> Figures:
    figures: list[tuple[Content, Content]] = []
    if progress.ended:
        rate = f"{100 * progress.answered / progress.ended:.0f}%"
        of_calls = f" of {counted(progress.ended, 'call')}"
        figures.append((Content("answer rate"), Content.assemble((rate, "bold"), of_calls)))
    if progress.overview.campaign.finished_at is None:
        figures.append((Content("last hour"), Content.styled(counted(progress.recent, "call"), "bold")))
    if progress.ends_at is not None:
        figures.append((Content("ends about"), Content.styled(_time(progress.ends_at, settings), "bold")))
    return figures


def beside(blocks: Sequence[Figures], width: int) -> list[Content]:
    """Return blocks of labels with their values as lines, as many beside each other as `width` cells have room for."""
    lines: list[Content] = []
    band: list[Content] = []
    for block in blocks:
        label_width = max((label.cell_length for label, _ in block), default=0)
        drawn = [
            Content.assemble(
                label.stylize("$foreground-muted") if not label.spans else label,
                " " * (label_width - label.cell_length + 2),
                value,
            )
            for label, value in block
        ]
        start = max((line.cell_length for line in band), default=-_BLOCK_GAP) + _BLOCK_GAP
        if band and start + max((line.cell_length for line in drawn), default=0) > width:
            lines, band, start = lines + band, [], 0
        band += [Content("")] * (len(drawn) - len(band))
        for index, line in enumerate(drawn):
            band[index] = Content.assemble(band[index], " " * (start - band[index].cell_length), line)
    return lines + band


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
        f"{its.hours.text}, {its.hours.days_text}, contacts' local time ({its.timezone} if unknown)",
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
