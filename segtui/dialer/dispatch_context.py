"""What everything that a dispatcher does has in common, from taking over to the end."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from segtui.database.leader_lock import LeaderLock
from segtui.dialer.rate_limits import AccountPace, Health
from segtui.dialer.reconciliation import Patience
from segtui.dialer.request_pool import Dialling
from segtui.errors import DatabaseBusy
from segtui.services.session import Session, company_of

# After so long a company is looked at again in which somebody else writes.
_BUSY: Final = 5.0


@dataclass(frozen=True)
class Duty:
    """The duty of one dispatcher.

    `session` reaches all companies; `generation` shows that it is still in charge; `clock` is `clocks.boot_time`;
    `per_minute` is the number of requests that the account may make; `say` writes to the log; `lock` is the lock that
    it holds.
    """

    session: Session
    generation: int
    dialling: Dialling
    account: AccountPace
    per_minute: int
    clock: Callable[[], float]
    say: Callable[[str], None]
    patience: Patience
    lock: LeaderLock
    health: Health = field(default_factory=Health)
    _companies: dict[int, Session] = field(default_factory=dict)
    _put_off: dict[int, float] = field(default_factory=dict)

    def is_put_off(self, company_id: int) -> bool:
        """Tell whether somebody else wrote in a company for long just now: the others go on meanwhile."""
        return self._put_off.get(company_id, 0.0) > self.clock()

    def put_off(self, company_id: int) -> None:
        """Leave a company alone for a while."""
        self._put_off[company_id] = self.clock() + _BUSY

    def written(self, company_id: int, write: Callable[[Session], None]) -> bool:
        """Write something in a company; False where somebody else does for long: then it is to be tried again."""
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
        found = self._companies.get(company_id)
        if found is None:
            found = self._companies[company_id] = company_of(self.session, company_id)
        return found
