"""Tidying: which segments are reported, why, what is proposed, and what is then done."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from segtui.database.tables.core_tables import segments as segment_table
from segtui.errors import Conflict, InvalidInput
from segtui.services import campaigns
from segtui.services.campaigns import SettingsInput
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.criteria import expressions
from segtui.services.maintenance import maintenance
from segtui.services.segments import segments, tidy_changes, tidying
from segtui.services.segments.segments import Segment, SegmentQuery
from segtui.services.segments.tidying import Finding
from segtui.services.session import Session, now
from segtui.services.undo import UndoStack
from tests.conftest import TwoCompanies

_DAY = 86_400_000_000
Make = Callable[..., Segment]


@pytest.fixture
def session(session: Session) -> Session:
    """Return a session with a history."""
    return replace(session, history=UndoStack())


@pytest.fixture
def people(session: Session) -> list[int]:
    """Return the ids of four contacts; the last one must not be called."""
    values = [{"phone": f"+1602555019{number}"} for number in range(4)]
    values[3]["do_not_call"] = "yes"
    return [contacts.add(session, value).id for value in values]


@pytest.fixture
def make(session: Session) -> Make:
    """Return what makes a segment of contacts, a number of days old."""

    def made(name: str, ids: list[int] | None = None, *, age: int = 0, **columns: Any) -> Segment:
        segment, _ = segments.create_with(session, name, ids or [])
        values = {"created_at": now() - age * _DAY - 1, **columns}
        with session.write() as tx:
            tx.execute(
                update(segment_table).where(tx.scope(segment_table), segment_table.c.id == segment.id).values(values)
            )
        return segments.get(session, segment.id)

    return made


def found(session: Session, **options: Any) -> dict[str, Finding]:
    """Return the findings by the names of their segments."""
    return {row.segment.name: row for row in tidying.findings(session, **options)}


def test_every_reason_is_said_with_a_safe_action(session: Session, people: list[int], make: Make) -> None:
    assert found(session) == {}
    make("All", people)
    make("Empty")
    make("Filled daily", age=100, used_at=now() - _DAY)
    make("Newest", people[:3], age=1)
    make("Oldest", people[:3], age=5)
    make("Blocked", people[3:])
    make("Idle", people[:2], age=200, used_at=now() - 91 * _DAY)
    make("In use", people[1:3], age=200, used_at=now() - 89 * _DAY)
    make("Imported", [people[0], people[3]], generated_name="Imported")
    make("Renamed", [people[1], people[3]], generated_name="Import leads 2026-11-02")
    make("Gone", people[:1], archived_at=now() - 366 * _DAY)
    make("Put away", people[:1], archived_at=now() - 364 * _DAY)
    make("Live", age=100)
    live = segments.by_name(session, "Live")
    segments.edit(session, live.id, rule=expressions.parse(session, "city = Nowhere"))
    said = {name: (row.words, row.action, row.into and row.into.name) for name, row in found(session).items()}
    assert said == {
        "Blocked": ("no contact can be called, wholly inside “Imported”", "archive", None),
        "Empty": ("empty", "delete", None),
        "Filled daily": ("empty", "archive", None),
        "Gone": ("archived 366 days ago", "delete", None),
        "Idle": ("not used for 91 days, wholly inside “Oldest”", "archive", None),
        "Imported": ("wholly inside “All”, generated name never changed", "archive", None),
        "In use": ("wholly inside “Oldest”", "archive", None),
        "Live": ("empty, never used in 100 days", "archive", None),
        "Newest": ("the same 3 contacts as “Oldest”", "merge", "Oldest"),
        "Oldest": ("wholly inside “All”", "archive", None),
        "Renamed": ("wholly inside “All”", "archive", None),
    }
    assert {name for name, row in found(session).items() if row.is_idle} == {
        "Empty", "Filled daily", "Idle", "Live", "Newest",
    }  # fmt: skip
    assert "Idle" in found(session, unused_days=90)
    assert found(session, unused_days=92)["Idle"].words == "wholly inside “Oldest”"
    with pytest.raises(InvalidInput, match="at least 1 day"):
        tidying.findings(session, unused_days=0)


def test_a_large_segment_is_to_be_split_and_a_used_twin_is_kept(
    session: Session, people: list[int], make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tidying, "size_of", lambda contacts_: "split" if contacts_ > 3 else "test")
    monkeypatch.setattr(tidying, "_LARGE", 1)
    make("Everybody", people, age=100, generated_name="Everybody")
    make("Old", people[:2], age=10)
    make("Used", people[:2], age=5, used_at=now())
    live = segments.create(session, "Live", rule=expressions.parse(session, 'segment = "Used"'))
    rows = found(session)
    assert (rows["Everybody"].words, rows["Everybody"].action) == (
        "never used in 100 days, over 10,000 contacts, generated name never changed", "archive",
    )  # fmt: skip
    # The rule holds “Used”, which is kept; the live twin is reported, but is not idle.
    assert (rows["Old"].into, rows["Live"].into) == (segments.by_name(session, "Used"),) * 2
    assert (rows["Old"].is_idle, rows["Live"].is_idle) == (True, False)
    assert (rows["Used"].action, rows["Used"].held) == ("", "the rule of “Live” names it")
    assert rows["Used"].words == "wholly inside “Everybody”"
    # The contacts of a live segment are others tomorrow: its twin may be a copy that is kept on purpose.
    segments.edit(session, live.id, rule=expressions.parse(session, 'phone in ("+16025550190", "+16025550191")'))
    rows = found(session)
    assert {name: (rows[name].into, rows[name].is_idle) for name in ("Old", "Used")} == dict.fromkeys(
        ("Old", "Used"), (segments.get(session, live.id), False)
    )
    segments.delete(session, live.id)
    part = make("Part", people[2:3], age=100, generated_name="Part")
    for name, target in (("Spring", rows["Everybody"].id), ("Autumn", part.id)):
        campaigns.create(session, name, target, SettingsInput(agent="a"))
    rows = found(session)
    assert (rows["Everybody"].words, rows["Everybody"].action, rows["Everybody"].held) == (
        "over 10,000 contacts, generated name never changed", "split", "",
    )  # fmt: skip
    assert (rows["Part"].action, rows["Part"].held) == ("rename", "the unfinished campaign “Autumn” needs it")


def test_findings_are_done_together_and_undone_in_one_step(session: Session, people: list[int], make: Make) -> None:
    make("A", people[:2], age=5)
    make("B", people[:2], age=1)
    make("C", people[2:3], age=100)
    make("Empty")
    rows = found(session)
    tidied = tidy_changes.apply(session, [rows["B"], rows["C"]])
    assert tidied.words == "1 segment was archived, 1 was merged"
    assert [segment.name for segment in segments.find(session, SegmentQuery())] == ["A", "Empty"]
    assert list(found(session)) == ["Empty"]
    history = session.history
    assert history is not None
    assert history.undo_last(session) == "2 segments are back among the segments."
    assert history.redo_last(session) == "2 segments are archived again."
    history.undo_last(session)
    assert found(session).keys() == rows.keys()
    tidied = tidy_changes.apply(session, list(found(session).values()))
    assert tidied.words == "1 segment was archived, 1 was merged, 1 was deleted"
    assert found(session) == {}
    history.undo_last(session)
    with pytest.raises(Conflict, match="“Empty” was deleted for good"):
        history.undo_last(session)
    assert maintenance.check(session.database) == []


def test_what_was_changed_since_is_left_and_members_are_united(session: Session, people: list[int], make: Make) -> None:
    make("A", people[:2], age=5)
    make("B", people[:2], age=1)
    empty = make("Empty")
    rows = found(session)
    segments.add_contacts(session, empty.id, people[:1])
    with pytest.raises(Conflict, match=r"“Empty” was changed meanwhile. Nothing was done"):
        tidy_changes.apply(session, [rows["Empty"], rows["B"]])
    assert "B" in found(session)
    # Whoever joined the other one in between is not lost.
    b = segments.by_name(session, "B")
    segments.add_contacts(session, b.id, people[2:3])
    merging = replace(rows["B"], segment=segments.by_name(session, "B"))
    assert tidy_changes.apply(session, [merging]).merged == (merging.segment,)
    assert set(contacts.listing(session, ContactQuery(segments.by_name(session, "A").id)).ids()) == set(people[:3])
    assert session.history is not None
    session.history.undo_last(session)
    assert segments.by_name(session, "A").contacts == 2
    assert not segments.by_name(session, "B").archived
    campaigns.create(session, "Spring", b.id, SettingsInput(agent="a"))
    merging = replace(merging, segment=segments.by_name(session, "B"))
    with pytest.raises(Conflict, match="“B” cannot be archived: the unfinished campaign “Spring” needs it"):
        tidy_changes.apply(session, tidy_changes.only_archived([merging]))
    with pytest.raises(InvalidInput, match="cannot be tidied automatically"):
        tidy_changes.apply(session, [replace(merging, action="rename")])
    assert maintenance.check(session.database) == []


def test_an_admin_sees_the_findings_of_every_company_and_acts_in_one(two_companies: TwoCompanies) -> None:
    for session in (two_companies.other, two_companies.main):
        segments.create(session, "Empty")
    rows = tidying.findings(two_companies.both)
    assert [row.segment.company for row in rows] == ["Main", "Other"]
    with pytest.raises(InvalidInput, match="several companies"):
        tidy_changes.apply(two_companies.both, rows)
    assert len(tidy_changes.apply(two_companies.both, rows[:1]).deleted) == 1
    assert [row.segment.company for row in tidying.findings(two_companies.both)] == ["Other"]
