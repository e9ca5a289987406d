"""Who signed in over SSH: exports by name alone, and nothing that reaches the server's files or programs."""

import io
import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.app import App, SuspendNotSupported

from segtui import crash
from segtui.errors import NotFound, UnreadableFile
from segtui.importing.options import ReadOptions
from segtui.services import imports, user_files
from segtui.services.imports import Destination, ImportRequest
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.services.user_files import UserFiles, UserFolder
from segtui.ssh.user_file_words import download_command, hide_folders, strip_folders
from segtui.tui.app import SegtuiApp
from segtui.tui.screens.imports.wizard.wizard_services import Work
from segtui.tui.widgets.chrome.ssh_lockdown import APP_ACTIONS, LockdownApp
from tests.support.person import Person, at

AppOn = Callable[[Session], SegtuiApp]


@pytest.fixture
def alice(filled: Session, tmp_path: Path) -> Session:
    """Return a session with a desk."""
    return replace(filled, user_files=UserFiles(tmp_path / "alice", 10_000_000))


async def _names(person: Person, name: str) -> None:
    await person.press("x", "ctrl+u")
    await person.type(name)


async def test_a_name_with_a_blank_is_fetched_in_quotes(app_on: AppOn, alice: Session) -> None:
    async with at(app_on(alice), (100, 30)) as person:
        await person.press("G", "enter")
        await _names(person, "my list.csv")
        await person.press("enter")
        await person.see("written to my list.csv.", """ssh ... download "'my list.csv'" > 'my list.csv'""")
    assert "ada@example.com" in user_files.path_of(alice, UserFolder.DOWNLOADS, "my list.csv").read_text()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("/etc/out.csv", "is not a valid file name here"),
        ("../out.csv", "is not a valid file name here"),
        ("~/out.csv", "is not a valid file name here"),
        (".out.csv", "is not a valid file name here"),
        ("out", "The name must end in one of"),
        ("out.doc", "cannot write"),
    ],
)
async def test_what_is_no_name_is_refused(
    app_on: AppOn, alice: Session, tmp_path: Path, typed: str, sentence: str
) -> None:
    async with at(app_on(alice), (100, 30)) as person:
        await person.press("G", "enter")
        await _names(person, typed)
        await person.press("enter")
        await person.see(sentence, "Export")
        assert str(tmp_path) not in person.screen
    assert user_files.every(alice, UserFolder.DOWNLOADS) == []


async def test_a_full_desk_takes_no_export(app_on: AppOn, alice: Session, tmp_path: Path) -> None:
    user_files.receive(alice, "leads.csv", io.BytesIO(b"x" * 10))
    full = replace(alice, user_files=UserFiles(tmp_path / "alice", 10))
    async with at(app_on(full), (100, 30)) as person:
        await person.press("G", "enter")
        await _names(person, "out.csv")
        await person.press("enter")
        await person.see("Your files take 10 bytes", "Export")


async def test_an_import_shows_no_path(app_on: AppOn, alice: Session, tmp_path: Path) -> None:
    request = ImportRequest(
        None,
        io.BytesIO(b"phone\n+16025550151\nnone\n"),
        name="fair.csv",
        destination=Destination("Fair"),
    )
    imports.run(alice, request)
    async with at(app_on(alice), (120, 48)) as person:
        await person.press("3", "enter")
        await person.see("Rejected rows", "ssh ... download import.rejects.csv > import.rejects.csv")
        assert str(tmp_path) not in person.screen


def _everything_in(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of what was called that reaches the computer. Nothing of it is done."""
    called: list[str] = []
    for where, name in (
        (subprocess, "run"),
        (subprocess, "Popen"),
        (os, "kill"),
        (os, "system"),
        (App, "_deliver_binary"),
        (App, "push_screen_wait"),
    ):
        monkeypatch.setattr(where, name, lambda *_, name=name, **__: called.append(name))
    monkeypatch.setattr("webbrowser.open", lambda *_, **__: called.append("webbrowser"))
    return called


async def test_no_action_of_textuals_reaches_the_server(
    app_on: AppOn, alice: Session, reached: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMUX", "/nowhere,1,0")
    before = _everything_in(tmp_path)
    app = app_on(alice)
    actions = {name.removeprefix("action_") for name in dir(app) if name.startswith("action_")}
    assert actions >= {"screenshot", "suspend_process", "command_palette", "change_theme", "show_help_panel"}
    async with at(app) as person:
        for action in sorted(actions - APP_ACTIONS):
            assert not await app.run_action(action, app), action
        assert app.save_screenshot("x.svg") == ""
        assert app.deliver_screenshot("x.svg") is None
        assert app.deliver_text(io.StringIO("x"), save_filename="x") is None
        assert app.deliver_binary(io.BytesIO(b"x"), save_filename="x") is None
        app.open_url("https://example.com")
        app.action_screenshot()
        app.action_suspend_process()
        app.action_command_palette()
        with pytest.raises(SuspendNotSupported), app.suspend():
            pass
        await person.settle()
        assert len(app.screen_stack) == 1
    assert reached == []
    assert _everything_in(tmp_path) == before


# Every key that a terminal sends by itself or with ctrl, in the first screens; ctrl+q would leave.
_KEYS = (*(f"ctrl+{letter}" for letter in "abcdefghklnorstuvwxyz"), *(f"f{number}" for number in range(1, 13)))


async def test_no_key_reaches_the_server(
    app_on: AppOn, alice: Session, reached: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMUX", "/nowhere,1,0")
    segments.create(alice, "Third")
    before = _everything_in(tmp_path)
    async with at(app_on(alice)) as person:
        for where in ((), ("slash",), ("n",)):
            await person.press(*where)
            for key in _KEYS:
                await person.pilot.press(key)
            await person.settle()
            await person.press("escape", "escape", "y", "escape")
        await person.press("y")
        await person.see("Segments")
    assert reached == []
    assert _everything_in(tmp_path) == before


def test_textuals_aids_for_developers_are_off(
    app_on: AppOn, alice: Session, filled: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEXTUAL", "devtools,debug")
    assert app_on(alice).features == frozenset()
    assert app_on(alice).devtools is None
    assert app_on(filled).features == {"devtools", "debug"}


def test_without_a_desk_everything_is_as_textual_has_it(app_on: AppOn, filled: Session) -> None:
    app = app_on(filled)
    assert not app.is_locked_down
    assert app.check_action("screenshot", ())
    assert not LockdownApp().is_locked_down


def test_what_an_unexpected_error_says_names_no_file_to_who_came_in_over_ssh() -> None:
    assert "segtui.log" in crash.record(ValueError("x"))
    said = crash.record(ValueError("x"), says_where=False)
    assert "/" not in said
    assert said.endswith("an admin of this server can find the details in its log.")


def test_an_error_names_a_file_and_no_folder(alice: Session, tmp_path: Path) -> None:
    place = tmp_path / "alice" / "uploads"
    with pytest.raises(UnreadableFile) as caught, hide_folders(alice.user_files):
        raise UnreadableFile(f"You may not read {place / 'spring.csv'}; {place} is not yours.")
    assert str(caught.value) == "You may not read spring.csv; your folder is not yours."
    with pytest.raises(UnreadableFile, match="alice"), hide_folders(None):
        raise UnreadableFile(f"You may not read {place / 'spring.csv'}.")


def test_an_error_that_was_kept_is_shown_without_folders() -> None:
    said = strip_folders("The rejected rows cannot be written to /srv/files/bob/downloads/a.csv: no space. Name 1/2.")
    assert said == "The rejected rows cannot be written to a.csv: no space. Name 1/2."


def test_no_path_but_that_of_an_upload_is_opened(alice: Session, tmp_path: Path) -> None:
    user_files.receive(alice, "leads.csv", io.BytesIO(b"phone\n+16025550151\n"))
    upload = user_files.path_of(alice, UserFolder.UPLOADS, "leads.csv")
    (tmp_path / "leads.csv").write_text("phone\n+16025550152\n")
    work = Work(alice, None)
    assert work.open(upload, ReadOptions())[0].name == "leads.csv"
    for path in (tmp_path / "leads.csv", tmp_path / "gone.csv", upload / ".." / ".." / ".." / "leads.csv"):
        with pytest.raises(NotFound):
            work.open(path, ReadOptions())


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("leads.csv", "ssh ... download leads.csv > leads.csv"),
        ("my leads.csv", "ssh ... download \"'my leads.csv'\" > 'my leads.csv'"),
        ("$HOME.csv", "ssh ... download ''\"'\"'$HOME.csv'\"'\"'' > '$HOME.csv'"),
    ],
)
def test_a_command_fetches_a_name_with_blanks_and_signs(name: str, command: str) -> None:
    assert download_command(name) == command
