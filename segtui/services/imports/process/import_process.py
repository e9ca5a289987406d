"""The process of an import: started fresh by that of a session, it checks and loads, and ends with it.

Between a check and its load it holds the staged rows. It ends by itself when nobody asks for anything more, and when
the session's process is gone: what was not committed is rolled back.
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
from segtui.services.imports.process.messages import Cancel, Committed, Done, Failed, Open, Run, SessionFacts
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session

_GRACE_SECONDS: Final = 5.0
"""Time to stop what runs, once the session's process is gone."""
_UNEXPECTED: Final = "The import stopped because of an unexpected error"
_NO_MEMORY: Final = "There is not enough memory for this import; nothing was changed. Split the file into smaller ones."


@dataclass(frozen=True, slots=True)
class _Request:
    request: ImportRequest
    interrupt: Interrupt


class ImportProcess:
    """Answers the requests that come on a connection, one after the other."""

    def __init__(self, connection: "Connection[object, object]", opening: Open) -> None:
        self._connection = connection
        self._opening = opening
        self._requests: queue.Queue[_Request | None] = queue.Queue()
        self._running: Interrupt | None = None
        self._importer = Importer()
        self._database: Database | None = None
        self._session: Session | None = None

    def serve(self) -> None:
        """Answer until nobody asks any more."""
        threading.Thread(target=self._listen, name="listening", daemon=True).start()
        from segtui.importing import validate_rows  # noqa: F401  it loads Polars, while a person still chooses

        try:
            with suppress(queue.Empty):
                while (request := self._requests.get(timeout=self._opening.idle_seconds)) is not None:
                    self._send(self._answer(request))
        finally:
            self._importer.close()
            if self._database is not None:
                self._database.close()

    def _listen(self) -> None:
        """Take what comes, also while an import runs. At the end of the connection, end the process."""
        try:
            self._take_messages()
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

    def _take_messages(self) -> None:
        """Take messages until recv raises EOFError or OSError, or what reading a message of other code raises."""
        while True:
            message = self._connection.recv()
            if isinstance(message, Run):
                self._running = Interrupt()
                self._requests.put(_Request(message.request, self._running))
            elif isinstance(message, Cancel) and self._running is not None:
                self._running.cancel()

    def _send(self, message: object) -> None:
        with suppress(OSError):  # nobody is there any more, which the other thread notices
            self._connection.send(message)

    def _answer(self, request: _Request) -> Done | Failed:
        try:
            result = self._importer.run(
                self._opened_session(),
                request.request,
                progress=self._send,
                interrupt=request.interrupt,
                committed=lambda result: self._send(Committed(result)),
            )
        except SegtuiError as error:
            return Failed(error)
        except MemoryError:
            return Failed(SegtuiError(_NO_MEMORY))
        except BaseException as error:  # noqa: BLE001  a panic of Polars is no Exception
            crash.note(_UNEXPECTED, error)
            return Failed(SegtuiError(f"{_UNEXPECTED}; the log has the details."))
        return Done(result)

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
    assert isinstance(opening, Open)  # noqa: S101  narrows the type
    ImportProcess(connection, opening).serve()


if __name__ == "__main__":
    main(int(sys.argv[1]))
