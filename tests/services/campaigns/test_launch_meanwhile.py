"""A launch prepares its audience before its turn: what others change meanwhile counts as if it were one moment."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import select, text

from segtui.database.tables.campaign_tables import campaign_contacts
from segtui.domain.timezones.contact_zones import zone_of
from segtui.errors import Conflict, DatabaseBusy, SegtuiError
from segtui.services import campaigns
from segtui.services.campaigns import SettingsInput
from segtui.services.campaigns.audience import audience_counts
from segtui.services.campaigns.audience.audience_snapshot import AudienceSnapshot
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.criteria import expressions
from segtui.services.segments import segments
from segtui.services.session import Session, Transaction
from tests.services.campaigns.support import draft, people
from tests.support.clock import clock_at

_numbers = count()
_CHANGES = ("opt out", "number", "zone", "leave", "join", "delete", "exclude", "free")


@contextmanager
def _meanwhile(session: Session, change: Callable[[], None]) -> Iterator[None]:
    """Make a change at the last moment at which others need not wait for a launch."""
    if session.database.backend.has_single_writer:
        preparing = Session.preparing

        def prepared(self: Session, *arguments: Any) -> Any:
            change()
            return preparing(self, *arguments)

        with patch.object(Session, "preparing", prepared):
            yield
        return
    take_turn = Transaction.take_turn

    def taken(self: Transaction, *arguments: Any) -> bool:
        change()
        return take_turn(self, *arguments)

    with patch.object(Transaction, "take_turn", taken):
        yield


def _rows(session: Session, campaign_id: int) -> dict[int, tuple[Any, ...]]:
    c = campaign_contacts.c
    columns = (c.contact_id, c.phone, c.state, c.outcome, c.reason, c.zone)
    with session.read() as tx:
        rows = tx.execute(select(*columns).where(tx.scope(campaign_contacts), c.campaign_id == campaign_id))
        return {row[0]: tuple(row[1:]) for row in rows}


def _expected(
    session: Session, segment_id: int, excluded: set[int], elsewhere: set[int], rows: dict[int, tuple[Any, ...]]
) -> dict[int, tuple[Any, ...]]:
    """Return the rows that the contacts of now should have; the zone of those who are not called is free."""
    expected: dict[int, tuple[Any, ...]] = {}
    for contact in contacts.listing(session, ContactQuery(segment_id)).first(1_000):
        reason = (
            "no_phone" if not contact.phone else "do_not_call" if contact.do_not_call
            else "excluded" if contact.id in excluded else "other_campaign" if contact.id in elsewhere else None
        )  # fmt: skip
        phone = contact.phone or None
        if reason is None:
            zone = zone_of(contact.timezone, contact.country, contact.state, contact.phone)
            expected[contact.id] = (phone, "pending", None, None, zone)
        else:
            expected[contact.id] = (phone, "done", "skipped", reason, rows[contact.id][4])
    return expected


@dataclass
class _Company:
    """A segment to be called, one that is excluded, and one whose members another campaign still calls."""

    session: Session

    def __post_init__(self) -> None:
        start = next(_numbers) * 100
        session, self._phones = self.session, count(start)
        self.leads, self.out, held = (segments.create(session, f"{name} {start}").id for name in ("In", "Out", "Held"))
        self.left = [self.add() for _ in range(12)]
        self.excluded, self.elsewhere = {self.left.pop()}, {self.left.pop(), self.left.pop()}
        segments.add_contacts(session, self.out, list(self.excluded))
        segments.add_contacts(session, held, list(self.elsewhere))
        self.other = campaigns.launch(session, draft(session, held, f"Other {start}").id)
        self.draft = draft(session, self.leads, f"Spring {start}", excluded=(self.out,))

    def add(self) -> int:
        return contacts.add(self.session, {"phone": f"+1602555{next(self._phones):04}"}, self.leads).id

    def change(self, what: str) -> None:
        """Make one of `_CHANGES`, of a contact that was not changed before."""
        session, contact_id = self.session, self.left.pop()
        edits = {
            "opt out": {"do_not_call": "yes"},
            "number": {"phone": f"+493090{next(self._phones):05}"},
            "zone": {"timezone": "Asia/Tokyo"},
        }
        if what in edits:
            contacts.edit(session, contact_id, edits[what])
        elif what == "leave":
            segments.remove_contacts(session, self.leads, [contact_id])
        elif what == "join":
            self.add()
        elif what == "delete":
            contacts.delete(session, contact_id)
        elif what == "exclude":
            segments.add_contacts(session, self.out, [contact_id])
            self.excluded.add(contact_id)
        elif what == "free" and self.elsewhere:
            campaigns.cancel(session, self.other.id)
            self.elsewhere.clear()


@pytest.mark.parametrize("changes", [(), ("opt out",), ("join", "zone"), _CHANGES], ids=len)
def test_the_audience_is_that_of_one_moment(session: Session, changes: Sequence[str]) -> None:
    company = _Company(session)

    def change() -> None:
        for what in changes:
            company.change(what)

    _demand_one_moment(company, change)


@pytest.mark.parametrize("what", _CHANGES[:-1])
def test_one_change_is_noticed_where_no_other_campaign_runs(session: Session, what: str) -> None:
    company = _Company(session)
    company.change("free")
    _demand_one_moment(company, lambda: company.change(what))


def test_a_campaign_that_came_and_went_meanwhile_holds_nobody(session: Session) -> None:
    company = _Company(session)
    company.change("free")
    if session.database.backend.has_single_writer:
        return
    brief = draft(session, company.leads, "Brief")
    decide, others = AudienceSnapshot.decide_zones, iter([brief])

    def decided(self: AudienceSnapshot, tx: Transaction, *arguments: Any) -> None:
        decide(self, tx, *arguments)
        if tx.connection.get_execution_options()["writes"]:
            for other in others:
                campaigns.launch(session, other.id)

    def cancel() -> None:
        if campaigns.get(session, brief.id).status == "active":
            campaigns.cancel(session, brief.id)

    with patch.object(AudienceSnapshot, "decide_zones", decided):
        _demand_one_moment(company, cancel)


def _demand_one_moment(company: _Company, change: Callable[[], None]) -> None:
    """Launch while a change is made, and compare the audience with the contacts afterwards."""
    session = company.session
    with _meanwhile(session, change):
        launched = campaigns.launch(session, company.draft.id)
    rows = _rows(session, launched.id)
    assert rows == _expected(session, company.leads, company.excluded, company.elsewhere, rows)
    assert launched.total == len(rows)
    with session.read() as tx:
        states = audience_counts.of(tx, launched.id).states
    assert states["pending"] == sum(row[1] == "pending" for row in rows.values())


def test_rules_about_campaigns_see_no_row_of_the_launch_at_midnight(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = clock_at(datetime(2026, 11, 30, 12, tzinfo=UTC), monkeypatch)
    leads, (known, fresh) = people(session, "Leads", 2)
    before = segments.create_with(session, "Before", [known])[0].id
    campaigns.cancel(session, campaigns.launch(session, draft(session, before, "Autumn").id).id)
    rule = expressions.parse(session, "campaign is blank and not added in last 1 day")
    never_called = segments.create(session, "Never called, not of today", rule=rule)
    assert never_called.contacts == 0
    made = draft(session, leads, excluded=(never_called.id,))
    with _meanwhile(session, lambda: clock(datetime(2026, 12, 1, 0, 1, tzinfo=UTC))):
        campaigns.launch(session, made.id)
    reasons = {contact_id: row[3] for contact_id, row in _rows(session, made.id).items()}
    assert reasons == {known: None, fresh: "excluded"}


def test_a_launch_and_a_new_name_at_once_leave_one_of_both(session: Session) -> None:
    company = _Company(session)
    if session.database.backend.has_single_writer:
        return
    refusals: list[SegtuiError] = []

    def rename() -> None:
        try:
            campaigns.edit(session, company.draft.id, SettingsInput(), name="Another name")
        except SegtuiError as error:
            refusals.append(error)

    other = threading.Thread(target=rename)

    def change() -> None:
        other.start()
        waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted").execution_options(every_company=True)
        deadline = time.monotonic() + 30
        with session.database.engine.connect() as connection:
            while not connection.execute(waiting).scalar() and time.monotonic() < deadline:
                time.sleep(0.02)

    try:
        with _meanwhile(session, change):
            campaigns.launch(session, company.draft.id)
    except SegtuiError as error:
        refusals.append(error)
    other.join(30)
    assert [type(error) for error in refusals] == [DatabaseBusy]
    after = campaigns.get(session, company.draft.id)
    assert (after.status, after.name) in [("draft", "Another name"), ("active", company.draft.name)]
    assert len(_rows(session, after.id)) == (0 if after.status == "draft" else 12)


@pytest.mark.parametrize("what", ["edited", "cancelled"])
def test_a_draft_that_was_changed_is_not_launched(session: Session, what: str) -> None:
    made = _Company(session).draft

    def change() -> None:
        if what == "edited":
            campaigns.edit(session, made.id, SettingsInput(attempts=2))
        else:
            campaigns.cancel(session, made.id)

    with _meanwhile(session, change), pytest.raises(Conflict):
        campaigns.launch(session, made.id, reviewed=made)
    assert not _rows(session, made.id)


def test_of_two_launches_at_once_one_is_made(session: Session) -> None:
    company = _Company(session)
    prepare, second = AudienceSnapshot.prepare, threading.Event()
    outcomes: list[object] = []

    def prepared(self: AudienceSnapshot, *arguments: Any) -> None:
        if threading.current_thread() is not threading.main_thread():
            second.set()
        prepare(self, *arguments)

    def launch() -> None:
        try:
            outcomes.append(campaigns.launch(session, company.draft.id).status)
        except Conflict as error:
            outcomes.append(error)

    other = threading.Thread(target=launch)

    def change() -> None:
        if session.database.backend.has_single_writer or other.ident is not None:
            return
        other.start()
        assert second.wait(30)

    with _meanwhile(session, change), patch.object(AudienceSnapshot, "prepare", prepared):
        launch()
        if other.ident is None:
            other.start()
        other.join(30)
    launched = [outcome for outcome in outcomes if not isinstance(outcome, Conflict)]
    assert (launched, len(outcomes)) == (["active"], 2)
    assert len(_rows(session, company.draft.id)) == 12
