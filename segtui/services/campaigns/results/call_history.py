"""Call history: the campaigns of one contact, with the times and outcomes of its calls."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Row, and_, func, select

from segtui.database.backends.index_hints import by_index
from segtui.database.tables.campaign_tables import call_attempts, campaign_contacts, campaigns
from segtui.domain.text import clean, counted, duration
from segtui.domain.vocabulary import CALL_OUTCOMES, SKIP_REASONS, words
from segtui.services.campaigns import campaign_rows
from segtui.services.campaigns.audience import blocking, due_queue
from segtui.services.campaigns.audience.next_try import DIALS, NextTries
from segtui.services.campaigns.campaign_rows import Campaign
from segtui.services.campaigns.results import reporting
from segtui.services.campaigns.results.reporting import Call, Result
from segtui.services.contacts import contact_rows
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session, Transaction, company_of, moment, now

SHOWN: Final = 20
"""Campaigns of a contact that are shown; the rest are counted."""
_NAMES: Final = frozenset((*CALL_OUTCOMES, *SKIP_REASONS))


@dataclass(frozen=True, slots=True)
class Called:
    """A campaign that has the contact in its audience, and the contact's result there.

    `until` is the moment before which a waiting contact is not called, which may be past; None where it does not wait,
    during a pause, and where no hour holds in all its possible zones.
    """

    campaign: Campaign
    result: Result
    until: datetime | None

    def words(self, shown_time: Callable[[datetime], str]) -> str:
        """Return the state in words: `answered, 2 calls`, `waits for its first call, not before ...`."""
        result = self.result
        if result.state == "in_progress":
            return "is being called now"
        if result.state != "done":
            return self._waiting(shown_time)
        reason = "" if not result.reason else f": {_words(result.reason)}"
        if result.elsewhere is not None:
            reason += f" “{clean(result.elsewhere)}”"
        calls = f", {counted(result.attempts, 'call')}" if result.attempts > 1 else ""
        return f"{_words(result.outcome or '')}{reason}{calls}"

    def _waiting(self, shown_time: Callable[[datetime], str]) -> str:
        last = self.result.calls[-1].outcome if self.result.calls else None
        what = "waits for its first call" if last is None else f"waits for another call after {_words(last)}"
        if self.until is None and self.campaign.status in DIALS:
            return f"{what}, but {due_queue.NO_HOUR}"
        if self.until is None:
            return f"{what}: the campaign is {self.campaign.status}"
        if self.until <= moment(now()):
            return f"{what}, which is due now"
        return f"{what}, not before {shown_time(self.until)}"


@dataclass(frozen=True, slots=True)
class ContactCampaigns:
    """The campaigns of a contact, the one that called it last or was launched last first; and what is not listed."""

    campaigns: tuple[Called, ...]
    more: int
    more_calls: int

    def last_call(self) -> tuple[Called, Call] | None:
        """Return the last call that was made, with its campaign; None where there was none."""
        made = [(called, called.result.calls[-1]) for called in self.campaigns if called.result.calls]
        return max(made, key=lambda pair: pair[1].started_at, default=None)

    @property
    def rest(self) -> str:
        """The campaigns and calls that are not listed, in words; empty if all are."""
        calls = f", {counted(self.more_calls, 'call')}" if self.more_calls else ""
        return f"and {counted(self.more, 'earlier campaign')}{calls}" if self.more else ""


def call_words(call: Call) -> str:
    """Return the outcome of a call in words: `answered, 1 min 42 s`."""
    if call.outcome is None:
        return "in progress"
    return _words(call.outcome) + (f", {duration(call.seconds)}" if call.seconds else "")


def of_contact(
    session: Session, contact_id: int, most: int | None = SHOWN, interrupt: Interrupt | None = None
) -> ContactCampaigns:
    """Return the campaigns of a contact, at most `most` of them. Raises NotFound, Cancelled."""
    with session.read(interrupt) as tx:
        company_id = contact_rows.get(tx, contact_id).company_id
    with company_of(session, company_id).read(interrupt) as tx:
        inside = (tx.scope(campaign_contacts), campaign_contacts.c.contact_id == contact_id)
        sums = select(func.count(), func.coalesce(func.sum(campaign_contacts.c.attempts), 0)).where(*inside)
        count, calls = tx.execute(_by_contact(sums)).one()
        rows = _newest(tx, contact_id, most) if count else []
        called = _called(tx, rows) if rows else []
    shown_calls = sum(campaign_calls.result.attempts for campaign_calls in called)
    return ContactCampaigns(tuple(called), count - len(called), int(calls) - shown_calls)


def _by_contact(query: Any) -> Any:  # noqa: ANN401  Select is generic in its columns
    """Return a query by the index of contacts; without the hint SQLite walks the audiences of all campaigns."""
    return by_index(query, campaign_contacts, "ix_campaign_contacts_contact")


def _newest(tx: Transaction, contact_id: int, most: int | None) -> Sequence[Row[*tuple[Any, ...]]]:
    c = campaign_contacts.c
    last = campaign_rows.of_last_attempt(tx, call_attempts.c.started_at)
    of_campaign = and_(campaigns.c.company_id == c.company_id, campaigns.c.id == c.campaign_id)
    newest = (
        _by_contact(reporting.of_audience())
        .join(campaigns, of_campaign)
        .where(tx.scope(campaign_contacts), c.contact_id == contact_id)
        .order_by(func.coalesce(last, campaigns.c.launched_at).desc(), c.campaign_id.desc())
    )
    return tx.execute(newest if most is None else newest.limit(most)).all()


def _called(tx: Transaction, rows: Sequence[Row[*tuple[Any, ...]]]) -> list[Called]:
    ids = [row.campaign_id for row in rows]
    listed = campaign_rows.columns().where(tx.scope(campaigns), tx.backend.id_in(campaigns.c.id, ids))
    campaigns_by_id = {campaign.id: campaign for campaign in campaign_rows.read(tx, listed)}
    made = (
        select(call_attempts)
        .where(
            tx.scope(call_attempts),
            tx.backend.id_in(call_attempts.c.campaign_id, ids),
            call_attempts.c.contact_id == rows[0].contact_id,
            call_attempts.c.released == 0,
        )
        .order_by(call_attempts.c.campaign_id, call_attempts.c.number)
    )
    calls = {
        campaign_id: [reporting.call_of(row) for row in group]
        for campaign_id, group in groupby(tx.execute(made), key=lambda row: row.campaign_id)
    }
    called = []
    for row in rows:
        campaign = campaigns_by_id[row.campaign_id]
        held = blocking.holders(tx, campaign, [row.contact_id]) if blocking.is_held(row) else {}
        result = reporting.result_of(row, NextTries(campaign), calls.get(campaign.id, ()), held.get(row.contact_id))
        called.append(Called(campaign, result, _until(campaign, row)))
    return called


def _until(campaign: Campaign, row: Row[*tuple[Any, ...]]) -> datetime | None:
    """Return the moment before which a waiting contact is not called, by the delay, the start and the hours."""
    if row.state not in {"pending", "retry"} or campaign.status not in DIALS:
        return None
    starts = campaign.settings.start_at if campaign.started_at is None else None
    instant = max(moment(now()), moment(row.next_at or 0), starts or moment(0))
    return due_queue.first_allowed(campaign, row.zone, instant)


def _words(name: str) -> str:
    """Return an outcome or a reason as it is shown; why a call failed comes from outside."""
    return words(name) if name in _NAMES else clean(name)
