"""Private names of Textual, used in this module only. Numbers are issues of github.com/Textualize/textual.

A minor version may rename any of them, so pyproject.toml caps Textual below the next one. A test keeps them out of all
other modules. Where no number stands, a search found no issue upstream.
"""

import sys
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from itertools import chain
from typing import Any

from rich.console import Console, RenderableType
from rich.segment import Segment
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.css.types import CSSLocation
from textual.drivers.linux_driver import LinuxDriver
from textual.screen import Screen
from textual.scrollbar import ScrollBar
from textual.widget import Widget
from textual.worker import WorkerFailed


class CrashReporting(App[Any], inherit_bindings=False):
    """An app that prints a sentence for an unexpected error. Textual prints a traceback with all local variables.

    There is no public hook for unhandled exceptions (#2818, #5931). These two methods replace Textual's own.
    """

    _crash_sentence = ""

    def report_crash(self, error: BaseException) -> str:
        """Record the first unexpected error, and return the sentence to print when the terminal is restored."""
        raise NotImplementedError

    def _handle_exception(self, error: Exception) -> None:
        cause = error.error if isinstance(error, WorkerFailed) else error
        self._return_code = 1
        if self._exception is None:
            # A test's pilot waits for the event and raises the exception.
            self._exception = cause if isinstance(cause, Exception) else error
            self._exception_event.set()
            self._crash_sentence = self.report_crash(cause)
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        if self._crash_sentence:
            sys.stderr.write(f"{self._crash_sentence}\n")


_rules_cache: dict[tuple[tuple[str, str], ...], dict[tuple[object, ...], list[RuleSet]]] = {}
"""The parsed rules of each source, by the variables of the theme."""


class CachedStylesheet(Stylesheet):
    """A style sheet that parses each source once in a process. Textual's parses all again for every theme and screen.

    Sessions inherit the cache of the warm process. Rules are never changed once they are parsed, so they can be shared.
    """

    def __init__(self, *, variables: dict[str, str] | None = None) -> None:
        super().__init__(variables=variables)
        self._shared = self._rules_of_theme()

    def _rules_of_theme(self) -> dict[tuple[object, ...], list[RuleSet]]:
        return _rules_cache.setdefault(tuple(sorted(self._variables.items())), {})

    def set_variables(self, variables: dict[str, str]) -> None:
        """Set the variables of a theme. Rules that were parsed with the same ones are used again."""
        if variables != self._variables:
            super().set_variables(variables)
            self._shared = self._rules_of_theme()

    def reparse(self) -> None:
        """Parse the sources that have not been parsed with these variables yet."""
        self.parse()

    def _parse_rules(
        self,
        css: str,
        read_from: CSSLocation,
        is_default_rules: bool = False,
        tie_breaker: int = 0,
        scope: str = "",
    ) -> list[RuleSet]:
        key = (css, read_from, is_default_rules, tie_breaker, scope)
        if key not in self._shared:
            self._shared[key] = super()._parse_rules(*key)
        return self._shared[key]


def withdraw_notifications(app: App[Any], messages: AbstractSet[str]) -> None:
    """Take away notifications with these texts. By public means only all of them can be taken away at once."""
    for notification in list(app._notifications):
        if notification.message in messages:
            app._unnotify(notification)


Pieces = Iterable[tuple[int, int, Iterable[Segment]]]
"""Parts of lines to draw: the line, the first cell, the segments."""


class OwnOutput(App[Any], inherit_bindings=False):
    """An app that decides what is sent to the terminal for an update of the screen. There is no public hook."""

    def output_for(self, pieces: Pieces) -> str:
        """Return the control sequences that draw parts of lines."""
        raise NotImplementedError

    def forget_terminal(self) -> None:
        """Take nothing for granted of what the terminal shows."""
        raise NotImplementedError

    def _resume_signal(self) -> None:
        self.forget_terminal()
        super()._resume_signal()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if isinstance(renderable, LayoutUpdate | ChopsUpdate):
            renderable = _Update(renderable, self.output_for)  # type: ignore[assignment]  # not for a console
        super()._display(screen, renderable)


class _Update(CompositorUpdate):
    """An update of the screen, sent as `output` says."""

    def __init__(self, update: LayoutUpdate | ChopsUpdate, output: Callable[[Pieces], str]) -> None:
        self._update = update
        self._output = output

    def render_segments(self, console: Console) -> str:  # noqa: ARG002 -- Textual's signature
        """Return the control sequences for the terminal."""
        return self._output(
            _lines_of(self._update) if isinstance(self._update, LayoutUpdate) else _chops_of(self._update)
        )


def _lines_of(update: LayoutUpdate) -> Pieces:
    """Yield the lines of an update, each with the cell that it begins at."""
    for y, line in enumerate(update.strips, update.region.y):
        yield y, update.region.x, chain.from_iterable(line)


def _chops_of(update: ChopsUpdate) -> Pieces:
    """Yield the parts of lines that an update covers, as its own `render_segments` does."""
    for y, start, stop in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is None or x > stop or end <= start:
                continue
            yield y, x, strip if start <= x < stop and end <= stop else strip.crop(0, min(end, stop) - x)


class TerminalDriver(LinuxDriver):
    """Textual's driver with its parts for an own input thread: Textual's does not end when the input does (#6690)."""

    def new_parser(self) -> XTermParser:
        """Return a parser of what the terminal sends. Textual offers none by a public name."""
        return XTermParser(self._debug)

    def end_app(self) -> None:
        """End the app from the input thread. A driver has no public name for its app."""
        self._app.call_later(self._app.exit, return_code=1)

    def stop_application_mode(self) -> None:
        """Restore the terminal, with the mode that Textual leaves on: mouse reports in pixels (since #5260)."""
        if self._mouse_pixels:
            self.write("\x1b[?1016l")
        super().stop_application_mode()


def write_to_terminal(app: App[Any], sequence: str) -> None:
    """Write a control sequence in turn with Textual's own output; nothing without a terminal.

    The driver of an app has no public name, and `App.copy_to_clipboard` wraps its sequence for no multiplexer.
    """
    if app._driver is not None:
        app._driver.write(sequence)


def set_clipboard(app: App[Any], text: str) -> None:
    """Set the text that fields paste. `App.clipboard` is read-only, and copying writes to the terminal as well."""
    app._clipboard = text


def disable_developer_tools(app: App[Any]) -> None:
    """Turn off the developer tools that environment variables turn on. There is no option against them."""
    app.features = frozenset()
    app.devtools = app._devtools_redirector = app.css_monitor = None


def priority_keys(app: App[Any]) -> AbstractSet[str]:
    """Return the keys of the app's priority bindings. `active_bindings` would run every action check for each key."""
    bindings = app._bindings.key_to_bindings
    return {key for key, bound in bindings.items() if any(binding.priority for binding in bound)}


def vertical_scrollbar_of(widget: Widget, scrollbar_class: type[ScrollBar]) -> ScrollBar:
    """Return the vertical scroll bar of a widget, made on first use as Widget makes it.

    Only how a scroll bar is drawn can be replaced (#4500), not what a click on it does.
    """
    if widget._vertical_scrollbar is None:
        bar = scrollbar_class(name="vertical", thickness=widget.scrollbar_size_vertical)
        widget._vertical_scrollbar = bar
        bar.display = False
        widget.app._start_widget(widget, bar)
    return widget._vertical_scrollbar
