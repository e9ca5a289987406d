"""Databases of a size for the benchmarks: made once, kept in a folder of their own, on SQLite and on PostgreSQL.

The folder is `SEGTUI_BENCH_CACHE`, else one in the system's temporary folder; delete it whenever nothing runs. What
lies there is named after the size and after what went into it (the tables, how texts are folded, this generator), so
that a change of any of these makes new ones.
"""

import hashlib
import json
import os
import random
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Index, Table, make_url
from sqlalchemy.schema import CreateIndex, DropIndex

from segtui.database import schema
from segtui.database.engine import Database, open_database
from segtui.database.tables.core_tables import contact_calls, contacts, custom_field_names, memberships, segments
from segtui.domain.search_terms import segment_text
from segtui.domain.text import fold, name_key
from segtui.services import search_index
from segtui.services.session import open_session
from tests.benchmarks import people
from tests.support import postgresql, sample_words

BACKENDS = ("sqlite", "postgresql")
SEGMENTS = 5_000
EVERYBODY = "Everybody we know"
LARGE = "Large region"
SMALL = "Small pilot"
_SMALL_SIZE = 5_000
_DAY = 86_400_000_000

# A server as somebody would set it up who has a million contacts; a Debian package's defaults but for these.
_SERVER = {
    "shared_buffers": "512MB",
    "effective_cache_size": "4GB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "8GB",
    "autovacuum": "on",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """A database of `size` contacts: what `--database` takes, and on which system it is."""

    backend: str
    size: int
    url: str

    @property
    def title(self) -> str:
        """How it is called in a report."""
        return f"{self.size:,} on {'SQLite' if self.backend == 'sqlite' else 'PostgreSQL'}"

    @contextmanager
    def opened(self) -> Iterator[Database]:
        """Open it for asking a service what the program should show."""
        database = open_database(self.url, create=False)
        try:
            yield database
        finally:
            database.close()


def sizes() -> tuple[int, ...]:
    """Return how many contacts the databases hold: `SEGTUI_BENCH_SIZES`, as `10000,1000000`."""
    given = os.environ.get("SEGTUI_BENCH_SIZES", "10000,100000,1000000")
    return tuple(int(part) for part in given.replace("_", "").split(","))


def backends() -> tuple[str, ...]:
    """Return on which systems they are: `SEGTUI_BENCH_BACKENDS`, as `sqlite,postgresql`."""
    return tuple(os.environ.get("SEGTUI_BENCH_BACKENDS", ",".join(BACKENDS)).split(","))


def folder() -> Path:
    """Return the folder that keeps them, which belongs to whoever runs this."""
    path = Path(os.environ.get("SEGTUI_BENCH_CACHE") or f"{tempfile.gettempdir()}/segtui-bench-{os.geteuid()}")
    path.mkdir(mode=0o711, parents=True, exist_ok=True)
    if path.stat().st_uid != os.geteuid():
        raise RuntimeError(f"{path} belongs to somebody else")
    return path


@contextmanager
def samples(backend: str, wanted: Sequence[int]) -> Iterator[list[Sample]]:
    """Yield a database of each size on one system, made where it is not there yet."""
    if backend == "sqlite":
        yield [_on_sqlite(size) for size in wanted]
        return
    with _server() as url:
        yield [_on_postgresql(url, size) for size in wanted]


@cache
def _fingerprint() -> str:
    """Return what tells apart databases that would not be the same."""
    with tempfile.TemporaryDirectory() as empty:
        path = Path(empty) / "empty.db"
        open_database(path).close()
        with closing(sqlite3.connect(path)) as connection:
            tables = connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
    heads = [(each.name, each.description, each.members[0], len(each.members)) for each in _segments(10_000)]
    made = [schema.HEAD, tables, next(people.rows(500, company_id=1)), heads, _SERVER]
    return hashlib.sha256(json.dumps(made).encode()).hexdigest()[:10]


# The segments


@dataclass(frozen=True, slots=True)
class _Segment:
    name: str
    description: str
    members: Sequence[int]
    created_at: int
    archived: bool


def _segments(total: int) -> Iterator[_Segment]:
    """Yield 5,000 segments: everybody, three of ten, five thousand, and many that hold what people made of lists."""
    chance = random.Random(5000)
    now = 1_748_736_000_000_000
    step = max(1, total // _SMALL_SIZE)
    yield _Segment(EVERYBODY, "All that were ever imported.", range(1, total + 1), now - 900 * _DAY, archived=False)
    large = [key for key in range(1, total + 1) if key * 7919 % 1000 < 300]
    yield _Segment(LARGE, "Three of ten, wherever they came from.", large, now - 400 * _DAY, archived=False)
    yield _Segment(
        SMALL, "To try the script on.", range(1, total + 1, step)[:_SMALL_SIZE], now - 9 * _DAY, archived=False
    )
    subjects = [*sample_words.SOURCES, "Call back", "Renewals", "No answer", "Trade fair", "Newsletter", "Lapsed"]
    for number in range(SEGMENTS - 3):
        city, state = sample_words.US_PLACES[number * 31 % len(sample_words.US_PLACES)][:2]
        size = min(total, int(10 * 60 ** chance.random()))
        if number % 2:
            start = chance.randrange(1, total - size + 2)
            members: Sequence[int] = range(start, start + size)
        else:
            members = sorted(chance.sample(range(1, total + 1), size))
        name = f"{subjects[number % len(subjects)]} {city} {number:04}"
        text = f"{state}, list {number % 40} of the {('spring', 'summer', 'autumn', 'winter')[number % 4]} plan."
        age = int(900 * chance.random() ** 2 * _DAY)
        yield _Segment(name, text if number % 3 else "", members, now - age, archived=number % 50 == 49)


_SEGMENT_COLUMNS = (
    "id", "company_id", "name", "name_key", "sort_key", "description", "search", "contacts", "created_at", "updated_at",
    "archived_at",
)  # fmt: skip
_CUSTOM_COLUMNS = ("company_id", "name")
_MEMBERSHIP_COLUMNS = ("company_id", "segment_id", "contact_id", "added_at")


def _segment_row(key: int, company_id: int, each: _Segment) -> tuple[Any, ...]:
    archived_at = each.created_at + _DAY if each.archived else None
    search = segment_text(each.name, each.description)
    return (
        key, company_id, each.name, name_key(each.name), fold(each.name), each.description, search, len(each.members),
        each.created_at, each.created_at, archived_at,
    )  # fmt: skip


# SQLite


def _on_sqlite(size: int) -> Sample:
    path = folder() / f"{size}-{_fingerprint()}.db"
    if not path.exists():
        began = time.perf_counter()
        new = path.with_suffix(".new")
        for leftover in (new, Path(f"{new}-wal"), Path(f"{new}-shm")):
            leftover.unlink(missing_ok=True)
        _fill_sqlite(new, size)
        new.rename(path)
        print(f"\nmade {path} in {time.perf_counter() - began:.0f} s")
    return Sample("sqlite", size, str(path))


def _fill_sqlite(path: Path, size: int) -> None:
    open_database(path).close()
    indexes = _indexes("sqlite")
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("PRAGMA journal_mode = OFF")
        raw.execute("PRAGMA synchronous = OFF")
        raw.execute("PRAGMA cache_size = -400000")
        # All at once is faster than row by row.
        for index in indexes:
            raw.execute(f"DROP INDEX {index.name}")
        raw.execute("BEGIN")
        first = True
        for part in people.rows(size, company_id=1):
            if first:
                people.demand_agreement(part[:200])
                first = False
            raw.executemany(_insert(contacts.name, people.COLUMNS), part)
        for key, each in enumerate(_segments(size), 1):
            raw.execute(_insert(segments.name, _SEGMENT_COLUMNS), _segment_row(key, 1, each))
            raw.executemany(
                _insert(memberships.name, _MEMBERSHIP_COLUMNS),
                ((1, key, member, each.created_at) for member in each.members),
            )
        raw.executemany(_insert(contact_calls.name, people.CALL_COLUMNS), people.calls(size, company_id=1))
        names = [(1, name) for name in people.CUSTOM_FIELDS]
        raw.executemany(_insert(custom_field_names.name, _CUSTOM_COLUMNS), names)
        raw.execute("COMMIT")
        for index in indexes:
            raw.execute(str(CreateIndex(index)))
        raw.execute("PRAGMA journal_mode = WAL")
    database = open_database(path, create=False)
    # In slices, as the program follows an import: one large insertion would make a better index than anybody has.
    for _ in search_index.catch_up(open_session(database, source="benchmark")):
        pass
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def _indexes(backend: str) -> list[Index]:
    """Return the indexes that the filled tables have on one system, by name."""
    indexes = (index for table in (contacts, memberships) for index in table.indexes)
    return sorted((index for index in indexes if index.info.get("backend", backend) == backend), key=_name_of)


def _name_of(index: Index) -> str:
    return str(index.name)


def _insert(table: str, columns: Sequence[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


# PostgreSQL


@contextmanager
def _server() -> Iterator[str]:
    """Run the server that keeps the databases while the block runs; yield the URL of its maintenance database.

    It is `SEGTUI_BENCH_POSTGRESQL_URL`, else one of Debian's programs, else that of the tests.
    """
    given = os.environ.get("SEGTUI_BENCH_POSTGRESQL_URL")
    if given:
        yield given
        return
    programs = postgresql.debian_programs()
    kept = folder() / (f"postgresql-{programs.parent.name}" if programs else "postgresql-wheel")
    with postgresql.server(kept=kept, programs=programs, settings=_SERVER) as url:
        yield url


def _on_postgresql(url: str, size: int) -> Sample:
    name = f"segtui_bench_{size}_{_fingerprint()}"
    plain = make_url(url).set(drivername="postgresql+psycopg")
    made = plain.set(database=name)
    if not _exists(plain, name):
        began = time.perf_counter()
        new = plain.set(database=f"{name}_new")
        administer(plain, f"DROP DATABASE IF EXISTS {new.database}")
        administer(plain, f"CREATE DATABASE {new.database} ENCODING 'UTF8' TEMPLATE template0")
        _fill_postgresql(new, size)
        administer(plain, f"ALTER DATABASE {new.database} RENAME TO {name}")
        print(f"\nmade {name} on PostgreSQL in {time.perf_counter() - began:.0f} s")
    return Sample("postgresql", size, made.render_as_string(hide_password=False))


def _exists(plain: URL, name: str) -> bool:
    import psycopg

    with psycopg.connect(_dsn(plain)) as connection:
        return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def administer(plain: URL, statement: str) -> None:
    import psycopg

    with psycopg.connect(_dsn(plain), autocommit=True) as connection:
        connection.execute(statement.encode())


@contextmanager
def copied(sample: Sample, folder: Path) -> Iterator[str]:
    """Yield where a copy of a sample is, which may be changed."""
    if sample.backend == "sqlite":
        path = folder / f"copy{sample.size}.db"
        shutil.copy2(sample.url, path)
        yield str(path)
        path.unlink()
        return
    url = make_url(sample.url)
    name = f"{url.database}_copy"
    server = url.set(database="postgres")
    administer(server, f"DROP DATABASE IF EXISTS {name}")
    administer(server, f"CREATE DATABASE {name} TEMPLATE {url.database}")
    yield url.set(database=name).render_as_string(hide_password=False)
    administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def _dsn(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _fill_postgresql(url: URL, size: int) -> None:
    database = open_database(url.render_as_string(hide_password=False))
    with database.engine.connect() as connection:
        connection.execution_options(every_company=True)
        with connection.begin():
            _copy_all(connection, size)
        connection.commit()
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT", every_company=True) as connection:
        # What the server's own maintenance would have done by the time somebody looks.
        connection.exec_driver_sql("VACUUM ANALYZE")
    database.close()


def _copy_all(connection: Connection, size: int) -> None:
    indexes = _indexes("postgresql")
    # Foreign keys are right by construction.
    connection.exec_driver_sql("SET session_replication_role = replica")
    connection.exec_driver_sql("SET maintenance_work_mem = '1GB'")
    trigrams = "SELECT indexdef FROM pg_indexes WHERE indexdef LIKE %s"
    search = [str(each) for each in connection.exec_driver_sql(trigrams, ("%gin_trgm_ops%",)).scalars()]
    for index in indexes:
        connection.execute(DropIndex(index))
    for each in search:
        connection.exec_driver_sql(f"DROP INDEX {each.split()[2]}")
    made = list(enumerate(_segments(size), 1))
    _copy(connection, contacts, people.COLUMNS, chain.from_iterable(people.rows(size, company_id=1)))
    _copy(connection, segments, _SEGMENT_COLUMNS, (_segment_row(key, 1, each) for key, each in made))
    rows = ((1, key, member, each.created_at) for key, each in made for member in each.members)
    _copy(connection, memberships, _MEMBERSHIP_COLUMNS, rows)
    _copy(connection, contact_calls, people.CALL_COLUMNS, people.calls(size, company_id=1))
    _copy(connection, custom_field_names, _CUSTOM_COLUMNS, ((1, name) for name in people.CUSTOM_FIELDS))
    for table in (contacts, segments):
        connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
    for index in indexes:
        connection.execute(CreateIndex(index))
    for each in search:
        connection.exec_driver_sql(each)


def _copy(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def main() -> None:
    """Make what is missing: `python -m tests.benchmarks.databases`."""
    for backend in backends():
        with samples(backend, sizes()) as made:
            for sample in made:
                print(sample.title, sample.url)
    print(f"{shutil.disk_usage(folder()).free / 1e9:.0f} GB of disk are left")


if __name__ == "__main__":
    main()
