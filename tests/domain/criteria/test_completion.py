"""Completion of expressions, from the text before the cursor."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segtui.domain.criteria.completion import completion
from segtui.domain.criteria.fields import FIELDS, CriteriaField, custom_field

CUSTOM = ("custom.Plan type", "custom.Shoe")


class Fields:
    """Catalog with two custom fields."""

    region = "US"

    def find(self, name: str) -> CriteriaField | None:
        """Return a field by its name."""
        custom = {name.casefold(): custom_field(name.removeprefix("custom.")) for name in CUSTOM}
        return FIELDS.get(name.casefold()) or custom.get(name.casefold())

    def names(self) -> Sequence[str]:
        """Return all names."""
        return [*FIELDS, *CUSTOM]


@pytest.mark.parametrize(
    ("text", "first", "applied"),
    [
        ("sou", "source", "source "),
        ("not sta", "status", "not status "),
        ("(la", "last_name", "(last_name "),
        ("plan", 'custom."Plan type"', 'custom."Plan type" '),
        ('custom."Pl', 'custom."Plan type"', 'custom."Plan type" '),
        ("source ", "=", "source = "),
        ("source i", "in (", "source in ("),
        ("source is ", "blank", "source is blank "),
        ("source is not ", "blank", "source is not blank "),
        ("added ", "in last", "added in last "),
        ("added in last ", "7", "added in last 7 "),
        ("added in last 7 d", "days", "added in last 7 days "),
        ("do_not_call =", "yes", "do_not_call = yes "),
        ("last_outcome = no", "no_answer", "last_outcome = no_answer "),
        ("last_outcome in (", "answered", "last_outcome in (answered"),
        ("last_outcome in (answered, v", "voicemail", "last_outcome in (answered, voicemail"),
        ("source = Fair ", "and", "source = Fair and "),
        ("source in (a, b) o", "or", "source in (a, b) or "),
        ("(source is blank) ", "and", "(source is blank) and "),
        ('custom."Plan type" ', "=", 'custom."Plan type" = '),
    ],
)
def test_the_next_word_is_offered(text: str, first: str, applied: str) -> None:
    offered = completion(text, Fields())
    assert offered.words[0] == first
    assert offered.applied(text, first) == applied


@pytest.mark.parametrize("text", ["source = Web", "source in (Web", "nothing = ", "source = a b"])
def test_unknown_words_are_not_completed(text: str) -> None:
    assert completion(text, Fields()).words == ()


def test_values_of_the_field_are_offered() -> None:
    offered = completion("source = w", Fields())
    assert offered.field == FIELDS["source"]
    offered = offered.with_values(["Trade show", "Webinar", "World fair", ""])
    assert offered.words == ("Webinar", '"World fair"', '"Trade show"')
    assert offered.applied("source = w", offered.words[1]) == 'source = "World fair" '


@given(st.text(max_size=60))
def test_anything_may_be_typed(text: str) -> None:
    offered = completion(text, Fields())
    assert offered.start <= len(text)
    assert all(offered.applied(text, word).startswith(text[: offered.start]) for word in offered.words)


@given(st.lists(st.sampled_from(["source", "=", "in", "(", ")", ",", "and", "not", "is", "blank", '"a', "x", "7"])))
def test_words_of_the_language_are_read_in_any_order(words: list[str]) -> None:
    assert completion(" ".join(words), Fields()) is not None
