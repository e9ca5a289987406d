"""Why nothing is being dialled, in one line, where nothing is."""

from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from segtui.database.tables.campaign_tables import call_attempts
from segtui.domain import monotonic_clock
from segtui.domain.text import clean, counted
from segtui.services.campaigns.audience import audience_counts, due_queue
from segtui.services.campaigns.campaign_rows import Campaign
from segtui.services.campaigns.dispatch import dispatcher_lease, unrecorded_calls
from segtui.services.session import Transaction, moment, now, stored

_HOUR = timedelta(hours=1)
_ZONES_NAMED = 3
_LONG = timedelta(minutes=1)
"""Time for which waiting for the end of a call is normal."""


def why(tx: Transaction, campaign: Campaign) -> str | None:
    """Return why nothing is being dialled; None where something may be, or where it has ended."""
    instant = moment(now())
    if campaign.status == "draft":
        return "not launched yet"
    if campaign.status in {"scheduled", "active"} and (hold := unrecorded_calls.hold(tx, campaign)) is not None:
        return hold
    if campaign.status == "scheduled":
        start = campaign.settings.shown_start
        begins = f": it begins at {start}" if start else ""
        return _of_dispatcher(tx, instant) or f"its start time has not come yet{begins}"
    if campaign.status != "active":
        return campaign.reason
    return _of_dispatcher(tx, instant) or _of_audience(tx, campaign, instant)


def _of_dispatcher(tx: Transaction, instant: datetime) -> str | None:
    seen = dispatcher_lease.seen(tx)
    if seen is None or not seen.runs(instant):
        return "no dispatcher is running: start one with `segtui campaigns run`"
    return None if seen.trouble is None else clean(seen.trouble)


def _of_audience(tx: Transaction, campaign: Campaign, instant: datetime) -> str | None:
    waits = due_queue.next_moments(tx, campaign, instant)
    stuck, zone_set = due_queue.without_hours(tx, campaign, instant)
    never = _without_hours(stuck, zone_set) if stuck else ""
    if not waits:
        return never or None  # without any, the last calls are in progress
    if any(opening.at <= instant + due_queue.MARGIN for opening in waits.values()):
        return _of_limits(tx, campaign, instant)
    states = audience_counts.of(tx, campaign.id).states
    asleep, again = waits.get("pending"), waits.get("retry")
    if again is None or again.by_hours:
        opens = min(opening.at for opening in waits.values())
        return _listed(f"outside the calling hours, which begin {_shown(tx, opens)}", never)
    tried = f"{counted(states['retry'], 'contact')} wait for another try, the first at {_shown(tx, again.at)}"
    if asleep is None:
        return _listed(tried, never)
    hours = f"the calling hours of {counted(states['pending'], 'contact')}"
    return _listed(f"outside {hours}, which begin {_shown(tx, asleep.at)}", tried, never)


def _listed(*sentences: str) -> str:
    return "; ".join(sentence for sentence in sentences if sentence)


def _without_hours(contacts: int, zone_set: str | None) -> str:
    """Return why contacts wait without end, with some of the zones they may be in."""
    several = (zone_set or "").split()
    more = ", …" if len(several) > _ZONES_NAMED else ""
    named = f" ({', '.join(several[:_ZONES_NAMED])}{more})" if several else ""
    wait = "waits because" if contacts == 1 else "wait because"
    return f"{counted(contacts, 'contact')} {wait} {due_queue.NO_HOUR}{named}: a state or a time zone says which"


def lately(tx: Transaction, campaign_id: int, current: datetime) -> tuple[int, datetime | None, datetime | None]:
    """Return the number of calls of a campaign that began in the hour before `current`, the first and the last begin.

    For calls of this machine since it was started, the clock since boot decides: a wall clock that was changed says
    nothing of them, and the limit of calls an hour does not go by it.
    """
    boot = monotonic_clock.boot_time()
    clock, started_at = call_attempts.c.clock, call_attempts.c.started_at
    mine = (tx.scope(call_attempts), call_attempts.c.campaign_id == campaign_id, call_attempts.c.released == 0)
    by_clock = clock.between(monotonic_clock.stamp(max(0.0, boot - _HOUR.total_seconds())), monotonic_clock.stamp(boot))
    count, first, last = tx.execute(select(func.count(), func.min(clock), func.max(clock)).where(*mine, by_clock)).one()
    elsewhere = or_(clock.is_(None), ~clock.between(monotonic_clock.stamp(0.0), monotonic_clock.last_stamp()))
    by_wall = (elsewhere, started_at > stored(current - _HOUR))
    others = select(func.count(), func.min(started_at), func.max(started_at)).where(*mine, *by_wall)
    more, first_wall, last_wall = tx.execute(others).one()
    begun = [
        current - timedelta(seconds=monotonic_clock.age(stamp, boot) or 0.0)
        for stamp in (first, last)
        if stamp is not None
    ]
    begun += [min(current, moment(begin)) for begin in (first_wall, last_wall) if begin is not None]
    return int(count) + int(more), min(begun, default=None), max(begun, default=None)


def _of_limits(tx: Transaction, campaign: Campaign, instant: datetime) -> str | None:
    count, first, last = lately(tx, campaign.id, instant)
    settings = campaign.settings
    if first is not None and count >= settings.calls_per_hour:
        again = _shown(tx, first + _HOUR)
        return f"the limit of {settings.calls_per_hour:,} calls an hour is reached; the next begins at {again}"
    running = audience_counts.of(tx, campaign.id).states["in_progress"]
    if running >= settings.concurrent and (last is None or last < instant - _LONG):
        lines = "the one call" if settings.concurrent == 1 else f"all {settings.concurrent:,} calls"
        since = "" if last is None else f", the last since {_shown(tx, last)}"
        return f"{lines} that may be made at once are in progress{since}"
    return None


def _shown(tx: Transaction, instant: datetime) -> str:
    local = instant.astimezone(tx.session.zone)
    return f"{local:%Y-%m-%d %H:%M} {local.tzname() or ''}".rstrip()
