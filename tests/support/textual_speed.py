"""Two short cuts for tests of Textual apps: style sheets are parsed once, and the event loop tells when it is idle.

Parsing the same style sheets anew for each app was 13 % of a screen test's work. Textual's own `wait_for_idle` sleeps
20 ms at least and guesses from the process's CPU time (Textual 8.2, `textual/_wait.py`): 44 % of a screen test was that
sleep, and on a busy machine the guess was wrong. Both replace private names of Textual, and only here.
"""

import asyncio
from typing import Any

import textual.app
import textual.pilot
from textual._context import active_app
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

from segtui.tui.screens.base.flows import WAITS_FOR_PERSON

_NEXT_FRAME = 0.02
"""Seconds: a timer due sooner (a repaint, a debounced search) is part of what a key set off; a later one is not."""

_WORKER_PATIENCE = 0.06
"""Seconds to wait for worker threads that are still running; some run for as long as their screen is open."""

_rules: dict[tuple[object, ...], list[RuleSet]] = {}
_parse_rules = Stylesheet._parse_rules


def _parse_rules_once(self: Stylesheet, css: str, *args: Any, **kwargs: Any) -> list[RuleSet]:
    key = (css, args, tuple(sorted(kwargs.items())), tuple(sorted(self._variables.items())))
    if key not in _rules:
        _rules[key] = _parse_rules(self, css, *args, **kwargs)
    return _rules[key]


async def wait_for_idle(min_sleep: float = 0, max_sleep: float = 1) -> None:
    """Wait until the event loop has nothing to do now or within a frame, and short workers have ended.

    `min_sleep` and `max_sleep` are seconds, as in Textual's function of the same name.
    """
    loop: Any = asyncio.get_running_loop()
    started = loop.time()
    if min_sleep:
        await asyncio.sleep(min_sleep)
    while (elapsed := loop.time() - started) < max_sleep:
        await asyncio.sleep(0)
        if loop._ready:
            continue
        delay = min((handle._when for handle in loop._scheduled if not handle._cancelled), default=0) - loop.time()
        if 0 < delay < _NEXT_FRAME:
            await asyncio.sleep(delay)
        elif elapsed < _WORKER_PATIENCE and _works():
            await asyncio.sleep(0.002)
        else:
            return


def _works() -> bool:
    app = active_app.get(None)
    return app is not None and any(not worker.is_finished for worker in app.workers if worker.group != WAITS_FOR_PERSON)


def install() -> None:
    """Put both short cuts in place for this process."""
    Stylesheet._parse_rules = _parse_rules_once  # type: ignore[method-assign]
    textual.app.wait_for_idle = wait_for_idle  # type: ignore[attr-defined]
    textual.pilot.wait_for_idle = wait_for_idle  # type: ignore[attr-defined]
