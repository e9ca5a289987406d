"""`python -m segtui.dialer.simulator`: a program whose first line says where it is. SIGTERM ends it."""

import argparse
import signal
import sys
from datetime import timedelta
from pathlib import Path

from segtui.dialer.simulator.faults import KINDS
from segtui.dialer.simulator.simulated_calls import OUTCOMES, Behaviour
from segtui.dialer.simulator.simulator import Simulator
from segtui.errors import InvalidInput

_CONTROL = """While it runs, POST JSON to these, without a token:
  /_faults    {"next": KIND, "count": 3, "on": "start"|"look_up"|"list", "seconds": 1}
              {"now_and_then": KIND, "probability": 0.1, "on": …, "seconds": …}   {"clear": true}
  /_outcomes  {"phone": "+1…", "outcomes": ["busy", "closed"]}   {"outcomes": {"closed": 0.5, "busy": 0.5}}
  /_clock     {"offset": 3600}
and GET /_state. Kinds of faults:
"""


def main(arguments: list[str] | None = None) -> int:
    """Run until SIGTERM or SIGINT. Returns the exit status."""
    options = _parser().parse_args(arguments)
    signals = {signal.SIGTERM, signal.SIGINT}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        simulator = _made(options)
        with simulator:
            sys.stdout.write(f"{simulator.base_url}\n")
            sys.stdout.flush()
            signal.sigwait(signals)
    except (InvalidInput, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return 0


def _made(options: argparse.Namespace) -> Simulator:
    behaviour = Behaviour(
        seed=options.seed,
        **({"outcomes": dict(options.outcome)} if options.outcome else {}),
        ring=options.ring,
        talk=options.talk,
        speed=options.speed,
        bare=not options.wrapped,
        times=options.times,
        text_data=options.text_data,
        listed=options.listed,
        listing_delay=options.listing_delay,
        per_minute=options.per_minute or None,
        per_second=options.per_second or None,
    )
    simulator = Simulator(behaviour, token=options.token, port=options.port, log=options.log)
    simulator.offset = timedelta(seconds=options.clock_offset)
    for kind, probability in options.fault:
        simulator.faults.now_and_then(kind, probability)
    return simulator


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m segtui.dialer.simulator",
        description="A calling platform on loopback that calls nobody.",
        epilog=_CONTROL + "\n".join(f"  {kind:<16}{does}" for kind, does in KINDS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    as_it_is = Behaviour()
    add = parser.add_argument
    add("--port", type=int, default=0, help="where it listens on 127.0.0.1; any free one unless given")
    add("--token", default="simulator", help="the bearer token it takes (simulator)")
    add("--log", type=Path, metavar="FILE", help="append every accepted call to this file, as a line of JSON")
    add("--seed", type=int, default=0, help="another one, other outcomes and faults")
    add("--speed", type=float, default=1, help="how many seconds of a call pass in one")
    add("--ring", type=span, default=as_it_is.ring, metavar="A-B", help="for how many seconds it rings (3-20)")
    add("--talk", type=span, default=as_it_is.talk, metavar="A-B", help="for how many seconds one talks (10-120)")
    add("--outcome", type=share, action="append", metavar="STATUS=N", help=f"shares of {', '.join(OUTCOMES)}")
    add("--fault", type=share, action="append", default=[], metavar="KIND=P", help="starts that fail now and then")
    add("--wrapped", action="store_true", help='lists are {"calls": […]}, not bare')
    add("--times", choices=["offset", "z", "naive", "epoch", "epoch-ms"], default="z", help="how it writes times")
    add("--text-data", action="store_true", help="a call's data is a JSON text, not an object")
    add("--listed", type=int, metavar="N", help="the most calls a list tells of")
    add("--listing-delay", type=float, default=0, metavar="S", help="after how many seconds a call is listed")
    add("--per-minute", type=int, default=100, metavar="N", help="requests that the account may make (100; 0: any)")
    add("--per-second", type=int, default=10, metavar="N", help="requests that the account may make (10; 0: any)")
    add("--clock-offset", type=float, default=0, metavar="S", help="by how many seconds its clock is off")
    return parser


def span(text: str) -> tuple[float, float]:
    """Return from and to how many, as `3-20` or `3` says."""
    start, _, end = text.partition("-")
    return float(start), float(end or start)


def share(text: str) -> tuple[str, float]:
    """Return a name and its share, as `busy=0.5` says."""
    name, _, number = text.rpartition("=")
    return name, float(number)


if __name__ == "__main__":
    sys.exit(main())
