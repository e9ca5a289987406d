"""An import in a process of its own: the same results and errors, and whatever is killed leaves nothing."""

import io
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import make_url, select

from segtui.database.engine import Database, open_database
from segtui.database.tables.core_tables import audit
from segtui.domain.vocabulary import Role
from segtui.errors import (
    Cancelled,
    DatabaseError,
    InvalidInput,
    NotAllowed,
    NothingToImport,
    SegtuiError,
    SignedOut,
    UnreadableFile,
)
from segtui.services import imports, undo, user_files
from segtui.services.accounts import users
from segtui.services.contacts import contacts
from segtui.services.imports import Destination, ImportRequest, ImportResult, Progress
from segtui.services.imports.process import child_importer
from segtui.services.imports.process.child_importer import ChildImporter
from segtui.services.imports.process.messages import SessionFacts
from segtui.services.interrupt import Interrupt
from segtui.services.maintenance import maintenance
from segtui.services.segments import segments
from segtui.services.session import Session, open_session
from segtui.services.user_files import UserFiles, UserFolder
from tests.support.canaries import World
from tests.support.import_model import shown
from tests.support.processes import import_processes, is_running, wait_until
from tests.support.terminal import ROOT

MANY = 30_000
"""Rows that take long enough for something to happen meanwhile: two batches."""


@pytest.fixture(autouse=True)
def processes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let a fresh interpreter find this program, also where it is not installed; leave no process behind."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    yield
    wait_until(lambda: not import_processes(os.getpid()))


@pytest.fixture
def importer(processes: None) -> Iterator[ChildImporter]:
    importer = ChildImporter()
    yield importer
    importer.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "files" / "leads.csv"
    path.parent.mkdir()
    path.write_text("phone,first_name\n+16025550101,Ann\n+16025550102,Bo\nnone,Cy\n", encoding="utf-8")
    return path


@pytest.fixture
def many(path: Path) -> Path:
    """Return a file with many rows, the first of which is rejected."""
    rows = "".join(f"+1602{2_000_000 + number},A{number}\n" for number in range(MANY))
    path.write_text(f"phone,first_name\nnone,Cy\n{rows}", encoding="utf-8")
    return path


def request_of(path: Path, **more: object) -> ImportRequest:
    return ImportRequest(path, name=path.name, destination=Destination("Leads"), **more)  # type: ignore[arg-type]  # by name


def the_child() -> int:
    """Return the process of the only import. The kernel shows the arguments of a new process a moment later."""
    wait_until(lambda: import_processes(os.getpid()))
    (pid,) = import_processes(os.getpid())
    return pid


class When:
    """Does something once, at the first progress of a phase with rows."""

    def __init__(self, phase: str, then: Callable[[], object]) -> None:
        self._phase, self._then = phase, then
        self.phases: list[str] = []

    def __call__(self, progress: Progress) -> None:
        if progress.phase == self._phase and progress.rows and self._phase not in self.phases:
            self._then()
        if progress.rows:
            self.phases.append(progress.phase)


def nothing_remains(session: Session, path: Path) -> bool:
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert maintenance.check(session.database) == []
    return (contacts.total(session), segments.total(session)) == (0, 0)


def test_a_check_and_its_load_in_one_process_which_then_ends(
    session: Session, path: Path, importer: ChildImporter
) -> None:
    session = replace(session, history=undo.UndoStack())
    forecast = importer.run(session, request_of(path, dry_run=True))
    child = the_child()
    phases: list[str] = []
    result = importer.run(session, request_of(path), progress=lambda progress: phases.append(progress.phase))
    assert phases[:2] == ["matching", "writing"]
    wait_until(lambda: not is_running(child))
    assert (forecast.created, forecast.rejected, result.created, result.rejected) == (2, 1, 2, 1)
    assert result.rejected_examples == forecast.rejected_examples
    assert {row["first_name"] for row in shown(session)} == {"Ann", "Bo"}
    assert session.history is not None
    assert [change.state for change in session.history.every] == ["final"]
    assert maintenance.check(session.database) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # nothing here differs between databases
def test_errors_have_their_class_their_sentence_and_what_they_carry(
    session: Session, path: Path, importer: ChildImporter
) -> None:
    with pytest.raises(UnreadableFile, match="There is no file"):
        importer.run(session, request_of(path.with_name("none.csv")))
    with pytest.raises(InvalidInput, match="not a region code") as invalid:
        importer.run(session, request_of(path, region="Mars"))
    assert invalid.value.field == "region"
    path.write_text("phone\nnone\n")
    with pytest.raises(NothingToImport, match="The only row was rejected") as nothing:
        importer.run(session, request_of(path))
    assert isinstance(nothing.value.result, ImportResult)
    assert nothing.value.result.rejected == 1
    assert Path(nothing.value.result.rejects_file or "").exists()


@pytest.mark.parametrize("phase", ["reading", "writing"])
def test_a_cancel_is_answered_and_leaves_nothing(
    session: Session, many: Path, importer: ChildImporter, phase: str
) -> None:
    interrupt = Interrupt()
    with pytest.raises(Cancelled, match="cancelled; nothing was changed"):
        importer.run(session, request_of(many), progress=When(phase, interrupt.cancel), interrupt=interrupt)
    wait_until(lambda: not import_processes(os.getpid()))
    assert nothing_remains(session, many)
    assert [record.status for record in imports.every(session)] == ["cancelled"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # nothing here differs between databases
def test_a_process_that_does_not_answer_a_cancel_is_killed(
    session: Session, many: Path, importer: ChildImporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child_importer, "_GRACE_SECONDS", 0.2)
    interrupt = Interrupt()

    def hang() -> None:
        os.kill(the_child(), signal.SIGSTOP)
        interrupt.cancel()

    with pytest.raises(Cancelled):
        importer.run(session, request_of(many), progress=When("reading", hang), interrupt=interrupt)
    assert nothing_remains(session, many)


@pytest.mark.parametrize("dry_run", [True, False], ids=["check", "load"])
def test_a_killed_process_is_a_sentence_and_leaves_nothing(
    session: Session, many: Path, importer: ChildImporter, dry_run: bool
) -> None:
    kill = When("reading", lambda: os.kill(the_child(), signal.SIGKILL))
    with pytest.raises(SegtuiError, match=r"process was ended by SIGKILL; nothing was changed\. Perhaps the memory"):
        importer.run(session, request_of(many, dry_run=dry_run), progress=kill)
    assert nothing_remains(session, many)
    assert importer.run(session, request_of(many)).created == MANY


def test_a_process_killed_while_it_writes_leaves_all_or_nothing_and_says_so(
    session: Session, many: Path, importer: ChildImporter
) -> None:
    kill = When("writing", lambda: os.kill(the_child(), signal.SIGKILL))
    with pytest.raises(SegtuiError, match="either the whole file was imported or nothing"):
        importer.run(session, request_of(many), progress=kill)
    assert (contacts.total(session), segments.total(session), imports.total(session)) in ((0, 0, 0), (MANY, 1, 1))
    assert maintenance.check(session.database) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # nothing here differs between databases
def test_a_process_killed_after_the_commit_has_imported(session: Session, many: Path, importer: ChildImporter) -> None:
    kill = When("indexing", lambda: os.kill(the_child(), signal.SIGKILL))
    result = importer.run(session, request_of(many), progress=kill)
    assert (result.created, contacts.total(session)) == (MANY, MANY)
    assert imports.get(session, result.import_id or 0).status == "completed"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # nothing here differs between databases
def test_a_process_that_was_killed_between_check_and_load_is_replaced(
    session: Session, path: Path, importer: ChildImporter
) -> None:
    importer.run(session, request_of(path, dry_run=True))
    os.kill(the_child(), signal.SIGKILL)
    child = importer._child
    assert child is not None
    wait_until(lambda: child.has_ended)  # later than its first thread
    assert importer.run(session, request_of(path)).created == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # nothing here differs between databases
def test_a_process_that_nobody_asks_ends(session: Session, path: Path) -> None:
    importer = ChildImporter(idle_seconds=0.2)
    importer.run(session, request_of(path, dry_run=True))
    wait_until(lambda: not any(map(is_running, import_processes(os.getpid()))))
    phases: list[str] = []
    result = importer.run(session, request_of(path), progress=lambda progress: phases.append(progress.phase))
    assert (result.created, phases[0]) == (2, "reading")
    importer.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # nothing here differs between databases
def test_a_prepared_process_takes_the_first_check_and_ends_with_the_flow(session: Session, path: Path) -> None:
    importer = ChildImporter()
    importer.prepare(session)
    child = the_child()
    importer.run(session, request_of(path, dry_run=True))
    assert the_child() == child
    importer.close()
    importer.prepare(session)
    wait_until(lambda: not is_running(child))
    assert not import_processes(os.getpid())


_SESSION = """
    import sys
    from pathlib import Path
    from segtui.database.engine import open_database
    from segtui.services.imports import Destination, ImportRequest
    from segtui.services.imports.process.child_importer import ChildImporter
    from segtui.services.session import open_session

    def tell(progress):
        print(progress.phase, flush=True)

    session = open_session(open_database(sys.argv[1], create=False), source="test")
    request = ImportRequest(Path(sys.argv[2]), name="leads.csv", destination=Destination("Leads"))
    ChildImporter().run(session, request, progress=tell)
"""


@pytest.mark.parametrize("phase", ["reading", "writing"])
def test_a_session_that_is_killed_takes_its_import_with_it(
    database_url: str, session: Session, many: Path, phase: str
) -> None:
    command = [sys.executable, "-c", textwrap.dedent(_SESSION), database_url, str(many)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert any(line.strip() == phase for line in process.stdout)
        (child,) = import_processes(process.pid)
        process.kill()
    wait_until(lambda: not is_running(child))
    state = (contacts.total(session), segments.total(session))
    assert state == (0, 0) if phase == "reading" else state in ((0, 0), (MANY, 1))
    assert maintenance.check(session.database) == []
    if state == (0, 0):
        assert [file.name for file in many.parent.iterdir()] == [many.name]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # a file has no password
def test_the_password_of_the_database_is_in_no_argument_and_no_environment(
    database_url: str, path: Path, importer: ChildImporter
) -> None:
    address = make_url(database_url).set(password="open-sesame").render_as_string(hide_password=False)
    database = open_database(address, create=False)
    importer.run(open_session(database, source="test"), request_of(path, dry_run=True))
    told = [Path(f"/proc/{the_child()}/{name}").read_bytes() for name in ("cmdline", "environ")]
    assert not any(b"sesame" in text for text in told)
    database.close()


def test_who_imported_is_the_user_of_the_session_from_where_they_came(
    world: World, path: Path, importer: ChildImporter
) -> None:
    session = world.as_role(Role.MEMBER)
    importer.run(session, request_of(path, dry_run=True))
    result = importer.run(session, request_of(path))
    with world.owner.read() as tx:
        entry = tx.execute(select(audit).where(tx.scope(audit), audit.c.detail == f"import {result.import_id}")).one()
    assert (entry.user, entry.source) == (session.actor.login, "192.0.2.1")


def test_who_is_disabled_between_check_and_load_loads_nothing(
    world: World, path: Path, importer: ChildImporter
) -> None:
    session = world.as_role(Role.MEMBER)
    before = contacts.total(world.owner)
    importer.run(session, request_of(path, dry_run=True))
    users.edit(world.owner, session.actor.login, enabled=False)
    with pytest.raises(SignedOut, match="disabled"):
        importer.run(session, request_of(path))
    assert contacts.total(world.owner) == before


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_a_viewer_starts_no_process(world: World, path: Path, importer: ChildImporter) -> None:
    with pytest.raises(NotAllowed):
        importer.run(world.as_role(Role.VIEWER), request_of(path))
    assert not import_processes(os.getpid())


@pytest.fixture
def over_ssh(session: Session, tmp_path: Path) -> Session:
    return replace(session, user_files=UserFiles(tmp_path / "user", 100_000))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # nothing here differs between databases
def test_over_ssh_rejected_rows_go_to_the_downloads_within_their_quota(
    over_ssh: Session, importer: ChildImporter
) -> None:
    upload = user_files.receive(over_ssh, "leads.csv", io.BytesIO(b"phone,name\n+16025550101,Ann\nnone,Cy\n")).path
    importer.run(over_ssh, request_of(upload, dry_run=True))
    assert importer.run(over_ssh, request_of(upload)).rejects_file == "leads.csv.rejects.csv"
    assert [file.name for file in user_files.every(over_ssh, UserFolder.DOWNLOADS)] == ["leads.csv.rejects.csv"]
    full = replace(over_ssh, user_files=replace(over_ssh.user_files, most_bytes=1))  # type: ignore[type-var]
    importer.run(full, request_of(upload, dry_run=True))
    with pytest.raises(InvalidInput, match="this file is larger"):
        importer.run(full, request_of(upload))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # nothing here differs between databases
def test_over_ssh_nothing_of_the_database_is_told(
    over_ssh: Session, database: Database, path: Path, importer: ChildImporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = replace(SessionFacts.of(over_ssh), address="/nowhere/secret.db")
    monkeypatch.setattr(SessionFacts, "of", lambda _: facts)
    with pytest.raises(DatabaseError) as caught:
        importer.run(over_ssh, request_of(path))
    assert "secret" not in str(caught.value)
    assert "tell one of its admins" in str(caught.value)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # nothing here differs between databases
def test_a_process_that_does_not_understand_a_message_ends(session: Session, importer: ChildImporter) -> None:
    # As that of a session of older code: nobody would ever be answered.
    importer.prepare(session)
    child = the_child()
    assert importer._child is not None
    importer._child._connection.send_bytes(b"of another form")
    wait_until(lambda: not is_running(child))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # nothing here differs between databases
@pytest.mark.parametrize("where", ["subprocess.Popen", "multiprocessing.Pipe"])
def test_a_process_that_cannot_be_started_is_a_sentence(
    session: Session, path: Path, importer: ChildImporter, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(where, refuse)
    with pytest.raises(SegtuiError, match="could not be started: Resource temporarily unavailable"):
        importer.run(session, request_of(path))
