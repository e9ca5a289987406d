"""Signals that end the program leave the terminal as it was before."""

import os
import signal
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from segtui.database.engine import open_database
from segtui.services.segments import segments
from segtui.services.session import open_session
from segtui.tui.widgets.chrome.end_signals import GRACE_SECONDS
from tests.support.processes import wait_until
from tests.support.terminal import ROOT, Terminal

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


@pytest.mark.parametrize("ends", ["during the import", "after the import"])
def test_a_terminal_that_is_closed_around_an_import_ends_the_program(tmp_path: Path, ends: str) -> None:
    count = 20_000 if ends == "during the import" else 300
    rows = "".join(f"+1602{200 + number // 10000}{number % 10000:04},A{number}\n" for number in range(count))
    (tmp_path / "people.csv").write_text(f"Phone,Name\n{rows}", encoding="utf-8")
    with Terminal(["--demo"], tmp_path) as terminal:
        terminal.see("All leads")
        terminal.press("i")
        terminal.see("Which company is the import for?")
        terminal.press("Saltmarsh")
        terminal.see("15 segments", gone=["Fenwick"])
        terminal.press("\r")
        terminal.see("[1 File]")
        terminal.press(str(tmp_path / "people.csv"))
        terminal.press("\r")
        terminal.see(" rows", "+1602200")
        terminal.press("\x1b[21~")  # F10
        terminal.see("Goes to")
        terminal.press("\x1b[21~")
        terminal.see("Into which segment")
        terminal.press("Autumn")
        terminal.press("\x1b[21~")
        terminal.see("Nothing has been written yet.")
        terminal.press("\x1b[21~")
        terminal.see("[5 Load]" if ends == "during the import" else "[6 Result]")
        terminal.hang_up()
        wait_until(lambda: terminal.has_ended, GRACE_SECONDS + 3)


def test_a_terminal_that_goes_without_a_signal_ends_the_program(tmp_path: Path, demo: list[str]) -> None:
    """Under nohup, or where a multiplexer keeps the signal from the program, only writing to it fails."""
    command = f"trap '' HUP; exec {sys.executable} -m segtui \"$@\""
    variables = {"PYTHONPATH": str(ROOT)}
    with Terminal(["-c", command, "sh", *demo], tmp_path, other=["/bin/sh"], variables=variables) as terminal:
        terminal.see("All leads")
        terminal.hang_up()
        os.kill(terminal.pid, signal.SIGWINCH)  # so that it paints again
        wait_until(lambda: terminal.has_ended, GRACE_SECONDS + 3)


_STUCK = """
import asyncio, queue, signal, sys, threading, time
from segtui.tui.widgets.chrome import end_signals

end_signals.GRACE_SECONDS = 0.5
end_signals._KERNEL_SECONDS = 2.5

async def main():
    signals = end_signals.EndSignals(lambda status: None)
    signals.install()
    return signals

signals = asyncio.run(main())
stuck = sys.argv[1]
full = queue.Queue(1)
full.put(0)
print("ready", flush=True)
if stuck == "the main thread":
    full.put(1)
while signals._timer is None:
    time.sleep(0.01)
signals.restore()
if stuck == "a thread":
    threading.Thread(target=full.put, args=[1]).start()
if stuck == "the interpreter":
    import ctypes
    ctypes.PyDLL(None).sleep(60)
"""


@pytest.mark.parametrize(
    ("stuck", "status"),
    [
        ("the main thread", 128 + signal.SIGTERM),
        ("a thread", 128 + signal.SIGTERM),
        ("the interpreter", -signal.SIGALRM),
    ],
)
def test_whatever_is_stuck_a_signal_ends_the_process(stuck: str, status: int) -> None:
    with subprocess.Popen([sys.executable, "-c", _STUCK, stuck], cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        try:
            process.terminate()
            assert process.wait(20) == status
        finally:
            process.kill()


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
        terminal.see("arrived at once", "Spring fair", gone=["Delete segment"])
        terminal.press("jjjjjjkkkkkk")
        terminal.press("/spring")
        terminal.see("/ spring", "1 of 1")
