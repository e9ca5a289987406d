"""Labels with what stands beside them."""

from textual.app import App, ComposeResult

from segtui.tui.widgets.forms.fact_list import FactList, Facts
from tests.support.person import Person


class FactsApp(App[None]):
    """Nothing but the facts."""

    def __init__(self, facts: Facts, *, heading: str = "", ascii_only: bool = False) -> None:
        super().__init__()
        self.ascii_only = ascii_only
        self._facts = facts
        self._heading = heading

    def compose(self) -> ComposeResult:
        yield FactList(heading=self._heading)

    def on_mount(self) -> None:
        self.query_one(FactList).facts = self._facts


async def _lines(facts: Facts, width: int = 40, height: int = 30, **options: object) -> list[str]:
    app = FactsApp(facts, **options)  # type: ignore[arg-type]
    async with app.run_test(size=(width, height)) as pilot:
        await pilot.pause()
        return [line.rstrip() for line in Person(pilot).lines if line.strip()]


async def test_values_stand_below_each_other_and_a_dash_where_there_is_none() -> None:
    assert await _lines([("Phone", "+1602"), ("Organization", ""), ("", "second")], heading="Who") == [
        "Who",
        "Phone         +1602",
        "Organization  -",
        "              second",
    ]


async def test_long_labels_and_values_wrap_below_themselves() -> None:
    lines = await _lines([("A label that is much too long", "one two three four five six seven eight")])
    assert len(lines) == 3
    assert all(line[:13].strip() for line in lines[:2])
    assert " ".join(" ".join(line[15:] for line in lines).split()) == "one two three four five six seven eight"


async def test_what_is_without_a_blank_wraps_too_and_what_is_endless_says_so() -> None:
    lines = await _lines([("Note", "x" * 10_000)], width=80, height=200)
    assert all(len(line) <= 80 for line in lines)
    assert "(and 6,000 more characters)" in " ".join(" ".join(lines).split())


async def test_wide_letters_keep_the_columns() -> None:
    lines = await _lines([("日本語の名前", "値"), ("b", "c")])
    assert lines == ["日本語の名前  値", "b             c"]


async def test_outside_text_is_harmless() -> None:
    [line] = await _lines([("[bold]\x1b]0;x\x07", "\u202e[/nope]\nx")])
    assert line.isprintable()
    assert "[/nope] x" in line
    [line] = await _lines([("Zoë", "é")], ascii_only=True)
    assert line.isascii()


async def test_nothing_takes_no_room() -> None:
    app = FactsApp([], heading="Custom fields")
    async with app.run_test() as pilot:
        await pilot.pause()
        assert not app.query_one(FactList).display
