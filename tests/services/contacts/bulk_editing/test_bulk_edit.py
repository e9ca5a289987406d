"""The edit of many contacts at once: its preview, its result, and the undo that touches nobody else's changes."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from segtui.database.tables.core_tables import audit
from segtui.domain.vocabulary import Role
from segtui.errors import Cancelled, Conflict, InvalidInput, NotAllowed
from segtui.services.contacts import bulk, contacts
from segtui.services.contacts.bulk_editing import bulk_edit, edit_summary, field_edits, reaching
from segtui.services.contacts.bulk_editing.bulk_edit import Example, Replacement
from segtui.services.contacts.bulk_editing.edit_summary import FieldSummary
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.contacts.contact_rows import Contact
from segtui.services.criteria import expressions
from segtui.services.do_not_call import do_not_call, do_not_call_editing
from segtui.services.interrupt import Interrupt
from segtui.services.maintenance import maintenance
from segtui.services.segments import segments
from segtui.services.session import Session, Transaction
from segtui.services.undo import UndoStack
from tests.conftest import TwoCompanies
from tests.services.segments.live.recomputing import demand_exact
from tests.support.canaries import World

pytestmark = pytest.mark.search


@pytest.fixture
def mine(session: Session) -> Session:
    """Return a session with a history; `session` is somebody else's."""
    return replace(session, history=UndoStack())


def _people(session: Session, count: int, **values: str) -> list[int]:
    fields = {"first_name": "Finn", "city": "Phoenix", "source": "Fair"} | values
    return [
        contacts.add(session, {"phone": f"+160255501{n:02}", "last_name": f"P{n}"} | fields).id for n in range(count)
    ]


def _all(session: Session) -> dict[int, Contact]:
    listing = contacts.listing(session, ContactQuery())
    return dict(sorted(listing.rows(listing.ids()).items()))


def _undo(mine: Session) -> str:
    assert mine.history is not None
    said = mine.history.undo_last(mine, confirmed=True)
    assert maintenance.check(mine.database) == []
    return said


def _ids(session: Session, text: str) -> list[int]:
    return sorted(contacts.listing(session, ContactQuery(search=text)).ids())


def test_fields_are_set_and_cleared_and_found_by_their_new_values(mine: Session) -> None:
    people = _people(mine, 4)
    before = _all(mine)
    values = {"status": " Open ", "city": "", "last_name": "Sample", "custom.Plan": "pro"}
    assert bulk_edit.edit(mine, people[:3], values) == 3
    after = contacts.get(mine, people[0])
    assert (after.status, after.city, after.name, after.custom_fields) == ("Open", "", "Finn Sample", {"Plan": "pro"})
    assert after.phone == before[people[0]].phone
    assert after.updated_at > before[people[0]].updated_at
    assert _ids(mine, "sample open") == people[:3]
    assert _ids(mine, "phoenix") == people[3:]
    assert contacts.get(mine, people[3]) == before[people[3]]
    assert maintenance.check(mine.database) == []
    assert _undo(mine) == "3 contacts have the old values again."
    assert _all(mine) == before
    assert _ids(mine, "phoenix") == people
    assert mine.history is not None
    assert mine.history.redo_last(mine) == "3 contacts have the new values again."
    assert contacts.get(mine, people[0]).custom_fields == {"Plan": "pro"}


def test_only_contacts_that_differ_change(mine: Session) -> None:
    people = _people(mine, 3)
    contacts.edit(mine, people[0], {"status": "NEW"})
    before = _all(mine)
    assert bulk_edit.preview(mine, ContactQuery(), {"status": "NEW"}) == bulk_edit.Preview(
        3, 2, {"status": 2}, (Example("Finn P1", "Status", "", "NEW"), Example("Finn P2", "Status", "", "NEW"))
    )
    assert _all(mine) == before
    assert bulk_edit.edit(mine, ContactQuery(), {"status": "NEW"}) == 2
    assert contacts.get(mine, people[0]) == before[people[0]]
    assert bulk_edit.edit(mine, ContactQuery(), {"status": "NEW"}) == 0
    with mine.read() as tx:
        entries = tx.execute(
            select(audit.c.action, audit.c.object, audit.c.detail, audit.c.count).where(tx.scope(audit))
        ).all()
    assert [tuple(entry) for entry in entries if entry.object == "several contacts"] == [
        ("contact.edit", "several contacts", "status", 2)
    ]


def test_a_selection_by_what_is_changed_is_made_once(mine: Session) -> None:
    people = _people(mine, 3)
    query = ContactQuery(search="fair")
    assert bulk_edit.edit(mine, query, {"source": "Webinar", "do_not_call": "yes"}) == 3
    assert [contact.do_not_call for contact in _all(mine).values()] == [True] * 3
    assert _ids(mine, "webinar") == people


def test_a_part_of_a_value_is_replaced(mine: Session) -> None:
    people = _people(mine, 2, organization="Acme Ltd Ltd")
    contacts.edit(mine, people[1], {"organization": "acme ltd", "custom.Note": "Ltd"})
    parts = [Replacement("organization", "Ltd", "Inc"), Replacement("custom.note", "Ltd", "")]
    shown = bulk_edit.preview(mine, people, {}, parts)
    assert shown.examples == (
        Example("Finn P0", "Organization", "Acme Ltd Ltd", "Acme Inc Inc"),
        Example("Finn P1", "Note", "Ltd", ""),
    )
    assert bulk_edit.edit(mine, people, {}, parts) == 2
    assert [contacts.get(mine, key).organization for key in people] == ["Acme Inc Inc", "acme ltd"]
    assert contacts.get(mine, people[1]).custom_fields == {}
    with pytest.raises(InvalidInput, match="which part"):
        bulk_edit.edit(mine, people, {}, [Replacement("city", "", "x")])


def test_a_custom_field_keeps_its_spelling_and_is_cleared_in_all_of_them(mine: Session) -> None:
    people = _people(mine, 3)
    contacts.edit(mine, people[0], {"custom.Plan": "free"})
    contacts.edit(mine, people[1], {"custom.PLAN": "x", "custom.plan": "y"})
    bulk_edit.edit(mine, people, {"custom.plan": "pro"})
    assert [contacts.get(mine, key).custom_fields for key in people] == [
        {"Plan": "pro"},
        {"PLAN": "pro", "plan": "y"},
        {"plan": "pro"},
    ]
    bulk_edit.edit(mine, people, {"custom.Plan": ""})
    assert [contacts.get(mine, key).custom_fields for key in people] == [{}, {}, {}]
    _undo(mine)
    assert contacts.get(mine, people[1]).custom_fields == {"PLAN": "pro", "plan": "y"}


def test_an_undo_leaves_what_others_changed(mine: Session, session: Session) -> None:
    people = _people(session, 4)
    bulk_edit.edit(mine, people, {"city": "Tucson", "status": "OPEN"})
    contacts.edit(session, people[0], {"city": "Mesa"})
    contacts.edit(session, people[1], {"city": "Mesa", "status": "LOST"})
    contacts.delete(session, people[2])
    assert _undo(mine) == "2 contacts have the old values again; 1 contact was changed meanwhile and stays as it is."
    assert [(contact.city, contact.status) for contact in _all(session).values()] == [
        ("Mesa", ""),
        ("Mesa", "LOST"),
        ("Phoenix", ""),
    ]
    bulk_edit.edit(mine, [people[1]], {"status": "NEW"})
    contacts.edit(session, people[1], {"status": "WON"})
    with pytest.raises(Conflict, match="changed again meanwhile"):
        _undo(mine)


def test_marks_follow_the_rules_of_the_do_not_call_list(mine: Session) -> None:
    people = _people(mine, 3)
    contacts.edit(replace(mine, history=None), people[0], {"do_not_call": "yes"})
    before = _all(mine)
    assert bulk_edit.edit(mine, people, {"do_not_call": "yes", "status": "LOST"}) == 3
    with mine.read() as tx:
        assert len(list(do_not_call.listed(tx, [before[key].phone for key in people]))) == 3
    told = _undo(mine)
    assert told == (
        "3 contacts have the old values again. "
        "2 contacts may be called again; 2 numbers were taken off the do-not-call list."
    )
    assert _all(mine) == before
    assert bulk_edit.edit(mine, people, {"do_not_call": "no"}) == 1
    assert bulk.do_not_call_count(mine, ContactQuery()) == 0
    _undo(mine)
    assert _all(mine) == before


def test_contacts_that_stay_as_they_are_keep_their_marks(mine: Session) -> None:
    people = _people(mine, 3)
    # Its e-mail is all that the first one has, and no other gets it.
    contacts.edit(mine, people[0], {"email": "finn@example.com", "address": "a" * 9_999, "phone": ""})
    for mark, values, parts in (
        ("yes", {"email": "finn@example.com"}, []),
        ("yes", {}, [Replacement("address", "a", "bb")]),
        ("no", {}, [Replacement("address", "a", "bb")]),
    ):
        bulk_edit.edit(mine, people, {"do_not_call": "no" if mark == "yes" else "yes"})
        before = _all(mine)
        shown = bulk_edit.preview(mine, people, {"do_not_call": mark, **values}, parts)
        assert shown.refused > 0
        count = bulk_edit.edit(mine, people, {"do_not_call": mark, **values}, parts, previewed=shown)
        changed = [key for key, contact in _all(mine).items() if contact != before[key]]
        assert count == shown.changing == len(changed)
        _undo(mine)
        assert _all(mine) == before


def test_only_an_admin_clears_marks_and_a_viewer_edits_nothing(world: World) -> None:
    place = world.main
    bulk_edit.edit(world.owner, [place.contact_id], {"do_not_call": "yes"})
    member = world.as_role(Role.MEMBER)
    for call in (bulk_edit.preview, bulk_edit.edit):
        with pytest.raises(NotAllowed, match="for admins"):
            call(member, [place.contact_id], {"do_not_call": "no", "city": "Mesa"})
    assert contacts.get(member, place.contact_id).city != "Mesa"
    viewer = world.as_role(Role.VIEWER)
    assert bulk_edit.preview(viewer, [place.contact_id], {"city": "Mesa"}).changing == 1
    with pytest.raises(NotAllowed):
        bulk_edit.edit(viewer, [place.contact_id], {"city": "Mesa"})


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"phone": "+1602555010"}, "not a valid phone number"),
        ({"email": "ann"}, "not a valid e-mail address"),
        ({"phone": "", "do_not_call": "yes"}, "in two steps"),
        ({"nick": "x"}, "There is no field “nick”"),
        ({"custom.": "x"}, "needs a name"),
        ({"do_not_call": "perhaps"}, "yes or no"),
        ({"do_not_call": ""}, "nothing was given"),
        ({"city": "x" * 10_001}, "at most 10,000"),
        ({}, "Say what to change"),
    ],
)
def test_a_wrong_edit_is_refused_before_anything_changes(mine: Session, values: dict[str, str], message: str) -> None:
    people = _people(mine, 1)
    before = _all(mine)
    for call in (bulk_edit.preview, bulk_edit.edit):
        with pytest.raises(InvalidInput, match=message):
            call(mine, people, values)
    assert _all(mine) == before


def test_a_cancelled_edit_changes_nothing(mine: Session) -> None:
    people = _people(mine, 2)
    before = _all(mine)
    interrupt = Interrupt()
    interrupt.cancel()
    with pytest.raises(Cancelled):
        bulk_edit.edit(mine, people, {"city": "Mesa"}, interrupt=interrupt)
    assert _all(mine) == before


def test_contacts_of_another_company_are_never_edited(two_companies: TwoCompanies) -> None:
    own, others = _people(two_companies.main, 1), _people(two_companies.other, 1)
    assert bulk_edit.edit(two_companies.main, [*own, *others], {"city": "Mesa"}) == 1
    assert contacts.get(two_companies.other, others[0]).city == "Phoenix"
    with pytest.raises(InvalidInput, match="several companies"):
        bulk_edit.edit(two_companies.both, ContactQuery(), {"city": "Mesa"})


def test_more_contacts_than_a_batch(mine: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("segtui.services.contacts.bulk_editing.bulk_edit.BATCH", 2)
    people = _people(mine, 7)
    before = _all(mine)
    segment = segments.create(mine, "Leads")
    segments.add_contacts(mine, segment.id, people[:5])
    assert bulk_edit.edit(mine, ContactQuery(segment.id), {"city": "Mesa"}, besides=[people[0]]) == 4
    assert _ids(mine, "mesa") == people[1:5]
    _undo(mine)
    assert _all(mine) == before


def test_live_segments_follow_an_edit_and_its_undo(mine: Session) -> None:
    people = _people(mine, 4)
    rule = expressions.parse(mine, "city = Mesa and not do_not_call = yes")
    live = segments.create(mine, "In Mesa", rule=rule)
    everyone = segments.create(mine, "Everyone")
    segments.add_contacts(mine, everyone.id, people)
    bulk_edit.edit(mine, people[:3], {"city": "Mesa"})
    demand_exact(mine)
    assert (segments.get(mine, live.id).contacts, segments.get(mine, everyone.id).callable) == (3, 4)
    bulk_edit.edit(mine, people[2:], {"city": "Mesa", "do_not_call": "yes"})
    demand_exact(mine)
    assert (segments.get(mine, live.id).contacts, segments.get(mine, everyone.id).callable) == (2, 2)
    _undo(mine)
    demand_exact(mine)
    assert segments.get(mine, live.id).contacts == 3
    _undo(mine)
    demand_exact(mine)
    assert segments.get(mine, live.id).contacts == 0


_VALUES = st.sampled_from(["", "Oslo", "Rome", "Øslo"])
_STEP = st.tuples(st.sampled_from(["city", "last_name", "custom.Plan", "do_not_call"]), _VALUES, st.booleans())


@given(steps=st.lists(_STEP, max_size=6))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_undoing_everything_leads_back_and_redoing_leads_forth(
    session: Session, steps: list[tuple[str, str, bool]]
) -> None:
    mine = replace(session, history=UndoStack())
    if not _all(session):
        _people(replace(session, history=None), 3)
    states = [_plain(_all(mine))]
    people = list(_all(mine))
    for field, value, few in steps:
        text = ("yes" if value else "no") if field == "do_not_call" else value
        if bulk_edit.edit(mine, people[:2] if few else ContactQuery(), {field: text}):
            states.append(_plain(_all(mine)))
    assert mine.history is not None
    backwards: list[Callable[[], str]] = [lambda: mine.history.undo_last(mine, confirmed=True)] * (len(states) - 1)  # type: ignore[union-attr]
    for step, expected in zip(backwards, states[-2::-1], strict=True):
        step()
        assert _plain(_all(mine)) == expected
    for expected in states[1:]:
        mine.history.redo_last(mine, confirmed=True)
        assert _plain(_all(mine)) == expected
    for _ in states[1:]:
        mine.history.undo_last(mine, confirmed=True)
    assert maintenance.check(session.database) == []


def _plain(rows: dict[int, Contact]) -> list[object]:
    return [(row.city, row.name, row.custom_fields, row.do_not_call) for row in rows.values()]


def test_several_replacements_in_one_field_are_all_made(mine: Session) -> None:
    [first] = _people(mine, 1, organization="Ada Ltd and Finn Inc")
    longer = [Replacement("organization", "Ltd", "Limited"), Replacement("organization", "Inc", "Incorporated")]
    assert bulk_edit.edit(mine, [first], {}, longer) == 1
    assert contacts.get(mine, first).organization == "Ada Limited and Finn Incorporated"


@pytest.mark.parametrize(
    ("values", "replacements"),
    [
        ({"status": "NEW"}, [Replacement("status", "NEW", "OLD")]),
        ({"custom.Plan": "a"}, [Replacement("custom.plan", "a", "b")]),
        ({"custom.Plan": "a", "custom.plan": "b"}, []),
    ],
)
def test_a_field_is_set_or_replaced_once(
    session: Session, values: dict[str, str], replacements: list[Replacement]
) -> None:
    with pytest.raises(InvalidInput, match="is given twice"):
        bulk_edit.preview(session, [1], values, replacements)


def _refusals(preview: bulk_edit.Preview) -> dict[str, tuple[str, ...]]:
    return {refusal.reason: refusal.titles for refusal in preview.refusals}


def test_phones_change_but_for_those_that_cannot(mine: Session, session: Session) -> None:
    contacts.add(session, {"phone": "+14805550102", "first_name": "Holder"})
    do_not_call_editing.add(session, "+14805550103")
    people = _people(mine, 6, email="")
    contacts.edit(session, people[4], {"do_not_call": "yes"})
    contacts.edit(session, people[5], {"phone": "+442079460018", "email": "finn@example.com"})
    before = _all(mine)
    parts = [Replacement("phone", "+1602", "+1480")]
    shown = bulk_edit.preview(mine, people, {"status": "MOVED"}, parts)
    assert (shown.selected, shown.changing, shown.unchanged, shown.refused) == (6, 3, 0, 3)
    assert shown.fields == {"phone": 2, "status": 3}
    assert _refusals(shown) == {
        reaching.TAKEN_PHONE: ("Finn P2",),
        reaching.LISTED: ("Finn P3",),
        reaching.MARKED: ("Finn P4",),
    }
    assert bulk_edit.edit(mine, people, {"status": "MOVED"}, parts, previewed=shown) == 3
    after = _all(mine)
    assert [after[key].phone for key in people[:3]] == ["+14805550100", "+14805550101", "+16025550102"]
    assert _ids(mine, "4805550100") == people[:1]
    assert [after[key] == before[key] for key in people] == [False, False, True, True, True, False]
    # While it was another number, somebody else took the old one.
    contacts.add(session, {"phone": "+16025550100", "first_name": "Newcomer"})
    assert _undo(mine) == "2 contacts have the old values again; 1 contact was changed meanwhile and stays as it is."
    assert contacts.get(mine, people[1]) == before[people[1]]
    assert contacts.get(mine, people[0]).phone == "+14805550100"


def test_nobody_becomes_unreachable_or_the_same_as_another(mine: Session) -> None:
    people = _people(mine, 3, email="finn@example.com")
    contacts.edit(mine, people[2], {"email": ""})
    shown = bulk_edit.preview(mine, people, {"phone": ""})
    assert _refusals(shown) == {
        reaching.TAKEN_EMAIL: ("Finn P0", "Finn P1"),
        reaching.UNREACHABLE: ("Finn P2",),
    }
    same = bulk_edit.preview(mine, people, {"phone": "+14805550102"})
    assert _refusals(same) == {reaching.SHARED_PHONE: ("Finn P0", "Finn P1", "Finn P2")}
    assert bulk_edit.edit(mine, people, {"phone": "+14805550102"}) == 0
    for name, old, reason in (
        ("phone", "+", field_edits.NO_PHONE_NUMBER),
        ("email", "@", field_edits.NO_EMAIL_ADDRESS),
    ):
        broken = bulk_edit.preview(mine, people[:2], {}, [Replacement(name, old, "")])
        assert _refusals(broken) == {reason: ("Finn P0", "Finn P1")}
    # With phones, several may have one e-mail.
    assert bulk_edit.edit(mine, people, {"email": "all@example.com"}) == 3
    assert bulk_edit.edit(mine, people[:1], {"email": "Finn@example.com", "phone": ""}) == 1
    assert _refusals(bulk_edit.preview(mine, people[1:], {"email": "FINN@example.com"})) == {
        reaching.TAKEN_EMAIL: ("Finn P1", "Finn P2")
    }
    contacts.edit(mine, people[0], {"phone": "+16025550100"})
    assert bulk_edit.edit(mine, people, {}, [Replacement("email", "@example.com", "@example.org")]) == 3
    assert _ids(mine, "finn@example.org") == people[:1]
    _undo(mine)


def test_a_value_that_gets_too_long_leaves_its_contact_as_it_is(mine: Session) -> None:
    people = _people(mine, 2)
    contacts.edit(mine, people[0], {"address": "a" * 9_999})
    contacts.edit(mine, people[1], {"address": "a"})
    parts = [Replacement("address", "a", "bb")]
    assert _refusals(bulk_edit.preview(mine, people, {}, parts)) == {field_edits.TOO_LONG: ("Finn P0",)}
    assert bulk_edit.edit(mine, people, {}, parts) == 1
    assert contacts.get(mine, people[1]).address == "bb"


def test_a_part_of_a_field_that_is_blank_everywhere_is_replaced_beside_others(mine: Session) -> None:
    people = _people(mine, 2)
    before = _all(mine)
    assert bulk_edit.edit(mine, people, {"status": "NEW"}, [Replacement("state", "A", "B")]) == 2
    _undo(mine)
    assert _all(mine) == before


@pytest.mark.parametrize("values", [{"city": "Mesa"}, {"last_name": "Lee"}, {"email": "all@example.com"}])
def test_an_edit_is_exactly_as_previewed(mine: Session, session: Session, values: dict[str, str]) -> None:
    people = _people(mine, 4)
    contacts.edit(session, people[3], {"city": "Tucson"})
    query = ContactQuery(criteria=expressions.parse(mine, "city = Phoenix"))
    shown = bulk_edit.preview(mine, query, values)
    contacts.edit(session, people[0], {"status": "OPEN"})
    with pytest.raises(bulk_edit.ChangedMeanwhile):
        bulk_edit.edit(mine, query, values, previewed=shown)
    shown = bulk_edit.preview(mine, query, values)
    contacts.edit(session, people[3], {"address": "Main St 1"})
    assert bulk_edit.edit(mine, query, values, previewed=shown) == shown.changing == 3


_OLD = st.sampled_from(["", "Oslo", "Rome", "Øslo", "Oslo Oslo"])


@given(
    values=st.lists(st.tuples(_OLD, _OLD), min_size=3, max_size=3),
    new=_OLD,
    replaced=st.booleans(),
    most=st.sampled_from([0, 9]),
)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_preview_adds_up_and_comes_true(
    session: Session, values: list[tuple[str, str]], new: str, most: int, *, replaced: bool
) -> None:
    people = list(_all(session)) or _people(session, 3)
    for key, (city, status) in zip(people, values, strict=True):
        contacts.edit(session, key, {"city": city, "status": status, "custom.Plan": status})
    parts = [Replacement("city", "Oslo", new)] if replaced else []
    edited = {"status": new} if replaced else {"city": new, "custom.plan": "x"}
    before = _all(session)
    shown = bulk_edit.preview(session, people, edited, parts)
    with pytest.MonkeyPatch.context() as patch:  # with too many values it goes by the ids
        patch.setattr("segtui.services.contacts.bulk_editing.assignments._MAX_VALUES", most)
        assert bulk_edit.edit(session, people, edited, parts, previewed=shown) == shown.changing
    after = _all(session)
    assert shown.changing + shown.unchanged == shown.selected == len(people)
    cities = [before[key].city.replace("Oslo", new).strip() if replaced else new for key in people]
    assert [after[key].city for key in people] == cities
    for name in ("city", "status"):
        changed = sum(getattr(before[key], name) != getattr(after[key], name) for key in people)
        assert shown.fields.get(name, 0) == changed
    titles = {contact.title for key, contact in after.items() if contact != before[key]}
    assert {example.title for example in shown.examples} == titles
    assert maintenance.check(session.database) == []


def test_the_present_values_are_summarised(mine: Session) -> None:
    people = _people(mine, 3, email="all@example.com", **{"custom.Plan": "pro"})
    contacts.edit(mine, people[0], {"city": "Mesa", "custom.Plan": "", "custom.plan": "Pro", "custom.Tier": "1"})
    contacts.edit(mine, people[1], {"city": ""})
    summary = edit_summary.summarise(mine, ContactQuery())
    assert [summary[name] for name in ("email", "city", "phone", "address")] == [
        FieldSummary(1, "all@example.com"),
        FieldSummary(3),
        FieldSummary(3),
        FieldSummary(1),
    ]
    assert {name: value for name, value in summary.items() if name.startswith("custom.")} == {
        "custom.Plan": FieldSummary(2),
        "custom.Tier": FieldSummary(2),
    }
    two = edit_summary.summarise(mine, ContactQuery(), besides=[people[0]])
    assert (two["custom.Plan"], two["city"]) == (FieldSummary(1, "pro"), FieldSummary(2))
    assert edit_summary.summarise(mine, []) == dict.fromkeys(two.keys() - {"custom.Plan"}, FieldSummary(0))


@pytest.mark.parametrize(
    ("values", "replacements"),
    [({"status": "NEW", "do_not_call": "yes"}, []), ({"custom.Plan": "pro"}, [Replacement("phone", "+1602", "+1480")])],
)
def test_an_edit_that_is_stopped_anywhere_changes_nothing(
    mine: Session, monkeypatch: pytest.MonkeyPatch, values: dict[str, str], replacements: list[Replacement]
) -> None:
    people = _people(mine, 3)
    before, execute, interrupt, left = _all(mine), Transaction.execute, Interrupt(), 0

    def stopping(tx: Transaction, *arguments: Any) -> Any:
        nonlocal left
        left -= 1
        if not left:
            interrupt.cancel()
        return execute(tx, *arguments)

    monkeypatch.setattr(Transaction, "execute", stopping)
    for statement in itertools.count(1):
        interrupt, left = Interrupt(), statement
        try:
            bulk_edit.edit(mine, people, values, replacements, interrupt=interrupt)
        except Cancelled:
            left = 0
            assert _all(mine) == before
            continue
        break
    assert statement > 5
    left = 0
    assert _all(mine) != before
