"""What the tests of the dispatcher share: a simulator, a dispatcher at work on it, and what both say afterwards."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update

from segtui.database.tables.campaign_tables import call_attempts, campaign_contacts
from segtui.database.tables.campaign_tables import campaigns as table
from segtui.dialer.dispatcher import Dispatcher
from segtui.dialer.https_platform import HttpsPlatform
from segtui.dialer.reconciliation import Timeouts
from segtui.dialer.simulator import Simulator
from segtui.domain.timezones.clock_comparison import offsets
from segtui.domain.timezones.zone_tables import zones_by_country
from segtui.services import campaigns
from segtui.services.campaigns import SettingsInput
from segtui.services.campaigns.results import contact_calls
from segtui.services.session import Session
from tests.services.campaigns.support import people

SHORT_TIMEOUTS = Timeouts(poll=0.05, poll_idle=0.05, certain=1.0, lost=1.0, hopeless=5.0, listed=600.0, drain=20.0)
"""Nothing is waited for longer than a test has to."""


def log_into(lines: list[str]) -> logging.Logger:
    """Return a log of its own that writes to a list."""

    class Lines(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    log = logging.Logger("dispatcher of a test", logging.INFO)  # noqa: LOG001 -- outside of all others
    log.addHandler(Lines())
    return log


@contextmanager
def dispatching(
    session: Session, simulator: Simulator, *, timeouts: Timeouts = SHORT_TIMEOUTS, said: list[str] | None = None
) -> Iterator[Dispatcher]:
    """Let a dispatcher work on the session's database while the block runs, then let it finish its calls."""
    with HttpsPlatform(simulator.base_url, "token") as platform:
        dispatcher = Dispatcher(
            session.database,
            platform,
            per_minute=1_000_000,
            per_second=10_000,
            log=log_into(said if said is not None else []),
            timeouts=timeouts,
        )
        thread = threading.Thread(target=dispatcher.run)
        thread.start()
        try:
            yield dispatcher
        finally:
            dispatcher.stop()
            thread.join(60)
            assert not thread.is_alive()


def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until something is true; fail where it is not after so many seconds."""
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "it never came true"
        time.sleep(0.02)


def always(**given: Any) -> SettingsInput:
    """Return settings with which somebody may be called nearly at any time of the test."""
    return SettingsInput(
        **{"agent": "agent-1", "hours": "08:00-21:00", "days": "mon-sun", "calls_per_hour": 100_000, **given}
    )


def daytime() -> str:
    """Return a zone in which it is about noon."""
    return _place(12 - datetime.now(UTC).hour)


def night() -> str:
    """Return a zone in which nobody is called at present: it is about two in the morning."""
    return _place((2 - datetime.now(UTC).hour + 11) % 24 - 11)


def _place(hours: int) -> str:
    """Return a zone without clock changes that is so many hours ahead of UTC, from -11 to 12."""
    every = (zone for zones in zones_by_country().values() for zone in zones)
    return next(zone for zone in every if offsets(zone) == {hours * 60})


def launched(session: Session, count: int, name: str = "Spring", **given: Any) -> tuple[int, list[int]]:
    """Launch a campaign that calls so many people among whom it is noon, and return its id and theirs."""
    segment_id, ids = people(session, f"Segment of {name}", count, timezone=daytime())
    campaign = campaigns.create(session, name, segment_id, always(**given))
    campaigns.launch(session, campaign.id)
    return campaign.id, ids


def hasten(session: Session) -> None:
    """Let the time of everybody who waits for another try have come."""
    with session.write() as tx:
        waits = update(campaign_contacts).where(tx.scope(campaign_contacts), campaign_contacts.c.state == "retry")
        if tx.changed(waits.where(campaign_contacts.c.next_at > 0).values(next_at=0)):
            tx.execute(update(table).where(tx.scope(table)).values(updated_at=table.c.updated_at + 1))


def age_calls(session: Session, seconds: int) -> None:
    """Let all calls have begun so many seconds earlier."""
    with session.write() as tx:
        earlier = call_attempts.c.started_at - seconds * 1_000_000
        tx.execute(update(call_attempts).where(tx.scope(call_attempts)).values(started_at=earlier, clock=None))
        contact_ids = tx.execute(select(call_attempts.c.contact_id).where(tx.scope(call_attempts))).scalars()
        contact_calls.keep(tx, sorted(set(contact_ids)))


def status(session: Session, campaign_id: int) -> str:
    """Return the state of a campaign."""
    return campaigns.get(session, campaign_id).status


def attempts(session: Session) -> list[Any]:
    """Return the rows of all attempts."""
    with session.read() as tx:
        return list(tx.execute(select(call_attempts).where(tx.scope(call_attempts)).order_by(call_attempts.c.id)))
