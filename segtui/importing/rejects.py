"""The file of rejected rows: their own columns behind `line` and `reason`, to be mended and imported again."""

import contextlib
import csv
import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from segtui.errors import InvalidInput
from segtui.importing.cells import guarded
from segtui.importing.columns import is_rejects
from segtui.importing.results import Rejected
from segtui.text import clean


class RejectsWriter:
    """Writes rejected rows to `path` as UTF-8 CSV, readable by its owner only.

    There is no file before the first row, and under its own name it is only there once it is complete (`close`); as a
    context manager it is discarded where an error passes through. `rows` counts. What cannot be written
    raises InvalidInput.
    """

    def __init__(self, path: Path, headers: Sequence[str]) -> None:
        self.path = path
        self.rows = 0
        # A file of rejected rows that is rejected again does not grow further such columns.
        self._skipped = 2 if is_rejects(headers) else 0
        self._headers = list(headers[self._skipped :])
        self._file: IO[str] | None = None
        self._writer: Any = None

    @property
    def _partial(self) -> Path:
        # Not made from the whole name: that may be as long as names can be.
        return self.path.with_name(f".{self.path.name[:40]}.{os.getpid()}.part")

    def write(self, rejected: Rejected) -> None:
        """Add a row."""
        try:
            if self._file is None:
                self._open()
            cells = rejected.cells[self._skipped :]
            self._writer.writerow([rejected.line, guarded(rejected.reason), *map(guarded, cells)])
            self.rows += 1
        except OSError as error:
            self.discard()
            raise self._failure(error) from error

    def _open(self) -> None:
        handle = os.open(self._partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o600)
        self._file = os.fdopen(handle, "w", encoding="utf-8", errors="replace", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(["line", "reason", *map(guarded, self._headers)])

    def close(self) -> Path | None:
        """Give the file its name; return that, None where nothing was rejected."""
        if self._file is None:
            return None
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._partial.replace(self.path)
        except OSError as error:
            self.discard()
            raise self._failure(error) from error
        self._file = None
        return self.path

    def discard(self) -> None:
        """Take away what was written; a file that was closed before stays."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()
            self._partial.unlink(missing_ok=True)
            self._file = None

    def _failure(self, error: OSError) -> InvalidInput:
        reason = error.strerror or str(error)
        return InvalidInput(
            f"The rejected rows cannot be written to {clean(str(self.path))}: {reason}. Name another place.", "rejects"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is None:
            self.close()
        else:
            self.discard()
