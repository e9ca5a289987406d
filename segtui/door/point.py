"""A point of the check: how it is, and why."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from segtui.text import clean

ONLY_ROOT: Final = "Only root can look: repeat it with sudo."


class State(StrEnum):
    """What was found of a point."""

    OK = "ok"
    WRONG = "wrong"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the check: what it is about, how it is, and why."""

    name: str
    state: State
    reason: str


def ok(name: str, reason: str) -> Point:
    """Return a point that is right."""
    return Point(name, State.OK, reason)


def wrong(name: str, reason: str) -> Point:
    """Return a point that is wrong."""
    return Point(name, State.WRONG, clean(reason))


def judged(name: str, reason: str, right: str) -> Point:
    """Return a point that is wrong for this reason, and right where there is none."""
    return wrong(name, reason) if reason else ok(name, right)
