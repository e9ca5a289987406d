"""Importing, as ratios to what fills the same tables with the finished rows; its memory; and how others fare meanwhile.

Run it with `python -m pytest -m benchmark -n 0 -s tests/benchmarks/test_import.py`. The references get what segtui has
to work out (E.164, keys, search texts) ready made, and fill the same tables with the same keys and the same search
index: on SQLite the `sqlite3` shell by `.import`, on PostgreSQL `COPY` into a temporary table and `INSERT … SELECT`.
`SEGTUI_BENCH_IMPORT_ROWS` (100000,1000000) says how many rows, `SEGTUI_BENCH_IMPORT_LARGEST` (500000) up to how many
the memory is compared.
"""

import csv
import json
import os
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from textwrap import dedent

import pytest

from segtui.database.engine import open_database
from segtui.database.tables.core_tables import contacts as contact_table
from segtui.services.contacts import contacts
from segtui.services.contacts.contacts import ContactQuery
from segtui.services.segments import segments
from segtui.services.segments.segments import SegmentQuery
from segtui.services.session import Session, open_session
from tests.benchmarks import databases
from tests.benchmarks.databases import Sample
from tests.benchmarks.harness import ROOT, goal, p95
from tests.support import postgresql

pytestmark = pytest.mark.benchmark

_SIZES = tuple(int(size) for size in os.environ.get("SEGTUI_BENCH_IMPORT_ROWS", "100000,1000000").split(","))
_LARGEST = int(os.environ.get("SEGTUI_BENCH_IMPORT_LARGEST", "500000"))
_ROUNDS = 3
_FIRST = ["Anna", "Ben", "Zoë", "Finn", "Lena", "Tom", "Eve", "Jo", "Tia", "Maria", "José", "Chloé", "Olaf", "Nora"]
_LAST = ["Smith", "Jones", "Müller", "Garcia", "Brown", "Norman", "Ødegård", "Lopez", "Kim", "Chen"]
_HEADERS = ["Phone", "First Name", "Last Name", "Email", "Company", "City", "State", "Lead Source", "Lead Status"]
_SOURCES = ["Web", "Fair", "Referral", "Partner"]
_COLUMNS = [column.name for column in contact_table.c]


def _write_file(path: Path, rows: int, area: str = "602") -> None:
    """Write a file of people, in no order: every phone and every e-mail address once."""
    chance = random.Random(1)
    numbers = list(range(rows))
    chance.shuffle(numbers)
    areas = {0: area, 1: "212", 2: "310"}
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADERS)
        for place, number in enumerate(numbers):
            line = 2_000_000 + number % 4_000_000
            writer.writerow(
                [
                    f"({areas[number // 4_000_000]}) {line // 10_000}-{line % 10_000:04}",
                    chance.choice(_FIRST), chance.choice(_LAST), f"person.{area}.{number}@example.com",
                    f"Example {place % 500}", f"City {place % 300}", "AZ", _SOURCES[place % 4], "New",
                ]
            )  # fmt: skip


def _segtui(file: Path, database: str) -> tuple[float, float]:
    """Import a file with the program itself. Return the seconds it took and the megabytes of memory at the most."""
    command = [sys.executable, "-m", "segtui", "--database", database, "import", str(file), "--segment", "A", "--json"]
    began, largest = time.perf_counter(), 0
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    # What `wait4` says of memory begins with that of the process that starts another one.
    while process.poll() is None:
        largest = max(largest, _high_water(process.pid))
        time.sleep(0.02)
    assert process.returncode == 0
    return time.perf_counter() - began, largest / 1024


def _high_water(pid: int) -> int:
    """Return the most kilobytes of memory that a process ever held (Linux); 0 where it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")), 0)


def _report(title: str, rows: int, ours: list[float], theirs: list[float], megabytes: float, wanted: float) -> None:
    ratios = sorted(a / b for a, b in zip(ours, theirs, strict=True))
    print(
        f"\n{title}: segtui {rows / statistics.median(ours):,.0f} rows/s, the reference "
        f"{rows / statistics.median(theirs):,.0f} rows/s, times {statistics.median(ratios):.2f}× "
        f"({ratios[0]:.2f} to {ratios[-1]:.2f}), at most {megabytes:.0f} MB"
    )
    goal(title, statistics.median(ratios), wanted)
    goal(f"memory, {title}", megabytes, 400, " MB")


@pytest.mark.parametrize("rows", _SIZES)
def test_against_the_shell(tmp_path: Path, rows: int) -> None:
    file, finished, empty = tmp_path / "rows.csv", tmp_path / "finished.csv", tmp_path / "empty.db"
    _write_file(file, rows)
    open_database(empty).close()
    _segtui(file, str(tmp_path / "warm.db"))
    with closing(sqlite3.connect(tmp_path / "warm.db")) as connection:
        _finished(connection.execute(f"SELECT {', '.join(_COLUMNS)} FROM contacts"), finished)
    ours, theirs, megabytes = [], [], 0.0
    for number in range(_ROUNDS):
        seconds, largest = _segtui(file, str(tmp_path / f"ours{number}.db"))
        ours.append(seconds)
        megabytes = max(megabytes, largest)
        theirs.append(_shell(finished, empty, tmp_path / "shell.db"))
        for path in tmp_path.glob("*[0-9l].db*"):
            path.unlink()
    _report(f"import of {rows:,} rows, SQLite", rows, ours, theirs, megabytes, 1.3)


def _finished(rows: Iterator[tuple[object, ...]], path: Path) -> None:
    # The shell turns an empty cell into an empty string, which the tables take as well.
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows(rows)


def _shell(finished: Path, empty: Path, database: Path) -> float:
    shutil.copy2(empty, database)
    script = dedent(f"""
        PRAGMA synchronous = FULL;
        PRAGMA foreign_keys = ON;
        .import --csv {finished} contacts
        BEGIN;
        INSERT INTO segments (company_id, name, name_key, sort_key, search, created_at, updated_at)
            VALUES (1, 'A', 'a', 'a', 'a', 1, 1);
        INSERT INTO memberships SELECT 1, 1, id, 1, 1 FROM contacts;
        COMMIT;
        INSERT INTO contact_search (rowid, search) SELECT id, search FROM contacts;
    """)
    began = time.perf_counter()
    subprocess.run(["sqlite3", str(database)], input=script.encode(), check=True, capture_output=True)
    return time.perf_counter() - began


@pytest.mark.parametrize("rows", _SIZES)
def test_against_copy(tmp_path: Path, rows: int) -> None:
    import psycopg

    file = tmp_path / "rows.csv"
    _write_file(file, rows)
    with postgresql.server() as url:
        made = postgresql.Databases(url)
        made.make_template(lambda fresh: open_database(fresh).close())
        finished: bytes | None = None
        ours, theirs, megabytes = [], [], 0.0
        for _ in range(_ROUNDS):
            with made.fresh() as fresh:
                seconds, largest = _segtui(file, fresh)
                ours.append(seconds)
                megabytes = max(megabytes, largest)
                if finished is None:
                    with psycopg.connect(_plain(fresh)) as connection:
                        finished = _copied_out(connection)
            with made.fresh() as fresh, psycopg.connect(_plain(fresh)) as connection:
                theirs.append(_copied_in(connection, finished))
        made.close()
    _report(f"import of {rows:,} rows, PostgreSQL", rows, ours, theirs, megabytes, 1.2)


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


def _copied_out(connection: "object") -> bytes:
    cursor = connection.cursor()  # type: ignore[attr-defined]  # psycopg's, which is an extra
    with cursor.copy(f"COPY contacts ({', '.join(_COLUMNS)}) TO STDOUT (FORMAT csv)") as copy:
        return b"".join(bytes(block) for block in copy)


def _copied_in(connection: "object", finished: bytes) -> float:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    columns = ", ".join(_COLUMNS)
    began = time.perf_counter()
    cursor.execute("CREATE TEMPORARY TABLE finished (LIKE contacts)")
    with cursor.copy(f"COPY finished ({columns}) FROM STDIN (FORMAT csv)") as copy:
        copy.write(finished)
    cursor.execute("ANALYZE finished")
    cursor.execute(f"INSERT INTO contacts ({columns}) SELECT {columns} FROM finished")
    cursor.execute(
        "INSERT INTO segments (company_id, name, name_key, sort_key, search, created_at, updated_at) "
        "VALUES (1, 'A', 'a', 'a', 'a', 1, 1) RETURNING id"
    )
    (segment,) = cursor.fetchone()
    cursor.execute(
        "INSERT INTO memberships (company_id, segment_id, contact_id, added_at) SELECT 1, %s, id, 1 FROM finished",
        (segment,),
    )
    connection.commit()  # type: ignore[attr-defined]
    return time.perf_counter() - began


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_check_and_load(tmp_path: Path, backend: str) -> None:
    """A check and its load by a process that keeps the checked rows, and in the session, which reads twice."""
    rows = min(_SIZES)
    file = tmp_path / "rows.csv"
    _write_file(file, rows)
    figures: dict[str, list[dict[str, float]]] = {"here": [], "child": []}
    with ExitStack() as stack:
        made = None
        if backend == "postgresql":
            made = postgresql.Databases(stack.enter_context(postgresql.server()))
            made.make_template(lambda fresh: open_database(fresh).close())
            stack.callback(made.close)
        for number in range(_ROUNDS):
            for way, taken in figures.items():
                with ExitStack() as one:
                    url = one.enter_context(made.fresh()) if made else str(tmp_path / f"{way}{number}.db")
                    open_database(url).close()
                    taken.append(_check_and_load(way, url, file))
    medians = {
        way: {name: statistics.median(one[name] for one in taken) for name in taken[0]}
        for way, taken in figures.items()
    }
    for way, median in medians.items():
        told = ", ".join(f"{name} {value:.2f}" for name, value in median.items())
        print(f"\n{rows:,} rows, {backend}, {way} (seconds and megabytes): {told}", end="")
    here, child = medians["here"], medians["child"]
    print()
    goal(f"check and load, {backend}", (child["check"] + child["load"]) / (here["check"] + here["load"]), 0.8)
    goal(f"load after check, {backend}", child["load"] / here["load"], 0.7)
    goal(f"memory of the session after an import, {backend}", child["after"] / child["before"], 1.05)


def _check_and_load(way: str, url: str, file: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.check_and_load", way, url, str(file)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    taken: dict[str, float] = json.loads(done.stdout)
    return taken


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    print()
    found = {}
    for rows in sorted({50_000, 500_000, _LARGEST}):
        if rows > _LARGEST:
            continue
        file = tmp_path / "rows.csv"
        _write_file(file, rows)
        seconds, found[rows] = _segtui(file, str(tmp_path / f"{rows}.db"))
        print(f"import of {rows:>9,} rows, SQLite: {seconds:6.1f} s, at most {found[rows]:.0f} MB")
    goal(f"memory at {max(found):,} rows", found[max(found)], 400, " MB")


@pytest.mark.parametrize("rows", [100_000, 1_000_000])
def test_others_meanwhile(tmp_path: Path, rows: int) -> None:
    """While so many rows are imported into a million contacts: what reading takes, and how long a write waits.

    Reading is compared with that before the import. Some words that are searched are names of the file, which have more
    hits from its commit on: so the figure of afterwards is printed as well.
    """
    sample = _copy_of_a_million(tmp_path)
    file = tmp_path / "rows.csv"
    _write_file(file, rows, area="480")
    with sample.opened() as database:
        session = open_session(database, source="benchmark")
        anybody = contacts.listing(session, ContactQuery()).first(1)[0].id
        alone, _ = _day(session, anybody, lambda: time.sleep(8))
        meanwhile, longest = _day(session, anybody, lambda: _segtui(file, sample.url))
        afterwards, _ = _day(session, anybody, lambda: time.sleep(8))
    reads = _ratio_of_p99(meanwhile, alone)
    print(
        f"\n{rows:,} rows into a million: reading p99 {_p99(meanwhile):.0f} ms, without {_p99(alone):.0f} ms "
        f"({reads:.2f}×), afterwards {_p99(afterwards):.0f} ms ({_ratio_of_p99(meanwhile, afterwards):.2f}×), "
        f"p95 {p95(meanwhile):.0f}, {p95(alone):.0f} and {p95(afterwards):.0f} ms; "
        f"longest wait of a write {longest:.1f} s"
    )
    goal(f"others' p99 while {rows:,} rows are imported", reads, 3)
    goal(f"longest wait for a write, {rows:,} rows into a million", longest, 3 if rows == 100_000 else 10, " s")


def _copy_of_a_million(folder: Path) -> Sample:
    with databases.samples("sqlite", [1_000_000]) as made:
        path = folder / "million.db"
        shutil.copy2(made[0].url, path)
    return Sample("sqlite", 1_000_000, str(path))


def _day(session: Session, contact_id: int, work: Callable[[], object]) -> tuple[list[float], float]:
    """Read and write as people do while `work` is done. Return the reads' milliseconds, the slowest write's seconds."""
    reads: list[float] = []
    writes: list[float] = [0.0]
    done = threading.Event()

    def read() -> None:
        queries = [ContactQuery(search=word) for word in ("norman", "smith", "295 71", "zoe")]
        while not done.is_set():
            for query in queries:
                began = time.perf_counter()
                contacts.listing(session, query).first(50)
                segments.listing(session, SegmentQuery()).first(50)
                reads.append((time.perf_counter() - began) * 1000)
                time.sleep(0.05)

    def write() -> None:
        number = 0
        while not done.is_set():
            number += 1
            began = time.perf_counter()
            contacts.edit(session, contact_id, {"job_title": f"Nº {number}"})
            writes.append(time.perf_counter() - began)
            time.sleep(0.1)

    threads = [threading.Thread(target=each) for each in (read, write)]
    for thread in threads:
        thread.start()
    try:
        work()
    finally:
        done.set()
        for thread in threads:
            thread.join()
    return reads, max(writes)


def _p99(values: list[float]) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))]


def _ratio_of_p99(measured: list[float], reference: list[float]) -> float:
    """Return how many times slower 99 of 100 are."""
    return _p99(measured) / max(_p99(reference), 1e-9)
