"""The private files of somebody who signed in over SSH: what they sent, and what was written for them.

On a shared server nobody has any other path. Each user has two trays in a folder of their own: `uploads`, from which
they import, and `downloads`, into which exports and rejected rows go. Names are names, never paths.
"""

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Final

from segtui.errors import Cancelled, InvalidInput, NotAllowed, NotFound, UnreadableFile
from segtui.importing.opening import Stream
from segtui.services import audit
from segtui.services.interrupt import Interrupt
from segtui.services.names import no_such
from segtui.services.session import Session
from segtui.text import clean, without_controls

_LONGEST_NAME: Final = 100
_CHUNK: Final = 1 << 20
_PARTIAL: Final = ".partial-"
_FORGOTTEN: Final = 86_400.0
"""Seconds after which what a broken upload left is taken away by the next one."""


class Tray(StrEnum):
    """What the user sent, and what was written for them."""

    UPLOADS = "uploads"
    DOWNLOADS = "downloads"


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a user's files are (`folder`, theirs alone), and how many bytes they may take together."""

    folder: Path
    most_bytes: int


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in a tray, at `path`, which is shown to nobody. `size` is in bytes, `modified` an aware time."""

    path: Path
    size: int
    modified: datetime

    @property
    def name(self) -> str:
        """What it is called."""
        return self.path.name


class Limited:
    """A stream of which only so many bytes are read: what is spooled of it must not fill the server's disk."""

    def __init__(self, stream: Stream, most: int) -> None:
        self._stream = stream
        self._left = most

    def read(self, size: int, /) -> bytes:
        """Return what comes next. Raises InvalidInput once it is more than may be."""
        block = self._stream.read(size)
        self._left -= len(block)
        if self._left < 0:
            raise InvalidInput("This is more than anybody may send here at once: split the file.")
        return block

    def fileno(self) -> int:
        """Return the descriptor of the stream."""
        return self._stream.fileno()


def every(session: Session, tray: Tray) -> list[StoredFile]:
    """Return the files in a tray, the newest first. Raises NotAllowed where there are no trays."""
    return sorted(_files(_folder(session, tray)), key=lambda file: file.modified, reverse=True)


def receive(session: Session, name: str, stream: BinaryIO, interrupt: Interrupt | None = None) -> StoredFile:
    """Keep what `stream` holds as the upload `name`, in the place of an older one.

    Nothing is kept of a stream that `interrupt` says was broken off. Raises InvalidInput for a name that is none, an
    empty stream or one that is too long; Cancelled, UnreadableFile, NotAllowed.
    """
    session.demand_write()
    name = checked_name(name)
    folder = _folder(session, Tray.UPLOADS)
    interrupt = interrupt or Interrupt()
    room = _demand_room(session)
    try:
        handle, partial = tempfile.mkstemp(prefix=_PARTIAL, dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                size = _copy(stream, file, room, interrupt)
                os.fsync(file.fileno())
            # Others of theirs may have come meanwhile.
            if size > _demand_room(session) or interrupt.cancelled:
                raise Cancelled("There is no room for it any more, or nobody waits for it; nothing was kept.")
            with _recorded(session, "upload", name, size):
                Path(partial).replace(folder / name)
        except BaseException:
            Path(partial).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UnreadableFile(f"{clean(name)} could not be kept: {error.strerror or error}.") from error
    return _stored(folder / name)


def _copy(stream: BinaryIO, file: BinaryIO, room: int, interrupt: Interrupt) -> int:
    size = 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > room:
            raise InvalidInput(
                f"There is room for {room:,} bytes of yours, and this is more: delete an upload or a download first."
            )
        file.write(chunk)
    if interrupt.cancelled:
        raise Cancelled("The connection ended before the file did; nothing was kept.")
    if not size:
        raise InvalidInput("Nothing came in: give the file as standard input, such as upload leads.csv < leads.csv.")
    return size


def send(session: Session, name: str, out: BinaryIO) -> int:
    """Write the download `name` to `out` and return its size in bytes. Raises NotFound, UnreadableFile, NotAllowed."""
    path = path_of(session, Tray.DOWNLOADS, name)
    try:
        file = path.open("rb")
    except OSError as error:
        raise UnreadableFile(f"{clean(name)} cannot be read: {error.strerror or error}.") from error
    with file:
        size = os.fstat(file.fileno()).st_size
        # Before the first byte: who has it all may be gone.
        with _recorded(session, "download", path.name, size):
            pass
        shutil.copyfileobj(file, out, _CHUNK)
    return size


def delete(session: Session, tray: Tray, name: str) -> None:
    """Delete a file. Raises NotFound, naming the nearest, UnreadableFile, NotAllowed."""
    path = path_of(session, tray, name)
    try:
        with _recorded(session, f"{tray.value.removesuffix('s')}.delete", path.name):
            path.unlink(missing_ok=True)
    except OSError as error:
        raise UnreadableFile(f"{clean(name)} cannot be deleted: {error.strerror or error}.") from error


def path_of(session: Session, tray: Tray, name: str) -> Path:
    """Return where a file of a tray is. Raises NotFound, naming the nearest, and NotAllowed."""
    folder = _folder(session, tray)
    path = folder / name if _is_name(name) else None
    with suppress(OSError):
        if path is not None and stat.S_ISREG(path.lstat().st_mode):
            return path
    missing = no_such(tray.value.removesuffix("s"), name, [file.name for file in _files(folder)])
    raise NotFound(f"{missing} Send it first: upload NAME < FILE.") if tray is Tray.UPLOADS else missing


def new_download(session: Session, name: str) -> Path:
    """Return where the download `name` is to be written. Raises InvalidInput, NotAllowed."""
    folder = _folder(session, Tray.DOWNLOADS)
    name = checked_name(name)
    _demand_room(session)
    return folder / name


def folder_for_rejects(session: Session) -> Path | None:
    """Return where rejected rows go unless somebody says otherwise; None where that is beside the file."""
    return None if session.desk is None else _folder(session, Tray.DOWNLOADS)


def checked_name(name: str) -> str:
    """Return a name for a file. Raises InvalidInput for a path, a hidden name and what cannot be shown as it is."""
    if not _is_name(name):
        raise InvalidInput(
            f"“{clean(name)}” is no name for a file here: no slash, no dot at the beginning, nothing that cannot be "
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
        and len(os.fsencode(name)) <= 200  # some are four bytes each, and rejected rows add to the name
    )


def _folder(session: Session, tray: Tray) -> Path:
    if session.desk is None:
        raise NotAllowed("Only those who sign in over SSH have files here.")
    folder = session.desk.folder / tray
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UnreadableFile(
            f"Your files cannot be reached: {error.strerror or error}. An admin of this server can mend that."
        ) from error
    return folder


def _files(folder: Path) -> Iterator[StoredFile]:
    with os.scandir(folder) as found:
        for entry in found:
            with suppress(OSError):  # it went in between
                if _is_name(entry.name) and entry.is_file(follow_symlinks=False):
                    yield _stored(Path(entry.path))


def _stored(path: Path) -> StoredFile:
    state = path.lstat()
    return StoredFile(path, state.st_size, datetime.fromtimestamp(state.st_mtime, UTC))


def _demand_room(session: Session) -> int:
    assert session.desk is not None  # noqa: S101  narrows the type: there is a folder
    for tray in Tray:
        _tidy(_folder(session, tray))
    used = sum(file.size for tray in Tray for file in _files(_folder(session, tray)))
    room = session.desk.most_bytes - used
    if room <= 0:
        raise InvalidInput(f"Your files take {used:,} bytes, which is all there is for you: delete some first.")
    return room


def _tidy(folder: Path) -> None:
    """Take away what uploads, exports and imports left that were killed long ago."""
    for left in (*folder.glob(f"{_PARTIAL}*"), *folder.glob(".*.part")):
        with suppress(OSError):
            if time.time() - left.lstat().st_mtime > _FORGOTTEN:
                left.unlink()


@contextmanager
def _recorded(session: Session, action: str, name: str, size: int | None = None) -> Iterator[None]:
    """Do what the block does and record it, both or neither."""
    with session.of_who_acts.note() as tx:
        audit.record(tx, action, name, detail="" if size is None else f"{size:,} bytes")
        yield
