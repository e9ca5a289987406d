"""The state of the code on disk: a warm process must not fork sessions of code that an upgrade has replaced."""

import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

import segtui
from segtui.resources import folder


class CodeState:
    """A snapshot of the state of `files`. Make it before they are imported."""

    def __init__(self, files: Iterable[str]) -> None:
        self._states = {path: _state(path) for path in files}

    def is_current(self) -> bool:
        """Return True if none of the files was changed, replaced or removed."""
        return all(_state(path) == state for path, state in self._states.items())


def code_files() -> Iterator[str]:
    """Yield the files of segtui, the interpreter, and the package folders, which every installation changes."""
    yield sys.executable
    yield from {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    for root in (Path(segtui.__file__).parent, folder("styles")):
        for path in sorted(root.rglob("*")):
            if path.suffix in {".py", ".tcss"}:
                yield str(path)


def _state(path: str) -> tuple[int, int, int] | None:
    """Return the time of change, size and inode of a file; None if there is none."""
    try:
        state = os.stat(path)  # noqa: PTH116  hundreds of files for each sign-in
    except OSError:
        return None
    return state.st_mtime_ns, state.st_size, state.st_ino
