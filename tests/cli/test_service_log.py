"""The log of a service: levels for the journal, times elsewhere, and one line for what comes from outside."""

import logging
import os
import re
import sys
from pathlib import Path

import pytest

from segtui.cli.campaigns.service_log import is_journal, service_log

LOG = logging.getLogger("segtui.dispatcher")


def logged_into(path: Path, monkeypatch: pytest.MonkeyPatch, *, as_journal: bool) -> list[str]:
    with path.open("w", encoding="utf-8") as stream:
        status = os.fstat(stream.fileno())
        monkeypatch.setenv("JOURNAL_STREAM", f"{status.st_dev}:{status.st_ino if as_journal else 1}")
        monkeypatch.setattr(sys, "stderr", stream)
        assert is_journal(stream) == as_journal
        with service_log(LOG):
            LOG.debug("details")
            LOG.info("The dispatcher works.")
            LOG.warning("Paused %s.", "“Spring”\n<0>\x1b[2Jagain")
            LOG.error("%s", "The database is away.")
            logging.getLogger("a library").warning("Retrying")
            logging.getLogger("a library").info("Connected")
        LOG.error("after it")
    return path.read_text(encoding="utf-8").splitlines()


def test_for_the_journal_every_line_has_its_priority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = logged_into(tmp_path / "journal", monkeypatch, as_journal=True)
    assert [line[:3] for line in lines] == ["<6>", "<4>", "<4>", "<3>", "<4>"]
    assert lines[0] == "<6>The dispatcher works."
    assert lines[3:] == ["<3>The database is away.", "<4>Retrying"]
    assert "\x1b" not in "".join(lines)
    assert lines[2].startswith("<4><0>")  # which is text to the journal


def test_elsewhere_every_entry_has_its_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = logged_into(tmp_path / "file", monkeypatch, as_journal=False)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d The dispatcher works\.", lines[0])
    assert len(lines) == 5
    assert "\x1b" not in "".join(lines)


def test_a_stream_without_a_file_is_no_journal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOURNAL_STREAM", "1:2")
    with Path(os.devnull).open("w", encoding="utf-8") as stream:
        assert not is_journal(stream)
    assert not is_journal(stream)
