"""What the benchmarks share: the databases, made once a run and kept from run to run."""

from collections.abc import Iterator

import pytest

from tests.benchmarks import databases
from tests.benchmarks.databases import Sample
from tests.benchmarks.harness import ROWS
from tests.support import live_guard


@pytest.fixture(scope="session", autouse=True)
def unguarded() -> None:
    """Measure what users have: without the comparisons that the tests make after every transaction."""
    live_guard.switch_off()


@pytest.fixture(scope="session", params=databases.backends())
def samples(request: pytest.FixtureRequest) -> Iterator[list[Sample]]:
    """Yield a database of each size (`SEGTUI_BENCH_SIZES`), on SQLite, then on PostgreSQL (`SEGTUI_BENCH_BACKENDS`)."""
    with databases.samples(request.param, databases.sizes()) as made:
        yield made


@pytest.fixture(scope="session")
def largest(samples: list[Sample]) -> Sample:
    """Return the largest database."""
    return max(samples, key=lambda sample: sample.size)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures beside their goals. None of them fails a test."""
    if not ROWS:
        return
    terminalreporter.section("figures and goals")
    for row in ROWS:
        met = "met" if row.value <= row.goal else "NOT MET"
        terminalreporter.write_line(f"{row.title:<84} {row.value:9.2f}{row.unit}  goal {row.goal:g}{row.unit}  {met}")
