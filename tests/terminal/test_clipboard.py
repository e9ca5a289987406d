"""Copying in a real terminal and in a real tmux."""

import base64
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.terminal import ROOT, Terminal


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[list[str]]:
    """Yield the command of a tmux server of this test's own, ended with it."""
    program = shutil.which("tmux")
    if program is None:
        pytest.skip("there is no tmux here")
    # A socket's path has but a hundred characters.
    command = [program, "-f", "/dev/null", "-S", str(tmp_path / "s")]
    yield command
    subprocess.run([*command, "kill-server"], capture_output=True, check=False)


def test_the_row_goes_to_the_terminal(tmp_path: Path, demo: list[str]) -> None:
    with Terminal(demo, tmp_path) as terminal:
        terminal.see("All leads")
        terminal.press("y")
        terminal.see("1 row copied", "OSC 52")
        start = terminal.sent.index(b"\x1b]52;c;") + 7
        text = base64.b64decode(terminal.sent[start : terminal.sent.index(b"\x07", start)]).decode()
        assert text.startswith("All leads\t")
        assert "\n" not in text
        terminal.press("q")
        assert terminal.end() == 0


def test_what_is_selected_in_a_field_goes_there_too(tmp_path: Path, demo: list[str]) -> None:
    with Terminal(demo, tmp_path) as terminal:
        terminal.see("All leads")
        terminal.press("/")
        terminal.see("To the rows")
        terminal.press("webinar")
        terminal.see("Webinar signups", gone=["All leads"])
        terminal.press("\x1b[1;2H\x03")  # shift+home, ctrl+c
        terminal.see("Copied. 7 bytes")
        assert b"\x1b]52;c;" + base64.b64encode(b"webinar") + b"\x07" in terminal.sent
        terminal.press("\x11")
        assert terminal.end() == 0


def test_inside_tmux_it_is_in_the_buffer_of_tmux_and_in_the_clipboard_of_its_terminal(
    tmp_path: Path, tmux: list[str]
) -> None:
    copying = [sys.executable, "-m", "tests.support.copying", "Zoë\t+1602|'=1+1"]
    variables = {"PYTHONPATH": str(ROOT), "TMUX": None}
    with Terminal(["new-session", *copying], ROOT, variables=variables, other=tmux) as terminal:
        terminal.see("bytes in tmux's buffer")
        held = subprocess.run([*tmux, "show-buffer"], capture_output=True, text=True, check=True).stdout
        assert held == "Zoë\t+1602\n'=1+1"
        start = terminal.sent.index(b"\x1b]52;") + 5
        passed_on, *_ = re.split(rb"\x07|\x1b", terminal.sent[start:], maxsplit=1)
        assert base64.b64decode(passed_on.partition(b";")[2]).decode() == held
        terminal.press("x")
        assert terminal.end() == 0
