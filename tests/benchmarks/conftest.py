"""What the benchmarks share: the databases, made once a run and kept from run to run."""

from collections.abc import Iterator

import pytest

from tests.benchmarks import databases
from tests.benchmarks.databases import Sample


@pytest.fixture(scope="session", params=databases.backends())
def samples(request: pytest.FixtureRequest) -> Iterator[list[Sample]]:
    """Yield a database of each size (`SEGTUI_BENCH_SIZES`), on SQLite, then on PostgreSQL (`SEGTUI_BENCH_BACKENDS`)."""
    with databases.samples(request.param, databases.sizes()) as made:
        yield made


@pytest.fixture(scope="session")
def largest(samples: list[Sample]) -> Sample:
    """Return the largest database."""
    return max(samples, key=lambda sample: sample.size)
