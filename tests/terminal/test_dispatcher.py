"""`segtui campaigns run`, installed, as systemd runs it: it calls, it stops as it is told, and its unit is right."""

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from segtui.database.engine import Database, open_database
from segtui.dialer.simulator import SimulatedCall, read_log
from segtui.services import campaigns
from segtui.services.session import Session, open_session
from tests.dialer.support import attempts, launched, status
from tests.support.processes import wait_until
from tests.support.terminal import ROOT, environment, program, run

TOKEN = "a-token-nobody-reads"
# Busy ends after the ringing, and closed not while a test lasts.
LENGTHS = ["--ring", "1", "--talk", "600"]


@pytest.fixture
def database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    shutil.copy2(sqlite_template, tmp_path / "calls.db")
    with closing(open_database(tmp_path / "calls.db", create=False)) as opened:
        yield opened


@pytest.fixture
def session(database: Database) -> Session:
    return open_session(database, source="test")


class Service:
    """The service on the database `calls.db` of a folder, and what it says."""

    def __init__(self, folder: Path) -> None:
        self._said = folder / "said"
        with self._said.open("w") as said:
            self.process = subprocess.Popen(
                [*program(), "campaigns", "run", "--database", "calls.db"],
                cwd=folder,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
            )

    @property
    def said(self) -> str:
        return self._said.read_text()

    def end(self) -> int:
        """Ask it to end."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


@pytest.fixture
def service(platform: Path, tmp_path: Path, database: Database) -> Iterator[Service]:
    started = Service(tmp_path)
    yield started
    started.process.kill()
    started.process.wait()


@pytest.fixture
def platform(request: pytest.FixtureRequest, home: Path, tmp_path: Path) -> Iterator[Path]:
    """Yield the log of a simulator that is configured as the platform; every call ends as the test's parameter says."""
    log = tmp_path / "log"
    command = [sys.executable, "-m", "segtui.dialer.simulator", "--token", TOKEN, "--log", str(log)]
    limits = ["--per-minute", "0", "--per-second", "0", "--outcome", f"{request.param}=1"]
    with subprocess.Popen([*command, *LENGTHS, *limits], stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout
        configure(home, process.stdout.readline().strip())
        yield log
        process.terminate()


def configure(home: Path, base_url: str) -> None:
    (folder := home / "config" / "segtui").mkdir(parents=True)
    (folder / "token").write_text(TOKEN)
    (folder / "token").chmod(0o600)
    (folder / "config.toml").write_text(
        f"[calling]\nbase_url = '{base_url}'\ntoken_file = 'token'\ncalls_per_minute = 6000\ncalls_per_second = 100\n"
    )


def calls(log: Path) -> list[SimulatedCall]:
    return read_log(log) if log.exists() else []


@pytest.mark.parametrize("platform", ["busy"], indirect=True)
def test_it_works_through_a_campaign_and_settles_the_calls_in_progress_when_it_is_stopped(
    service: Service, session: Session, platform: Path
) -> None:
    campaign_id, ids = launched(session, 9, concurrent=2, attempts=1)
    wait_until(lambda: len(calls(platform)) >= 3)
    assert service.end() == 0
    made = attempts(session)
    assert 3 <= len(made) < len(ids)
    assert [each.outcome for each in made] == ["busy"] * len(made)
    assert sorted(call.attempt_id for call in calls(platform)) == sorted(str(each.id) for each in made)
    seen = campaigns.overview(session, campaign_id)
    assert (seen.states["in_progress"], seen.states["done"]) == (0, len(made))
    assert "Stopping: " in service.said
    assert TOKEN not in service.said
    assert "Traceback" not in service.said


@pytest.mark.parametrize("platform", ["closed"], indirect=True)
def test_a_second_sigterm_ends_it_at_once_and_leaves_the_call_to_the_next_start(
    service: Service, session: Session, platform: Path
) -> None:
    campaign_id, _ = launched(session, 1)
    wait_until(lambda: calls(platform))
    service.process.send_signal(signal.SIGTERM)
    wait_until(lambda: "Stopping: 1 call in progress." in service.said)
    assert service.process.poll() is None
    assert service.end() == 0
    assert "1 call will be settled when a dispatcher runs again." in service.said
    assert status(session, campaign_id) == "active"
    assert [each.outcome for each in attempts(session)] == [None]


def test_without_a_configuration_it_says_in_a_sentence_what_to_set(tmp_path: Path) -> None:
    code, shown, said = run("--database", "calls.db", "campaigns", "run", folder=tmp_path)
    assert (code, shown, len(said.splitlines())) == (1, "", 1)
    assert "base_url under [calling]" in said
    assert "SEGTUI_CALLING_URL" in said


def test_json_is_refused_as_wrong_usage(tmp_path: Path) -> None:
    code, shown, said = run("campaigns", "run", "--json", folder=tmp_path)
    assert (code, shown, len(said.splitlines())) == (2, "", 1)


def test_the_unit_is_one_that_systemd_takes_and_holds_no_secret(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(home, "https://calls.example.com/v1")
    file = home / "config" / "segtui" / "config.toml"
    file.write_text(f"database = 'postgresql://segtui:hush-hush@db.example.com/segtui'\n{file.read_text()}")
    monkeypatch.setenv("SEGTUI_CALLING_TOKEN", "another-token")
    code, unit, said = run("campaigns", "run", "--print-unit", folder=tmp_path)
    assert code == 0
    assert not [secret for secret in ("hush-hush", TOKEN, "another-token", "db.example.com") if secret in unit + said]
    assert "SEGTUI_CALLING_TOKEN" in said  # which the service will not have
    assert re.search(r"^ExecStart=/.* -m segtui campaigns run$", unit, re.MULTILINE)
    assert re.search(r"^WantedBy=", unit, re.MULTILINE)
    verify(tmp_path, unit)


def test_the_unit_names_a_database_file_by_its_whole_path_and_no_url_with_a_password(tmp_path: Path) -> None:
    named = run("--database", "my 100% calls.db", "campaigns", "run", "--print-unit", folder=tmp_path)
    assert (named[0], named[2]) == (0, "")
    assert f'--database "{tmp_path}/my 100%% calls.db" campaigns run' in named[1]
    verify(tmp_path, named[1])
    url = "postgresql://segtui:hush-hush@db.example.com/segtui"
    code, shown, said = run("--database", url, "campaigns", "run", "--print-unit", folder=tmp_path)
    assert (code, shown, len(said.splitlines())) == (1, "", 1)
    assert "hush-hush" not in said


def verify(folder: Path, unit: str) -> None:
    """Let systemd read a unit, where there is one."""
    if shutil.which("systemd-analyze") is None:
        return
    (path := folder / "segtui-dispatcher.service").write_text(unit)
    done = subprocess.run(["systemd-analyze", "verify", path], capture_output=True, text=True, check=False)
    # Of other units of this machine it may complain too.
    assert [line for line in done.stderr.splitlines() if path.name in line] == []
