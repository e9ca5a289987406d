"""The window over a result: whatever comes in whatever order, a position shows its own row or none."""

from array import array
from dataclasses import dataclass

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from segtui.tui.widgets.table.result_window import PAGE, ResultWindow, index_of


@dataclass(frozen=True)
class Thing:
    id: int
    version: int = 0


def window_of(count: int) -> ResultWindow[Thing]:
    window = ResultWindow[Thing]()
    window.put_ids(array("q", range(1000, 1000 + count)))
    return window


def page_of(window: ResultWindow[Thing], page: int) -> dict[int, Thing]:
    return {row_id: Thing(row_id) for row_id in window.page_ids(page)}


def test_the_first_page_is_shown_before_the_length_is_known() -> None:
    window = ResultWindow[Thing]()
    window.put_first([Thing(7), Thing(5)])
    assert (window.total, len(window)) == (None, 2)
    assert window.row(1) == Thing(5)
    assert window.row(2) is None
    assert window.missing(0, 10) == []
    assert window.position_of(5) == 1


def test_first_rows_that_stay_where_they_were_are_not_asked_for_again() -> None:
    window = ResultWindow[Thing]()
    window.put_first([Thing(number) for number in range(120)])
    window.put_ids(array("q", range(500)))
    assert window.total == 500
    assert window.row(119) == Thing(119)
    assert window.missing(0, 100) == []
    assert window.missing(100, 120) == [2]


def test_a_row_inserted_before_the_first_ones_is_asked_for() -> None:
    window = ResultWindow[Thing]()
    window.put_first([Thing(number) for number in range(PAGE)])
    window.put_ids(array("q", [99, *range(PAGE)]))
    assert window.row(0) is None
    assert window.row(1) == Thing(0)
    assert window.missing(0, 10) == [0]


def test_missing_names_the_pages_of_a_range_and_nothing_beyond_the_end() -> None:
    window = window_of(3 * PAGE + 1)
    assert window.missing(-10, 10_000) == [0, 1, 2, 3]
    window.put_page(1, page_of(window, 1))
    assert window.missing(PAGE - 1, PAGE + 5) == [0]
    assert window.missing(PAGE, 2 * PAGE) == []
    assert window.missing(10_000, 10_010) == []


def test_ids_that_do_not_come_back_are_gone_and_not_asked_for_again() -> None:
    window = window_of(60)
    rows = page_of(window, 0)
    del rows[1003]
    window.put_page(0, rows)
    assert window.row(3) is None
    assert window.is_deleted(3)
    assert window.id_at(3) == 1003
    assert not window.is_deleted(55)
    assert window.missing(0, 50) == []


def test_a_changed_row_takes_the_place_of_the_old_one() -> None:
    window = window_of(60)
    window.put_page(1, page_of(window, 1))
    assert window.replace(Thing(1055, 2)) == 55
    assert window.row(55) == Thing(1055, 2)
    assert window.replace(Thing(1003, 2)) is None


def test_find_looks_through_all_ids() -> None:
    ids = array("q", range(200_000, 0, -1))
    assert index_of(ids, 1) == 199_999
    assert index_of(ids, 200_000) == 0
    assert index_of(ids, 200_001) is None


class AnyOrder(RuleBasedStateMachine):
    """First rows, ids, pages, changes and evictions in any order; the model is a plain list."""

    @initialize(count=st.integers(0, 400), kept=st.integers(1, 4), first=st.integers(0, 120))
    def begin(self, count: int, kept: int, first: int) -> None:
        self.order = [1_000_000 + number * 7 % 401 for number in range(count)]
        self.window = ResultWindow[Thing](kept)
        self.first = self.order[:first]
        self.version = dict.fromkeys(self.order, 0)
        self.deleted: set[int] = set()
        self.counted = False

    @rule()
    def first_rows_come(self) -> None:
        self.window.put_first([Thing(row_id) for row_id in self.first])

    @rule()
    def ids_come(self) -> None:
        self.window.put_ids(array("q", self.order))
        self.counted = True

    @rule(page=st.integers(0, 9))
    def page_comes(self, page: int) -> None:
        ids = self.window.page_ids(page)
        rows = {row_id: Thing(row_id, self.version[row_id]) for row_id in ids if row_id not in self.deleted}
        self.window.put_page(page, rows)

    @precondition(lambda self: self.order)
    @rule(data=st.data())
    def row_changes(self, data: st.DataObject) -> None:
        row_id = data.draw(st.sampled_from(self.order))
        self.version[row_id] += 1
        self.window.replace(Thing(row_id, self.version[row_id]))

    @precondition(lambda self: self.order)
    @rule(data=st.data())
    def row_is_deleted(self, data: st.DataObject) -> None:
        self.deleted.add(data.draw(st.sampled_from(self.order)))

    @rule(start=st.integers(-20, 420), length=st.integers(0, 60))
    def what_is_missing_can_be_brought(self, start: int, length: int) -> None:
        # As many pages as the smallest cache holds.
        pages = self.window.missing(start, start + length)[: self.window._max_pages]
        for page in pages:
            self.page_comes(page)
        assert not set(pages) & set(self.window.missing(start, start + length))

    @invariant()
    def every_position_shows_its_own_row_or_none(self) -> None:
        for position in range(-1, len(self.order) + 1):
            row = self.window.row(position)
            if row is None:
                continue
            assert 0 <= position < len(self.order)
            assert row.id == self.order[position]
            assert row.version <= self.version[row.id]
            assert not self.window.is_deleted(position)

    @invariant()
    def the_length_is_exact_once_known(self) -> None:
        if self.counted:
            assert self.window.total == len(self.window) == len(self.order)
        else:
            assert self.window.total is None
            assert len(self.window) <= len(self.first)


TestAnyOrder = AnyOrder.TestCase
