"""Two people at one contact: the second is told what the first changed, and nothing is overwritten unseen."""

import pytest

from segtui.services.contacts import contacts
from segtui.services.contacts.contacts import Contact
from segtui.services.contacts.edit_conflicts import ContactChanged, differences
from segtui.services.session import Session

ZOE = {"phone": "+16025550100", "first_name": "Zoë", "city": "Phoenix", "custom.Shoe": "44", "custom.Hat": "M"}


@pytest.fixture
def zoe(session: Session) -> Contact:
    """Return a contact as two people have it before them."""
    return contacts.add(session, ZOE)


def test_the_second_is_told_every_field_with_both_values(session: Session, zoe: Contact) -> None:
    contacts.edit(
        session,
        zoe.id,
        {"city": "Tucson", "status": "NEW", "first_name": "", "do_not_call": "yes", "custom.Shoe": "45"},
    )
    with pytest.raises(ContactChanged) as caught:
        contacts.edit(session, zoe.id, {"state": "AZ"}, seen=zoe)
    assert str(caught.value) == (
        "Another user changed +1 602 555 0100 meanwhile: First name was “Zoë” and is blank now; "
        "City was “Phoenix” and is “Tucson” now; Status was blank and is “NEW” now; Do not call was set; "
        "Shoe was “44” and is “45” now. Nothing was saved."
    )
    assert contacts.get(session, zoe.id).state == ""
    assert caught.value.now == contacts.get(session, zoe.id)


def test_custom_fields_that_came_and_went_are_told(session: Session, zoe: Contact) -> None:
    contacts.edit(session, zoe.id, {"custom.Hat": "", "custom.Pet": "cat"})
    with pytest.raises(ContactChanged) as caught:
        contacts.edit(session, zoe.id, {"city": "Mesa"}, seen=zoe)
    assert [(each.field, each.before, each.now) for each in caught.value.differences] == [
        ("custom.Hat", "M", ""),
        ("custom.Pet", "", "cat"),
    ]


def test_who_has_seen_it_as_it_is_may_save(session: Session, zoe: Contact) -> None:
    contacts.edit(session, zoe.id, {"city": "Tucson"})
    with pytest.raises(ContactChanged) as caught:
        contacts.edit(session, zoe.id, {"city": "Mesa"}, seen=zoe)
    assert contacts.edit(session, zoe.id, {"city": "Mesa"}, seen=caught.value.now).city == "Mesa"


def test_a_contact_that_was_saved_without_a_difference_is_no_conflict(session: Session, zoe: Contact) -> None:
    contacts.edit(session, zoe.id, {"city": "Phoenix"})
    assert contacts.edit(session, zoe.id, {"city": "Mesa"}, seen=zoe).city == "Mesa"


def test_values_in_a_sentence_are_harmless_and_short(session: Session, zoe: Contact) -> None:
    now = contacts.edit(session, zoe.id, {"city": "x" * 1_000, "state": "\u202eabc"})
    city, state = differences(zoe, now)
    assert len(city.sentence) < 120
    assert "\u202e" not in state.sentence
