"""What is cut off is whole under the mouse."""

from textual.app import App
from textual.content import Content
from textual.pilot import Pilot
from textual.widgets._tooltip import Tooltip

from segtui.domain import search_terms
from tests.support.listings import MemoryListing, Person
from tests.support.table_app import ACTIONS, RecordingTable, TableApp, loaded, until

LONG = "Ann-Sophie of the very long name [b]Zebra[/b] \x1b[2Jand\nso \u202eon"
NAMES = [LONG, "Bo", "王" * 20]


def app_of() -> TableApp:
    return TableApp(
        MemoryListing(range(3), lambda number: Person(number, NAMES[number], "+16025550100")),
        actions=ACTIONS,
    )


async def hover(pilot: Pilot[None], x: int, y: int) -> None:
    await pilot.hover("#rows", offset=(x, y))


def tooltip_of(app: App[None]) -> Tooltip:
    return app.screen.get_child_by_type(Tooltip)


async def test_a_cell_that_is_cut_off_is_whole_and_harmless_under_the_mouse() -> None:
    app = app_of()
    app.TOOLTIP_DELAY = 0.01
    async with app.run_test(size=(80, 12), tooltips=True) as pilot:
        await loaded(pilot)
        await hover(pilot, 5, 1)
        await until(pilot, lambda: tooltip_of(app).display)
        said = tooltip_of(app).content
        assert isinstance(said, Content)
        assert said.plain.startswith("Ann-Sophie of the very long name [b]Zebra[/b] ")
        assert said.plain.isprintable()
        assert said.spans == []
        await hover(pilot, 5, 2)
        await until(pilot, lambda: not tooltip_of(app).display)


async def test_only_what_is_cut_off_has_a_tooltip() -> None:
    app = app_of()
    async with app.run_test(size=(80, 12)) as pilot:
        await loaded(pilot)
        table = app.table
        assert table.full_text_at(5, 3) == "王" * 20
        assert table.full_text_at(5, 2) is None
        assert table.full_text_at(app.lines()[1].index("+1602"), 1) is None
        assert table.full_text_at(app.lines()[1].index("View"), 1) is None
        assert [table.full_text_at(x, y) for x, y in ((0, 1), (5, 4), (-1, 1), (5, -1), (500, 1), (5, 500))] == [
            None
        ] * 6


async def test_a_text_without_an_end_does_not_fill_the_screen() -> None:
    app = TableApp(MemoryListing(range(1), lambda number: Person(number, "x" * 5000)))
    async with app.run_test(size=(80, 12)) as pilot:
        await loaded(pilot)
        await hover(pilot, 5, 1)
        assert app.table.tooltip is not None
        assert len(app.table.tooltip.plain) < 1000


async def test_a_note_on_where_a_match_is_says_more_under_the_mouse() -> None:
    listing = MemoryListing(
        range(1), lambda number: Person(number, "Bo", city="Phoenix"), search_terms.parse("phoenix")
    )
    app = TableApp(listing)
    async with app.run_test(size=(70, 12)) as pilot:
        await loaded(pilot)
        assert "Bo (in City)" in app.lines()[1]
        assert app.table.full_text_at(4, 1) == "Bo\nCity: Phoenix"


async def test_the_mouse_over_cells_with_a_tooltip_repaints_no_row() -> None:
    app = app_of()
    async with app.run_test(size=(80, 12), tooltips=True) as pilot:
        await loaded(pilot)
        app.table.repaints.clear()
        for x in range(4, 20):
            await hover(pilot, x, 1 + x % 3)
        assert app.table.repaints == []
        assert isinstance(app.table, RecordingTable)
