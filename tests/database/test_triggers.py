"""SQLite's net of triggers: a write that got past everything else does not reach another company's row."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from segtui.database.tenancy.triggers import _TABLES, _TOO_EXPENSIVE
from segtui.errors import DatabaseError
from segtui.services.maintenance import maintenance
from segtui.services.segments import segments
from tests.support.canaries import World

pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True)


def _write(world: World, statement: str) -> None:
    """Run a statement that says it is meant for all companies in a session of one."""
    with world.owner.write() as tx:
        tx.execute(text(statement).execution_options(every_company=True))


@pytest.mark.parametrize(
    ("table", "event"),
    [
        (table, event)
        for table in _TABLES
        for event in ("UPDATE", "DELETE", "INSERT")
        if table not in {"companies", "audit"} and (table, event) not in _TOO_EXPENSIVE
    ],
)
def test_a_row_of_another_company_is_not_written(world: World, table: str, event: str) -> None:
    other = world.other.company.id
    statement = {
        "UPDATE": f"UPDATE {table} SET company_id = company_id WHERE company_id = {other}",
        "DELETE": f"DELETE FROM {table} WHERE company_id = {other}",
        "INSERT": f"INSERT INTO {table} SELECT * FROM {table} WHERE company_id = {other}",
    }[event]
    with pytest.raises(DatabaseError, match="belongs to another company"):
        _write(world, statement)


def test_the_other_company_is_not_changed_itself(world: World) -> None:
    with pytest.raises(DatabaseError, match="belongs to another company"):
        _write(world, f"UPDATE companies SET region = 'ES' WHERE id = {world.other.company.id}")


def test_the_net_follows_who_uses_the_connection(world: World) -> None:
    both = world.owner.bound_to(None)
    for _ in range(2):
        assert segments.edit(world.owner, world.main.segment_id, description="ours").description == "ours"
        other = segments.edit(both, world.other.segment_id, description="theirs")
        assert other.description == "theirs"
        with both.write() as tx:
            tx.execute(text("UPDATE segments SET description = ''"))
    assert maintenance.check(world.owner.database) == []


def test_a_write_past_the_services_is_not_caught_in_the_net(world: World) -> None:
    segments.edit(world.owner, world.main.segment_id, description="ours")
    with world.owner.database.engine.execution_options(writes=True, every_company=True).begin() as connection:
        connection.execute(text(f"DELETE FROM do_not_call_list WHERE company_id = {world.other.company.id}"))


def test_the_trail_only_grows_there_too(world: World) -> None:
    with pytest.raises((DatabaseError, DBAPIError), match=r"only grows|another company"):
        _write(world, f"DELETE FROM audit WHERE company_id = {world.other.company.id}")
