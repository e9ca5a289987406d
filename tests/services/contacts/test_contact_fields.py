"""The declarations of contact fields are complete: each is a column, a key of JSON, a line of the form."""

from datetime import UTC, datetime

import pytest

from segtui.database.tables.core_tables import contacts as contact_table
from segtui.domain.contact import CONTACT_FIELDS, LISTED_FIELDS, SEARCHED_FIELDS, TEXT_FIELDS, ContactField
from segtui.domain.search_terms import contact_text
from segtui.importing import TARGETS
from segtui.importing.row_results import STAGED_COLUMNS
from segtui.services.contacts import contact_values
from segtui.services.contacts.contact_rows import empty
from segtui.services.contacts.contacts import Contact
from segtui.services.exports import exports
from segtui.services.imports.staging import staged
from segtui.services.session import Session
from segtui.tui.screens.contacts.contact_columns import contact_columns
from segtui.tui.screens.contacts.contact_form import ContactForm

_NOW = datetime(2026, 3, 2, tzinfo=UTC)


def _contact(**values: str) -> Contact:
    known = {"id": 1, "company_id": 1, "do_not_call_by": "", "created_at": _NOW, "updated_at": _NOW, "import_id": None}
    return Contact(**known | values)  # type: ignore[arg-type]  # each by its own name


@pytest.mark.parametrize("field", CONTACT_FIELDS, ids=lambda field: field.name)
def test_every_field_is_a_column_a_key_of_json_and_a_column_of_an_import(field: ContactField) -> None:
    assert field.label
    assert field.name in contact_table.c
    assert field.name in exports.as_json(_contact())
    assert field.name in STAGED_COLUMNS
    assert field.name in staged.c
    assert field.name in TARGETS


def test_the_form_has_every_field_but_custom_fields(session: Session) -> None:
    form = ContactForm(session)
    assert [each.name for each in form.fields] == [each.name for each in CONTACT_FIELDS if each.kind != "object"]
    assert [each.label for each in form.fields] == [each.label for each in CONTACT_FIELDS if each.kind != "object"]


def test_a_list_has_every_field_with_a_column() -> None:
    keys = [column.key for column in contact_columns(lambda moment: moment)]
    assert keys == ["name", *(each.name for each in LISTED_FIELDS), "added"]


def test_the_search_text_has_a_line_for_every_searched_field() -> None:
    values = {name: f"value{place}" for place, name in enumerate(TEXT_FIELDS)}
    row = contact_values.checked(values | {"phone": "+16025550199", "email": "a@example.com"}, "US", empty(), "me")
    name = f"{row['first_name']} {row['last_name']}"
    assert row["search"] == contact_text([name, *(row[field] for field in SEARCHED_FIELDS[1:])])
    assert len(row["search"].split("\n")) == len(SEARCHED_FIELDS)
