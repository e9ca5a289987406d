"""Values that an import sets where rows have none: in its counts, its record and its undo."""

import io
import json

import pytest
from sqlalchemy import select

from segtui.database.tables.core_tables import imports as import_table
from segtui.errors import InvalidInput
from segtui.importing.default_values import parse
from segtui.services import imports
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.imports import Destination, ImportRequest, ImportResult
from segtui.services.maintenance import maintenance
from segtui.services.session import Session

FILE = "email,source,city\nann@example.com,,Graz\nbo@example.com,Web,\nnew@example.com,,\n"


def _import(session: Session, *values: str, existing: str = "fill", dry_run: bool = False) -> ImportResult:
    destination = Destination("Fair", existing=existing, defaults=parse(values))
    request = ImportRequest(None, io.BytesIO(FILE.encode()), name="x.csv", destination=destination, dry_run=dry_run)
    return imports.run(session, request)


def _sources(session: Session) -> dict[str, str]:
    listing = contacts.listing(session, ContactQuery())
    return {row.email: row.source for row in listing.rows(listing.ids()).values()}


def test_set_values_count_as_updates_and_are_undone(session: Session) -> None:
    contacts.add(session, {"email": "ann@example.com", "city": "Graz"})
    contacts.add(session, {"email": "bo@example.com", "source": "Phone"})
    values = ("source=Fair", "custom.Booth=12")
    checked = _import(session, *values, dry_run=True)
    assert _sources(session) == {"ann@example.com": "", "bo@example.com": "Phone"}
    done = _import(session, *values)
    assert (done.created, done.updated, done.unchanged) == (1, 2, 0)
    assert (checked.created, checked.updated, checked.unchanged) == (1, 2, 0)
    assert _sources(session) == {"ann@example.com": "Fair", "bo@example.com": "Phone", "new@example.com": "Fair"}
    assert done.import_id is not None
    record = imports.get(session, done.import_id)
    assert record.options["set"] == {"source": "Fair", "custom.Booth": "12"}
    assert record.default_values == "source = Fair, custom.Booth = 12"
    imports.undo(session, done.import_id)
    assert _sources(session) == {"ann@example.com": "", "bo@example.com": "Phone"}
    assert maintenance.check(session.database) == []


def test_a_set_value_is_that_of_the_file_where_existing_contacts_are_overwritten(session: Session) -> None:
    contacts.add(session, {"email": "ann@example.com", "source": "Old"})
    contacts.add(session, {"email": "bo@example.com", "source": "Old"})
    _import(session, "source=Fair", existing="overwrite")
    assert _sources(session) == {"ann@example.com": "Fair", "bo@example.com": "Web", "new@example.com": "Fair"}


def test_contacts_that_are_kept_get_nothing_but_the_mark(session: Session) -> None:
    ann = contacts.add(session, {"email": "ann@example.com"})
    _import(session, "source=Fair", "do_not_call=yes", existing="keep")
    after = contacts.get(session, ann.id)
    assert (after.source, after.do_not_call) == ("", True)


def test_without_values_the_record_has_none(session: Session) -> None:
    _import(session)
    with session.read() as tx:
        options = tx.execute(select(import_table.c.options).where(tx.scope(import_table))).scalar_one()
    assert "set" not in json.loads(options)


def test_a_do_not_call_list_takes_no_values() -> None:
    with pytest.raises(InvalidInput, match="creates no contacts"):
        Destination(do_not_call=True, defaults=parse(["source=Fair"]))
