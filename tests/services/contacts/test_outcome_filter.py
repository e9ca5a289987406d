"""Choosing contacts by what became of them in a campaign, to call them again or to leave them out."""

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Column, ColumnElement, select

from segtui.database.tables.core_tables import audit
from segtui.domain.criteria.tree import Comparison
from segtui.errors import InvalidInput
from segtui.services import campaigns
from segtui.services.campaigns import Campaign
from segtui.services.campaigns.results import result_search
from segtui.services.campaigns.results.result_search import ResultQuery
from segtui.services.contacts import access_path, bulk, contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.contacts.outcome_filter import EVERYBODY, OutcomeFilter, Results, demand_known, ended
from segtui.services.criteria import facets
from segtui.services.exports import exports
from segtui.services.maintenance import maintenance
from segtui.services.segments import memberships, segments
from segtui.services.session import Session
from segtui.services.undo import UndoStack
from tests.conftest import TwoCompanies
from tests.services.campaigns.support import draft, people
from tests.support.calls import call

pytestmark = pytest.mark.search

Called = tuple[Campaign, list[int]]
_OUTCOMES = ("answered", "no_answer", "busy", "no_answer", "failed", "failed")


@pytest.fixture
def mine(session: Session) -> Session:
    """Return a session with a history; `session` is somebody else's."""
    return replace(session, history=UndoStack())


@pytest.fixture
def called(session: Session) -> Called:
    """Return a campaign and its contacts: one for each outcome, one to be called again, one who was not called yet.

    The fourth, who did not answer, was deleted since. Beside them there is somebody whom it never was to call.
    """
    return _campaign(session)


def _campaign(session: Session) -> Called:
    segment_id, ids = people(session, "Leads", 8, city="Phoenix")
    contacts.add(session, {"phone": "+16025559999", "city": "Phoenix"})
    made = campaigns.launch(session, draft(session, segment_id, hours="08:00-21:00", days="mon-sun").id)
    for number, (contact_id, outcome) in enumerate(zip(ids, _OUTCOMES, strict=False)):
        call(session, made.id, contact_id, outcome, reason=f"reason {number}")
    call(session, made.id, ids[6], "no_answer", again_at=datetime.now(UTC) + timedelta(hours=1))
    contacts.delete(session, ids[3])
    return made, ids


def _chosen(session: Session, query: ContactQuery) -> list[int]:
    listing = contacts.listing(session, query)
    assert sorted(each.id for each in listing.first(50)) == sorted(listing.ids())
    return sorted(listing.ids())


def _of(campaign: Campaign, *kept: OutcomeFilter, **more: object) -> ContactQuery:
    return replace(ContactQuery(results=Results(campaign.id, kept or (EVERYBODY,))), **more)  # type: ignore[arg-type]


def _members(session: Session, segment_id: int) -> list[int]:
    return sorted(contacts.listing(session, ContactQuery(segment_id)).ids())


@pytest.mark.parametrize("few", [access_path.FEW, 0])
def test_contacts_are_chosen_by_what_became_of_them(
    session: Session, called: Called, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(access_path, "FEW", few)
    campaign, ids = called
    there = [each for each in ids if each != ids[3]]
    assert _chosen(session, _of(campaign)) == there
    assert _chosen(session, _of(campaign, *ended(["no_answer"]))) == [ids[1]]
    assert _chosen(session, _of(campaign, *ended(["no_answer", "busy"]))) == [ids[1], ids[2]]
    assert _chosen(session, _of(campaign, OutcomeFilter(state="retry"), OutcomeFilter(state="pending"))) == [
        ids[6],
        ids[7],
    ]
    assert _chosen(session, _of(campaign, OutcomeFilter(outcome="failed", reason="reason 4"))) == [ids[4]]
    assert _chosen(session, ContactQuery(results=Results(campaign.id, ()))) == []
    # Together with all that chooses contacts otherwise.
    vips = segments.create(session, "VIPs").id
    segments.add_contacts(session, vips, [ids[0], ids[1], ids[2]])
    contacts.edit(session, ids[2], {"city": "Mesa"})
    assert _chosen(session, _of(campaign, segment_id=vips)) == ids[:3]
    reached = ended(["answered", "busy"])
    assert _chosen(session, _of(campaign, *reached, segment_id=vips, search="phoenix")) == [ids[0]]
    assert _chosen(session, _of(campaign, *reached, search="mesa 0102")) == [ids[2]]
    in_mesa = ResultQuery(campaign.id, criteria=Comparison("city", "=", ("mesa",)))
    assert list(result_search.listing(session, in_mesa).ids()) == [ids[2]]
    assert _chosen(session, _of(campaign, *reached, criteria=Comparison("do_not_call", "=", ("yes",)))) == []
    counts = [value.count for value in facets.facet(session, _of(campaign, *reached), "do_not_call")]
    assert counts == [0, 2]


def test_what_a_list_of_results_shows_is_asked_for_by_its_query(session: Session, called: Called) -> None:
    campaign, ids = called
    query = ResultQuery(campaign.id, "phoenix", OutcomeFilter(outcome="failed"), "outcome", descending=True)
    assert _chosen(session, query.contacts) == [ids[4], ids[5]]
    assert _chosen(session, ResultQuery(campaign.id).contacts) == [each for each in ids if each != ids[3]]


def test_who_was_not_reached_is_put_into_a_segment_and_taken_out_again_by_an_undo(
    mine: Session, called: Called
) -> None:
    campaign, ids = called
    not_reached = _of(campaign, *ended(["no_answer", "busy", "failed"]))
    again = segments.create(mine, "Again").id
    segments.add_contacts(mine, again, [ids[4]])
    # Who was deleted since is not there to be added; who was in it already is not counted.
    assert segments.add_contacts(mine, again, not_reached, besides=[ids[5]]) == 2
    assert _members(mine, again) == [ids[1], ids[2], ids[4]]
    with mine.read() as tx:
        last = select(audit.c.object, audit.c.count, audit.c.segment_id).where(
            tx.scope(audit), audit.c.action == "segment.add"
        )
        assert tuple(tx.execute(last.order_by(audit.c.id.desc()).limit(1)).one()) == ("Again", 2, again)
    assert mine.history is not None
    assert mine.history.undo_last(mine) == "2 contacts were taken out of “Again” again."
    assert _members(mine, again) == [ids[4]]
    made, added = segments.create_with(mine, "Once more", not_reached)
    assert (added, _members(mine, made.id)) == (4, [ids[1], ids[2], ids[4], ids[5]])
    assert mine.history.undo_last(mine) == "Undone: “Once more” is gone."
    assert segments.remove_contacts(mine, again, not_reached) == 1
    assert _members(mine, again) == []
    assert maintenance.check(mine.database) == []


def test_an_undo_takes_out_who_was_added_though_called_again_since(mine: Session, called: Called) -> None:
    campaign, ids = called
    waiting = _of(campaign, OutcomeFilter(state="retry"))
    again = segments.create(mine, "Again").id
    assert segments.add_contacts(mine, again, waiting) == 1
    call(mine, campaign.id, ids[6], "answered")
    assert _chosen(mine, waiting) == []
    assert mine.history is not None
    mine.history.undo_last(mine)
    assert _members(mine, again) == []


def test_the_next_campaign_leaves_out_who_was_reached(session: Session, called: Called) -> None:
    campaign, ids = called
    reached, _ = segments.create_with(session, "Reached", _of(campaign, *ended(["answered"])))
    campaigns.cancel(session, campaign.id)
    leads = segments.by_name(session, "Leads")
    ahead = campaigns.forecast(session, draft(session, leads.id, "Round 2", excluded=[reached.id]).id)
    assert (ahead.total, ahead.skipped["excluded"], ahead.callable) == (len(ids) - 1, 1, len(ids) - 2)


def test_results_are_marked_do_not_call_as_one(mine: Session, called: Called) -> None:
    campaign, ids = called
    wrong = _of(campaign, *ended(["failed"]))
    assert bulk.do_not_call_count(mine, wrong) == 0
    assert bulk.set_do_not_call(mine, wrong, do_not_call=True, besides=[ids[5]]) == 1
    assert bulk.do_not_call_count(mine, wrong) == 1
    assert bulk.count(mine, wrong) == 2
    assert bulk.count(mine, [ids[3], ids[4]]) == 1
    assert contacts.get(mine, ids[4]).do_not_call


def test_they_never_reach_into_another_company(two_companies: TwoCompanies) -> None:
    here, there = two_companies.main, two_companies.other
    mine, ids = _campaign(here)
    theirs, others = _campaign(there)
    segment_id = segments.create(here, "Here").id
    assert segments.add_contacts(here, segment_id, _of(theirs)) == 0
    assert bulk.set_do_not_call(here, _of(theirs), do_not_call=True) == 0
    assert _chosen(here, _of(theirs)) == []
    # Nor does an admin who looks at all companies put one's contacts into the other's segment.
    assert segments.add_contacts(two_companies.both, segment_id, _of(theirs)) == 0
    assert segments.add_contacts(two_companies.both, segment_id, _of(mine)) == len(ids) - 1
    assert _chosen(two_companies.both, _of(theirs, *ended(["busy"]))) == [others[2]]


def test_a_large_result_becomes_a_segment_without_passing_through_the_program(
    session: Session, called: Called, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign, ids = called

    id_of = session.database.backend.id_in

    def id_in(_: object, column: Column[int], ids_: Sequence[int]) -> ColumnElement[bool]:
        assert column.name == "segment_id", "ids of contacts were read and handed back"
        return id_of(column, ids_)

    monkeypatch.setattr(type(session.database.backend), "id_in", id_in)
    assert segments.create_with(session, "Again", _of(campaign))[1] == len(ids) - 1


def test_the_trail_says_whose_results_left_in_a_file(session: Session, called: Called) -> None:
    campaign, _ = called
    assert exports.export(session, _of(campaign, *ended(["busy", "answered"])), io.BytesIO(), "csv") == 2
    with session.read() as tx:
        entry = tx.execute(
            select(audit.c.object, audit.c.detail).where(tx.scope(audit), audit.c.action == "export")
        ).one()
    assert tuple(entry) == ("all contacts", "csv, campaign “Spring”: busy, answered")


def test_an_outcome_there_is_none_of_is_refused() -> None:
    assert ended([]) == (EVERYBODY,)
    assert ended(["busy", "busy"]) == (OutcomeFilter(outcome="busy"),)
    with pytest.raises(InvalidInput, match="The outcome is one of answered"):
        demand_known(ended(["busy", "gone"]))


def test_one_question_for_the_contacts_of_an_audience_and_for_its_results(session: Session, called: Called) -> None:
    campaign, ids = called
    outcomes = ["no_answer", "busy"]
    listed: Sequence[int] = [each.contact_id for each in campaigns.results(session, campaign.id, outcomes)]
    # Who was deleted is told of, and cannot be chosen any more.
    assert listed == ids[1:4]
    assert _chosen(session, _of(campaign, *ended(outcomes))) == ids[1:3]
    assert campaigns.results_total(session, campaign.id, outcomes) == 3
    assert campaigns.results_total(session, campaign.id, ["skipped"]) == 0
    assert memberships.named(_of(campaign))[0] == "several contacts"
