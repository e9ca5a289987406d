"""What everything that a dispatcher does has in common, from taking over to the end."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from segtui.calling.dialling import Dialling
from segtui.calling.following import Patience
from segtui.calling.pacing import AccountPace, Health
from segtui.services.session import Session, company_of

_PATIENCE: Final = 1.0
# After so long a company is looked at again in which somebody else writes.
_BUSY: Final = 5.0


@dataclass(frozen=True)
class Duty:
    """The duty of one dispatcher.

    `session` reaches all companies; `generation` says that it still is the one; `clock` is `clocks.boot_time`;
    `per_minute` is how many requests the account may make; `say` tells whoever reads the log.
    """

    session: Session
    generation: int
    dialling: Dialling
    account: AccountPace
    per_minute: int
    clock: Callable[[], float]
    say: Callable[[str], None]
    patience: Patience
    health: Health = field(default_factory=Health)
    _companies: dict[int, Session] = field(default_factory=dict)
    _put_off: dict[int, float] = field(default_factory=dict)

    def is_put_off(self, company_id: int) -> bool:
        """Tell whether somebody else wrote in a company for long just now: the others go on meanwhile."""
        return self._put_off.get(company_id, 0.0) > self.clock()

    def put_off(self, company_id: int) -> None:
        """Leave a company alone for a while."""
        self._put_off[company_id] = self.clock() + _BUSY

    def company(self, company_id: int) -> Session:
        """Return the session of a company."""
        found = self._companies.get(company_id)
        if found is None:
            # Who loads a million contacts into one company does not keep all others from being called.
            found = replace(company_of(self.session, company_id), patience=_PATIENCE)
            self._companies[company_id] = found
        return found
