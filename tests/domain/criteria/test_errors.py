"""Errors of expressions: the position, the nearest word, and what to write instead."""

import pytest

from segtui.domain.criteria.limits import MAX_COMPARISONS, MAX_LENGTH, MAX_NESTING, check_limits
from segtui.domain.criteria.parser import parse
from segtui.domain.criteria.syntax_errors import InvalidExpression
from segtui.domain.criteria.tree import AnyOf, Comparison, Not
from segtui.errors import InvalidInput
from tests.support.criteria import SampleCatalog

CATALOG = SampleCatalog()


def sentence(expression: str) -> str:
    with pytest.raises(InvalidInput) as raised:
        parse(expression, CATALOG)
    assert raised.value.field == "where"
    return str(raised.value)


@pytest.mark.parametrize(
    ("expression", "position", "words"),
    [
        # Fields.
        ("source = a and sorce = b", 16, "there is no field “sorce”; did you mean source?"),
        ("last name = Lee", 1, "there is no field “last name”; did you mean last_name?"),
        ("First name = Lee", 1, "there is no field “First name”; did you mean first_name?"),
        ("e-mail = x", 1, "there is no field “e-mail”; did you mean email?"),
        ("company = Acme", 1, "there is no field “company”; did you mean organization?"),
        ("plan = pro", 1, "there is no field “plan”; did you mean custom.plan?"),
        ("custom.plann = pro", 1, "there is no field “custom.plann”; did you mean custom.plan?"),
        ('custom."plan typ" = x', 1, 'there is no field “custom.plan typ”; did you mean custom."Plan type"?'),
        ("custom.zzz = x", 1, "no contact has the custom field “zzz”."),
        ("custom = x", 1, 'a custom field is written with its name, such as custom.plan or custom."Plan type".'),
        ("joined in last 7 days", 1, "“joined” exists only in the list of one segment; "),
        ('"source" = x', 1, "a condition begins with a field, not with a value; write source = …."),
        ("in (a)", 1, "a field is missing before “in”; write for example source = Webinar."),
        # Operators.
        ("source", 7, "“source” needs an operator and a value; write source = Webinar."),
        ("source Trade Show", 8, 'an operator is missing before “Trade”; write source = "Trade Show".'),
        ("source == Webinar", 8, "“==” is not an operator; write source = Webinar."),
        ("source <> Webinar", 8, "“<>” is not an operator; write source != Webinar."),
        ("calls => 2", 7, "“=>” is not an operator; write calls >= 2."),
        ("source LIKE web", 8, "“LIKE” is not an operator; write source ~ web."),
        ("name begins with jo", 6, "“begins” is not an operator; write name ^ jo."),
        ("added since 2026-01-01", 7, "“since” is not an operator; write added >= 2026-01-01."),
        ("source:Webinar", 1, "“:” is not an operator; write source = Webinar."),
        ("source not like x", 12, "“not like” is not an operator; write source !~ …."),
        ("source is Webinar", 11, "to compare, write source = Webinar; “is” stands only in source is blank."),
        ("source is not null", 15, "after “not” only blank can follow; write source is not blank."),
        ("calls ~ 2", 7, "“~” does not apply to calls; it takes =, !=, <, <=, >, >= and in (…)."),
        ("state in last 7 days", 7, "“in last” does not apply to state; it takes =, "),
        ("do_not_call is blank", 13, "“is blank” does not apply to do_not_call; it takes =, != and in (…)."),
        # Values.
        ("source =", 9, "a value is missing after “=”."),
        ("source = and state = AZ", 10, 'a value is missing before “and”; the word itself is written "and".'),
        ("source = Trade Show and state = AZ", 10, 'a value of several words stands in quotes; write "Trade Show".'),
        ("segment = Called in May", 11, 'a value of several words stands in quotes; write "Called in May".'),
        ("source = x state is blank", 12, "a word is missing before “state”; write “and” or “or”."),
        ("source = not Web", 10, '“not” stands before a condition; write source != Web, or as one value "not Web".'),
        ("state = AZ or CA", 15, '“CA” is compared with nothing; write state in (AZ, CA), or as one value "AZ or CA".'),
        ("added > 2026-01-01 and < 2026-02-01", 24, "a field is missing before “<”; write added < 2026-02-01."),
        ("source = 'Trade Show'", 10, 'a value stands in double quotes; write "Trade Show".'),
        ('source = "Trade Show', 10, 'this quotation mark is not closed; write “"” at the end of the value.'),
        ("source = “Trade Show and state = AZ", 10, "this quotation mark is not closed; "),
        ("source = blank", 10, 'write source is blank; for the word itself, write "blank".'),
        ("source = a, b", 11, "several values stand in a list; write source in (a, b)."),
        ("source = (a, b)", 10, "write several values as source in (…), "),
        ("state in AZ, CA", 10, "after “in” stands a list, such as in (AZ, CA), or a period, "),
        ("state in [AZ, CA]", 10, "after “in” stands a list, such as in (AZ, CA), or a period, "),
        (
            "state in (New York, CA)",
            15,
            'a comma is missing between two values; write one of several words in quotes, as "New York".',
        ),
        ("state in ()", 11, "a value is missing after “(” in the list."),
        ("state in (AZ,)", 14, "a value is missing after “,” in the list."),
        ("state in (AZ, CA", 10, "this parenthesis is not closed; write “)” at its end."),
        ("state in (AZ, CA and source = x", 10, "this parenthesis is not closed; "),
        ('source ~ ""', 10, "“~” needs letters, digits or signs to look for."),
        ("source < abc", 10, "“<” compares numbers on source, such as 12.5; “abc” is not one."),
        ("source < 1e3", 10, "“<” compares numbers on source, such as 12.5; “1e3” is not one."),
        ("calls = 2.5", 9, "calls is a whole number such as 2; “2.5” is not one."),
        ("do_not_call = maybe", 15, "do_not_call is yes or no; “maybe” is neither."),
        ("added = 31.01.2026", 9, "a day is written as 2026-01-31; “31.01.2026” is not one."),
        ("added = 2026-02-30", 9, "there is no day 2026-02-30."),
        ("added = 0026-02-20", 9, "a day lies in the years 1900 to 2999; 0026-02-20 does not."),
        ("added = today", 9, "a day is written as 2026-01-31; for today, write in last 1 day."),
        (
            "added = 2026-11-01..2026-11-30",
            9,
            "a day is written as 2026-01-31; for a range, write added >= 2026-11-01 and added <= 2026-11-30.",
        ),
        (
            "updated = 2026-12",
            11,
            "a day is written as 2026-01-31; for a month, write updated >= 2026-12-01 and updated < 2027-01-01.",
        ),
        (
            "added = 2026-09",
            9,
            "a day is written as 2026-01-31; for a month, write added >= 2026-09-01 and added < 2026-10-01.",
        ),
        ("added >= 7d", 10, "a day is written as 2026-01-31; for a period, write added in last 7 days."),
        ("added = 2026-13", 9, "a day is written as 2026-01-31; “2026-13” is not one."),
        ("added in last 0 days", 15, "“in last N days” takes a number from 1 to 36,500; “0” is not one."),
        ("added in last 2 weeks", 17, "periods are counted in days; write in last 14 days."),
        ("added in last week", 15, "periods are counted in days; write in last 7 days."),
        ("added in last 7", 16, "“in last” needs a number of days; write in last 7 days."),
        ("added in the last 7 days", 10, "“the” is not understood; write in last 7 days."),
        ("last_outcome = no_answr", 16, "last_outcome is one of answered, "),
        ("region = Atlantis", 10, "a region is a country such as US or Canada; “Atlantis” is not one."),
        ("phone = 602", 9, "“602” is not a valid phone number (read for US); to look for a part of one, write ~."),
        ("phone ~ abc", 9, "“~” looks for digits of the phone; “abc” has none."),
        ("import = x", 10, "an import is given by its id, such as 17; “x” is not one."),
        # Conditions.
        ("", 1, "the expression is empty; write for example source = Webinar."),
        ("  ", 1, "the expression is empty; "),
        ("source = a and", 15, "a condition such as source = Webinar is missing after “and”."),
        ("source = a and or state = b", 16, "a condition such as source = Webinar is missing after “and”."),
        ("not", 4, "a condition such as source = Webinar is missing after “not”."),
        ("()", 2, "a condition such as source = Webinar is missing after “(”."),
        ("(source = a", 1, "this parenthesis is not closed; write “)” at its end."),
        ("source = a)", 11, "this parenthesis closes nothing; leave it out, or write “(” where it begins."),
        ("source = a && state = b", 12, "“&&” is not understood; write and."),
        ("source = a || state = b", 12, "“||” is not understood; write or."),
        ("! source = a", 1, "“!” stands only in an operator; write not, such as not source = Webinar."),
        ("source = a state = b", 12, "a word is missing before “state”; write “and” or “or”."),
        ("source = a (state = b)", 12, "a word is missing before “(”; write “and” or “or”."),
        ("1 < calls", 1, "there is no field “1”; "),
        ("calls > 1 < 5", 11, "“<” is unexpected; join conditions by “and”, and write values with signs in quotes."),
    ],
)
def test_an_error_has_the_position_and_says_what_to_write(expression: str, position: int, words: str) -> None:
    assert sentence(expression).startswith(f"At character {position}: {words}")


def test_the_position_is_that_of_the_text_as_it_was_typed() -> None:
    with pytest.raises(InvalidExpression) as raised:
        parse("\ufeffsource\u200b = \u200ba and sorce = b", CATALOG)
    assert raised.value.position == len("\ufeffsource\u200b = \u200ba and ") + 1


def test_what_was_typed_is_clean_in_the_sentence() -> None:
    message = sentence("so\x1b[31mrce\u202e = x")
    assert message.isprintable()


def test_a_field_of_segments_exists_in_the_list_of_one() -> None:
    assert parse("joined in last 7 days", SampleCatalog(in_segment=True)) == Comparison("joined", "in last", ("7",))


def test_the_limits_have_a_sentence_each() -> None:
    assert sentence("source = " + "x" * MAX_LENGTH) == (
        "An expression has at most 4,096 characters; this one has 4,105."
    )
    longer_in_full = "city in (" + "or," * 1_300 + "x)"
    assert sentence(longer_in_full).startswith("An expression has at most 4,096 characters; this one has ")
    for opening, closing in (("(", ")"), ("not ", "")):
        parse(opening * MAX_NESTING + "city = a" + closing * MAX_NESTING, CATALOG)
        deeper = opening * (MAX_NESTING + 1) + "city = a" + closing * (MAX_NESTING + 1)
        assert "nested more than 30 deep" in sentence(deeper)
    parse(" or ".join(["city = a"] * MAX_COMPARISONS), CATALOG)
    assert "at most 200 comparisons" in sentence(" or ".join(["city = a"] * (MAX_COMPARISONS + 1)))


def test_criteria_that_were_not_parsed_have_the_same_limits() -> None:
    one = Comparison("city", "=", ("a",))
    check_limits(None)
    check_limits(AnyOf((one,) * MAX_COMPARISONS))
    with pytest.raises(InvalidInput, match="at most 200 comparisons"):
        check_limits(AnyOf((one,) * (MAX_COMPARISONS + 1)))
    with pytest.raises(InvalidInput, match=r"at most 4,096 characters; this one has 4,1\d\d"):
        check_limits(AnyOf(tuple(Comparison("city", "=", ("x" * 2_050,)) for _ in range(2))))
    nested: Comparison | Not = one
    for _ in range(MAX_NESTING):
        nested = Not(nested)
    check_limits(nested)
    with pytest.raises(InvalidInput, match="nested more than 30 deep"):
        check_limits(Not(nested))
