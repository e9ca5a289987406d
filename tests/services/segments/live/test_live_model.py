"""Histories of a company, at random: after every step each live segment has exactly the contacts of its rule.

The guard of the tests (`tests/support/live_guard.py`) compares at the end of every transaction too.
"""

import io
import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import delete, insert

from segtui.database.tables.core_tables import contact_calls
from segtui.errors import SegtuiError
from segtui.services import imports
from segtui.services.accounts import companies
from segtui.services.contacts import bulk, contacts
from segtui.services.contacts.bulk_editing import bulk_edit
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.criteria import expressions
from segtui.services.imports import Destination, ImportRequest
from segtui.services.maintenance import maintenance
from segtui.services.segments import segments
from segtui.services.segments.live import contact_set
from segtui.services.session import Session, now, stored
from segtui.services.undo import UndoStack
from tests.services.segments.live.recomputing import demand_exact

_PHONES = [f"+1602555010{number}" for number in range(6)]
_SOURCES = ("Fair", "Webinar", "")
_FIXED, _LIVE = ("One", "Two"), ("A", "B", "C")
_RULES = (
    "source = fair",
    "source != Webinar and do_not_call = no",
    "state in (AZ, CA) or custom.plan ~ pro",
    "phone ^ +1602 and not source is blank",
    "added in last 2 days",
    "updated in last 1 day or last_called in last 3 days",
    "calls >= 1 and last_outcome != answered",
    'segment = "One"',
    'segment != "Two" and source = Fair',
    'segment in ("One", "A")',
    'not segment = "B"',
    "name ~ ann and region = US",
    "import is not blank",
)
_numbers = itertools.count(1)
_which = st.integers(0, 5)


class _Histories(RuleBasedStateMachine):
    """Steps of several kinds on few contacts and segments, so that they collide. `both` and `clock` are set before."""

    both: Session
    clock: "_Clock"
    large = False

    @initialize()
    def open(self) -> None:
        self.clock.now = datetime(2026, 11, 30, 12, tzinfo=UTC)
        company = companies.create(self.both, f"Company {next(_numbers)}")
        self.session = replace(self.both.bound_to(company), history=UndoStack())
        self.imports: list[int] = []
        for name in _FIXED:
            segments.create(self.session, name)
        for phone in _PHONES[:2]:
            contacts.add(self.session, {"phone": phone, "source": "Fair", "custom.plan": "Pro"})

    def ids(self) -> list[int]:
        return list(contacts.listing(self.session, ContactQuery()).ids())

    def segment(self, name: str) -> int | None:
        return next(
            (each.id for each in segments.find(self.session, segments.SegmentQuery()) if each.name == name), None
        )

    @contextmanager
    def step(self) -> Iterator[None]:
        """Do something that the present state may not allow; compare afterwards."""
        self.clock.now += timedelta(seconds=1)
        with suppress(SegtuiError):
            yield
        demand_exact(self.session)

    @rule(phone=st.sampled_from(_PHONES), source=st.sampled_from(_SOURCES), into=st.sampled_from((None, *_FIXED, "A")))
    def add(self, phone: str, source: str, into: str | None) -> None:
        with self.step():
            values = {"phone": phone, "source": source, "first_name": "Ann"}
            contacts.add(self.session, values, self.segment(into) if into else None)

    @rule(
        which=_which,
        field=st.sampled_from(("source", "state", "custom.plan", "do_not_call", "email", "phone", "last_name")),
        value=st.sampled_from(("", "Fair", "AZ", "pro", "yes", "a@example.com", *_PHONES[:2])),
    )
    def edit(self, which: int, field: str, value: str) -> None:
        if ids := self.ids():
            with self.step():
                contacts.edit(self.session, ids[which % len(ids)], {field: value})

    @rule(source=st.sampled_from(_SOURCES), state=st.sampled_from(("AZ", "NY", "")))
    def edit_many(self, source: str, state: str) -> None:
        with self.step():
            bulk_edit.edit(self.session, self.ids()[::2], {"source": source, "state": state})

    @rule(marked=st.booleans(), which=_which)
    def mark(self, marked: bool, which: int) -> None:
        with self.step():
            bulk.set_do_not_call(self.session, self.ids()[which % 2 :], do_not_call=marked)

    @rule(which=_which)
    def delete_contact(self, which: int) -> None:
        with self.step():
            bulk.delete(self.session, self.ids()[which : which + 1])

    @rule(name=st.sampled_from((*_FIXED, *_LIVE)), joins=st.booleans(), which=_which)
    def move(self, name: str, joins: bool, which: int) -> None:
        segment_id = self.segment(name)
        if segment_id is not None:
            with self.step():
                change = segments.add_contacts if joins else segments.remove_contacts
                change(self.session, segment_id, self.ids()[which % 3 :: 2])

    @rule(name=st.sampled_from((*_FIXED, *_LIVE)), text=st.sampled_from(_RULES))
    def give_rule(self, name: str, text: str) -> None:
        with self.step():
            tree = expressions.parse(self.session, text)
            segment_id = self.segment(name)
            if segment_id is None:
                segments.create(self.session, name, rule=tree)
            else:
                preview = segments.preview(self.session, segment_id, tree)
                after = segments.edit(self.session, segment_id, rule=tree)
                assert (preview.contacts, preview.callable) == (after.contacts, after.callable)

    @rule(name=st.sampled_from((*_FIXED, *_LIVE)), as_name=st.sampled_from((None, "Copy")))
    def freeze(self, name: str, as_name: str | None) -> None:
        segment_id = self.segment(name)
        if segment_id is not None:
            with self.step():
                segments.freeze(self.session, segment_id, as_name)

    @rule(name=st.sampled_from((*_LIVE, "Copy", "One")))
    def delete_segment(self, name: str) -> None:
        segment_id = self.segment(name)
        if segment_id is not None:
            with self.step():
                segments.delete(self.session, segment_id)

    @rule(
        phones=st.lists(st.sampled_from(_PHONES), min_size=1, max_size=3, unique=True),
        source=st.sampled_from(_SOURCES),
        into=st.sampled_from(("One", "Two", "A", None)),
        existing=st.sampled_from(("fill", "overwrite", "keep")),
        membership=st.sampled_from(("append", "replace")),
        do_not_call=st.booleans(),
    )
    def load(
        self,
        phones: list[str],
        source: str,
        into: str | None,
        existing: str,
        membership: str,
        do_not_call: bool,
    ) -> None:
        with self.step():
            mark = "yes" if do_not_call else ""
            rows = "".join(f"{phone},{source},AZ,{mark}\n" for phone in phones)
            stream = io.BytesIO(f"phone,source,state,do not call\n{rows}".encode())
            target = Destination(into, existing=existing, membership=membership)
            result = imports.run(self.session, ImportRequest(None, stream, name="a.csv", destination=target))
            assert result.import_id is not None
            self.imports.append(result.import_id)

    @rule(which=_which)
    def take_import_back(self, which: int) -> None:
        if self.imports:
            with self.step():
                imports.undo(self.session, self.imports[which % len(self.imports)])

    @rule(which=_which, calls=st.integers(0, 2), outcome=st.sampled_from(("answered", "busy")))
    def settle_call(self, which: int, calls: int, outcome: str) -> None:
        if not (ids := self.ids()):
            return
        contact_id = ids[which % len(ids)]
        with self.step(), self.session.write() as tx:
            tx.execute(delete(contact_calls).where(tx.scope(contact_calls), contact_calls.c.contact_id == contact_id))
            row = {"company_id": tx.company_id, "contact_id": contact_id, "calls": calls, "last_outcome": outcome}
            if calls:
                tx.execute(insert(contact_calls), row | {"last_called": now()})
            tx.upkeep.changed([contact_id], "calls")

    @rule(back=st.booleans())
    def undo(self, back: bool) -> None:
        history = self.session.history
        assert history is not None
        with self.step():
            (history.redo_last if back else history.undo_last)(self.session, confirmed=True)

    @rule(days=st.sampled_from((0, 1, 1, 3, -1)))
    def wait(self, days: int) -> None:
        self.clock.now += timedelta(days=days, hours=5)
        segments.find(self.session, segments.SegmentQuery())
        demand_exact(self.session)

    @rule(zone=st.sampled_from(("UTC", "Asia/Tokyo", "America/New_York")))
    def move_company(self, zone: str) -> None:
        with self.step():
            companies.edit(self.both, self.session.one_company.name, timezone=zone)


class _Clock:
    """The present moment, for `time.time_ns`."""

    now = datetime(2026, 11, 30, 12, tzinfo=UTC)

    def __call__(self) -> int:
        return stored(self.now) * 1_000


@pytest.mark.parametrize(
    ("examples", "steps"),
    [pytest.param(8, 20, id="short"), pytest.param(400, 40, id="long", marks=pytest.mark.long)],
)
@pytest.mark.parametrize("large", [False, True], ids=["in Python", "in the database"])
def test_live_segments_are_exact_after_every_step(
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
    large: bool,
    examples: int,
    steps: int,
) -> None:
    clock = _Clock()
    monkeypatch.setattr(time, "time_ns", clock)
    if large:
        monkeypatch.setattr(contact_set, "FEW", 0)
    machine = type("Histories", (_Histories,), {"both": session.bound_to(None), "clock": clock})
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        machine, settings=settings(max_examples=examples, stateful_step_count=steps, suppress_health_check=checks)
    )
    # The calls were settled without campaigns.
    assert [
        problem for problem in maintenance.check(session.database) if not problem.startswith("The stored calls of")
    ] == []
