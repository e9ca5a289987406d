"""The order that is known: matches are put in it, and a narrower search is told from another one."""

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segtui.domain import search_terms
from segtui.services.contacts import known_order
from segtui.services.contacts.known_order import CompleteSearch, KnownOrder, OrderMemory, is_narrower

_WORDS = st.text(alphabet="ab1 .", max_size=7)


def _order(ids: list[int]) -> KnownOrder:
    order = KnownOrder("list", "state", array("q", ids))
    order.index()
    return order


@given(
    ids=st.lists(st.integers(1, 60), unique=True, min_size=1).map(lambda ids: [*ids, 70]),
    matches=st.sets(st.integers(1, 70)),
    base=st.sampled_from([0, 10_000_000]),
    per_sorted=st.sampled_from([0, 16]),
)
def test_matches_are_put_in_order(ids: list[int], matches: set[int], base: int, per_sorted: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(known_order, "_SORTED_IDS_PER_MATCH", per_sorted)
        patched.setattr(known_order, "_STRIDE", 7)
        patched.setattr(known_order, "_MAX_NUMBERS_PER_ID", 100)
        order = _order([base + row_id for row_id in ids])
        inside = order.in_range(array("q", sorted(base + row_id for row_id in matches)))
        assert list(order.arrange(inside)) == [base + row_id for row_id in ids if row_id in matches]


def test_ids_that_are_far_apart_are_not_indexed() -> None:
    assert not _order([5, 1_000_000_000]).is_indexed
    assert not _order([]).is_indexed
    assert _order([1_000_000_000, 1_000_000_005]).is_indexed


@given(typed=_WORDS, other=_WORDS, text=_WORDS)
def test_a_narrower_search_matches_nothing_else(typed: str, other: str, text: str) -> None:
    search, wider, line = search_terms.parse(typed), search_terms.parse(other), search_terms.field_text(text)
    if is_narrower(search, wider) and search_terms.matches(search, line):
        assert search_terms.matches(wider, line)


@pytest.mark.parametrize(
    ("typed", "other", "narrower"),
    [
        ("smith", "smi", True),
        ("smith p", "smith", True),
        ("blacksmith", "smith", True),
        ("smi", "sm", False),
        ("s", "smi", False),
        ("602 5", "602", True),
        ("smith", "smith phoenix", False),
    ],
)
def test_typing_on_narrows(typed: str, other: str, *, narrower: bool) -> None:
    assert is_narrower(search_terms.parse(typed), search_terms.parse(other)) is narrower


@given(value=st.text(alphabet="aAé1 .-_@'/(\u00a0\u2003\t\n", max_size=14))
def test_every_word_of_a_search_text_follows_two_blanks(value: str) -> None:
    """`SqliteSearch.candidates` relies on it: a text with ` ab` has the beginning of a word, `  ab`."""
    text = search_terms.contact_text([value, "+16025550199", value, value, value, value, value, value])
    for position in range(1, len(text)):
        if text[position - 1] == " " and text[position] not in " \n":
            assert text[position - 2] == " "


def test_a_memory_keeps_one_order_and_its_last_search() -> None:
    memory, order = OrderMemory(), _order([3, 1, 2])
    assert memory.order_of("list") is None
    memory.remember(order)
    smi, smith = search_terms.parse("smi"), search_terms.parse("smith")
    memory.remember_search(CompleteSearch(order, smi, array("q", [3])))
    wider = memory.wider_search(order, smith)
    assert wider is not None
    assert list(wider.ids) == [3]
    assert memory.wider_search(order, search_terms.parse("smo")) is None
    assert memory.order_of("other") is None
    other = KnownOrder("list", "later", array("q", [1]))
    memory.remember(other)
    assert memory.wider_search(other, smith) is None
    memory.remember_search(CompleteSearch(order, smi, array("q", [3])))  # of an order that is not known any more
    assert memory.wider_search(other, smith) is None
    memory.forget(order)
    assert memory.order_of("list") is other
    memory.begin_search()
    assert (other.is_indexed, memory.is_searching) == (True, True)
    memory.end_search()
    known = memory.order_of("list")
    assert known is not None
    assert (known.ids, known.is_indexed, memory.is_searching) == (other.ids, False, False)
    memory.remember(other)
    memory.forget(other)
    assert memory.order_of("list") is None
