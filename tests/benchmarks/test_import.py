"""Importing 100,000 rows, as a ratio to the `sqlite3` shell's `.import` of the finished rows into the same tables.

Run it with `python -m pytest -m benchmark -n 0 -s tests/benchmarks/test_import.py`. The shell gets what segtui has to
work out (E.164, keys, search texts) ready made, and fills the same tables with the same keys and the same search index.
"""

import csv
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent

import pytest

from segtui.database.engine import open_database

pytestmark = pytest.mark.benchmark

_ROWS = 100_000
_ROUNDS = 3
_FIRST = ["Anna", "Ben", "Zoë", "Finn", "Lena", "Tom", "Eve", "Jo", "Tia", "Maria", "José", "Chloé", "Olaf", "Nora"]
_LAST = ["Smith", "Jones", "Müller", "Garcia", "Brown", "Norman", "Ødegård", "Lopez", "Kim", "Chen"]
_HEADERS = ["Phone", "First Name", "Last Name", "Email", "Company", "City", "State", "Lead Source", "Lead Status"]
_SOURCES = ["Web", "Fair", "Referral", "Partner"]


def _write_file(path: Path) -> None:
    chance = random.Random(1)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["Phone", "First Name", "Last Name", "Email", "Company", "City", "State", "Lead Source", "Lead Status"]
        )
        for number in range(_ROWS):
            first, last = chance.choice(_FIRST), chance.choice(_LAST)
            phone = f"(602) {200 + number // 10_000}-{number % 10_000:04}"
            mail = f"{first.lower()}.{number}@example.com"
            city = f"City {number % 300}"
            writer.writerow(
                [phone, first, last, mail, f"Example {number % 500}", city, "AZ", _SOURCES[number % 4], "New"]
            )


def _segtui(file: Path, database: Path) -> float:
    began = time.perf_counter()
    command = [
        sys.executable,
        "-m",
        "segtui",
        "--database",
        str(database),
        "import",
        str(file),
        "--segment",
        "A",
        "--json",
    ]
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


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


def test_rows_a_second_against_the_shell(tmp_path: Path) -> None:
    file, finished, empty = tmp_path / "rows.csv", tmp_path / "finished.csv", tmp_path / "empty.db"
    _write_file(file)
    open_database(empty).close()
    _segtui(file, tmp_path / "warm.db")
    with sqlite3.connect(tmp_path / "warm.db") as connection, finished.open("w", newline="", encoding="utf-8") as out:
        # The shell turns an empty cell into an empty string, which the tables take as well.
        csv.writer(out).writerows(connection.execute("SELECT * FROM contacts"))
    ours, theirs = [], []
    for number in range(_ROUNDS):
        ours.append(_segtui(file, tmp_path / f"ours{number}.db"))
        theirs.append(_shell(finished, empty, tmp_path / f"shell{number}.db"))
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    print(
        f"\nimport of {_ROWS:,} rows: segtui {_ROWS / statistics.median(ours):,.0f} rows/s, sqlite3 shell "
        f"{_ROWS / statistics.median(theirs):,.0f} rows/s, ratio of the times {statistics.median(ratios):.2f} "
        f"({min(ratios):.2f} to {max(ratios):.2f})"
    )
