"""What a check finds: points, each right or wrong or not to be told, with the reason in a sentence."""

from dataclasses import dataclass
from typing import Literal

NEEDS_ROOT = "Only root can tell: repeat this as root."
NO_ACCOUNT = "There is no account yet."


@dataclass(frozen=True, slots=True)
class Point:
    """A point that was looked at. The reason of what is wrong says what to do."""

    point: str
    state: Literal["ok", "wrong", "not checked"]
    reason: str


def ok(point: str, reason: str) -> Point:
    """Return a point that is right."""
    return Point(point, "ok", reason)


def wrong(point: str, reason: str) -> Point:
    """Return a point that is wrong."""
    return Point(point, "wrong", reason)


def unchecked(point: str, reason: str = NEEDS_ROOT) -> Point:
    """Return a point that could not be looked at."""
    return Point(point, "not checked", reason)
