"""The form that asks into which file contacts are to be written."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

from textual.content import Content

from segtui.domain.text import clean, counted, fold
from segtui.errors import InvalidInput, SegtuiError
from segtui.services import user_files
from segtui.services.session import Session
from segtui.ssh.user_file_words import download_command
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.widgets.forms.form import Form, Problems
from segtui.tui.widgets.forms.form_field import Field

if TYPE_CHECKING:
    from segtui.services.exports import exports

_LONGEST = 80
"""Characters of a name that the file is named after."""


@dataclass(frozen=True, slots=True)
class ExportTarget:
    """A file to write, and how. `shown` is what it is called before the person."""

    path: Path
    form: "exports.Form"
    shown: str
    download_command: str = ""
    """The command that downloads the file, for a user over SSH."""

    def done(self, count: int, one: str) -> Done:
        """Return the sentence about written rows; `one` is the noun of a row."""
        was = "was" if count == 1 else "were"
        sentence = f"{counted(count, one)} {was} written to {self.shown}."
        return Done(sentence, changed=False, download_command=self.download_command)


class ExportForm(Form[ExportTarget]):
    """Asks for a file; is dismissed with it. `what` says what is written, `name` what the file is named after.

    Who has no paths here (a `session` with user files) is asked for a name, and finds the file among the downloads.
    """

    def __init__(self, what: str, name: str, session: Session) -> None:
        file = re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:_LONGEST] or "contacts"
        hint = "The ending sets the format: csv, json, parquet or xlsx"
        self._session = session
        over_ssh = session.user_files is not None
        if over_ssh:
            names_in_use = {upload.name for upload in user_files.every(session, user_files.UserFolder.DOWNLOADS)}
            file = next(
                name for name in chain([file], (f"{file}-{n}" for n in count(2))) if f"{name}.csv" not in names_in_use
            )
        fields = [Field("path", "Name" if over_ssh else "File", f"{'' if over_ssh else '~/'}{file}.csv", hint=hint)]
        super().__init__("Export", fields, save_label="Export", about=Content(clean(what)))

    def check(self, values: Mapping[str, str]) -> Problems:
        """Say what is wrong with the path."""
        path = values["path"].strip()
        sentence = _problem(path) if self._session.user_files is None else self._problem_over_ssh(path)
        return {"path": sentence} if sentence else {}

    def save(self, values: Mapping[str, str], changed: Mapping[str, str]) -> ExportTarget:  # noqa: ARG002 -- the form's
        """Return the file. It is written when the form is gone, where it can be stopped."""
        from segtui.services.exports import exports

        if self._session.user_files is None:
            path = _path(values["path"])
            return ExportTarget(path, exports.form_of(path), str(path))
        name = values["path"].strip()
        path = user_files.new_download(self._session, name)
        return ExportTarget(path, exports.form_of(path), name, download_command(name))

    def _problem_over_ssh(self, name: str) -> str:
        from segtui.services.exports import exports

        if not Path(name).suffix:
            return f"The name must end in one of {', '.join(f'.{ending}' for ending in exports.FORMATS)}."
        try:
            exports.form_of(Path(name))
            if user_files.new_download(self._session, name).exists():
                return "A download with this name exists already; choose another name."
        except SegtuiError as error:
            return str(error)
        return ""


def _path(typed: str) -> Path:
    try:
        return Path(typed.strip()).expanduser()
    except RuntimeError:  # there is no such user
        return Path(typed.strip())


def _problem(typed: str) -> str:
    from segtui.services.exports import exports

    if not typed.strip():
        return "Where to? Type the path of a file."
    path = _path(typed)
    try:
        if not path.suffix:
            return f"The name must end in one of {', '.join(f'.{ending}' for ending in exports.FORMATS)}."
        exports.form_of(path)
        if path.exists():
            return "A file with this name exists already; choose another name."
        if not path.parent.is_dir():
            return f"There is no folder {clean(str(path.parent))}."
        if not os.access(path.parent, os.W_OK | os.X_OK):
            return f"You do not have permission to write to {clean(str(path.parent))}."
    except InvalidInput as error:
        return str(error)
    except (OSError, ValueError):
        return "This is not a valid path."
    return ""
