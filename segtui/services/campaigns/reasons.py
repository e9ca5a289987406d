"""Why nothing is being dialled, in one line, where nothing is."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from segtui.database.campaign_tables import call_attempts
from segtui.services.campaigns import counts, dispatching, waiting
from segtui.services.campaigns.rows import Campaign
from segtui.services.session import Transaction, moment, now, stored
from segtui.text import clean

_HOUR = timedelta(hours=1)


def why(tx: Transaction, campaign: Campaign) -> str | None:
    """Return why nothing is being dialled; None where something may be, or where it has ended."""
    at = moment(now())
    if campaign.status == "draft":
        return "not launched yet"
    if campaign.status == "scheduled":
        start = campaign.settings.start_at
        begins = "" if start is None else f": it begins at {_shown(tx, start)}"
        return _of_dispatcher(tx, at) or f"its time has not come yet{begins}"
    if campaign.status != "active":
        return campaign.reason
    return _of_dispatcher(tx, at) or _of_audience(tx, campaign, at)


def _of_dispatcher(tx: Transaction, at: datetime) -> str | None:
    seen = dispatching.seen(tx)
    if seen is None or not seen.runs(at):
        return "no dispatcher is running: whoever runs this installation starts it with `segtui campaigns run`"
    return None if seen.trouble is None else clean(seen.trouble)


def _of_audience(tx: Transaction, campaign: Campaign, at: datetime) -> str | None:
    next_at, by_hours = waiting.next_moment(tx, campaign, at)
    if next_at is None:
        return None  # the last calls are in progress
    if next_at > at + waiting.MARGIN:
        if by_hours:
            return f"outside of the calling hours, which begin {_shown(tx, next_at)}"
        return f"everybody who is left waits for another try, the first at {_shown(tx, next_at)}"
    return _of_limits(tx, campaign, at)


def _of_limits(tx: Transaction, campaign: Campaign, at: datetime) -> str | None:
    running = sum(count for where, count in counts.places(tx, campaign.id).items() if where.state == "in_progress")
    if running:
        return None
    lately = select(func.count(), func.min(call_attempts.c.started_at)).where(
        tx.scope(call_attempts),
        call_attempts.c.campaign_id == campaign.id,
        call_attempts.c.started_at > stored(at - _HOUR),
        call_attempts.c.released == 0,
    )
    count, first = tx.execute(lately).one()
    if count < campaign.settings.calls_per_hour:
        return None
    again = _shown(tx, moment(first) + _HOUR)
    return f"the limit of {campaign.settings.calls_per_hour:,} calls an hour is reached; the next begins at {again}"


def _shown(tx: Transaction, at: datetime) -> str:
    local = at.astimezone(tx.session.zone)
    return f"{local:%Y-%m-%d %H:%M} {local.tzname() or ''}".rstrip()
