"""Just enough of an HTTP server: requests with a length over connections that stay open, answers that can go wrong."""

import asyncio
import http
import json
import socket
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

_TOO_LARGE = 1_000_000
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Request:
    """A request; `path` without its query and unquoted in parts, header names in small letters."""

    method: str
    path: tuple[str, ...]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> object:
        """Return the body as what its JSON says; None where it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, after how many seconds it goes out, and how: whole, cut in half, or the connection instead of it."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0
    ending: Literal["whole", "half", "close", "reset"] = "whole"

    def encoded(self) -> bytes:
        """Return what goes over the connection."""
        headers = {"Content-Type": "application/json", "Content-Length": str(len(self.body)), **self.headers}
        lines = [f"HTTP/1.1 {self.status} {http.HTTPStatus(self.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


def reply(status: int, document: object, **headers: str) -> Reply:
    """Return an answer with a JSON document. Underscores in names of headers stand for hyphens."""
    return Reply(
        status, json.dumps(document).encode(), {name.replace("_", "-"): each for name, each in headers.items()}
    )


class Connection(asyncio.Protocol):
    """One client's connection: its requests are answered one after another."""

    def __init__(self, answer: Callable[[Request], Reply], opened: set["Connection"]) -> None:
        self._answer = answer
        self._opened = opened
        self._received = bytearray()
        self._waiting: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the connection."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 -- for the types; a server's always is
        self._transport = transport
        self._opened.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 -- asyncio's
        """Forget the connection, and an answer that nobody waits for any more."""
        self._opened.discard(self)
        if self._waiting is not None:
            self._waiting.cancel()

    def data_received(self, data: bytes) -> None:
        """Take what came, and answer what is whole."""
        self._received += data
        if len(self._received) > _TOO_LARGE:
            self.end()
        else:
            self._answer_next()

    def end(self) -> None:
        """Close the connection at once."""
        if self._transport is not None:
            self._transport.abort()

    def _answer_next(self) -> None:
        if self._waiting is not None:
            return
        request = _taken(self._received)
        if request is None:
            return
        answer = self._answer(request)
        if answer.delay:
            self._waiting = asyncio.get_running_loop().call_later(answer.delay, self._send, answer)
        else:
            self._send(answer)

    def _send(self, answer: Reply) -> None:
        self._waiting = None
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        if answer.ending == "reset":
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            transport.abort()
            return
        whole = answer.encoded()
        if answer.ending == "whole":
            transport.write(whole)
            self._answer_next()
        else:
            transport.write(whole[: -len(answer.body) // 2] if answer.ending == "half" else b"")
            transport.close()


def _taken(received: bytearray) -> Request | None:
    """Take the first whole request away from what was received; None where it has not all come."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None
    first, *lines = received[:end].decode("latin-1").split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    length = headers.get("content-length", "0")
    whole = end + 4 + (int(length) if length.isdigit() else 0)
    if len(received) < whole:
        return None
    body = bytes(received[end + 4 : whole])
    del received[:whole]
    method, _, rest = first.partition(" ")
    target = urlsplit(rest.rpartition(" ")[0])
    path = tuple(unquote(part) for part in target.path.split("/") if part)
    query = {name: values[-1] for name, values in parse_qs(target.query, keep_blank_values=True).items()}
    return Request(method, path, query, headers, body)
