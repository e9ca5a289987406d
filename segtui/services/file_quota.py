"""Quota of a user's private files together, and the lock under which a file gets its name.

A file counts while it is being written: two uploads at once share the room. A partial file is locked by its writer,
which distinguishes it from the remains of a killed writer.
"""

import fcntl
import io
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, Final

from segtui.errors import InvalidInput

MAX_FILES: Final = 1_000
"""Files a user may have, of both kinds together: an empty one takes room on the disk too."""
PARTIAL_BEGIN, PARTIAL_END = ".partial-", ".part"
_CHECK_EVERY: Final = 1 << 20
"""Bytes written between two looks at how much there is."""
_ABANDONED_AFTER: Final = 86_400.0
"""Seconds after which a partial file is removed if it cannot be told whether it is still written."""
_LOCKED_WITHIN: Final = 60.0
"""Seconds within which a writer locks its partial file, or renames it."""


class FileQuota:
    """The room of one user: the files in `folders` may take `most_bytes` together."""

    def __init__(self, folder: Path, folders: tuple[Path, ...], most_bytes: int) -> None:
        self._folder = folder
        self._folders = folders
        self._most = most_bytes
        self._left = max(most_bytes - self.used, 0)

    @property
    def used(self) -> int:
        """The bytes of all files, complete or not."""
        return sum(self._sizes())

    def room(self) -> int:
        """Return the bytes left, after deleting abandoned partial files.

        Raises InvalidInput if there are none, or too many files.
        """
        self._remove_abandoned()
        sizes = list(self._sizes())
        if len(sizes) >= MAX_FILES:
            raise InvalidInput(f"You have {len(sizes):,} files here, which is the limit: delete some first.")
        if sum(sizes) >= self._most:
            raise InvalidInput(f"Your files take {sum(sizes):,} bytes, which is your limit: delete some first.")
        return self._most - sum(sizes)

    def demand(self, further: int = 0) -> None:
        """Raise InvalidInput where the files, and `further` bytes that are not written yet, take more than they may."""
        if self.used + further > self._most:
            raise InvalidInput(
                f"You have room for {self._left:,} more bytes, and this file is larger: delete an upload or a download "
                "first."
            )

    @contextmanager
    def renaming(self) -> Iterator[None]:
        """Let a complete file get its name, one at a time. Raises InvalidInput where the files take too much."""
        handle = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            with suppress(OSError):  # where files cannot be locked, the check alone remains
                fcntl.flock(handle, fcntl.LOCK_EX)
            self.demand()
            yield
        finally:
            os.close(handle)

    def bounded(self, file: BinaryIO) -> "BoundedFile":
        """Return a wrapper of `file` that refuses more bytes than are left."""
        return BoundedFile(file, self)

    def _sizes(self) -> Iterator[int]:
        for folder in self._folders:
            with suppress(FileNotFoundError), os.scandir(folder) as entries:
                for entry in entries:
                    with suppress(OSError):  # it went in between
                        state = entry.stat(follow_symlinks=False)
                        if stat.S_ISREG(state.st_mode):
                            yield state.st_size

    def _remove_abandoned(self) -> None:
        for folder in self._folders:
            for partial in (*folder.glob(f"{PARTIAL_BEGIN}*"), *folder.glob(f".*{PARTIAL_END}")):
                with suppress(OSError):
                    if _is_abandoned(partial):
                        partial.unlink()


def _is_abandoned(partial: Path) -> bool:
    age = time.time() - partial.lstat().st_mtime
    if age < _LOCKED_WITHIN:
        return False
    handle = os.open(partial, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return age > _ABANDONED_AFTER
    else:
        return True
    finally:
        os.close(handle)


class BoundedFile(io.BufferedIOBase):
    """A file wrapper that checks the quota each megabyte. Raises InvalidInput.

    It does not close the file below it.
    """

    def __init__(self, file: BinaryIO, quota: FileQuota) -> None:
        self._file = file
        self._quota = quota
        self._unchecked = 0

    def writable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Tell whether the file below is."""
        return self._file.seekable()

    def write(self, data: Any, /) -> int:  # noqa: ANN401  typeshed has a private Buffer type here
        """Write `data`; return the number of bytes."""
        size = memoryview(data).nbytes
        self._unchecked += size
        if self._unchecked >= _CHECK_EVERY:
            self._file.flush()
            self._quota.demand(size)
            self._unchecked = 0
        self._file.write(data)
        return size

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go on writing somewhere else."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Return the position."""
        return self._file.tell()

    def flush(self) -> None:
        """Hand everything to the system."""
        if not self._file.closed:
            self._file.flush()
