"""Opens the terminal interface, on the configured database or on demo data."""

import gc
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

import click

from segtui.cli.options import Invocation
from segtui.config.calling_platform import CallingSettings
from segtui.config.remembered import Remembered
from segtui.config.settings import Settings

if TYPE_CHECKING:
    from segtui.services.session import Session


def open_interface(invocation: Invocation, *, demo: bool, no_mouse: bool = False, ascii_only: bool = False) -> int:
    """Run the terminal interface until the user leaves it, and return the exit status.

    Raises SegtuiError if this terminal cannot draw it, or if its configuration is wrong.
    """
    from segtui.terminal import refuse_unusable_terminal

    refuse_unusable_terminal()
    settings = invocation.settings.with_flags(mouse=False if no_mouse else None, ascii_only=ascii_only or None)
    remembered = invocation.remembered
    if demo:
        return _open_demo(invocation, settings, remembered)
    return _run(invocation, settings, remembered)


def preload_interface() -> None:
    """Prepare, in a warm process, what the interface of every session needs. Nothing is opened."""
    from segtui.tui.preloading import preload_styles

    preload_styles()


def _open_demo(invocation: Invocation, settings: Settings, remembered: Remembered) -> int:
    if invocation.database:
        raise click.UsageError("--demo creates its own database: leave out --database.")
    import tempfile

    from segtui.demo import FOLDER_PREFIX, create_demo
    from segtui.demo.demo_calls import DemoCalls

    # A lost connection or SIGTERM must not leave the sample data behind.
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _leave)
    click.echo("Making sample data. This takes a few seconds…", err=True)
    with tempfile.TemporaryDirectory(prefix=FOLDER_PREFIX, ignore_cleanup_errors=True) as folder:
        database = str(create_demo(Path(folder)))
        # Orders and columns chosen for sample data are thrown away; the theme is kept for the user's eyes.
        temporary = Remembered.none()
        temporary.theme = remembered.theme
        # A demo calls nobody, even if a platform is configured.
        own = replace(settings, database=database, calling=CallingSettings())
        with DemoCalls(Path(folder)) as calls:
            return _run(Invocation(database), own, temporary, beside=calls.start)


def _run(
    invocation: Invocation, settings: Settings, remembered: Remembered, beside: Callable[[], None] | None = None
) -> int:
    # As in `segtui.__main__`: objects created until the database is open never become garbage.
    gc.disable()
    from segtui.tui.app import run
    from segtui.tui.opening import SessionOpening

    with ExitStack() as stack:

        def open_session() -> "Session":
            try:
                return stack.enter_context(invocation.session(create=True, source="terminal"))
            finally:
                gc.freeze()
                gc.enable()

        if invocation.ssh_session is None:
            return run(SessionOpening(open_session), settings, remembered, None, beside)
        return run(open_session(), settings, remembered, invocation.ssh_session.monitor, beside)


def _leave(number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)
