"""Undoing imports: each takes back what it did itself, in whatever order they are undone."""

import io

import pytest

from segtui.errors import Conflict
from segtui.services import imports
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.contacts.contacts import Contact
from segtui.services.imports import Destination, ImportRequest, ImportResult
from segtui.services.maintenance import maintenance
from segtui.services.segments import segments
from segtui.services.session import Session

ANN, BO, CY = "+16025550101", "+16025550102", "+16025550103"


def _import(session: Session, text: str, segment: str | None = "Leads", **destination: str | bool) -> ImportResult:
    target = Destination(None if destination.get("do_not_call") else segment, **destination)  # type: ignore[arg-type]  # by name
    return imports.run(session, ImportRequest(None, io.BytesIO(text.encode()), name="a.csv", destination=target))


def _undo(session: Session, result: ImportResult) -> imports.UndoReport:
    assert result.import_id is not None
    report = imports.undo(session, result.import_id)
    assert maintenance.check(session.database) == []
    return report


def _everybody(session: Session, segment_id: int | None = None) -> list[Contact]:
    return contacts.listing(session, ContactQuery(segment_id=segment_id, sort="phone")).first(50)


def _marks(session: Session) -> dict[str, str]:
    return {each.phone: each.do_not_call_by for each in _everybody(session) if each.do_not_call}


def test_imports_undone_from_the_last_to_the_first_leave_nothing(session: Session) -> None:
    created = _import(session, f"phone,first_name\n{ANN},Ann\n")
    changed = _import(session, f"phone,city,Shoe size\n{ANN},Oslo,38\n")
    listed = _import(session, f"phone\n{ANN}\n", do_not_call=True)
    for result in (listed, changed):
        assert _undo(session, result).contacts_restored == 1
    assert _undo(session, created).kept == ()
    assert _everybody(session) == []
    assert segments.total(session) == 0


def test_the_undo_gives_back_the_time_of_the_last_change_but_not_over_a_later_one(session: Session) -> None:
    ann = contacts.add(session, {"phone": ANN})
    _undo(session, _import(session, f"phone,city\n{ANN},Oslo\n"))
    assert contacts.get(session, ann.id) == ann
    result = _import(session, f"phone,city\n{ANN},Oslo\n")
    contacts.edit(session, ann.id, {"last_name": "Sample"})
    _undo(session, result)
    after = contacts.get(session, ann.id)
    assert (after.city, after.last_name) == ("", "Sample")
    assert after.updated_at > ann.updated_at


def test_who_was_changed_by_hand_since_is_kept_and_named(session: Session) -> None:
    result = _import(session, f"phone,first_name\n{ANN},Ann\n{BO},Bo\n")
    contacts.edit(session, _everybody(session)[0].id, {"city": "Oslo"})
    report = _undo(session, result)
    assert report.contacts_deleted == 1
    assert [sentence.split(" (")[0] for sentence in report.kept] == ["Ann"]
    with pytest.raises(Conflict, match="already undone"):
        _undo(session, result)


def test_memberships_of_an_undone_import_do_not_return_with_those_that_were_replaced(session: Session) -> None:
    _import(session, f"phone\n{ANN}\n{BO}\n{CY}\n", "Everybody")
    first = _import(session, f"phone\n{ANN}\n")
    second = _import(session, f"phone\n{BO}\n")
    third = _import(session, f"phone\n{CY}\n", membership="replace")
    assert (third.added, third.removed) == (1, 2)
    _undo(session, second)
    assert _undo(session, third).memberships_restored == 1
    assert [each.phone for each in _everybody(session, first.segment_id)] == [ANN]


def test_a_phone_that_two_lists_hold_stays_listed_when_one_is_undone(session: Session) -> None:
    first = _import(session, f"phone\n{ANN}\n{BO}\n", do_not_call=True)
    second = _import(session, f"phone\n{ANN}\n{CY}\n", do_not_call=True)
    assert (first.added, second.added) == (2, 1)
    _undo(session, first)
    _import(session, f"phone\n{ANN}\n{BO}\n{CY}\n")
    assert _marks(session) == {ANN: "list", CY: "list"}


def test_the_undo_of_a_list_withdraws_its_marks_and_no_others(session: Session) -> None:
    _import(session, f"phone\n{ANN}\n")
    contacts.add(session, {"phone": BO, "do_not_call": "yes"})
    result = _import(session, f"phone\n{ANN}\n{BO}\n{CY}\n", do_not_call=True)
    contacts.add(session, {"phone": CY})
    assert (result.updated, result.unchanged) == (1, 2)
    by_hand = _marks(session)[BO]
    assert set(_marks(session)) == {ANN, BO, CY}
    _undo(session, result)
    assert _marks(session) == {BO: by_hand}


def test_who_is_on_the_list_stays_marked_when_another_mark_is_withdrawn(session: Session) -> None:
    contacts.add(session, {"phone": ANN})
    marking = _import(session, f"phone,Do not call\n{ANN},yes\n")
    listing = _import(session, f"phone\n{ANN}\n", do_not_call=True)
    _undo(session, marking)
    assert _marks(session) == {ANN: "list"}
    _undo(session, listing)
    assert _marks(session) == {}


def test_a_phone_that_an_import_gave_takes_its_mark_along(session: Session) -> None:
    _import(session, f"phone\n{ANN}\n", do_not_call=True)
    contacts.add(session, {"email": "ann@example.com"})
    result = _import(session, f"phone,email\n{ANN},ann@example.com\n")
    assert list(_marks(session)) == [ANN]
    _undo(session, result)
    assert _marks(session) == {}


@pytest.mark.parametrize("existing", ["fill", "overwrite", "keep"])
def test_who_was_confirmed_by_later_imports_counts_as_used_since(session: Session, existing: str) -> None:
    text = f"phone,first_name\n{ANN},Ann\n{BO},Bo\n"
    first = _import(session, f"{text}{CY},Cy\n")
    second = _import(session, text, existing=existing)
    third = _import(session, text, existing=existing)
    assert (second.unchanged, third.unchanged) == (2, 2)
    report = _undo(session, first)
    assert report.contacts_deleted == 1
    assert [sentence.partition(" (")[0] for sentence in report.kept if "later import" in sentence] == ["Ann", "Bo"]
    # They are in the segment still, for the later imports put them there as well.
    assert [each.phone for each in _everybody(session, first.segment_id)] == [ANN, BO]
    _undo(session, second)
    assert [each.phone for each in _everybody(session, first.segment_id)] == [ANN, BO]
    assert _undo(session, third).memberships_removed == 2
    assert [each.phone for each in _everybody(session)] == [ANN, BO]


def test_a_later_import_that_was_undone_confirms_nobody(session: Session) -> None:
    first = _import(session, f"phone\n{ANN}\n{BO}\n")
    later = _import(session, f"phone\n{ANN}\n", "Others")
    _undo(session, later)
    report = _undo(session, first)
    assert (report.contacts_deleted, report.kept) == (2, ())


def test_a_later_import_into_another_segment_keeps_the_contact_but_not_the_membership(session: Session) -> None:
    first = _import(session, f"phone\n{ANN}\n{BO}\n")
    later = _import(session, f"phone\n{ANN}\n", "Others")
    report = _undo(session, first)
    assert (report.contacts_deleted, report.memberships_removed, report.segment_deleted) == (1, 2, True)
    assert [each.phone for each in _everybody(session, later.segment_id)] == [ANN]


def test_an_undo_that_keeps_many_contacts_names_the_first_and_counts_the_others(session: Session) -> None:
    text = "phone\n" + "".join(f"+160255501{number:02}\n" for number in range(22))
    result = _import(session, text)
    _import(session, text, segment="Others", existing="keep")
    kept = _undo(session, result).kept
    assert kept[0].startswith("+16025550100 (contact ")
    assert [sentence for sentence in kept if "same reason" in sentence] == ["2 more contacts stay for the same reason."]
    assert len(kept) == 21
