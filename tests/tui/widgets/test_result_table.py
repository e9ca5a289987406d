"""The table under the keys and the mouse, over listings that are long, slow, hostile or changing."""

import threading
from array import array
from collections.abc import Callable

import pytest
from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip

from segtui.domain import search_terms
from segtui.errors import DatabaseError
from segtui.tui.widgets.forms.search_box import SearchBox
from segtui.tui.widgets.table.result_table import ResultTable
from segtui.tui.widgets.table.table_columns import TableColumn, Width
from tests.support.listings import COLUMNS, MemoryListing, Person, person
from tests.support.table_app import ACTIONS, TableApp, loaded, until

SMALL = (80, 12)
HOSTILE = [
    "\x1b]0;owned\x07Mallory",
    "\x9b2J",
    "[@click=app.quit]x[/]",
    "[/nope]",
    "\u202egnp.exe",
    "two\nlines\tand\ra tab",
    "\u200bZero\ufeffWidth",
    "\ud800 lonely",
    "=1+1",
]
WIDE = [
    "王小明",
    "日本語テキスト" * 4,
    "👩‍💻 coder",
    "👍🏽 thumbs",
    "❤️ heart",
    "e\u0301e\u0301",
    "עברית",
    "क्षत्रिय",
    "Z" + "\u0301" * 500,
]


def named(names: list[str]) -> Callable[[int], Person]:
    return lambda number: Person(number, names[number], "+16025550100")


async def test_the_first_rows_are_shown_before_the_ids_are_known() -> None:
    gate = threading.Event()
    app = TableApp(MemoryListing(range(1000), ids_gate=gate))
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: app.table.cursor_row is not None)
        await pilot.pause()
        assert app.lines()[1].startswith("► Ada Number 0")
        assert app.table.total is None
        assert not app.heard(ResultTable.Counted)
        gate.set()
        await loaded(pilot)
        assert [message.total for message in app.heard(ResultTable.Counted)] == [1000]
        assert len(app.heard(ResultTable.LoadFinished)) == 1


async def test_the_ids_are_read_after_the_first_rows_are_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading a million ids would delay the painting."""
    first_paint = threading.Event()
    painted_before_ids: list[bool] = []

    class WatchedListing(MemoryListing):
        def ids(self) -> "array[int]":
            painted_before_ids.append(first_paint.is_set())
            return super().ids()

    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        render_line = app.table.render_line

        def noting(y: int) -> Strip:
            first_paint.set()
            return render_line(y)

        monkeypatch.setattr(app.table, "render_line", noting)
        app.table.show(WatchedListing(range(999, -1, -1)), sort="name", descending=True)
        await loaded(pilot)
        assert painted_before_ids == [True]


async def test_nothing_waits_for_a_paint_of_the_same_rows() -> None:
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        painted = threading.Event()
        app.table.call_after_paint(painted.set)
        await until(pilot, painted.is_set)


async def test_a_result_of_one_page_needs_no_second_question() -> None:
    app = TableApp(MemoryListing(range(7)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        assert app.table.total == 7
        assert app.listing is not None
        assert app.listing.calls == ["first"]


@pytest.mark.parametrize(
    ("keys", "position"),
    [
        ("down down up", 1),
        ("j j k", 1),
        ("up", 0),
        ("pagedown", 8),
        ("pagedown pagedown pageup", 8),
        ("end", 999),
        ("G", 999),
        ("G j", 999),
        ("G g", 0),
        ("end home", 0),
        ("G pageup", 991),
    ],
)
async def test_keys_move_the_cursor_and_keep_it_in_view(keys: str, position: int) -> None:
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        await pilot.press(*keys.split())
        await loaded(pilot)
        assert app.table.position == position
        assert app.table.cursor_row == person(position)
        assert sum(line.startswith("►") for line in app.lines()) == 1
        assert f"Number {position}" in next(line for line in app.lines() if line.startswith("►"))


async def test_enter_opens_the_row_under_the_cursor() -> None:
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        await pilot.press("down", "enter")
        assert [message.row for message in app.heard(ResultTable.Opened)] == [person(1)]


async def test_a_step_of_the_cursor_repaints_two_lines_and_no_more() -> None:
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        app.table.repaints.clear()
        await pilot.press("down")
        await pilot.pause()
        assert app.table.repaints == [Region(0, 1, 79, 1), Region(0, 2, 79, 1)]


async def test_the_same_result_again_repaints_nothing() -> None:
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        app.table.repaints.clear()
        app.table.show(MemoryListing(range(1000)), sort="name")
        await loaded(pilot)
        assert app.table.repaints == []


async def test_the_mouse_over_rows_repaints_nothing() -> None:
    app = TableApp(MemoryListing(range(1000)), actions=ACTIONS)
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        app.table.repaints.clear()
        for y in range(8):
            await pilot.hover("#rows", offset=(10 + y, y))
        assert app.table.repaints == []


async def test_a_click_selects_and_a_double_click_opens() -> None:
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        await pilot.click("#rows", offset=(40, 4))
        assert app.table.cursor_row == person(3)
        assert not app.heard(ResultTable.Opened)
        await pilot.double_click("#rows", offset=(40, 6))
        assert [message.row for message in app.heard(ResultTable.Opened)] == [person(5)]


async def test_a_click_on_the_name_opens() -> None:
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        await pilot.click("#rows", offset=(5, 2))
        assert [message.row for message in app.heard(ResultTable.Opened)] == [person(1)]


@pytest.mark.parametrize("action", ACTIONS)
async def test_a_click_on_the_word_of_an_action_chooses_it(action: object) -> None:
    app = TableApp(MemoryListing(range(1000)), actions=ACTIONS)
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        for offered in ACTIONS:
            await pilot.click("#rows", offset=(app.lines()[3].index(offered.label) + 1, 3))
        await pilot.click("#rows", offset=(app.lines()[3].index("View") + 4, 3))
        chosen = app.heard(ResultTable.ActionChosen)
        assert [(message.action, message.row) for message in chosen] == [
            ("view", person(2)), ("edit", person(2)), ("delete", person(2)),
        ]  # fmt: skip


async def test_a_click_below_the_last_row_does_nothing() -> None:
    app = TableApp(MemoryListing(range(3)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        await pilot.click("#rows", offset=(5, 8))
        assert app.table.position == 0
        assert not app.heard(ResultTable.Opened)


async def test_a_click_on_a_header_asks_for_its_order_and_a_second_for_the_reverse() -> None:
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=(120, 12)) as pilot:
        await loaded(pilot)
        for label in ("E-mail", "Number", "Status", "Name"):
            await pilot.click("#rows", offset=(app.lines()[0].index(label), 0))
        asked = [(message.sort, message.descending) for message in app.heard(ResultTable.SortRequested)]
        assert asked == [("email", False), ("id", True), ("name", True)]


async def test_the_header_shows_the_order_and_s_knows_the_next() -> None:
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=(120, 12)) as pilot:
        await loaded(pilot)
        assert "Name ▲" in app.lines()[0]
        assert app.table.next_sort() == ("phone", False)
        app.table.show(MemoryListing(range(999, -1, -1)), sort="id", descending=True)
        assert app.table.next_sort() == ("name", False)
        assert app.table.reversed_sort() == ("id", False)
        await loaded(pilot)
        assert "Number ▼" in app.lines()[0]
        assert "Name ▲" not in app.lines()[0]


async def test_the_wheel_scrolls_and_the_next_key_goes_on_from_the_cursor() -> None:
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        for _ in range(20):
            await pilot._post_mouse_events([_wheel()], "#rows", offset=(5, 5))
        await loaded(pilot)
        assert app.table.top > 10
        await pilot.press("down")
        await loaded(pilot)
        assert app.table.position == 1
        assert app.lines()[1].startswith("► Bo Number 1")


def _wheel() -> type:
    from textual.events import MouseScrollDown

    return MouseScrollDown


async def test_space_marks_and_star_marks_all_that_match() -> None:
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        await pilot.press("space", "down", "space")
        await pilot.pause()
        assert [line[1] for line in app.lines()[1:5]] == ["*", " ", "*", " "]
        assert list(app.table.marked_ids()) == [0, 2]
        await pilot.press("asterisk", "up", "space")
        await pilot.pause()
        assert app.table.marked_count == 999
        assert 2 not in app.table.marked_ids()
        await pilot.press("asterisk", "asterisk")
        await pilot.pause()
        assert app.table.marked_count == 0
        assert [message.count for message in app.heard(ResultTable.MarksChanged)] == [1, 2, 1000, 999, 1000, 0]


async def test_shift_with_arrows_marks_a_range_and_takes_it_back() -> None:
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        await pilot.press("down", "shift+down", "shift+down", "shift+down", "shift+up")
        assert list(app.table.marked_ids()) == [1, 2, 3]
        await pilot.press("shift+up", "shift+up", "shift+up")
        assert list(app.table.marked_ids()) == [0, 1]


async def test_a_click_beside_a_row_marks_it() -> None:
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        await pilot.click("#rows", offset=(1, 3))
        assert list(app.table.marked_ids()) == [2]


async def test_where_marking_is_off_space_does_nothing() -> None:
    app = TableApp(MemoryListing(range(100)), markable=False)
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        await pilot.press("space", "asterisk", "shift+down")
        assert app.table.marked_count == 0


async def test_columns_drop_by_priority_and_fit_the_terminal() -> None:
    app = TableApp(MemoryListing(range(1000)), actions=ACTIONS, actions_priority=2)
    async with app.run_test(size=(160, 12)) as pilot:
        await loaded(pilot)
        seen = {}
        for width in (160, 80, 60, 160):
            await pilot.resize_terminal(width, 12)
            await loaded(pilot)
            seen[width] = app.lines()[0]
            assert all(cell_len(line) <= width - 1 for line in app.lines())
        labels = ["Name", "Phone", "E-mail", "City", "Number", "Status", "Actions"]
        shown = {width: [label for label in labels if label in header] for width, header in seen.items()}
        assert shown == {
            160: labels,
            80: ["Name", "Phone", "E-mail", "Status", "Actions"],
            60: ["Name", "Phone", "Actions"],
        }


async def test_a_smaller_terminal_keeps_the_cursor_in_view() -> None:
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=(80, 40)) as pilot:
        await loaded(pilot)
        app.table.move_cursor(35)
        await pilot.resize_terminal(80, 12)
        await loaded(pilot)
        assert any(line.startswith("► Ada Number 35") for line in app.lines())


async def test_wide_characters_leave_the_columns_aligned() -> None:
    app = TableApp(MemoryListing(range(len(WIDE)), named(WIDE)))
    async with app.run_test(size=(80, 14)) as pilot:
        await loaded(pilot)
        app.table.blur()
        assert {app.table._line(y, app.table.painter).cell_length for y in range(12)} == {79}
        phones = [cell_len(line[: line.index("+1")]) for line in app.lines() if "+1" in line]
        assert len(phones) == len(WIDE)
        assert len(set(phones)) == 1
        cut = app.lines()[2]
        assert "…" in cut
        assert "\u200d" not in "".join(app.lines())
        assert all(len(line) < 400 for line in app.lines())


async def test_hostile_text_is_harmless_and_takes_one_line() -> None:
    app = TableApp(MemoryListing(range(len(HOSTILE)), named(HOSTILE)))
    async with app.run_test(size=(120, 14)) as pilot:
        await loaded(pilot)
        lines = app.lines()
        assert "[@click=app.quit]x[/]" in lines[3]
        assert "[/nope]" in lines[4]
        text = "".join(lines)
        assert text.isprintable()
        assert not set("\x1b\x9b\x07\u202e\u200b\ufeff") & set(text)
        assert app.is_running


async def test_content_cells_keep_their_style_and_lose_what_is_harmful() -> None:
    column: TableColumn[Person] = TableColumn(
        "badge", "Badge", lambda row: Content.styled(row.name, "bold $warning"), Width(10, 20)
    )
    app = TableApp(MemoryListing(range(2), named(["fine", "ev\x1b[2Jil"])), columns=(column,))
    async with app.run_test(size=(60, 14)) as pilot:
        await loaded(pilot)
        app.table.blur()
        await pilot.press("down")
        strips = app.table.render_lines(Region(0, 0, 59, 4))
        assert any(segment.text == "fine" and segment.style and segment.style.bold for segment in strips[1])
        assert "\x1b" not in strips[2].text


async def test_matches_are_visible_without_colour() -> None:
    app = TableApp(MemoryListing(range(100), search=search_terms.parse("numb 5550003")))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        strips = app.table.render_lines(Region(0, 0, 79, 6))
        marked = [segment.text for segment in strips[4] if segment.style and segment.style.underline]
        assert marked == ["Numb", "5550003"]
        marked = [segment.text for segment in strips[1] if segment.style and segment.style.underline]
        assert marked == ["Numb"]


async def test_a_match_in_a_column_that_is_not_there_is_told_in_a_column_where_there_is_room() -> None:
    app = TableApp(MemoryListing(range(100), search=search_terms.parse("number phoe")))
    async with app.run_test(size=(80, 12)) as pilot:
        app.table.set_hidden({"city", "id"})
        await loaded(pilot)
        assert "Found in" in app.lines()[0]
        assert "City: Phoenix" in app.lines()[1]
        assert "City" not in app.lines()[2]
        await pilot.resize_terminal(160, 12)
        app.table.set_hidden(())
        await loaded(pilot)
        assert "Found in" not in app.lines()[0]
        assert "Phoenix" in app.lines()[1]


@pytest.mark.parametrize("width", range(30, 76))
async def test_no_name_is_cut_to_say_where_the_match_is(width: int) -> None:
    app = TableApp(MemoryListing(range(20), search=search_terms.parse("number phoe")))
    async with app.run_test(size=(width, 12)) as pilot:
        await loaded(pilot)
        room = app.table.painter.columns[0].width
        plain = app.lines()[1][2 : 2 + min(room, len("Ada Number 0"))]
        assert plain == "Ada Number 0"[: len(plain)]
        assert "…" not in plain


async def test_where_there_is_no_room_for_that_another_column_says_where_the_match_is() -> None:
    app = TableApp(MemoryListing(range(100), search=search_terms.parse("number phoe")))
    async with app.run_test(size=(70, 12)) as pilot:
        await loaded(pilot)
        header = app.lines()[0]
        assert [label for label in ("Name", "Phone", "E-mail", "Status", "City", "Found in") if label in header] == [
            "Name", "Phone", "E-mail", "Status",
        ]  # fmt: skip
        assert app.lines()[1].startswith("► Ada Number 0")
        assert "(in City)" in app.lines()[1]
        assert "in City" not in app.lines()[2]


async def test_the_column_for_matches_out_of_sight_does_not_come_and_go_while_one_scrolls() -> None:
    make = lambda number: Person(number, f"Nobody {number}", city="Phoenix" if number == 20 else "Boston")  # noqa: E731
    app = TableApp(MemoryListing(range(100), make, search_terms.parse("phoenix")))
    async with app.run_test(size=(80, 12)) as pilot:
        app.table.set_hidden({"city", "id"})
        await loaded(pilot)
        before = app.lines()[0]
        assert "Found in" not in before
        app.table.move_cursor(20)
        await loaded(pilot)
        assert app.lines()[0] == before
        assert any(line.startswith("► Nobody 20 (in City)") for line in app.lines())
        # Another answer is another matter.
        app.table.show(MemoryListing([20], make, search_terms.parse("phoen")), sort="name")
        await loaded(pilot)
        assert "Found in" in app.lines()[0]
        assert "City: Phoenix" in app.lines()[1]


async def test_of_a_text_that_is_cut_off_the_part_that_matches_is_shown() -> None:
    names = ["Ann of the very long name Zebra and so on", "Zebra", "王" * 30 + "zebra", "Bo"]
    app = TableApp(MemoryListing(range(4), named(names), search_terms.parse("zebra")))
    async with app.run_test(size=(70, 12)) as pilot:
        await loaded(pilot)
        width = app.table.painter.columns[0].width
        cells = [line[2 : 2 + width] for line in app.lines()[1:5]]
        assert cells[0].rstrip().endswith("name Zebra…")
        assert cells[0].startswith("…")
        assert cells[1].rstrip() == "Zebra"
        assert "王zebra" in cells[2]
        strips = app.table.render_lines(Region(0, 1, 69, 3))
        for strip in strips:
            assert [s.text for s in strip if s.style and s.style.underline] in (["Zebra"], ["zebra"])
            assert strip.cell_length == 69
        assert "Found in" not in app.lines()[0]


async def test_rows_on_their_way_fill_in_without_moving_anything() -> None:
    gate = threading.Event()
    app = TableApp(MemoryListing(range(1000), rows_gate=gate))
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: app.table.total is not None)
        await pilot.press("G")
        await pilot.pause()
        lines = app.lines()
        assert lines[-1] == "► loading…"
        assert lines[1] == "  loading…"
        assert app.table.cursor_row is None
        await pilot.press("enter")
        assert not app.heard(ResultTable.Opened)
        app.heard(ResultTable.CursorMoved)
        gate.set()
        await loaded(pilot)
        assert app.lines()[-1].startswith("► Emil Number 999")
        assert [message.row for message in app.heard(ResultTable.CursorMoved)] == [person(999)]


async def test_the_last_row_can_be_asked_for_before_it_is_known() -> None:
    gate = threading.Event()
    app = TableApp(MemoryListing(range(1000), ids_gate=gate))
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: app.table.cursor_row is not None)
        await pilot.press("G")
        gate.set()
        await loaded(pilot)
        assert app.table.cursor_row == person(999)


async def test_old_rows_stay_until_the_new_ones_are_there_and_a_newer_result_wins() -> None:
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        slow = MemoryListing(range(500, 600), first_gate=threading.Event())
        app.table.show(slow, sort="name")
        await pilot.pause()
        assert "Number 0" in app.lines()[1]
        slow.cancelled.set()
        app.table.show(MemoryListing(range(700, 800)), sort="name")
        await loaded(pilot)
        assert "Number 700" in app.lines()[1]
        assert app.table.total == 100
        assert not app.heard(ResultTable.LoadFailed)


async def test_an_answer_that_comes_late_is_not_shown() -> None:
    gate = threading.Event()
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        app.table.show(MemoryListing(range(500, 600), first_gate=gate), sort="name")
        app.table.show(MemoryListing(range(700, 800)), sort="name")
        await loaded(pilot)
        gate.set()
        await pilot.pause(0.1)
        assert "Number 700" in app.lines()[1]
        assert app.table.total == 100


async def test_an_error_is_told_and_the_old_rows_stay() -> None:
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        app.heard(ResultTable.LoadFinished)
        app.table.show(MemoryListing(range(5), error=DatabaseError("The database went away.")), sort="name")
        await until(pilot, lambda: [m for m in app.said if isinstance(m, ResultTable.LoadFinished)])
        assert [str(message.error) for message in app.heard(ResultTable.LoadFailed)] == ["The database went away."]
        assert "Number 0" in app.lines()[1]


async def test_rows_deleted_meanwhile_say_so_and_cannot_be_opened() -> None:
    app = TableApp(MemoryListing(range(1000), gone={500}))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        app.table.move_cursor(500)
        await loaded(pilot)
        assert "► (deleted meanwhile)" in app.lines()
        await pilot.press("enter")
        assert not app.heard(ResultTable.Opened)


async def test_the_cursor_follows_its_row_into_a_new_order() -> None:
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        await pilot.press("down", "down")
        app.table.show(MemoryListing(range(999, -1, -1)), sort="name", descending=True, keep_cursor=app.table.cursor_id)
        await loaded(pilot)
        assert app.table.position == 997
        assert app.table.cursor_row == person(2)
        assert any(line.startswith("► Cleo Number 2 ") for line in app.lines())


async def test_a_reload_deep_in_a_result_does_not_jump() -> None:
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        app.table.move_cursor(505)
        app.table.move_cursor(501)
        await loaded(pilot)
        before = app.lines()
        app.table.repaints.clear()
        app.table.show(MemoryListing(range(1000)), sort="name", keep_cursor=501)
        await loaded(pilot)
        assert app.lines() == before
        assert app.table.repaints == []


async def test_the_old_rows_stay_until_the_place_of_the_cursor_in_a_new_order_is_known() -> None:
    gate = threading.Event()
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        app.table.move_cursor(501)
        await loaded(pilot)
        before = app.lines()[1:]
        slow = MemoryListing(range(999, -1, -1), ids_gate=gate)
        app.table.show(slow, sort="name", descending=True, keep_cursor=501)
        await until(pilot, lambda: "ids" in slow.calls)
        assert app.lines()[1:] == before
        gate.set()
        await loaded(pilot)
        assert app.table.position == 498
        assert app.table.cursor_row == person(501)


async def test_a_deleted_row_leaves_the_cursor_on_its_neighbour() -> None:
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        for position in (3, 700):
            app.table.move_cursor(position)
            await loaded(pilot)
            app.table.show(
                MemoryListing([number for number in range(1000) if number != position]),
                sort="name",
                keep_cursor=app.table.cursor_id,
            )
            await loaded(pilot)
            assert app.table.position == position
            assert app.table.cursor_row == person(position + 1)
            app.table.show(MemoryListing(range(1000)), sort="name")
            await loaded(pilot)


async def test_the_cursor_is_not_taken_from_who_moved_on() -> None:
    gate = threading.Event()
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        slow = MemoryListing(range(999, -1, -1), ids_gate=gate)
        app.table.show(slow, sort="name", descending=True, keep_cursor=0)
        await until(pilot, lambda: "Number 999" in app.lines()[1])
        await pilot.press("down", "down")
        gate.set()
        await loaded(pilot)
        assert app.table.position == 2
        assert app.table.cursor_row == person(997)


async def test_a_changed_row_is_repainted_alone() -> None:
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        app.table.repaints.clear()
        app.table.replace_row(Person(4, "Emil Renamed"))
        assert app.table.repaints == [Region(0, 5, 79, 1)]
        await pilot.pause()
        assert "Emil Renamed" in app.lines()[5]


async def test_an_empty_result_says_what_the_screen_wants_said() -> None:
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        app.table.empty_text = "Nothing found for [b]x[/b].\nPress n to create it."
        app.table.show(MemoryListing([]), sort="name")
        await until(pilot, lambda: app.table.total == 0)
        lines = app.lines()
        assert any(line.strip() == "Nothing found for [b]x[/b]." for line in lines)
        assert any(line.strip() == "Press n to create it." for line in lines)
        assert not any(line.startswith("►") for line in lines)
        await pilot.press("down", "enter", "G", "space", "shift+down")
        assert app.table.cursor_row is None
        app.table.empty_text = Content.from_markup("Really [b]nothing[/b]")
        await pilot.pause()
        assert any(line.strip() == "Really nothing" for line in app.lines())
        assert app.heard(ResultTable.CursorMoved)[-1].row is None


async def test_the_cursor_stays_visible_in_a_quieter_style_while_searching() -> None:
    app = TableApp(MemoryListing(range(1000)))
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        loud = app.table.render_lines(Region(0, 1, 79, 1))[0]
        assert all(segment.style and segment.style.reverse for segment in loud)
        app.query_one(SearchBox).focus()
        await pilot.pause()
        quiet = app.table.render_lines(Region(0, 1, 79, 1))[0]
        assert quiet.text.startswith("►")
        assert not any(segment.style and segment.style.reverse for segment in quiet)


async def test_in_a_terminal_without_unicode_everything_is_ascii() -> None:
    app = TableApp(MemoryListing(range(60), named([f"Zoë {n} 王" * 9 for n in range(60)])), ascii_only=True)
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        await pilot.press("space", "up")
        text = "\n".join(app.lines())
        assert text.isascii()
        assert "Name ^" in text
        assert "\n>*Zoe 0 ?Zoe 0 ?" in text
        bar = app.table.vertical_scrollbar.render_lines(Region(0, 0, 1, 10))
        assert all(strip.text.isascii() for strip in bar)


async def test_a_million_rows_are_as_quick_to_reach_as_a_hundred() -> None:
    listing = MemoryListing(range(1_000_000))
    app = TableApp(listing)
    async with app.run_test(size=SMALL) as pilot:
        await loaded(pilot)
        await pilot.press("G")
        await loaded(pilot)
        assert app.table.cursor_row == person(999_999)
        app.table.move_cursor(500_000)
        await loaded(pilot)
        assert app.table.cursor_row == person(500_000)
        assert app.table.vertical_scrollbar.window_virtual_size == 1_000_001
        assert listing.calls.count("ids") == 1
        assert len(listing.calls) < 12


@pytest.mark.parametrize("columns", [COLUMNS])
async def test_a_table_without_a_listing_is_blank(columns: tuple[TableColumn[Person], ...]) -> None:
    app = TableApp(columns=columns)
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("down", "enter", "G", "g", "space", "asterisk", "pagedown")
        await pilot.click("#rows", offset=(5, 3))
        assert app.table.cursor_row is None
        assert app.lines()[1:] == [""] * 9
