"""The calling platform over HTTPS: each method is one request, sent once, and each answer what `platform` has for it.

A request that a kept connection broke under may have been done all the same, for the platform knows no key by which
to send one twice: that is Uncertain, and nothing here sends anything again.
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

_TIMES: Final = httpx.Timeout(30, connect=10, pool=10)
_UNRECEIVED: Final = 25_000
"""Milliseconds in which the other side must have received what was sent; shorter than an answer is waited for."""
_LONGEST: Final = 120.0
"""Seconds that an answer may take to come in, however steadily it drips."""
_LARGEST: Final = 4_000_000
_LARGEST_LIST: Final = 50_000_000
_SENDING: Final = frozenset({"http11.send_request_headers.started", "http11.send_request_body.started"})
_CONNECTIONS: Final = httpx.Limits(max_connections=100, max_keepalive_connections=20)


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes = field(repr=False)  # it may say our token back
    retry_after: str | None
    date: str | None


class _TooLateError(Exception):
    """The moment until which a request may be sent has passed."""


class HttpsPlatform:
    """The platform at `base_url`. It keeps its connections open between requests; `close` closes them.

    Raises InvalidInput for an address that is none, or that would send the token in plain text over a network, and for
    a token that cannot be sent.
    """

    def __init__(self, base_url: str, token: str) -> None:
        self._base_url = checked_address(base_url)
        self._token = Secret(checked_token(token))
        self._client = _client(self._base_url, self._token)
        self._heard: tuple[datetime, float] | None = None

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
        # As ASCII: what came from a file may hold what has no form in UTF-8.
        body = json.dumps({**call.data, "phone": call.phone, "playbook_id": call.agent}).encode("ascii")
        answer = self._answered("POST", "/call", body=body, send_by=call.send_by)
        if answer.status in {400, 422}:
            raise Refused(self._reason(answer) or f"The calling platform refused the call ({answer.status}).")
        _demand_success(answer)
        said = answers.document(answer.body)
        call_id = answers.call_id(said.get("id")) if isinstance(said, dict) else None
        if call_id is None:
            raise Uncertain("The calling platform sent an answer without the id of the call.")
        return call_id

    def look_up(self, call_id: str) -> PlatformCall | None:
        """Return a call by its id, None where there is none. Raises every CallingError but Refused."""
        if answers.call_id(call_id) != call_id:
            return None
        answer = self._answered("GET", f"/call/{quote(call_id, safe='')}")
        if answer.status == 404:
            return None
        _demand_success(answer)
        return answers.call(answers.document(answer.body), call_id)

    def recent(self, since: datetime, until: datetime, agent: str) -> CallList:
        """Return the calls of an agent between two aware moments. Raises every CallingError but Refused.

        The moments are widened to whole seconds. The platform may leave out the oldest, where there are many.
        """
        query = {"startDate": _written(since), "endDate": _written(until, up=True), "playbook_id": agent}
        answer = self._answered("GET", f"/calls?{urlencode(query)}", largest=_LARGEST_LIST)
        _demand_success(answer)
        return answers.calls(answers.document(answer.body))

    def now(self) -> datetime | None:
        """Return what time it is on the platform, to a second, by its last answer; None where none has said."""
        if self._heard is None:
            return None
        said, at = self._heard
        return said + timedelta(seconds=boot_time() - at)

    def _hear(self, date: str | None) -> None:
        said = answers.http_date(date)
        if said is not None:
            self._heard = (said, boot_time())

    def _reason(self, answer: _Answer) -> str:
        return answers.reason(answer.body, hidden=self._token.text)

    def _answered(
        self,
        method: str,
        target: str,
        *,
        body: bytes | None = None,
        largest: int = _LARGEST,
        send_by: float = math.inf,
    ) -> _Answer:
        """Send one request and return the answer, if it is none that means the same whatever was asked for."""
        try:
            answer = self._sent(method, self._base_url + target, body, largest, send_by)
        except _TooLateError:
            failure: CallingError = Unreachable("The call was not started: it could not be sent in time.")
        except httpx.HTTPError as error:
            failure = _failure(error)
        else:
            _demand_willing(answer)
            return answer
        # Raised out here, for beside the error of httpx stands the request, and in that the token.
        raise failure

    def _sent(self, method: str, url: str, body: bytes | None, largest: int, send_by: float) -> _Answer:
        headers = {} if body is None else {"Content-Type": "application/json"}

        def trace(event: str, told: Mapping[str, Any]) -> None:
            _give_up_in_time(event, told)
            # A request without its body is none.
            if event in _SENDING and boot_time() >= send_by:
                raise _TooLateError

        with self._client.stream(method, url, content=body, headers=headers, extensions={"trace": trace}) as response:
            received = bytearray()
            deadline = time.monotonic() + _LONGEST
            for part in response.iter_bytes():
                received += part
                if len(received) > largest or time.monotonic() > deadline:
                    raise Uncertain("The calling platform sent more than any answer is, or too slowly to wait for it.")
            heard = response.headers
            self._hear(heard.get("Date"))
            return _Answer(response.status_code, bytes(received), heard.get("Retry-After"), heard.get("Date"))


def _give_up_in_time(event: str, told: Mapping[str, Any]) -> None:
    """Let the system send nothing again that was not received after so long, nor after we are gone.

    It would go on for minutes behind our back: a request that we gave up, and that no list told of, would arrive after
    its call was dialled again.
    """
    if event == "connection.connect_tcp.complete" and hasattr(socket, "TCP_USER_TIMEOUT"):
        connected: socket.socket = told["return_value"].get_extra_info("socket")
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNRECEIVED)


def _trusted() -> ssl.SSLContext:
    """Return what says whom an encrypted connection trusts; reading all of them takes a tenth of a second."""
    trusted = ssl.create_default_context(cafile=certifi.where())
    trusted.load_default_certs()
    return trusted


def _client(base_url: str, token: Secret) -> httpx.Client:
    """Return what sends the requests.

    To other hosts it goes by the proxy of the environment (HTTPS_PROXY, NO_PROXY), as everything does on a server that
    has no other way out; that sees the host alone, for what is inside is encrypted to the platform. To this machine it
    goes straight: that is not encrypted. It trusts the usual certificates, and those of this system.
    """
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL:
        raise InvalidInput("base_url is not a web address.", "base_url") from None
    to_ourselves = is_loopback(url.host)
    try:
        return httpx.Client(
            headers={
                "Authorization": f"Bearer {token.text}",
                "Accept": "application/json",
                "User-Agent": f"segtui/{__version__}",
            },
            timeout=_TIMES,
            limits=_CONNECTIONS,
            verify=_trusted() if url.scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            follow_redirects=False,
            trust_env=not to_ourselves,
        )
    # What httpx says of a proxy may hold its password.
    except (httpx.InvalidURL, ValueError, ImportError):
        raise InvalidInput("The proxy that HTTPS_PROXY or ALL_PROXY names is none that segtui can use.") from None


def _demand_willing(answer: _Answer) -> None:
    """Raise what an answer means, whatever was asked for, where the platform did not even look at the request."""
    match answer.status:
        case 401 | 403:
            raise Unauthorized(f"The calling platform does not take our token ({answer.status}): is it still valid?")
        case 429:
            message = "The calling platform was asked too often (429)."
            raise Throttled(message, answers.wait(answer.retry_after, answer.date))
        case status if 300 <= status < 400:
            raise Unreachable(f"The calling platform sends us elsewhere ({status}): is base_url right?")


def _demand_success(answer: _Answer) -> None:
    """Raise what an answer means that does not say that something was done."""
    if answer.status == 404:
        raise Unreachable("There is no calling platform where base_url says (404): is it right?")
    if not 200 <= answer.status < 300:
        raise Uncertain(f"The calling platform answered with an error ({answer.status}).")


def _failure(error: httpx.HTTPError) -> CallingError:
    """Return what it means that no answer came."""
    match error:
        case httpx.ConnectTimeout():
            return Unreachable("The calling platform cannot be reached: it does not answer.")
        case httpx.PoolTimeout():
            return Unreachable("The calling platform was not asked: too many other requests wait for its answer.")
        case httpx.ProxyError():
            return Unreachable("The calling platform cannot be reached: the proxy does not let us through.")
        case httpx.ConnectError() | httpx.UnsupportedProtocol():
            return Unreachable(f"The calling platform cannot be reached: {_why(error)}.")
        case httpx.TimeoutException():
            return Uncertain("The calling platform took the request and did not answer in time.")
        case httpx.DecodingError():
            return Uncertain("The calling platform sent an answer that cannot be read.")
    return Uncertain("The connection to the calling platform broke before its answer came.")


def _why(error: httpx.HTTPError) -> str:
    """Return what the system says of a connection that could not be made, such as `Connection refused`."""
    why = re.sub(r"^\[Errno -?\d+\] ", "", clean(str(error))).rstrip(".")
    return why[:200] or "no connection"


def _written(moment: datetime, *, up: bool = False) -> str:
    """Return an aware moment as the platform wants it, in whole seconds, down or up."""
    if moment.tzinfo is None:
        raise ValueError("a moment without an offset is none")
    whole = moment.astimezone(UTC).replace(microsecond=0)
    return (whole + timedelta(seconds=1 if up and moment.microsecond else 0)).isoformat()
