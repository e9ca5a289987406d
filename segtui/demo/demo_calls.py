"""The calls of the demo while it is open, in a separate process that always ends with the interface.

A dispatcher works there on the demo's database, with the simulator as its platform. It gets the address directly:
neither the configuration nor the environment can lead it to a real platform. The interface holds the only other end of
a pipe to it; when that is closed, even by kill -9, the process removes the demo's folder and ends.
"""

import os
import secrets
import shutil
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from segtui import crash
from segtui.demo import FOLDER_PREFIX, database_in
from segtui.demo.demo_campaigns import SPEED


class DemoCalls:
    """The calls of the demo in a folder, from `start` to the end of the block: `with DemoCalls(folder) as …`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._is_over = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        with self._lock:
            self._is_over = True
            if self._process is not None:
                # Nothing has to be settled: the database is thrown away.
                self._process.kill()
                self._process.communicate()

    def start(self) -> None:
        """Start to call, unless it is over already. Safe in any thread. If the process fails, there are no calls."""
        with self._lock:
            if self._is_over or self._process is not None:
                return
            # The process finds the same modules as this one, independent of the working folder.
            module_path = os.pathsep.join(os.path.abspath(entry) for entry in sys.path)  # noqa: PTH100 -- the spelling must stay
            try:
                self._process = subprocess.Popen(  # noqa: S603 -- no shell; the command is ours
                    [sys.executable, "-P", "-m", "segtui.demo", str(self._folder)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env={**os.environ, "PYTHONPATH": module_path},
                    start_new_session=True,  # signals of the terminal end the interface, and through it this process
                )
            except OSError as error:
                crash.note("The demo's calls could not be started", error)


def run(folder: Path) -> int:
    """Call in the demo of a folder until standard input ends, then remove the folder. Returns 2 for another folder.

    This is the process; `DemoCalls` starts it.
    """
    if not folder.name.startswith(FOLDER_PREFIX):
        return 2
    with suppress(OSError):
        os.nice(5)  # the interface comes first
    threading.Thread(target=_call, args=(database_in(folder),), daemon=True).start()
    sys.stdin.buffer.read()
    for _ in range(3):  # a call that ended just then may still be written
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def _call(database_file: Path) -> None:
    # Imported here: the interface, which imports this module, does not need them.
    from segtui.database.engine import open_database
    from segtui.dialer.dispatcher import Dispatcher
    from segtui.dialer.https_platform import HttpsPlatform
    from segtui.dialer.reconciliation import Timeouts
    from segtui.dialer.simulator import Behaviour, Simulator

    token = secrets.token_hex(16)
    behaviour = Behaviour(speed=SPEED, per_minute=None, per_second=None)
    try:
        with Simulator(behaviour, token=token) as simulator, HttpsPlatform(simulator.base_url, token) as platform:
            database = open_database(database_file, create=False)
            timeouts = Timeouts(poll=1, poll_idle=1)
            Dispatcher(database, platform, per_minute=600, per_second=10, timeouts=timeouts).run()
    except Exception as error:  # noqa: BLE001 -- the process has no output, and its main thread waits on
        if database_file.exists():
            crash.note("The demo's calls ended", error)
