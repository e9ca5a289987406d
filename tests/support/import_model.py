"""What an import means: a naive model that takes the rows one by one, files for it, and what a database then holds."""

import csv
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from hypothesis import strategies as st
from sqlalchemy import select

from segtui.database.tables.core_tables import contacts as table
from segtui.database.tables.core_tables import do_not_call_list
from segtui.errors import NothingToImport
from segtui.services import imports, search_index
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.imports import Destination, ImportRequest, ImportResult, Progress
from segtui.services.segments import segments
from segtui.services.session import Session

PHONES = ["+16025550101", "+16025550102", "+16025550103", ""]
EMAILS = ["a@example.com", "A@example.com", "b@example.com", "c@example.com", ""]
FIELDS = ("phone", "email", "first_name", "city", "do_not_call", "Shoe size")

a_row = st.fixed_dictionaries(
    {
        "phone": st.sampled_from(PHONES),
        "email": st.sampled_from(EMAILS),
        "first_name": st.sampled_from(["Ann", "Bo", ""]),
        "city": st.sampled_from(["Oslo", "Rome", ""]),
        "do_not_call": st.sampled_from(["yes", "", "", ""]),
        "Shoe size": st.sampled_from(["38", "44", ""]),
    }
)
some_rows = st.lists(a_row, max_size=8)


@dataclass
class Person:
    """A contact of the model, and what the present file did to it."""

    values: dict[str, str]
    member: bool = False
    first: dict[str, str] | None = None
    before: dict[str, str] = field(default_factory=dict)
    created: bool = False


def take(people: list[Person], rows: Sequence[dict[str, str]], existing: str) -> dict[str, int]:
    """Take the rows one by one, as the specification has it. Return the counts."""
    counts = dict.fromkeys(("created", "updated", "unchanged", "duplicates", "rejected"), 0)
    for person in people:
        person.first, person.before, person.created = None, dict(person.values), False
    for row in rows:
        if not row["phone"] and not row["email"]:
            counts["rejected"] += 1
            continue
        found = _match(people, row)
        person = found or Person(dict.fromkeys(FIELDS, ""), before=dict.fromkeys(FIELDS, ""), created=True)
        if found is None:
            people.append(person)
        if person.first is None:
            person.first = dict(row)
        else:
            counts["duplicates"] += 1
            person.first = {name: person.first[name] or row[name] for name in FIELDS}
        _apply(person, existing)
        person.member = True
    opted_out = {row["phone"] for row in rows if row["phone"] and row["do_not_call"]}
    for person in people:
        if person.values["phone"] in opted_out:
            person.values["do_not_call"] = "yes"
        if person.first is not None:
            changed = person.values != person.before
            counts["created" if person.created else "updated" if changed else "unchanged"] += 1
    return counts


def _match(people: list[Person], row: dict[str, str]) -> Person | None:
    for person in people:
        if row["phone"] and person.values["phone"] == row["phone"]:
            return person
    for person in people:
        same = row["email"] and person.values["email"].casefold() == row["email"].casefold()
        if same and not (row["phone"] and person.values["phone"]):
            return person
    return None


def _apply(person: Person, existing: str) -> None:
    assert person.first is not None
    given = person.first
    if existing == "keep" and not person.created:
        # An opt-out is never lost.
        person.values["do_not_call"] = person.before["do_not_call"] or given["do_not_call"]
        return
    for name in FIELDS:
        if existing == "fill" or name == "do_not_call":
            person.values[name] = person.before[name] or given[name]
        else:
            person.values[name] = given[name] or person.before[name]


def import_rows(
    session: Session,
    rows: Sequence[dict[str, str]],
    destination: Destination,
    *,
    dry_run: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> ImportResult:
    """Import rows from a file of them; return the result also where they bring nothing."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "rows.csv")
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, FIELDS)
            writer.writeheader()
            writer.writerows(rows)
        try:
            request = ImportRequest(path, name="rows.csv", destination=destination, dry_run=dry_run)
            return imports.run(session, request, progress=progress)
        except NothingToImport as error:
            return cast("ImportResult", error.result)


def shown(session: Session) -> list[dict[str, str]]:
    """Return the contacts of a database as the model holds them, in the order in which they were created."""
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
        for each in map(listing.rows(ids).__getitem__, ids)
    ]


def cleared(session: Session) -> None:
    """Delete all segments and contacts, and all numbers of the do-not-call list, which outlive contacts."""
    for segment in segments.find(session, segments.SegmentQuery()):
        segments.delete(session, segment.id)
    with session.write() as tx:
        contacts.delete_contacts(tx, list(tx.execute(select(table.c.id).where(tx.scope(table))).scalars()))
        tx.execute(do_not_call_list.delete().where(tx.scope(do_not_call_list)))
        search_index.after_change(tx)
