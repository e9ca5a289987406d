"""How far a load is, in words."""

import pytest
from textual.app import App
from textual.widgets import Static

from segtui.domain.text import duration
from segtui.services.imports import Progress
from segtui.tui.screens.imports.wizard.progress_lines import ProgressView, figures, share


@pytest.mark.parametrize(("seconds", "words"), [(0.4, "0 s"), (59, "59 s"), (125, "2 min 05 s"), (4_320, "1 h 12 min")])
def test_durations_are_for_people(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_reading_shows_rows_rate_and_time_left() -> None:
    reading = Progress("reading", 50_000, None, 2.0)
    assert share(reading, 100_000) == 0.5
    assert figures(reading, 100_000, 2.0) == ("50,000 of 100,000 rows, 25,000 rows per second, 2 s left, 2 s so far")


def test_a_phase_whose_end_nobody_knows_claims_no_share() -> None:
    writing = Progress("writing", 100_000, 100_000, 5.0)
    assert share(writing, None) is None
    assert figures(writing, None, 6.0) == "100,000 rows, 6 s so far"
    assert share(Progress("reading", 5, None, 1.0), None) is None


def test_more_rows_than_estimated_are_no_more_than_all() -> None:
    assert share(Progress("reading", 120, None, 1.0), 100) == 1.0


@pytest.mark.parametrize("columns", [60, 90])
async def test_the_bar_is_as_wide_as_its_view_from_the_first_drawing_on(columns: int) -> None:
    async with App[None]().run_test(size=(columns, 16)) as pilot:
        view = ProgressView()
        await pilot.app.mount(view)
        view.show(Progress("reading", 50, 100, 1.0), None, 1.0, 2)
        await pilot.pause()
        assert len(str(view.query_one("#bar", Static).visual)) == columns
        await pilot.resize_terminal(columns - 10, 16)
        assert len(str(view.query_one("#bar", Static).visual)) == columns - 10


async def test_no_bar_is_drawn_before_its_width_is_known() -> None:
    async with App[None]().run_test() as pilot:
        view = ProgressView()
        view.display = False
        await pilot.app.mount(view)
        view.show(Progress("reading", 50, 100, 1.0), None, 1.0, 2)
        assert str(view.query_one("#bar", Static).visual) == ""
        view.display = True
        await pilot.pause()
        assert str(view.query_one("#bar", Static).visual).endswith(" 50%")
