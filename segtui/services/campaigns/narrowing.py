"""What the contacts of a campaign can be narrowed to: a state, an outcome, the reason of one; and how many have it."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, and_, func, select

from segtui.database.campaign_tables import REASONS, campaign_contacts
from segtui.services.campaigns import counts, rows
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session, Transaction
from segtui.text import clean

_c = campaign_contacts.c
_REASON_MOST: Final = 50
"""So many different reasons of failed calls are offered to choose from."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Which contacts: all where nothing is given. `state` is one of STATES, `outcome` of OUTCOMES.

    An outcome means those who are done. `reason` is one of REASONS, or the sentence why a call failed.
    """

    state: str | None = None
    outcome: str | None = None
    reason: str | None = None

    @property
    def words(self) -> str:
        """What it means: `waiting for retry`, `answered`, `skipped: do not call`; empty for everybody."""
        named = self.outcome or self.state
        if named is None:
            return ""
        text = WORDS.get(named, named.replace("_", " "))
        if self.reason is None:
            return text
        return f"{text}: {self.reason.replace('_', ' ') if self.reason in REASONS else clean(self.reason)}"

    @property
    def field(self) -> str:
        """What it is called beside other filters: it is the only one."""
        return "kept"

    @property
    def sentence(self) -> str:
        """The same as `words`."""
        return self.words


EVERYBODY: Final = Kept()
"""All of them."""
WORDS: Final = {"retry": "waiting for retry"}
"""How a state is called where it is not by its own name."""


def condition(kept: Kept) -> ColumnElement[bool]:
    """Return what a row of `campaign_contacts` fulfils that is kept."""
    tests: list[ColumnElement[bool]] = []
    if kept.state is not None:
        tests.append(_c.state == kept.state)
    if kept.outcome is not None:
        tests += [_c.state == "done", _c.outcome == kept.outcome]
    if kept.reason is not None:
        tests.append(_c.reason == kept.reason)
    return and_(_c.contact_id.is_not(None), *tests)


def choices(session: Session, campaign_id: int, interrupt: Interrupt | None = None) -> list[tuple[Kept, int]]:
    """Return what the contacts of a campaign can be narrowed to, with how many there are: what nobody has is left out.

    States come first, then outcomes, each followed by its reasons. Raises NotFound, Cancelled.
    """
    with session.read(interrupt) as tx:
        rows.get(tx, campaign_id)
        found = counts.of(tx, campaign_id)
        failed = _failed(tx, campaign_id) if found.outcomes["failed"] else []
    every = [(Kept(state=state), count) for state, count in found.states.items() if state != "done"]
    for outcome, count in found.outcomes.items():
        every.append((Kept(outcome=outcome), count))
        if outcome == "skipped":
            every += [(Kept(outcome=outcome, reason=reason), each) for reason, each in found.skipped.items()]
        elif outcome == "failed":
            every += [(Kept(outcome=outcome, reason=reason), each) for reason, each in failed]
    return [(kept, count) for kept, count in every if count]


def _failed(tx: Transaction, campaign_id: int) -> list[tuple[str, int]]:
    many = func.count().label("many")
    mine = (tx.scope(campaign_contacts), _c.campaign_id == campaign_id, condition(Kept(outcome="failed")))
    reasons = (
        select(_c.reason, many)
        .where(*mine, _c.reason.is_not(None))
        .group_by(_c.reason)
        .order_by(many.desc(), _c.reason)
    )
    return [(row.reason, row.many) for row in tx.execute(reasons.limit(_REASON_MOST))]
