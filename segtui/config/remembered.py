"""Choices of the user in the interface that are remembered: order and columns of each list, and the theme.

They are a convenience: a file that is damaged, from another version or not writable is ignored, and the interface has
its defaults. Settings that have to hold belong in the configuration file.
"""

import json
import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Any

_TOO_LARGE = 100_000
"""Bytes above which a file is not ours."""


class Remembered:
    """The choices of one user, stored in a file that only they can read. Without a file they last for the session.

    Every change is written at once, and merged with what other sessions wrote meanwhile.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._choices = self._read()

    @classmethod
    def none(cls) -> "Remembered":
        """Return an instance without a file: empty, and forgotten after this session."""
        return cls(None)

    @classmethod
    def of_user(cls) -> "Remembered":
        """Return the choices of this account's user, from their state folder."""
        import platformdirs

        return cls(platformdirs.user_state_path("segtui") / "remembered.json")

    @property
    def theme(self) -> str | None:
        """The name of the chosen theme; None if none was chosen."""
        theme = self._choices.get("theme")
        return theme if isinstance(theme, str) and theme else None

    @theme.setter
    def theme(self, name: str | None) -> None:
        self._remember(("theme",), name)

    def sort(self, list_name: str) -> tuple[str, bool] | None:
        """Return the order last chosen for a list: the column's key, and whether it is reversed."""
        match self._of(list_name).get("sort"):
            case [str(column), bool(descending)]:
                return column, descending
        return None

    def remember_sort(self, list_name: str, sort: str, descending: bool) -> None:
        """Remember the order of a list."""
        self._remember(("lists", list_name, "sort"), [sort, descending])

    def hidden(self, list_name: str) -> frozenset[str]:
        """Return the keys of the hidden columns of a list."""
        keys = self._of(list_name).get("hidden")
        return frozenset(key for key in keys if isinstance(key, str)) if isinstance(keys, list) else frozenset()

    def remember_hidden(self, list_name: str, keys: Collection[str]) -> None:
        """Remember the hidden columns of a list."""
        self._remember(("lists", list_name, "hidden"), sorted(keys))

    def shown(self, list_name: str) -> tuple[str, ...]:
        """Return the keys of the columns that a list shows beside the usual ones, in their order."""
        keys = self._of(list_name).get("shown")
        return tuple(dict.fromkeys(key for key in keys if isinstance(key, str))) if isinstance(keys, list) else ()

    def remember_shown(self, list_name: str, keys: Collection[str]) -> None:
        """Remember the columns that a list shows beside the usual ones."""
        self._remember(("lists", list_name, "shown"), list(keys))

    def _of(self, list_name: str) -> dict[str, Any]:
        return _inside(_inside(self._choices, "lists"), list_name)

    def _remember(self, where: tuple[str, ...], value: object) -> None:
        _put(self._choices, where, value)
        if self.path is not None:
            stored = self._read()
            _put(stored, where, value)
            self._write(stored)

    def _read(self) -> dict[str, Any]:
        if self.path is None:
            return {}
        try:
            if not self.path.is_file() or self.path.stat().st_size > _TOO_LARGE:
                return {}
            choices = json.loads(self.path.read_bytes())
        # JSON that is nested too deeply raises RecursionError.
        except (OSError, ValueError, RecursionError):
            return {}
        return choices if isinstance(choices, dict) else {}

    def _write(self, choices: dict[str, Any]) -> None:
        """Replace the file atomically, so that nobody reads half of it; only the owner may read it."""
        if self.path is None:
            return
        import tempfile

        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=".remembered")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    json.dump(choices, file)
                Path(name).replace(self.path)
            except OSError:
                Path(name).unlink(missing_ok=True)


def _inside(choices: dict[str, Any], name: str) -> dict[str, Any]:
    inner = choices.get(name)
    return inner if isinstance(inner, dict) else {}


def _put(choices: dict[str, Any], where: tuple[str, ...], value: object) -> None:
    for name in where[:-1]:
        inner = _inside(choices, name)
        choices[name] = inner
        choices = inner
    choices[where[-1]] = value
