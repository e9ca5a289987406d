"""The line of the filters in force."""

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult

from segtui.domain.criteria.tree import Comparison
from segtui.tui.screens.filters.filter_context import FilterPart
from segtui.tui.widgets.chrome.glyphs import ASCII, UNICODE
from segtui.tui.widgets.forms.filter_chips import FilterChips, Shown, arranged
from tests.support.person import Person


def part(field: str, value: str) -> FilterPart:
    """Return the filter that a field has a value."""
    return FilterPart(Comparison(field, "=", (value,)), f"{field} is {value}")


WEBINAR, FAIR = part("source", "Webinar"), part("source", "Fair")
NEW, CALLED = part("status", "NEW"), part("outcome", "answered")
HOSTILE = part("state", "\x1b[2J[@click=app.quit]\u202e" + "long " * 200)


class ChipsApp(App[None]):
    """Nothing but the line, and what it posts."""

    def __init__(self, *filters: FilterPart, ascii_only: bool = False) -> None:
        super().__init__()
        self.ascii_only = ascii_only
        self.heard: list[Shown | str] = []
        self._given = filters

    def compose(self) -> ComposeResult:
        yield FilterChips()

    def on_mount(self) -> None:
        self.query_one(FilterChips).filters = self._given

    def on_filter_chips_removed(self, event: FilterChips.Removed) -> None:
        self.heard.append(event.filter)

    def on_filter_chips_opened(self) -> None:
        self.heard.append("opened")


async def test_it_is_not_there_without_a_filter() -> None:
    app = ChipsApp()
    async with app.run_test() as pilot:
        chips = app.query_one(FilterChips)
        assert not chips.display
        chips.filters = (WEBINAR,)
        await pilot.pause()
        assert chips.display
        assert chips.region.height == 1
        chips.filters = ()
        await pilot.pause()
        assert not chips.display


async def test_it_says_every_filter_in_words() -> None:
    app = ChipsApp(WEBINAR, FAIR, CALLED)
    async with app.run_test(size=(100, 4)) as pilot:
        await pilot.pause()
        assert Person(pilot).lines[0].rstrip() == (
            "f Filters: source is Webinar ×  source is Fair ×  outcome is answered ×"
        )


async def test_in_ascii_the_sign_is_a_letter() -> None:
    app = ChipsApp(WEBINAR, HOSTILE, ascii_only=True)
    async with app.run_test(size=(60, 4)) as pilot:
        await pilot.pause()
        line = Person(pilot).lines[0]
        assert line.isascii()
        assert "source is Webinar x" in line


async def test_a_click_on_the_sign_removes_and_elsewhere_opens() -> None:
    app = ChipsApp(WEBINAR, NEW)
    async with app.run_test(size=(80, 4)) as pilot:
        await pilot.pause()
        line = Person(pilot).lines[0]
        await pilot.click(offset=(line.index("×"), 0))
        await pilot.click(offset=(line.rindex("×") - 1, 0))
        await pilot.click(offset=(line.index("NEW"), 0))
        await pilot.click(offset=(2, 0))
        await pilot.click(offset=(79, 0))
        assert app.heard == [WEBINAR, NEW, "opened", "opened", "opened"]


async def test_what_does_not_fit_is_counted() -> None:
    many = [part("source", f"named {number}") for number in range(7)]
    for width in (60, 80):
        app = ChipsApp(*many)
        async with app.run_test(size=(width, 4)) as pilot:
            await pilot.pause()
            line = Person(pilot).lines[0].rstrip()
            shown = line.count("×")
            assert shown >= 2
            assert line.endswith(f"+{7 - shown} more")


@pytest.mark.parametrize("signs", [UNICODE, ASCII])
@pytest.mark.parametrize("width", [20, 40, 58, 78, 158])
@pytest.mark.parametrize("filters", [(HOSTILE,), (HOSTILE, WEBINAR), (WEBINAR, FAIR, NEW, CALLED, HOSTILE)])
def test_it_never_is_wider_than_its_line(filters: tuple[FilterPart, ...], width: int, signs: object) -> None:
    chips, more = arranged(filters, 11, width, signs)  # type: ignore[arg-type]
    rest = len(f"  +{more} more") if more else 0
    assert chips
    assert len(chips) + more == len(filters)
    assert all(chip.text.isprintable() and cell_len(chip.text) for chip in chips)
    assert chips[-1].end + rest <= max(width, 11 + 12 + 2 + rest)
