"""Live segments: made, given other rules, frozen, and all of that undone."""

from dataclasses import replace

import pytest

from segtui.domain.criteria.tree import Criteria
from segtui.errors import Conflict, InvalidInput
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.criteria import expressions
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.services.undo import UndoStack
from tests.services.segments.live.recomputing import demand_exact


@pytest.fixture
def session(session: Session) -> Session:
    """Return a session with a history, in a company of five contacts."""
    session = replace(session, history=UndoStack())
    for number, source in enumerate(("Webinar", "webinar", "Fair", "", "Fair"), 1):
        values = {"phone": f"+1602555019{number}", "source": source, "state": "AZ" if number < 4 else "CA"}
        contacts.add(session, values | ({"do_not_call": "yes"} if number == 2 else {}))
    return session


def rule(session: Session, text: str) -> Criteria:
    """Return the criteria of an expression."""
    return expressions.parse(session, text)


def sources(session: Session, segment_id: int) -> list[str]:
    """Return the sources of the members of a segment, in order."""
    listing = contacts.listing(session, ContactQuery(segment_id, sort="added"))
    ids = listing.ids()
    return [listing.rows(ids)[key].source for key in ids]


def test_a_live_segment_has_whoever_satisfies_its_rule(session: Session) -> None:
    made = segments.create(session, "Webinars", rule=rule(session, "source = WEBINAR"))
    assert (made.live, made.contacts, made.callable) == (True, 2, 1)
    assert (made.rule, made.rule_sentence) == ("source = WEBINAR", "source is WEBINAR")
    assert segments.get(session, made.id) == made
    assert segments.find(session, segments.SegmentQuery()) == [made]
    contacts.add(session, {"phone": "+16025550198", "source": "Webinar"})
    assert segments.get(session, made.id).contacts == 3
    demand_exact(session)
    assert session.history is not None
    session.history.undo_last(session)
    assert segments.get(session, made.id).contacts == 2
    demand_exact(session)
    session.history.undo_last(session)
    assert segments.find(session, segments.SegmentQuery()) == []
    session.history.redo_last(session)
    assert segments.get(session, made.id).rule == "source = WEBINAR"
    demand_exact(session)


def test_an_edit_moves_a_contact_in_and_out(session: Session) -> None:
    made = segments.create(session, "Webinars", rule=rule(session, "source = webinar and do_not_call = no"))
    nested = segments.create(session, "Arizona", rule=rule(session, 'state = AZ and segment != "Webinars"'))
    assert (made.contacts, nested.contacts) == (1, 2)
    (contact_id,) = contacts.listing(session, ContactQuery(made.id)).ids()
    contacts.edit(session, contact_id, {"source": "Fair"})
    assert segments.get(session, made.id).contacts == 0
    assert segments.get(session, nested.id).contacts == 3
    demand_exact(session)
    assert session.history is not None
    session.history.undo_last(session)
    demand_exact(session)
    assert segments.get(session, made.id).contacts == 1


def test_another_rule_moves_everybody_it_concerns(session: Session) -> None:
    made = segments.create(session, "Leads", rule=rule(session, "source = webinar"))
    nested = segments.create(session, "Others", rule=rule(session, "segment != Leads"))
    preview = segments.preview(session, made.id, rule(session, "state = AZ"))
    assert (preview.joining, preview.leaving, preview.contacts, preview.callable) == (1, 0, 3, 2)
    assert [contact.source for contact in preview.joining_examples] == ["Fair"]
    after = segments.edit(session, made.id, rule=rule(session, "state = AZ"))
    assert (after.contacts, after.callable, after.rule) == (3, 2, "state = AZ")
    assert segments.get(session, nested.id).contacts == 2
    demand_exact(session)
    assert session.history is not None
    session.history.undo_last(session)
    assert segments.get(session, made.id).rule == "source = webinar"
    assert segments.get(session, nested.id).contacts == 3
    demand_exact(session)
    session.history.redo_last(session)
    demand_exact(session)


def test_a_fixed_segment_becomes_live_and_back(session: Session) -> None:
    fixed = segments.create(session, "Leads")
    ids = contacts.listing(session, ContactQuery()).ids()
    segments.add_contacts(session, fixed.id, ids[:2])
    assert session.history is not None
    before = contacts.listing(session, ContactQuery(fixed.id)).ids()
    after = segments.edit(session, fixed.id, name="Fairs", rule=rule(session, "source = fair"))
    assert (after.name, after.contacts) == ("Fairs", 2)
    demand_exact(session)
    session.history.undo_last(session)
    back = segments.get(session, fixed.id)
    assert (back.name, back.live, back.rule, back.contacts) == ("Leads", False, None, 2)
    assert contacts.listing(session, ContactQuery(fixed.id)).ids() == before
    demand_exact(session)
    session.history.redo_last(session)
    assert segments.get(session, fixed.id).rule == "source = fair"
    demand_exact(session)


def test_a_frozen_segment_keeps_its_members(session: Session) -> None:
    made = segments.create(session, "Fairs", rule=rule(session, "source = fair"))
    copy = segments.freeze(session, made.id, "Fairs of today")
    assert (copy.live, copy.contacts, copy.callable) == (False, 2, 2)
    frozen = segments.freeze(session, made.id)
    assert (frozen.live, frozen.contacts) == (False, 2)
    contacts.add(session, {"phone": "+16025550198", "source": "Fair"})
    assert segments.get(session, made.id).contacts == 2
    assert session.history is not None
    session.history.undo_last(session)
    session.history.undo_last(session)
    assert segments.get(session, made.id).live
    demand_exact(session)
    session.history.redo_last(session)
    assert not segments.get(session, made.id).live
    with pytest.raises(InvalidInput, match="is not live"):
        segments.freeze(session, made.id)


def test_nobody_fills_a_live_segment_by_hand(session: Session) -> None:
    made = segments.create(session, "Fairs", rule=rule(session, "source = fair"))
    ids = contacts.listing(session, ContactQuery()).ids()
    for change in (segments.add_contacts, segments.remove_contacts):
        with pytest.raises(InvalidInput, match=r"is live: its rule decides who is in it\. Edit its rule, or freeze it"):
            change(session, made.id, ids)
    with pytest.raises(InvalidInput, match="is live"):
        contacts.add(session, {"phone": "+16025550198"}, made.id)


def test_an_undo_changes_no_live_segment_by_hand(session: Session) -> None:
    fixed = segments.create(session, "Leads")
    segments.add_contacts(session, fixed.id, contacts.listing(session, ContactQuery()).ids())
    segments.edit(replace(session, history=None), fixed.id, rule=rule(session, "source = fair"))
    assert session.history is not None
    with pytest.raises(Conflict, match=r"is live: its rule decides who is in it\. Nothing was undone"):
        session.history.undo_last(session)
    demand_exact(session)


def test_no_segment_depends_on_itself(session: Session) -> None:
    first = segments.create(session, "A", rule=rule(session, "source = fair"))
    second = segments.create(session, "B", rule=rule(session, "segment = A"))
    with pytest.raises(InvalidInput, match="“A” would depend on itself: “A” → “B” → “A”"):
        segments.edit(session, first.id, rule=rule(session, "segment != B"))
    with pytest.raises(InvalidInput, match="“B” would depend on itself: “B” → “B”"):
        segments.edit(session, second.id, rule=rule(session, "segment = B"))
    with pytest.raises(InvalidInput, match="in any segment at all"):
        segments.edit(session, second.id, rule=rule(session, "segment is blank"))


def test_a_segment_that_a_rule_names_stays(session: Session) -> None:
    first = segments.create(session, "A")
    segments.create(session, "B", rule=rule(session, "segment = A or source = fair"))
    assert segments.rules_naming(session, first.id) == ["B"]
    for change in (segments.delete, segments.archive):
        with pytest.raises(Conflict, match="the rule of “B” names it"):
            change(session, first.id)
    segments.edit(session, first.id, name="First")
    assert segments.by_name(session, "B").rule == "segment = First or source = fair"
    segments.add_contacts(session, first.id, contacts.listing(session, ContactQuery()).ids()[:1])
    demand_exact(session)


def test_undoing_a_creation_takes_nobody_out_of_what_another_user_made_live(session: Session) -> None:
    made, _ = segments.create_with(session, "All", ContactQuery())
    segments.edit(replace(session, history=UndoStack()), made.id, rule=rule(session, "source = Fair"))
    assert session.history is not None
    with pytest.raises(Conflict, match="stays: its rule was edited meanwhile"):
        session.history.undo_last(session)
    assert segments.get(session, made.id).contacts == 2
    demand_exact(session)
