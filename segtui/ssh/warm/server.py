"""The warm process: waits for stubs on a Unix socket and forks a session for each.

It forks at once and never reads: the request of a session is read by its own fork. So nothing of one session, and none
of its descriptors, is ever in another, and a stub that sends nothing holds nobody up. It has no threads and no
database. After the fork it has nothing to do with a session, and sessions outlive it.
"""

import errno
import fcntl
import os
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
_SHORTAGE_SECONDS: Final = 0.2
"""Time until the next attempt to accept, where the system lacks what that takes: it must not become a busy loop."""
_OWN_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

RunProgram = Callable[[list[str]], int]
"""Runs the program with arguments, and returns its exit status."""


def _accept_and_fork(listener: socket.socket, run: RunProgram, code: CodeState) -> None:
    """Fork a session for each connection, until the code on disk differs from `code`."""
    while True:
        try:
            connection, _ = listener.accept()
        except ConnectionAbortedError:  # the stub has gone already
            continue
        except OSError:  # no descriptors or memory left on this machine
            time.sleep(_SHORTAGE_SECONDS)
            continue
        with connection:
            if peer_uid(connection) != os.geteuid():
                continue
            if not code.is_current():
                return
            _fork(connection, run)


def _fork(connection: socket.socket, run: RunProgram) -> None:
    # No signal must reach the fork while its handlers are those of the warm process.
    unblocked = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    try:
        pid = os.fork()
    except OSError:  # no processes or memory left: the stub starts cold, and says so
        pid = -1
    if pid == 0:
        # It must never return: it would remove the socket, and close descriptors that are the session's by then.
        try:
            run_session(connection, run)
        finally:
            os._exit(1)
    signal.pthread_sigmask(signal.SIG_SETMASK, unblocked)


def serve(
    home: Path,
    run: RunProgram,
    prepare: Callable[[], None],
    code: CodeState | None = None,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Serve the account with the home folder `home` until the code on disk is no longer `code`.

    `prepare` imports that code, and `ready` is called once sign-ins are accepted. Raises Conflict where a warm process
    serves the account already; SegtuiError where the socket cannot be created.
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
            _accept_and_fork(listener, run, code)


def _occupy_standard_descriptors() -> None:
    """Open /dev/null as 0, 1 and 2 where they are closed, and as 0 in any case: sessions replace these three."""
    nowhere = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
    while nowhere < 3:
        nowhere = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
    os.dup2(nowhere, 0)
    os.close(nowhere)


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(0)


@contextmanager
def _lock(home: Path) -> Iterator[None]:
    """Hold the lock that makes this the only warm process of the account. POSIX locks are not inherited by forks."""
    try:
        descriptor = os.open(home / _LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise SegtuiError(f"{home} cannot be written: {error.strerror or error}.") from error
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        if error.errno in {errno.EACCES, errno.EAGAIN}:
            raise Conflict("A warm process serves this account already.") from error
        raise SegtuiError(f"Files in {home} cannot be locked: {error.strerror or error}.") from error
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
            raise SegtuiError(f"{path} cannot be created: {error.strerror or error}.") from error
        own = path.lstat().st_ino
        try:
            yield listener
        finally:
            # First, so that no stub connects to a process that no longer accepts.
            with suppress(OSError):
                if path.lstat().st_ino == own:
                    path.unlink()


def _remove_stale(path: Path) -> None:
    """Remove the socket that an earlier process left. Raises SegtuiError for anything else at `path`."""
    with suppress(FileNotFoundError):
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise SegtuiError(f"{path} is not a socket: remove it, so that the socket can be created there.")
        path.unlink()
