"""Invented calls of the demo's campaigns before it was opened.

They were made during calling hours, the answer rate depends on the hour, and contacts not reached were tried again by
the rules of the dispatcher.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from types import MappingProxyType
from zoneinfo import ZoneInfo

from segtui.demo.sample_campaigns import Called, Callee, SampleCall
from segtui.domain.campaign_settings import CampaignSettings
from segtui.domain.timezones.clock_comparison import zones_in

# Answers in percent, by the contact's local hour; there are no calls in other hours.
_ANSWER_RATES = MappingProxyType(
    {8: 22, 9: 27, 10: 35, 11: 42, 12: 37, 13: 31, 14: 28, 15: 33, 16: 39, 17: 48, 18: 53, 19: 46, 20: 35}
)
# Weights of the other outcomes.
_OTHER_OUTCOMES = MappingProxyType({"no_answer": 42, "voicemail": 36, "busy": 12, "failed": 5, "wrong_number": 5})
_RETRIED = ("no_answer", "busy")


@dataclass(frozen=True, slots=True)
class Round:
    """The period of a campaign's calls: first calls from `begins` to `first_until`, none at all after `until`.

    `share` is the share of the callable contacts that were called. `speed` is simulated seconds per real second.
    """

    begins: datetime
    first_until: datetime
    until: datetime | None = None
    share: float = 1
    speed: float = 1


def invent_calls(settings: CampaignSettings, made: Round, seed: int) -> Callable[[Sequence[Callee]], Iterator[Called]]:
    """Return a function that invents the calls of an audience: who, when, and with which outcome."""

    def calls(callees: Sequence[Callee]) -> Iterator[Called]:
        chance = random.Random(seed)  # noqa: S311 -- a simulation
        zones = {callee.zone: zones_in(callee.zone or settings.timezone)[0] for callee in callees}
        spans = {name: list(_spans(settings, made, zone)) for name, zone in zones.items()}
        for callee in callees:
            if chance.random() < made.share and spans[callee.zone]:
                moment = _within(spans[callee.zone], chance)
                yield _called(callee.contact_id, settings, made, moment, zones[callee.zone], chance)

    return calls


def _spans(settings: CampaignSettings, made: Round, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """Yield the periods of first calls within the hours of a zone."""
    windows = settings.hours.windows(made.begins, zone)
    for begins, ends in takewhile(lambda window: window[0] < made.first_until, windows):
        yield max(begins, made.begins), min(ends, made.first_until)


def _within(spans: Sequence[tuple[datetime, datetime]], chance: random.Random) -> datetime:
    begins, ends = chance.choices(spans, [(ends - begins).total_seconds() for begins, ends in spans])[0]
    return begins + (ends - begins) * chance.random()


def _called(
    contact_id: int, settings: CampaignSettings, made: Round, moment: datetime, zone: ZoneInfo, chance: random.Random
) -> Called:
    calls: list[SampleCall] = []
    while True:
        calls.append(_call(moment, moment.astimezone(zone).hour, made.speed, chance))
        if not _is_tried_again(calls, settings):
            return Called(contact_id, calls)
        next_at = calls[-1].ended_at + timedelta(minutes=settings.retry_delay)
        moment = _allowed(settings, next_at, zone) + timedelta(minutes=settings.retry_delay) * chance.random()
        moment = _allowed(settings, moment, zone)
        if made.until is not None and moment > made.until:
            return Called(contact_id, calls, next_at)


def _allowed(settings: CampaignSettings, moment: datetime, zone: ZoneInfo) -> datetime:
    return settings.hours.next_allowed(moment, zone) or moment


def _call(began_at: datetime, hour: int, speed: float, chance: random.Random) -> SampleCall:
    rings, outcome, talks = chance.uniform(3, 20), "answered", 0.0
    if chance.random() * 100 >= _ANSWER_RATES.get(hour, 0):
        outcome = chance.choices(list(_OTHER_OUTCOMES), list(_OTHER_OUTCOMES.values()))[0]
    if outcome == "answered":
        talks = chance.uniform(10, 120)
    elif outcome == "voicemail":
        talks = 10.0
    return SampleCall(began_at, began_at + timedelta(seconds=(rings + talks) / speed), outcome, round(talks))


def _is_tried_again(calls: Sequence[SampleCall], settings: CampaignSettings) -> bool:
    if len(calls) >= settings.attempts:
        return False
    outcomes = [call.outcome for call in calls]
    return outcomes[-1] in _RETRIED or (outcomes[-1] == "failed" and outcomes.count("failed") < 2)
