"""A dispatcher that hangs is replaced, and dials nothing when it wakes: real processes, stopped and continued."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from segtui.database.backends.backend import BUSY_SECONDS
from segtui.database.engine import open_database
from segtui.database.leader_lock import leader_lock
from segtui.dialer.https_platform import HttpsPlatform
from segtui.dialer.platform import NewCall, Unreachable
from segtui.dialer.reconciliation import Timeouts
from segtui.dialer.request_pool import SEND_WITHIN
from segtui.dialer.simulator import Behaviour, Simulator
from segtui.domain.monotonic_clock import boot_time
from segtui.errors import DatabaseError
from segtui.services import campaigns
from segtui.services.campaigns.dispatch import dispatcher_lease as standing
from segtui.services.session import Session
from tests.dialer.support import launched, status, until
from tests.support.dispatcher_process import SILENCE

ROOT = Path(__file__).parents[2]
QUICK = {"ring": (0.1, 0.2), "talk": (0.1, 0.3), "per_minute": None, "per_second": None}


class Processes:
    """Dispatchers as processes of their own, each with its log."""

    def __init__(self, session: Session, simulator: Simulator, folder: Path) -> None:
        url = session.database.url.render_as_string(hide_password=False)
        self._where = str(session.database.path or url)
        self._folder = folder
        (folder / "segtui").mkdir()
        settings = "[calling]\ncalls_per_minute = 600000\ncalls_per_second = 10000\n"
        (folder / "segtui" / "config.toml").write_text(settings)
        self._environment = {
            **os.environ,
            "SEGTUI_CALLING_URL": simulator.base_url,
            "SEGTUI_CALLING_TOKEN": "token",
            "XDG_CONFIG_HOME": str(folder),
            SILENCE: "3",
        }
        self.all: list[subprocess.Popen[bytes]] = []

    def start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.support.dispatcher_process", str(self._folder / "clock")]
        arguments = [*command, "--database", self._where, "campaigns", "run"]
        with self._log(len(self.all)).open("ab") as log:
            process = subprocess.Popen(arguments, cwd=ROOT, env=self._environment, stderr=log)
        self.all.append(process)
        return process

    def _log(self, number: int) -> Path:
        return self._folder / f"log{number}"

    def said(self, number: int) -> str:
        """Return what a dispatcher has said so far."""
        return self._log(number).read_text()


@contextmanager
def processes(session: Session, simulator: Simulator, folder: Path) -> Iterator[Processes]:
    made = Processes(session, simulator, folder)
    try:
        yield made
    finally:
        for process in made.all:
            process.send_signal(signal.SIGKILL)
            process.wait()


def test_a_dispatcher_that_is_stopped_is_replaced_and_dials_nothing_when_it_wakes(
    session: Session, tmp_path: Path
) -> None:
    with Simulator(Behaviour(outcomes={"closed": 1}, **QUICK), token="token") as simulator:  # type: ignore[arg-type]
        campaign_id, ids = launched(session, 80, concurrent=4)
        with processes(session, simulator, tmp_path) as there:
            first = there.start()
            until(lambda: "The dispatcher is running." in there.said(0))
            there.start()
            until(lambda: "waits to take over" in there.said(1))
            until(lambda: len(simulator.calls) >= 5)
            first.send_signal(signal.SIGSTOP)
            until(lambda: "showed no sign of life" in there.said(1))
            until(lambda: "The dispatcher is running." in there.said(1))
            begun = len(simulator.calls)
            until(lambda: len(simulator.calls) > begun + 5)
            first.send_signal(signal.SIGCONT)
            if first.poll() is None:  # it was ended where it kept the whole database from being written
                until(lambda: "waits to take over" in there.said(0) or first.poll() is not None)
            until(lambda: status(session, campaign_id) == "completed", 60)
            assert "Another dispatcher has taken over" not in there.said(1)
    assert len(simulator.calls) == len(ids)
    assert max(Counter(call.phone for call in simulator.calls).values()) == 1
    assert campaigns.overview(session, campaign_id).outcomes["answered"] == len(ids)


def test_it_is_replaced_within_a_minute_and_sends_nothing_that_its_successor_gives_up() -> None:
    usual = Timeouts()
    assert usual.silence + usual.beat < 60
    assert usual.silence > BUSY_SECONDS
    assert min(usual.certain, usual.silence - usual.beat) > SEND_WITHIN


def test_a_call_that_could_not_be_sent_in_time_is_not_sent() -> None:
    with Simulator(Behaviour(**QUICK), token="token") as simulator:  # type: ignore[arg-type]
        with HttpsPlatform(simulator.base_url, "token") as platform:
            with pytest.raises(Unreachable, match="could not be sent in time"):
                platform.start(NewCall("+16025550100", "agent", send_by=boot_time() - 0.1))
            platform.start(NewCall("+16025550100", "agent", send_by=boot_time() + 60))
        assert len(simulator.calls) == 1


def test_a_call_whose_time_passes_while_it_is_being_sent_has_no_body(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([0.0, 2.0])
    with Simulator(Behaviour(**QUICK), token="token") as simulator:  # type: ignore[arg-type]
        with HttpsPlatform(simulator.base_url, "token") as platform:
            monkeypatch.setattr("segtui.dialer.https_platform.boot_time", lambda: next(moments))
            with pytest.raises(Unreachable, match="could not be sent in time"):
                platform.start(NewCall("+16025550100", "agent", send_by=1.0))
        assert not simulator.calls


def test_a_lock_that_was_seized_is_held_by_one_alone(tmp_path: Path) -> None:
    open_database(tmp_path / "there.db").close()
    databases = [open_database(tmp_path / "there.db") for _ in range(3)]
    first, second, third = map(leader_lock, databases)
    assert first.acquire()
    first.record_dialled("token", 7)
    before = second.heartbeat()
    time.sleep(0.02)
    first.show_heartbeat()
    assert second.heartbeat() != before
    assert second.take_over()
    assert (first.is_held(), second.is_held(), second.last_dialled("token")) == (False, True, 7)
    assert not third.acquire()
    assert not first.acquire()
    second.release()
    assert third.acquire()
    assert third.last_dialled("token") == 7
    third.release()
    for database in databases:
        database.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_server_ends_the_sessions_of_a_dispatcher_that_hangs_in_a_transaction(session: Session) -> None:
    other = open_database(session.database.url.render_as_string(hide_password=False), create=False)
    first, second = leader_lock(session.database), leader_lock(other)
    assert first.acquire()
    generation = standing.take_over(session, "hangs")

    def hang() -> None:
        with session.write() as tx:
            standing.demand_current(tx, generation)
            assert not second.acquire()
            assert second.take_over()
            standing.take_over(Session(other, session.actor, None), "takes over")
            standing.demand_current(tx, generation)

    with pytest.raises(DatabaseError):
        hang()
    assert (first.is_held(), second.is_held()) == (False, True)
    second.release()
    other.close()


@pytest.mark.parametrize("writes", [True, False])
def test_a_holder_that_was_stopped_while_it_writes_is_ended_and_no_other(tmp_path: Path, *, writes: bool) -> None:
    path = tmp_path / "there.db"
    open_database(path).close()
    program = (
        "import sqlite3, sys; from pathlib import Path; from segtui.database.leader_lock import file_lock;"
        "lock = file_lock(Path(sys.argv[1])); assert lock.acquire();"
        "db = sqlite3.connect(sys.argv[1], isolation_level=None);"
        f"db.execute('BEGIN IMMEDIATE' if {writes} else 'SELECT 1'); print('ready', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"ready\n"
        holder.send_signal(signal.SIGSTOP)
        database = open_database(path)
        lock = leader_lock(database)
        assert not lock.acquire()
        assert lock.take_over()
        with database.engine.execution_options(writes=True, every_company=True).begin():
            pass
        if writes:
            assert holder.wait(10) == -signal.SIGKILL
        else:
            assert holder.poll() is None
        lock.release()
        database.close()
        holder.send_signal(signal.SIGCONT)
        holder.kill()
