"""Comparison of the platform's lists with the database: calls of ours that it does not have pause their campaigns.

Before the first call of an agent, its whole list since the last call that the database knows is read, page by page;
later every requested list is checked. This also detects a database that was restored, or that dials in two places.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from segtui.dialer.dispatch_context import DispatchContext
from segtui.dialer.platform import CallingError, CallList, PlatformCall, Throttled, Unauthorized
from segtui.dialer.reconciliation import OUTCOMES
from segtui.domain.text import clean, counted
from segtui.services.campaigns.dispatch import unrecorded_calls
from segtui.services.campaigns.dispatch.unrecorded_calls import PlatformRecord
from segtui.services.session import moment, now, stored

# Clocks of this host and the platform, and of the database's earlier hosts, may differ by as much.
_MARGIN: Final = timedelta(hours=2)
_MAX_PAGES: Final = 1_000
# Seconds before the comparison is reported: it takes a moment at every start.
_REPORT_AFTER: Final = 5.0
# A list that could not be read is requested again after a second, after two, and so on up to this.
_MAX_PAUSE: Final = 60.0
# Failures after which the campaigns of an agent are paused: the platform may not know it.
_MAX_FAILURES: Final = 10


class ListComparison:
    """Compares the calls of the platform with those of the database, for one dispatcher."""

    def __init__(self, context: DispatchContext) -> None:
        self._context = context
        self._since: datetime | None = None
        self._tokens: frozenset[str] = frozenset()
        self._agents: list[str] = []
        """Agents whose lists are still to be read, in this order."""
        self._compared: set[str] = set()
        self._read: set[str] = set()
        """Agents whose lists were read and whose unknown calls are not stored yet."""
        self._known: dict[str, set[tuple[str, int]]] = {}
        """The calls of each agent's last list that the database has."""
        self._unknown: dict[tuple[str, int], PlatformRecord] = {}
        self._needed: set[str] = set()
        """The agents of campaigns that dial: they wait for the comparison."""
        self._failures: Counter[str] = Counter()
        self._retry_at: dict[str, float] = {}
        self._trouble: str | None = None
        self._page_of: str | None = None
        """The agent whose list is being read; `_until` is where its next page ends."""
        self._until: datetime | None = None
        self._pages = 0
        self._began = context.clock()
        self.refused: tuple[str, str] | None = None
        """An agent whose list the platform refuses, and the reason."""

    def begin(self) -> None:
        """Read from the database what has to be compared. Raises DatabaseError."""
        session = self._context.session
        self._tokens = unrecorded_calls.tokens(session)
        self._since = unrecorded_calls.last_dialled_at(session)
        self._agents = unrecorded_calls.agents(session)

    def is_done(self, agent: str) -> bool:
        """Return True if the calls of an agent that is to dial were compared; if not, they are next."""
        if agent in self._compared:
            return True
        self._needed.add(agent)
        if agent not in self._agents and agent not in self._read:
            self._agents.append(agent)
        return False

    @property
    def trouble(self) -> str | None:
        """The reason why nothing can be compared, if no list could be read yet."""
        return None if self._compared else self._trouble

    @property
    def status(self) -> str | None:
        """The reason why nothing is dialled: no list could be read, or the comparison takes long."""
        if self._compared or not (self._agents or self._read):
            return None
        if self._trouble is not None or self._context.clock() - self._began < _REPORT_AFTER:
            return self._trouble
        return "The calls on the calling platform are compared with the database before anyone is called."

    def query(self) -> None:
        """Request the next page of an agent's list, if one is missing and the limits allow it."""
        context, time = self._context, self._context.clock()
        if (
            not self._agents
            or context.pool.pending_queries
            or not context.bucket.room(time)
            or context.breaker.wait(time) > 0
        ):
            return
        due = [agent for agent in self._agents if self._retry_at.get(agent, 0.0) <= time]
        agent = min(
            due, key=lambda candidate: (candidate != self._page_of, candidate not in self._needed), default=None
        )
        if agent is None:
            return
        if agent != self._page_of:
            self._page_of, self._until, self._pages = agent, None, 0
        platform_time = context.pool.platform.now() or moment(now())
        since = (self._since or platform_time) - _MARGIN
        until = self._until or platform_time + _MARGIN

        def take_answer(answer: object) -> None:
            if isinstance(answer, CallingError):
                self._failed(agent, answer)
            elif isinstance(answer, CallList):
                context.breaker.answered(time)
                self._trouble = None
                self._failures.pop(agent, None)
                self._take_page(agent, since, until, answer.calls)

        context.bucket.take(time)
        context.pool.query(lambda platform: platform.recent(since, until, agent), take_answer)

    def _failed(self, agent: str, error: CallingError) -> None:
        """Retry later. The failure of one list says nothing about the calls of other agents."""
        time, self._trouble = self._context.clock(), clean(str(error))
        if isinstance(error, Throttled | Unauthorized):
            self._context.breaker.failed(time, self._trouble, error.wait if isinstance(error, Throttled) else None)
            if isinstance(error, Unauthorized):
                self.refused = agent, self._trouble
            return
        self._page_of = None
        if agent not in self._needed:
            self._agents.remove(agent)  # it is compared when one of its campaigns is to dial
            return
        self._failures[agent] += 1
        self._retry_at[agent] = time + min(_MAX_PAUSE, 2.0 ** min(self._failures[agent] - 1, 10))
        if self._failures[agent] >= _MAX_FAILURES:
            self.refused = agent, f"its agent's calls cannot be compared with the database: {self._trouble}"
            self._failures.pop(agent)

    def _take_page(self, agent: str, since: datetime, until: datetime, calls: Sequence[PlatformCall]) -> None:
        """Take the newest calls of the requested time; the platform may have left out older ones."""
        is_new = self.check(agent, calls)
        self._pages += 1
        oldest = min((call.created_at for call in calls if call.created_at is not None), default=None)
        is_last = oldest is None or oldest <= since or self._pages >= _MAX_PAGES
        if not is_last and oldest is not None and (is_new or oldest < until - timedelta(seconds=1)):
            self._until = oldest
            return
        self._agents.remove(agent)
        self._read.add(agent)
        self._page_of = None

    def check(self, agent: str, calls: Iterable[PlatformCall]) -> bool:
        """Look for calls of ours that the database does not have; return True if any was not listed before."""
        records = [record for call in calls if (record := self._record(call)) is not None]
        listed = {record.key for record in records}
        recorded = self._known.get(agent, set())
        new = [record for record in records if record.key not in recorded and record.key not in self._unknown]
        if new:
            unknown = {record.key: record for record in unrecorded_calls.unknown_of(self._context.session, new)}
            self._unknown |= unknown
        self._known[agent] = listed - self._unknown.keys()
        return bool(new)

    def _record(self, call: PlatformCall) -> PlatformRecord | None:
        if call.attempt_id is None or call.campaign_id is None or call.database_id not in self._tokens:
            return None
        assert call.database_id is not None  # noqa: S101  narrows the type
        began = stored(call.created_at) if call.created_at is not None else now()
        outcome = OUTCOMES.get(call.status)
        return PlatformRecord(
            call.database_id,
            call.campaign_id,
            call.attempt_id,
            call.id,
            call.phone,
            began,
            outcome,
            call.seconds if outcome is not None else None,
        )

    def write(self) -> None:
        """Store the calls that the database does not have, and pause their campaigns.

        After Superseded or DatabaseError they are stored the next time.
        """
        if self._unknown:
            context = self._context
            sentences, orphans = unrecorded_calls.store(context.session, context.generation, self._unknown.values())
            for sentence in sentences:
                context.log.warning("Paused %s.", clean(sentence))
            if orphans:
                context.log.warning(
                    "The calling platform has %s under an id of this database for campaigns that it does not have: "
                    "they were made after its backup was taken.",
                    counted(orphans, "call"),
                )
            for agent in self._known:
                self._known[agent] |= self._unknown.keys()
            self._unknown.clear()
        self._compared |= self._read
        self._read.clear()
