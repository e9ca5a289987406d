"""The dispatch loop, from taking over to the end: claims contacts, starts their calls, writes the answers.

One thread decides and writes to the database; others only talk to the platform (`pool`). Nothing that is known only
here is needed after a crash: claimed attempts that are not settled are read from the database again, as unknown.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Final

from segtui.dialer.call_tracker import CallTracker
from segtui.dialer.clock_check import ClockCheck
from segtui.dialer.dispatch_context import DispatchContext
from segtui.dialer.list_comparison import ListComparison
from segtui.dialer.platform import CallingError, Refused, Throttled, Unauthorized, Uncertain, Unreachable
from segtui.dialer.rate_limits import HOURLY_WINDOW, SlidingWindowLimit
from segtui.dialer.request_pool import CallAnswer, QueryAnswer
from segtui.domain.text import clean
from segtui.errors import DatabaseBusy
from segtui.services.campaigns.dispatch import claiming, dispatcher_lease, settling, unrecorded_calls
from segtui.services.campaigns.dispatch.claiming import Claim
from segtui.services.campaigns.dispatch.dispatcher_lease import Work
from segtui.services.campaigns.dispatch.settling import Settled
from segtui.services.session import Session, now, stored

MAX_CONSECUTIVE_ERRORS: Final = 10
# Microseconds within which a claim has to be dialled, or it is released: hours, marks and limits were checked for that
# moment.
_MAX_CLAIM_AGE: Final = 10_000_000
# Seconds between two reads of the campaigns, and between two claims of a campaign with nobody to call for a while.
_READ_INTERVAL: Final = 1.0
_IDLE_INTERVAL: Final = 15.0
_CLOCK_JUMP: Final = 5.0
"""Seconds by which the wall clock has to move against the monotonic clock to count as set."""


@dataclass
class _Campaign:
    """The state of a campaign that dials. `claims_at` is the time of the next claim."""

    work: Work
    claims_at: float = 0.0
    errors: int = 0


class DispatchLoop:
    """The work of one dispatcher until it ends or another takes over (Superseded)."""

    def __init__(self, context: DispatchContext) -> None:
        self._context = context
        self._comparison = ListComparison(context)
        self._tracker = CallTracker(context, self._comparison)
        self._clock_check = ClockCheck(context)
        self._has_begun = False
        self._campaigns: dict[int, _Campaign] = {}
        self._hourly_limits: dict[int, SlidingWindowLimit] = {}
        self._turn = 0
        self._unread = True
        self._answers: list[CallAnswer] = []
        self._read_at = self._beat_at = float("-inf")
        self._reported: str | None = None
        self._pause_reason: str | None = None
        self._shown: str | None = None
        self._clock_offset = 0.0

    @property
    def is_over(self) -> bool:
        """True if no call is in progress and no request is pending."""
        return not self._unread and not self._answers and not self.in_progress and self._context.pool.idle

    @property
    def in_progress(self) -> int:
        """The number of attempts that are not settled."""
        return len(self._tracker)

    def tick(self, *, dials: bool) -> None:
        """Do what is due, then wait a moment for answers. After Superseded or DatabaseError nothing is lost."""
        if self._unread:
            self._tracker.read()
            self._unread = False
        if not self._has_begun:
            self._comparison.begin()
            self._has_begun = True
        self._write()
        self._beat()
        if dials:
            self._comparison.query()
        self._tracker.poll()
        if dials:
            self._read_campaigns()
            if self._campaigns:
                self._clock_check.query()
            self._claim()
        self._take_answers(self._wait(dials=dials))

    def close(self) -> None:
        """Wait for pending requests, and write their results. Raises Superseded, DatabaseError."""
        self._context.pool.close()
        self._take_answers(0)
        self._write()

    def _wait(self, *, dials: bool) -> float:
        return 0.2 if self.in_progress or (dials and self._campaigns) else 1.0

    def _beat(self) -> None:
        context, time = self._context, self._context.clock()
        clock_trouble, clock_offset = self._clock_check.trouble, now() / 1_000_000 - time
        trouble = clock_trouble or context.breaker.trouble or self._comparison.trouble
        shown = clock_trouble or context.breaker.trouble_at(time) or self._comparison.status
        if self._reported != trouble:
            # The reason of a pause was reported just now, with the name of the campaign.
            if trouble is None or trouble != self._pause_reason:
                if trouble is None:
                    context.log.info("The calling platform works again.")
                else:
                    context.log.error("%s", trouble)
            self._reported, self._pause_reason = trouble, None
        context.lock.show_heartbeat()
        # If the wall clock was set, the last beat looks old, or ahead.
        was_set = abs(clock_offset - self._clock_offset) > _CLOCK_JUMP
        if time - self._beat_at < context.timeouts.beat and self._shown == shown and not was_set:
            return
        dispatcher_lease.beat(context.session, context.generation, shown)
        context.lock.show_heartbeat()
        self._beat_at, self._shown, self._clock_offset = time, shown, clock_offset

    def _read_campaigns(self) -> None:
        """Read the campaigns that dial."""
        time = self._context.clock()
        if time - self._read_at < _READ_INTERVAL:
            return
        self._pause_held()
        works = dispatcher_lease.work(self._context.session)
        self._read_at = time
        # A campaign that stops dialling is dropped; if it resumes, the database knows its calls.
        self._hourly_limits = {
            work.campaign_id: self._hourly_limits.get(work.campaign_id) or self._hourly_limit(work) for work in works
        }
        before = self._campaigns
        # A campaign that was edited or resumed begins anew.
        self._campaigns = {
            work.campaign_id: before[work.campaign_id]
            if work.campaign_id in before and before[work.campaign_id].work == work
            else _Campaign(work)
            for work in works
        }
        # A resumed campaign may bring calls that were recorded from the platform's list and have to be tracked.
        self._unread = self._unread or any(
            before.get(campaign_id) is not self._campaigns[campaign_id] for campaign_id in self._campaigns
        )

    def _pause_held(self) -> None:
        """Pause the campaigns that must not dial until a user has decided."""
        context = self._context

        def pause(campaign_id: int, session: Session) -> None:
            sentence = unrecorded_calls.pause_held(session, context.generation, campaign_id)
            if sentence is not None:
                context.log.warning("Paused %s.", clean(sentence))

        for company_id, campaign_id in unrecorded_calls.held(context.session):
            context.try_write(company_id, partial(pause, campaign_id))

    def _hourly_limit(self, work: Work) -> SlidingWindowLimit:
        time = self._context.clock()
        return SlidingWindowLimit(
            time, settling.begun_within(self._context.company(work.company_id), work.campaign_id, HOURLY_WINDOW, time)
        )

    # New calls

    def _claim(self) -> None:
        order = sorted(self._campaigns)
        for _ in order:
            if self._room() <= 0:
                return
            campaign = self._campaigns[order[self._turn % len(order)]]
            # In turns, whatever this one does: there may never be room for all campaigns at once.
            self._turn += 1
            if not self._comparison.is_done(campaign.work.agent):
                continue
            if campaign.claims_at <= self._context.clock() and not self._context.is_put_off(campaign.work.company_id):
                self._claim_for(campaign)

    def _room(self) -> int:
        """Return the number of calls, of any campaign, that may be started now."""
        context, time = self._context, self._context.clock()
        if context.breaker.wait(time) > 0 or not self._clock_check.allows_dialling:
            return 0
        room = min(context.pool.room, context.bucket.room(time))
        if context.breaker.is_troubled:
            # One request at a time finds out if the platform works again.
            return min(1, room) if context.pool.idle else 0
        return room

    def _claim_for(self, campaign: _Campaign) -> None:
        work, time = campaign.work, self._context.clock()
        limit = self._limit(campaign, time)
        if limit <= 0:
            campaign.claims_at = time + _READ_INTERVAL / 2
            return
        session = self._context.company(work.company_id)
        unread = self._unread
        self._unread = True  # in case the commit succeeds and the connection breaks before its answer
        try:
            claimed = claiming.claim(session, self._context.generation, work.campaign_id, limit)
        except DatabaseBusy:
            self._context.put_off(work.company_id)
            return
        finally:
            self._context.lock.show_heartbeat()
        self._unread = unread
        for claim in claimed.claims:
            # Noted before it is dialled, so that a dispatcher detects a database that was replaced by an older copy.
            self._context.lock.record_dialled(claim.database_id, claim.attempt_id)
            self._dial(claim)
        if not claimed.claims:
            campaign.claims_at = time + _seconds_until(claimed.again_at)

    def _limit(self, campaign: _Campaign, time: float) -> int:
        """Return the number of calls that a campaign may begin now, by its limits, its errors and its fair share."""
        work = campaign.work
        share = max(1, self._room() // len(self._campaigns))
        # No more than would pause the campaign if all of them failed.
        allowed_errors = MAX_CONSECUTIVE_ERRORS - campaign.errors - self._tracker.awaiting_answer(work.campaign_id)
        concurrent = work.concurrent - self._tracker.running(work.campaign_id)
        return min(
            share, allowed_errors, concurrent, self._hourly_limits[work.campaign_id].room(time, work.calls_per_hour)
        )

    def _dial(self, claim: Claim) -> None:
        time = self._context.clock()
        self._tracker.add(claim, time)
        self._hourly_limits[claim.campaign_id].take(time)
        if not 0 <= now() - claim.at <= _MAX_CLAIM_AGE or not self._clock_check.allows_dialling:
            too_late = Unreachable("The call was not started: the database took too long, or the clock was changed.")
            self._answers.append(CallAnswer(claim, time, too_late))
            return
        self._context.bucket.take(time)
        self._context.pool.start(claim, time)

    # Answers

    def _take_answers(self, wait: float) -> None:
        while (answer := self._context.pool.next_answer(wait)) is not None:
            wait = 0.0

            if isinstance(answer, QueryAnswer):
                answer.callback(answer.result)
            else:
                self._answers.append(answer)

    def _write(self) -> None:
        """Write the platform's answers; those that cannot be written stay for the next time."""
        for company_id in dict.fromkeys(answer.claim.company_id for answer in self._answers):
            company_answers = [answer for answer in self._answers if answer.claim.company_id == company_id]
            if not self._context.try_write(company_id, partial(self._write_answers, company_answers)):
                continue
            self._answers = [answer for answer in self._answers if answer.claim.company_id != company_id]
            for answer in company_answers:
                self._apply(answer)
        for campaign_id in self._tracker.write():
            if campaign_id in self._campaigns:
                self._campaigns[campaign_id].claims_at = 0.0
        self._comparison.write()
        if self._comparison.refused is not None:
            self._pause_refused(*self._comparison.refused)
            self._comparison.refused = None

    def _pause_refused(self, agent: str, reason: str) -> None:
        """Pause the campaigns of an agent whose list the platform refuses: they cannot be compared."""
        for campaign_id, campaign in self._campaigns.items():
            if campaign.work.agent == agent:
                self._context.try_write(campaign.work.company_id, partial(self._pause, campaign_id, reason))

    def _pause(self, campaign_id: int, reason: str, session: Session) -> None:
        name = settling.pause(session, self._context.generation, campaign_id, reason)
        if name is not None:
            self._context.log.warning("“%s” is paused: %s", clean(name), reason)
            self._pause_reason = reason

    def _write_answers(self, answers: Sequence[CallAnswer], session: Session) -> None:
        call_ids = [(answer.claim.attempt_id, answer.result) for answer in answers if isinstance(answer.result, str)]
        refused = [
            Settled(answer.claim.attempt_id, answer.claim.campaign_id, "failed", reason=clean(str(answer.result)))
            for answer in answers
            if isinstance(answer.result, Refused)
        ]
        released = [
            (answer.claim.campaign_id, answer.claim.attempt_id)
            for answer in answers
            if isinstance(answer.result, Throttled | Unauthorized | Unreachable)
        ]
        settling.record(session, self._context.generation, calls=call_ids, settled=refused, released=released)
        for campaign_id, reason in self._to_pause(answers):
            self._pause(campaign_id, reason, session)

    def _to_pause(self, answers: Sequence[CallAnswer]) -> Iterator[tuple[int, str]]:
        """Yield the campaigns that cannot go on, and the reasons."""
        for campaign_id, campaign_answers in groupby(sorted(answers, key=_campaign_of), key=_campaign_of):
            errors = self._errors(campaign_id)
            for answer in campaign_answers:
                errors = _count_errors(errors, answer.result)
                if isinstance(answer.result, Unauthorized):
                    yield campaign_id, clean(str(answer.result))
                    break
                if errors >= MAX_CONSECUTIVE_ERRORS:
                    yield campaign_id, f"{errors} calls in a row could not be started: {clean(str(answer.result))}"
                    break

    def _errors(self, campaign_id: int) -> int:
        return self._campaigns[campaign_id].errors if campaign_id in self._campaigns else 0

    def _apply(self, answer: CallAnswer) -> None:
        """Update the state here with an answer that is written."""
        context, time, result = self._context, self._context.clock(), answer.result
        claim = answer.claim
        if claim.campaign_id in self._campaigns:
            self._campaigns[claim.campaign_id].errors = _count_errors(self._errors(claim.campaign_id), result)
        if isinstance(result, str):
            context.breaker.succeeded(answer.began)
            self._tracker.dialled(claim.attempt_id, result)
            return
        if isinstance(result, Uncertain):
            self._tracker.request_failed(claim.attempt_id, time)
        else:
            self._tracker.drop(claim.attempt_id)
        if isinstance(result, Refused):
            context.breaker.succeeded(answer.began)
            return
        if not isinstance(result, Uncertain) and claim.campaign_id in self._hourly_limits:
            self._hourly_limits[claim.campaign_id].give_back(answer.began)
        wait = result.wait if isinstance(result, Throttled) else None
        context.breaker.failed(time, clean(str(result)), wait, starting=True)


def _campaign_of(answer: CallAnswer) -> int:
    return answer.claim.campaign_id


def _count_errors(errors: int, result: str | CallingError) -> int:
    """Return the number of consecutive errors after a result. Throttling does not count."""
    if isinstance(result, str):
        return 0
    return errors if isinstance(result, Throttled) else errors + 1


def _seconds_until(again_at: datetime | None) -> float:
    """Return the seconds until the next claim of a campaign with nobody to call before `again_at`."""
    if again_at is None:
        return _IDLE_INTERVAL
    return min(_IDLE_INTERVAL, max(_READ_INTERVAL / 2, (stored(again_at) - now()) / 1_000_000))
