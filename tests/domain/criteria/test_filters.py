"""FIELD=VALUE of the command line as criteria."""

from datetime import date

import pytest

from segtui.domain.criteria.canonical import text_of
from segtui.domain.criteria.filters import joined, parse_filter
from segtui.domain.criteria.limits import MAX_COMPARISONS
from segtui.errors import InvalidInput
from tests.support.criteria import TODAY, SampleCatalog

CATALOG = SampleCatalog()


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("source=Webinar", "source = Webinar"),
        (" Source = Trade Show ", 'source = "Trade Show"'),
        ('source="a" = b', 'source = "\\"a\\" = b"'),
        ("source=", "source is blank"),
        ("last_called=", "last_called is blank"),
        ("segment=none", "segment is blank"),
        ("segment=Called in May", 'segment = "Called in May"'),
        ("campaign=", "campaign is blank"),
        ("custom.Plan type=pro", 'custom."Plan type" = pro'),
        ('custom."plan TYPE"=pro', 'custom."Plan type" = pro'),
        ('custom."e=m.c²"=x', 'custom."e=m.c²" = x'),
        ('custom."the \\"best\\""=x', 'custom."the \\"best\\"" = x'),
        ("do_not_call=true", "do_not_call = yes"),
        ("phone=(602) 555-0199", "phone = +16025550199"),
        ("calls=2", "calls = 2"),
        ("added=today", "added in last 1 day"),
        ("added=7d", "added in last 7 days"),
        ("added=90D", "added in last 90 days"),
        ("added=year", "added >= 2026-01-01"),
        ("added=2026-01-31", "added = 2026-01-31"),
        ("added=2026-01-01..2026-01-31", "added >= 2026-01-01 and added <= 2026-01-31"),
        ("added=2024-02", "added >= 2024-02-01 and added <= 2024-02-29"),
        ("added=2026-01-01..", "added >= 2026-01-01"),
        ("added=..2026-01-31", "added <= 2026-01-31"),
    ],
)
def test_a_filter_is_a_short_expression(text: str, expression: str) -> None:
    assert text_of(parse_filter(text, CATALOG, today=TODAY)) == expression


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("source", "A filter is FIELD=VALUE, such as source=Webinar; “source” is not."),
        ("=x", "A filter is FIELD=VALUE, such as source=Webinar; “=x” is not."),
        ("sorce=x", "There is no field “sorce”; did you mean source?"),
        ("joined=7d", "“joined” exists only in the list of one segment; the day a contact was created is added."),
        ("do_not_call=", "do_not_call is yes or no; “” is neither."),
        (
            "added=soon",
            (
                "added is today, 7d, 30d, year, a month such as 2026-01, or days such as 2026-01-01..2026-01-31; "
                "“soon” is none of these."
            ),
        ),
        ("calls=x", "calls is a whole number such as 2; “x” is not one."),
    ],
)
def test_an_error_says_what_to_write(text: str, message: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        parse_filter(text, CATALOG)
    assert str(raised.value) == message
    assert raised.value.field == "filter"


def test_the_year_is_that_of_today() -> None:
    assert text_of(parse_filter("added=year", CATALOG, today=date(2031, 5, 6))) == "added >= 2031-01-01"


def test_a_field_given_twice_means_either_and_different_fields_mean_all() -> None:
    def text(*filters: str) -> str | None:
        criteria = joined(parse_filter(filter_, CATALOG) for filter_ in filters)
        return text_of(criteria) if criteria is not None else None

    assert text() is None
    assert text("source=a", "source=a") == "source = a"
    assert text("source=a", "state=AZ", "source=b") == "source in (a, b) and state = AZ"
    assert text("source=a", "source=", "source=b") == "source is blank or source in (a, b)"
    assert text("added=7d", "added=2026-01-01..2026-01-02", "state=AZ") == (
        "(added in last 7 days or added >= 2026-01-01 and added <= 2026-01-02) and state = AZ"
    )


def test_the_number_of_filters_is_limited() -> None:
    filters = [parse_filter("city=a", CATALOG)] * MAX_COMPARISONS
    assert joined(filters) is not None
    with pytest.raises(InvalidInput, match="At most 200 filters can be given; these are 201"):
        joined([*filters, *filters[:1]])
