"""Opening the terminal interface, on one's own data or on a demo's."""

import signal
import sys
import tempfile
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from segtui.cli.options import Invocation


def open_interface(invocation: Invocation, *, demo: bool) -> int:
    """Run the terminal interface until somebody leaves it, and return the exit status.

    Raises SegtuiError where this terminal cannot draw it.
    """
    from segtui.terminal import refuse_unusable_terminal

    refuse_unusable_terminal()
    if demo:
        return _open_demo(invocation)
    from segtui.app import run

    with invocation.session(source="terminal") as session:
        return run(session, invocation.settings)


def _open_demo(invocation: Invocation) -> int:
    if invocation.database:
        raise click.UsageError("--demo makes a database of its own and takes no --database.")
    from segtui.app import run
    from segtui.demo import create_demo

    # A lost connection or a polite kill must not leave the sample data behind.
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _leave)
    with tempfile.TemporaryDirectory(prefix="segtui-demo-", ignore_cleanup_errors=True) as folder:
        invocation.database = str(create_demo(Path(folder)))
        with invocation.session(source="terminal") as session:
            return run(session, invocation.settings)


def _leave(number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)
