"""Private files of a user who signed in over SSH: uploads, and files that were written for them.

On a shared server such a user has no other path. Each has two folders: `uploads`, from which they import, and
`downloads`, into which exports and rejected rows are written. Files are named by plain names, never by paths.
"""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Final

from segtui.domain.names import no_such
from segtui.domain.text import clean, without_controls
from segtui.errors import Cancelled, InvalidInput, NotAllowed, NotFound, UnreadableFile
from segtui.importing.file_opening import Stream, lock_partial
from segtui.services.audit import audit
from segtui.services.file_quota import PARTIAL_BEGIN, FileQuota
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session

_LONGEST_NAME: Final = 100
_LONGEST_BYTES: Final = 200
_MAX_FILE_NAME: Final = 255
"""Bytes in the name of a file, as most file systems have it."""
_NUMBERED: Final = 5
"""Characters reserved for the number of a further file of rejected rows: `-2`."""
_CHUNK: Final = 1 << 20


class UserFolder(StrEnum):
    """The folder of the files that the user sent, or of those that were written for them."""

    UPLOADS = "uploads"
    DOWNLOADS = "downloads"


@dataclass(frozen=True, slots=True)
class UserFiles:
    """The private `folder` of a user, and the bytes that its files may take together."""

    folder: Path
    most_bytes: int


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in a user folder. `path` is never shown, `size` is in bytes, `modified` an aware time."""

    path: Path
    size: int
    modified: datetime

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.path.name


class LimitedStream:
    """A stream that reads at most a number of bytes: a spooled copy must not fill the server's disk."""

    def __init__(self, stream: Stream, most: int) -> None:
        self._stream = stream
        self._left = most

    def read(self, size: int, /) -> bytes:
        """Return the next bytes. Raises InvalidInput beyond the limit."""
        block = self._stream.read(size)
        self._left -= len(block)
        if self._left < 0:
            raise InvalidInput("This file is larger than the upload limit: split it.")
        return block

    def fileno(self) -> int:
        """Return the descriptor of the stream."""
        return self._stream.fileno()


def every(session: Session, tray: UserFolder) -> list[StoredFile]:
    """Return the files in a folder, the newest first. Raises NotAllowed for users with no such folders."""
    return sorted(_files(_folder(session, tray)), key=lambda file: file.modified, reverse=True)


def receive(session: Session, name: str, stream: BinaryIO, interrupt: Interrupt | None = None) -> StoredFile:
    """Save the content of `stream` as the upload `name`, replacing an older one.

    Nothing is saved of a stream that `interrupt` cancels. Raises InvalidInput for an invalid name, an empty stream or
    one that is too long; Cancelled, UnreadableFile, NotAllowed.
    """
    session.demand_write()
    name = checked_name(name)
    folder = _folder(session, UserFolder.UPLOADS)
    interrupt = interrupt or Interrupt()
    room = _quota(session)
    room.room()
    try:
        handle, partial = tempfile.mkstemp(prefix=PARTIAL_BEGIN, dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                lock_partial(file)
                size = _copy(stream, file, room, interrupt)
                os.fsync(file.fileno())
                if interrupt.cancelled:
                    raise Cancelled("The client has left; nothing was kept.")
                with _recorded(session, "upload", name, size), room.renaming():
                    Path(partial).replace(folder / name)
        except BaseException:
            Path(partial).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UnreadableFile(f"{clean(name)} could not be saved: {error.strerror or error}.") from error
    return _stored(folder / name)


def _copy(stream: BinaryIO, file: BinaryIO, room: FileQuota, interrupt: Interrupt) -> int:
    size = 0
    bounded = room.bounded(file)
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        bounded.write(chunk)
    file.flush()
    room.demand()
    if interrupt.cancelled:
        raise Cancelled("The connection ended before the file did; nothing was kept.")
    if not size:
        raise InvalidInput(
            "No data was received: give the file as standard input, such as upload leads.csv < leads.csv."
        )
    return size


def send(session: Session, name: str, out: BinaryIO) -> int:
    """Write the download `name` to `out` and return its size in bytes. Raises NotFound, UnreadableFile, NotAllowed."""
    path = path_of(session, UserFolder.DOWNLOADS, name)
    try:
        file = path.open("rb")
    except OSError as error:
        raise UnreadableFile(f"{clean(name)} cannot be read: {error.strerror or error}.") from error
    with file:
        size = os.fstat(file.fileno()).st_size
        # Before the first byte: the client may be gone at the end.
        with _recorded(session, "download", path.name, size):
            pass
        shutil.copyfileobj(file, out, _CHUNK)
    return size


def delete(session: Session, tray: UserFolder, name: str) -> None:
    """Delete a file. Raises NotFound, naming the nearest, UnreadableFile, NotAllowed."""
    path = path_of(session, tray, name)
    try:
        with _recorded(session, f"{tray.value.removesuffix('s')}.delete", path.name):
            path.unlink(missing_ok=True)
    except OSError as error:
        raise UnreadableFile(f"{clean(name)} cannot be deleted: {error.strerror or error}.") from error


def path_of(session: Session, tray: UserFolder, name: str) -> Path:
    """Return where a file of a tray is. Raises NotFound, naming the nearest, and NotAllowed."""
    folder = _folder(session, tray)
    path = folder / name if _is_name(name) else None
    with suppress(OSError):
        if path is not None and stat.S_ISREG(path.lstat().st_mode):
            return path
    missing = no_such(tray.value.removesuffix("s"), name, [file.name for file in _files(folder)])
    raise NotFound(f"{missing} Send it first: upload NAME < FILE.") if tray is UserFolder.UPLOADS else missing


def new_download(session: Session, name: str) -> Path:
    """Return the path for the download `name`. Raises InvalidInput, NotAllowed."""
    folder = _folder(session, UserFolder.DOWNLOADS)
    name = checked_name(name)
    _quota(session).room()
    return folder / name


def quota(session: Session) -> FileQuota | None:
    """Return the quota of a user over SSH; None for users who write where they like."""
    return None if session.user_files is None else _quota(session)


def path_for_rejects(session: Session, name: str, beside: Path) -> Path:
    """Return the default path for the rejected rows of the file `name`: `beside` it, or in the downloads.

    A long name is shortened, so that the file can be listed and fetched.
    """
    ending = ".rejects.csv"
    if session.user_files is None:
        return beside / (_shortened(name, _MAX_FILE_NAME - len(ending) - _NUMBERED, _MAX_FILE_NAME) + ending)
    most, most_bytes = _LONGEST_NAME - len(ending) - _NUMBERED, _LONGEST_BYTES - len(ending) - _NUMBERED
    return _folder(session, UserFolder.DOWNLOADS) / (_shortened(name, most, most_bytes) + ending)


def _shortened(name: str, most: int, most_bytes: int) -> str:
    """Return the beginning of a name."""
    name = name[:most]
    while len(os.fsencode(name)) > most_bytes:
        name = name[:-1]
    return name.rstrip()


def checked_name(name: str) -> str:
    """Return a valid file name. Raises InvalidInput for a path, a hidden name and characters that cannot be shown."""
    if not _is_name(name):
        raise InvalidInput(
            f"“{clean(name)}” is not a valid file name here: no slash, no leading dot, nothing that cannot be "
            f"shown, at most {_LONGEST_NAME} characters.",
            "file",
        )
    return name


def _is_name(name: str) -> bool:
    return (
        0 < len(name) <= _LONGEST_NAME
        and name == clean(without_controls(name)).strip()
        and "/" not in name
        and "\\" not in name
        and not name.startswith((".", "-"))
        and len(os.fsencode(name)) <= _LONGEST_BYTES  # some are four bytes each
    )


def _folder(session: Session, tray: UserFolder) -> Path:
    if session.user_files is None:
        raise NotAllowed("Only those who sign in over SSH have files here.")
    folder = session.user_files.folder / tray
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UnreadableFile(
            f"Your files cannot be reached: {error.strerror or error}. An admin of this server can fix it."
        ) from error
    return folder


def _files(folder: Path) -> Iterator[StoredFile]:
    with os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):  # it went in between
                if _is_name(entry.name) and entry.is_file(follow_symlinks=False):
                    yield _stored(Path(entry.path))


def _stored(path: Path) -> StoredFile:
    state = path.lstat()
    return StoredFile(path, state.st_size, datetime.fromtimestamp(state.st_mtime, UTC))


def _quota(session: Session) -> FileQuota:
    assert session.user_files is not None  # noqa: S101  narrows the type: there is a folder
    folders = tuple(_folder(session, tray) for tray in UserFolder)
    return FileQuota(session.user_files.folder, folders, session.user_files.most_bytes)


@contextmanager
def _recorded(session: Session, action: str, name: str, size: int | None = None) -> Iterator[None]:
    """Run the block and record it, both or neither."""
    with session.of_actor.note() as tx:
        audit.record(tx, action, name, detail="" if size is None else f"{size:,} bytes")
        yield
