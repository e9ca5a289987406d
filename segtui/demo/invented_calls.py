"""The calls that the demo's campaigns made before anybody looked.

They were made at hours at which people may be called, how many answered depends on the hour, and who did not was tried
again by the rules of the dispatcher.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from types import MappingProxyType
from zoneinfo import ZoneInfo

from segtui.demo.sample_campaigns import Called, Callee, SampleCall
from segtui.domain.timezones.clock_comparison import zones_in
from segtui.services.campaigns.campaign_settings import CampaignSettings

# How many of a hundred answer, by the hour of their day; an hour that is missing here is never called in.
_ANSWER = MappingProxyType(
    {8: 22, 9: 27, 10: 35, 11: 42, 12: 37, 13: 31, 14: 28, 15: 33, 16: 39, 17: 48, 18: 53, 19: 46, 20: 35}
)
# What the others come to.
_OTHERWISE = MappingProxyType({"no_answer": 42, "voicemail": 36, "busy": 12, "failed": 5, "wrong_number": 5})
_TRIED_AGAIN = ("no_answer", "busy")


@dataclass(frozen=True, slots=True)
class Round:
    """When a campaign called so far: first calls from `begins` to `first_until`, none at all after `until`.

    `share` of those who could be called in that time were. `speed` is how many seconds of a call passed in one.
    """

    begins: datetime
    first_until: datetime
    until: datetime | None = None
    share: float = 1
    speed: float = 1


def invented(settings: CampaignSettings, made: Round, seed: int) -> Callable[[Sequence[Callee]], Iterator[Called]]:
    """Return what invents who of an audience was called, when, and what came of it."""

    def calls(callees: Sequence[Callee]) -> Iterator[Called]:
        chance = random.Random(seed)  # noqa: S311 -- a game
        zones = {callee.zone: zones_in(callee.zone or settings.timezone)[0] for callee in callees}
        spans = {name: list(_spans(settings, made, zone)) for name, zone in zones.items()}
        for callee in callees:
            if chance.random() < made.share and spans[callee.zone]:
                at = _within(spans[callee.zone], chance)
                yield _called(callee.contact_id, settings, made, at, zones[callee.zone], chance)

    return calls


def _spans(settings: CampaignSettings, made: Round, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """Yield the times of first calls at which the hours hold in a zone."""
    windows = settings.hours.windows(made.begins, zone)
    for begins, ends in takewhile(lambda window: window[0] < made.first_until, windows):
        yield max(begins, made.begins), min(ends, made.first_until)


def _within(spans: Sequence[tuple[datetime, datetime]], chance: random.Random) -> datetime:
    begins, ends = chance.choices(spans, [(ends - begins).total_seconds() for begins, ends in spans])[0]
    return begins + (ends - begins) * chance.random()


def _called(
    contact_id: int, settings: CampaignSettings, made: Round, at: datetime, zone: ZoneInfo, chance: random.Random
) -> Called:
    calls: list[SampleCall] = []
    while True:
        calls.append(_call(at, at.astimezone(zone).hour, made.speed, chance))
        if not _is_tried_again(calls, settings):
            return Called(contact_id, calls)
        next_at = calls[-1].ended_at + timedelta(minutes=settings.retry_delay)
        at = _allowed(settings, next_at, zone) + timedelta(minutes=settings.retry_delay) * chance.random()
        at = _allowed(settings, at, zone)
        if made.until is not None and at > made.until:
            return Called(contact_id, calls, next_at)


def _allowed(settings: CampaignSettings, moment: datetime, zone: ZoneInfo) -> datetime:
    return settings.hours.next_allowed(moment, zone) or moment


def _call(at: datetime, hour: int, speed: float, chance: random.Random) -> SampleCall:
    rings, outcome, talks = chance.uniform(3, 20), "answered", 0.0
    if chance.random() * 100 >= _ANSWER.get(hour, 0):
        outcome = chance.choices(list(_OTHERWISE), list(_OTHERWISE.values()))[0]
    if outcome == "answered":
        talks = chance.uniform(10, 120)
    elif outcome == "voicemail":
        talks = 10.0
    return SampleCall(at, at + timedelta(seconds=(rings + talks) / speed), outcome, round(talks))


def _is_tried_again(calls: Sequence[SampleCall], settings: CampaignSettings) -> bool:
    if len(calls) >= settings.attempts:
        return False
    outcomes = [call.outcome for call in calls]
    return outcomes[-1] in _TRIED_AGAIN or (outcomes[-1] == "failed" and outcomes.count("failed") < 2)
