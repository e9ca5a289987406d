"""Words about the files of a user who signed in over SSH: names and commands, never folders.

Users know their files by name alone; only admins of the server may learn their folders.
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


def download_command(name: str) -> str:
    """Return the command that fetches a download.

    Three dots, because the one-cell ellipsis becomes `~` on an ASCII terminal.
    """
    return f"ssh ... download {_argument(name)} > {_here(name)}"


def bare_name(path: str) -> str:
    """Return the bare name of a file, harmless to show."""
    return clean(Path(path).name)


def strip_folders(sentence: str) -> str:
    """Return a stored sentence, about any user's files, with the bare names of the files."""
    return _FOLDERS.sub("", sentence)


@contextmanager
def hide_folders(user_files: "UserFiles | None") -> Iterator[None]:
    """Remove the folder of the user files from the sentence of an error, if there is one."""
    try:
        yield
    except SegtuiError as error:
        if user_files is not None and error.args:
            error.args = (_without_folder(user_files.folder, str(error)), *error.args[1:])
        raise


def _without_folder(folder: Path, sentence: str) -> str:
    for root in (folder, folder.resolve()):  # written files lie where a link leads
        for subfolder in ("/uploads", "/downloads", ""):
            for shown in (f"{root}{subfolder}", clean(f"{root}{subfolder}")):
                sentence = sentence.replace(f"{shown}/", "").replace(shown, "your folder")
    return sentence


def _here(name: str) -> str:
    return shlex.quote(clean(name))


def _argument(name: str) -> str:
    """Return a name that survives two levels of quotes: those of the shell that ssh is typed into, and ours."""
    once = _here(name)
    if once == clean(name):
        return once
    return shlex.quote(once) if set(once) & set('"$`\\!') else f'"{once}"'
