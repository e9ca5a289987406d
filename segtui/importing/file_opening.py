"""Safe opening of files: without blocking, and with a check that the file does not change while it is read.

A path may be a folder, a pipe, a device, missing or unreadable: each gets its sentence. Standard input is spooled to a
private temporary file that has no name, so that nothing is left behind however the program ends.
"""

import fcntl
import hashlib
import io
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, BinaryIO, Protocol

from segtui.domain.text import clean
from segtui.errors import UnreadableFile

BLOCK = 1 << 20
MAX_COLUMNS = 2_000
"""Maximum number of columns of a workbook or a text file."""


class Stream(Protocol):
    """A source of bytes, such as standard input."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes; none at the end."""

    def fileno(self) -> int:
        """Return the file descriptor. Raises OSError or ValueError if there is none."""


def _refusal(path: Path, error: OSError | ValueError) -> UnreadableFile:
    shown = clean(str(path))
    if isinstance(error, FileNotFoundError):
        return UnreadableFile(f"There is no file {shown}.")
    if isinstance(error, PermissionError):
        return UnreadableFile(f"You may not read {shown}; ask its owner, or copy it.")
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return UnreadableFile(f"{shown} cannot be opened: {reason}.")


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file for reading. Raises UnreadableFile for anything else, without ever waiting for it."""
    try:
        # Without O_NONBLOCK the open of a pipe that nobody writes to never returns.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    except (OSError, ValueError) as error:
        raise _refusal(path, error) from error
    mode = os.fstat(handle).st_mode
    if stat.S_ISREG(mode):
        return os.fdopen(handle, "rb")
    os.close(handle)
    shown = clean(str(path))
    if stat.S_ISDIR(mode):
        raise UnreadableFile(f"{shown} is a folder; name a file in it.")
    if stat.S_ISFIFO(mode):
        raise UnreadableFile(f"{shown} is a pipe, not a file; give “-” to read standard input.")
    raise UnreadableFile(f"{shown} is a device, not a file.")


def spool(stream: Stream) -> BinaryIO:
    """Copy a stream into a private, nameless temporary file, in bounded memory. Raises UnreadableFile."""
    spooled = tempfile.TemporaryFile(prefix="segtui-")  # noqa: SIM115  # the caller closes it
    try:
        while block := stream.read(BLOCK):
            spooled.write(block)
        spooled.flush()
    except OSError as error:
        spooled.close()
        raise UnreadableFile(f"The input could not be read to its end: {error.strerror or error}.") from error
    except BaseException:
        spooled.close()
        raise
    return spooled


def lock_partial(file: IO[Any]) -> None:
    """Lock a partial file for as long as it is open. An unlocked one was left behind by a killed process."""
    with suppress(OSError):  # some file systems cannot lock
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class PositionedReader(io.RawIOBase):
    """An independent reading position in an open file: several may read one file at the same time."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._handle = file.fileno()
        self._position = 0

    def readable(self) -> bool:
        """Return True: it can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed has a private Buffer type here
        """Fill `buffer` from the position on, and return the number of bytes."""
        count = os.preadv(self._handle, [buffer], self._position)
        self._position += count
        return count

    def seekable(self) -> bool:
        """Return True: it can be positioned."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Continue at another position, which is returned."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position}.get(whence)
        if base is None:
            base = os.fstat(self._handle).st_size
        if base + offset < 0:
            raise ValueError(f"There is no position {base + offset}.")
        self._position = base + offset
        return self._position


class OpenFile:
    """An open file with its size and its SHA-256, both of the original bytes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._stamp = self._state()
        self.size = self._stamp[0]

    def _state(self) -> tuple[int, int]:
        state = os.fstat(self._file.fileno())
        return state.st_size, state.st_mtime_ns

    def fileno(self) -> int:
        """Return the file descriptor; nobody reads from its own position."""
        return self._file.fileno()

    def reading(self) -> io.BufferedReader:
        """Return a new reader at the beginning."""
        return io.BufferedReader(PositionedReader(self._file), BLOCK)

    def sha256(self) -> str:
        """Return the SHA-256 of the content, in hexadecimal."""
        digest = hashlib.sha256()
        with self.reading() as reader:
            while block := reader.read(BLOCK):
                digest.update(block)
        return digest.hexdigest()

    def check_unchanged(self) -> None:
        """Raise UnreadableFile if the file was changed since it was opened."""
        if self._state() != self._stamp:
            raise UnreadableFile("The file changed while it was read; import it again when it is complete.")

    def close(self) -> None:
        """Close the file; a spooled one disappears."""
        self._file.close()
