"""What the boundary inside PostgreSQL costs: row-level security with and without search, and binding a transaction.

Run it with `SEGTUI_BENCH_BACKENDS=postgresql python -m pytest -m benchmark -n 0 -s tests/benchmarks/test_guard.py`. The
reference is the same database asked past the policies, in turns with the others.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from statistics import median
from typing import Any

import pytest
from sqlalchemy import text

from segtui.database.engine import Database
from segtui.domain.vocabulary import Role
from segtui.services.accounts import users
from segtui.services.contacts import contacts
from segtui.services.contacts.contacts import ContactQuery
from segtui.services.session import Session, open_session
from tests.benchmarks.databases import Sample
from tests.benchmarks.test_search import TYPED

pytestmark = pytest.mark.benchmark

_ROUNDS = 5
_SCREENFUL = 50
# How the server keeps companies apart: not at all, as we do, and by a policy alone, which the trigrams do not survive.
_WAYS: Mapping[str, tuple[bool, bool]] = {"past it": (False, False), "ours": (True, True), "naive": (True, False)}


@contextmanager
def _by(database: Database, *, guard: bool, apart: bool) -> Iterator[None]:
    backend: Any = database.backend
    before = backend._roles, backend.is_guarded
    backend._roles, backend.is_guarded = before[0] if guard else None, apart
    try:
        yield
    finally:
        backend._roles, backend.is_guarded = before


def _median(call: Callable[[], object]) -> float:
    found = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        call()
        found.append(time.perf_counter() - began)
    return median(found) * 1000


def test_row_level_security_with_and_without_search(samples: list[Sample]) -> None:
    print()
    for sample in samples:
        if sample.backend == "postgresql":
            with sample.opened() as database:
                _compare_ways(sample, database, "a screenful, no search", [ContactQuery()])
                _compare_ways(sample, database, "search, first rows", [ContactQuery(search=word) for word in TYPED])


def _compare_ways(sample: Sample, database: Database, title: str, queries: Sequence[ContactQuery]) -> None:
    session = open_session(database, source="benchmark")
    took = dict.fromkeys(_WAYS, 0.0)
    for query in queries:
        for way, (guard, apart) in _WAYS.items():
            with _by(database, guard=guard, apart=apart):
                took[way] += _median(partial(_first_rows, session, query))
    _print(sample, title, took)


def _first_rows(session: Session, query: ContactQuery) -> None:
    contacts.listing(session, query).first(_SCREENFUL)


def test_binding_a_transaction(samples: list[Sample]) -> None:
    print()
    for sample in samples:
        if sample.backend == "postgresql":
            with sample.opened() as database:
                _compare_bindings(sample, database)


def _compare_bindings(sample: Sample, database: Database) -> None:
    owner = open_session(database, source="benchmark")
    if "bench" not in {user.login for user in users.every(owner)}:
        users.add(owner, "bench", company=owner.one_company.name, role=Role.MEMBER)
    user = users.by_login(owner, "bench")
    actor = replace(owner.actor, login="bench", role=Role.MEMBER, company_id=user.company_id, user_id=user.id)
    signed_in = Session(database, actor, owner.company)
    took = {}
    with _by(database, guard=False, apart=False):
        took["past it"] = _median(partial(_hundred, _empty, owner)) / 100
    took["role and company"] = _median(partial(_hundred, _empty, owner)) / 100
    took["the user too, by the function"] = _median(partial(_hundred, _empty, signed_in)) / 100
    with _by(database, guard=False, apart=False):
        took["by SET LOCAL, three statements"] = _median(partial(_hundred, _set_local, owner)) / 100
    _print(sample, "an empty transaction", took)


def _hundred(call: Callable[[Session], None], session: Session) -> None:
    for _ in range(100):
        call(session)


def _empty(session: Session) -> None:
    with session.read() as tx:
        tx.execute(text("SELECT 1"))


def _set_local(session: Session) -> None:
    with session.read() as tx:
        tx.execute(text("SELECT enabled FROM users WHERE id = 1").execution_options(every_company=True))
        tx.execute(text("SET LOCAL ROLE NONE"))
        tx.execute(text("SET LOCAL segtui.company = '1'"))
        tx.execute(text("SELECT 1"))


def _print(sample: Sample, title: str, took: Mapping[str, float]) -> None:
    reference = took["past it"]
    told = ", ".join(f"{way} {ms:.2f} ms ({ms / reference:.2f}×)" for way, ms in took.items())
    print(f"{sample.title}, {title}: {told}")
