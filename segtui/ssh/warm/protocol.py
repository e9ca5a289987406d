"""The messages between the stub and its session, on a SOCK_SEQPACKET connection: each arrives whole or not at all.

1. stub to session: `encode_request`, with its descriptors 0, 1 and 2
2. session to stub: `READY`, with the pidfd of the session
3. stub to session: `BEGIN`; a stub that no longer waited never says so, and the session ends without having begun
4. session to stub, as the last thing it does: `encode_status`

Imports only what the interpreter has loaded anyway: the stub's start depends on it.
"""

import os

SOCKET_NAME = "warm.socket"
"""The name of the socket in the home folder of the account."""
VERSION = b"1"
MAX_REQUEST = 64 << 10  # bytes; the rest of what sshd can hand over starts cold
READY = b"ready"
BEGIN = b"begin"
VERBS = ("session", "authorized-keys")
VARIABLES = ("LANG", "LC_ALL", "LC_CTYPE", "TERM", "SSH_CONNECTION", "SSH_ORIGINAL_COMMAND")
"""The variables that a session reads, or lets through to its clean environment."""


class Request:
    """The `arguments` and the `environment` of the stub, and how its streams take what cannot be decoded."""

    def __init__(self, arguments: list[str], environment: dict[str, str], errors: list[str]) -> None:
        self.arguments = arguments
        self.environment = environment
        self.errors = errors
        """The names of the error handlers of standard input and standard output."""


def encode_request(request: Request) -> bytes:
    """Return the message of a request. Neither arguments nor variables can contain a NUL, which separates them."""
    variables = [f"{name}={value}" for name, value in request.environment.items()]
    fields = [*request.errors, str(len(request.arguments)), *request.arguments, *variables]
    return b"\0".join([VERSION, *map(os.fsencode, fields)])


def decode_request(message: bytes) -> Request:
    """Return the request in a message. Raises ValueError for one of another version, or of another form."""
    version, *fields = message.split(b"\0")
    if version != VERSION or len(message) > MAX_REQUEST:
        raise ValueError("the message is of another version, or too long")
    words = [os.fsdecode(field) for field in fields]
    if len(words) < 3 or not words[2].isdecimal() or int(words[2]) > len(words) - 3:
        raise ValueError("the message has another form")
    end = 3 + int(words[2])
    arguments, variables = words[3:end], [word.partition("=") for word in words[end:]]
    if arguments[:1] not in [[verb] for verb in VERBS] or any(name not in VARIABLES for name, _, _ in variables):
        raise ValueError("the message asks for something else")
    return Request(arguments, {name: value for name, _, value in variables}, words[:2])


def encode_status(status: int) -> bytes:
    """Return the message of an exit status."""
    return b"status %d" % (status & 0xFF)


def decode_status(message: bytes) -> int | None:
    """Return the exit status in a message; None if there is none."""
    word, _, digits = message.partition(b" ")
    return int(digits) if word == b"status" and digits.isdigit() else None
