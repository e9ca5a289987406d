"""segtui itself in sessions that are forked from a warm process: all but the speed is as in a cold session."""

import json
import os
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pexpect
import pytest

from segtui.cli.interface import preload_interface
from segtui.config.settings import Settings
from segtui.database.engine import open_database
from segtui.services.accounts import users
from segtui.services.session import open_session
from segtui.tui import textual_internals
from segtui.tui.app import SegtuiApp
from segtui.tui.opening import SessionOpening
from segtui.tui.textual_internals import CachedStylesheet
from tests.support.processes import wait_until
from tests.support.warm_process import COLD, ROOT, WarmProcess, asking_for, cold_segtui, make_site, stub, warm_segtui

_LOADED = """
import sys
sys.path.insert(0, sys.argv[1])
import json, os, threading
from segtui.cli.interface import preload_interface
from segtui.ssh.warm.preloading import preload
preload(preload_interface)
files = [os.readlink(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd")[:-1]]
print(json.dumps([sorted(sys.modules), threading.active_count(), len(os.listdir("/proc/self/task")), files]))
"""


@dataclass(frozen=True)
class Site:
    """A warm process of segtui, and the words of alice's forced command."""

    warm: WarmProcess
    words: list[str]

    def run(self, command: str, given: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(
            stub(self.warm.home, self.words), env=asking_for(command), input=given, capture_output=True, check=False
        )

    def run_cold(self, command: str, given: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(
            cold_segtui(self.warm.home, self.words),
            env=asking_for(command), input=given, capture_output=True, check=False,
        )  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("home")
    words = make_site(home)
    with warm_segtui(home) as warm:
        yield Site(warm, words)


@contextmanager
def interface(site: Site) -> Iterator["pexpect.spawn[bytes]"]:
    """Sign in to the interface and wait for the first list."""
    (command, *words), environment = stub(site.warm.home, site.words), asking_for("")
    with pexpect.spawn(command, words, env=environment, dimensions=(40, 120), timeout=60) as child:
        child.delaybeforesend = None
        child.expect(b"Leads-00")
        yield child


def test_the_warm_process_has_no_threads_no_database_and_no_polars() -> None:
    ran = subprocess.run([sys.executable, "-I", "-c", _LOADED, str(ROOT)], capture_output=True, text=True, check=True)
    modules, threads, tasks, files = json.loads(ran.stdout)
    assert (threads, tasks) == (1, 1)
    assert "polars" not in modules
    assert {"segtui.tui.app", "segtui.cli.segments", "sqlalchemy.dialects.sqlite.pysqlite", "tomllib"} <= set(modules)
    assert [name for name in files if not name.startswith(("pipe:", "/dev/null", "/dev/pts"))] == []


def test_the_style_sheets_are_parsed_for_the_sessions() -> None:
    preload_interface()
    app = SegtuiApp(SessionOpening(lambda: pytest.fail("not opened")), Settings(database=""))
    parsed = CachedStylesheet(variables=app.get_css_variables())
    parsed.read_all(app.css_path)
    assert app.css_path
    of_theme = textual_internals._rules_cache[tuple(sorted(parsed._variables.items()))]
    assert {key[1] for key in of_theme} >= set(parsed.source)


@pytest.mark.parametrize(
    "command",
    [
        "segments list", "contacts list --json", "segments list --no-such-option", "no-such-command", "help",
        "export --segment Leads-00", "uploads", "'", "ssh setup", "segments create Leads-00",
    ],
)  # fmt: skip
def test_a_command_answers_as_in_a_cold_session(site: Site, command: str) -> None:
    given = b"first name,phone\nAnn,+16025550111\n"
    warm, cold = site.run(command, given), site.run_cold(command, given)
    assert (warm.returncode, warm.stdout, warm.stderr) == (cold.returncode, cold.stdout, cold.stderr)


def test_an_import_reads_standard_input_to_its_end(site: Site) -> None:
    lines = "".join(f"Person {number},+1602555{2000 + number}\n" for number in range(2000))
    ran = site.run("import - --segment Loaded --json", f"first name,phone\n{lines}".encode())
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["rows"] == 2000


def test_the_key_command_answers_as_a_cold_one(site: Site) -> None:
    import pwd

    words = ["authorized-keys", pwd.getpwuid(os.geteuid()).pw_name, site.words[-1]]
    warm = subprocess.run(stub(site.warm.home, words), capture_output=True, text=True, check=True)
    cold = subprocess.run(cold_segtui(site.warm.home, words), capture_output=True, text=True, check=True)
    assert warm.stdout == cold.stdout
    assert warm.stdout.startswith("restrict,pty,command=")


def test_a_session_of_an_unknown_user_is_refused(site: Site) -> None:
    ran = subprocess.run(
        stub(site.warm.home, ["session", "--user", "mallory"]), env=asking_for("segments list"),
        capture_output=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 1
    assert ran.stdout == b""


def test_the_interface_opens_takes_keys_and_restores_the_terminal(site: Site) -> None:
    with interface(site) as child:
        child.send(b"\r")  # open the segment
        child.expect(b"There")  # is no contact in it
        child.send(b"\x11")
        child.expect(b"\x1b\\[\\?1049l")
        child.expect(pexpect.EOF)
        assert termios.tcgetattr(child.child_fd)[3] & termios.ECHO
    assert child.wait() == 0


def test_a_new_size_is_painted(site: Site) -> None:
    with interface(site) as child:
        child.setwinsize(50, 100)
        child.expect(b"\x1b\\[50;")


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_leaves_the_interface_with_its_status(site: Site, number: signal.Signals, status: int) -> None:
    with interface(site) as child:
        child.kill(number)
        child.expect(b"\x1b\\[\\?1049l")
        child.expect(pexpect.EOF)
    assert child.wait() == status


def test_a_session_ends_when_its_stub_is_killed(site: Site) -> None:
    children = Path(f"/proc/{site.warm.process.pid}/task/{site.warm.process.pid}/children")
    wait_until(lambda: children.read_text() == "")
    with interface(site) as child:
        assert children.read_text() != ""
        child.kill(signal.SIGKILL)
        wait_until(lambda: children.read_text() == "")


def test_a_user_who_is_disabled_is_out(site: Site) -> None:
    with interface(site) as child:
        database = open_database(site.warm.home / "segtui.db")
        owner = open_session(database, source="test")
        users.edit(owner, "alice", enabled=False)
        try:
            child.expect(pexpect.EOF)
        finally:
            users.edit(owner, "alice", enabled=True)
            database.close()
    assert child.wait() == 1


def test_a_hung_up_terminal_ends_the_session(site: Site) -> None:
    children = Path(f"/proc/{site.warm.process.pid}/task/{site.warm.process.pid}/children")
    with interface(site) as child:
        child.close(force=False)
        wait_until(lambda: children.read_text() == "")


def test_after_the_warm_process_sessions_start_cold(tmp_path: Path) -> None:
    words = make_site(tmp_path)
    with warm_segtui(tmp_path) as warm:
        warm.process.kill()
        warm.process.wait()
        ran = subprocess.run(stub(tmp_path, words), env=asking_for("segments list"), capture_output=True, check=False)
    assert ran.returncode == COLD
