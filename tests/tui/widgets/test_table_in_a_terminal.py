"""The table in a real terminal: how many bytes it sends, and what is left of it without colours."""

from pathlib import Path

import pytest

from tests.benchmarks.harness import Terminal, program

TABLE = program("table", "100000")


@pytest.fixture(params=[{}, {"NO_COLOR": "1"}, {"COLORTERM": "", "TERM": "xterm"}], ids=["colours", "none", "16"])
def environment(request: pytest.FixtureRequest) -> dict[str, str]:
    chosen: dict[str, str] = request.param
    return chosen


def test_it_sends_little_and_when_idle_nothing(tmp_path: Path) -> None:
    loads = tmp_path / "loads"
    with Terminal(TABLE, columns=120, lines=40, environment={"TABLE_PROGRAM_LOADS": str(loads)}) as terminal:

        def bytes_until_loaded(key: str) -> int:
            before = loads.stat().st_size
            sent = terminal.press(key).bytes
            while loads.stat().st_size == before:
                sent += terminal.settle().bytes
            return sent + terminal.settle(1).bytes

        terminal.first_paint("100,000 people")
        terminal.settle(1)
        assert terminal.press("j").bytes < 1_000
        # A mark that moves on, and a step of a range.
        assert terminal.press(" ").bytes < 1_000
        assert terminal.press("\x1b[1;2B").bytes < 1_000
        assert bytes_until_loaded("r") < 2_000
        # The same, read again because somebody changed something: nothing at all.
        assert bytes_until_loaded("f") == 0
        # The mouse moves over the rows.
        assert terminal.press("\x1b[<35;20;10M\x1b[<35;30;12M\x1b[<35;40;14M").bytes == 0
        assert terminal.settle(1).bytes == 0


def test_a_text_that_is_cut_off_is_whole_under_a_mouse_that_rests() -> None:
    with Terminal(TABLE, columns=80, lines=24) as terminal:
        terminal.first_paint("100,000 people")
        terminal.settle(1)
        terminal.press_until("G", "Number 99999")
        terminal.settle(0.5)
        line = terminal.screen.display[20]
        assert "person99996@examp" in line
        assert "person99996@example.com" not in line
        before = terminal.text.splitlines()
        x = line.index("person99996") + 1
        # On its way it costs nothing.
        assert terminal.press(f"\x1b[<35;{x};20M\x1b[<35;{x};21M").bytes == 0
        terminal.press_until(f"\x1b[<35;{x + 1};21M", "person99996@example.com")
        answer = terminal.settle(0.5)
        assert answer.bytes < 1_000
        after = terminal.text.splitlines()
        assert sum(old != new for old, new in zip(before, after, strict=True)) <= 5
        # The lines beside it were not sent again.
        terminal.press(f"\x1b[<35;{x};3M")
        terminal.settle(1)
        assert terminal.text.splitlines() == before


def test_the_cursor_and_matches_are_visible_in_any_colours(environment: dict[str, str]) -> None:
    with Terminal(TABLE, environment=environment) as terminal:
        terminal.first_paint("100,000 people")
        terminal.settle(1)
        cursor = terminal.screen.buffer[3]
        assert cursor[0].data == "►"
        assert all(cursor[column].reverse for column in range(79))
        other = terminal.screen.buffer[4]
        assert not any(other[column].reverse for column in range(79))
        assert other[5].fg != other[5].bg or other[5].fg == "default"
        terminal.press("/")
        terminal.press_each("num")
        start = terminal.screen.display[4].index("Number")

        def underscored() -> list[bool]:
            return [terminal.screen.buffer[4][start + place].underscore for place in range(6)]

        terminal.wait_for(lambda: any(underscored()), "a marked match")
        assert underscored() == [True] * 3 + [False] * 3
        assert terminal.screen.display[3].startswith("►")
