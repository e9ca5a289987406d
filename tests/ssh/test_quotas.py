"""What a user may keep holds for everything together, whoever writes it at the same time and however it is called."""

import fcntl
import io
import os
import resource
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from segtui.domain.vocabulary import Role
from segtui.errors import InvalidInput, NotAllowed
from segtui.services import file_quota, imports, user_files
from segtui.services.accounts import users
from segtui.services.accounts.sign_in import open_session_for
from segtui.services.audit import audit_queries
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.exports import exports
from segtui.services.exports.export_files import FORMATS
from segtui.services.file_quota import FileQuota
from segtui.services.imports import ImportRequest
from segtui.services.session import Session
from segtui.services.user_files import UserFiles, UserFolder
from segtui.ssh import session_limits
from segtui.ssh.session_entry import _counted
from segtui.ssh.session_limits import session_slot

MEGABYTE = 1_000_000


@pytest.fixture
def alice(session: Session, tmp_path: Path) -> Session:
    users.add(session, "alice", company="Main", role=Role.MEMBER)
    opened = open_session_for(session.database, "alice", None, "192.0.2.1")
    return replace(opened, user_files=UserFiles(tmp_path / "alice", 10 * MEGABYTE))


def _taken(session: Session) -> int:
    assert session.user_files is not None
    return sum(path.stat().st_size for path in session.user_files.folder.rglob("*") if path.is_file())


class _Slow(io.RawIOBase):
    """A stream of `size` bytes that waits for the others before each block."""

    def __init__(self, size: int, barrier: threading.Barrier) -> None:
        self._left = size
        self._barrier = barrier

    def read(self, size: int = -1, /) -> bytes:
        with suppress(threading.BrokenBarrierError):  # another one has given up
            self._barrier.wait(20)
        block = min(size, self._left)
        self._left -= block
        if not block:
            self._barrier.abort()
        return b"x" * block


def test_uploads_at_the_same_time_share_what_is_left(alice: Session) -> None:
    barrier = threading.Barrier(3)
    ends: list[str] = []

    def send(number: int) -> None:
        try:
            user_files.receive(alice, f"{number}.csv", _Slow(6 * MEGABYTE, barrier))  # type: ignore[arg-type]
        except InvalidInput as error:
            barrier.abort()
            ends.append(str(error))

    threads = [threading.Thread(target=send, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert _taken(alice) <= 10 * MEGABYTE
    assert len(user_files.every(alice, UserFolder.UPLOADS)) <= 1
    assert len(ends) >= 2
    assert all("delete an upload or a download first" in end for end in ends)


def _fill(session: Session, left: int) -> None:
    folder = user_files.receive(session, "a.csv", io.BytesIO(b"x")).path.parent
    (folder / "a.csv").write_bytes(b"x" * (10 * MEGABYTE - left))


@pytest.mark.parametrize("form", FORMATS)
def test_an_export_is_bounded_while_it_is_written(alice: Session, form: str) -> None:
    for number in range(60):
        contacts.add(alice, {"phone": f"+1602555{number:04}", "custom.note": os.urandom(4_500).hex()})
    _fill(alice, 60_000)
    with pytest.raises(InvalidInput, match="You have room for 60,000 more bytes, and this file is larger"):
        exports.export(alice, ContactQuery(), user_files.new_download(alice, f"a.{form}"))
    assert user_files.every(alice, UserFolder.DOWNLOADS) == []
    assert _taken(alice) <= 10 * MEGABYTE
    (alice.user_files.folder / "uploads" / "a.csv").unlink()  # type: ignore[union-attr]
    assert exports.export(alice, ContactQuery(), user_files.new_download(alice, f"a.{form}")) == 60
    assert [file.name for file in user_files.every(alice, UserFolder.DOWNLOADS)] == [f"a.{form}"]


def test_a_long_export_stops_when_there_is_no_room_and_not_at_its_end(tmp_path: Path) -> None:
    quota = FileQuota(tmp_path, (tmp_path,), 3 * MEGABYTE)
    with (tmp_path / ".a.part").open("wb") as raw:
        file = quota.bounded(raw)
        with pytest.raises(InvalidInput):
            file.writelines(b"x" * 100_000 for _ in range(1_000))
    assert (tmp_path / ".a.part").stat().st_size < 5 * MEGABYTE


def test_rejected_rows_are_bounded_and_the_import_is_undone(alice: Session) -> None:
    rows = b"phone,note\n+16025550199,x\n" + b"".join(b"1,%s\n" % (b"y" * 5_000) for _ in range(400))
    _fill(alice, 1_200_000)
    with pytest.raises(InvalidInput, match="You have room for 1,200,000 more bytes, and this file is larger"):
        imports.run(alice, ImportRequest(None, io.BytesIO(rows), name="bad.csv"))
    assert user_files.every(alice, UserFolder.DOWNLOADS) == []
    assert _taken(alice) <= 10 * MEGABYTE
    assert contacts.listing(alice, ContactQuery()).first(5) == []


@pytest.mark.parametrize("name", ["n" * 96 + ".csv", "é" * 96 + ".csv", "日" * 60 + ".csv", "👍" * 49 + ".csv"])
def test_the_rejected_rows_of_a_file_with_a_long_name_can_be_listed_and_fetched(alice: Session, name: str) -> None:
    for number in range(3):
        file = b"first_name,phone\nFinn,+1602555%04d\nNobody,%d\n" % (number, number)
        path = user_files.receive(alice, name, io.BytesIO(file)).path
        result = imports.run(alice, ImportRequest(path, name=name))
        assert result.rejects_file is not None
        out = io.BytesIO()
        user_files.send(alice, result.rejects_file, out)
        assert b"Nobody" in out.getvalue()
    assert len(user_files.every(alice, UserFolder.DOWNLOADS)) == 3


def test_beside_a_file_the_name_of_its_rejected_rows_is_one_that_a_disk_takes(session: Session, tmp_path: Path) -> None:
    path = tmp_path / ("n" * 251 + ".csv")
    path.write_bytes(b"first_name,phone\nFinn,+16025550199\nNobody,1\n")
    result = imports.run(session, ImportRequest(path, name=path.name))
    assert result.rejects_file is not None
    assert Path(result.rejects_file).exists()


@pytest.mark.parametrize("name", [".partial-x", ".a.csv.1.part", "..hidden", "n" * 150, "a\tb"])
def test_every_file_counts_whatever_it_is_called(alice: Session, name: str) -> None:
    folder = user_files.receive(alice, "a.csv", io.BytesIO(b"x")).path.parent
    with (folder / name).open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # somebody writes it
        file.write(b"x" * 10 * MEGABYTE)
        file.flush()
        os.utime(folder / name, (1, 1))
        with pytest.raises(InvalidInput, match="delete some first"):
            user_files.receive(alice, "b.csv", io.BytesIO(b"x"))


def test_what_a_killed_writer_left_is_removed_at_once_and_what_is_being_written_never(alice: Session) -> None:
    folder = user_files.receive(alice, "a.csv", io.BytesIO(b"x")).path.parent
    left, busy = folder / ".partial-left", folder / ".partial-busy"
    left.write_bytes(b"x")
    with busy.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        for partial in (left, busy):
            os.utime(partial, (1, 1))
        user_files.receive(alice, "b.csv", io.BytesIO(b"x"))
    assert not left.exists()
    assert busy.exists()


def test_the_number_of_files_has_a_limit(alice: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_quota, "MAX_FILES", 3)
    for number in range(3):
        user_files.receive(alice, f"{number}.csv", io.BytesIO(b"x"))
    with pytest.raises(InvalidInput, match=r"^You have 3 files here, which is the limit: delete some first\.$"):
        user_files.receive(alice, "4.csv", io.BytesIO(b"x"))


def test_the_check_and_the_name_are_one_step(alice: Session) -> None:
    user_files.receive(alice, "a.csv", io.BytesIO(b"x"))
    quota = user_files.quota(alice)
    assert quota is not None
    inside = threading.Event()

    def second() -> None:
        with quota.renaming():
            inside.set()

    with quota.renaming():
        thread = threading.Thread(target=second)
        thread.start()
        assert not inside.wait(0.2)
    thread.join()
    assert inside.is_set()


def test_a_user_has_so_many_sessions_and_a_place_is_free_again_when_one_ends(tmp_path: Path) -> None:
    with session_slot(tmp_path, 2), session_slot(tmp_path, 2):
        with pytest.raises(NotAllowed) as caught, session_slot(tmp_path, 2):
            pass
        assert str(caught.value) == "You already have 2 sessions open, the most allowed: end one of them first."
    with session_slot(tmp_path, 1):
        pass


def test_the_place_of_a_session_that_was_killed_is_free_again(tmp_path: Path) -> None:
    code = (
        "import pathlib, sys, time\nfrom segtui.ssh.session_limits import session_slot\n"
        "with session_slot(pathlib.Path(sys.argv[1]), 1):\n    print('in', flush=True)\n    time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "in\n"
        with pytest.raises(NotAllowed), session_slot(tmp_path, 1):
            pass
        process.kill()
    with session_slot(tmp_path, 1):
        pass


def test_a_session_has_limits_and_a_large_database_is_not_cut_off(tmp_path: Path) -> None:
    database = tmp_path / "large.db"
    with database.open("wb") as file:
        file.truncate(20 << 30)  # sparse: it takes no room
    code = (
        "import resource, sys\nfrom segtui.ssh.session_limits import limit_resources\nlimit_resources(sys.argv[1])\n"
        "kinds = (resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE)\n"
        "print(*(resource.getrlimit(kind) for kind in kinds))"
    )
    memory = session_limits.MEMORY + session_limits.MEMORY_PER_PROCESSOR * (os.cpu_count() or 1)
    for where, size in ((str(database), 20 << 30), ("postgresql://me@db/crm", 0)):
        done = subprocess.run([sys.executable, "-c", code, where], capture_output=True, text=True, check=True)
        files = session_limits.FILE_SIZE + 3 * size
        assert done.stdout == f"({memory}, {memory}) ({files}, {files}) (0, 0)\n"


def test_a_lower_limit_stays() -> None:
    def lower() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))

    code = (
        "import resource\nfrom segtui.ssh.session_limits import limit_resources\nlimit_resources('postgresql://x/y')\n"
        "print(resource.getrlimit(resource.RLIMIT_FSIZE))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, preexec_fn=lower)
    assert done.stdout == f"({1 << 20}, {1 << 20})\n"


def test_a_session_too_many_is_refused_and_in_the_audit_trail(alice: Session, session: Session, tmp_path: Path) -> None:
    with (
        _counted(alice, tmp_path, 1),
        pytest.raises(NotAllowed, match=r"^You already have 1 session open"),
        _counted(alice, tmp_path, 1),
    ):
        pass
    (entry, *_) = audit_queries.find(session, audit_queries.TrailQuery(action="refused"), 5)
    assert (entry.user, entry.object) == ("alice", "sign_in")
    assert entry.detail.startswith("You already have 1 session open")
