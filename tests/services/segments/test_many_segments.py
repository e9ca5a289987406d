"""Many segments at once: archived, restored and deleted, all or none, with one undo."""

from dataclasses import replace

import pytest

from segtui.errors import Conflict, InvalidInput, NotFound
from segtui.services import campaigns
from segtui.services.campaigns import SettingsInput
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.criteria import expressions
from segtui.services.maintenance import maintenance
from segtui.services.segments import many_segments, purge, segments
from segtui.services.segments.segments import SegmentQuery
from segtui.services.session import Session
from segtui.services.undo import UndoStack
from tests.conftest import TwoCompanies


@pytest.fixture
def session(session: Session) -> Session:
    """Return a session with a history, in a company of three contacts."""
    session = replace(session, history=UndoStack())
    for number in range(3):
        contacts.add(session, {"phone": f"+1602555019{number}", "state": "AZ"})
    return session


def make(session: Session, *names: str) -> list[int]:
    """Create segments of all contacts and return their ids."""
    return [segments.create_with(session, name, ContactQuery())[0].id for name in names]


def names_of(session: Session, *, archived: bool = False) -> list[str]:
    """Return the names of the segments, by name."""
    return [segment.name for segment in segments.find(session, SegmentQuery(archived=archived))]


def test_segments_are_archived_and_restored_together_with_one_undo(session: Session) -> None:
    ids = make(session, "A", "B", "C")
    segments.archive(session, ids[1])
    reviewed = many_segments.review(session, [ids[2], ids[1], ids[0], ids[0], 9_999], "archive")
    assert [segment.name for segment in reviewed.possible] == ["C", "A"]
    assert ([segment.name for segment in reviewed.unchanged], reviewed.contacts) == (["B"], 0)
    assert [segment.name for segment in many_segments.archive_many(session, ids)] == ["A", "C"]
    assert names_of(session) == []
    history = session.history
    assert history is not None
    assert history.undo_last(session) == "2 segments (“A”, “C”) are back among the segments."
    assert names_of(session) == ["A", "C"]
    assert history.redo_last(session) == "2 segments (“A”, “C”) are archived again."
    assert [segment.name for segment in many_segments.restore_many(session, ids)] == ["A", "B", "C"]
    segments.delete(replace(session, history=None), ids[0])
    undone = history.undo_last(session)
    assert undone == "2 segments (“B”, “C”) are archived again. 1 segment was changed since: it stays as it is."
    assert names_of(session) == []
    with pytest.raises(NotFound, match="1 of these segments no longer exists"):
        many_segments.restore_many(session, ids)
    assert names_of(session) == []
    assert maintenance.check(session.database) == []


def test_segments_that_campaigns_or_rules_hold_are_named_and_nothing_is_done(session: Session) -> None:
    ids = make(session, "Called", "Left out", "Named", "Free")
    called, left_out, named, free = ids
    rule = expressions.parse(session, "segment = Named")
    live = segments.create(session, "Live", rule=rule).id
    campaigns.create(session, "Spring", called, SettingsInput(agent="a"), excluded=[left_out])
    held = {segment.name: reason for segment, reason in many_segments.review(session, ids, "archive").held}
    assert held == {
        "Called": "the unfinished campaign “Spring” needs it",
        "Named": "the rule of “Live” names it",
    }
    with pytest.raises(Conflict, match=r"“Called” cannot be archived: .*“Named” cannot be .* Nothing was archived."):
        many_segments.archive_many(session, ids)
    assert len(names_of(session)) == 5
    reviewed = many_segments.review(session, [*ids, live], "delete")
    # A rule does not hold what is deleted with it.
    assert [segment.name for segment in reviewed.possible] == ["Named", "Free", "Live"]
    assert [segment.name for segment, _ in reviewed.held] == ["Called", "Left out"]
    assert reviewed.contacts == 3
    with pytest.raises(Conflict, match=r"“Named” cannot be deleted: the rule of “Live” names it. Nothing was deleted."):
        many_segments.delete_many(session, [named, free])
    campaigns.create(session, "Autumn", live, SettingsInput(agent="a"))
    reviewed = many_segments.review(session, [named, free, live], "delete")
    assert [segment.name for segment in reviewed.possible] == ["Free"]
    campaigns.delete(session, campaigns.by_name(session, "Autumn").id)
    assert len(many_segments.delete_many(session, [named, free, live])) == 3
    assert names_of(session) == ["Called", "Left out"]
    assert maintenance.check(session.database) == []
    assert session.history is not None
    with pytest.raises(Conflict, match=r"3 segments .* were deleted for good: that cannot be undone"):
        session.history.undo_last(session)


def test_large_segments_are_hidden_at_once_and_swept(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = make(session, "A", "B")
    empty = segments.create(session, "Empty").id
    finished = campaigns.create(session, "Spring", ids[0], SettingsInput(agent="a"), excluded=[ids[1]])
    campaigns.cancel(session, finished.id)
    monkeypatch.setattr(purge, "AT_ONCE", 4)
    many_segments.delete_many(session, [*ids, empty], sweep=False)
    assert names_of(session, archived=True) == []
    assert purge.sweep(session) == 3
    seen = campaigns.overview(session, finished.id)
    assert (seen.campaign.segment, seen.campaign.segment_id, seen.exclude) == ("A", None, ("B",))
    assert len(contacts.listing(session, ContactQuery()).ids()) == 3
    assert maintenance.check(session.database) == []


def test_segments_of_several_companies_are_not_changed_together(two_companies: TwoCompanies) -> None:
    ids = [segments.create(session, "A").id for session in (two_companies.main, two_companies.other)]
    with pytest.raises(InvalidInput, match="several companies"):
        many_segments.archive_many(two_companies.both, ids)
    assert [segment.name for segment in many_segments.archive_many(two_companies.both, ids[:1])] == ["A"]
    with pytest.raises(NotFound):
        many_segments.one_company(two_companies.both, [9_999])
