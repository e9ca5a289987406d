"""`python -m segtui.dialer.simulator`: prints its address as the first line. SIGTERM ends it."""

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
        simulator = _make_simulator(options)
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


def _make_simulator(options: argparse.Namespace) -> Simulator:
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
        description="A simulated calling platform on loopback that makes no calls.",
        epilog=_CONTROL + "\n".join(f"  {kind:<16}{effect}" for kind, effect in KINDS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    defaults = Behaviour()
    add = parser.add_argument
    add("--port", type=int, default=0, help="port on 127.0.0.1; by default any free one")
    add("--token", default="simulator", help="the bearer token it accepts (simulator)")
    add("--log", type=Path, metavar="FILE", help="append every accepted call to this file, one JSON object a line")
    add("--seed", type=int, default=0, help="seed of the random outcomes and faults")
    add("--speed", type=float, default=1, help="simulated seconds of a call per real second")
    add("--ring", type=span, default=defaults.ring, metavar="A-B", help="seconds of ringing (3-20)")
    add("--talk", type=span, default=defaults.talk, metavar="A-B", help="seconds of talking (10-120)")
    add("--outcome", type=share, action="append", metavar="STATUS=N", help=f"shares of {', '.join(OUTCOMES)}")
    add(
        "--fault",
        type=share,
        action="append",
        default=[],
        metavar="KIND=P",
        help="probability of a fault when a call is started",
    )
    add("--wrapped", action="store_true", help='lists are {"calls": […]}, not bare')
    add("--times", choices=["offset", "z", "naive", "epoch", "epoch-ms"], default="z", help="format of times")
    add("--text-data", action="store_true", help="a call's data is a JSON text, not an object")
    add("--listed", type=int, metavar="N", help="maximum number of calls in a list")
    add("--listing-delay", type=float, default=0, metavar="S", help="seconds until a call is listed")
    add(
        "--per-minute",
        type=int,
        default=100,
        metavar="N",
        help="requests per minute of the account (100; 0: unlimited)",
    )
    add("--per-second", type=int, default=10, metavar="N", help="requests per second of the account (10; 0: unlimited)")
    add("--clock-offset", type=float, default=0, metavar="S", help="seconds by which its clock is off")
    return parser


def span(text: str) -> tuple[float, float]:
    """Return the range of a text such as `3-20` or `3`."""
    start, _, end = text.partition("-")
    return float(start), float(end or start)


def share(text: str) -> tuple[str, float]:
    """Return the name and the share of a text such as `busy=0.5`."""
    name, _, number = text.rpartition("=")
    return name, float(number)


if __name__ == "__main__":
    sys.exit(main())
