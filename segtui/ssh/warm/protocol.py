"""The messages between the stub and its session, on a SOCK_SEQPACKET connection: each arrives whole or not at all.

1. session to stub: `READY`, with the pidfd of the session
2. stub to session: `encode_request`, with its descriptors 0, 1 and 2; until then the stub can still start cold
3. session to stub, as the last thing it does: `encode_status`

Descriptors are sent only to a session that is there: in a connection that nobody accepts they would stay open.
Imports only what the interpreter has loaded anyway: the stub's start depends on it.
"""

import os


def _identity() -> tuple[int, int]:
    """Return device and inode of this file, which differ between the installations on a machine."""
    state = os.stat(__file__)  # noqa: PTH116  pathlib is slow to import
    return state.st_dev, state.st_ino


SOCKET_NAME = "warm.socket"
"""The name of the socket in the home folder of the account."""
READY_WORD = b"ready "
READY = READY_WORD + b"1 %d %d" % _identity()
"""With the version of the protocol and the identity of its file: a stub of another installation starts cold."""
ANSWER_SECONDS = 10.0
"""Time for the session to be forked and to send READY. Then the sign-in starts cold: the warm process hangs.

Not less: with forty sign-ins at once on two busy processors forks took over 2 s, and cold starts are the last thing
that helps then.
"""
MAX_REQUEST = 64 << 10  # bytes; a sign-in with a longer request starts cold
VERBS = ("session", "authorized-keys")
ERROR_HANDLERS = ("strict", "surrogateescape")
VARIABLES = ("LANG", "LC_ALL", "LC_CTYPE", "TERM", "SSH_CONNECTION", "SSH_ORIGINAL_COMMAND")
"""The variables that a session reads, or lets through to its clean environment."""


def is_served(arguments: list[str]) -> bool:
    """Return True if a warm process serves the command line of a stub; others start cold."""
    return bool(arguments) and arguments[0] in VERBS


class Request:
    """The `arguments` and the `environment` of the stub, and the error handlers of its text streams."""

    def __init__(self, arguments: list[str], environment: dict[str, str], errors: list[str]) -> None:
        self.arguments = arguments
        self.environment = environment
        self.errors = errors
        """The names of the error handlers of standard input and standard output."""


def encode_request(request: Request) -> bytes:
    """Return the message of a request. Neither arguments nor variables can contain a NUL, which separates them."""
    variables = [f"{name}={value}" for name, value in request.environment.items()]
    fields = [*request.errors, str(len(request.arguments)), *request.arguments, *variables]
    return b"\0".join(map(os.fsencode, fields))


def decode_request(message: bytes) -> Request:
    """Return the request in a message. Raises ValueError for a message of another form."""
    words = [os.fsdecode(field) for field in message.split(b"\0")]
    if len(message) > MAX_REQUEST or len(words) < 3 or not words[2].isdecimal() or int(words[2]) > len(words) - 3:
        raise ValueError("the message is not a request")
    end = 3 + int(words[2])
    errors, arguments, variables = words[:2], words[3:end], [word.partition("=") for word in words[end:]]
    if not is_served(arguments):
        raise ValueError("the request has an unknown verb")
    if any(name not in VARIABLES for name, _, _ in variables) or any(name not in ERROR_HANDLERS for name in errors):
        raise ValueError("the request sets an unknown variable or error handler")
    return Request(arguments, {name: value for name, _, value in variables}, errors)


def encode_status(status: int) -> bytes:
    """Return the message of an exit status."""
    return b"status %d" % (status & 0xFF)


def decode_status(message: bytes) -> int | None:
    """Return the exit status in a message; None if it is not one."""
    word, _, digits = message.partition(b" ")
    return int(digits) if word == b"status" and digits.isdigit() else None
