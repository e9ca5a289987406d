"""Campaigns of several segments: every contact once, each segment guarded, names kept."""

from typing import Any

import pytest
from sqlalchemy import update

from segtui.database.tables.campaign_tables import campaign_segments
from segtui.errors import Conflict, InvalidInput
from segtui.services import campaigns
from segtui.services.audit import audit_queries
from segtui.services.audit.audit_queries import TrailQuery
from segtui.services.campaigns import CampaignQuery, SettingsInput
from segtui.services.campaigns.deletion_guards import campaigns_holding
from segtui.services.criteria import expressions
from segtui.services.maintenance import maintenance
from segtui.services.segments import segments, tidying
from segtui.services.segments.partition import SplitWay
from segtui.services.session import Session
from tests.services.campaigns.support import audience, draft, people


def test_a_contact_of_several_segments_is_called_once(session: Session) -> None:
    first, ids = people(session, "Leads", 5)
    second = segments.create_with(session, "Webinar", ids[3:])[0].id
    third, more = people(session, "Fair", 2, first=300)
    excluded = segments.create_with(session, "Called", [ids[4], more[0]])[0].id
    made = draft(session, first, further=[second, third, second], excluded=[excluded])
    assert [segment.name for segment in made.segments] == ["Leads", "Webinar", "Fair"]
    ahead = campaigns.forecast(session, made.id)
    assert (ahead.total, ahead.callable, ahead.skipped["excluded"]) == (7, 5, 2)
    # Whoever leaves one segment and stays in another is still called.
    segments.remove_contacts(session, first, ids[3:])
    assert campaigns.forecast(session, made.id).total == 7
    segments.remove_contacts(session, second, [ids[3]])
    assert campaigns.forecast(session, made.id).total == 6
    parts = campaigns.split(session, made.id, SplitWay("into", 2))
    assert [part.segments for part in parts] == [made.segments] * 2
    forecasts = [campaigns.forecast(session, part.id) for part in parts]
    assert [ahead.total for ahead in forecasts] == [3, 3]
    assert sum(ahead.callable for ahead in forecasts) == 4
    for part in parts:
        campaigns.launch(session, part.id)
    first_part, second_part = (set(audience(session, part.id)) for part in parts)
    assert not first_part & second_part
    assert first_part | second_part == {*ids[:3], ids[4], *more}
    calling = campaigns.still_calling(session, third, more[1:])
    assert {call.name: call.contacts for call in calling} == {parts[0].name: 0, parts[1].name: 1}
    assert maintenance.check(session.database) == []


def test_each_of_the_segments_is_guarded_and_its_name_kept(session: Session) -> None:
    first, _ = people(session, "Leads", 1)
    second, _ = people(session, "Fair", 1, first=300)
    made = draft(session, first, further=[second])
    for refused in (segments.delete, segments.archive):
        with pytest.raises(Conflict, match="“Spring”"):
            refused(session, second)
    assert campaigns_holding(session, second) == ["Spring"]
    assert [campaign.id for campaign in campaigns.of_segment(session, second)] == [made.id]
    assert [campaign.id for campaign in campaigns.find(session, CampaignQuery(search="fair"))] == [made.id]
    campaigns.launch(session, made.id)
    segments.edit(session, second, name="Fair of March")
    assert campaigns.get(session, made.id).segment_names == "Leads, Fair of March"
    campaigns.cancel(session, made.id)
    segments.edit(session, second, name="Renamed since")
    assert campaigns.get(session, made.id).segment_names == "Leads, Fair of March"
    segments.delete(session, second)
    assert [tuple(segment) for segment in campaigns.get(session, made.id).segments] == [
        (first, "Leads"),
        (None, "Fair of March"),
    ]
    assert campaigns.of_segment(session, first)
    assert maintenance.check(session.database) == []


def test_an_edit_replaces_all_segments(session: Session) -> None:
    first, _ = people(session, "Leads", 2)
    second, _ = people(session, "Fair", 1, first=300)
    whole = draft(session, first, further=[second])
    part = campaigns.split(session, whole.id, SplitWay("into", 3))[2]
    with pytest.raises(InvalidInput, match="cannot exclude a segment that it calls: “Fair”"):
        campaigns.edit(session, part.id, SettingsInput(), excluded=[second])
    # The same segments in another order leave a part as it is; others are called whole.
    turned = campaigns.edit(session, part.id, SettingsInput(), segment_id=second, further=[first])
    assert (turned.segment_names, turned.part) == ("Fair, Leads", part.part)
    assert campaigns.edit(session, part.id, SettingsInput(), segment_id=second, further=[first, second]) == turned
    alone = campaigns.edit(session, part.id, SettingsInput(), segment_id=first, excluded=[second])
    assert (alone.segment_names, alone.part) == ("Leads", part.part)
    with pytest.raises(InvalidInput, match="calls a part of “Leads”; the other campaigns of the split call the rest"):
        campaigns.edit(session, part.id, SettingsInput(), segment_id=first, further=[second])
    other = segments.create(session, "Other").id
    assert campaigns.edit(session, part.id, SettingsInput(), segment_id=other).part == (None, None)
    campaigns.edit(session, part.id, SettingsInput(), segment_id=first)
    with pytest.raises(InvalidInput, match="cannot exclude a segment that it calls: “Fair”"):
        campaigns.edit(session, part.id, SettingsInput(), segment_id=first, further=[second])
    archived = segments.create(session, "Old").id
    segments.archive(session, archived)
    with pytest.raises(Conflict, match="“Old” is archived"):
        campaigns.edit(session, part.id, SettingsInput(), segment_id=first, further=[archived])
    edits = audit_queries.find(session, TrailQuery(action="campaign.edit"))
    assert sorted(entry.detail for entry in edits) == ["segment", "segment", "segments", "segments, exclude"]
    [creation] = audit_queries.find(session, TrailQuery(action="campaign.create"))
    assert creation.detail == "segments Leads, Fair"
    campaigns.pause(session, campaigns.launch(session, part.id).id)
    with pytest.raises(Conflict, match="fixed at launch"):
        campaigns.edit(session, part.id, SettingsInput(), segment_id=first, further=[second])


def test_segments_that_contradict_each_other_are_found(session: Session) -> None:
    first, _ = people(session, "Leads", 1)
    second, _ = people(session, "Fair", 1, first=300)
    made = draft(session, first, further=[second])
    for wrong in (None, first):
        with session.write() as tx:
            mine = (tx.scope(campaign_segments), campaign_segments.c.campaign_id == made.id)
            tx.execute(update(campaign_segments).where(*mine).values(segment_id=wrong))
        [problem] = maintenance.check(session.database)
        assert problem == "The campaign “Spring” calls “Fair” twice, leaves it out, or has lost it."
    # A campaign that has lost a segment forecasts and launches nothing.
    with session.write() as tx:
        tx.execute(update(campaign_segments).where(*mine).values(segment_id=None))
    assert campaigns.forecast(session, made.id).total == 0
    with pytest.raises(Conflict, match="Nobody of “Leads”, “Fair” can be called"):
        campaigns.launch(session, made.id)


def test_live_segments_are_frozen_by_the_launch(session: Session) -> None:
    first, ids = people(session, "Leads", 2, state="AZ")
    live = segments.create(session, "Arizona", rule=expressions.parse(session, "state = AZ")).id
    made = campaigns.launch(session, draft(session, first, further=[live]).id)
    people(session, "Later", 1, first=300, state="AZ")
    assert set(audience(session, made.id)) == set(ids)


def test_what_was_edited_since_it_was_reviewed_is_not_launched(session: Session) -> None:
    first, ids = people(session, "Leads", 2)
    second, more = people(session, "Fair", 2, first=300)
    left_out, _ = people(session, "Left out", 1, first=500)
    made = draft(session, first, excluded=[left_out])
    changes: tuple[dict[str, Any], ...] = ({"segment_id": first, "further": [second]}, {"excluded": []})
    for change in changes:
        reviewed = campaigns.get(session, made.id)
        state = tidying.state_of(session)
        campaigns.edit(session, made.id, SettingsInput(), **change)
        assert tidying.state_of(session) != state
        with pytest.raises(Conflict, match="“Spring” was edited meanwhile: nothing was launched"):
            campaigns.launch(session, made.id, reviewed=reviewed)
    campaigns.launch(session, made.id, reviewed=campaigns.get(session, made.id))
    assert set(audience(session, made.id)) == {*ids, *more}
