"""The calling platform over HTTPS: each method sends one request, once, and maps the answer to `platform`.

A request on a kept connection that broke may have been carried out all the same, and the platform has no idempotency
key: the result is then Uncertain, and nothing here is sent again.
"""

import json
import math
import re
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote, urlencode

import certifi
import httpx

from segtui import __version__
from segtui.config.calling_platform import Secret, checked_address, checked_token, is_loopback
from segtui.dialer import answers
from segtui.dialer.platform import (
    CallingError,
    CallList,
    NewCall,
    PlatformCall,
    Refused,
    Throttled,
    Unauthorized,
    Uncertain,
    Unreachable,
)
from segtui.domain.monotonic_clock import boot_time
from segtui.domain.text import clean
from segtui.errors import InvalidInput

_TIMEOUTS: Final = httpx.Timeout(30, connect=10, pool=10)
_TCP_USER_TIMEOUT: Final = 25_000
"""Milliseconds in which the other side must acknowledge what was sent; shorter than the time-out of an answer."""
_MAX_ANSWER_SECONDS: Final = 120.0
"""Seconds that an answer may take to arrive, even if its bytes keep coming."""
_MAX_ANSWER_BYTES: Final = 4_000_000
_MAX_LIST_BYTES: Final = 50_000_000
_SENDING: Final = frozenset({"http11.send_request_headers.started", "http11.send_request_body.started"})
_CONNECTIONS: Final = httpx.Limits(max_connections=100, max_keepalive_connections=20)


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes = field(repr=False)  # it may repeat our token
    retry_after: str | None
    date: str | None


class _TooLateError(Exception):
    """The moment until which a request may be sent has passed."""


class HttpsPlatform:
    """The platform at `base_url`. It keeps its connections open between requests; `close` closes them.

    Raises InvalidInput for an invalid address, for one that would send the token in plain text over a network, and for
    a token that cannot be sent.
    """

    def __init__(self, base_url: str, token: str) -> None:
        self._base_url = checked_address(base_url)
        self._token = Secret(checked_token(token))
        self._client = _client(self._base_url, self._token)
        self._time_received: tuple[datetime, float] | None = None

    def __repr__(self) -> str:
        return f"HttpsPlatform({self._base_url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def start(self, call: NewCall) -> str:
        """Start a call and return its id on the platform. Raises every CallingError."""
        # As ASCII: text from a file may hold surrogates, which UTF-8 cannot encode.
        body = json.dumps({**call.data, "phone": call.phone, "playbook_id": call.agent}).encode("ascii")
        answer = self._request("POST", "/call", body=body, send_by=call.send_by)
        if answer.status in {400, 422}:
            raise Refused(self._reason(answer) or f"The calling platform refused the call ({answer.status}).")
        _require_success(answer)
        document = answers.document(answer.body)
        call_id = answers.call_id(document.get("id")) if isinstance(document, dict) else None
        if call_id is None:
            raise Uncertain("The calling platform sent an answer without the id of the call.")
        return call_id

    def look_up(self, call_id: str) -> PlatformCall | None:
        """Return a call by its id, None if there is none. Raises every CallingError but Refused."""
        if answers.call_id(call_id) != call_id:
            return None
        answer = self._request("GET", f"/call/{quote(call_id, safe='')}")
        if answer.status == 404:
            return None
        _require_success(answer)
        return answers.call(answers.document(answer.body), call_id)

    def recent(self, since: datetime, until: datetime, agent: str) -> CallList:
        """Return the calls of an agent between two aware moments. Raises every CallingError but Refused.

        The moments are widened to whole seconds. The platform may leave out the oldest calls of a long list.
        """
        query = {"startDate": _timestamp(since), "endDate": _timestamp(until, up=True), "playbook_id": agent}
        answer = self._request("GET", f"/calls?{urlencode(query)}", max_bytes=_MAX_LIST_BYTES)
        _require_success(answer)
        return answers.calls(answers.document(answer.body))

    def now(self) -> datetime | None:
        """Return the platform's time, to the second, by its last answer; None if no answer had a time."""
        if self._time_received is None:
            return None
        platform_time, received_at = self._time_received
        return platform_time + timedelta(seconds=boot_time() - received_at)

    def _note_time(self, date: str | None) -> None:
        platform_time = answers.http_date(date)
        if platform_time is not None:
            self._time_received = (platform_time, boot_time())

    def _reason(self, answer: _Answer) -> str:
        return answers.reason(answer.body, hidden=self._token.text)

    def _request(
        self,
        method: str,
        target: str,
        *,
        body: bytes | None = None,
        max_bytes: int = _MAX_ANSWER_BYTES,
        send_by: float = math.inf,
    ) -> _Answer:
        """Send one request and return the answer. Raises the CallingError of a rejection."""
        try:
            answer = self._send(method, self._base_url + target, body, max_bytes, send_by)
        except _TooLateError:
            failure: CallingError = Unreachable("The call was not started: it could not be sent in time.")
        except httpx.HTTPError as error:
            failure = _failure(error)
        else:
            _require_accepted(answer)
            return answer
        # Raised outside the except block: the error of httpx refers to the request, which holds the token.
        raise failure

    def _send(self, method: str, url: str, body: bytes | None, max_bytes: int, send_by: float) -> _Answer:
        headers = {} if body is None else {"Content-Type": "application/json"}

        def trace(event: str, info: Mapping[str, Any]) -> None:
            _limit_retransmission(event, info)
            # A request without its body has no effect.
            if event in _SENDING and boot_time() >= send_by:
                raise _TooLateError

        with self._client.stream(method, url, content=body, headers=headers, extensions={"trace": trace}) as response:
            received = bytearray()
            deadline = time.monotonic() + _MAX_ANSWER_SECONDS
            for part in response.iter_bytes():
                received += part
                if len(received) > max_bytes or time.monotonic() > deadline:
                    raise Uncertain("The calling platform sent an answer that was too long or too slow.")
            response_headers = response.headers
            self._note_time(response_headers.get("Date"))
            return _Answer(
                response.status_code, bytes(received), response_headers.get("Retry-After"), response_headers.get("Date")
            )


def _limit_retransmission(event: str, info: Mapping[str, Any]) -> None:
    """Limit the time for which the system retransmits data, also after this process has ended.

    It would go on for minutes unnoticed: a request that we gave up, and that no list showed, would arrive after its
    call was dialled again.
    """
    if event == "connection.connect_tcp.complete" and hasattr(socket, "TCP_USER_TIMEOUT"):
        connection: socket.socket = info["return_value"].get_extra_info("socket")
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _TCP_USER_TIMEOUT)


def _tls_context() -> ssl.SSLContext:
    """Return the TLS context with the usual certificates; loading them takes a tenth of a second."""
    context = ssl.create_default_context(cafile=certifi.where())
    context.load_default_certs()
    return context


def _client(base_url: str, token: Secret) -> httpx.Client:
    """Return the HTTP client.

    For other hosts it uses the proxy of the environment (HTTPS_PROXY, NO_PROXY), as a server without another way out
    needs; the proxy sees the host alone, because the content is encrypted for the platform. This machine is reached
    directly: that is not encrypted. It trusts the usual certificates, and those of this system.
    """
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL:
        raise InvalidInput("base_url is not a web address.", "base_url") from None
    is_local = is_loopback(url.host)
    try:
        return httpx.Client(
            headers={
                "Authorization": f"Bearer {token.text}",
                "Accept": "application/json",
                "User-Agent": f"segtui/{__version__}",
            },
            timeout=_TIMEOUTS,
            limits=_CONNECTIONS,
            verify=_tls_context() if url.scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            follow_redirects=False,
            trust_env=not is_local,
        )
    # The messages of httpx about a proxy may hold its password.
    except (httpx.InvalidURL, ValueError, ImportError):
        raise InvalidInput("segtui cannot use the proxy that HTTPS_PROXY or ALL_PROXY names.") from None


def _require_accepted(answer: _Answer) -> None:
    """Raise the error of an answer with which the platform rejects a request without looking at its content."""
    match answer.status:
        case 401 | 403:
            raise Unauthorized(f"The calling platform rejects our token ({answer.status}): is it still valid?")
        case 429:
            message = "The calling platform received too many requests (429)."
            raise Throttled(message, answers.wait(answer.retry_after, answer.date))
        case status if 300 <= status < 400:
            raise Unreachable(f"The calling platform redirects to another address ({status}): is base_url right?")


def _require_success(answer: _Answer) -> None:
    """Raise the error of an answer that does not report success."""
    if answer.status == 404:
        raise Unreachable("There is no calling platform at base_url (404): is the address right?")
    if not 200 <= answer.status < 300:
        raise Uncertain(f"The calling platform answered with an error ({answer.status}).")


def _failure(error: httpx.HTTPError) -> CallingError:
    """Return the error of a request without an answer."""
    match error:
        case httpx.ConnectTimeout():
            return Unreachable("The calling platform cannot be reached: it does not answer.")
        case httpx.PoolTimeout():
            return Unreachable("The request was not sent to the calling platform: too many others wait for its answer.")
        case httpx.ProxyError():
            return Unreachable("The calling platform cannot be reached: the proxy refused the connection.")
        case httpx.ConnectError() | httpx.UnsupportedProtocol():
            return Unreachable(f"The calling platform cannot be reached: {_reason_of(error)}.")
        case httpx.TimeoutException():
            return Uncertain("The calling platform accepted the request and did not answer in time.")
        case httpx.DecodingError():
            return Uncertain("The calling platform sent an answer that cannot be read.")
    return Uncertain("The connection to the calling platform broke before its answer came.")


def _reason_of(error: httpx.HTTPError) -> str:
    """Return the system's reason of a failed connection, such as `Connection refused`."""
    reason = re.sub(r"^\[Errno -?\d+\] ", "", clean(str(error))).rstrip(".")
    return reason[:200] or "no connection"


def _timestamp(moment: datetime, *, up: bool = False) -> str:
    """Return an aware moment in the platform's notation, rounded down or up to whole seconds."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a UTC offset")
    whole = moment.astimezone(UTC).replace(microsecond=0)
    return (whole + timedelta(seconds=1 if up and moment.microsecond else 0)).isoformat()
