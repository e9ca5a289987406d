"""Retry rules of a campaign: applied when a call ends, and again when the settings change."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Update, and_, func, or_, select, update

from segtui.database.tables.campaign_tables import call_attempts, campaign_contacts
from segtui.database.tables.core_tables import contacts
from segtui.domain.campaign_settings import CampaignSettings
from segtui.services.campaigns.audience import audience, audience_counts
from segtui.services.campaigns.audience.audience_counts import AudiencePlace
from segtui.services.campaigns.campaign_rows import Campaign
from segtui.services.session import Transaction

# Whoever is not reached for this reason is tried again; a failed call once, whatever the campaign allows.
_TRIED_AGAIN: Final = ("busy", "no_answer")
_FAILED_TRIES: Final = 2
_EVER: Final = (*_TRIED_AGAIN, "failed", "voicemail")


EXCLUDED = "excluded"
"""The reason of a contact that was taken out of the campaign; if that was during a call, its outcome is final."""


def is_allowed(settings: CampaignSettings, outcome: str, attempts: int) -> bool:
    """Tell whether the settings allow another attempt after `attempts` attempts, the last with this outcome.

    The limit of failed calls is `has_failed_enough`.
    """
    return attempts < settings.attempts and outcome in _outcomes(settings)


def may_change(outcome: str) -> bool:
    """Tell whether a later call may replace the outcome of a done contact: it was never reached."""
    return outcome == "skipped" or outcome in _EVER


def _outcomes(settings: CampaignSettings) -> tuple[str, ...]:
    return _EVER if settings.retry_voicemail else tuple(outcome for outcome in _EVER if outcome != "voicemail")


def has_failed_enough(tx: Transaction, campaign_id: int, contact_id: int) -> bool:
    """Tell whether a contact reached the limit of failed calls, so that a failure is not tried again."""
    failed = (
        select(func.count())
        .select_from(call_attempts)
        .where(
            tx.scope(call_attempts),
            call_attempts.c.campaign_id == campaign_id,
            call_attempts.c.contact_id == contact_id,
            call_attempts.c.outcome == "failed",
        )
    )
    return int(tx.execute(failed).scalar_one()) >= _FAILED_TRIES


def next_at(ended_at: int, settings: CampaignSettings) -> int:
    """Return the time of the next attempt after a call that ended at a time; both are stored times."""
    return ended_at + settings.retry_delay * 60_000_000


def reapply_settings(tx: Transaction, before: Campaign, after: Campaign) -> None:
    """Apply changed settings to all contacts of an audience that were called already, in an open transaction.

    A contact that waits for a retry the settings no longer allow is done, with its last outcome. A contact that was
    done and may be tried again waits, as if it always had; except where it must not be called any more (deleted, do not
    call, without a phone) or waits in another campaign by now. The delay counts from the end of the last call. Calls in
    progress are judged when they end. A campaign without waiting contacts stays as it is: resuming it completes it, and
    until then it can be edited back.
    """
    old, new = before.settings, after.settings
    if (old.attempts, old.retry_voicemail) != (new.attempts, new.retry_voicemail):
        again = _again(tx, after)
        _move(tx, after, "retry", ~again, "done", {"next_at": None})
        _move(tx, after, "done", and_(again, _callable(tx)), "retry", {"next_at": _after_last(tx, after)})
    if old.retry_delay != new.retry_delay:
        tx.execute(_those(tx, after, "retry").values(next_at=_after_last(tx, after)))


def _again(tx: Transaction, campaign: Campaign) -> ColumnElement[bool]:
    """Return the condition for contacts to be tried again: `is_allowed` and `has_failed_enough` in SQL."""
    failed = select(func.count()).where(_of_contact(tx), call_attempts.c.outcome == "failed")
    often = failed.correlate(campaign_contacts).scalar_subquery() >= _FAILED_TRIES
    return and_(
        campaign_contacts.c.attempts < campaign.settings.attempts,
        campaign_contacts.c.outcome.in_(_outcomes(campaign.settings)),
        campaign_contacts.c.reason.is_distinct_from(EXCLUDED),
        or_(campaign_contacts.c.outcome != "failed", ~often),
    )


def _callable(tx: Transaction) -> ColumnElement[bool]:
    """Return the condition for contacts that may still be called, and wait in no other campaign."""
    callable_ = select(contacts.c.id).where(
        tx.scope(contacts),
        contacts.c.id == campaign_contacts.c.contact_id,
        contacts.c.phone.is_not(None),
        contacts.c.do_not_call == 0,
        ~audience.called_elsewhere(tx),
    )
    return callable_.correlate(campaign_contacts).exists()


def _after_last(tx: Transaction, campaign: Campaign) -> ColumnElement[int]:
    """Return the time of the next attempt of each waiting contact."""
    ended = func.coalesce(call_attempts.c.ended_at, call_attempts.c.started_at)
    last = select(ended + next_at(0, campaign.settings)).where(
        _of_contact(tx), call_attempts.c.number == campaign_contacts.c.attempts
    )
    return last.correlate(campaign_contacts).scalar_subquery()


def _of_contact(tx: Transaction) -> ColumnElement[bool]:
    return and_(
        tx.scope(call_attempts),
        call_attempts.c.campaign_id == campaign_contacts.c.campaign_id,
        call_attempts.c.contact_id == campaign_contacts.c.contact_id,
    )


def _move(
    tx: Transaction, campaign: Campaign, state: str, which: ColumnElement[bool], to: str, values: dict[str, Any]
) -> None:
    """Move the contacts of one state that match a condition to another state; their outcome stays."""
    moving = _those(tx, campaign, state).where(which).values(state=to, **values)
    present = audience_counts.places(tx, campaign.id).items()
    here = [where for where, count in present if count and where.state == state and where.outcome in _EVER]
    moved = [tx.changed(moving.where(campaign_contacts.c.outcome == where.outcome)) for where in here]
    ways = zip(here, moved, strict=True)
    audience_counts.move(tx, campaign.id, [(where, AudiencePlace(to, where.outcome), count) for where, count in ways])


def _those(tx: Transaction, campaign: Campaign, state: str) -> Update:
    return update(campaign_contacts).where(
        tx.scope(campaign_contacts),
        campaign_contacts.c.campaign_id == campaign.id,
        campaign_contacts.c.state == state,
    )
