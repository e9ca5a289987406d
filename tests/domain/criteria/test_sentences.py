"""Sentences of criteria: one phrase for every kind and operator, and compositions that mean one thing."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import product

import pytest
from hypothesis import given

from segtui.domain.criteria.evaluation import holds
from segtui.domain.criteria.parser import parse
from segtui.domain.criteria.sentences import parts_of, sentence_of
from segtui.domain.criteria.tree import Comparison, Criteria, Not, all_of, any_of, conjuncts
from segtui.domain.text import clean
from tests.support.criteria import SampleCatalog, sample_criteria

CATALOG = SampleCatalog(in_segment=True)
GROUPS = ("Called in May", "VIP")


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        (
            'source = Webinar and state in (AZ, CA) and not segment = "Called in May" and custom.plan ~ pro',
            "source is Webinar, state is AZ or CA, not in “Called in May”, and plan contains pro",
        ),
        ("city ~ phoenix", "city contains phoenix"),
        ("name ^ jo", "name begins with jo"),
        ('source = "Trade Show"', "source is “Trade Show”"),
        ("source != Webinar", "source is not Webinar"),
        ("not source != Webinar", "source is Webinar"),
        ("source !~ web", "source does not contain web"),
        ("not source ^ web", "source does not begin with web"),
        ("email is blank", "has no e-mail"),
        ("email is not blank", "has an e-mail"),
        ("organization is not blank", "has an organization"),
        ('custom."Plan type" is blank', "has no Plan type"),
        ('custom."Plan type" ~ pro', "Plan type contains pro"),
        ("custom.Score >= 7.5", "Score is at least 7.5"),
        ("not custom.Score < 7", "Score is not less than 7"),
        ("state not in (AZ, CA, NV)", "state is neither AZ, CA nor NV"),
        ("do_not_call = yes", "do not call"),
        ("do_not_call = no", "no do-not-call mark"),
        ("do_not_call != yes", "no do-not-call mark"),
        ("do_not_call in (yes,no)", "do not call or no do-not-call mark"),
        ("not do_not_call in (yes,no)", "neither do not call nor no do-not-call mark"),
        ("added = 2026-01-01", "added on 2026-01-01"),
        ("added != 2026-01-01", "not added on 2026-01-01"),
        ("added < 2026-01-01", "added before 2026-01-01"),
        ("added <= 2026-01-01", "added on or before 2026-01-01"),
        ("added > 2026-01-01", "added after 2026-01-01"),
        ("added in (2026-01-01, 2026-01-02)", "added on 2026-01-01 or 2026-01-02"),
        ("not added in (2026-01-01, 2026-01-02)", "added neither on 2026-01-01 nor 2026-01-02"),
        ("added in last 7 days", "added in the last 7 days"),
        ("added in last day", "added today"),
        ("not added in last 7 days", "not added in the last 7 days"),
        ("last_called is blank", "never called"),
        ("last_called is not blank", "has been called"),
        ("last_called < 2026-01-01", "last called before 2026-01-01"),
        ("not last_called >= 2026-01-01", "not called since 2026-01-01"),
        ("last_called in last 7 days", "called in the last 7 days"),
        ("updated = 2026-01-01", "updated on 2026-01-01"),
        ("calls = 0", "never called"),
        ("calls != 0", "called at least once"),
        ("calls = 1", "called once"),
        ("calls = 2", "called 2 times"),
        ("calls != 2", "not called exactly 2 times"),
        ("calls > 2", "called at least 3 times"),
        ("calls >= 1", "called at least once"),
        ("calls < 1", "never called"),
        ("calls < 2", "called at most once"),
        ("not calls >= 2", "called at most once"),
        ("calls in (1,2,3)", "called 1, 2 or 3 times"),
        ("segment = VIP", "in “VIP”"),
        ("segment != VIP", "not in “VIP”"),
        ('segment in (VIP, "B")', "in “VIP” or “B”"),
        ('not segment in (VIP, "B")', "neither in “VIP” nor “B”"),
        ("segment is blank", "in no segment"),
        ("segment is not blank", "in a segment"),
        ('campaign = "Spring call"', "in the campaign “Spring call”"),
        ('campaign != "Spring call"', "not in the campaign “Spring call”"),
        ("campaign in (a, b)", "in the campaign “a” or “b”"),
        ("not campaign in (a, b)", "neither in the campaign “a” nor “b”"),
        ("campaign is blank", "in no campaign"),
        ("import = 17", "created or updated by import 17"),
        ("import != 17", "neither created nor updated by import 17"),
        ("import in (17, 18)", "created or updated by import 17 or 18"),
        ("not import in (17, 18)", "neither created nor updated by import 17 or 18"),
        ("import is blank", "created or updated by no import"),
        ("import is not blank", "created or updated by an import"),
        ("last_outcome = no_answer", "last outcome is no answer"),
        ("last_outcome in (no_answer, busy)", "last outcome is no answer or busy"),
        ("last_outcome is blank", "has no last outcome"),
        ("region = US", "region is US"),
        ("region not in (us, gb)", "region is neither US nor GB"),
        ("phone ~ 602", "phone contains 602"),
        ('phone ^ "+1"', "phone begins with 1"),
        ("phone is blank", "has no phone"),
        ("source = a or state = b", "either source is a or state is b"),
        ("source = a or state in (b, c)", "either source is a, or state is b or c"),
        ("source = a and state in (b, c)", "source is a and state is b or c"),
        ("state in (b, c) and source = a", "state is b or c, and source is a"),
        ("(source = a or source = b) and state = c", "either source is a or source is b, and state is c"),
        ("source = a or source = b and state = c", "either source is a, or source is b and state is c"),
        (
            "source = a and (source = b or state = c) and city = d",
            "source is a, either source is b or state is c, and city is d",
        ),
        (
            "source = a or (source = b and state = c and city = d)",
            "either source is a, or (source is b, state is c, and city is d)",
        ),
        ("not (source = a and state = b)", "not (source is a and state is b)"),
        ("not (source = a or state = b)", "not (source is a or state is b)"),
        (
            "not (source = a or state = b and (city = c or not (email is blank and calls = 0)))",
            "not (source is a, or (state is b and (city is c, or not (has no e-mail and never called))))",
        ),
        ("source = OR", "source is “OR”"),
        (
            "last_outcome = no_answer and calls >= 2 and not last_called in last 7 days",
            "last outcome is no answer, called at least 2 times, and not called in the last 7 days",
        ),
        ("joined in last 7 days", "joined in the last 7 days"),
        ("joined is blank", "never joined"),
        ("timezone = America/Phoenix", "time zone is America/Phoenix"),
        ('organization = "Smith & Sons"', "organization is “Smith & Sons”"),
        ('custom."e=m.c²" = 5', "“e=m.c²” is 5"),
    ],
)
def test_an_expression_in_words(expression: str, sentence: str) -> None:
    assert sentence_of(parse(expression, CATALOG), CATALOG) == sentence


def test_a_custom_field_with_the_name_of_another_field_is_told_apart() -> None:
    for name in ("Source", "last_name", "E-Mail"):
        criteria = Comparison(f"custom.{name}", "=", ("x",))
        assert sentence_of(criteria, CATALOG) == f"custom “{name}” is x"


def test_values_and_names_are_clean() -> None:
    sentence = sentence_of(Comparison("custom.a\x1b[1m\u202eb", "=", ("c\nd\x07",)), CATALOG)
    assert clean(sentence) == sentence


def _trees(leaves: Sequence[Criteria]) -> Iterator[Criteria]:
    """Yield every way to join all leaves, in their order, by `and`, `or` and `not`."""
    if len(leaves) == 1:
        yield leaves[0]
        yield Not(leaves[0])
        return
    for split in range(1, len(leaves)):
        for left, right in product(_trees(leaves[:split]), _trees(leaves[split:])):
            for join in (all_of, any_of):
                joined = join((left, right))
                assert joined is not None
                yield joined
                yield Not(joined)


_EVERY_CONTACT = list(product(("yes", "no"), repeat=4))


@pytest.mark.parametrize("has_lists", [False, True])
def test_criteria_with_the_same_sentence_mean_the_same(has_lists: bool) -> None:
    last = "+" if has_lists else ""  # of a list: a second value, which no contact has
    leaves = [Comparison(name, "in", ("yes", *last)) for name in ("city", "state", "source", "status")]
    contacts = [dict(zip(("city", "state", "source", "status"), values, strict=True)) for values in _EVERY_CONTACT]
    meanings: dict[str, list[bool]] = {}
    for count in (2, 3, 4):
        for criteria in _trees(leaves[:count]):
            meaning = [holds(criteria, contact.__getitem__, date(2026, 1, 1)) for contact in contacts]
            assert meanings.setdefault(sentence_of(criteria, CATALOG), meaning) == meaning


def test_parts_have_a_sentence_each() -> None:
    criteria = parse("source = Webinar and (state = AZ or state = CA) and not calls = 0", CATALOG)
    assert [sentence for _, sentence in parts_of(criteria, CATALOG)] == [
        "source is Webinar",
        "either state is AZ or state is CA",
        "called at least once",
    ]
    assert [part for part, _ in parts_of(criteria, CATALOG)] == list(conjuncts(criteria))
    assert parts_of(None, CATALOG) == []


def test_a_range_of_days_is_one_part_and_goes_as_one() -> None:
    criteria = parse("added <= 2026-01-31 and source = x and added >= 2026-01-01 and joined >= 2026-02-01", CATALOG)
    parts = parts_of(criteria, CATALOG)
    assert [sentence for _, sentence in parts] == [
        "added between 2026-01-01 and 2026-01-31",
        "source is x",
        "joined since 2026-02-01",
    ]
    assert set(conjuncts(all_of(part for part, _ in parts))) == set(conjuncts(criteria))
    # Not ends of one range: two first days, an excluded end, numbers.
    for text in ("added >= 2026-01-01 and added >= 2026-02-01", "added > 2026-01-01 and added <= 2026-02-01"):
        assert len(parts_of(parse(text, CATALOG), CATALOG)) == 2


@given(sample_criteria(segments=GROUPS, campaigns=GROUPS, imports=("1", "17"), in_segment=True))
def test_any_criteria_have_a_sentence_in_one_line(criteria: Criteria) -> None:
    sentence = sentence_of(criteria, CATALOG)
    assert sentence
    assert clean(sentence) == sentence
