"""The forked process of one session: takes over what the stub handed over, and ends as a cold process would."""

import atexit
import fcntl
import gc
import io
import os
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NoReturn, TextIO

from segtui import terminal
from segtui.ssh.warm import protocol
from segtui.ssh.warm.protocol import Request

_REQUEST_SECONDS: Final = 10.0
"""Time for the stub to send its request, which takes it milliseconds."""
_MAX_DESCRIPTOR: Final = 1 << 20


def run_session(connection: socket.socket, run: Callable[[list[str]], int]) -> NoReturn:
    """Receive the request on `connection`, `run` its arguments, and end this process, a fork with blocked signals.

    A request that is not valid ends the process before anything is run.
    """
    status = 1
    try:
        _take_own_signals()
        _close_all_but(connection)
        request = _receive(connection)
        _end_with_stub(connection)
        _set_up_process(request)
        status = _status_of(run, request.arguments)
        _finish()
    except (OSError, ValueError, SystemExit):  # the stub has gone, or a signal came at the end
        pass
    finally:
        _handle_no_more_signals()
        with suppress(OSError):  # the stub has gone
            connection.send(protocol.encode_status(status))
        os._exit(status)


def _handle_no_more_signals() -> None:
    """Ignore the signals that have a handler: raised from here on, its exception would return into the warm process."""
    for number in signal.valid_signals():
        while True:
            with suppress(BaseException):  # a handler ran just now and raised: try again
                if callable(signal.getsignal(number)):
                    signal.signal(number, signal.SIG_IGN)
                break


def _take_own_signals() -> None:
    """Set the handlers of a fresh interpreter, then let signals through again."""
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.setsid()
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _close_all_but(connection: socket.socket) -> None:
    """Close the descriptors of the warm process: its socket, its lock, and connections of others."""
    remaining = connection.fileno()
    os.closerange(3, remaining)
    os.closerange(remaining + 1, _MAX_DESCRIPTOR)


def _receive(connection: socket.socket) -> Request:
    """Return the request of the stub, and make its descriptors the 0, 1 and 2 of this process.

    Raises ValueError for an invalid request, OSError for a stub that has gone or sends nothing in time.
    """
    connection.settimeout(_REQUEST_SECONDS)
    own = os.pidfd_open(os.getpid())
    socket.send_fds(connection, [protocol.READY], [own])
    os.close(own)
    message, descriptors, flags, _ = socket.recv_fds(connection, protocol.MAX_REQUEST + 1, 3, socket.MSG_CMSG_CLOEXEC)
    if len(descriptors) != 3 or flags & (socket.MSG_TRUNC | socket.MSG_CTRUNC):
        raise ValueError("the message is too long, or does not have three descriptors")
    request = protocol.decode_request(message)
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    connection.settimeout(None)
    return request


def _end_with_stub(connection: socket.socket) -> None:
    """Let the kernel send SIGHUP to this process when its stub goes, even if that is killed."""
    fcntl.fcntl(connection, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(connection, fcntl.F_SETSIG, signal.SIGHUP)
    fcntl.fcntl(connection, fcntl.F_SETFL, fcntl.fcntl(connection, fcntl.F_GETFL) | os.O_ASYNC)
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    if poll.poll(0):
        raise ConnectionResetError("the stub has gone")


def _set_up_process(request: Request) -> None:
    """Give this process the environment, streams and time zone of a fresh one. Forking reseeds `random` by itself."""
    os.environ.clear()
    os.environ.update(request.environment)
    terminal.use_first_environment(request.environment)
    sys.argv[1:] = ["ssh", *request.arguments]
    stdin_errors, stdout_errors = request.errors
    streams: Any = sys  # typeshed calls those with underscores final
    streams.stdin = streams.__stdin__ = _stream(0, "<stdin>", stdin_errors)
    streams.stdout = streams.__stdout__ = _stream(1, "<stdout>", stdout_errors)
    streams.stderr = streams.__stderr__ = _stream(2, "<stderr>", "backslashreplace")
    time.tzset()
    _show_in_ps(request.arguments)
    gc.enable()


def _show_in_ps(arguments: list[str]) -> None:
    """Name this process by its user: its command line stays that of the warm process. The kernel keeps 15 bytes."""
    name = arguments[2] if arguments[:2] == ["session", "--user"] and len(arguments) > 2 else arguments[0]
    with suppress(OSError):
        Path("/proc/self/comm").write_bytes(os.fsencode(f"segtui {name}"))


def _stream(descriptor: int, name: str, errors: str) -> TextIO:
    """Return a standard stream as the interpreter makes it at its start."""
    raw = io.FileIO(descriptor, "r" if descriptor == 0 else "w", closefd=False)
    raw.name = name
    buffer = io.BufferedReader(raw) if descriptor == 0 else io.BufferedWriter(raw)
    lines = descriptor == 2 or raw.isatty()
    return io.TextIOWrapper(buffer, encoding="utf-8", errors=errors, newline="\n", line_buffering=lines)


def _status_of(run: Callable[[list[str]], int], arguments: list[str]) -> int:
    """Run the program and return its exit status, as the interpreter understands it."""
    try:
        return run(["ssh", *arguments])
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        sys.stderr.write(f"{end.code}\n")
        return 1


def _finish() -> None:
    """Run the exit functions of the interpreter, but free nothing: that would copy pages shared with other sessions.

    Private names, as `multiprocessing` uses them for its forks: there are no public ones.
    """
    threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001
    atexit._run_exitfuncs()  # noqa: SLF001
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
