"""The program in a terminal: a real pty with a real process in it, and an emulator that says what it painted."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Self

import pexpect
import pyte

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0

# What pyte does not know and would print, or take for something else: questions about modes, the keyboard protocol,
# device attributes, the shape of the mouse pointer (which it would make the window's title).
_UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[[?<=>][0-9;]*\$?[a-zA-Z]|\x1b\]22;[a-z-]*(\x07|\x1b\\)")
# It stops painting a line where emoji are joined.
_JOINERS = re.compile("\u200d|\ufe0f".encode())
_KNOWN_TO_PYTE = re.compile(rb"\x1b\[\?[0-9;]*[hl]")


def program() -> list[str]:
    """Return how the installed program is started.

    It is `SEGTUI_TEST_PROGRAM`, else the console script of this environment, else (nothing is installed) the module.
    """
    given = os.environ.get("SEGTUI_TEST_PROGRAM")
    if given:
        return [given]
    script = shutil.which("segtui", path=str(Path(sys.executable).parent))
    return [script] if script else [sys.executable, "-m", "segtui"]


def environment(variables: Mapping[str, str | None] = MappingProxyType({})) -> dict[str, str]:
    """Return what the program finds in its environment: this test's, with `variables` (None takes one away)."""
    merged: dict[str, str | None] = {**os.environ, "TERM": "xterm-256color", **variables}
    if program()[-1] == "segtui" and program()[0] == sys.executable:
        merged["PYTHONPATH"] = str(ROOT)
    return {name: value for name, value in merged.items() if value is not None}


class Terminal:
    """A terminal of a size with the program in it. A context manager: at its end the program is ended too."""

    def __init__(
        self,
        arguments: Sequence[str],
        folder: Path,
        *,
        columns: int = 80,
        lines: int = 24,
        variables: Mapping[str, str | None] = MappingProxyType({}),
        other: Sequence[str] = (),
    ) -> None:
        """Start the program, or the `other` one, with `arguments` in `folder`."""
        command, *first = other or program()
        self._child = pexpect.spawn(
            command,
            [*first, *arguments],
            cwd=str(folder),
            env=environment(variables),
            dimensions=(lines, columns),
            timeout=PATIENCE,
        )
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self.sent = b""
        """Every byte the program wrote."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.close(force=True)

    @property
    def pid(self) -> int:
        """The process that runs in it."""
        return int(self._child.pid)

    @property
    def fd(self) -> int:
        """The descriptor of this side of the terminal."""
        return int(self._child.child_fd)

    @property
    def has_ended(self) -> bool:
        """Whether the program is over."""
        return not self._child.isalive()

    def hang_up(self) -> None:
        """Close the terminal under the program, as a window that is closed does."""
        self._child.ptyproc.fileobj.close()
        self._child.ptyproc.closed = True

    def drain(self) -> None:
        """Take in everything that the program writes until it ends."""
        deadline = time.monotonic() + PATIENCE
        while self._read():
            if time.monotonic() > deadline:
                raise AssertionError(f"The program does not end:\n{self.text}")

    @property
    def text(self) -> str:
        """What is on the screen now, line by line.

        pyte's own `display` fails where half of a painting is in, and a wide character lost its first cell to it.
        """
        return "\n".join("".join(cell.data for cell in line).rstrip() for line in self.cells)

    @property
    def cells(self) -> list[list[pyte.screens.Char]]:
        """Every cell of the screen, line by line."""
        screen = self._screen
        return [[screen.buffer[line][column] for column in range(screen.columns)] for line in range(screen.lines)]

    @property
    def title(self) -> str:
        """The window's title, as far as the program set one."""
        return str(self._screen.title)

    def press(self, keys: str) -> None:
        """Type `keys`."""
        self._child.send(keys)

    def see(self, *wanted: str, gone: Sequence[str] = ()) -> str:
        """Wait until every text of `wanted` is on the screen and none of `gone`; return the screen's text."""
        return self._see(lambda: self._shows(wanted, gone), f"{wanted} without {tuple(gone)}")

    def see_filled(self) -> str:
        """Wait until what is painted reaches down to the last line, or the last but one; return the screen's text."""
        return self._see(lambda: len(self.text.rstrip().splitlines()) >= self._screen.lines - 1, "a filled screen")

    def _see(self, there: Callable[[], bool], awaited: str) -> str:
        deadline = time.monotonic() + PATIENCE
        while not there():
            alive = self._read()
            if not alive or time.monotonic() > deadline:
                state = "still runs" if alive else "ended"
                raise AssertionError(f"Waited for {awaited}; the program {state}:\n{self.text}")
        return self.text

    def end(self) -> int:
        """Wait until the program ends by itself; return its exit status, -signal where one ended it."""
        deadline = time.monotonic() + PATIENCE
        while self._read():
            if time.monotonic() > deadline:
                raise AssertionError(f"The program does not end:\n{self.text}")
        self._child.close()
        status: int | None = self._child.exitstatus
        return -int(self._child.signalstatus) if status is None else status

    def resize(self, columns: int, lines: int) -> None:
        """Give the terminal another size."""
        self._screen.resize(lines, columns)
        self._child.setwinsize(lines, columns)

    def _shows(self, wanted: Sequence[str], gone: Sequence[str]) -> bool:
        text = self.text
        return all(each in text for each in wanted) and not any(each in text for each in gone)

    def _read(self) -> bool:
        """Take in what the program wrote meanwhile. Return whether it is still there."""
        try:
            read: bytes = self._child.read_nonblocking(65536, timeout=0.1)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.sent += read
        self._stream.feed(known_to_pyte(read))
        return True


def known_to_pyte(read: bytes) -> bytes:
    """Return what a program wrote without what the emulator would take for something else."""
    return _JOINERS.sub(b"", _UNKNOWN_TO_PYTE.sub(lambda found: _kept(found[0]), read))


def _kept(sequence: bytes) -> bytes:
    return sequence if _KNOWN_TO_PYTE.fullmatch(sequence) else b""


def run(*arguments: str, folder: Path) -> tuple[int, str, str]:
    """Run a command without a terminal; return its exit status, standard output and standard error."""
    done = subprocess.run(
        [*program(), *arguments],
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout, done.stderr
