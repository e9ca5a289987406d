"""The interface of who came over SSH: their uploads and downloads are the only files, and nothing leads out."""

import io
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError
from syrupy.assertion import SnapshotAssertion

from segtui import crash
from segtui.config.settings import log_file
from segtui.database.backends.postgresql import Postgresql
from segtui.errors import DatabaseError, SegtuiError
from segtui.services import campaigns, imports, user_files
from segtui.services.accounts.sign_in import why_signed_out
from segtui.services.campaigns.campaign_settings import SettingsInput
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.imports import ImportRequest
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.services.user_files import UserFiles, UserFolder
from segtui.ssh.monitor import SessionMonitor
from segtui.tui.app import SegtuiApp
from tests.support.person import at

AppOn = Callable[[Session], SegtuiApp]
FILE = b"first_name,phone\nFinn,+16025550123\nZoe,+16025550147\nNobody,12\n"
THEN = 1_700_000_000


@pytest.fixture
def over_ssh(filled: Session, tmp_path: Path) -> Session:
    return replace(filled, user_files=UserFiles(tmp_path / "secret-place", 100_000))


def send(session: Session, name: str, content: bytes = FILE) -> None:
    path = user_files.receive(session, name, io.BytesIO(content)).path
    os.utime(path, (THEN, THEN))


def files(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


async def test_an_upload_is_chosen_imported_and_its_rejected_rows_wait(app_on: AppOn, over_ssh: Session) -> None:
    send(over_ssh, "leads.csv")
    send(over_ssh, "others.csv")
    async with at(app_on(over_ssh)) as person:
        await person.press("i")
        await person.see("2 uploads of yours", "leads.csv", "others.csv")
        await person.press("f10")
        await person.see("Type part of an upload's name")
        await person.type("lead")
        await person.see("1 upload of yours")
        await person.press("enter")
        await person.see("leads.csv: CSV")
        await person.press("f10", "f10")
        await person.type("Sent")
        await person.press("f10")
        await person.see("1  rejected")
        await person.press("f10")
        await person.see("leads.csv was imported", "ssh ... download", "leads.csv.rejects.csv")
        assert "secret-place" not in person.screen
    assert [file.name for file in user_files.every(over_ssh, UserFolder.DOWNLOADS)] == ["leads.csv.rejects.csv"]


@pytest.mark.parametrize("path", ["/etc/passwd", "../uploads/x.csv", "~/x.csv", "file:///etc/passwd", "x.csv"])
async def test_no_path_leads_out(app_on: AppOn, over_ssh: Session, path: str) -> None:
    send(over_ssh, "leads.csv")
    async with at(app_on(over_ssh)) as person:
        await person.press("i")
        await person.type(path)
        await person.see("No upload of that name")
        await person.press("enter")
        await person.see("There is no upload")
        await person.press("f10")
        await person.see_no("rows")
        assert "root:" not in person.screen


@pytest.fixture
def away(over_ssh: Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the database be on a server that is away, from now on."""
    url = make_url("postgresql+psycopg://me:s3cret@db7.internal:5433/crm")
    error = OperationalError("", None, Exception('connection to server at "10.1.2.3", port 5433 failed'))
    engine = over_ssh.database.engine
    backend = Postgresql()

    def refuse() -> NoReturn:
        raise error

    monkeypatch.setattr(engine, "connect", refuse)
    monkeypatch.setattr(over_ssh.database, "_backend", backend)
    monkeypatch.setattr(engine, "url", url)
    monkeypatch.setattr(crash, "_noted", "")
    yield
    monkeypatch.undo()


@pytest.mark.parametrize(
    "ask",
    [
        lambda session: segments.check_name(session, "Spring"),
        lambda session: contacts.listing(session, ContactQuery()).first(5),
        lambda session: contacts.add(session, {"phone": "+16025550111"}),
        lambda session: imports.run(session, ImportRequest(None, io.BytesIO(FILE), name="a.csv")),
        why_signed_out,
        lambda session: campaigns.create(session, "A", 1, SettingsInput(agent="x")),
    ],
    ids=["a form", "a list", "a change", "an import", "the session", "a campaign"],
)
def test_no_service_says_where_the_database_is(over_ssh: Session, away: None, ask: Callable[[Session], object]) -> None:
    with pytest.raises(SegtuiError) as caught:
        ask(over_ssh)
    assert str(caught.value) == "The database of this server cannot be used; tell one of its admins."
    assert isinstance(caught.value, DatabaseError)
    # Its admins read it in the log, which is theirs alone.
    assert "10.1.2.3" in log_file().read_text()
    assert log_file().stat().st_mode & 0o077 == 0


def test_on_the_own_computer_it_is_said(over_ssh: Session, away: None) -> None:
    with pytest.raises(DatabaseError, match=r"10\.1\.2\.3"):
        contacts.listing(replace(over_ssh, user_files=None), ContactQuery()).first(5)


async def test_an_upload_that_comes_meanwhile_appears(app_on: AppOn, over_ssh: Session) -> None:
    async with at(app_on(over_ssh)) as person:
        await person.press("i")
        await person.see("No upload yet", "ssh ... upload NAME < FILE")
        send(over_ssh, "late.csv")
        await person.see("1 upload of yours", "late.csv")


async def test_an_upload_is_deleted_after_a_question(app_on: AppOn, over_ssh: Session) -> None:
    send(over_ssh, "leads.csv")
    send(over_ssh, "others.csv")
    async with at(app_on(over_ssh)) as person:
        await person.press("i")
        await person.see("2 uploads")
        await person.press("down", "d")
        await person.see("Delete the upload")
        await person.press("n", "d", "y")
        await person.see("1 upload of yours")
        await person.press("escape", "q")
    assert len(user_files.every(over_ssh, UserFolder.UPLOADS)) == 1


async def test_an_upload_that_went_meanwhile_is_said_without_its_path(app_on: AppOn, over_ssh: Session) -> None:
    send(over_ssh, "leads.csv")
    async with at(app_on(over_ssh)) as person:
        await person.press("i", "down", "enter")
        await person.see("leads.csv: CSV")
        user_files.delete(over_ssh, UserFolder.UPLOADS, "leads.csv")
        await person.press("f10", "f10")
        await person.type("Sent")
        await person.press("f10")
        await person.see("There is no upload")
        assert "secret-place" not in person.screen


async def test_an_export_asks_for_a_name_and_says_how_it_is_fetched(app_on: AppOn, over_ssh: Session) -> None:
    async with at(app_on(over_ssh)) as person:
        await person.press("2", "x")
        await person.see("Name", "contacts.csv")
        await person.press("home", "slash")
        await person.see("not a valid file name here")
        await person.press("backspace", "enter")
        await person.see("3 contacts were written to contacts.csv.", "ssh ... download contacts.csv > contacts.csv")
        # It stays, however long it takes to type that elsewhere.
        await person.press("j", "down", "x")
        await person.see("ssh ... download contacts.csv > contacts.csv")
        await person.press("y")
        await person.hear("Copied.")
        assert person.app.clipboard == "ssh ... download contacts.csv > contacts.csv"
        await person.press("escape")
        await person.see_no("ssh ... download")
        await person.press("x")
        await person.see("contacts-2.csv")
        await person.press("ctrl+u")
        await person.type("contacts.csv")
        await person.press("enter")
        await person.see("A download with this name exists already")
        assert "secret-place" not in person.screen
    assert [file.name for file in user_files.every(over_ssh, UserFolder.DOWNLOADS)] == ["contacts.csv"]


async def test_nothing_of_textuals_own_leads_out(
    app_on: AppOn, over_ssh: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda url, *_: opened.append(url))
    app = app_on(over_ssh)
    async with at(app) as person:
        before = files(tmp_path)
        for action in ("screenshot", "suspend_process", "command_palette"):
            await app.run_action(action)
        app.open_url("file:///etc/passwd")
        await person.settle()
        assert opened == []
        assert files(tmp_path) == before
        assert len(app.screen_stack) == 1


async def test_a_session_that_is_over_says_why_and_ends_with_a_status(app_on: AppOn, over_ssh: Session) -> None:
    app = app_on(over_ssh)
    async with at(app) as person:
        await person.see("segments")
        app.end("Your account was disabled; ask an admin.")
        await person.pilot.pause()
        await person.pilot.pause()
    assert app.return_code == 1
    assert app.farewell == "Your account was disabled; ask an admin."


async def test_keys_and_clicks_are_signs_of_life(over_ssh: Session) -> None:
    from segtui.config import settings

    touched: list[int] = []

    class Noting(SessionMonitor):
        def touch(self) -> None:
            touched.append(1)

    app = SegtuiApp(over_ssh, settings.Settings(database=""), watch=Noting(over_ssh, lambda _: None))
    async with at(app) as person:
        await person.press("j")
        assert touched
        count = len(touched)
        await person.click("Name")
        assert len(touched) > count


@pytest.mark.parametrize("size", [(60, 16), (80, 24)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_how_an_export_is_fetched_looks_as_it_did(
    app_on: AppOn, over_ssh: Session, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    async with at(app_on(over_ssh), size) as person:
        await person.press("2", "x", "enter")
        await person.see("ssh ... download contacts.csv")
        await person.still()
        assert person.app.export_screenshot(simplify=True) == picture


@pytest.mark.parametrize("uploads", [(), ("leads.csv", "Fair 2025.xlsx", "a-very-long-name-" * 5 + ".csv")])
async def test_the_choice_of_an_upload_looks_as_it_did(
    app_on: AppOn,
    over_ssh: Session,
    picture: SnapshotAssertion,
    uploads: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("segtui.tui.screens.imports.wizard.file.paths.time.time", lambda: THEN + 7_200.0)
    for name in uploads:
        send(over_ssh, name)
    async with at(app_on(over_ssh)) as person:
        await person.press("i")
        await person.still()
        assert person.app.export_screenshot(simplify=True) == picture
