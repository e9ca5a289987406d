"""Outcome filter: contacts by their state or outcome in a campaign. It is how a follow-up campaign is made."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from segtui.database.tables.campaign_tables import campaign_contacts, campaign_counts
from segtui.database.tables.core_tables import contacts
from segtui.domain.text import clean
from segtui.domain.vocabulary import AUDIENCE_STATES, CALL_OUTCOMES, SKIP_REASONS, words
from segtui.errors import InvalidInput
from segtui.services.session import Transaction

_c = campaign_contacts.c


@dataclass(frozen=True, slots=True)
class OutcomeFilter:
    """A filter by outcome; by default all contacts. `state` is one of AUDIENCE_STATES, `outcome` of CALL_OUTCOMES.

    An outcome implies the state done. `reason` is one of SKIP_REASONS, or the sentence of a failed call.
    """

    state: str | None = None
    outcome: str | None = None
    reason: str | None = None

    @property
    def words(self) -> str:
        """The filter in words: `waiting for retry`, `answered`, `skipped: do not call`; empty for all contacts."""
        named = self.outcome or self.state
        if named is None:
            return ""
        text = WORDS.get(named, words(named))
        if self.reason is None:
            return text
        return f"{text}: {words(self.reason) if self.reason in SKIP_REASONS else clean(self.reason)}"

    @property
    def field(self) -> str:
        """The name of the filter's field: there is one such filter at most."""
        return "kept"

    @property
    def sentence(self) -> str:
        """The filter in words, like `words`."""
        return self.words


EVERYBODY: Final = OutcomeFilter()
"""All of them."""
WORDS: Final = {"retry": "waiting for retry"}
"""Labels of states that differ from their names."""


def ended(outcomes: Iterable[str]) -> tuple[OutcomeFilter, ...]:
    """Return the filters for these outcomes; for none, the filter that all contacts pass."""
    return tuple(OutcomeFilter(outcome=outcome) for outcome in dict.fromkeys(outcomes)) or (EVERYBODY,)


def demand_known(every: Iterable[OutcomeFilter]) -> None:
    """Raise InvalidInput (`state`, `outcome`) for an unknown state or outcome."""
    for outcome_filter in every:
        for field, value, valid_values in (
            ("state", outcome_filter.state, AUDIENCE_STATES),
            ("outcome", outcome_filter.outcome, CALL_OUTCOMES),
        ):
            if value is not None and value not in valid_values:
                raise InvalidInput(f"The {field} is one of {', '.join(valid_values)}, not “{clean(value)}”.", field)


def condition(outcome_filter: OutcomeFilter) -> ColumnElement[bool]:
    """Return the condition on `campaign_contacts` for a filter."""
    return and_(
        true(),
        *_placed(_c, outcome_filter),
        *([_c.reason == outcome_filter.reason] if outcome_filter.reason is not None else []),
    )


def _placed(
    columns: ReadOnlyColumnCollection[str, Any], outcome_filter: OutcomeFilter
) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions of a filter on these columns, except for the reason."""
    if outcome_filter.state is not None:
        yield columns.state == outcome_filter.state
    if outcome_filter.outcome is not None:
        yield columns.state == "done"
        yield columns.outcome == outcome_filter.outcome


@dataclass(frozen=True, slots=True)
class Results:
    """The contacts of a campaign's audience that pass one of the filters `kept`."""

    campaign_id: int
    kept: tuple[OutcomeFilter, ...] = (EVERYBODY,)

    @property
    def words(self) -> str:
        """The filters in words: `no answer, busy`; empty for all contacts."""
        return ", ".join(outcome_filter.words for outcome_filter in self.kept if outcome_filter.words)

    def are(self, tx: Transaction) -> ColumnElement[bool]:
        """Return the condition on `campaign_contacts` for these contacts."""
        some = or_(false(), *(condition(outcome_filter) for outcome_filter in self.kept))
        return and_(tx.scope(campaign_contacts), _c.campaign_id == self.campaign_id, some)

    def ids(self, tx: Transaction) -> Select[int]:
        """Return a query for their ids, including contacts that were deleted since."""
        return select(_c.contact_id).where(self.are(tx))

    def test(self, tx: Transaction) -> ColumnElement[bool]:
        """Return the condition that a contact is one of them."""
        mine = select(_c.contact_id).where(
            _c.company_id == contacts.c.company_id, _c.contact_id == contacts.c.id, self.are(tx)
        )
        return mine.exists()

    def most(self, tx: Transaction) -> int:
        """Return an upper bound of their number; the exact number where no reason is given."""
        counted = campaign_counts.c
        matching = or_(false(), *(and_(true(), *_placed(counted, outcome_filter)) for outcome_filter in self.kept))
        mine = (tx.scope(campaign_counts), counted.campaign_id == self.campaign_id, matching)
        return int(tx.execute(select(func.sum(counted.contacts)).where(*mine)).scalar() or 0)
