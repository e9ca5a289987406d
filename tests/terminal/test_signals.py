"""Signals that end the program leave the terminal as it was before."""

import os
import signal
import termios
from pathlib import Path

import pytest

from segtui.database.engine import open_database
from segtui.services import segments
from segtui.services.session import open_session
from tests.support.processes import wait_until
from tests.support.terminal import Terminal

_MODES = (b"1049", b"1000", b"1003", b"1006", b"2004", b"1004")
"""Private modes that the interface switches on."""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT], ids=lambda number: number.name)
@pytest.mark.parametrize("keys", ["", "/", "d"], ids=["on a list", "in a field", "in a question"])
def test_a_signal_leaves_the_terminal_usable(
    tmp_path: Path, demo: list[str], number: signal.Signals, keys: str
) -> None:
    with Terminal(demo, tmp_path) as terminal:
        before = termios.tcgetattr(terminal.fd)
        terminal.see("All leads", "? Help")
        assert termios.tcgetattr(terminal.fd) != before
        terminal.press(keys)
        terminal.see({"": "? Help", "/": "To the rows", "d": "Keep it"}[keys])
        os.kill(terminal.pid, number)
        terminal.drain()
        assert termios.tcgetattr(terminal.fd) == before
        assert terminal.end() == 128 + number
    for mode in _MODES:
        assert terminal.sent.rfind(b"\x1b[?%bl" % mode) > terminal.sent.rfind(b"\x1b[?%bh" % mode) >= 0
    assert terminal.sent.rfind(b"\x1b[?25h") > terminal.sent.rfind(b"\x1b[?25l")
    assert b"Traceback" not in terminal.sent


def test_a_signal_during_a_demo_takes_the_sample_data_away(tmp_path: Path) -> None:
    (scratch := tmp_path / "scratch").mkdir()
    with Terminal(["--demo"], tmp_path, variables={"TMPDIR": str(scratch)}) as terminal:
        terminal.see("All leads")
        os.kill(terminal.pid, signal.SIGTERM)
        assert terminal.end() == 128 + signal.SIGTERM
    assert list(scratch.iterdir()) == []


def test_a_terminal_that_is_closed_ends_the_program(tmp_path: Path, demo: list[str]) -> None:
    with Terminal(demo, tmp_path) as terminal:
        terminal.see("All leads")
        terminal.hang_up()
        wait_until(lambda: terminal.has_ended)


def test_keys_of_one_burst_answer_no_question_that_nobody_saw(tmp_path: Path) -> None:
    database = open_database(tmp_path / "own.db")
    segments.create(open_session(database, source="test"), "Spring fair")
    database.close()
    with Terminal(["--database", "own.db"], tmp_path) as terminal:
        terminal.see("Spring fair")
        terminal.press("dy")
        terminal.see("Delete segment", "Answer again")
        terminal.press("n")
        terminal.see("Spring fair", gone=["Delete segment"])
        terminal.press("please archive all of it, days and years\r")
        terminal.see("came at once", "Spring fair", gone=["Delete segment"])
        terminal.press("jjjjjjkkkkkk")
        terminal.press("/spring")
        terminal.see("/ spring", "1 of 1")
