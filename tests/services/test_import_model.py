"""The outcome of an import is that of taking the rows one by one, whatever the method: compared with a naive model."""

import csv
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from segtui.database.tables import contacts as table
from segtui.errors import NothingToImport
from segtui.services import contacts, imports, maintenance, search_index, segments
from segtui.services.contact_queries import ContactQuery
from segtui.services.imports import Destination, ImportRequest, ImportResult
from segtui.services.session import Session

_PHONES = ["+16025550101", "+16025550102", "+16025550103", ""]
_EMAILS = ["a@example.com", "A@example.com", "b@example.com", "c@example.com", ""]
_FIELDS = ("phone", "email", "first_name", "city", "do_not_call", "Shoe size")

_row = st.fixed_dictionaries(
    {
        "phone": st.sampled_from(_PHONES),
        "email": st.sampled_from(_EMAILS),
        "first_name": st.sampled_from(["Ann", "Bo", ""]),
        "city": st.sampled_from(["Oslo", "Rome", ""]),
        "do_not_call": st.sampled_from(["yes", "", "", ""]),
        "Shoe size": st.sampled_from(["38", "44", ""]),
    }
)
_rows = st.lists(_row, max_size=8)


@dataclass
class _Person:
    """A contact of the model, and what the present file did to it."""

    values: dict[str, str]
    member: bool = False
    first: dict[str, str] | None = None
    before: dict[str, str] = field(default_factory=dict)
    created: bool = False


def _take(people: list[_Person], rows: list[dict[str, str]], existing: str) -> dict[str, int]:
    """Take the rows one by one, as the specification has it. Return the counts."""
    counts = dict.fromkeys(("created", "updated", "unchanged", "duplicates", "rejected"), 0)
    for person in people:
        person.first, person.before, person.created = None, dict(person.values), False
    for row in rows:
        if not row["phone"] and not row["email"]:
            counts["rejected"] += 1
            continue
        found = _match(people, row)
        person = found or _Person(dict.fromkeys(_FIELDS, ""), before=dict.fromkeys(_FIELDS, ""), created=True)
        if found is None:
            people.append(person)
        if person.first is None:
            person.first = dict(row)
        else:
            counts["duplicates"] += 1
            person.first = {name: person.first[name] or row[name] for name in _FIELDS}
        _apply(person, existing)
        person.member = True
    for person in people:
        if person.first is not None:
            changed = person.values != person.before
            counts["created" if person.created else "updated" if changed else "unchanged"] += 1
    return counts


def _match(people: list[_Person], row: dict[str, str]) -> _Person | None:
    for person in people:
        if row["phone"] and person.values["phone"] == row["phone"]:
            return person
    for person in people:
        same = row["email"] and person.values["email"].casefold() == row["email"].casefold()
        if same and not (row["phone"] and person.values["phone"]):
            return person
    return None


def _apply(person: _Person, existing: str) -> None:
    assert person.first is not None
    given = person.first
    if existing == "keep" and not person.created:
        return
    for name in _FIELDS:
        if existing == "fill" or name == "do_not_call":
            person.values[name] = person.before[name] or given[name]
        else:
            person.values[name] = given[name] or person.before[name]


def _import(
    session: Session, rows: list[dict[str, str]], destination: Destination, *, dry_run: bool = False
) -> ImportResult:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "rows.csv")
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, _FIELDS)
            writer.writeheader()
            writer.writerows(rows)
        try:
            return imports.run(session, ImportRequest(path, name="rows.csv", destination=destination, dry_run=dry_run))
        except NothingToImport as error:
            return cast("ImportResult", error.result)


def _shown(session: Session) -> list[dict[str, str]]:
    listing = contacts.listing(session, ContactQuery(sort="added"))
    ids = sorted(listing.ids())
    return [
        {
            "phone": each.phone,
            "email": each.email,
            "first_name": each.first_name,
            "city": each.city,
            "do_not_call": "yes" if each.do_not_call else "",
            "Shoe size": each.custom_fields.get("Shoe size", ""),
        }
        for each in listing.rows(ids).values()
    ]


def _everything(session: Session) -> list[tuple[object, ...]]:
    """Return all that contacts hold but their times, which an undo may move on."""
    columns = [column for column in table.c if column.name != "updated_at"]
    with session.read() as tx:
        return [tuple(row) for row in tx.execute(select(*columns).where(tx.scope(table)).order_by(table.c.id))]


def _cleared(session: Session) -> None:
    for segment in segments.find(session, segments.SegmentQuery()):
        segments.delete(session, segment.id)
    with session.write() as tx:
        contacts.delete_contacts(tx, list(tx.execute(select(table.c.id).where(tx.scope(table))).scalars()))
        search_index.after_change(tx)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    earlier=_rows,
    rows=_rows,
    existing=st.sampled_from(["fill", "overwrite", "keep"]),
    membership=st.sampled_from(["append", "replace"]),
)
def test_rows_are_taken_one_by_one_and_an_undo_takes_them_back(
    session: Session, earlier: list[dict[str, str]], rows: list[dict[str, str]], existing: str, membership: str
) -> None:
    _cleared(session)
    people: list[_Person] = []
    _take(people, earlier, "fill")
    _import(session, earlier, Destination("Leads"))
    before = _everything(session), sum(person.member for person in people)

    if membership == "replace" and any(row["phone"] or row["email"] for row in rows):
        for person in people:
            person.member = False
    expected = _take(people, rows, existing)
    dry = _import(session, rows, Destination("Leads", membership, existing), dry_run=True)
    result = _import(session, rows, Destination("Leads", membership, existing))

    assert {name: getattr(result, name) for name in expected} == expected
    assert result.rows == len(rows) == sum(expected.values())
    assert sorted(map(str, _shown(session))) == sorted(map(str, (person.values for person in people)))
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
    rows = [{**dict.fromkeys(_FIELDS, ""), "phone": phone, "city": "Oslo"} for phone in _PHONES if phone]
    _import(session, rows, Destination("Leads"))
    again = _import(session, rows, Destination("Leads", existing=existing))
    assert (again.created, again.updated, again.unchanged, again.added) == (0, 0, 3, 0)
