"""The private files of who signed in over SSH, by the services and by the commands that are there only so."""

import io
import json
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segtui.cli.main import program, run_for
from segtui.cli.options import Command, Group, Invocation
from segtui.config import settings as config
from segtui.config.remembered import Remembered
from segtui.domain.text import clean
from segtui.domain.vocabulary import Role
from segtui.errors import (
    Cancelled,
    DatabaseBusy,
    DatabaseError,
    InvalidInput,
    NotAllowed,
    NotFound,
    SegtuiError,
    UnreadableFile,
)
from segtui.services import user_files
from segtui.services.accounts import users
from segtui.services.accounts.sign_in import open_session_for
from segtui.services.audit import audit_queries
from segtui.services.contacts import contacts
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.services.user_files import UserFiles, UserFolder
from segtui.ssh.monitor import SessionMonitor
from segtui.ssh.session_entry import SshSession


def signed_in(owner: Session, folder: Path, role: Role = Role.MEMBER, *, most: int = 100_000) -> Session:
    login = f"some{role.value}"
    users.add(owner, login, company=None if role is Role.ADMIN else "Main", role=role)
    return replace(
        open_session_for(owner.database, login, None, "192.0.2.1"), user_files=UserFiles(folder / login, most)
    )


@pytest.fixture
def alice(session: Session, tmp_path: Path) -> Session:
    return signed_in(session, tmp_path)


@pytest.fixture
def narrow(session: Session, tmp_path: Path) -> Session:
    return signed_in(session, tmp_path, most=1_000)


def names(session: Session, tray: UserFolder = UserFolder.UPLOADS) -> list[str]:
    return [file.name for file in user_files.every(session, tray)]


def test_what_is_sent_is_kept_replaced_listed_and_deleted(alice: Session) -> None:
    assert names(alice) == []
    user_files.receive(alice, "a b.csv", io.BytesIO(b"one"))
    time.sleep(0.01)
    user_files.receive(alice, "zoë.csv", io.BytesIO(b"three"))
    assert names(alice) == ["zoë.csv", "a b.csv"]
    assert user_files.receive(alice, "a b.csv", io.BytesIO(b"longer")).size == 6
    assert user_files.path_of(alice, UserFolder.UPLOADS, "a b.csv").read_bytes() == b"longer"
    user_files.delete(alice, UserFolder.UPLOADS, "zoë.csv")
    assert names(alice) == ["a b.csv"]
    with pytest.raises(NotFound, match=r"Did you mean “a b\.csv”"):
        user_files.delete(alice, UserFolder.UPLOADS, "a c.csv")


def test_the_limit_holds_for_everything_together_and_nothing_of_too_much_stays(narrow: Session) -> None:
    user_files.receive(narrow, "a.csv", io.BytesIO(b"x" * 600))
    user_files.new_download(narrow, "b.csv").write_bytes(b"x" * 300)
    with pytest.raises(InvalidInput, match="room for 100 more bytes"):
        user_files.receive(narrow, "c.csv", io.BytesIO(b"x" * 101))
    user_files.receive(narrow, "c.csv", io.BytesIO(b"x" * 100))
    for full in (
        lambda: user_files.new_download(narrow, "d.csv"),
        lambda: user_files.receive(narrow, "d", io.BytesIO(b"x")),
    ):
        with pytest.raises(InvalidInput, match="delete some first"):
            full()
    assert sorted(path.name for path in narrow.user_files.folder.rglob("*.*")) == ["a.csv", "b.csv", "c.csv"]  # type: ignore[union-attr]  # there is one


def test_a_broken_off_or_empty_upload_leaves_the_one_before(alice: Session) -> None:
    user_files.receive(alice, "a.csv", io.BytesIO(b"old"))
    with pytest.raises(Cancelled):
        user_files.receive(alice, "a.csv", io.BytesIO(b"half"), Interrupt(lambda: True))
    with pytest.raises(InvalidInput, match="No data was received"):
        user_files.receive(alice, "a.csv", io.BytesIO(b""))
    assert user_files.path_of(alice, UserFolder.UPLOADS, "a.csv").read_bytes() == b"old"
    assert names(alice) == ["a.csv"]


def test_what_a_killed_upload_left_goes_with_a_later_one(alice: Session) -> None:
    folder = user_files.receive(alice, "a.csv", io.BytesIO(b"x")).path.parent
    left, fresh = folder / ".partial-old", folder / ".partial-new"
    left.write_bytes(b"x")
    fresh.write_bytes(b"x")
    os.utime(left, (1, 1))
    user_files.receive(alice, "b.csv", io.BytesIO(b"x"))
    assert not left.exists()
    assert fresh.exists()


@given(st.text())
def test_a_name_never_leads_anywhere_and_is_shown_as_it_is(name: str) -> None:
    try:
        checked = user_files.checked_name(name)
    except InvalidInput:
        return
    assert (Path("/a/b") / checked).parent == Path("/a/b")
    assert clean(checked) == checked
    assert not checked.startswith((".", "-"))
    assert len(checked) <= 100


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../x", "/x", "a/b", "a\\b", ".x", "-x", " x", "x\n", "x\x1b[2J", "x" * 101, "\u202ex", "\ud800"],
)
def test_what_is_no_name_is_refused(alice: Session, name: str) -> None:
    with pytest.raises(InvalidInput):
        user_files.receive(alice, name, io.BytesIO(b"x"))
    with pytest.raises(InvalidInput):
        user_files.new_download(alice, name)
    with pytest.raises(NotFound):
        user_files.path_of(alice, UserFolder.UPLOADS, name)


def test_a_link_in_a_tray_is_not_followed(alice: Session, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    folder = user_files.receive(alice, "a.csv", io.BytesIO(b"x")).path.parent
    (folder / "link.csv").symlink_to(tmp_path / "secret")
    assert names(alice) == ["a.csv"]
    with pytest.raises(NotFound):
        user_files.path_of(alice, UserFolder.UPLOADS, "link.csv")


def test_without_a_desk_there_is_none(session: Session) -> None:
    with pytest.raises(NotAllowed):
        user_files.every(session, UserFolder.UPLOADS)
    assert user_files.quota(session) is None
    assert user_files.path_for_rejects(session, "a.csv", Path("b")) == Path("b/a.csv.rejects.csv")


def test_a_viewer_sends_nothing_but_fetches(session: Session, tmp_path: Path) -> None:
    vera = signed_in(session, tmp_path, Role.VIEWER)
    with pytest.raises(NotAllowed):
        user_files.receive(vera, "a.csv", io.BytesIO(b"x"))
    user_files.new_download(vera, "a.csv").write_bytes(b"abc")
    out = io.BytesIO()
    assert user_files.send(vera, "a.csv", out) == 3
    assert out.getvalue() == b"abc"


def test_a_folder_that_cannot_be_made_is_said(alice: Session, tmp_path: Path) -> None:
    (tmp_path / "somemember").write_text("a file in its place")
    with pytest.raises(UnreadableFile, match="An admin"):
        user_files.every(alice, UserFolder.UPLOADS)


def test_it_is_in_the_audit_trail(alice: Session, session: Session) -> None:
    user_files.receive(alice, "a.csv", io.BytesIO(b"abc"))
    user_files.delete(alice, UserFolder.UPLOADS, "a.csv")
    user_files.new_download(alice, "b.csv").write_bytes(b"abc")
    user_files.send(alice, "b.csv", io.BytesIO())
    done = [
        (each.action, each.object) for each in audit_queries.find(session, audit_queries.TrailQuery(user="somemember"))
    ]
    assert done[:3] == [("download", "b.csv"), ("upload.delete", "a.csv"), ("upload", "a.csv")]


# The commands


@pytest.fixture
def at_door(alice: Session, tmp_path: Path) -> Iterator[Invocation]:
    settings = replace(config.load(environment={}), database="none")
    monitor = SessionMonitor(alice, lambda _: None)
    yield Invocation(ssh_session=SshSession(alice, settings, Remembered.none(), monitor), of_admin=False)
    monitor.stop()


def every_command(invocation: Invocation, group: Group, path: str = "") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group, obj=invocation)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        yield f"{path} {name}".strip(), found
        if isinstance(found, Group):
            yield from every_command(invocation, found, f"{path} {name}")


def test_over_ssh_there_are_other_commands_with_help_and_examples(at_door: Invocation) -> None:
    assert isinstance(program, Group)
    found = dict(every_command(at_door, program))
    assert {"upload", "uploads delete", "download", "downloads delete"} <= set(found)
    assert not {path.partition(" ")[0] for path in found} & {"ssh", "config", "completion", "db", "users", "audit"}
    at_door.of_admin = True
    assert {path for path, _ in every_command(at_door, program) if path.startswith("db ")} == {"db info", "db check"}
    for path in ("upload", "uploads", "uploads delete", "download", "downloads", "downloads delete"):
        command = found[path]
        assert isinstance(command, Command | Group)
        assert command.help
        assert all(example.startswith("ssh crm ") for example in command.examples)


def test_they_list_and_delete(at_door: Invocation, alice: Session, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_for(at_door, ["uploads"]) == 0
    assert capsys.readouterr().out == "You have no uploads: upload NAME < FILE sends one.\n"
    user_files.receive(alice, "a.csv", io.BytesIO(b"abc"))
    assert run_for(at_door, ["uploads"]) == 0
    assert "a.csv" in capsys.readouterr().out
    assert run_for(at_door, ["uploads", "delete", "a.csv"]) == 0
    capsys.readouterr()
    assert run_for(replace(at_door), ["downloads", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_an_import_reads_uploads_and_writes_rejected_rows_to_the_downloads(
    at_door: Invocation, alice: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    user_files.receive(alice, "a.csv", io.BytesIO(b"first_name,phone\nFinn,+16025550123\nNobody,1\n"))
    assert run_for(at_door, ["import", "a.csv", "--segment", "Sent"]) == 0
    assert "fetch them with download a.csv.rejects.csv" in capsys.readouterr().out
    assert names(alice, UserFolder.DOWNLOADS) == ["a.csv.rejects.csv"]
    assert segments.by_name(alice, "Sent").contacts == 1
    assert run_for(at_door, ["import", "a.csv", "--rejects", "r.csv"]) == 0
    assert "r.csv" in names(alice, UserFolder.DOWNLOADS)
    with pytest.raises(NotFound):
        run_for(at_door, ["import", "/etc/passwd"])
    with pytest.raises(InvalidInput):
        run_for(at_door, ["import", "a.csv", "--rejects", "/tmp/r.csv"])


def test_an_export_goes_to_the_downloads_by_name(
    at_door: Invocation, alice: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    contacts.add(alice, {"phone": "+16025550123"})
    assert run_for(at_door, ["export", "--output", "all.xlsx"]) == 0
    assert capsys.readouterr().out == "Exported 1 contact to all.xlsx; fetch it with download all.xlsx > all.xlsx.\n"
    assert run_for(at_door, ["export", "--output", "all.csv", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["file"] == "all.csv"
    with pytest.raises(InvalidInput):
        run_for(at_door, ["export", "--output", "/tmp/all.csv"])


def test_an_error_nobody_expected_says_no_path_of_the_server(
    at_door: Invocation, monkeypatch: pytest.MonkeyPatch
) -> None:
    from segtui.cli.ssh import ssh

    def broken(*_: object) -> int:
        raise RuntimeError("/secret/path")

    monkeypatch.setattr("segtui.cli.main.run_for", broken)
    assert at_door.ssh_session is not None
    with pytest.raises(SegtuiError, match="an admin of this server") as raised, ssh._for_ssh_users():
        ssh._serve(at_door.ssh_session, ["uploads"])
    assert "/" not in str(raised.value)


def test_a_database_that_is_away_is_said_without_where_it_is() -> None:
    from segtui.cli.ssh import ssh

    with pytest.raises(SegtuiError) as raised, ssh._for_ssh_users():
        raise DatabaseError("There is no database at /var/lib/segtui/segtui.db yet")
    assert str(raised.value) == "The database of this server cannot be used; tell one of its admins."
    with pytest.raises(DatabaseBusy), ssh._for_ssh_users():
        raise DatabaseBusy("Somebody imports; try again in a moment.")


def test_no_sentence_and_no_record_names_a_folder_of_the_server(
    at_door: Invocation, alice: Session, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from segtui.cli.ssh import ssh

    assert at_door.ssh_session is not None
    user_files.receive(alice, "a.csv", io.BytesIO(b"first_name,phone\nFinn,+16025550123\nNobody,1\n"))
    user_files.new_download(alice, "b.csv").write_bytes(b"not rejected rows")
    with pytest.raises(SegtuiError, match=r"^b\.csv is there already"):
        ssh._serve(at_door.ssh_session, ["import", "a.csv", "--rejects", "b.csv"])
    assert ssh._serve(at_door.ssh_session, ["import", "a.csv"]) == 0
    assert ssh._serve(at_door.ssh_session, ["imports", "show", "1"]) == 0
    assert str(tmp_path) not in capsys.readouterr().out


def test_a_stream_that_goes_on_for_ever_is_refused() -> None:
    stream = user_files.LimitedStream(io.BytesIO(b"x" * 101), 100)
    assert stream.read(60) == b"x" * 60
    with pytest.raises(InvalidInput, match="split it"):
        stream.read(60)
