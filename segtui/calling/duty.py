"""What everything that a dispatcher does has in common, from taking over to the end."""

from collections.abc import Callable
from dataclasses import dataclass, field

from segtui.calling.dialling import Dialling
from segtui.calling.following import Patience
from segtui.calling.pacing import AccountPace, Health
from segtui.services.session import Session, company_of


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

    def company(self, company_id: int) -> Session:
        """Return the session of a company."""
        found = self._companies.get(company_id)
        if found is None:
            found = self._companies[company_id] = company_of(self.session, company_id)
        return found
