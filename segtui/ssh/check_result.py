"""Results of `segtui ssh check`: each is ok, wrong, advice or not checked, with the reason in a sentence."""

from dataclasses import dataclass
from typing import Literal

NEEDS_ROOT = "Only root can check this: repeat the command as root."
NO_ACCOUNT = "There is no account yet."


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One checked point. The reason of `wrong` and of `advice` says what to do.

    `wrong`: it keeps users out, is not safe, or was set up and does not work. `advice`: it would make sessions faster.
    """

    point: str
    state: Literal["ok", "wrong", "advice", "not checked"]
    reason: str


def ok(point: str, reason: str) -> CheckResult:
    """Return the result of a point that is right."""
    return CheckResult(point, "ok", reason)


def wrong(point: str, reason: str) -> CheckResult:
    """Return the result of a point that is wrong."""
    return CheckResult(point, "wrong", reason)


def advice(point: str, reason: str) -> CheckResult:
    """Return the result of a point that works, but makes sessions slower than they could be."""
    return CheckResult(point, "advice", reason)


def unchecked(point: str, reason: str = NEEDS_ROOT) -> CheckResult:
    """Return the result of a point that could not be checked."""
    return CheckResult(point, "not checked", reason)
