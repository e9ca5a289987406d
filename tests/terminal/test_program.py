"""The installed program in a terminal of 80×24, as a person meets it."""

import os
import signal
from pathlib import Path

import pytest

from tests.support.processes import processes_about, wait_until
from tests.support.terminal import Terminal, run


def test_the_demo_can_be_walked_through_and_left(tmp_path: Path) -> None:
    with Terminal(["--demo"], tmp_path) as terminal:
        terminal.see("Making sample data")
        terminal.see("All leads", "10,331", "Saltmarsh", "Webinar signups", "Create Segment")
        terminal.press("/")
        terminal.see("To the rows")
        terminal.press("webinar")
        terminal.see("Webinar signups", gone=["All leads"])
        terminal.press("\r")
        terminal.see("View", gone=["To the rows"])
        terminal.press("\r")
        terminal.see("330 contacts", "standard campaign size", "Phone", "E-mail", "Status")
        terminal.press("/")
        terminal.see("To the rows")
        terminal.press("602 555")
        terminal.see("+1 602 555", gone=["+1 203 555", "+1 212 555"])
        terminal.press("\x1b")  # clears it
        terminal.see("Search in every column")
        terminal.press("\x1b")  # leaves it
        terminal.see("Back", gone=["To the rows"])
        terminal.press("\x1b")
        terminal.see("Create Segment", "webinar")  # the search stays and is there on return
        terminal.press("q")
        assert terminal.end() == 0


def test_the_demo_leaves_nothing_behind(tmp_path: Path, home: Path) -> None:
    (scratch := tmp_path / "scratch").mkdir()
    with Terminal(["--demo"], tmp_path, variables={"TMPDIR": str(scratch)}) as terminal:
        terminal.see("All leads")
        assert list(scratch.iterdir())
        terminal.press("q")
        assert terminal.end() == 0
    assert list(scratch.iterdir()) == []
    assert not list(home.rglob("*.db"))
    assert processes_about(scratch) == []


def test_a_demo_whose_interface_is_killed_takes_itself_away(tmp_path: Path) -> None:
    (scratch := tmp_path / "scratch").mkdir()
    with Terminal(["--demo"], tmp_path, variables={"TMPDIR": str(scratch)}) as terminal:
        terminal.see("All leads")
        wait_until(lambda: processes_about(scratch))
        os.kill(terminal.pid, signal.SIGKILL)
        assert terminal.end() == -signal.SIGKILL
    wait_until(lambda: not processes_about(scratch))
    assert list(scratch.iterdir()) == []


def test_a_first_run_makes_a_private_database_and_says_what_to_do(tmp_path: Path, home: Path) -> None:
    with Terminal([], tmp_path) as terminal:
        terminal.see("Create Segment", "no segments")
        terminal.press("q")
        assert terminal.end() == 0
    (database,) = home.rglob("segtui.db")
    assert database.stat().st_mode & 0o777 == 0o600
    assert database.parent.stat().st_mode & 0o777 == 0o700


def test_a_segment_is_made_from_the_keyboard_alone(tmp_path: Path) -> None:
    with Terminal(["--database", "own.db"], tmp_path) as terminal:
        terminal.see("Create Segment")
        terminal.press("n")
        terminal.see("Name", "Description")
        terminal.press("Spring fair\r")
        terminal.see("Spring fair", "0")
        terminal.press("\x11")  # ctrl+q
        assert terminal.end() == 0
    status, shown, _ = run("--database", "own.db", "segments", "list", folder=tmp_path)
    assert (status, "Spring fair" in shown) == (0, True)


def test_it_follows_the_terminal_when_that_grows_and_says_so_when_it_is_too_small(
    tmp_path: Path, demo: list[str]
) -> None:
    with Terminal(demo, tmp_path) as terminal:
        terminal.see("All leads", gone=["Description"])
        terminal.resize(130, 40)
        terminal.see("Description", "Everyone except the cold")
        terminal.resize(50, 12)
        terminal.see("60", "16", gone=["All leads"])
        terminal.resize(80, 24)
        terminal.see("All leads")
        terminal.press("q")
        assert terminal.end() == 0


@pytest.mark.parametrize("changes", [{"NO_COLOR": "1"}, {"TERM": "xterm"}, {"TERM": "linux"}, {"LC_ALL": "C"}])
def test_it_works_without_colours_and_without_utf_8(
    tmp_path: Path, demo: list[str], changes: dict[str, str | None]
) -> None:
    with Terminal(demo, tmp_path, variables=changes) as terminal:
        terminal.see("All leads", "Saltmarsh", "Arizona pilot")
        terminal.press("q")
        assert terminal.end() == 0


def test_no_colour_means_no_colour(tmp_path: Path, demo: list[str]) -> None:
    with Terminal(demo, tmp_path, variables={"NO_COLOR": "1"}) as terminal:
        terminal.see("All leads")
        foreground = {cell.fg for line in terminal.cells for cell in line}
    assert len({colour for colour in foreground if not is_grey(colour)}) == 0


def is_grey(colour: str) -> bool:
    """Tell whether a colour as pyte names it (`default`, `white`, `a0a0a0`) has no hue."""
    if len(colour) == 6 and all(char in "0123456789abcdef" for char in colour):
        return len({colour[:2], colour[2:4], colour[4:]}) == 1
    return colour in {"default", "white", "black", "brightblack", "brightwhite"}


def test_a_dumb_terminal_is_refused_in_a_sentence_that_names_the_command(tmp_path: Path) -> None:
    with Terminal([], tmp_path, variables={"TERM": "dumb"}) as terminal:
        assert terminal.end() == 1
        said = " ".join(terminal.text.split())
    assert "TERM=dumb" in said
    assert "segtui segments list" in said
    assert "Traceback" not in said


def test_without_a_terminal_it_is_refused_in_a_sentence_that_names_the_command(tmp_path: Path) -> None:
    status, shown, said = run(folder=tmp_path)
    assert status == 1
    assert shown == ""
    assert "segtui segments list" in said
    assert len(said.splitlines()) == 1


def test_ctrl_c_says_how_to_leave(tmp_path: Path, demo: list[str]) -> None:
    with Terminal(demo, tmp_path) as terminal:
        terminal.see("All leads")
        terminal.press("\x03")
        terminal.see("ctrl+q")
        terminal.press("\x11")
        assert terminal.end() == 0


def test_the_terminal_is_given_back_as_it_was(tmp_path: Path, demo: list[str]) -> None:
    with Terminal(demo, tmp_path) as terminal:
        terminal.see("All leads")
        terminal.press("q")
        assert terminal.end() == 0
        for mode in (b"?1049", b"?1000", b"?1003", b"?2004"):
            assert terminal.sent.rfind(b"\x1b[" + mode + b"l") > terminal.sent.rfind(b"\x1b[" + mode + b"h") >= 0
        assert terminal.sent.rfind(b"\x1b[?25h") > terminal.sent.rfind(b"\x1b[?25l")
