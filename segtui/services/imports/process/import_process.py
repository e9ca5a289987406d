"""The process of an import, started fresh by the process of a session: it checks and loads.

Between a check and its load it holds the staged rows. It ends by itself after an idle time, and when the process of the
session is gone: what was not committed is rolled back.
"""

import os
import queue
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Final

from segtui import crash
from segtui.database.engine import Database, open_database
from segtui.errors import SegtuiError, for_ssh_user
from segtui.services.imports.import_model import ImportRequest
from segtui.services.imports.importer import Importer
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

_GRACE_SECONDS: Final = 5.0
"""Time to stop what runs, once the session's process is gone."""
_UNEXPECTED: Final = "The import stopped because of an unexpected error"
_NO_MEMORY: Final = "There is not enough memory for this import; nothing was changed. Split the file into smaller ones."


@dataclass(frozen=True, slots=True)
class _QueuedImport:
    request: ImportRequest
    interrupt: Interrupt


class ImportProcess:
    """Answers the requests that come on a connection, one after the other."""

    def __init__(self, connection: "Connection[object, object]", opening: OpenSession) -> None:
        self._connection = connection
        self._opening = opening
        self._requests: queue.Queue[_QueuedImport | None] = queue.Queue()
        self._running: Interrupt | None = None
        self._importer = Importer()
        self._database: Database | None = None
        self._session: Session | None = None

    def serve(self) -> None:
        """Answer requests until none comes for the idle time, or the connection is closed."""
        threading.Thread(target=self._listen, name="listening", daemon=True).start()
        from segtui.importing import validate_rows  # noqa: F401  it loads Polars, while a person still chooses

        try:
            with suppress(queue.Empty):
                while (queued := self._requests.get(timeout=self._opening.idle_seconds)) is not None:
                    self._send(self._answer(queued))
        finally:
            self._importer.close()
            if self._database is not None:
                self._database.close()

    def _listen(self) -> None:
        """Receive messages, also while an import runs. At the end of the connection, end the process."""
        try:
            self._receive_messages()
        except (EOFError, OSError):
            pass
        except Exception as error:  # noqa: BLE001  a session of older code, which would wait for an answer for ever
            crash.note(_UNEXPECTED, error)
            os._exit(1)
        if self._running is not None:
            self._running.cancel()
        self._requests.put(None)
        time.sleep(_GRACE_SECONDS)
        os._exit(1)

    def _receive_messages(self) -> None:
        """Receive messages until `recv` raises EOFError, OSError, or the error of a message of other code."""
        while True:
            message = self._connection.recv()
            if isinstance(message, RunImport):
                self._running = Interrupt()
                self._requests.put(_QueuedImport(message.request, self._running))
            elif isinstance(message, CancelImport) and self._running is not None:
                self._running.cancel()

    def _send(self, message: object) -> None:
        with suppress(OSError):  # the session's process is gone, which the listening thread notices
            self._connection.send(message)

    def _answer(self, queued: _QueuedImport) -> ImportDone | ImportFailed:
        try:
            result = self._importer.run(
                self._opened_session(),
                queued.request,
                progress=self._send,
                interrupt=queued.interrupt,
                on_commit=lambda result: self._send(ImportCommitted(result)),
            )
        except SegtuiError as error:
            return ImportFailed(error)
        except MemoryError:
            return ImportFailed(SegtuiError(_NO_MEMORY))
        except BaseException as error:  # noqa: BLE001  a panic of Polars is no Exception
            crash.note(_UNEXPECTED, error)
            return ImportFailed(SegtuiError(f"{_UNEXPECTED}; the log has the details."))
        return ImportDone(result)

    def _opened_session(self) -> Session:
        if self._session is None:
            facts = self._opening.session
            self._database = _open(facts)
            self._session = Session(self._database, facts.actor, facts.company, facts.zone, user_files=facts.user_files)
        return self._session


def _open(facts: SessionFacts) -> Database:
    try:
        return open_database(facts.address, create=False)
    except SegtuiError as error:
        if facts.user_files is None:
            raise
        crash.note_once(str(error))
        raise for_ssh_user(error) from error


def main(descriptor: int) -> None:
    """Serve the connection that is open as `descriptor`."""
    connection: Connection[object, object] = Connection(descriptor)
    try:
        opening = connection.recv()
    except EOFError:
        return
    assert isinstance(opening, OpenSession)  # noqa: S101  narrows the type
    ImportProcess(connection, opening).serve()


if __name__ == "__main__":
    main(int(sys.argv[1]))
