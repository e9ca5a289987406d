"""Expressions in a company: its custom fields, its region, and the names of its segments, campaigns and imports."""

import pytest

from segtui.domain.criteria.canonical import text_of
from segtui.errors import InvalidInput
from segtui.services.company_zone import company_today
from segtui.services.contacts import contact_editing
from segtui.services.criteria import expressions
from segtui.services.segments import segment_editing
from segtui.services.session import Session

pytestmark = pytest.mark.search


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        (
            'source = x and segment = "Called in Mai"',
            "At character 26: there is no segment “Called in Mai”. Did you mean “Called in May”?",
        ),
        ("segment in (“called in MAY”, Other)", "At character 30: there is no segment “Other”."),
        ("campaign = Spring", "At character 12: there is no campaign “Spring”."),
        ("import != 99", "At character 11: there is no import 99; the list of imports shows their ids."),
        ("custom.plann = pro", "At character 1: there is no field “custom.plann”; did you mean custom.Plan?"),
    ],
)
def test_an_error_has_the_position_and_the_nearest_name(session: Session, expression: str, sentence: str) -> None:
    segment_editing.create(session, "Called in May")
    contact_editing.add(session, {"email": "lee@example.com", "custom.Plan": "pro"})
    with pytest.raises(InvalidInput) as raised:
        expressions.parse(session, expression)
    assert str(raised.value) == sentence
    assert raised.value.field == "where"


def test_names_and_custom_fields_are_found_in_any_spelling(session: Session) -> None:
    segment_editing.create(session, "Called in May")
    contact_editing.add(session, {"email": "lee@example.com", "custom.Plan": "pro"})
    parsed = expressions.parse(session, 'segment = "CALLED in may " and CUSTOM.pLAN = pro')
    assert text_of(parsed) == 'segment = "CALLED in may" and custom.Plan = pro'


def test_filters_count_from_the_present_day_of_the_company(session: Session) -> None:
    first_day = company_today(session).replace(month=1, day=1)
    parsed = expressions.parse_filters(session, ["added=year"])
    assert parsed is not None
    assert text_of(parsed) == f"added >= {first_day}"
