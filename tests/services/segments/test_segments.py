"""Segments: their names, their members, their exact counts, on both databases."""

import io
import unicodedata

import pytest

from segtui.domain.vocabulary import Role
from segtui.errors import InvalidInput, NameTaken, NotAllowed, NotFound
from segtui.services import campaigns
from segtui.services.campaigns import SettingsInput
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.exports import exports
from segtui.services.segments import segments
from segtui.services.segments.segments import SegmentQuery
from segtui.services.session import Actor, Session


def _names(session: Session, **query: object) -> list[str]:
    return [segment.name for segment in segments.find(session, SegmentQuery(**query))]  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize("again", ["Leads", "LEADS", "  leads ", unicodedata.normalize("NFD", "Leads")])
def test_a_name_is_used_once_whatever_its_case_blanks_or_form(session: Session, again: str) -> None:
    segments.create(session, "Leads")
    with pytest.raises(NameTaken):
        segments.create(session, again)


def test_names_that_differ_by_an_accent_are_two_names(session: Session) -> None:
    segments.create(session, "José")
    segments.create(session, "Jose")
    with pytest.raises(NameTaken):
        segments.create(session, unicodedata.normalize("NFD", "JOSÉ"))


@pytest.mark.parametrize(("name", "says"), [("", "needs a name"), ("  \t ", "needs a name"), ("x" * 121, "120")])
def test_a_wrong_name_is_refused_in_a_sentence(session: Session, name: str, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        segments.create(session, name)
    with pytest.raises(InvalidInput, match=says):
        segments.check_name(session, name)


def test_control_characters_in_names_become_blanks(session: Session) -> None:
    assert segments.create(session, "a\x1b[31mb\nc").name == "a [31mb c"


def test_every_word_must_occur_in_name_or_description_in_any_order(session: Session) -> None:
    segments.create(session, "Åre leads", "spring campaign")
    segments.create(session, "Berlin", "leads from the fair")
    assert _names(session, search="leads are") == ["Åre leads"]
    assert _names(session, search="LEADS") == ["Åre leads", "Berlin"]
    assert _names(session, search="leads winter") == []


def test_lists_are_sorted_both_ways(session: Session) -> None:
    for name in ("beta", "Alpha", "émile", "Echo"):
        segments.create(session, name)
    segments.add_contacts(
        session,
        segments.by_name(session, "Echo").id,
        [contacts.add(session, {"email": f"{n}@example.com"}).id for n in range(3)],
    )
    assert _names(session) == ["Alpha", "beta", "Echo", "émile"]
    assert _names(session, descending=True) == ["émile", "Echo", "beta", "Alpha"]
    assert _names(session, sort="contacts", descending=True)[0] == "Echo"
    assert _names(session, sort="created") == ["beta", "Alpha", "émile", "Echo"]


def test_lists_are_sorted_by_campaigns_last_use_and_growth(session: Session) -> None:
    ids = [contacts.add(session, {"phone": f"+1602555019{n}"}).id for n in range(3)]
    made = {name: segments.create_with(session, name, ids[:size])[0] for name, size in (("A", 1), ("B", 3), ("C", 2))}
    segments.remove_contacts(session, made["B"].id, ids)
    campaigns.create(session, "Spring", made["C"].id, SettingsInput(agent="a"))
    exports.export(session, ContactQuery(made["C"].id), io.BytesIO(), "csv")
    exports.export(session, ContactQuery(made["A"].id), io.BytesIO(), "csv")
    rows = {segment.name: segment for segment in segments.find(session, SegmentQuery())}
    assert {name: (row.campaigns, row.growth) for name, row in rows.items()} == {
        "A": (0, (1, 0)), "B": (0, (3, 3)), "C": (1, (2, 0)),
    }  # fmt: skip
    assert _names(session, sort="campaigns", descending=True) == ["C", "A", "B"]
    assert _names(session, sort="growth", descending=True) == ["C", "A", "B"]
    assert _names(session, sort="growth") == ["B", "A", "C"]
    # Segments that were never used are the oldest.
    assert _names(session, sort="used") == ["B", "C", "A"]
    assert _names(session.bound_to(None), sort="growth", descending=True) == ["C", "A", "B"]


def test_archived_segments_are_hidden_until_asked_for(session: Session) -> None:
    segment = segments.create(session, "Old")
    segments.archive(session, segment.id)
    assert _names(session) == []
    assert _names(session, archived=True) == ["Old"]
    assert segments.restore(session, segment.id).archived is False
    assert _names(session) == ["Old"]


def test_editing_keeps_the_contacts_and_the_date(session: Session) -> None:
    before = segments.create(session, "Old")
    contacts.add(session, {"phone": "+16025550199"}, before.id)
    after = segments.edit(session, before.id, name="New", description="text")
    assert (after.name, after.description, after.contacts) == ("New", "text", 1)
    assert after.created_at == before.created_at
    assert _names(session, search="text") == ["New"]


def test_a_segment_may_change_the_case_of_its_own_name(session: Session) -> None:
    segment = segments.create(session, "leads")
    segments.check_name(session, "Leads", besides=segment.id)
    assert segments.edit(session, segment.id, name="Leads").name == "Leads"


def test_deleting_keeps_the_contacts(session: Session) -> None:
    segment = segments.create(session, "Leads")
    contact = contacts.add(session, {"phone": "+16025550199"}, segment.id)
    assert segments.delete(session, segment.id).contacts == 1
    assert contacts.get(session, contact.id).phone == "+16025550199"
    assert contacts.segments_of(session, contact.id) == []
    with pytest.raises(NotFound):
        segments.get(session, segment.id)


def test_a_name_that_does_not_exist_offers_the_nearest(session: Session) -> None:
    segments.create(session, "Webinar signups")
    with pytest.raises(NotFound, match="Did you mean “Webinar signups”"):
        segments.by_name(session, "Webinar signup")


def test_counts_follow_every_change_of_membership(session: Session) -> None:
    segment = segments.create(session, "Leads")
    ids = [contacts.add(session, {"email": f"p{n}@example.com"}).id for n in range(5)]
    assert segments.add_contacts(session, segment.id, ids) == 5
    assert segments.add_contacts(session, segment.id, ContactQuery()) == 0
    assert segments.remove_contacts(session, segment.id, ids[:2]) == 2
    assert segments.remove_contacts(session, segment.id, ids[:2]) == 0
    contacts.delete(session, ids[4])
    assert segments.get(session, segment.id).contacts == 2


def test_a_viewer_may_look_and_change_nothing(session: Session) -> None:
    company = session.one_company
    viewer = Session(session.database, Actor("vera", "Vera", Role.VIEWER, company.id, "test"), company)
    assert segments.find(viewer, SegmentQuery()) == []
    with pytest.raises(NotAllowed):
        segments.create(viewer, "Leads")
    with pytest.raises(NotAllowed):
        viewer.bound_to(None)


def test_pages_come_by_id_and_what_is_gone_is_missing(session: Session) -> None:
    made = [segments.create(session, f"S{n:02}") for n in range(12)]
    listing = segments.listing(session, SegmentQuery(descending=True))
    ids = listing.ids()
    assert [row.name for row in listing.first(3)] == ["S11", "S10", "S09"]
    assert list(ids) == [segment.id for segment in reversed(made)]
    segments.delete(session, made[5].id)
    rows = listing.rows(ids[4:8])
    assert made[5].id not in rows
    assert len(rows) == 3


def test_to_pick_one_the_likeliest_come_first(session: Session) -> None:
    for name, description in (
        ("All leads", ""), ("Fair", "whose leads are old"), ("Leads", ""), ("Zurich leads", ""), ("Elsewhere", ""),
    ):  # fmt: skip
        segments.create(session, name, description)
    segments.archive(session, segments.create(session, "Leads of old").id)

    def offered(text: str, most: int = 9) -> list[str]:
        return [each.name for each in segments.to_pick(session, text, most)]

    assert offered("LEADS") == ["Leads", "All leads", "Zurich leads", "Fair"]
    assert offered(" leads ", 1) == ["Leads"]
    assert offered("old") == ["Fair"]
    assert offered("") == ["All leads", "Elsewhere", "Fair", "Leads", "Zurich leads"]
    assert offered("nothing") == []
