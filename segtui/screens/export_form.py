"""The form that asks into which file the listed contacts are to be written."""

import re
from collections.abc import Mapping
from pathlib import Path

from segtui.services.contacts import ContactQuery
from segtui.services.session import Session
from segtui.text import clean, fold
from segtui.widgets.form import Form, Problems
from segtui.widgets.form_field import Field

FORMATS = {".csv": "csv", ".json": "json", ".parquet": "parquet", ".xlsx": "xlsx"}


class ExportForm(Form[str]):
    """Writes what `query` chooses to a file; is dismissed with the sentence that says so."""

    def __init__(self, session: Session, query: ContactQuery, name: str) -> None:
        self._session = session
        self._query = query
        file = re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-") or "contacts"
        self._first = f"~/{file}.csv"
        fields = [Field("path", "File", self._first, hint="Its ending says the format: csv, json, parquet or xlsx")]
        super().__init__("Export what is listed", fields, save_label="Export")

    def check(self, values: Mapping[str, str]) -> Problems:
        """Say what is wrong with the path."""
        sentence = _problem(values["path"])
        return {"path": sentence} if sentence else {}

    def save(self, values: Mapping[str, str], changed: Mapping[str, str]) -> str:  # noqa: ARG002 -- the form's
        """Write the file."""
        from segtui.services import exports

        path = _path(values["path"])
        count = exports.export(self._session, self._query, path, FORMATS[path.suffix.lower()])
        return f"{count:,} contacts were written to {path}." if count != 1 else f"1 contact was written to {path}."


def _path(typed: str) -> Path:
    try:
        return Path(typed.strip()).expanduser()
    except RuntimeError:  # there is no such user
        return Path(typed.strip())


def _problem(typed: str) -> str:
    if not typed.strip():
        return "Where to? Type the path of a file."
    path = _path(typed)
    if path.suffix.lower() not in FORMATS:
        return f"The name has to end in one of {', '.join(FORMATS)}."
    try:
        if path.exists():
            return "There is a file of that name already; choose another."
        if not path.parent.is_dir():
            return f"There is no folder {clean(str(path.parent))}."
    except (OSError, ValueError):
        return "That is no path this computer understands."
    return ""
