"""HTTP of the simulator, byte by byte: framing, requests sent ahead, and what is no request."""

import contextlib
import re
import socket
from collections.abc import Iterator

import pytest

from segtui.dialer.simulator import Behaviour, Simulator

_STATE = b"GET /_state HTTP/1.1\r\nHost: simulator\r\n"


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator(Behaviour(per_minute=None, per_second=None)) as simulator:
        yield simulator


def exchange(simulator: Simulator, *parts: bytes) -> bytes:
    """Return everything the simulator sends until it closes the connection."""
    port = int(simulator.base_url.rpartition(":")[2])
    answer = b""
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as connection,
        contextlib.suppress(ConnectionError),
    ):
        for part in parts:
            connection.sendall(part)
        while received := connection.recv(65_536):
            answer += received
    return answer


def test_requests_that_are_sent_ahead_are_answered_in_order(simulator: Simulator) -> None:
    last = b"GET /nothing HTTP/1.1\r\nHost: simulator\r\nConnection: close\r\n\r\n"
    answer = exchange(simulator, _STATE + b"\r\n" + last[:10], last[10:])
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.count(b"HTTP/1.1 ") == 2
    assert answer.index(b'"in_progress": 0') < answer.index(b"HTTP/1.1 404 Not Found\r\n")


def test_a_body_may_come_in_chunks(simulator: Simulator) -> None:
    head = b"POST /_clock HTTP/1.1\r\nHost: simulator\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    answer = exchange(simulator, head, b'8\r\n{"offset\r\n', b'8\r\n": 3600}\r\n', b"0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert simulator.offset.total_seconds() == 3600


def test_the_answer_to_head_has_a_length_and_no_body(simulator: Simulator) -> None:
    rest = b" /nothing HTTP/1.1\r\nHost: simulator\r\nConnection: close\r\n\r\n"
    head, _, body = exchange(simulator, b"HEAD" + rest).partition(b"\r\n\r\n")
    length = re.search(rb"Content-Length: (\d+)", head)
    assert length
    assert int(length[1]) == len(exchange(simulator, b"GET" + rest).partition(b"\r\n\r\n")[2])
    assert body == b""


@pytest.mark.parametrize("request_bytes", [b"Good morning\r\n\r\n", b"GET //[ HTTP/1.1\r\nHost: simulator\r\n\r\n"])
def test_what_is_no_request_is_refused_and_the_connection_closed(simulator: Simulator, request_bytes: bytes) -> None:
    answer = exchange(simulator, request_bytes)
    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert answer.lower().count(b"connection: close") == 1


def test_a_body_beyond_the_limit_closes_the_connection(simulator: Simulator) -> None:
    head = b"POST /_clock HTTP/1.1\r\nHost: simulator\r\nContent-Length: 1000001\r\n\r\n"
    assert exchange(simulator, head, b" " * 1_000_001) == b""
