"""The rejected rows of an import: the file that a load writes, and the spool that keeps them between check and load."""

import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

from segtui.errors import InvalidInput, SegtuiError
from segtui.services import user_files
from segtui.services.imports.import_model import ImportRequest
from segtui.services.session import Session

if TYPE_CHECKING:  # these load Polars, which only a running import may
    from collections.abc import Sequence

    from segtui.importing import Rejected, RejectsWriter


class RejectedRows(Protocol):
    """A destination for the rejected rows of a file while it is read."""

    def write(self, rejected: "Rejected") -> None:
        """Add a row."""


class RejectedSpool:
    """Rejected rows in a private temporary file without a name, which a kill does not leave behind.

    `is_complete` turns False when the file could not take a row: the load has to read the imported file again.
    """

    def __init__(self) -> None:
        self._file: IO[str] | None = None
        self.is_complete = True

    def write(self, rejected: "Rejected") -> None:
        """Add a row."""
        if not self.is_complete:
            return
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile("w+", prefix="segtui-", encoding="ascii")  # noqa: SIM115
            # JSON escapes everything that is not ASCII, also the surrogates of bytes that could not be decoded.
            self._file.write(json.dumps([rejected.line, rejected.reason, rejected.cells]) + "\n")
        except OSError:
            self.is_complete = False

    def copy_to(self, writer: "RejectsWriter") -> None:
        """Write all rows to the file of rejected rows. Raises what its `write` raises, and OSError."""
        from segtui.importing import Rejected

        if self._file is None:
            return
        self._file.seek(0)
        for text in self._file:
            line, reason, cells = json.loads(text)
            writer.write(Rejected(line, reason, tuple(cells)))

    def close(self) -> None:
        """Remove the file."""
        if self._file is not None:
            with suppress(OSError):  # what it could not take before, it cannot take now
                self._file.close()


def writer(request: ImportRequest, session: Session, headers: "Sequence[str]") -> "RejectsWriter":
    """Return the writer of the file of rejected rows. Raises InvalidInput for a path that cannot be taken."""
    from segtui.importing import RejectsWriter

    beside = request.rejects is None
    return RejectsWriter(_path(session, request), headers, beside=beside, quota=user_files.quota(session))


def remove_partial(request: ImportRequest, session: Session, process: int) -> None:
    """Remove the unfinished file of a process that was killed."""
    from segtui.importing.rejects import partial_of

    with suppress(SegtuiError, OSError):
        path = request.rejects or _default_path(session, request.path)
        for target in (path, path.resolve()):
            partial_of(target, process).unlink(missing_ok=True)


def shown(path: Path | None, session: Session) -> str | None:
    """Return the file of rejected rows as a person can reach it: by its name alone, where they have no paths."""
    return None if path is None else path.name if session.user_files else str(path)


def _path(session: Session, request: ImportRequest) -> Path:
    from segtui.importing.rejects import require_replaceable

    path, rejects = request.path, request.rejects
    if rejects is not None:
        if _is_read(request, rejects):
            raise InvalidInput("The rejected rows would replace the imported file: name another file.", "rejects")
        require_replaceable(rejects)
        return rejects
    return _default_path(session, path)


def _default_path(session: Session, path: Path | None) -> Path:
    beside = Path() if path is None else path.parent
    name = "import" if path is None else path.name
    return user_files.path_for_rejects(session, name, beside)


def _is_read(request: ImportRequest, path: Path) -> bool:
    """Tell whether `path` is the file that is being imported, also where standard input comes from it."""
    try:
        if request.path is not None:
            return path.samefile(request.path)
        return request.stream is not None and os.path.samestat(os.fstat(request.stream.fileno()), path.stat())
    except (OSError, ValueError):  # there is no such file, or the stream is none
        return False
