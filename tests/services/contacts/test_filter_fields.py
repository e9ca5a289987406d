"""The declarations of filter fields are complete: each is parsed, said, counted and in the help."""

import pytest

from segtui.cli.contacts import list_contacts
from segtui.services.contacts import contacts, facets, filters
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.contacts.filter_fields import FILTER_FIELDS, FilterField, help_text
from segtui.services.session import Session

_FIELDS = list(FILTER_FIELDS.values())


@pytest.mark.parametrize("field", _FIELDS, ids=lambda field: field.name)
def test_every_field_has_its_values_counted_and_each_value_is_a_filter(session: Session, field: FilterField) -> None:
    contacts.add(session, {"phone": "+16025550199", "source": "Webinar", "state": "AZ"})
    contacts.add(session, {"email": "a@example.com", "do_not_call": "yes"})
    values = facets.facet(session, ContactQuery(), field.name)
    assert values
    for value in values:
        assert filters.parse(value.filter.text) == value.filter
        assert value.label in value.filter.sentence
        assert len(contacts.listing(session, ContactQuery(filters=(value.filter,))).ids()) == value.count
    assert (field.column is None) == bool(field.choices)


def test_the_help_of_the_command_line_names_every_field() -> None:
    assert help_text().startswith("source, status, state, ")
    assert all(field.name in help_text() for field in _FIELDS)
    context = list_contacts.make_context("list", [], resilient_parsing=True)
    assert help_text().replace(" ", "") in list_contacts.get_help(context).replace(" ", "").replace("\n", "")
