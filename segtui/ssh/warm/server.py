"""The warm process: waits for stubs on a Unix socket and forks a session for each.

It never reads a message: what a session is about is read by its own fork, so nothing of one session is ever in the
memory of another, nor are its descriptors. It has no threads and no database. After the fork it has nothing to do with
a session, and sessions outlive it.
"""

import fcntl
import os
import select
import signal
import socket
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn

from segtui.errors import Conflict, SegtuiError
from segtui.ssh.warm import protocol
from segtui.ssh.warm.code_state import CodeState, code_files
from segtui.ssh.warm.handover import peer_uid
from segtui.ssh.warm.session_process import run_session

_LOCK_NAME: Final = "warm.lock"
_BACKLOG: Final = 1024
"""Stubs that may wait to be accepted; the others start cold."""
_SILENCE_SECONDS: Final = 5.0
"""Time for a stub that has connected to send its request."""
_MAX_SILENT: Final = 64
"""Connections without a request; beyond them the oldest is closed."""
_OWN_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

Run = Callable[[list[str]], int]
"""Runs the program with arguments, and returns its exit status."""


class WarmServer:
    """Forks sessions, which `run` their arguments, until the code on disk differs from `code`, or SIGTERM."""

    def __init__(self, run: Run, code: CodeState) -> None:
        self._run = run
        self._code = code
        self._silent: dict[int, tuple[socket.socket, float]] = {}
        """Connections that have sent nothing yet, by descriptor, with the time until which that is accepted."""

    def serve(self, listener: socket.socket) -> None:
        """Accept and fork until the code on disk is another one."""
        poll = select.poll()
        poll.register(listener, select.POLLIN)
        while True:
            for descriptor, _ in poll.poll(self._patience()):
                if descriptor == listener.fileno():
                    self._accept(listener, poll)
                elif descriptor in self._silent:
                    if not self._code.is_current():
                        return
                    self._fork(self._forget(descriptor, poll))
            self._drop_silent(poll)

    def _patience(self) -> float | None:
        """Return the milliseconds until the first silent connection is dropped."""
        first = min((until for _, until in self._silent.values()), default=None)
        return None if first is None else max(0.0, first - time.monotonic()) * 1000 + 1

    def _accept(self, listener: socket.socket, poll: select.poll) -> None:
        try:
            connection, _ = listener.accept()
        except OSError:  # the stub has gone already, or there are no descriptors left
            return
        if peer_uid(connection) != os.geteuid():
            connection.close()
            return
        if len(self._silent) >= _MAX_SILENT:
            self._forget(next(iter(self._silent)), poll).close()
        self._silent[connection.fileno()] = (connection, time.monotonic() + _SILENCE_SECONDS)
        poll.register(connection, select.POLLIN)

    def _forget(self, descriptor: int, poll: select.poll) -> socket.socket:
        poll.unregister(descriptor)
        return self._silent.pop(descriptor)[0]

    def _drop_silent(self, poll: select.poll) -> None:
        now = time.monotonic()
        for descriptor in [descriptor for descriptor, (_, until) in self._silent.items() if until <= now]:
            self._forget(descriptor, poll).close()

    def _fork(self, connection: socket.socket) -> None:
        """Fork a session for a connection on which something has come: a request, or its end."""
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        try:
            pid = os.fork()
        except OSError:  # no processes or memory left: a cold start says so
            pid = -1
        if pid == 0:
            # It never returns: the sockets here would close descriptors that are the session's by then.
            run_session(connection, self._run)
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        connection.close()


def serve(
    home: Path,
    run: Run,
    prepare: Callable[[], None],
    code: CodeState | None = None,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Serve the account with the home folder `home` until the code on disk is another one; `prepare` imports it.

    `ready` is called once sign-ins are taken.

    Raises Conflict where a warm process serves it already; SegtuiError where the socket cannot be made.
    """
    if sys.getfilesystemencoding() != "utf-8":
        raise SegtuiError("The warm process works in UTF-8: start it with LANG=C.UTF-8.")
    code = code or CodeState(code_files())
    _occupy_standard_descriptors()
    with _lock(home):
        prepare()
        for number in _OWN_SIGNALS:
            signal.signal(number, _end)
        # Ended sessions are reaped by the kernel.
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        with _listening(home / protocol.SOCKET_NAME) as listener:
            ready()
            WarmServer(run, code).serve(listener)


def _occupy_standard_descriptors() -> None:
    """Read nothing, and let no other descriptor become 0, 1 or 2, which sessions replace."""
    nowhere = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
    while nowhere < 3:
        nowhere = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
    os.dup2(nowhere, 0)
    os.close(nowhere)


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(0)


@contextmanager
def _lock(home: Path) -> Iterator[None]:
    """Hold the lock of the only warm process. A lock of this kind is not inherited by forks."""
    try:
        descriptor = os.open(home / _LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise SegtuiError(f"{home} cannot be written: {error.strerror or error}.") from error
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise Conflict("A warm process serves this account already.") from error
    try:
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _listening(path: Path) -> Iterator[socket.socket]:
    """Listen on the socket at `path`, in place of one that an earlier process left."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        try:
            _remove_stale(path)
            before = os.umask(0o177)
            try:
                listener.bind(str(path))
            finally:
                os.umask(before)
            listener.listen(_BACKLOG)
        except OSError as error:
            raise SegtuiError(f"{path} cannot be made: {error.strerror or error}.") from error
        own = path.lstat().st_ino
        listener.settimeout(0)
        try:
            yield listener
        finally:
            # First, so that no stub connects to a process that no longer accepts.
            with suppress(OSError):
                if path.lstat().st_ino == own:
                    path.unlink()


def _remove_stale(path: Path) -> None:
    """Remove the socket that an earlier process left; anything else at `path` raises SegtuiError."""
    with suppress(FileNotFoundError):
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise SegtuiError(f"{path} is in the way: it is no socket.")
        path.unlink()
