"""What is kept with contacts for criteria: the region of the phone and the names of custom fields, by every write."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from segtui.database.tables.core_tables import contacts as contact_table
from segtui.database.tables.core_tables import custom_field_names
from segtui.services import imports
from segtui.services.contacts import contacts
from segtui.services.contacts.bulk_editing import bulk_edit
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.imports import Destination, ImportRequest, ImportResult
from segtui.services.maintenance import maintenance
from segtui.services.session import Session
from segtui.services.undo import UndoStack
from tests.conftest import TwoCompanies


def _regions(session: Session) -> dict[str, str | None]:
    """Return the region of every contact, by its e-mail or else its phone."""
    columns = (contact_table.c.phone, contact_table.c.email, contact_table.c.region)
    with session.read() as tx:
        rows = tx.execute(select(*columns).where(tx.scope(contact_table))).all()
    return {row.email or row.phone: row.region for row in rows}


def _names(session: Session) -> list[str]:
    with session.read() as tx:
        return sorted(tx.execute(select(custom_field_names.c.name).where(tx.scope(custom_field_names))).scalars())


def _import(session: Session, text: str, rejects: Path | None = None, **destination: Any) -> ImportResult:
    request = ImportRequest(None, io.BytesIO(text.encode()), name="x.csv", rejects=rejects)
    return imports.run(session, replace(request, destination=Destination("Leads", **destination)))


def _undo(session: Session) -> None:
    assert session.history is not None
    session.history.undo_last(session, confirmed=True)


def _redo(session: Session) -> None:
    assert session.history is not None
    session.history.redo_last(session, confirmed=True)


def test_the_region_follows_the_phone_in_every_edit_and_its_undo(session: Session) -> None:
    session = replace(session, history=UndoStack())
    ada = contacts.add(session, {"email": "ada@example.com"})
    assert _regions(session) == {"ada@example.com": None}
    contacts.edit(session, ada.id, {"phone": "+44 7400 123456"})
    assert _regions(session) == {"ada@example.com": "GB"}
    contacts.edit(session, ada.id, {"phone": "416 555 0199"})
    assert _regions(session) == {"ada@example.com": "CA"}
    _undo(session)
    assert _regions(session) == {"ada@example.com": "GB"}
    _redo(session)
    assert _regions(session) == {"ada@example.com": "CA"}
    contacts.edit(session, ada.id, {"phone": "+80012345678"})
    assert _regions(session) == {"ada@example.com": None}
    assert maintenance.check(session.database) == []


def test_an_import_stores_regions_and_its_undo_restores_them(session: Session) -> None:
    contacts.add(session, {"email": "ada@example.com"})
    lines = [f"c{number}@example.com,+1602555{number:04}" for number in range(300)]
    text = "\n".join(
        ["email,phone", "ada@example.com,+447400123456", *lines, "xi@example.com,+80012345678", "bo@x.de,"]
    )
    done = _import(session, text)
    regions = _regions(session)
    assert regions["ada@example.com"] == "GB"
    assert {regions[f"c{number}@example.com"] for number in range(300)} == {"US"}
    assert regions["xi@example.com"] is regions["bo@x.de"] is None
    assert maintenance.check(session.database) == []
    # Rows of one contact are merged before they are written.
    _import(session, "email,phone\nbo@x.de,\nbo@x.de,+33142685300\n", existing="overwrite")
    assert _regions(session)["bo@x.de"] == "FR"
    assert done.import_id is not None
    imports.undo(session, done.import_id)
    assert _regions(session)["ada@example.com"] is None
    assert maintenance.check(session.database) == []


def test_a_check_finds_regions_that_are_not_those_of_the_phones(session: Session) -> None:
    contacts.add(session, {"phone": "+16025550199"})
    with session.write() as tx:
        tx.execute(contact_table.update().where(tx.scope(contact_table)).values(region="GB"))
    assert maintenance.check(session.database) == [
        "1 contact would be filtered wrongly: the region is not that of the phone."
    ]


def test_names_of_custom_fields_are_listed_by_every_write(two_companies: TwoCompanies) -> None:
    session = replace(two_companies.main, history=UndoStack())
    ada = contacts.add(session, {"email": "ada@example.com", "custom.plan": "Pro", "custom.none": ""})
    assert _names(session) == ["plan"]
    contacts.edit(session, ada.id, {"custom.Size": "XL"})
    bulk_edit.edit(session, ContactQuery(), {"custom.tier": "1", "custom.gone": ""})
    assert _names(session) == ["Size", "plan", "tier"]
    _undo(session)
    assert contacts.get(session, ada.id).custom_fields == {"plan": "Pro", "Size": "XL"}
    assert _names(session) == ["Size", "plan", "tier"]
    assert _names(two_companies.other) == []
    assert maintenance.check(session.database) == []


def test_an_import_lists_the_names_that_occur(session: Session, tmp_path: Path) -> None:
    rows = [f"p{number}@example.com,Ann,Phoenix,Pro,,{number}" for number in range(400)]
    _import(session, "\n".join(["Email,First name,City,Plan,Empty,Order No", *rows]))
    assert _names(session) == ["Order No", "Plan"]
    rows = ['q@example.com,"{""deep"": 1, ""none"": null}"', ',"{""lost"": 1}"', ""]
    _import(session, "\n".join(["email,custom_fields", *rows]), tmp_path / "rejects.csv")
    assert _names(session) == ["Order No", "Plan", "deep"]
    # Contacts that keep their values get none.
    _import(session, "email,Shade\np1@example.com,red\n", existing="keep")
    assert _names(session) == ["Order No", "Plan", "deep"]
    _import(session, "email,Shade\np1@example.com,red\n")
    assert _names(session) == ["Order No", "Plan", "Shade", "deep"]
    assert maintenance.check(session.database) == []


def test_a_check_finds_names_that_are_not_listed(session: Session) -> None:
    contacts.add(session, {"email": "ada@example.com", "custom.plan": "Pro"})
    with session.write() as tx:
        tx.execute(custom_field_names.delete().where(tx.scope(custom_field_names)))
    assert maintenance.check(session.database) == [
        "1 custom field cannot be found: the list of their names is incomplete."
    ]
