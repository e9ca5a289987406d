"""A server of bytes: it takes whole HTTP requests and answers each with what it was told to, however wrong that is."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Say:
    """What to do with a request: send these parts with a pause between them, and close the connection or keep it."""

    parts: Sequence[bytes] = ()
    keep: bool = False
    pause: float = 0


def http(status: str = "200 OK", body: bytes = b"", *headers: str, keep: bool = True) -> Say:
    """Return an answer with the right length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return Say(["\r\n".join([*lines, "", ""]).encode("latin-1") + body], keep)


@dataclass
class RawServer:
    """It says one of `says` to each request, the last for ever; `requests` is what came. `connections` counts them."""

    says: list[Say]
    context: ssl.SSLContext | None = None
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        return f"http{'s' if self.context else ''}://127.0.0.1:{self.port}"

    def serve(self, listening: socket.socket) -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(connection,), daemon=True).start()

    def talk(self, connection: socket.socket) -> None:
        self.connections += 1
        with suppress(OSError), connection:
            if self.context is not None:
                connection = self.context.wrap_socket(connection, server_side=True)
            with connection:
                while (request := _whole(connection)) is not None:
                    self.requests.append(request)
                    say = self.says.pop(0) if len(self.says) > 1 else self.says[0]
                    for part in say.parts:
                        connection.sendall(part)
                        time.sleep(say.pause)
                    if not say.keep:
                        return


def _whole(connection: socket.socket) -> bytes | None:
    received = b""
    while True:
        head, found, body = received.partition(b"\r\n\r\n")
        if found:
            length = next((int(line.split(b":")[1]) for line in head.lower().split(b"\r\n")
                           if line.startswith(b"content-length:")), 0)  # fmt: skip
            if len(body) >= length:
                return received
        part = connection.recv(65_536)
        if not part:
            return None
        received += part


@contextmanager
def serving(*says: Say, context: ssl.SSLContext | None = None) -> Iterator[RawServer]:
    """Serve on loopback until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = RawServer(list(says), context, port=listening.getsockname()[1])
        thread = threading.Thread(target=server.serve, args=(listening,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            thread.join(5)
