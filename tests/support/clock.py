"""A clock that a test sets."""

import time
from collections.abc import Callable
from datetime import datetime

import pytest

from segtui.services.session import stored

Clock = Callable[[datetime], None]
"""Sets the time of the program."""


def clock_at(moment: datetime, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Set the time, which then stands still, and return what sets it again."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(time, "time_ns", lambda: stored(moment) * 1_000)

    set_to(moment)
    return set_to
