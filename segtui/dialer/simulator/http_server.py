"""HTTP server of the simulator: h11 parses and frames, and answers can be late, cut in half, or a lost connection."""

import asyncio
import http
import json
import socket
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

import h11

_MAX_REQUEST_BYTES = 1_000_000
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Request:
    """A request; `path` without its query and unquoted in parts, header names in lower case."""

    method: str
    path: tuple[str, ...]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> object:
        """Return the body as parsed JSON; None if it is not JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with its delay in seconds and its ending: whole, cut in half, or a closed connection instead."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0
    ending: Literal["whole", "half", "close", "reset"] = "whole"


def reply(status: int, document: object, **headers: str) -> Reply:
    """Return an answer with a JSON document. Underscores in names of headers stand for hyphens."""
    return Reply(
        status, json.dumps(document).encode(), {name.replace("_", "-"): value for name, value in headers.items()}
    )


class Connection(asyncio.Protocol):
    """A client's connection: its requests are answered one after another."""

    def __init__(self, answer: Callable[[Request], Reply], opened: set["Connection"]) -> None:
        self._answer = answer
        self._opened = opened
        self._http = h11.Connection(h11.SERVER)
        self._request: h11.Request | None = None
        self._body = bytearray()
        self._waiting: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the connection."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 -- for the types; a server's always is
        self._transport = transport
        self._opened.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 -- asyncio's
        """Forget the connection, and cancel a delayed answer."""
        self._opened.discard(self)
        if self._waiting is not None:
            self._waiting.cancel()

    def data_received(self, data: bytes) -> None:
        """Answer the requests that are complete now."""
        self._http.receive_data(data)
        if len(self._http.trailing_data[0]) > _MAX_REQUEST_BYTES:  # sent ahead while an answer is delayed
            self.end()
        else:
            self._answer_next()

    def end(self) -> None:
        """Close the connection at once."""
        if self._transport is not None:
            self._transport.abort()

    def _answer_next(self) -> None:
        """Answer the next complete request, unless an answer is still due."""
        try:
            request = self._read_request()
        except (h11.RemoteProtocolError, ValueError) as error:  # ValueError: a target that is not a URL
            self._refuse(str(error))
            return
        if request is None:
            return
        answer = self._answer(request)
        if answer.delay:
            self._waiting = asyncio.get_running_loop().call_later(answer.delay, self._send, answer)
        else:
            self._send(answer)

    def _read_request(self) -> Request | None:
        """Return the next complete request. Raises h11.RemoteProtocolError for anything but HTTP."""
        while True:
            event = self._http.next_event()
            if isinstance(event, h11.Request):
                self._request = event
                self._body.clear()
            elif isinstance(event, h11.Data):
                self._body += event.data
                if len(self._body) > _MAX_REQUEST_BYTES:
                    self.end()
                    return None
            elif isinstance(event, h11.EndOfMessage) and self._request is not None:
                return _parsed(self._request, bytes(self._body))
            else:  # more data is needed, an answer is due, or the client is gone
                return None

    def _refuse(self, message: str) -> None:
        if self._http.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            self._send(reply(400, {"error": message}, Connection="close"))
        else:
            self.end()

    def _send(self, answer: Reply) -> None:
        self._waiting = None
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        if answer.ending == "reset":
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            transport.abort()
            return
        is_head = self._request is not None and self._request.method == b"HEAD"
        body = b"" if is_head else answer.body
        framed = self._framed(answer, body)
        if answer.ending != "whole":
            transport.write(framed[: -len(body) // 2] if answer.ending == "half" else b"")
            transport.close()
            return
        transport.write(framed)
        if self._http.our_state is h11.MUST_CLOSE or self._http.their_state is not h11.DONE:
            transport.close()
            return
        self._http.start_next_cycle()
        self._answer_next()

    def _framed(self, answer: Reply, body: bytes) -> bytes:
        """Return the whole answer as bytes of HTTP/1.1."""
        headers = {"Content-Type": "application/json", "Content-Length": str(len(answer.body)), **answer.headers}
        response = h11.Response(
            status_code=answer.status,
            reason=http.HTTPStatus(answer.status).phrase.encode(),
            headers=[(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
        )
        events = [response, h11.Data(data=body), h11.EndOfMessage()]
        return b"".join(self._http.send(event) or b"" for event in events)


def _parsed(request: h11.Request, body: bytes) -> Request:
    """Return the request with its target parsed. Raises ValueError if that is not a URL."""
    target = urlsplit(request.target.decode("latin-1"))
    path = tuple(unquote(part) for part in target.path.split("/") if part)
    query = {name: values[-1] for name, values in parse_qs(target.query, keep_blank_values=True).items()}
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers}
    return Request(request.method.decode("ascii"), path, query, headers, body)
