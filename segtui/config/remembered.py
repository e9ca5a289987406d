"""What a person chose in the interface and finds again: the order and the columns of each list, and the theme.

It is convenience and nothing else: a file that is damaged, from another version or not to be written is ignored, and
the interface is as it comes. What has to hold is written into the configuration file.
"""

import json
import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Any

_TOO_LARGE = 100_000
"""Bytes from which on a file is none of ours."""


class Remembered:
    """The choices of one person, kept in a file that only they can read. Without a file they last for this session.

    Every change is written at once, over what other sessions wrote meanwhile about other things.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._choices = self._read()

    @classmethod
    def none(cls) -> "Remembered":
        """Return one that remembers nothing from before, and nothing beyond this session."""
        return cls(None)

    @classmethod
    def of_user(cls) -> "Remembered":
        """Return what the user of this account chose, from their state folder."""
        import platformdirs

        return cls(platformdirs.user_state_path("segtui") / "remembered.json")

    @property
    def theme(self) -> str | None:
        """The name of the theme that was chosen; None where none was."""
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
        """Return the keys of the columns of a list that the person does not want to see."""
        keys = self._of(list_name).get("hidden")
        return frozenset(key for key in keys if isinstance(key, str)) if isinstance(keys, list) else frozenset()

    def remember_hidden(self, list_name: str, keys: Collection[str]) -> None:
        """Remember which columns of a list are not wanted."""
        self._remember(("lists", list_name, "hidden"), sorted(keys))

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
        # A RecursionError is what JSON nested too deeply is.
        except (OSError, ValueError, RecursionError):
            return {}
        return choices if isinstance(choices, dict) else {}

    def _write(self, choices: dict[str, Any]) -> None:
        """Put a new file in the place of the old one: nobody ever reads half of it, and only the owner reads it."""
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
