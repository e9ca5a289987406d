"""The simulator: the platform's contract over HTTP on loopback, and addresses to control it while it runs."""

import asyncio
import json
import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from segtui.dialer.simulator.account_limits import AccountLimits
from segtui.dialer.simulator.faults import Fault, Faults
from segtui.dialer.simulator.http_server import Connection, Reply, Request, reply
from segtui.dialer.simulator.simulated_calls import Behaviour, CallBook, SimulatedCall
from segtui.errors import InvalidInput

_HOST = "127.0.0.1"


class Simulator:
    """A calling platform that makes no calls, at `base_url`. It runs in its own thread: `with Simulator(): …`.

    Its calls and faults survive `stop()` and `start()`, which simulate an outage. `clock` returns its time (aware); the
    lengths of calls go by the monotonic clock.
    """

    def __init__(
        self,
        behaviour: Behaviour | None = None,
        *,
        token: str = "simulator",  # noqa: S107 -- of a simulation
        port: int = 0,
        log: Path | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.token = token
        self.behaviour = behaviour or Behaviour()
        self.faults = Faults(self.behaviour.seed)
        self.offset = timedelta(0)
        """The offset of its clock."""
        self.requests: Counter[str] = Counter()
        """Number of requests by kind: start, look_up, list."""
        self._port = port
        self._clock = clock
        self._book = CallBook(self.behaviour, log)
        self._limits = AccountLimits(self.behaviour.per_minute, self.behaviour.per_second)
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None

    @property
    def base_url(self) -> str:
        """The address, once it was started."""
        return f"http://{_HOST}:{self._port}"

    @property
    def calls(self) -> Sequence[SimulatedCall]:
        """Every accepted call, oldest first."""
        return self._book.all()

    @property
    def violations(self) -> int:
        """The number of requests that were rejected because the account's limits were used up."""
        return self._limits.violations

    def plan(self, phone: str, *outcomes: str) -> None:
        """Set the outcomes of the next calls of a number: one final status for each call."""
        self._book.plan(phone, outcomes)

    def in_progress(self) -> int:
        """Return the number of calls in progress."""
        now = time.monotonic()
        return sum(call.ended > now for call in self._book.all())

    def start(self) -> None:
        """Start to listen. The port stays the same from then on. Raises OSError if it is not free."""
        started: list[OSError | None] = []
        ready = threading.Event()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(started, ready)), name="simulator", daemon=True
        )
        self._thread.start()
        ready.wait()
        if started[0] is not None:
            self._thread.join()
            self._thread = None
            raise started[0]

    def stop(self) -> None:
        """Break all connections and stop listening."""
        if self._thread is not None and self._loop is not None and self._stopping is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()
        self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.stop()
        self._book.close()

    async def _serve(self, started: list[OSError | None], ready: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        opened: set[Connection] = set()
        try:
            server = await self._loop.create_server(
                lambda: Connection(self._respond, opened), _HOST, self._port, backlog=1024
            )
        except OSError as error:
            started.append(error)
            return
        else:
            self._port = server.sockets[0].getsockname()[1]
            started.append(None)
        finally:
            ready.set()
        await self._stopping.wait()
        server.close()
        for connection in opened.copy():
            connection.end()

    def _respond(self, request: Request) -> Reply:
        try:
            answer = self._answer(request)
        except InvalidInput as error:
            answer = reply(400, {"error": str(error)})
        return replace(answer, headers={"Date": format_datetime(self._now(), usegmt=True), **answer.headers})

    def _answer(self, request: Request) -> Reply:
        match request.method, request.path:
            case "POST", ("call",):
                return self._handle(request, "start", lambda: self._start(request))
            case "GET", ("call", call_id):
                return self._handle(request, "look_up", lambda: self._look_up(call_id))
            case "GET", ("calls",):
                return self._handle(request, "list", lambda: self._list(request.query))
            case "GET", ("_state",):
                return reply(200, self._state())
            case "POST", (name,) if name in _CONTROLS:
                body = request.json()
                if not isinstance(body, dict):
                    raise InvalidInput("The body has to be a JSON object.")
                try:
                    _CONTROLS[name](self, body)
                except (KeyError, TypeError, ValueError, AttributeError) as error:
                    raise InvalidInput(f"This is not understood: {error!r}.") from error
                return reply(200, {})
        return reply(404, {"error": "There is nothing here."})

    def _handle(self, request: Request, on: str, do: Callable[[], Reply]) -> Reply:
        self.requests[on] += 1
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return reply(401, {"error": "This token is unknown."})
        wait = self._limits.wait(time.monotonic())
        if wait is not None:
            return reply(429, {"error": "Too many requests."}, Retry_After=str(math.ceil(wait)))
        fault = self.faults.take(on)
        if fault is None:
            return do()
        return _replacement(fault) if fault.before else _spoil(fault, do())

    def _now(self) -> datetime:
        return self._clock() + self.offset

    def _start(self, request: Request) -> Reply:
        body = request.json()
        if not isinstance(body, dict) or not all(isinstance(value, str) for value in body.values()):
            raise InvalidInput("The body has to be a JSON object of texts.")
        phone, agent = body.pop("phone", ""), body.pop("playbook_id", "")
        if not phone or not agent:
            raise InvalidInput("phone and playbook_id are needed.")
        call = self._book.accept(phone, agent, body, self._now(), time.monotonic())
        return reply(200, {"id": call.id, "success": True})

    def _look_up(self, call_id: str) -> Reply:
        call = self._book.by_id(call_id)
        return reply(404, {"error": "There is no such call."}) if call is None else reply(200, self._as_json(call))

    def _list(self, query: Mapping[str, str]) -> Reply:
        since, until = _moment(query, "startDate"), _moment(query, "endDate")
        newest = time.monotonic() - self.behaviour.listing_delay
        agent = query.get("playbook_id", "")
        matches = [
            call
            for call in reversed(self._book.all())
            if since <= call.at <= until and call.moment <= newest and agent in {"", call.agent}
        ]
        calls = [self._as_json(call) for call in matches[: self.behaviour.listed]]
        return reply(200, calls if self.behaviour.bare else {"calls": calls})

    def _as_json(self, call: SimulatedCall) -> dict[str, Any]:
        status = call.status(time.monotonic())
        return {
            "id": call.id,
            "status": status,
            "duration": call.seconds if status == call.outcome else 0,
            "phone": call.phone,
            "playbook_id": call.agent,
            "data": json.dumps(call.data) if self.behaviour.text_data else call.data,
            "created_time": _timestamp(call.at, self.behaviour.times),
        }

    def _state(self) -> dict[str, Any]:
        return {
            "now": self._now().isoformat(),
            "calls": len(self._book),
            "in_progress": self.in_progress(),
            "requests": self.requests,
            "violations": self.violations,
            "faults": self.faults.made,
        }

    def control_faults(self, body: dict[str, Any]) -> None:
        """Set faults: `next` (a kind) and `count`; `now_and_then` and `probability`; `clear`."""
        if body.get("clear"):
            self.faults.clear()
        options = {name: body[name] for name in ("on", "seconds") if name in body}
        if "next" in body:
            self.faults.next(body["next"], body.get("count", 1), **options)
        if "now_and_then" in body:
            self.faults.now_and_then(body["now_and_then"], body["probability"], **options)

    def control_outcomes(self, body: dict[str, Any]) -> None:
        """Set outcomes: those of a `phone`, one after another, or the shares of all."""
        if "phone" in body:
            self._book.plan(body["phone"], body["outcomes"])
        else:
            self._book.share(body["outcomes"])

    def control_clock(self, body: dict[str, Any]) -> None:
        """Set the clock off by `offset` seconds."""
        self.offset = timedelta(seconds=body["offset"])


_CONTROLS: Mapping[str, Callable[[Simulator, dict[str, Any]], None]] = {
    "_faults": Simulator.control_faults,
    "_outcomes": Simulator.control_outcomes,
    "_clock": Simulator.control_clock,
}


def _replacement(fault: Fault) -> Reply:
    """Return the answer of a request that was not carried out."""
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=fault.seconds), usegmt=True)
    match fault.kind:
        case "throttled":
            return reply(429, {"error": "Too many requests."}, Retry_After=f"{fault.seconds:.0f}")
        case "throttled-date":
            return reply(429, {"error": "Too many requests."}, Retry_After=later)
        case "redirect":
            return reply(302, {}, Location="/call")
        case "reset-before":
            return Reply(ending="reset")
    status = {"unauthorized": 401, "forbidden": 403, "not-found": 404, "refused": 400, "throttled-bare": 429}
    return reply(status.get(fault.kind, 500), {"error": f"This is {fault.kind}, as requested."})


def _spoil(fault: Fault, answer: Reply) -> Reply:
    """Return the faulty answer of a request that was carried out."""
    match fault.kind:
        case "error-after":
            return reply(503, {"error": "This was done and fails, as requested."})
        case "reset-after":
            return Reply(ending="reset")
        case "close-after":
            return Reply(ending="close")
        case "half-after":
            return Reply(answer.status, answer.body, ending="half")
        case "slow":
            return Reply(answer.status, answer.body, delay=fault.seconds)
        case "garbage":
            return Reply(body=b"<html>\xff\x1b[2J</html>")
        case "id-left-out":
            return _without_id(answer)
    return reply(200, {})


def _without_id(answer: Reply) -> Reply:
    document = json.loads(answer.body)
    listed = document.get("calls") if isinstance(document, dict) else document
    for call in [document] if listed is None else listed[:1]:
        call.pop("id", None)
    return replace(answer, body=json.dumps(document).encode())


def _moment(query: Mapping[str, str], name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(query[name])
    except (KeyError, ValueError):
        raise InvalidInput(f"{name} has to be a time by ISO 8601.") from None
    if moment.tzinfo is None:
        raise InvalidInput(f"{name} has to have an offset.")
    return moment


def _timestamp(moment: datetime, times: str) -> str | float | int:
    moment = moment.astimezone(UTC)
    match times:
        case "naive":
            return moment.replace(tzinfo=None).isoformat(timespec="milliseconds")
        case "z":
            return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
        case "epoch":
            return moment.timestamp()
        case "epoch-ms":
            return int(moment.timestamp() * 1000)
    return moment.isoformat(timespec="milliseconds")
