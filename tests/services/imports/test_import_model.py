"""The outcome of an import is that of taking the rows one by one, whatever the method: compared with a naive model."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from segtui.database.tables.core_tables import contacts as table
from segtui.services import imports
from segtui.services.imports import Destination
from segtui.services.maintenance import maintenance
from segtui.services.segments import segments
from segtui.services.session import Session
from tests.support.import_model import FIELDS, PHONES, Person, cleared, import_rows, shown, some_rows, take


def _everything(session: Session) -> list[tuple[object, ...]]:
    """Return all that contacts hold but their times, which an undo may move on."""
    columns = [column for column in table.c if column.name != "updated_at"]
    with session.read() as tx:
        return [tuple(row) for row in tx.execute(select(*columns).where(tx.scope(table)).order_by(table.c.id))]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    earlier=some_rows,
    rows=some_rows,
    existing=st.sampled_from(["fill", "overwrite", "keep"]),
    membership=st.sampled_from(["append", "replace"]),
)
def test_rows_are_taken_one_by_one_and_an_undo_takes_them_back(
    session: Session, earlier: list[dict[str, str]], rows: list[dict[str, str]], existing: str, membership: str
) -> None:
    cleared(session)
    people: list[Person] = []
    take(people, earlier, "fill")
    import_rows(session, earlier, Destination("Leads"))
    before = _everything(session), sum(person.member for person in people)

    if membership == "replace" and any(row["phone"] or row["email"] for row in rows):
        for person in people:
            person.member = False
    expected = take(people, rows, existing)
    dry = import_rows(session, rows, Destination("Leads", membership, existing), dry_run=True)
    result = import_rows(session, rows, Destination("Leads", membership, existing))

    assert {name: getattr(result, name) for name in expected} == expected
    assert result.rows == len(rows) == sum(expected.values())
    assert sorted(map(str, shown(session))) == sorted(map(str, (person.values for person in people)))
    assert result.segment_contacts == sum(person.member for person in people)
    for name in ("created", "updated", "unchanged", "duplicates", "rejected", "added", "removed"):
        assert getattr(dry, name) == getattr(result, name), name
    if sum(expected.values()) > expected["rejected"]:
        assert result.import_id is not None
        report = imports.undo(session, result.import_id)
        assert report.kept == ()
        assert _everything(session) == before[0]
        members = segments.find(session, segments.SegmentQuery())
        assert sum(segment.contacts for segment in members) == before[1]
    assert maintenance.check(session.database) == []


@pytest.mark.parametrize("existing", ["fill", "overwrite", "keep"])
def test_importing_the_same_file_again_changes_nothing(session: Session, existing: str) -> None:
    rows = [{**dict.fromkeys(FIELDS, ""), "phone": phone, "city": "Oslo"} for phone in PHONES if phone]
    import_rows(session, rows, Destination("Leads"))
    again = import_rows(session, rows, Destination("Leads", existing=existing))
    assert (again.created, again.updated, again.unchanged, again.added) == (0, 0, 3, 0)


_SHARED = ("", "0@example.com", "1@example.com", "2@example.com")


def test_contacts_are_created_in_the_order_of_the_file_also_where_they_share_an_e_mail(session: Session) -> None:
    rows = [
        {**dict.fromkeys(FIELDS, ""), "phone": f"+1602555{number:04}", "email": _SHARED[number % 4]}
        for number in (*range(140, 100, -1), *range(200, 240))
    ]
    import_rows(session, rows, Destination("Leads"))
    assert [person["phone"] for person in shown(session)] == [row["phone"] for row in rows]
    # Who has the e-mail is the one who was created first.
    import_rows(
        session, [{**dict.fromkeys(FIELDS, ""), "email": "0@example.com", "city": "Oslo"}], Destination("Leads")
    )
    first = next(row["phone"] for row in rows if row["email"] == "0@example.com")
    assert [person["phone"] for person in shown(session) if person["city"]] == [first]
