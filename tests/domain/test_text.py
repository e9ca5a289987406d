"""What outside text passes through: nothing invisible, no pile of marks, and never more work than its length."""

import unicodedata
from collections.abc import Callable
from itertools import count

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from segtui.domain import search_terms
from segtui.domain.text import MAX_MARKS, MAX_VALUE_LENGTH, clean, fold, name_key, require_length, without_controls
from segtui.errors import InvalidInput
from tests.support.growth import demand_linear

_MARKS = "\u0301\u0327\u0316\u093c\u3099\uff9e\u20dd\ufe0f"
_INVISIBLE = "\xad\u034f\u061c\u115f\u1160\u17b4\u180b\u200b\u200c\u200e\u202c\u2060\u3164\ufe00\ufeff\uffa0\ufff0"
_INVISIBLE_AND_FAR = _INVISIBLE + "\U0001bca0\U0001d173\U000e0041\U000e0100"
_HOSTILE = st.text(st.sampled_from("aé ｶ👍\u200d" + _MARKS + _INVISIBLE_AND_FAR), max_size=40)

_PILES = {
    "alternating marks": lambda length: "a" + "\u0301\u0327" * (length // 2),
    "alternating marks without a letter": lambda length: "\u0301\u0316" * (length // 2),
    "kana marks and others": lambda length: "\uff9e\u093c" * (length // 2),
    "marks between invisible characters": lambda length: "a" + "\u0301\u034f\u0327" * (length // 3),
    "letters that decompose": lambda length: "\u01d8\u0327" * (length // 2),
}


@pytest.mark.parametrize("make", _PILES.values(), ids=_PILES)
@pytest.mark.parametrize("work", [clean, fold, without_controls, name_key, search_terms.field_text])
def test_a_pile_of_marks_takes_no_more_time_than_its_length(
    work: Callable[[str], str], make: Callable[[int], str]
) -> None:
    number = count()  # a different text each time: what was folded once is remembered
    demand_linear(lambda text: work(f"{next(number)}{text}"), make)


@pytest.mark.parametrize("function", [clean, without_controls])
def test_four_marks_stay_on_a_letter_and_no_more(function: Callable[[str], str]) -> None:
    assert function("e\u0301") == "e\u0301"
    assert function("a" + "\u0301\u0327\u0316\u0302") == "a\u0301\u0327\u0316\u0302"
    assert function("a" + "\u0301\u0327" * 50 + "b" + "\u0301" * 9) == "a\u0301\u0327\u0301\u0327b" + "\u0301" * 4
    assert function("\uff76" + "\uff9e" * 9) == "\uff76" + "\uff9e" * 4


@pytest.mark.parametrize("function", [clean, without_controls])
def test_invisible_characters_go_and_emoji_keep_their_joiners(function: Callable[[str], str]) -> None:
    assert function("".join(f"a{char}" for char in _INVISIBLE_AND_FAR)) == "a" * len(_INVISIBLE_AND_FAR)
    for text in ("👩\u200d👧", "❤\ufe0f", "Zoë", "المدينة", "ภาษาไทย", "हिन्दी", "한국어"):
        assert function(text) == text


def test_what_folds_alike_is_invisible_too() -> None:
    assert fold("An\u200bn\u3164 L\u034fee\U000e0100") == "ann lee"


@given(_HOSTILE)
@example("a" + "\u0bca" * 3)
@example("\u0cc0" * 6)
def test_no_text_has_a_pile_afterwards_and_a_second_time_changes_nothing(text: str) -> None:
    for function in (clean, without_controls, fold):
        once = function(text)
        assert function(once) == once
        run = 0
        for char in once:
            run = run + 1 if unicodedata.category(char) in ("Mn", "Me") or unicodedata.combining(char) else 0
            assert run <= MAX_MARKS
    assert fold(clean(text)) == fold(without_controls(text)) == fold(text)


def test_a_value_has_a_limit_that_is_said() -> None:
    require_length("a" * MAX_VALUE_LENGTH, "A search")
    with pytest.raises(InvalidInput, match=r"^A search has at most 10,000 characters; this one has 10,001\.$"):
        require_length("a" * (MAX_VALUE_LENGTH + 1), "A search")


def test_a_search_has_a_limit_and_is_not_folded_before_it_is_checked() -> None:
    with pytest.raises(InvalidInput, match="at most 10,000 characters"):
        search_terms.parse("a" * (MAX_VALUE_LENGTH + 1))
    assert len(search_terms.parse(" ".join("ab" for _ in range(100)))) == 100
    with pytest.raises(InvalidInput, match="at most 100 words; this one has 101"):
        search_terms.parse("a " * 101)
