"""The table in a real terminal: how many bytes it sends, and what is left of it without colours."""

import pytest

from tests.benchmarks.harness import Terminal, program

TABLE = program("table", "100000")


@pytest.fixture(params=[{}, {"NO_COLOR": "1"}, {"COLORTERM": "", "TERM": "xterm"}], ids=["colours", "none", "16"])
def environment(request: pytest.FixtureRequest) -> dict[str, str]:
    chosen: dict[str, str] = request.param
    return chosen


def test_it_sends_little_and_when_idle_nothing() -> None:
    with Terminal(TABLE, columns=120, lines=40) as terminal:
        terminal.first_paint("100,000 people")
        terminal.settle(1)
        assert terminal.press("j").bytes < 1_000
        assert terminal.press("r").bytes < 2_000
        # The mouse moves over the rows.
        assert terminal.press("\x1b[<35;20;10M\x1b[<35;30;12M\x1b[<35;40;14M").bytes == 0
        assert terminal.settle(1).bytes == 0


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
        terminal.settle(0.5)
        line = terminal.screen.display[4]
        start = line.index("Number")
        matched = terminal.screen.buffer[4]
        assert [matched[start + place].underscore for place in range(6)] == [True] * 3 + [False] * 3
        assert terminal.screen.display[3].startswith("►")
