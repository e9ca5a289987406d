"""Contacts by hand: what is checked, what identifies them, what is found."""

import io
import os
from pathlib import Path

import pytest
from sqlalchemy import update

from segtui.database.tables import core_tables
from segtui.domain.criteria.fields import CONTACT_SORTS
from segtui.errors import Conflict, InvalidInput, NotFound
from segtui.services import imports
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.exports import exports
from segtui.services.imports import Destination
from segtui.services.segments import segments
from segtui.services.session import Session

pytestmark = pytest.mark.search

ZOE = {"phone": "(602) 555-0199", "first_name": "Zoë", "last_name": "Ødegård", "city": "Århus", "custom.age": "42"}


def _found(session: Session, search: str, **query: object) -> list[str]:
    listing = contacts.listing(session, ContactQuery(search=search, **query))  # type: ignore[arg-type]  # by name
    found = [contact.title for contact in listing.first(50)]
    assert len(listing.ids()) == len(found)
    return found


def test_a_contact_is_stored_as_it_should_be(session: Session) -> None:
    contact = contacts.add(session, ZOE | {"email": "Zoe@Example.com", "status": " new\x07 "})
    assert contact.phone == "+16025550199"
    assert contact.email == "Zoe@Example.com"
    assert contact.status == "new"
    assert contact.custom_fields == {"age": "42"}
    assert contacts.get(session, contact.id) == contact


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"phone": "12345"}, "phone"),
        ({"email": "nobody"}, "email"),
        ({"first_name": "Ann"}, "phone"),
        ({"phone": "+16025550199", "shoe_size": "4"}, "shoe_size"),
        ({"phone": "+16025550199", "do_not_call": "perhaps"}, "do_not_call"),
    ],
)
def test_a_wrong_value_is_refused_with_its_field(session: Session, values: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        contacts.add(session, values)
    assert caught.value.field == field


def test_a_phone_belongs_to_one_contact(session: Session) -> None:
    contacts.add(session, ZOE)
    with pytest.raises(InvalidInput, match="Zoë Ødegård"):
        contacts.add(session, {"phone": "602.555.0199"})


def test_an_email_identifies_only_where_there_is_no_phone(session: Session) -> None:
    contacts.add(session, {"phone": "+16025550199", "email": "office@example.com"})
    contacts.add(session, {"phone": "+16025550198", "email": "office@example.com"})
    with pytest.raises(InvalidInput):
        contacts.add(session, {"email": "OFFICE@example.com"})


@pytest.mark.parametrize(
    "typed", ["602 555", "(602)555", "0199", "602 5", "+1 602", "odegard", "zoe ode", "ZO", "arhus", "zoë"]
)
def test_what_is_typed_finds_the_contact(session: Session, typed: str) -> None:
    contacts.add(session, ZOE)
    contacts.add(session, {"email": "b@example.org", "first_name": "Ben"})
    assert _found(session, typed) == ["Zoë Ødegård"]


@pytest.mark.parametrize("typed", ["egard zoe ben", "oe", "777", "zoë 777", "age"])
def test_what_does_not_occur_finds_nobody(session: Session, typed: str) -> None:
    contacts.add(session, ZOE)
    assert _found(session, typed) == []


def test_a_changed_contact_is_found_by_what_it_holds_now(session: Session) -> None:
    contact = contacts.add(session, ZOE)
    contacts.edit(session, contact.id, {"last_name": "Smith"})
    assert _found(session, "smith") == ["Zoë Smith"]
    assert _found(session, "odegard") == []


def test_a_deleted_contact_is_found_no_more(session: Session) -> None:
    contact = contacts.add(session, ZOE)
    contacts.delete(session, contact.id)
    assert _found(session, "zoe") == []
    with pytest.raises(NotFound):
        contacts.get(session, contact.id)


def test_the_second_of_two_editors_is_told(session: Session) -> None:
    seen = contacts.add(session, ZOE)
    contacts.edit(session, seen.id, {"city": "Oslo"}, seen=seen.updated_at)
    with pytest.raises(Conflict):
        contacts.edit(session, seen.id, {"city": "Bergen"}, seen=seen.updated_at)
    assert contacts.get(session, seen.id).city == "Oslo"


def test_do_not_call_remembers_by_whom(session: Session) -> None:
    contact = contacts.add(session, ZOE)
    marked = contacts.edit(session, contact.id, {"do_not_call": "yes"})
    assert (marked.do_not_call, marked.do_not_call_by) == (True, f"user:{session.actor.login}")
    cleared = contacts.edit(session, contact.id, {"do_not_call": "no"})
    assert (cleared.do_not_call, cleared.do_not_call_by) == (False, "")


def test_a_contact_is_found_by_id_and_by_phone_in_any_notation(session: Session) -> None:
    contact = contacts.add(session, ZOE)
    for text in (str(contact.id), "+16025550199", "602-555-0199", "1 602 555 0199", "16025550199"):
        assert contacts.by_id_or_phone(session, text).id == contact.id
    with pytest.raises(NotFound):
        contacts.by_id_or_phone(session, "999")


def test_a_contact_is_found_by_a_stored_phone_that_is_not_valid_any_more(session: Session) -> None:
    contact = contacts.add(session, ZOE)
    with session.write() as tx:
        tx.execute(update(core_tables.contacts).where(tx.scope(core_tables.contacts)).values(phone="+17985550199"))
    assert contacts.by_id_or_phone(session, "+17985550199").id == contact.id


@pytest.mark.parametrize("sort", CONTACT_SORTS)
@pytest.mark.parametrize("descending", [False, True])
def test_every_order_is_complete_and_has_the_blanks_last(session: Session, sort: str, *, descending: bool) -> None:
    segment = segments.create(session, "All")
    for n, city in enumerate(["Åre", "berlin", "", "Arles", "zürich"]):
        contacts.add(session, {"email": f"{n}@example.com", "city": city, "first_name": city}, segment.id)
    for segment_id in (segment.id,) if sort == "joined" else (None, segment.id):
        listing = contacts.listing(session, ContactQuery(segment_id, sort=sort, descending=descending))
        rows = listing.rows(listing.ids())
        ordered = [rows[key] for key in listing.ids()]
        assert len(ordered) == 5
        assert [row.id for row in listing.first(3)] == [row.id for row in ordered[:3]]
        if sort in ("city", "name", "first_name"):
            shown = ["Åre", "Arles", "berlin", "zürich"] if not descending else ["zürich", "berlin", "Arles", "Åre"]
            expected = sorted(shown[:2] if not descending else shown[2:])
            assert ordered[-1].city == ""
            assert sorted(row.city for row in (ordered[:2] if not descending else ordered[2:4])) == expected


def test_an_unknown_order_is_refused(session: Session) -> None:
    with pytest.raises(InvalidInput, match="sorted by"):
        contacts.listing(session, ContactQuery(sort="shoe_size"))


def test_an_export_writes_through_a_link_and_leaves_a_device_what_it_is(session: Session, tmp_path: Path) -> None:
    contacts.add(session, ZOE)
    target, link = tmp_path / "real.csv", tmp_path / "link.csv"
    target.touch()
    link.symlink_to(target)
    assert exports.export(session, ContactQuery(), link) == 1
    assert link.is_symlink()
    assert b"+16025550199" in target.read_bytes()
    assert exports.export(session, ContactQuery(), Path(os.devnull)) == 1
    assert Path(os.devnull).is_char_device()


def test_what_is_not_changed_is_not_held_against_an_edit(session: Session) -> None:
    # Two contacts come to share an e-mail where an import overwrites the one's.
    ann = contacts.add(session, {"phone": "+16025550199", "email": "ann@example.com"})
    contacts.add(session, {"email": "office@example.com"})
    file = io.BytesIO(b"phone,email\n+16025550199,office@example.com\n")
    imports.run(session, imports.ImportRequest(None, file, destination=Destination("Leads", existing="overwrite")))
    assert contacts.edit(session, ann.id, {"city": "Oslo"}).email == "office@example.com"
    with pytest.raises(InvalidInput, match="already belongs"):
        contacts.edit(session, ann.id, {"phone": ""})


def test_names_that_are_no_unicode_are_stored_as_blanks(session: Session) -> None:
    contact = contacts.add(session, {"phone": "+16025550199", "custom.caf\udce9": "yes", "custom.a\nb": "no"})
    assert contact.custom_fields == {"caf": "yes", "a b": "no"}
    assert contacts.edit(session, contact.id, {"custom.caf\udce9": ""}).custom_fields == {"a b": "no"}
    segments.create(session, "caf\udce9")
    assert segments.by_name(session, "CAF\udce9").name == "caf"
