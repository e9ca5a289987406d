"""The log file: private, of a limited size, and silent where it cannot be written."""

import logging
import os
import stat
from pathlib import Path

import pytest

from segtui import crash, error_log
from segtui.config.settings import log_file
from segtui.error_log import LogFile


@pytest.fixture
def log(home: Path) -> Path:
    assert str(log_file()).startswith(str(home))
    return log_file()


def failure() -> RuntimeError:
    password = "hunter2"
    try:
        raise RuntimeError("broken on purpose")
    except RuntimeError as error:
        assert password
        return error


def test_an_entry_has_a_time_and_the_traceback_without_variables(log: Path) -> None:
    assert crash.note("It broke", failure())
    first, *rest = log.read_text().splitlines()
    assert first[10:].endswith(" UTC  It broke.")
    assert rest[0] == "Traceback (most recent call last):"
    assert rest[-1] == "RuntimeError: broken on purpose"
    assert "hunter2" not in log.read_text()


def test_only_the_owner_can_read_it_even_where_it_was_open_to_all(log: Path) -> None:
    log.parent.mkdir(parents=True)
    log.touch(0o666)
    log.chmod(0o666)
    assert error_log.write(logging.ERROR, "text")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_large_log_is_kept_once_and_begun_anew(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(error_log, "_MAX_BYTES", 1000)
    for number in range(40):
        assert error_log.write(logging.ERROR, f"entry {number} " + "x" * 50)
    assert sorted(path.name for path in log.parent.iterdir()) == ["segtui.log", "segtui.old.log"]
    lines = [*(log.parent / "segtui.old.log").read_text().splitlines(), *log.read_text().splitlines()]
    assert "entry 39 " in lines[-1]
    assert 10 < len(lines) < 30
    assert stat.S_IMODE((log.parent / "segtui.old.log").stat().st_mode) == 0o600


def test_a_rotation_by_another_process_is_followed(log: Path) -> None:
    handler = LogFile()
    handler.handle(logging.makeLogRecord({"msg": "before"}))
    log.rename(log.with_suffix(".old.log"))
    handler.handle(logging.makeLogRecord({"msg": "after %s", "args": ("it",)}))
    handler.close()
    assert log.read_text().endswith("UTC  after it\n")


def test_a_link_in_its_place_is_not_followed(log: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    log.parent.mkdir(parents=True)
    log.symlink_to(tmp_path / "elsewhere")
    assert not error_log.write(logging.ERROR, "text")
    assert not (tmp_path / "elsewhere").exists()
    assert "could not be written" in crash.record(failure())
    assert capfd.readouterr() == ("", "")


def test_text_that_is_no_unicode_is_written_escaped(log: Path) -> None:
    assert error_log.write(logging.ERROR, os.fsdecode(b"a\xffb"))
    assert log.read_text().endswith("a\\udcffb\n")
