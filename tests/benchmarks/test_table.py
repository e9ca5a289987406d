"""What the table costs, as ratios to a bare Textual app that ran at the same time. No figure here is asserted."""

import statistics

import pytest

from tests.benchmarks.harness import Answer, Terminal, program, report

pytestmark = pytest.mark.benchmark

SIZES = (10_000, 100_000, 1_000_000)
ROUNDS = 7
TYPED = "numbernumber"


def median(answers: list[Answer]) -> float:
    return statistics.median(answer.ms for answer in answers)


def test_first_paint() -> None:
    bare: list[Answer] = []
    table: dict[int, list[Answer]] = {size: [] for size in SIZES}
    for _ in range(ROUNDS):
        with Terminal(program("bare")) as terminal:
            bare.append(terminal.first_paint("ready"))
        for size in SIZES:
            with Terminal(program("table", str(size))) as terminal:
                table[size].append(terminal.first_paint("Number 15"))
    print()
    for size in SIZES:
        report(f"start to first painted list, {size:,} rows", median(table[size]), median(bare))


def test_memory() -> None:
    print()
    with Terminal(program("bare")) as terminal:
        terminal.first_paint("ready")
        terminal.settle(0.5)
        bare = terminal.memory
    for size in SIZES:
        with Terminal(program("table", str(size))) as terminal:
            terminal.first_paint("Number 15")
            terminal.press_each([*"GgGgGg", "/", *TYPED])
            report(f"memory after scrolling and searching, {size:,} rows", terminal.memory / 1e6, bare / 1e6, "MB")


def test_a_key_in_the_search_box() -> None:
    with Terminal(program("echo")) as terminal:
        terminal.first_paint("ready")
        terminal.settle(0.5)
        echo = terminal.press_each(TYPED)
    print()
    for size in SIZES:
        with Terminal(program("table", str(size))) as terminal:
            terminal.first_paint("Number 15")
            terminal.settle(0.5)
            terminal.press("/")
            answers = []
            for typed, key in enumerate(TYPED, 1):
                # The last row in view that the made-up search finds after so many keys.
                answers.append(terminal.press_until(key, f"Number {20 * (typed + 1)} "))
                terminal.settle()
            report(f"key in the search box to painted rows, {size:,} rows", median(answers), echo.median)


def test_moving_and_jumping() -> None:
    print()
    smallest: dict[str, float] = {}
    for size in SIZES:
        with Terminal(program("table", str(size))) as terminal:
            terminal.first_paint("Number 15")
            terminal.settle(0.5)
            steps = terminal.press_each("j" * 10)
            ends = terminal.press_each("Gg" * 5)
            pages = terminal.press_each(["\x1b[6~"] * 10)
            same = terminal.press_each("r" * 5)
            idle = terminal.settle(2)
        for name, figures in (("step", steps), ("jump", ends), ("page", pages), ("unchanged result", same)):
            reference = smallest.setdefault(name, figures.median)
            report(f"{name}, {size:,} rows ({figures.bytes} bytes)", figures.median, reference)
        print(f"two seconds idle, {size:,} rows: {idle.bytes} bytes")
