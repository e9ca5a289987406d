"""What is said about the files of who signed in over SSH: how one is fetched, never where it is.

They know their files by names alone; where on the server those lie is nobody's business but its admins'.
"""

import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from segtui.domain.text import clean
from segtui.errors import SegtuiError

if TYPE_CHECKING:
    from segtui.services.user_files import UserFiles

_FOLDERS = re.compile(r"(?<!\S)/(?:\S*/)?(?=\S)")


def fetched_by(name: str) -> str:
    """Return the command that fetches a download.

    Three dots, for the sign of one cell is a `~` on a terminal with ASCII alone.
    """
    return f"ssh ... download {_argument(name)} > {_here(name)}"


def name_in(path: str) -> str:
    """Return the bare name of a file, harmless to show."""
    return clean(Path(path).name)


def without_folders(sentence: str) -> str:
    """Return a sentence that was kept, of whoever's files, with the names of files alone."""
    return _FOLDERS.sub("", sentence)


@contextmanager
def bare_names(user_files: "UserFiles | None") -> Iterator[None]:
    """Remove the folder of the user files from the sentence of an error that passes through, if there is one."""
    try:
        yield
    except SegtuiError as error:
        if user_files is not None and error.args:
            error.args = (_without(user_files.folder, str(error)), *error.args[1:])
        raise


def _without(folder: Path, sentence: str) -> str:
    for place in (folder, folder.resolve()):  # what is written goes where a link leads
        for tray in ("/uploads", "/downloads", ""):
            for shown in (f"{place}{tray}", clean(f"{place}{tray}")):
                sentence = sentence.replace(f"{shown}/", "").replace(shown, "your folder")
    return sentence


def _here(name: str) -> str:
    return shlex.quote(clean(name))


def _argument(name: str) -> str:
    """Return a name that survives two shells' ideas of quotes: the one that ssh is typed into, and ours."""
    once = _here(name)
    if once == clean(name):
        return once
    return shlex.quote(once) if set(once) & set('"$`\\!') else f'"{once}"'
