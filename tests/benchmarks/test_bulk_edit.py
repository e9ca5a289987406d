"""The edit of one field of all contacts, as a ratio to the UPDATE written by hand, with the same indexes.

Run it with `python -m pytest -m benchmark -n 0 -s tests/benchmarks/test_bulk_edit.py`. Every figure is of databases of
its own, of the sizes in `SEGTUI_BENCH_SIZES`, on both systems.
"""

import io
import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from segtui.database.engine import Database
from segtui.database.tables.core_tables import contacts
from segtui.domain.contact import SEARCHED_FIELDS
from segtui.services import imports, search_index
from segtui.services.contacts import contact_values
from segtui.services.contacts.bulk_editing import bulk_edit
from segtui.services.contacts.bulk_editing.bulk_edit import Replacement
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.imports import Destination, ImportRequest
from segtui.services.session import Session, now, open_session
from segtui.services.undo import UndoStack
from tests.benchmarks import databases
from tests.benchmarks.harness import goal

pytestmark = pytest.mark.benchmark

_ROUNDS = 3


def _load(session: Session, size: int) -> None:
    lines = ["Phone,First Name,Last Name,Lead Source,City,Status"]
    lines += [
        f"602{2_000_000 + number:07},Ann,Person {number},Source {number % 10},City {number % 300},NEW"
        for number in range(size)
    ]
    data = io.BytesIO("\n".join(lines).encode())
    imports.run(session, ImportRequest(None, data, name="a.csv", destination=Destination("Everybody")))


def _by_hand(session: Session, name: str, value: str) -> None:
    """Set a field as a person would who knows what else follows from it: the search text and the index of it."""
    with session.write() as tx:
        changing = tx.scope(contacts) & contacts.c[name].is_distinct_from(value)
        values = {name: value, "updated_at": now()}
        if name in SEARCHED_FIELDS:
            search_index.before_change_where(tx, changing)
            lines = contact_values.search_lines({name: value})
            values["search"] = tx.backend.values.with_lines(contacts.c.search, lines, len(SEARCHED_FIELDS))
        tx.upkeep.before_change(changing, ())
        tx.execute(update(contacts).where(changing).values(values))
        search_index.after_change(tx)


@pytest.mark.parametrize("size", databases.sizes())
def test_one_field_of_all_contacts(make: Callable[[], Database], size: int) -> None:
    session = open_session(make(), source="benchmark")
    _load(session, size)
    name = session.database.backend.name
    with_history = replace(session, history=UndoStack())
    calls: dict[str, Callable[[str], object]] = {
        "by hand": lambda value: _by_hand(session, "status", value),
        "set": lambda value: bulk_edit.edit(session, ContactQuery(), {"status": value}),
        "set, with undo": lambda value: bulk_edit.edit(with_history, ContactQuery(), {"status": value}),
        "replaced": lambda value: bulk_edit.edit(session, ContactQuery(), {}, [Replacement("source", "S", "SS")]),
        "previewed": lambda value: bulk_edit.preview(session, ContactQuery(), {"status": value}),
    }
    seconds: dict[str, list[float]] = {title: [] for title in calls}
    for number in range(_ROUNDS):
        for title, call in calls.items():
            began = time.perf_counter()
            call(f"{title} {number}")
            seconds[title].append(time.perf_counter() - began)
    with session.read() as tx:
        query = select(func.count()).where(tx.scope(contacts), contacts.c.source.like("SSSS%"))
        assert tx.execute(query).scalar_one() == size
    print()
    for title, times in seconds.items():
        ratio = statistics.median(a / b for a, b in zip(times, seconds["by hand"], strict=True))
        print(f"status of {size:,} contacts, {title}, {name}: {statistics.median(times):.2f} s, {ratio:.2f}x")
        if title != "by hand":
            goal(f"one field of {size:,} contacts, {title}, on {name}", ratio, 1.5)
