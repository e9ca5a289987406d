"""The log of a service, on standard error: with levels for systemd's journal, with times for everybody else."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, TextIO

from segtui.domain.text import clean

_PRIORITIES: Final = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3, logging.CRITICAL: 2}
"""The numbers of sd-daemon(3) for Python's levels."""


class _PlainFormatter(logging.Formatter):
    """Lines that no text from outside can break or colour."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the lines of an entry."""
        return "\n".join(clean(line) for line in super().format(record).splitlines())


class JournalFormatter(_PlainFormatter):
    """Lines with their priority in front, and without a time: the journal has its own."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the lines of an entry, each with the priority of the entry."""
        priority = _PRIORITIES.get(record.levelno, 6)
        return "\n".join(f"<{priority}>{line}" for line in super().format(record).splitlines())


def is_journal(stream: TextIO) -> bool:
    """Return whether systemd connected a stream to its journal: it says by which device and inode (systemd.exec(5))."""
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):  # closed, or a test's
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{status.st_dev}:{status.st_ino}"


@contextmanager
def service_log(logger: logging.Logger) -> Iterator[None]:
    """Write what a service logs, from INFO on, and the warnings of all libraries to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    with_time = _PlainFormatter("%(asctime)s %(message)s", "%Y-%m-%d %H:%M:%S")
    handler.setFormatter(JournalFormatter() if is_journal(sys.stderr) else with_time)
    root, level = logging.getLogger(), logger.level
    logger.setLevel(logging.INFO)
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        logger.setLevel(level)
