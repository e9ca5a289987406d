"""An import of the interface and its process, in a real terminal: what is killed, closed or changed between."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from segtui.database.engine import open_database
from segtui.services.contacts import contacts
from segtui.services.segments import segments
from segtui.services.session import Session, open_session
from segtui.tui.widgets.forms.answer_guard import ANSWER_DELAY
from tests.support.processes import import_processes, is_running, wait_until
from tests.support.terminal import Terminal

ROWS = 300
F10 = "\x1b[21~"


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    rows = "".join(f"+1602{2_000_000 + number},A{number}\n" for number in range(ROWS))
    path.write_text(f"Phone,Name\n{rows}", encoding="utf-8")
    return path


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    database = open_database(tmp_path / "own.db")
    yield open_session(database, source="test")
    database.close()


@pytest.fixture
def terminal(tmp_path: Path, session: Session) -> Iterator[Terminal]:
    assert session.database.path is not None
    with Terminal(["--database", str(session.database.path)], tmp_path) as terminal:
        yield terminal


def check(terminal: Terminal, people: Path) -> int:
    """Take a file to the end of its check; return the process that checked it."""
    terminal.see("? Help")
    terminal.press("i")
    terminal.see("[1 File]")
    terminal.press(f"{people}\r")
    terminal.see(" rows", "+1602200")
    terminal.press(F10)
    terminal.see("Goes to")
    terminal.press(F10)
    terminal.see("Into which segment")
    terminal.press("Autumn" + F10)
    terminal.see("Nothing has been written yet.")
    (child,) = import_processes(terminal.pid)
    return child


def answer(terminal: Terminal, question: str, key: str) -> None:
    """Answer a question, once it takes answers."""
    terminal.see(question)
    time.sleep(2 * ANSWER_DELAY)  # a key that was typed before it was read would be no answer
    terminal.press(key)


def is_empty(session: Session) -> bool:
    return (contacts.total(session), segments.total(session)) == (0, 0)


def test_a_load_follows_its_check_and_the_memory_is_given_back(
    terminal: Terminal, people: Path, session: Session
) -> None:
    child = check(terminal, people)
    terminal.press(F10)
    terminal.see("[6 Result]", "300  contacts created")
    wait_until(lambda: not is_running(child))
    assert "polars" not in Path(f"/proc/{terminal.pid}/maps").read_text()
    assert contacts.total(session) == ROWS


def test_a_cancelled_load_leaves_nothing_and_can_be_repeated(
    terminal: Terminal, people: Path, session: Session
) -> None:
    child = check(terminal, people)
    os.kill(child, signal.SIGSTOP)
    terminal.press(F10)
    terminal.see("[5 Load]", "[ Cancel escape ]")
    terminal.press("\x1b")
    answer(terminal, "Cancel the import?", "y")
    terminal.see("Stopping")
    os.kill(child, signal.SIGCONT)
    terminal.see("The import was cancelled. Nothing was changed.")
    assert is_empty(session)
    terminal.press(F10)
    terminal.see("[6 Result]", "300  contacts created")


def test_a_killed_process_is_a_sentence_and_the_load_can_be_repeated(
    terminal: Terminal, people: Path, session: Session
) -> None:
    child = check(terminal, people)
    os.kill(child, signal.SIGSTOP)
    terminal.press(F10)
    terminal.see("[5 Load]")
    os.kill(child, signal.SIGKILL)
    terminal.see("was ended by SIGKILL; nothing was changed.", "[ Load again f10 ]")
    assert is_empty(session)
    assert {path.name for path in people.parent.glob("*.part")} == set()
    terminal.press(F10)
    terminal.see("[6 Result]", "300  contacts created")


@pytest.mark.parametrize("loading", [False, True], ids=["checked", "loading"])
@pytest.mark.parametrize("ends", ["killed", "hung up"])
def test_a_session_that_ends_takes_its_process_with_it(
    terminal: Terminal, people: Path, session: Session, ends: str, loading: bool
) -> None:
    child = check(terminal, people)
    if loading:
        os.kill(child, signal.SIGSTOP)
        terminal.press(F10)
        terminal.see("[5 Load]")
    if ends == "killed":
        os.kill(terminal.pid, signal.SIGKILL)
    else:
        terminal.hang_up()
    if loading:
        os.kill(child, signal.SIGCONT)
    wait_until(lambda: terminal.has_ended)
    wait_until(lambda: not is_running(child))
    # What was asked for before the end may be done, as a whole.
    assert is_empty(session) or (loading and contacts.total(session) == ROWS)


def test_leaving_the_import_ends_its_process(terminal: Terminal, people: Path, session: Session) -> None:
    child = check(terminal, people)
    terminal.press("q")
    answer(terminal, "Leave the import?", "y")
    wait_until(lambda: not is_running(child))
    assert is_empty(session)


def test_a_file_that_changed_since_its_check_is_not_loaded(terminal: Terminal, people: Path, session: Session) -> None:
    check(terminal, people)
    with people.open("a") as file:
        file.write("+16025550101,Eve\n")
    terminal.press(F10)
    terminal.see("has changed since it was read", "[5 Load]")
    assert is_empty(session)


def test_options_that_changed_since_the_check_are_checked_and_loaded(
    terminal: Terminal, people: Path, session: Session
) -> None:
    check(terminal, people)
    terminal.press("\x1b")
    terminal.see("Into which segment")
    terminal.press(" leads" + F10)
    terminal.see("“Autumn leads”, a new segment", "Nothing has been written yet.")
    terminal.press(F10)
    terminal.see("“Autumn leads” has 300 contacts now")
    assert segments.by_name(session, "Autumn leads").contacts == ROWS
