"""Expressions as trees: every construct once, and what its canonical text is."""

import pytest

from segtui.domain.criteria.canonical import text_of
from segtui.domain.criteria.parser import parse, read
from segtui.domain.criteria.tree import AllOf, AnyOf, Comparison, Not
from tests.support.criteria import SampleCatalog

CATALOG = SampleCatalog()


def test_the_example_of_the_specification() -> None:
    expression = (
        'source = Webinar and state in (AZ, CA) and not segment = "Called in May" '
        "and added >= 2026-01-01 and custom.plan ~ pro"
    )
    assert parse(expression, CATALOG) == AllOf(
        (
            Comparison("source", "=", ("Webinar",)),
            Comparison("state", "in", ("AZ", "CA")),
            Not(Comparison("segment", "=", ("Called in May",))),
            Comparison("added", ">=", ("2026-01-01",)),
            Comparison("custom.plan", "~", ("pro",)),
        )
    )
    assert text_of(parse(expression, CATALOG)) == expression


def test_and_binds_tighter_than_or_and_not_tighter_than_both() -> None:
    a, b, c = (Comparison("source", "=", (name,)) for name in "abc")
    assert parse("source=a or source=b and not source=c", CATALOG) == AnyOf((a, AllOf((b, Not(c)))))
    assert parse("(source=a or source=b) and source=c", CATALOG) == AllOf((AnyOf((a, b)), c))
    assert parse("source=a and (source=b and source=c)", CATALOG) == AllOf((a, b, c))


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("SOURCE  =  Webinar AND State IN (az,ca)", "source = Webinar and state in (az, ca)"),
        ("source!=“Trade Show”", 'source != "Trade Show"'),
        ("source = „Trade Show“", 'source = "Trade Show"'),
        ("source ≠ x and calls ≥ 2", "source != x and calls >= 2"),
        ("state = OR or state in (IN, or)", 'state = "OR" or state in ("IN", "or")'),
        ('source = ""', "source is blank"),
        ('source != " "', "source is not blank"),
        ('source in ("", AZ)', "source is blank or source in (AZ)"),
        ("source not in (a, b)", "not source in (a, b)"),
        ("not not source is blank", "not not source is blank"),
        ("added in last 7 days", "added in last 7 days"),
        ("added not in last day", "not added in last 1 day"),
        ('phone = "(602) 555-0199"', "phone = +16025550199"),
        ('phone ~ "(602)"', "phone ~ 602"),
        ("do_not_call = TRUE", "do_not_call = yes"),
        ('last_outcome in ("no answer", No-Answer, busy)', "last_outcome in (no_answer, no_answer, busy)"),
        ("region in (us, Canada)", "region in (US, CA)"),
        ("calls > 007", "calls > 7"),
        ("import = #17", "import = 17"),
        ('custom."plan TYPE" = x', 'custom."Plan type" = x'),
        ("CUSTOM.PLAN = x", "custom.plan = x"),
        ('source = "a \\"b\\" \\\\ c"', 'source = "a \\"b\\" \\\\ c"'),
        ("email = a.b+c@x.example and job_title = AT&T and last_name = O'Brien", None),
        ("organization = Yahoo!", "organization = Yahoo!"),
        ("source = a\u200bb", "source = ab"),
    ],
)
def test_what_is_typed_has_one_canonical_text(typed: str, canonical: str | None) -> None:
    criteria = parse(typed, CATALOG)
    assert text_of(criteria) == (canonical or typed)
    assert parse(text_of(criteria), CATALOG) == criteria


def test_an_expression_knows_where_its_names_stand() -> None:
    expression = read('source = VIP or segment in ("", " VIP ", “Called in May”) or not import != #0017', CATALOG)
    for field, name, position in (("segment", "VIP", 33), ("segment", "Called in May", 42), ("import", "17", 76)):
        assert str(expression.error_at(field, name, "There is none.")) == f"At character {position}: there is none."
