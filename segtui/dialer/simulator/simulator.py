"""The simulator: the platform's contract over HTTP on loopback, and a small address to control it while it runs."""

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

from segtui.dialer.simulator.account_limits import Limits
from segtui.dialer.simulator.faults import Fault, Faults
from segtui.dialer.simulator.http_server import Connection, Reply, Request, reply
from segtui.dialer.simulator.simulated_calls import Accepted, Behaviour, Calls
from segtui.errors import InvalidInput

_HOST = "127.0.0.1"


class Simulator:
    """A calling platform that calls nobody, at `base_url`. It runs in a thread of its own: `with Simulator(): …`.

    Its calls and what goes wrong stay over `stop()` and `start()`, which are how it goes away for a while. `clock`
    says what time it is to it (aware); how long calls last goes by the monotonic clock.
    """

    def __init__(
        self,
        behaviour: Behaviour | None = None,
        *,
        token: str = "simulator",  # noqa: S107 -- of a game
        port: int = 0,
        log: Path | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.token = token
        self.behaviour = behaviour or Behaviour()
        self.faults = Faults(self.behaviour.seed)
        self.offset = timedelta(0)
        """By how much its clock is off."""
        self.requests: Counter[str] = Counter()
        """How many requests came, by what they asked for: start, look_up, list."""
        self._port = port
        self._clock = clock
        self._book = Calls(self.behaviour, log)
        self._limits = Limits(self.behaviour.per_minute, self.behaviour.per_second)
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None

    @property
    def base_url(self) -> str:
        """Where it is, once it was started."""
        return f"http://{_HOST}:{self._port}"

    @property
    def calls(self) -> Sequence[Accepted]:
        """Every call that was accepted, oldest first."""
        return self._book.all()

    @property
    def violations(self) -> int:
        """How many requests were turned away because the account's limits were used up."""
        return self._limits.violations

    def plan(self, phone: str, *outcomes: str) -> None:
        """Say how the next calls of a number end: by their final status, one for each call."""
        self._book.plan(phone, outcomes)

    def in_progress(self) -> int:
        """Return how many calls are in progress."""
        now = time.monotonic()
        return sum(call.ended > now for call in self._book.all())

    def start(self) -> None:
        """Start to listen. The port stays the same ever after. Raises OSError where it is not free."""
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
        """Break off every connection and listen no longer."""
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
                lambda: Connection(self._answered, opened), _HOST, self._port, backlog=1024
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
        for each in opened.copy():
            each.end()

    def _answered(self, request: Request) -> Reply:
        try:
            answer = self._answer(request)
        except InvalidInput as error:
            answer = reply(400, {"error": str(error)})
        return replace(answer, headers={"Date": format_datetime(self._now(), usegmt=True), **answer.headers})

    def _answer(self, request: Request) -> Reply:
        match request.method, request.path:
            case "POST", ("call",):
                return self._asked(request, "start", lambda: self._start(request))
            case "GET", ("call", call_id):
                return self._asked(request, "look_up", lambda: self._look_up(call_id))
            case "GET", ("calls",):
                return self._asked(request, "list", lambda: self._list(request.query))
            case "GET", ("_state",):
                return reply(200, self._state())
            case "POST", (name,) if name in _CONTROLS:
                wanted = request.json()
                if not isinstance(wanted, dict):
                    raise InvalidInput("This wants a JSON object.")
                try:
                    _CONTROLS[name](self, wanted)
                except (KeyError, TypeError, ValueError, AttributeError) as error:
                    raise InvalidInput(f"This is not understood: {error!r}.") from error
                return reply(200, {})
        return reply(404, {"error": "There is nothing here."})

    def _asked(self, request: Request, on: str, do: Callable[[], Reply]) -> Reply:
        self.requests[on] += 1
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return reply(401, {"error": "This token is not known."})
        wait = self._limits.wait(time.monotonic())
        if wait is not None:
            return reply(429, {"error": "Too many requests."}, Retry_After=str(math.ceil(wait)))
        fault = self.faults.take(on)
        if fault is None:
            return do()
        return _instead(fault) if fault.before else _spoilt(fault, do())

    def _now(self) -> datetime:
        return self._clock() + self.offset

    def _start(self, request: Request) -> Reply:
        wanted = request.json()
        if not isinstance(wanted, dict) or not all(isinstance(each, str) for each in wanted.values()):
            raise InvalidInput("The body has to be a JSON object of texts.")
        phone, agent = wanted.pop("phone", ""), wanted.pop("playbook_id", "")
        if not phone or not agent:
            raise InvalidInput("phone and playbook_id are needed.")
        call = self._book.accept(phone, agent, wanted, self._now(), time.monotonic())
        return reply(200, {"id": call.id, "success": True})

    def _look_up(self, call_id: str) -> Reply:
        call = self._book.by_id(call_id)
        return reply(404, {"error": "There is no such call."}) if call is None else reply(200, self._told(call))

    def _list(self, query: Mapping[str, str]) -> Reply:
        since, until = _moment(query, "startDate"), _moment(query, "endDate")
        newest = time.monotonic() - self.behaviour.listing_delay
        agent = query.get("playbook_id", "")
        found = [
            call
            for call in reversed(self._book.all())
            if since <= call.at <= until and call.moment <= newest and agent in {"", call.agent}
        ]
        calls = [self._told(call) for call in found[: self.behaviour.listed]]
        return reply(200, calls if self.behaviour.bare else {"calls": calls})

    def _told(self, call: Accepted) -> dict[str, Any]:
        status = call.status(time.monotonic())
        return {
            "id": call.id,
            "status": status,
            "duration": call.seconds if status == call.outcome else 0,
            "phone": call.phone,
            "playbook_id": call.agent,
            "data": json.dumps(call.data) if self.behaviour.text_data else call.data,
            "created_time": _written(call.at, self.behaviour.times),
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

    def control_faults(self, wanted: dict[str, Any]) -> None:
        """Let something go wrong: `next` (a kind) and `count`; `now_and_then` and `probability`; `clear`."""
        if wanted.get("clear"):
            self.faults.clear()
        where = {name: wanted[name] for name in ("on", "seconds") if name in wanted}
        if "next" in wanted:
            self.faults.next(wanted["next"], wanted.get("count", 1), **where)
        if "now_and_then" in wanted:
            self.faults.now_and_then(wanted["now_and_then"], wanted["probability"], **where)

    def control_outcomes(self, wanted: dict[str, Any]) -> None:
        """Say how calls end: those of a `phone`, one after another, or all, by shares."""
        if "phone" in wanted:
            self._book.plan(wanted["phone"], wanted["outcomes"])
        else:
            self._book.share(wanted["outcomes"])

    def control_clock(self, wanted: dict[str, Any]) -> None:
        """Put the clock off by `offset` seconds."""
        self.offset = timedelta(seconds=wanted["offset"])


_CONTROLS: Mapping[str, Callable[[Simulator, dict[str, Any]], None]] = {
    "_faults": Simulator.control_faults,
    "_outcomes": Simulator.control_outcomes,
    "_clock": Simulator.control_clock,
}


def _instead(fault: Fault) -> Reply:
    """Return what comes instead of an answer, where nothing was done."""
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
    return reply(status.get(fault.kind, 500), {"error": f"This is {fault.kind}, as was asked for."})


def _spoilt(fault: Fault, answer: Reply) -> Reply:
    """Return what comes of an answer, where everything was done."""
    match fault.kind:
        case "error-after":
            return reply(503, {"error": "This was done, and fails, as was asked for."})
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
    said = json.loads(answer.body)
    listed = said.get("calls") if isinstance(said, dict) else said
    for call in [said] if listed is None else listed[:1]:
        call.pop("id", None)
    return replace(answer, body=json.dumps(said).encode())


def _moment(query: Mapping[str, str], name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(query[name])
    except (KeyError, ValueError):
        raise InvalidInput(f"{name} has to be a time by ISO 8601.") from None
    if moment.tzinfo is None:
        raise InvalidInput(f"{name} has to have an offset.")
    return moment


def _written(moment: datetime, times: str) -> str | float | int:
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
