"""Failed openings: an error while the database is opened behind the first frame ends the program with a sentence."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.terminal import Terminal, run


def _other_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE others (id INTEGER)")


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["--database", "other.db"], 1, "belongs to another program"),
        (["--database", "folder"], 1, "is not a file"),
        (["--database", "own.db", "--company", "Nobody"], 1, "There is no company"),
        (["--database", "postgresql://127.0.0.1:1/none"], 1, ""),
        (["--database", "nothing://x"], 1, ""),
    ],
    ids=["other program", "folder", "company", "server away", "no such system"],
)
def test_an_error_is_the_same_sentence_as_that_of_a_command(
    arguments: list[str], status: int, sentence: str, tmp_path: Path
) -> None:
    _other_program(tmp_path / "other.db")
    (tmp_path / "folder").mkdir()
    assert run("--database", "own.db", "segments", "create", "Leads", folder=tmp_path)[0] == 0
    ended, _, said = run(*arguments, "segments", "list", folder=tmp_path)
    with Terminal(arguments, tmp_path, columns=160) as terminal:
        assert terminal.end() == ended == status
        assert b"\x1b[?1049l" in terminal.sent
        left = terminal.sent.rpartition(b"\x1b[?1049l")[2].decode()
    assert sentence in said
    assert "Traceback" not in left
    assert " ".join(said.split()) in " ".join(left.split())


def test_keys_typed_before_the_list_act_on_it_in_order(tmp_path: Path, demo: list[str]) -> None:
    with Terminal(demo, tmp_path) as terminal:
        terminal.see("Create Segment")
        for key in ("/", "w", "e", "b", "\r", "\r"):
            terminal.press(key)
        terminal.see("Segments > Webinar signups", "330 contacts")
        terminal.press("\x11")
        assert terminal.end() == 0


def test_it_is_left_at_once_while_a_database_is_busy(tmp_path: Path) -> None:
    path = tmp_path / "own.db"
    assert run("--database", str(path), "segments", "create", "Leads", folder=tmp_path)[0] == 0
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("PRAGMA locking_mode = EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        with Terminal(["--database", str(path)], tmp_path) as terminal:
            terminal.see("Create Segment", "Search by name")
            terminal.press("\x11")
            assert terminal.end() == 0
