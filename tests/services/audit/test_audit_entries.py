"""Entries of the audit trail have a length, whatever was typed."""

from pathlib import Path

import pytest

from segtui.domain.names import no_such
from segtui.domain.text import MAX_VALUE_LENGTH
from segtui.errors import InvalidInput, NotFound
from segtui.services.audit import audit, audit_queries
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.criteria import expressions
from segtui.services.exports import exports
from segtui.services.segments import segments
from segtui.services.session import Session


def test_what_is_long_is_cut_and_says_so(session: Session) -> None:
    with session.write() as tx:
        audit.record(tx, "test", "o" * 5_000, detail="d" * 5_000)
    (entry, *_) = audit_queries.find(session, audit_queries.TrailQuery(action="test"), 10)
    assert entry.object == "o" * (audit.MAX_OBJECT - 1) + "…"
    assert entry.detail == "d" * (audit.MAX_DETAIL - 1) + "…"


def test_a_refusal_of_something_long_is_cut(session: Session) -> None:
    audit.record_refusal(session, "s" * 5_000, "a" * 5_000)
    (entry, *_) = audit_queries.find(session, audit_queries.TrailQuery(action=audit.REFUSED), 10)
    assert (len(entry.object), len(entry.detail)) == (audit.MAX_OBJECT, audit.MAX_DETAIL)


def test_a_long_search_is_cut_in_the_entry_and_the_filters_stay(session: Session, tmp_path: Path) -> None:
    contacts.add(session, {"phone": "+16025550199"})
    exports.export(session, ContactQuery(search="x" * 5_000), tmp_path / "a.csv")
    (entry, *_) = audit_queries.find(session, audit_queries.TrailQuery(action="export"), 10)
    assert entry.detail == f"csv, “{'x' * 199}…”"


@pytest.mark.parametrize("field", ["city", "custom.note", "email", "phone", "status"])
def test_a_form_takes_no_longer_value_than_a_file(session: Session, field: str) -> None:
    with pytest.raises(InvalidInput, match="at most 10,000 characters; this one has 10,001") as caught:
        contacts.add(session, {"phone": "+16025550199", field: "é" * (MAX_VALUE_LENGTH + 1)})
    assert caught.value.field == field


def test_a_form_stores_no_pile_of_marks(session: Session) -> None:
    contact = contacts.add(session, {"phone": "+16025550199", "city": "O\u200bslo" + "\u0301\u0327" * 3_000})
    assert contact.city == "Oslo" + "\u0301\u0327" * 2
    assert segments.create(session, "A\u3164b" + "\u0301" * 60).name == "Ab" + "\u0301" * 4


def test_a_search_and_a_filter_have_limits(session: Session) -> None:
    with pytest.raises(InvalidInput, match="A search has at most 10,000 characters"):
        contacts.listing(session, ContactQuery(search="x" * (MAX_VALUE_LENGTH + 1)))
    with pytest.raises(InvalidInput, match="A filter has at most 4,096 characters"):
        expressions.parse_filters(session, ["source=" + "x" * MAX_VALUE_LENGTH])
    many = expressions.parse_filters(session, [f"source={number}" for number in range(100)])
    assert contacts.listing(session, ContactQuery(search="a " * 100, criteria=many)).first(1) == []


def test_a_name_that_is_not_there_is_not_repeated_at_any_length() -> None:
    assert str(no_such("segment", "x" * 5_000, ["y"])) == f"There is no segment “{'x' * 120}…”."
    assert isinstance(no_such("segment", "x", []), NotFound)
