"""Launching a campaign of everybody, against a hand-written INSERT … SELECT into the same table with the same indexes.

Run it with `python -m pytest -m benchmark -n 0 -s tests/benchmarks/test_launch.py`. The hold is the time during which
others of the company cannot write: on SQLite the whole transaction, on PostgreSQL from its turn on.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from segtui.database.engine import open_database
from segtui.services import campaigns
from segtui.services.segments import segments
from segtui.services.session import Session, Transaction, open_session
from tests.benchmarks.databases import EVERYBODY, Sample, copied
from tests.benchmarks.harness import goal, report
from tests.dialer.support import always

pytestmark = pytest.mark.benchmark

_BY_HAND = text("""
INSERT INTO campaign_contacts (company_id, campaign_id, contact_id, phone, state, outcome, reason, zone)
SELECT c.company_id, :campaign, c.id, c.phone, CASE c.do_not_call WHEN 1 THEN 'done' ELSE 'pending' END,
    CASE c.do_not_call WHEN 1 THEN 'skipped' END, CASE c.do_not_call WHEN 1 THEN 'do_not_call' END, 'America/New_York'
FROM memberships AS m JOIN contacts AS c ON c.company_id = m.company_id AND c.id = m.contact_id
WHERE m.company_id = :company AND m.segment_id = :segment ORDER BY c.id
""")


def test_a_launch_of_everybody(samples: list[Sample], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    print()
    for sample in samples:
        with copied(sample, tmp_path) as where:
            database = open_database(where, create=False)
            session = open_session(database, source="benchmark")
            segment_id = segments.by_name(session, EVERYBODY).id
            first, second = (campaigns.create(session, name, segment_id, always()).id for name in ("By hand", "Ours"))
            by_hand = _by_hand(session, first, segment_id)
            launch, hold = _launch(session, second, monkeypatch)
            database.close()
        report(f"launch, {sample.title}", launch, by_hand, "s")
        report(f"launch, hold of the company, {sample.title}", hold, by_hand, "s")
        goal(f"launch, hold of the company, {sample.title}", hold / by_hand, 1.5)


def _by_hand(session: Session, campaign_id: int, segment_id: int) -> float:
    """Return the seconds of the statement, which is rolled back."""
    engine = session.database.engine.execution_options(every_company=True, writes=True)
    with engine.connect() as connection:
        began = time.perf_counter()
        values = {"campaign": campaign_id, "segment": segment_id, "company": session.one_company.id}
        connection.execute(_BY_HAND, values)
        seconds = time.perf_counter() - began
        connection.rollback()
    return seconds


def _launch(session: Session, campaign_id: int, monkeypatch: pytest.MonkeyPatch) -> tuple[float, float]:
    """Return the seconds of a launch, and of those the ones that others wait for."""
    turns: list[float] = []

    def noting(original: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*arguments: Any) -> Any:
            result = original(*arguments)
            turns.append(time.perf_counter())
            return result

        return noted

    place: tuple[type, str] = (Transaction, "take_turn")
    if session.database.backend.has_single_writer:
        place = (Session, "preparing")
    monkeypatch.setattr(*place, noting(getattr(*place)))
    began = time.perf_counter()
    campaigns.launch(session, campaign_id)
    ended = time.perf_counter()
    monkeypatch.undo()
    return ended - began, ended - turns[-1]
