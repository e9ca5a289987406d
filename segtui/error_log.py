"""The log file: readable by its owner only, begun anew where it has become large.

Import it where something is logged, not at start-up: `logging.handlers` loads sockets, queues and pickle.
"""

import logging
import os
import stat
import time
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

from segtui.config.settings import log_file

_MAX_BYTES: Final = 5_000_000
_OWNER_ONLY: Final = stat.S_IRUSR | stat.S_IWUSR


class LogFile(RotatingFileHandler):
    """Handler that appends to the log file, for our own errors and for what libraries log.

    Several processes may write at once: each entry opens the file, so that none writes to a file another has rotated.
    """

    def __init__(self, level: int = logging.NOTSET) -> None:
        super().__init__(
            log_file(), maxBytes=_MAX_BYTES, backupCount=1, encoding="utf-8", errors="backslashreplace", delay=True
        )
        self.has_failed = False
        """Whether an entry could not be written."""
        self.setLevel(level)
        formatter = logging.Formatter("%(asctime)s UTC  %(message)s", "%Y-%m-%d %H:%M:%S")
        formatter.converter = time.gmtime
        self.setFormatter(formatter)

    def emit(self, record: logging.LogRecord) -> None:
        """Append an entry, after a rotation where the file is large."""
        super().emit(record)
        if self.stream is not None:
            self.stream.close()
            self.stream = None

    def rotation_filename(self, default_name: str) -> str:  # noqa: ARG002 -- logging's
        """Return the path of the log before: the only one that is kept."""
        return str(Path(self.baseFilename).with_suffix(".old.log"))

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802 -- logging's
        """Take note. Printing a traceback, as Python does, would destroy the screen of the interface."""
        self.has_failed = True

    def _open(self) -> TextIOWrapper:
        path = Path(self.baseFilename)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, _OWNER_ONLY)
        os.fchmod(handle, _OWNER_ONLY)
        return os.fdopen(handle, "a", encoding=self.encoding, errors=self.errors)


def write(level: int, text: str, error: BaseException | None = None) -> bool:
    """Write a text, and the traceback of `error`, to the log file; False where that cannot be done."""
    file = LogFile()
    exc_info = None if error is None else (type(error), error, error.__traceback__)
    file.handle(logging.LogRecord("segtui", level, "", 0, text, None, exc_info))
    file.close()
    return not file.has_failed
