"""A small database on SQLite whose times stand still, with hostile names in it, and the app on it."""

import itertools
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text, update
from syrupy.assertion import SnapshotAssertion

from segtui.config import settings as config
from segtui.database import change_feed
from segtui.database.change_feed import PostgresqlChangeFeed, SqliteChangeFeed
from segtui.database.engine import Database, open_database
from segtui.database.tables import core_tables
from segtui.domain.text import clean
from segtui.domain.vocabulary import Role
from segtui.services import change_watcher
from segtui.services.accounts import companies
from segtui.services.contacts import contacts
from segtui.services.segments import segments
from segtui.services.session import Session, open_session
from segtui.tui.app import SegtuiApp
from tests.support.svg import SvgSnapshot

# Each of them would do something to a terminal or to markup that it must not.
HOSTILE = {
    "markup": "[bold]Bold[/bold] [/nope]",
    "click": "[@click=app.quit]Quit[/]",
    "escape": "\x1b]0;owned\x07\x1b[2JEscape",
    "c1": "\x9b31mC1",
    "line break": "Two\nlines",
    "right to left": "\u202edrowkcab",
    "wide": "日本語の名前",
    "braces": "$name {x} %s",
}

_START = int(datetime(2026, 3, 2, 9, 0, tzinfo=UTC).timestamp() * 1_000_000_000)


def _let_clock_tick(monkeypatch: pytest.MonkeyPatch, ticks: Iterator[int]) -> None:
    monkeypatch.setattr("time.time_ns", lambda: _START + next(ticks) * 1_000_000_000)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """Return an empty database with one company, to be copied, and how many moments were read until it was there."""
    path, ticks = tmp_path_factory.mktemp("made") / "segtui.db", itertools.count()
    with pytest.MonkeyPatch.context() as patch:
        _let_clock_tick(patch, ticks)
        database = open_database(path)
        with database.engine.execution_options(writes=True, every_company=True).begin() as connection:
            connection.execute(text("UPDATE companies SET timezone = 'UTC'"))
        database.close()
    return path, next(ticks)


@pytest.fixture(autouse=True)
def clock(made: tuple[Path, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every moment that is stored be a second after the one before, from a fixed day on."""
    _let_clock_tick(monkeypatch, itertools.count(made[1]))


@pytest.fixture
def database(made: tuple[Path, int], tmp_path: Path) -> Iterator[Database]:
    """Yield an empty database with one company."""
    path = shutil.copy2(made[0], tmp_path / "segtui.db")
    opened = open_database(path, create=False)
    yield opened
    opened.close()


@pytest.fixture
def session(database: Database) -> Session:
    """Return the owner's session."""
    return open_session(database, source="terminal")


@pytest.fixture(scope="session")
def made_filled(made: tuple[Path, int], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """Return a database as `filled` has it, and the count of moments that were read until it was there."""
    path, ticks = tmp_path_factory.mktemp("filled") / "segtui.db", itertools.count(made[1])
    shutil.copy2(made[0], path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOGNAME", "tester")
        _let_clock_tick(patch, ticks)
        database = open_database(path, create=False)
        _fill(open_session(database, source="terminal"))
        database.close()
    return path, next(ticks)


@pytest.fixture
def filled(session: Session, made_filled: tuple[Path, int], monkeypatch: pytest.MonkeyPatch) -> Session:
    """Return the session of a database with a few segments, one of which has contacts."""
    path, ticks = made_filled
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(str(session.database.path))) as target:
        is_empty = target.execute("SELECT count(*) FROM audit").fetchone() == (0,)
        if is_empty:  # a copy is faster
            source.backup(target)
    if is_empty:
        _let_clock_tick(monkeypatch, itertools.count(ticks))
    else:  # beside what another fixture made
        _fill(session)
    return session


def _fill(session: Session) -> None:
    segments.create(session, "Newsletter", "Everybody who asked for it")
    webinar = segments.create(session, "Webinar signups", "All who came to the spring webinar")
    old = segments.create(session, "Old leads")
    segments.archive(session, old.id)
    people = (("Ada", "Lovelace", "NEW"), ("Finn", "O'Hara", "CALLED"), ("Zoë", "Müller", ""))
    for number, (first, last, status) in enumerate(people):
        values = {
            "first_name": first,
            "last_name": last,
            "phone": f"+1602555010{number}",
            "email": f"{first.lower().replace('ë', 'e')}@example.com",
            "organization": "Example Corp",
            "city": "Phoenix",
            "state": "AZ",
            "source": "webinar",
            "status": status,
        }
        if first == "Finn":
            values |= {"do_not_call": "yes", "custom.T-shirt": "XL"}
        contacts.add(session, values, webinar.id)


@pytest.fixture
def hostile(session: Session) -> Session:
    """Return the session of a database in which nothing is what it seems."""
    for name in HOSTILE.values():
        segment = segments.create(session, clean(name), f"described as {name}")
        for place, value in enumerate(HOSTILE.values()):
            contacts.add(
                session,
                {
                    "first_name": value,
                    "last_name": value,
                    "organization": value,
                    "status": value,
                    f"custom.{value}": value,
                }
                | {"email": f"{segment.id}.{place}@example.com"},
                segment.id,
            )
        # Past the services, which let no control character in: other programs write to databases too.
        with session.database.engine.execution_options(writes=True, every_company=True).begin() as connection:
            connection.execute(
                update(core_tables.segments).where(core_tables.segments.c.id == segment.id),
                {"name": name, "description": f"described as {name}"},
            )
            connection.execute(
                update(core_tables.contacts).where(core_tables.contacts.c.email.like(f"{segment.id}.%")),
                {"first_name": name, "city": name, "do_not_call": 1, "do_not_call_by": name},
            )
    return session


@pytest.fixture
def two_companies(filled: Session) -> Session:
    """Return an admin's session over two companies."""
    both = filled.bound_to(None)
    other = companies.create(both, "Globex [b]Ltd[/b]", region="GB")
    segments.create(both.bound_to(other), "Newsletter")
    return both


@pytest.fixture
def viewer(filled: Session) -> Session:
    """Return the session of somebody who may look and nothing else."""
    assert filled.company is not None
    return replace(filled, actor=replace(filled.actor, role=Role.VIEWER, company_id=filled.company.id))


@pytest.fixture
def app_on(database: Database) -> Callable[[Session], SegtuiApp]:
    """Return what makes the app for a session, in a fixed zone and theme."""
    settings = config.Settings(database=str(database.url), timezone="UTC", theme="segtui")
    return lambda session: SegtuiApp(session, settings)


@pytest.fixture
def polls(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return a list that grows whenever commits of others are looked for: every tenth of a second on SQLite."""
    polled: list[object] = []

    def count(kind: type, method: str) -> None:
        original = getattr(kind, method)

        def counting(*arguments: Any) -> object:
            polled.append(kind)
            return original(*arguments)

        monkeypatch.setattr(kind, method, counting)

    count(SqliteChangeFeed, "_version")
    count(PostgresqlChangeFeed, "wait_for_change")
    for module in (change_feed, change_watcher):
        monkeypatch.setattr(module, "SECONDS", 0.1)
    return polled


@pytest.fixture
def picture(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Return the snapshot that compares SVG pictures."""
    return snapshot.use_extension(SvgSnapshot)
