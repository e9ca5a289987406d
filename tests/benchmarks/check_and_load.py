"""A session that checks a file and loads it, in its own process or in one for the import: times and memory, as JSON."""

import json
import os
import resource
import sys
import time
from dataclasses import replace
from pathlib import Path

from segtui.database.engine import open_database
from segtui.services import imports
from segtui.services.imports import Destination, ImportRequest
from segtui.services.imports.process.child_importer import ChildImporter
from segtui.services.session import open_session
from segtui.tui.screens.imports.wizard import import_wizard  # noqa: F401  what a session has loaded


def main(way: str, address: str, file: str) -> None:
    """Check and load `file`, the way `here` or `child`, and print seconds and megabytes."""
    database = open_database(address, create=False)
    session = open_session(database, source="benchmark")
    importer = ChildImporter()
    run = imports.run if way == "here" else importer.run
    request = ImportRequest(Path(file), name="rows.csv", destination=Destination("A"), dry_run=True)
    before = _megabytes("VmRSS")
    began = time.perf_counter()
    importer.prepare(session) if way == "child" else None
    run(session, request)
    checked = time.perf_counter()
    waiting = [_megabytes("VmRSS", pid) for pid in _children()]
    run(session, replace(request, dry_run=False))
    loaded = time.perf_counter()
    importer.close()
    while _children():
        time.sleep(0.01)
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    figures = {
        "check": checked - began,
        "load": loaded - checked,
        "cpu": sum(each.ru_utime + each.ru_stime for each in used),
        "before": before,
        "after": _megabytes("VmRSS"),
        "peak": _megabytes("VmHWM"),
        "waiting": sum(waiting),
        "peak of the child": used[1].ru_maxrss / 1024,
    }
    print(json.dumps(figures))


def _children() -> list[int]:
    own = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    every = (path.read_text() for path in own.parent.parent.glob("*/children"))
    return [int(pid) for text in every for pid in text.split()]


def _megabytes(what: str, pid: int | None = None) -> float:
    lines = Path(f"/proc/{pid or 'self'}/status").read_text(encoding="ascii").splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{what}:")), 0) / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
