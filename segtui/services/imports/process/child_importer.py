"""Imports of the interface, run in a child process: its start, progress, errors and end."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from segtui.errors import IMPORT_CANCELLED, Cancelled, SegtuiError
from segtui.services.imports import rejected_rows, run_record
from segtui.services.imports.import_model import ImportRequest, ImportResult, Progress
from segtui.services.imports.import_run import Report
from segtui.services.imports.process.messages import (
    CancelImport,
    ImportCommitted,
    ImportDone,
    ImportFailed,
    OpenSession,
    RunImport,
    SessionFacts,
)
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session

IDLE_SECONDS: Final = 600.0
"""Time for which a process waits for the load after its check. It holds the staged rows, and a connection."""
_MODULE: Final = "segtui.services.imports.process.import_process"
_POLL: Final = 0.1
"""Seconds between two checks for a cancelled import."""
_GRACE_SECONDS: Final = 5.0
"""Time to stop after a cancel, before the process is killed: only while it has written nothing."""
_WRITING: Final = ("writing", "indexing")
"""Phases after which the process may have committed: it is not killed for a cancel then."""


class ChildImporter:
    """Runs imports one after the other, each in a child process; the process of a check stays for its load.

    Close it to end the process. Any thread may use it.
    """

    def __init__(self, idle_seconds: float = IDLE_SECONDS) -> None:
        self._idle_seconds = idle_seconds
        self._lock = threading.Lock()
        self._child: _Child | None = None
        self._is_closed = False

    def prepare(self, session: Session) -> None:
        """Start the process before there is anything to do: loading its modules takes a while."""
        with suppress(SegtuiError), self._lock:  # `run` tells why it cannot be started
            if not self._is_closed:
                self._child_for(session)
            if self._is_closed:  # meanwhile
                self._end_child()

    def run(
        self,
        session: Session,
        request: ImportRequest,
        *,
        progress: Report | None = None,
        interrupt: Interrupt | None = None,
    ) -> ImportResult:
        """Run an import or its check, as `imports.run` does.

        A load that follows its check uses the rows that this has staged (`Importer`). Raises what `imports.run` raises,
        and SegtuiError where the process could not be started or ended early.
        """
        session.demand_write()
        interrupt = interrupt or Interrupt()
        with self._lock:  # waits for a cancelled run that is still ending
            interrupt.demand_not_cancelled()
            keeps_child = False
            try:
                result = self._run_in_child(session, request, progress, interrupt)
                keeps_child = request.dry_run
            finally:
                if not keeps_child or self._is_closed:
                    self._end_child()
        if not request.dry_run:
            run_record.remember(session, request)
        return result

    def close(self) -> None:
        """End the process; one that runs ends as its run is cancelled. Does not wait."""
        self._is_closed = True
        if self._lock.acquire(blocking=False):
            try:
                self._end_child()
            finally:
                self._lock.release()

    def _run_in_child(
        self, session: Session, request: ImportRequest, progress: Report | None, interrupt: Interrupt
    ) -> ImportResult:
        try:
            return self._child_for(session).run(request, progress, interrupt)
        except _EndedIdle:  # just now, before it took the request
            self._end_child()
            return self._child_for(session).run(request, progress, interrupt)

    def _child_for(self, session: Session) -> "_Child":
        child = self._child
        if child is not None and (child.has_ended or child.facts != SessionFacts.of(session)):
            self._end_child()
        if self._child is None:
            self._child = _Child(session, self._idle_seconds)
        return self._child

    def _end_child(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.end()


class _EndedIdle(Exception):
    """The process ended after its idle time."""


class _Child:
    """A process of `import_process`, and the connection to it."""

    def __init__(self, session: Session, idle_seconds: float) -> None:
        from multiprocessing import Pipe

        self.facts = SessionFacts.of(session)
        self._session = session
        self._phase = ""
        self._is_cancelled = False
        try:
            self._connection, child_end = Pipe()
        except OSError as error:  # no descriptors left
            raise _not_started(error) from error
        # -P: no module from the current folder. -I, as over SSH: nothing from the environment either.
        isolation = "-I" if sys.flags.isolated else "-P"
        try:
            # A new session: signals of the terminal reach the interface alone, which then ends this process.
            self._process = subprocess.Popen(  # noqa: S603  # a module of ours, and a descriptor
                [sys.executable, isolation, "-m", _MODULE, str(child_end.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(child_end.fileno(),),
                start_new_session=True,
            )
        except OSError as error:
            self._connection.close()
            raise _not_started(error) from error
        finally:
            child_end.close()
        with suppress(OSError):  # it has ended, which `run` tells
            self._connection.send(OpenSession(self.facts, idle_seconds))

    @property
    def has_ended(self) -> bool:
        """True once the process has ended."""
        return self._process.poll() is not None

    def run(self, request: ImportRequest, progress: Report | None, interrupt: Interrupt) -> ImportResult:
        """Send a request and return its result.

        Raises what the import failed with, `_EndedIdle`, and SegtuiError where the process ended early.
        """
        committed: ImportResult | None = None
        message: object = None
        try:
            self._connection.send(RunImport(request))
            for message in self._messages(interrupt):
                if isinstance(message, Progress):
                    self._phase = message.phase
                    if progress is not None:
                        progress(message)
                elif isinstance(message, ImportCommitted):
                    committed = message.result
                else:
                    break
        except (EOFError, OSError):
            if message is None and self._wait() == 0:
                raise _EndedIdle from None
        if isinstance(message, ImportDone):
            return message.result
        if committed is not None:  # without the rest, searches are slower, not wrong
            return committed
        if isinstance(message, ImportFailed):
            raise message.error
        raise self._end_reason(request)

    def _messages(self, interrupt: Interrupt) -> Iterator[object]:
        """Yield the messages of the process. After a cancel, ask it to stop, and kill it where it does not in time."""
        deadline = None
        while True:
            if interrupt.cancelled and deadline is None:
                deadline = time.monotonic() + _GRACE_SECONDS
                with suppress(OSError):  # it has ended; its last messages are still to be read
                    self._connection.send(CancelImport())
            if deadline is not None and time.monotonic() > deadline and self._phase not in _WRITING:
                self._is_cancelled = True
                self._process.kill()
            if self._connection.poll(_POLL):
                yield self._connection.recv()

    def _wait(self) -> int:
        try:
            return self._process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def _end_reason(self, request: ImportRequest) -> SegtuiError:
        """Return the error for a process that ended without an answer, and remove what it left."""
        status = self._wait()
        rejected_rows.remove_partial(request, self._session, self._process.pid)
        cause = f"with status {status}" if status >= 0 else f"by {signal.Signals(-status).name}"
        if self._phase in _WRITING and not request.dry_run:
            return SegtuiError(
                f"The import's process was ended ({cause}) while it wrote: either the whole file was imported or "
                "nothing of it. Imports (3) lists it if it was."
            )
        if self._is_cancelled:
            return Cancelled(IMPORT_CANCELLED)
        memory = " Perhaps the memory was used up." if status == -signal.SIGKILL else ""
        return SegtuiError(f"The import's process was ended {cause}; nothing was changed.{memory}")

    def end(self) -> None:
        """Let the process end, without waiting for it."""
        self._connection.close()
        threading.Thread(target=self._wait, name="ending an import", daemon=True).start()


def _not_started(error: OSError) -> SegtuiError:
    return SegtuiError(f"The import could not be started: {error.strerror or error}.")
