"""What the benchmarks share: the databases, made once a run and kept from run to run."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from segtui.database.engine import Database, open_database
from tests.benchmarks import databases
from tests.benchmarks.databases import Sample
from tests.benchmarks.harness import ROWS
from tests.support import live_guard, postgresql


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


@pytest.fixture(params=databases.backends())
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Database]]:
    """Yield what makes an empty open database."""
    opened: list[Database] = []
    if request.param == "sqlite":

        def on_sqlite() -> Database:
            opened.append(open_database(tmp_path / f"live{len(opened)}.db"))
            return opened[-1]

        yield on_sqlite
    else:
        made = postgresql.Databases(request.getfixturevalue("postgresql_url"))
        contexts = []

        def on_postgresql() -> Database:
            contexts.append(made.fresh(None))
            opened.append(open_database(contexts[-1].__enter__()))
            return opened[-1]

        made.make_template(lambda url: open_database(url).close())
        yield on_postgresql
    for database in opened:
        database.close()
    if request.param != "sqlite":
        for context in contexts:
            context.__exit__(None, None, None)
        made.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures beside their goals. None of them fails a test."""
    if not ROWS:
        return
    terminalreporter.section("figures and goals")
    for row in ROWS:
        met = "met" if row.value <= row.goal else "NOT MET"
        terminalreporter.write_line(f"{row.title:<84} {row.value:9.2f}{row.unit}  goal {row.goal:g}{row.unit}  {met}")
