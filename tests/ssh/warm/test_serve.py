"""`segtui ssh serve` as a command: whom it serves, and what it says where it cannot."""

import errno
import fcntl
import os
import sys
import time
from pathlib import Path

import pytest

from segtui.cli.main import run
from segtui.errors import SegtuiError
from segtui.ssh.warm import server, stub_command
from segtui.ssh.warm.code_state import CodeState, code_files
from tests.support.warm_process import warm_process


def test_it_never_runs_as_root(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert run(["ssh", "serve"]) == 1
    assert capsys.readouterr().err.startswith(
        "Only the service account may run it, not root: `systemctl start segtui-ssh`"
    )


def test_it_serves_no_account_that_cannot_read_the_sites_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 65534)
    monkeypatch.setattr("segtui.config.settings.SITE_FILE", tmp_path / "config.toml")
    assert run(["ssh", "serve"]) == 1
    assert "This server is not set up" in capsys.readouterr().err


def test_it_works_in_utf_8_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "getfilesystemencoding", lambda: "iso8859-1")
    with pytest.raises(SegtuiError, match="works in UTF-8"):
        server.serve(tmp_path, lambda _: 0, lambda: None)


def test_a_shortage_of_descriptors_is_no_busy_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    errors = [ConnectionAbortedError(), OSError(errno.ENFILE, ""), OSError(errno.ENOMEM, ""), KeyboardInterrupt()]

    class Listener:
        def accept(self) -> None:
            raise errors.pop(0)

    monkeypatch.setattr(time, "sleep", pauses.append)
    with pytest.raises(KeyboardInterrupt):
        server._accept_and_fork(Listener(), lambda _: 0, CodeState([]))  # type: ignore[arg-type]  # all it does
    assert len(pauses) == 2


def test_a_home_that_has_no_locks_is_no_second_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "lockf", refuse)
    with pytest.raises(SegtuiError, match="cannot be locked: No locks available"):
        server.serve(tmp_path, lambda _: 0, lambda: None)


def test_it_takes_nothing_from_the_environment_of_who_starts_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Cold sessions run with -I, and forks are as their warm process is.
    started: list[list[str]] = []

    def start(_path: str, words: list[str]) -> None:
        started.append(words)
        sys.exit(0)

    monkeypatch.setattr(os, "geteuid", lambda: 65534)
    monkeypatch.setattr(os, "execv", start)
    monkeypatch.setattr("segtui.ssh.site_config.settings", lambda: None)
    with pytest.raises(SystemExit):
        run(["ssh", "serve"])
    assert started == [[sys.executable, "-I", "-m", "segtui", "ssh", "serve"]]


@pytest.mark.parametrize("name", ["warm.socket", "warm.lock"])
def test_what_is_in_the_way_is_named_and_left(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    with warm_process(tmp_path) as warm:
        assert warm.process.wait(30) != 0
        assert warm.process.stderr is not None
        assert str(tmp_path) in warm.process.stderr.read().splitlines()[-1]
    assert (tmp_path / name).is_dir()


def test_the_code_is_current_until_a_file_is_changed_replaced_or_removed(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text("a")
    before = CodeState([str(path)], time.time_ns())
    assert before.is_current()
    path.write_text("ab")
    assert not before.is_current()
    before = CodeState([str(path)], time.time_ns())
    other = tmp_path / "other.py"
    other.write_text("ab")
    os.utime(other, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    other.replace(path)
    assert not before.is_current()
    before = CodeState([str(path)], time.time_ns())
    path.unlink()
    assert not before.is_current()


def test_code_that_was_changed_since_the_process_started_is_not_current(tmp_path: Path) -> None:
    # What was imported before its state was known may be older than what is imported next.
    path = tmp_path / "module.py"
    path.write_text("a")
    assert not CodeState([str(path)]).is_current()
    assert not CodeState([str(path)], path.stat().st_ctime_ns - 1).is_current()
    assert CodeState([str(path)], path.stat().st_ctime_ns).is_current()
    assert CodeState([sys.executable]).is_current()


def test_the_code_is_all_of_segtui_and_the_folder_of_packages() -> None:
    files = set(code_files())
    names = {Path(name).name for name in files}
    assert {"main.py", "app.py", "stub.py", "site-packages"} <= names
    assert any(name.endswith(".tcss") for name in names)


def test_the_stub_runs_without_site_packages() -> None:
    words = stub_command("/opt/segtui/bin/python")
    assert words[:3] == ["/opt/segtui/bin/python", "-I", "-S"]
    assert Path(words[3]).is_file()
