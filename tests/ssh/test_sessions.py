"""Sessions over a real sshd: what one does all day, and how they end."""

import hashlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from segtui.domain.vocabulary import Role
from segtui.services.accounts import companies, login_keys, users
from segtui.services.segments import segments
from tests.ssh.conftest import Office
from tests.support.terminal import Terminal

ROWS = b"first_name,phone\n" + b"".join(b"Finn%d,+1602555%04d\n" % (number, number) for number in range(100, 200))
_SECONDS = 20.0


def soon(true: Callable[[], bool], seconds: float = _SECONDS) -> bool:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def sessions_of(office: Office, login: str) -> list[int]:
    """Return the processes that serve a user now: stubs, cold sessions, and warm ones, which have a name for `ps`."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            name = (folder / "comm").read_text(errors="replace").rstrip("\n")
            owner = folder.stat().st_uid
        except OSError:
            continue
        serves = (b"session" in words and login.encode() in words) or name == f"segtui {login}"[:15]
        if serves and owner == office.sshd.home.stat().st_uid:
            found.append(int(folder.name))
    return found


@pytest.fixture
def person(office: Office, request: pytest.FixtureRequest) -> Iterator[str]:
    """Yield a member of Main who is there for one test."""
    login = f"p{hashlib.sha256(request.node.name.encode()).hexdigest()[:8]}"
    users.add(office.owner, login, company="Main", role=Role.MEMBER)
    login_keys.add(office.owner, login, office.sshd.key(login))
    yield login
    if login in {user.login for user in users.every(office.owner)}:
        users.remove(office.owner, login)


def interface(office: Office, login: str, tmp_path: Path, term: str = "xterm-256color") -> Terminal:
    command = office.sshd.command(login, options=["-tt"])
    return Terminal(command[1:], tmp_path, other=command[:1], variables={"TERM": term})


def test_commands_take_and_give_files_by_standard_input_and_output(office: Office) -> None:
    server = office.sshd
    ran = server.run("alice", "import - --segment 'By pipe' --json", given=ROWS)
    assert ran.status == 0, ran.err
    assert json.loads(ran.out)["created"] + json.loads(ran.out)["unchanged"] == 100
    exported = server.run("alice", "segtui export --segment 'By pipe'")
    assert exported.out.count(b"\n") == 101
    again = server.run("alice", "import - --segment 'By pipe' --json", given=exported.out)
    assert json.loads(again.out)["unchanged"] == 100
    # Without --yes nothing is deleted where nobody can be asked.
    assert server.run("alice", "segments delete 'By pipe'").status == 1
    assert server.run("alice", "segments delete 'By pipe' --yes").status == 0


def test_an_upload_is_kept_listed_imported_and_deleted(office: Office, person: str) -> None:
    server = office.sshd
    assert server.run(person, "upload leads.csv", given=ROWS + b"Nobody,12\n").status == 0
    (listed,) = json.loads(server.run(person, "uploads --json").out)
    assert (listed["name"], listed["size"]) == ("leads.csv", len(ROWS) + 10)
    ran = server.run(person, "import leads.csv --segment Sent --json")
    assert json.loads(ran.out)["rejects_file"] == "leads.csv.rejects.csv"
    assert b"Nobody" in server.run(person, "download leads.csv.rejects.csv").out
    assert server.run(person, "uploads delete leads.csv").status == 0
    assert server.run(person, "uploads --json").text == "[]\n"
    assert "no upload “leads.csv”" in server.run(person, "import leads.csv").err


def test_an_upload_has_a_limit_and_what_is_too_much_leaves_nothing(office: Office) -> None:
    ran = office.sshd.run("alice", "upload big.csv", given=b"x" * 3_000_000)
    assert ran.status == 1
    assert "You have room for" in ran.err
    assert not list(office.sshd.home.rglob("*big*"))
    assert not list(office.sshd.home.rglob(".partial*"))
    assert "No data was received" in office.sshd.run("alice", "upload empty.csv").err


def test_an_export_waits_among_the_downloads(office: Office, person: str) -> None:
    server = office.sshd
    ran = server.run(person, "export --search Nobody --output out.csv")
    assert ran.text == "Exported 1 contact to out.csv; fetch it with download out.csv > out.csv.\n"
    assert json.loads(server.run(person, "downloads --json").out)[0]["name"] == "out.csv"
    assert b"Nobody" in server.run(person, "download out.csv").out
    assert server.run(person, "downloads delete out.csv").status == 0
    assert server.run(person, "download out.csv").status == 1


def test_an_admin_names_the_company_and_looks_at_the_database(office: Office) -> None:
    server = office.sshd
    assert json.loads(server.run("boss", "db info --json").out)["companies"] == "2"
    assert server.run("boss", "db check").status == 0
    assert {each["company"] for each in json.loads(server.run("boss", "--company Main segments list --json").out)} == {
        "Main"
    }
    line = office.sshd.key("newkey").encode()
    users.add(office.owner, "newcomer", company="Main", role=Role.VIEWER)
    assert server.run("boss", "users keys add newcomer -", given=line).status == 0
    assert "input" in server.run("boss", "users keys add newcomer /etc/passwd").err
    assert server.run("newkey", "segments list", fresh=True).status == 0
    users.remove(office.owner, "newcomer")


def test_who_is_disabled_or_without_a_key_is_not_let_in(office: Office, person: str) -> None:
    assert office.sshd.run(person, "segments list", fresh=True).status == 0
    users.edit(office.owner, person, enabled=False)
    assert office.sshd.run(person, "segments list", fresh=True).status == 255
    users.edit(office.owner, person, enabled=True)
    (key,) = login_keys.of_user(office.owner, person)
    login_keys.remove(office.owner, person, key.fingerprint)
    assert office.sshd.run(person, "segments list", fresh=True).status == 255


def test_the_interface_is_there_and_is_left(office: Office, person: str, tmp_path: Path) -> None:
    with interface(office, person, tmp_path) as terminal:
        terminal.see("Leads", "? Help")
        terminal.press("\x1a\x1c")
        terminal.press("?")
        terminal.see("On this screen")
        terminal.press("\x1b")
        terminal.press("\x11")
        assert terminal.end() == 0
    assert soon(lambda: not sessions_of(office, person))


def test_without_a_terminal_or_with_a_dumb_one_it_says_so(office: Office, tmp_path: Path) -> None:
    ran = office.sshd.run("alice")
    assert ran.status == 1
    assert "needs a terminal" in ran.err
    for term in ("dumb", "a b; sh"):
        with interface(office, "alice", tmp_path, term) as terminal:
            terminal.see("cannot draw the interface")
            assert terminal.end() == 1


@pytest.mark.parametrize("how", ["disabled", "key", "role", "removed"])
def test_who_may_no_longer_be_there_is_out_within_ten_seconds(
    office: Office, person: str, tmp_path: Path, how: str
) -> None:
    with interface(office, person, tmp_path) as terminal:
        terminal.see("Leads", "? Help")
        began = time.monotonic()
        if how == "disabled":
            users.edit(office.owner, person, enabled=False)
        elif how == "role":
            users.edit(office.owner, person, role=Role.VIEWER)
        elif how == "removed":
            users.remove(office.owner, person)
        else:
            login_keys.remove(office.owner, person, login_keys.of_user(office.owner, person)[0].fingerprint)
        assert terminal.end() == 1
        assert soon(lambda: not sessions_of(office, person), 10 - (time.monotonic() - began))
        assert "key" in terminal.text or "account" in terminal.text


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM])
def test_a_client_that_dies_while_it_sends_imports_nothing(office: Office, person: str, sent: signal.Signals) -> None:
    client = subprocess.Popen(
        office.sshd.command(person, "import - --segment Half"), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert client.stdin is not None
    client.stdin.write(ROWS)
    client.stdin.flush()
    assert soon(lambda: bool(sessions_of(office, person)))
    time.sleep(1.5)  # it reads by now
    client.send_signal(sent)
    client.wait()
    client.stdin.close()
    assert soon(lambda: not sessions_of(office, person))
    assert "Half" not in office.sshd.run("alice", "segments list").text
    assert not [
        each
        for each in json.loads(office.sshd.run("alice", "imports list --json").out)
        if each["rows"] == 100 and each["segment"] == "Half"
    ]


def test_a_client_that_dies_while_it_uploads_leaves_nothing(office: Office, person: str) -> None:
    client = subprocess.Popen(office.sshd.command(person, "upload half.csv"), stdin=subprocess.PIPE)
    assert client.stdin is not None
    client.stdin.write(ROWS)
    client.stdin.flush()
    assert soon(lambda: bool(list(office.sshd.home.rglob(".partial*"))))
    client.kill()
    client.wait()
    assert soon(lambda: not sessions_of(office, person))
    assert not list(office.sshd.home.rglob("half.csv"))


def test_an_interface_whose_client_dies_ends(office: Office, person: str, tmp_path: Path) -> None:
    with interface(office, person, tmp_path) as terminal:
        terminal.see("Leads", "? Help")
        assert sessions_of(office, person)
        os.kill(terminal.pid, signal.SIGKILL)
        assert soon(lambda: not sessions_of(office, person))


@pytest.mark.parametrize("change", ["writable", "gone", "nameless", "another's"])
def test_a_site_file_that_somebody_else_could_write_lets_nobody_in(office: Office, change: str) -> None:
    path = office.sshd.site_file
    text, state = path.read_text(encoding="utf-8"), path.stat()
    assert office.sshd.run("alice", "segments list").status == 0  # so that there is a connection, opened before
    try:
        if change == "writable":
            path.chmod(0o666)
        elif change == "gone":
            path.unlink()
        elif change == "another's":
            os.chown(path, office.sshd.home.stat().st_uid, state.st_gid)
        else:
            path.write_text('timezone = "UTC"\n', encoding="utf-8")
        assert office.sshd.run("alice", "segments list", fresh=True).status == 255
        assert office.sshd.run("alice", "segments list").status == 1
    finally:
        path.write_text(text, encoding="utf-8")
        os.chown(path, 0, state.st_gid)
        path.chmod(state.st_mode)
    assert office.sshd.run("alice", "segments list").status == 0


def check_upload(terminal: Terminal, segment: str) -> None:
    """Take the upload leads.csv to the end of its check, in the interface."""
    terminal.see("Leads", "? Help")
    terminal.press("i")
    terminal.see("leads.csv")
    terminal.press("leads")
    terminal.see("1 upload of yours")
    terminal.press("\r")
    for shown in ("leads.csv: CSV", "Goes to"):
        terminal.see(shown)
        terminal.press("\x1b[21~")
    terminal.see("Into which segment")
    terminal.press(f"{segment}\x1b[21~")
    terminal.see("Nothing has been written yet.")


def imports_of(office: Office, login: str) -> dict[Path, int]:
    """Return the processes of a user's imports, as folders of /proc, each with the session that started it."""
    sessions = sessions_of(office, login)
    found = [path.parent for path in Path("/proc").glob("[0-9]*/cmdline") if b"import_process" in _words(path)]
    return {folder: parent for folder in found if (parent := _parent(folder)) in sessions}


def _parent(process: Path) -> int:
    """Return the process that started another one, 0 for one that has ended."""
    after_name = _words(process / "stat").rpartition(b")")[2].split()
    return int(after_name[1]) if after_name else 0


def _words(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it has ended
        return b""


def test_an_import_of_the_interface_has_a_process_within_the_same_limits(
    office: Office, person: str, tmp_path: Path
) -> None:
    assert office.sshd.run(person, "upload leads.csv", given=ROWS + b"Nobody,12\n").status == 0
    with interface(office, person, tmp_path) as terminal:
        check_upload(terminal, f"Of {person}")
        ((process, session),) = imports_of(office, person).items()
        words = (process / "cmdline").read_bytes().split(b"\0")
        assert words[1:4] == [b"-I", b"-m", b"segtui.services.imports.process.import_process"]
        assert (process / "limits").read_text() == Path(f"/proc/{session}/limits").read_text()
        terminal.press("\x1b[21~")
        terminal.see("leads.csv was imported", "ssh ... download", "leads.csv.rejects.csv > leads.csv.rejects.csv")
        assert soon(lambda: not process.exists())
        terminal.press("\x1b")
        terminal.see(f"Of {person}")
    assert b"Nobody" in office.sshd.run(person, "download leads.csv.rejects.csv").out


def test_who_is_disabled_between_check_and_load_is_out_and_so_is_the_process(
    office: Office, person: str, tmp_path: Path
) -> None:
    assert office.sshd.run(person, "upload leads.csv", given=ROWS).status == 0
    with interface(office, person, tmp_path) as terminal:
        check_upload(terminal, "Never loaded")
        (process,) = imports_of(office, person)
        users.edit(office.owner, person, enabled=False)
        terminal.press("\x1b[21~")
        terminal.drain()
    assert soon(lambda: not process.exists())
    main = office.owner.bound_to(companies.by_name(office.owner, "Main"))
    assert "Never loaded" not in {segment.name for segment in segments.find(main, segments.SegmentQuery())}
