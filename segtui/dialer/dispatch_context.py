"""The context shared by all parts of one dispatcher, from taking over to its end."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from segtui.database.leader_lock import LeaderLock
from segtui.dialer.rate_limits import CircuitBreaker, TokenBucket
from segtui.dialer.reconciliation import Timeouts
from segtui.dialer.request_pool import RequestPool
from segtui.errors import DatabaseBusy
from segtui.services.session import Session, company_of

# Seconds until a company that another process was writing to is tried again.
_BUSY_PAUSE: Final = 5.0


@dataclass(frozen=True)
class DispatchContext:
    """The context of one dispatcher.

    `session` reaches all companies; `generation` shows that it is still in charge; `clock` is
    `monotonic_clock.boot_time`; `per_minute` is the number of requests that the account may make; `log` is its log;
    `lock` is the lock that it holds.
    """

    session: Session
    generation: int
    pool: RequestPool
    bucket: TokenBucket
    per_minute: int
    clock: Callable[[], float]
    log: logging.Logger
    timeouts: Timeouts
    lock: LeaderLock
    breaker: CircuitBreaker = field(default_factory=CircuitBreaker)
    _companies: dict[int, Session] = field(default_factory=dict)
    _put_off: dict[int, float] = field(default_factory=dict)

    def is_put_off(self, company_id: int) -> bool:
        """Return True if a company was locked by another writer just now: the others go on meanwhile."""
        return self._put_off.get(company_id, 0.0) > self.clock()

    def put_off(self, company_id: int) -> None:
        """Skip a company for a while."""
        self._put_off[company_id] = self.clock() + _BUSY_PAUSE

    def try_write(self, company_id: int, write: Callable[[Session], None]) -> bool:
        """Write to a company; return False if it is locked by another writer, for the caller to retry later."""
        if self.is_put_off(company_id):
            return False
        self.lock.show_heartbeat()
        try:
            write(self.company(company_id))
        except DatabaseBusy:
            self.put_off(company_id)
            return False
        finally:
            self.lock.show_heartbeat()
        return True

    def company(self, company_id: int) -> Session:
        """Return the session of a company."""
        session = self._companies.get(company_id)
        if session is None:
            session = self._companies[company_id] = company_of(self.session, company_id)
        return session
