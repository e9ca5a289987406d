"""The stub's work: hand a sign-in over to the warm process, and represent its session to sshd until that ends.

sshd sees only the stub: it forwards signals to the session and ends with its status. Where there is no warm process, or
anything about it is not as it has to be, the stub becomes a cold session, with nothing read or written before.

Imports only C modules: `socket`, `signal`, `json` and `typing` would each take longer than all of this.
"""

import _signal  # type: ignore[import-not-found]  # unknown to typeshed
import _socket
import os
import pwd
import select
import stat
import sys
import termios

from segtui.ssh.warm import protocol
from segtui.terminal_reset import TERMINAL_RESET

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_FORWARDED = ("SIGWINCH", "SIGHUP", "SIGTERM", "SIGINT", "SIGQUIT")
_CREDENTIALS = 12  # bytes of struct ucred: pid, uid and gid


class _Unavailable(Exception):
    """No warm process that can be trusted answers."""


class _Terminal:
    """The terminal among the stub's descriptors, as it was before the session began."""

    def __init__(self) -> None:
        self._descriptor = next((number for number in (2, 0, 1) if os.isatty(number)), None)
        self._modes = None if self._descriptor is None else termios.tcgetattr(self._descriptor)

    def restore(self) -> None:
        """Restore the modes, and leave the alternate screen."""
        if self._descriptor is None or self._modes is None:
            return
        try:
            termios.tcsetattr(self._descriptor, termios.TCSANOW, self._modes)
        except termios.error:  # it is gone
            return
        # A terminal that takes no output must not hold the stub.
        _attempt(os.set_blocking, self._descriptor, False)  # noqa: FBT003  the function's own
        _attempt(os.write, self._descriptor, TERMINAL_RESET + b"\r\n")
        _attempt(os.set_blocking, self._descriptor, True)  # noqa: FBT003


def run(arguments: list[str], home: str | None = None) -> None:
    """Run a sign-in to its end and end the process with its status. `home` is the home folder of the account."""
    _signal.signal(_signal.SIGINT, _signal.SIG_DFL)  # no traceback for ctrl+c before the session has begun
    session = None
    try:
        message = _request(arguments)
        session = _Session(pwd.getpwuid(os.geteuid()).pw_dir if home is None else home)
        terminal = _Terminal()
        session.forward_signals()
        session.begin(message)
    except (_Unavailable, OSError, KeyError, termios.error):
        for name in _FORWARDED:
            _signal.signal(getattr(_signal, name), _signal.SIG_DFL)
        if session is not None and session.last_signal:  # it ended the session before that had begun
            os.kill(os.getpid(), session.last_signal)
        command = [sys.executable, "-I", "-m", "segtui", "ssh", *arguments]
        os.execve(sys.executable, command, _environment_to_pass_on())  # noqa: S606  no shell is meant
    status = session.wait()
    if status is None:
        terminal.restore()
        status = 128 + session.last_signal if session.last_signal else 1
    os._exit(status)


def _request(arguments: list[str]) -> bytes:
    """Return the message of a request. Raises _Unavailable for a sign-in that the warm process does not serve."""
    if sys.getfilesystemencoding() != "utf-8" or not protocol.is_served(arguments):
        raise _Unavailable
    if sys.stdin is None or sys.stdout is None or sys.stderr is None:  # its descriptor is closed
        raise _Unavailable
    errors = [sys.stdin.errors or "", sys.stdout.errors or ""]
    message = protocol.encode_request(protocol.Request(arguments, _first_environment(), errors))
    if len(message) > protocol.MAX_REQUEST:
        raise _Unavailable
    return message


def _first_environment() -> dict[str, str]:
    """Return the variables of a session as sshd set them: the interpreter replaces the locale where it is C."""
    return {name: value for name, value in _environment().items() if name in protocol.VARIABLES}


def _environment() -> dict[str, str]:
    """Return all variables as sshd set them. Raises OSError where they cannot be read."""
    with open("/proc/self/environ", "rb") as file:  # noqa: PTH123  pathlib is slow to import
        variables = [os.fsdecode(variable).partition("=") for variable in file.read().split(b"\0")]
    return {name: value for name, _, value in variables if name}


def _environment_to_pass_on() -> dict[str, str]:
    """Return the variables for a cold session: without the locale that the interpreter adds, which it would trust."""
    try:
        return _environment()
    except OSError:
        return dict(os.environ)


class _Session:
    """The session at the other end of a new connection to the warm process of the account.

    Raises _Unavailable or OSError if there is none that can be trusted and answers in time.
    """

    def __init__(self, home: str) -> None:
        self._connection = _connect(f"{home}/{protocol.SOCKET_NAME}")
        self.last_signal = 0
        """The last signal that was forwarded, other than of a new size of the terminal."""
        answer, ancillary, flags, _ = self._connection.recvmsg(64, _socket.CMSG_SPACE(4), _socket.MSG_CMSG_CLOEXEC)
        if answer != protocol.READY or len(ancillary) != 1 or flags & _socket.MSG_CTRUNC or len(ancillary[0][2]) != 4:
            raise _Unavailable
        self._process = int.from_bytes(ancillary[0][2], sys.byteorder)

    def forward_signals(self) -> None:
        """Forward from now on the signals that sshd and the terminal send."""
        for name in _FORWARDED:
            _signal.signal(getattr(_signal, name), self._forward)

    def _forward(self, number: int, _frame: object) -> None:
        if number != _signal.SIGWINCH:
            self.last_signal = number
        _attempt(_signal.pidfd_send_signal, self._process, number)

    def begin(self, message: bytes) -> None:
        """Hand over the request and the descriptors. Where that raises OSError, nothing has begun."""
        descriptors = b"".join(number.to_bytes(4, sys.byteorder) for number in (0, 1, 2))
        self._connection.sendmsg([message], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, descriptors)])
        self._connection.settimeout(None)

    def wait(self) -> int | None:
        """Wait for the end of the session and return its status; None where it was killed before it sent one."""
        for number in (_signal.SIGTSTP, _signal.SIGTTOU):  # a stopped stub could not restore the terminal
            _signal.signal(number, _signal.SIG_IGN)
        for number in (0, 1, 2):
            if not os.isatty(number):  # held here, a pipe that the session closes would stay open
                os.close(number)
        poll = select.poll()
        poll.register(self._process, select.POLLIN)
        poll.register(self._connection, select.POLLIN)
        while True:
            ready = [descriptor for descriptor, _ in poll.poll()]
            if self._connection.fileno() in ready:
                status = self._received_status()
                if status is not None or self._process in ready:
                    return status
                poll.unregister(self._connection)
            elif self._process in ready:
                return None

    def _received_status(self) -> int | None:
        try:
            return protocol.decode_status(self._connection.recv(64))
        except OSError:
            return None


def _connect(path: str) -> _socket.socket:
    """Return a connection to the warm process. Raises _Unavailable unless socket and process are this account's."""
    state = os.lstat(path)
    if not stat.S_ISSOCK(state.st_mode) or state.st_uid != os.geteuid() or state.st_mode & 0o077:
        raise _Unavailable
    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
    connection.settimeout(protocol.ANSWER_SECONDS)
    connection.connect(path)
    if peer_uid(connection) != os.geteuid():
        raise _Unavailable
    return connection


def peer_uid(connection: _socket.socket) -> int:
    """Return the uid of the process at the other end, as the kernel knows it."""
    credentials = connection.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, _CREDENTIALS)
    return int.from_bytes(credentials[4:8], sys.byteorder)


def _attempt(function: "Callable[..., object]", *arguments: object) -> None:
    """Call a function, and ignore its OSError: the session or the terminal is gone, which `wait` notices."""
    try:  # noqa: SIM105  contextlib is slow to import
        function(*arguments)
    except OSError:
        pass
