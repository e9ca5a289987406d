"""One shift of the dispatcher, from taking over to the end: whom it calls, and what the answers come to.

One thread decides and writes to the database; others only talk to the platform (`dialling`). Nothing that is known
here alone is needed after a crash: what is claimed and not settled is read anew from the database, as unknown.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Final

from segtui.dialer.call_tracker import Pursuit
from segtui.dialer.clock_check import ClockCheck
from segtui.dialer.dispatch_context import Duty
from segtui.dialer.list_comparison import Comparison
from segtui.dialer.platform import CallingError, Refused, Throttled, Unauthorized, Uncertain, Unreachable
from segtui.dialer.rate_limits import REMEMBERED, HourlyPace
from segtui.dialer.request_pool import Answer, Found
from segtui.domain.text import clean
from segtui.errors import DatabaseBusy
from segtui.services.campaigns.dispatch import claiming, dispatcher_lease, settling, unrecorded_calls
from segtui.services.campaigns.dispatch.claiming import Claim
from segtui.services.campaigns.dispatch.dispatcher_lease import Work
from segtui.services.campaigns.dispatch.settling import Settled
from segtui.services.session import Session, now, stored

ERRORS_IN_A_ROW: Final = 10
# A claim that could not be dialled within so many microseconds is given back: hours, marks and limits were looked up
# for that moment.
_FRESH: Final = 10_000_000
# How often the campaigns are looked at, and one of which nobody is to be called for a while.
_LOOK: Final = 1.0
_LOOK_AGAIN: Final = 15.0
_JUMP: Final = 5.0
"""Seconds by which the wall clock moves against the one that nobody sets where somebody has set it."""


@dataclass
class _Campaign:
    """What a shift knows of a campaign that dials. `asks_at` is when to ask again whether somebody can be called."""

    work: Work
    asks_at: float = 0.0
    errors: int = 0


class Shift:
    """The work of one dispatcher until it ends or another takes over (Superseded)."""

    def __init__(self, duty: Duty) -> None:
        self._duty = duty
        self._comparison = Comparison(duty)
        self._pursuit = Pursuit(duty, self._comparison)
        self._clock_check = ClockCheck(duty)
        self._begun = False
        self._campaigns: dict[int, _Campaign] = {}
        self._paces: dict[int, HourlyPace] = {}
        self._turn = 0
        self._unread = True
        self._answers: list[Answer] = []
        self._looked_at = self._beat_at = float("-inf")
        self._said: str | None = None
        self._paused_for: str | None = None
        self._shown: str | None = None
        self._wall = 0.0

    @property
    def is_over(self) -> bool:
        """Whether no call is in progress and no request on its way."""
        return not self._unread and not self._answers and not self.in_progress and self._duty.dialling.idle

    @property
    def in_progress(self) -> int:
        """How many attempts are not settled."""
        return len(self._pursuit)

    def tick(self, *, dials: bool) -> None:
        """Do what is due, then wait a moment for answers. Raises Superseded, DatabaseError: nothing is lost then."""
        if self._unread:
            self._pursuit.read()
            self._unread = False
        if not self._begun:
            self._comparison.begin()
            self._begun = True
        self._write()
        self._beat()
        if dials:
            self._comparison.ask()
        self._pursuit.ask()
        if dials:
            self._look()
            if self._campaigns:
                self._clock_check.ask()
            self._claim()
        self._take_answers(self._wait(dials=dials))

    def close(self) -> None:
        """Wait for the requests on their way, and write what came of them. Raises Superseded, DatabaseError."""
        self._duty.dialling.close()
        self._take_answers(0)
        self._write()

    def _wait(self, *, dials: bool) -> float:
        return 0.2 if self.in_progress or (dials and self._campaigns) else 1.0

    def _beat(self) -> None:
        duty, at = self._duty, self._duty.clock()
        of_clock, wall = self._clock_check.trouble, now() / 1_000_000 - at
        trouble = of_clock or duty.health.trouble or self._comparison.trouble
        shown = of_clock or duty.health.trouble_at(at) or self._comparison.status
        if self._said != trouble:
            # What a campaign was paused for just now was said with its name.
            if trouble is None or trouble != self._paused_for:
                duty.say(trouble or "The calling platform works again.")
            self._said, self._paused_for = trouble, None
        duty.lock.show_heartbeat()
        # A wall clock that was set makes the last beat look old, or ahead.
        is_set = abs(wall - self._wall) > _JUMP
        if at - self._beat_at < duty.patience.beat and self._shown == shown and not is_set:
            return
        dispatcher_lease.beat(duty.session, duty.generation, shown)
        duty.lock.show_heartbeat()
        self._beat_at, self._shown, self._wall = at, shown, wall

    def _look(self) -> None:
        """Look which campaigns dial."""
        at = self._duty.clock()
        if at - self._looked_at < _LOOK:
            return
        self._pause_held()
        found = dispatcher_lease.work(self._duty.session)
        self._looked_at = at
        # One that does not dial any more is forgotten; should it go on, the database knows its calls.
        self._paces = {work.campaign_id: self._paces.get(work.campaign_id) or self._pace(work) for work in found}
        before = self._campaigns
        # One that somebody changed, or resumed, begins anew.
        self._campaigns = {
            work.campaign_id: before[work.campaign_id]
            if work.campaign_id in before and before[work.campaign_id].work == work
            else _Campaign(work)
            for work in found
        }
        # With a campaign that goes on, calls that were recorded from the platform's list may be there to follow.
        self._unread = self._unread or any(
            before.get(campaign_id) is not self._campaigns[campaign_id] for campaign_id in self._campaigns
        )

    def _pause_held(self) -> None:
        """Pause the campaigns that must not dial before a person has decided."""
        duty = self._duty

        def pause(campaign_id: int, session: Session) -> None:
            sentence = unrecorded_calls.pause_held(session, duty.generation, campaign_id)
            if sentence is not None:
                duty.say(f"Paused {clean(sentence)}.")

        for company_id, campaign_id in unrecorded_calls.held(duty.session):
            duty.written(company_id, partial(pause, campaign_id))

    def _pace(self, work: Work) -> HourlyPace:
        at = self._duty.clock()
        return HourlyPace(
            at, settling.begun_within(self._duty.company(work.company_id), work.campaign_id, REMEMBERED, at)
        )

    # Calls that begin

    def _claim(self) -> None:
        order = sorted(self._campaigns)
        for _ in order:
            if self._room() <= 0:
                return
            campaign = self._campaigns[order[self._turn % len(order)]]
            # Whatever comes of it, the next call is the next one's: there may never be room for all of them.
            self._turn += 1
            if not self._comparison.is_done(campaign.work.agent):
                continue
            if campaign.asks_at <= self._duty.clock() and not self._duty.is_put_off(campaign.work.company_id):
                self._claim_of(campaign)

    def _room(self) -> int:
        """Return how many calls may be started now, whoever's."""
        duty, at = self._duty, self._duty.clock()
        if duty.health.wait(at) > 0 or not self._clock_check.lets_dial:
            return 0
        room = min(duty.dialling.room, duty.account.room(at))
        if duty.health.is_troubled:
            # One at a time finds out whether the platform works again.
            return min(1, room) if duty.dialling.idle else 0
        return room

    def _claim_of(self, campaign: _Campaign) -> None:
        work, at = campaign.work, self._duty.clock()
        most = self._most(campaign, at)
        if most <= 0:
            campaign.asks_at = at + _LOOK / 2
            return
        session = self._duty.company(work.company_id)
        unread = self._unread
        self._unread = True  # in case it is committed, and the database ends before it says so
        try:
            claimed = claiming.claim(session, self._duty.generation, work.campaign_id, most)
        except DatabaseBusy:
            self._duty.put_off(work.company_id)
            return
        finally:
            self._duty.lock.show_heartbeat()
        self._unread = unread
        for claim in claimed.claims:
            # Noted before it is dialled, so that a dispatcher detects an older database that is put in this place.
            self._duty.lock.record_dialled(claim.database_id, claim.attempt_id)
            self._dial(claim)
        if not claimed.claims:
            campaign.asks_at = at + _until(claimed.again_at)

    def _most(self, campaign: _Campaign, at: float) -> int:
        """Return how many calls of a campaign may begin now: what its limits, its errors and the others leave."""
        work = campaign.work
        fair = max(1, self._room() // len(self._campaigns))
        # No more than would pause it if all of them failed.
        careful = ERRORS_IN_A_ROW - campaign.errors - self._pursuit.on_their_way(work.campaign_id)
        concurrent = work.concurrent - self._pursuit.running(work.campaign_id)
        return min(fair, careful, concurrent, self._paces[work.campaign_id].room(at, work.calls_per_hour))

    def _dial(self, claim: Claim) -> None:
        at = self._duty.clock()
        self._pursuit.add(claim, at)
        self._paces[claim.campaign_id].take(at)
        if not 0 <= now() - claim.at <= _FRESH or not self._clock_check.lets_dial:
            late = Unreachable("The database took too long, or the clock was changed; the call was not started.")
            self._answers.append(Answer(claim, at, late))
            return
        self._duty.account.take(at)
        self._duty.dialling.start(claim, at)

    # Answers

    def _take_answers(self, wait: float) -> None:
        while (answer := self._duty.dialling.next_answer(wait)) is not None:
            wait = 0.0
            if isinstance(answer, Found):
                answer.then(answer.result)
            else:
                self._answers.append(answer)

    def _write(self) -> None:
        """Write what the platform answered; what cannot be written stays for the next time."""
        for company_id in dict.fromkeys(each.claim.company_id for each in self._answers):
            mine = [each for each in self._answers if each.claim.company_id == company_id]
            if not self._duty.written(company_id, partial(self._write_answers, mine)):
                continue
            self._answers = [each for each in self._answers if each.claim.company_id != company_id]
            for answer in mine:
                self._learn(answer)
        for campaign_id in self._pursuit.write():
            if campaign_id in self._campaigns:
                self._campaigns[campaign_id].asks_at = 0.0
        self._comparison.write()
        if self._comparison.refused is not None:
            self._pause_refused(*self._comparison.refused)
            self._comparison.refused = None

    def _pause_refused(self, agent: str, why: str) -> None:
        """Pause the campaigns of an agent whose list the platform does not give us: they cannot be compared."""
        for campaign_id, campaign in self._campaigns.items():
            if campaign.work.agent == agent:
                self._duty.written(campaign.work.company_id, partial(self._pause, campaign_id, why))

    def _pause(self, campaign_id: int, why: str, session: Session) -> None:
        name = settling.pause(session, self._duty.generation, campaign_id, why)
        if name is not None:
            self._duty.say(f"“{clean(name)}” is paused: {why}")
            self._paused_for = why

    def _write_answers(self, answers: Sequence[Answer], session: Session) -> None:
        begun = [(each.claim.attempt_id, each.result) for each in answers if isinstance(each.result, str)]
        refused = [
            Settled(each.claim.attempt_id, each.claim.campaign_id, "failed", reason=clean(str(each.result)))
            for each in answers
            if isinstance(each.result, Refused)
        ]
        not_made = [
            (each.claim.campaign_id, each.claim.attempt_id)
            for each in answers
            if isinstance(each.result, Throttled | Unauthorized | Unreachable)
        ]
        settling.record(session, self._duty.generation, calls=begun, settled=refused, released=not_made)
        for campaign_id, why in self._to_pause(answers):
            self._pause(campaign_id, why, session)

    def _to_pause(self, answers: Sequence[Answer]) -> Iterator[tuple[int, str]]:
        """Yield the campaigns that cannot go on, and why."""
        for campaign_id, mine in groupby(sorted(answers, key=_campaign_of), key=_campaign_of):
            errors = self._errors(campaign_id)
            for answer in mine:
                errors = _counted(errors, answer.result)
                if isinstance(answer.result, Unauthorized):
                    yield campaign_id, clean(str(answer.result))
                    break
                if errors >= ERRORS_IN_A_ROW:
                    yield campaign_id, f"{errors} calls in a row could not be started: {clean(str(answer.result))}"
                    break

    def _errors(self, campaign_id: int) -> int:
        return self._campaigns[campaign_id].errors if campaign_id in self._campaigns else 0

    def _learn(self, answer: Answer) -> None:
        """Keep in mind what an answer says that is written down."""
        duty, at, result = self._duty, self._duty.clock(), answer.result
        claim = answer.claim
        if claim.campaign_id in self._campaigns:
            self._campaigns[claim.campaign_id].errors = _counted(self._errors(claim.campaign_id), result)
        if isinstance(result, str):
            duty.health.succeeded(answer.begun)
            self._pursuit.dialled(claim.attempt_id, result)
            return
        if isinstance(result, Uncertain):
            self._pursuit.lost_sight(claim.attempt_id, at)
        else:
            self._pursuit.drop(claim.attempt_id)
        if isinstance(result, Refused):
            duty.health.succeeded(answer.begun)
            return
        if not isinstance(result, Uncertain) and claim.campaign_id in self._paces:
            self._paces[claim.campaign_id].give_back(answer.begun)
        wait = result.wait if isinstance(result, Throttled) else None
        duty.health.failed(at, clean(str(result)), wait, starting=True)


def _campaign_of(answer: Answer) -> int:
    return answer.claim.campaign_id


def _counted(errors: int, result: str | CallingError) -> int:
    """Return how many errors in a row there are after a result. Being asked to wait is none."""
    if isinstance(result, str):
        return 0
    return errors if isinstance(result, Throttled) else errors + 1


def _until(again_at: datetime | None) -> float:
    """Return in how many seconds to ask a campaign again that has nobody to be called before this moment."""
    if again_at is None:
        return _LOOK_AGAIN
    return min(_LOOK_AGAIN, max(_LOOK / 2, (stored(again_at) - now()) / 1_000_000))
