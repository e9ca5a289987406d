"""The client against raw sockets: whatever comes back, or not, is the error that says what is known of the call."""

import gzip
import json
import socket
import ssl
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest

from segtui import __version__
from segtui.dialer import https_platform
from segtui.dialer.https_platform import HttpsPlatform
from segtui.dialer.platform import CallingError, NewCall, Refused, Throttled, Unauthorized, Uncertain, Unreachable
from segtui.errors import InvalidInput
from tests.support.processes import wait_until
from tests.support.raw_server import RawServer, Say, http, serving

TOKEN = "s3cret-T0ken"
CALL = NewCall("+16025550101", "agent-7", {"attempt_id": "17"})
CERTIFICATE = Path(__file__).with_name("loopback.pem")
"""Of 127.0.0.1, with its key, signed by nobody: for these tests alone."""


def outcome(*says: Say) -> tuple[str | CallingError, RawServer]:
    """Return what starting a call comes to where the platform says this, with what it heard."""
    with serving(*says) as server, HttpsPlatform(server.url, TOKEN) as platform:
        try:
            return platform.start(CALL), server
        except CallingError as error:
            failed = error
    assert failed.__traceback__ is not None
    frames = failed.__traceback__.tb_next  # those of the client, down to the last variable
    written = traceback.TracebackException(type(failed), failed, frames, capture_locals=True).format()
    assert TOKEN not in "".join(written)
    return failed, server


def test_what_is_sent_is_the_contracts() -> None:
    with (
        serving(http(body=b'{"id": "c1", "success": true}'), http(body=b"[]")) as server,
        HttpsPlatform(f"{server.url}/api/v1/", TOKEN) as platform,
    ):
        data = {"attempt_id": "17", "city": "Zürich \udcff", "phone": "not this", "playbook_id": "nor this"}
        assert platform.start(NewCall("+16025550101", "agent 7/ü", data)) == "c1"
        since = datetime(2026, 3, 1, 12, 0, 0, 5, timezone_of(2))
        platform.recent(since, since + timedelta(minutes=1), "agent 7/ü&x=1")
    posted, listed = server.requests
    head, _, body = posted.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /api/v1/call HTTP/1.1"
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert headers["user-agent"] == f"segtui/{__version__}"
    assert headers["content-type"] == "application/json"
    assert json.loads(body) == {**data, "phone": "+16025550101", "playbook_id": "agent 7/ü"}
    assert listed.split(b"\r\n")[0].decode() == (
        "GET /api/v1/calls?startDate=2026-03-01T10%3A00%3A00%2B00%3A00&endDate=2026-03-01T10%3A01%3A01%2B00%3A00"
        "&playbook_id=agent+7%2F%C3%BC%26x%3D1 HTTP/1.1"
    )
    assert server.connections == 1  # which was kept


def timezone_of(hours: int) -> timezone:

    return timezone(timedelta(hours=hours))


@pytest.mark.parametrize(
    ("body", "call_id"),
    [
        (b'{"id": "c-1", "success": true}', "c-1"), (b'{"id": 12}', "12"), (b'{"id": 12.0}', "12"),
        (b'\xef\xbb\xbf{"id": " a b "}', "a b"), ('{"id": "ä/b"}'.encode("utf-16"), "ä/b"),
        (b'{"id": ""}', None), (b'{"id": null}', None), (b'{"id": true}', None), (b'{"id": ["x"]}', None),
        (b'{"id": ".."}', None), (b'{"id": "a\\nb"}', None), (b'{"id": "\\ud800"}', None), (b'{"success": true}', None),
        (b'{"id": 1' + b"0" * 5000 + b"}", None), (b'{"id": "' + b"x" * 300 + b'"}', None), (b'["c-1"]', None),
        (b"", None), (b"null", None), (b"NaN", None), (b"[" * 200_000, None), (b'{"id": "c', None),
        (b"\xff\xfe\xfa", None),
    ],
)  # fmt: skip
def test_a_200_is_the_calls_id_or_nobody_knows(body: bytes, call_id: str | None) -> None:
    came, _ = outcome(http(body=body))
    if call_id is None:
        assert isinstance(came, Uncertain)
    else:
        assert came == call_id


@pytest.mark.parametrize(
    "say",
    [
        Say(),
        Say([b"\x16\x03\x01garbage\r\n\r\n"]),
        Say([b"HTTP/1.1 200 OK\r\n"]),
        Say([b'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"id": "c1"}']),
        Say([b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nc\r\n{"id": "c1"}\r\n']),
        Say([b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n"]),
        http("200 OK", b"no gzip", "Content-Encoding: gzip"),
        http("200 OK", b'{"id": "' + b"x" * 5_000_000 + b'"}'),
        http("200 OK", gzip.compress(b'{"id": "c1"' + b" " * 6_000_000 + b"}"), "Content-Encoding: gzip"),
        http("204 No Content"),
        http("500 Internal Server Error", b'{"id": "c1"}'),
        http("502 Bad Gateway", b"<html>"),
        http("599 Whatever"),
        http("408 Request Timeout"),
        http("402 Payment Required"),
        http("409 Conflict"),
    ],
    ids=lambda say: say.parts[0][:60].decode("latin-1").partition("\r")[0] if say.parts else "closed",
)
def test_without_a_usable_answer_nobody_knows_and_nothing_is_sent_again(say: Say) -> None:
    came, server = outcome(say)
    assert isinstance(came, Uncertain)
    assert len(server.requests) == 1


def test_any_success_with_an_id_is_one() -> None:
    assert outcome(http("201 Created", b'{"id": "c1"}'))[0] == "c1"


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_a_wrong_address_and_nobody_follows_it(status: str) -> None:
    with serving(http(body=b'{"id": "c1"}')) as elsewhere:
        came, server = outcome(http(status, b"", f"Location: {elsewhere.url}/call"))
        assert isinstance(came, Unreachable)
        assert "base_url" in str(came)
        assert (len(server.requests), elsewhere.connections) == (1, 0)


def test_a_404_asks_for_the_address_but_for_a_call_it_is_none() -> None:
    with serving(http("404 Not Found", b"<html>")) as server, HttpsPlatform(server.url, TOKEN) as platform:
        now = datetime.now(UTC)
        for asked in (lambda: platform.start(CALL), lambda: platform.recent(now, now, "a")):
            with pytest.raises(Unreachable, match="base_url"):
                asked()
        assert platform.look_up("c1") is None


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden"])
def test_a_token_that_is_not_taken(status: str) -> None:
    came, _ = outcome(http(status, TOKEN.encode()))
    assert isinstance(came, Unauthorized)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"error": "Number is blocked"}', "Number is blocked"),
        (b'{"error": {"message": "Number is blocked", "code": 3}}', "Number is blocked"),
        (b'{"message": ["Number is blocked", "x"]}', "Number is blocked"),
        (b"Number is blocked\r\n", "Number is blocked"),
        (b'{"error": "Number \\u001b[2J is\\nblocked \\u202e"}', "Number \ufffd[2J is blocked"),
        (f'{{"error": "no {TOKEN} here"}}'.encode(), "no *** here"),
        (f"{'x' * 195}{TOKEN}".encode(), "x" * 195 + "***"),
        (b'{"error": "' + b"very " * 1000 + b'"}', "very " * 39 + "very…"),
        *[(body, "The calling platform refused the call (400).")
          for body in (b"", b"{}", b"[]", b'{"error": 7}', b"<html>bad</html>", b'{"error": ', b"[" * 100_000)],
    ],
)  # fmt: skip
def test_a_refusal_says_why_in_one_clean_line(body: bytes, reason: str) -> None:
    came, _ = outcome(http("400 Bad Request", body))
    assert isinstance(came, Refused)
    assert str(came) == reason


def test_a_refusal_of_what_we_ask_says_nothing_of_a_call() -> None:
    with serving(http("400 Bad Request", b'{"error": "no"}')) as server, HttpsPlatform(server.url, TOKEN) as platform:
        now = datetime.now(UTC)
        for asked in (lambda: platform.look_up("c1"), lambda: platform.recent(now, now, "a")):
            with pytest.raises(Uncertain):
                asked()


LATER = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ((), None), (("Retry-After: 7",), 7), (("Retry-After: 1.5",), 1.5), (("Retry-After: -3",), 0),
        (("Retry-After: 99999999999",), 86_400), (("Retry-After: soon",), None), (("Retry-After: inf",), None),
        (("Retry-After: Mon, 99 Foo",), None), (("Retry-After:",), None),
        ((f"Retry-After: {format_datetime(LATER, usegmt=True)}",
          f"Date: {format_datetime(LATER - timedelta(seconds=40), usegmt=True)}"), 40),
        ((f"Retry-After: {format_datetime(LATER, usegmt=True)}",
          f"Date: {format_datetime(LATER + timedelta(seconds=40), usegmt=True)}"), 0),
    ],
)  # fmt: skip
def test_asked_too_often_says_when_to_ask_again(headers: tuple[str, ...], wait: float | None) -> None:
    came, _ = outcome(http("429 Too Many Requests", b"slow down", *headers))
    assert isinstance(came, Throttled)
    assert came.wait == wait


def test_without_the_platforms_clock_a_date_goes_by_ours() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    came, _ = outcome(http("429 Too Many Requests", b"", f"Retry-After: {later}"))
    assert isinstance(came, Throttled)
    assert came.wait is not None
    assert 25 < came.wait <= 30


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing take long."""
    monkeypatch.setattr(https_platform, "_TIMEOUTS", httpx.Timeout(0.3, connect=0.3, pool=0.3))
    monkeypatch.setattr(https_platform, "_CONNECTIONS", httpx.Limits(max_connections=1))
    monkeypatch.setattr(https_platform, "_MAX_ANSWER_SECONDS", 0.5)


@pytest.mark.usefixtures("hurried")
def test_an_answer_that_does_not_come_in_time() -> None:
    came, server = outcome(Say([b""], pause=1))
    assert isinstance(came, Uncertain)
    assert len(server.requests) == 1


@pytest.mark.usefixtures("hurried")
def test_an_answer_that_drips_is_not_waited_for() -> None:
    started = time.monotonic()
    came, _ = outcome(Say([b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n", *[b"x"] * 900], pause=0.1))
    assert isinstance(came, Uncertain)
    assert time.monotonic() - started < 5


@pytest.mark.usefixtures("hurried")
def test_a_request_that_got_no_connection_was_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(https_platform, "_MAX_ANSWER_SECONDS", 1.5)
    answer = b'{"id": "c1"}'
    slow = Say([b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n", *(bytes([each]) for each in answer)], pause=0.2)
    with serving(slow) as server, HttpsPlatform(server.url, TOKEN) as platform:

        def first() -> None:
            with suppress(CallingError):
                platform.start(CALL)

        other = threading.Thread(target=first)
        other.start()
        wait_until(lambda: server.requests)
        with pytest.raises(Unreachable, match="wait"):
            platform.start(CALL)
        other.join()
        assert len(server.requests) == 1


@pytest.mark.usefixtures("hurried")
def test_a_connection_that_is_not_taken_in_time() -> None:
    with ExitStack() as stack:
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        while True:  # until nobody else gets in line
            waiting = stack.enter_context(socket.socket())
            waiting.settimeout(0.2)
            if waiting.connect_ex(listening.getsockname()) != 0:
                break
        platform = stack.enter_context(HttpsPlatform(f"http://127.0.0.1:{listening.getsockname()[1]}", TOKEN))
        with pytest.raises(Unreachable):
            platform.start(CALL)


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with (
        HttpsPlatform(f"http://127.0.0.1:{port}", TOKEN) as platform,
        pytest.raises(Unreachable, match=r"^The calling platform cannot be reached: Connection refused\.$"),
    ):
        platform.start(CALL)


def test_a_name_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with (
        HttpsPlatform("https://calls.invalid", TOKEN) as platform,
        pytest.raises(Unreachable, match="Name or service not known"),
    ):
        platform.start(CALL)


def test_a_kept_connection_that_breaks_is_uncertain_and_nothing_is_sent_again() -> None:
    with serving(http(body=b'{"id": "c1"}'), Say()) as server, HttpsPlatform(server.url, TOKEN) as platform:
        assert platform.start(CALL) == "c1"
        with pytest.raises(Uncertain):
            platform.start(CALL)
        assert (len(server.requests), server.connections) == (2, 1)


def test_a_connection_that_was_closed_meanwhile_is_not_taken_again() -> None:
    with serving(http(body=b'{"id": "c1"}', keep=False)) as server, HttpsPlatform(server.url, TOKEN) as platform:
        for _ in range(2):
            assert platform.start(CALL) == "c1"
            time.sleep(0.3)
        assert server.connections == 2


@pytest.fixture
def encrypted() -> Iterator[RawServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    with serving(http(body=b'{"id": "c1"}'), context=context) as server:
        yield server


def test_a_certificate_that_nobody_signed_sends_nothing(encrypted: RawServer) -> None:
    with (
        HttpsPlatform(encrypted.url, TOKEN) as platform,
        pytest.raises(Unreachable, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        platform.start(CALL)
    assert encrypted.requests == []


def test_over_https_with_a_certificate_that_the_system_trusts(
    encrypted: RawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with HttpsPlatform(encrypted.url, TOKEN) as platform:
        assert platform.start(CALL) == "c1"
    assert f"Bearer {TOKEN}".encode() in encrypted.requests[0]


@pytest.mark.usefixtures("hurried")
def test_a_server_that_does_not_encrypt_gets_nothing() -> None:
    with serving(http(body=b'{"id": "c1"}')) as server:
        with HttpsPlatform(f"https://127.0.0.1:{server.port}", TOKEN) as platform, pytest.raises(Unreachable):
            platform.start(CALL)
        assert server.requests == []


def test_to_this_machine_no_proxy_is_asked_and_no_netrc(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    with serving(http("500 No")) as proxy, serving(http(body=b'{"id": "c1"}')) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        (home / ".netrc").write_text("machine 127.0.0.1 login me password other\n")
        monkeypatch.setenv("NETRC", str(home / ".netrc"))
        with HttpsPlatform(server.url, TOKEN) as platform:
            assert platform.start(CALL) == "c1"
        assert proxy.connections == 0
        assert f"Bearer {TOKEN}".encode() in server.requests[0]


def test_to_others_the_proxy_of_the_environment_leads_and_sees_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(http("403 Forbidden")) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        with (
            HttpsPlatform("https://calls.example.com", TOKEN) as platform,
            pytest.raises(Unreachable, match="proxy"),
        ):
            platform.start(CALL)
        (request,) = proxy.requests
        assert request.startswith(b"CONNECT calls.example.com:443 ")
        assert TOKEN.encode() not in request


@pytest.mark.parametrize(
    "proxy", ["nonsense://me:geheim@proxy", "socks5://me:geheim@proxy:1080", "http://me:geheim@proxy:x"]
)
def test_a_proxy_that_is_none_is_a_sentence_without_its_password(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(InvalidInput, match="HTTPS_PROXY") as raised:
        HttpsPlatform("https://calls.example.com", TOKEN)
    assert "geheim" not in "".join(traceback.format_exception(raised.value))


@pytest.mark.parametrize("call_id", ["a/b", "ä b", "100%", "a?b#c", "call-1", "a+b", "%2e%2e"])
def test_an_id_is_one_part_of_the_path(call_id: str) -> None:
    with (
        serving(http(body=b'{"id": "other", "status": "open"}')) as server,
        HttpsPlatform(f"{server.url}/api", TOKEN) as platform,
    ):
        found = platform.look_up(call_id)
    assert found is not None
    assert found.id == call_id
    path = server.requests[0].split(b" ")[1].decode()
    assert path.startswith("/api/call/")
    from urllib.parse import unquote

    assert unquote(path.removeprefix("/api/call/")) == call_id


@pytest.mark.parametrize("call_id", ["", "..", ".", "a\nb", " c ", "x" * 300])
def test_what_cannot_be_an_id_is_no_call(call_id: str) -> None:
    with serving(http(body=b'{"status": "open"}')) as server, HttpsPlatform(server.url, TOKEN) as platform:
        assert platform.look_up(call_id) is None
    assert server.requests == []


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"error": "no"}', b"null", b'"x"', b"{", b""])
def test_a_call_that_cannot_be_read_is_not_one_that_is_not_there(body: bytes) -> None:
    with serving(http(body=body)) as server, HttpsPlatform(server.url, TOKEN) as platform, pytest.raises(Uncertain):
        platform.look_up("c1")


def test_a_list_may_be_long_and_not_endless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(https_platform, "_MAX_LIST_BYTES", 1_200_000)
    entry = b'{"id": "c%d", "status": "closed", "data": "{}"}'
    long = b"[" + b",".join(entry % each for each in range(20_000)) + b"]"
    now = datetime.now(UTC)
    with (
        serving(http(body=long), http(body=long + b" " * 400_000)) as server,
        HttpsPlatform(server.url, TOKEN) as platform,
    ):
        assert len(platform.recent(now, now, "a").calls) == 20_000
        with pytest.raises(Uncertain):
            platform.recent(now, now, "a")


def test_a_moment_needs_an_offset() -> None:
    with HttpsPlatform("https://calls.example.com", TOKEN) as platform, pytest.raises(ValueError, match="offset"):
        platform.recent(datetime(2026, 1, 1), datetime(2026, 1, 2, tzinfo=UTC), "a")  # noqa: DTZ001
