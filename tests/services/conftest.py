"""The databases of the tests of services: also PostgreSQL with its tables partitioned by company.

On that every test runs with `-m long`, some modules always.
"""

import pytest

from tests.support.canaries import World

BACKENDS = ("sqlite", "postgresql", "partitioned")
_ALWAYS_PARTITIONED = {
    "test_boundary",
    "test_contacts",
    "test_search",
    "test_segments",
    "test_import_undo",
    "test_trail",
}


@pytest.hookimpl(tryfirst=True)  # before -m selects
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests on partitioned tables as long, but for those of some modules."""
    for item in items:
        parameters = getattr(getattr(item, "callspec", None), "params", {})
        if "partitioned" in parameters.values() and item.path.stem not in _ALWAYS_PARTITIONED:
            item.add_marker(pytest.mark.long)


@pytest.fixture(params=BACKENDS)
def database_url(database_url: str) -> str:
    """Return where a fresh database is: on SQLite, on PostgreSQL, and there with partitioned tables."""
    return database_url


@pytest.fixture(params=BACKENDS)
def world(world: World) -> World:
    """Return two companies that hold one of everything, on the same databases."""
    return world
