"""The form that asks into which file contacts are to be written."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual.content import Content

from segtui.errors import InvalidInput
from segtui.text import clean, fold
from segtui.widgets.form import Form, Problems
from segtui.widgets.form_field import Field

if TYPE_CHECKING:
    from segtui.services import exports


@dataclass(frozen=True, slots=True)
class ExportTarget:
    """A file to write, and how."""

    path: Path
    form: "exports.Form"


class ExportForm(Form[ExportTarget]):
    """Asks for a file; is dismissed with it. `what` says what is written, `name` what the file is named after."""

    def __init__(self, what: str, name: str) -> None:
        file = re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-") or "contacts"
        hint = "Its ending says the format: csv, json, parquet or xlsx"
        fields = [Field("path", "File", f"~/{file}.csv", hint=hint)]
        super().__init__("Export", fields, save_label="Export", about=Content(clean(what)))

    def check(self, values: Mapping[str, str]) -> Problems:
        """Say what is wrong with the path."""
        sentence = _problem(values["path"])
        return {"path": sentence} if sentence else {}

    def save(self, values: Mapping[str, str], changed: Mapping[str, str]) -> ExportTarget:  # noqa: ARG002 -- the form's
        """Return the file. It is written when the form is gone, where it can be stopped."""
        from segtui.services import exports

        path = _path(values["path"])
        return ExportTarget(path, exports.form_of(path))


def _path(typed: str) -> Path:
    try:
        return Path(typed.strip()).expanduser()
    except RuntimeError:  # there is no such user
        return Path(typed.strip())


def _problem(typed: str) -> str:
    from segtui.services import exports

    if not typed.strip():
        return "Where to? Type the path of a file."
    path = _path(typed)
    try:
        if not path.suffix:
            return f"The name has to end in one of {', '.join(f'.{each}' for each in exports.FORMATS)}."
        exports.form_of(path)
        if path.exists():
            return "There is a file of that name already; choose another."
        if not path.parent.is_dir():
            return f"There is no folder {clean(str(path.parent))}."
        if not os.access(path.parent, os.W_OK | os.X_OK):
            return f"You may not write into {clean(str(path.parent))}."
    except InvalidInput as error:
        return str(error)
    except (OSError, ValueError):
        return "That is no path this computer understands."
    return ""
