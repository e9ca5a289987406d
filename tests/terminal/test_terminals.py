"""The program in terminals of every kind: few colours or none, no UTF-8, no mouse, small ones, ones that change."""

import os
import signal
import time
from pathlib import Path

import pytest

from segtui.config import settings
from tests.support.processes import wait_until
from tests.support.terminal import Terminal

MOUSE = (b"?1000h", b"?1002h", b"?1003h", b"?1006h", b"?1015h", b"?1016h")
_ASCII: dict[str, str | None] = {"LC_ALL": None, "LANG": "C"}

Variables = dict[str, str | None]


def walk_through(terminal: Terminal) -> None:
    """Look at the help, search, and come back; leave."""
    terminal.see("All leads", "? Help")
    terminal.press("?")
    terminal.see("On this screen", "Back", gone=["All leads"])
    terminal.press("\x1b")
    terminal.see("All leads")
    terminal.press("/")
    terminal.see("To the rows")
    terminal.press("webinar")
    terminal.see("Webinar signups", gone=["All leads"])
    terminal.press("\x1b")
    terminal.see("All leads", "To the rows")
    terminal.press("\x1b")
    terminal.see("? Help", gone=["To the rows"])
    terminal.press("\r")
    terminal.see("10,331 contacts", "split into several campaigns")
    terminal.press("\x1b")
    terminal.see("Create Segment")


@pytest.mark.parametrize(
    "variables",
    [
        {"TERM": "xterm"},
        {"TERM": "linux"},
        {"TERM": "screen"},
        {"TERM": "vt100"},
        {"NO_COLOR": "1"},
        {"NO_COLOR": "1", "SEGTUI_THEME": "ansi-light"},
        {"LC_ALL": "C"},
        {"LC_ALL": None, "LANG": "C"},
        {"LC_ALL": "C", "TERM": "linux", "NO_COLOR": "1"},
    ],
    ids=lambda variables: " ".join(f"{name}={value}" for name, value in variables.items()),
)
@pytest.mark.parametrize("size", [(80, 24), (60, 16)])
def test_it_can_be_walked_through(tmp_path: Path, demo: list[str], variables: Variables, size: tuple[int, int]) -> None:
    columns, lines = size
    with Terminal(demo, tmp_path, columns=columns, lines=lines, variables=variables) as terminal:
        walk_through(terminal)
        terminal.press("q")
        assert terminal.end() == 0


@pytest.mark.parametrize("variables", [{"TERM": "xterm"}, {"TERM": "linux"}])
def test_of_sixteen_colours_no_more_are_used(tmp_path: Path, demo: list[str], variables: Variables) -> None:
    with Terminal(demo, tmp_path, variables=variables) as terminal:
        walk_through(terminal)
        assert b"\x1b[38;" not in terminal.sent
        assert b";38;2;" not in terminal.sent
        assert b";48;" not in terminal.sent


@pytest.mark.parametrize(
    "variables", [_ASCII, {"LC_ALL": "C"}, {"SEGTUI_ASCII": "true"}, {"LC_ALL": "en_US.ISO-8859-1"}]
)
def test_without_utf_8_every_byte_is_ascii(tmp_path: Path, demo: list[str], variables: Variables) -> None:
    with Terminal(demo, tmp_path, variables=variables) as terminal:
        walk_through(terminal)
        for key, shown in (("n", "Description"), ("d", "cannot be undone")):
            terminal.press(key)
            terminal.see(shown)
            terminal.press("\x1b")
            terminal.see("All leads", gone=[shown])
        terminal.press("q")
        assert terminal.end() == 0
        assert terminal.sent.isascii()


def test_the_flag_beats_the_environment_for_signs_too(tmp_path: Path, demo: list[str]) -> None:
    with Terminal([*demo, "--ascii"], tmp_path, variables={"SEGTUI_ASCII": "0"}) as terminal:
        walk_through(terminal)
        assert terminal.sent.isascii()


def test_signs_can_be_had_where_the_locale_says_nothing_of_them(tmp_path: Path, demo: list[str]) -> None:
    with Terminal(demo, tmp_path, variables={**_ASCII, "SEGTUI_ASCII": "false"}) as terminal:
        terminal.see("All leads", "►")
        assert not terminal.sent.isascii()


@pytest.mark.parametrize(
    ("flags", "variables", "file"),
    [(["--no-mouse"], {"SEGTUI_MOUSE": "yes"}, ""), ([], {"SEGTUI_MOUSE": "no"}, ""), ([], {}, "mouse = false\n")],
)
def test_without_the_mouse_the_terminal_is_not_asked_for_it(
    tmp_path: Path, demo: list[str], flags: list[str], variables: Variables, file: str
) -> None:
    path = settings.user_file()
    path.parent.mkdir(parents=True)
    path.write_text(file)
    with Terminal([*demo, *flags], tmp_path, variables=variables) as terminal:
        walk_through(terminal)
        terminal.press("q")
        assert terminal.end() == 0
        assert not [mode for mode in MOUSE if mode in terminal.sent]


def test_with_the_mouse_it_is(tmp_path: Path, demo: list[str]) -> None:
    with Terminal(demo, tmp_path) as terminal:
        terminal.see("All leads")
        assert b"\x1b[?1000h" in terminal.sent


@pytest.mark.parametrize("flag", ["--no-mouse", "--ascii"])
def test_the_flags_go_with_no_command(tmp_path: Path, flag: str) -> None:
    with Terminal([flag, "segments", "list"], tmp_path) as terminal:
        assert terminal.end() == 2
        sentence = f"{flag} is for the terminal interface, not for a command."
        assert sentence in " ".join(terminal.text.split())


@pytest.mark.parametrize("size", [(59, 15), (40, 10), (20, 5), (10, 3)])
def test_a_terminal_that_is_too_small_takes_no_harm_and_grows(
    tmp_path: Path, demo: list[str], size: tuple[int, int]
) -> None:
    columns, lines = size
    with Terminal(demo, tmp_path, columns=columns, lines=lines) as terminal:
        terminal.see("segtui")
        terminal.press("?/nd\x1b\r")
        time.sleep(0.5)  # they are to come while it is too small; it says nothing about them
        terminal.resize(80, 24)
        terminal.see("All leads", "? Help")
        terminal.resize(columns, lines)
        terminal.see("segtui", gone=["All leads"])
        terminal.press("\x11")
        assert terminal.end() == 0


def test_it_follows_a_terminal_that_changes_while_it_loads(tmp_path: Path, demo: list[str]) -> None:
    with Terminal(demo, tmp_path, columns=100, lines=30) as terminal:
        for columns, lines in ((80, 24), (50, 12), (160, 48), (61, 17), (120, 40)):
            terminal.resize(columns, lines)
        terminal.see("All leads", "? Help")
        terminal.press("\r")
        for columns, lines in ((80, 24), (50, 12), (160, 48)):
            terminal.resize(columns, lines)
        terminal.see_filled()
        terminal.see("10,331 contacts", "? Help")
        terminal.press("/602")
        terminal.resize(80, 24)
        terminal.see("+1 602", "To the rows", gone=["+1 203"])
        terminal.press("\x11")
        assert terminal.end() == 0


def test_ctrl_z_neither_stops_nor_harms_it(tmp_path: Path, demo: list[str]) -> None:
    with Terminal(demo, tmp_path) as terminal:
        terminal.see("All leads")
        terminal.press("\x1a")
        terminal.press("/")
        terminal.see("To the rows")
        terminal.press("\x1awebinar")
        terminal.see("Webinar signups", gone=["All leads"])
        terminal.press("\x11")
        assert terminal.end() == 0


def test_one_who_stops_it_from_outside_finds_it_again(tmp_path: Path, demo: list[str]) -> None:
    with Terminal(demo, tmp_path) as terminal:
        terminal.see("All leads")
        os.kill(terminal.pid, signal.SIGTSTP)
        wait_until(lambda: _is_stopped(terminal.pid))
        os.kill(terminal.pid, signal.SIGCONT)
        terminal.press("/")
        terminal.see("To the rows")
        terminal.press("\x11")
        assert terminal.end() == 0


def test_it_can_be_stopped_in_the_middle_of_what_it_paints(tmp_path: Path, demo: list[str]) -> None:
    """The handler waited for a lock that the interrupted output held, and the program hung for ever."""
    with Terminal(demo, tmp_path) as terminal:
        terminal.see("All leads")
        for _ in range(8):
            terminal.press("?\x1bjk")
            os.kill(terminal.pid, signal.SIGTSTP)
            wait_until(lambda: terminal._read() and _is_stopped(terminal.pid))
            os.kill(terminal.pid, signal.SIGCONT)
        terminal.press("\x11")
        assert terminal.end() == 0


def _is_stopped(pid: int) -> bool:
    """Tell whether a process is stopped: its state is the third word of the kernel's line about it."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] == "T"
