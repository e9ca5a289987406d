"""Typed and pasted paths, and the contents of folders: the part of choosing a file that needs no screen.

A name on a disk can hold anything, escape sequences too. What is shown is always `clean()`; which path a shown text
stands for is remembered in a `Known` mapping, so that a file whose name cannot be shown can still be chosen.
"""

import os
import stat
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path
from urllib.parse import unquote

from segtui.domain.text import clean, counted, fold

READABLE = (
    ".csv",
    ".tsv",
    ".tab",
    ".txt",
    ".psv",
    ".gz",
    ".xlsx",
    ".xlsm",
    ".xls",
    ".ods",
    ".vcf",
    ".zip",
    ".html",
    ".htm",
)
"""How the names of files end that an import reads."""

MAX_ENTRIES = 2_000
"""So many entries of a folder are listed; the rest is found by typing."""

Known = Mapping[str, Path]
"""Which folder a shown text (ending in a slash) stands for, where the two differ."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A folder or a file that can be chosen. `size` is in bytes, `modified` in seconds since the epoch."""

    path: Path
    name: str
    is_folder: bool
    size: int = 0
    modified: float = 0.0

    @property
    def details(self) -> str:
        """Size and age in words; nothing for a folder."""
        if self.is_folder:
            return "folder"
        return f"{size_text(self.size)}, {age_text(time.time() - self.modified)}"


@dataclass(frozen=True, slots=True)
class FolderContents:
    """Contents of a folder: entries to choose from, the number of other files, or why it cannot be listed."""

    folder: Path
    entries: tuple[Entry, ...] = ()
    others: int = 0
    problem: str = ""


def size_text(size: int) -> str:
    """Return a size in bytes for people: `950 bytes`, `12 kB`, `3.4 MB`."""
    if size < 1_000:
        return f"{size} bytes"
    amount = float(size)
    for unit in ("kB", "MB", "GB"):
        amount /= 1_000
        if amount < 999.5:
            return f"{amount:.1f} {unit}" if amount < 9.95 else f"{amount:.0f} {unit}"
    return f"{amount / 1_000:,.1f} TB"


def age_text(seconds: float) -> str:
    """Return how long ago something was; unlike a date this needs no time zone."""
    for size, unit in ((86_400 * 365, "year"), (86_400, "day"), (3_600, "hour"), (60, "minute")):
        amount = int(seconds // size)
        if amount >= 1:
            return f"{counted(amount, unit)} ago"
    return "just now"


def typed_path(text: str, known_paths: Known | None = None) -> Path:
    """Return the path that `text` means: typed, pasted in quotes or as a file URL, dragged in with escaped blanks."""
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1]
    if text.startswith("file://"):
        text = unquote(text.removeprefix("file://").removeprefix("localhost"))
    head, tail = split(text)
    if known_paths and head in known_paths:
        return known_paths[head] / tail
    path = _expanded(text)
    if "\\ " in text and not os.path.lexists(path):
        return _expanded(text.replace("\\ ", " "))
    return path


def split(text: str) -> tuple[str, str]:
    """Return the folder part of what was typed, slash included, and the beginning of a name behind it."""
    start = text.rfind("/") + 1
    return text[:start], text[start:]


def shown(path: Path) -> str:
    """Return a path as it is shown and edited: the home folder as `~`, nothing a terminal would obey."""
    text = str(path)
    home = str(Path("~").expanduser())
    if len(home) > 1 and (text == home or text.startswith(home + os.sep)):
        text = "~" + text[len(home) :]
    return clean(text)


def contents(folder: Path, beginning: str = "") -> FolderContents:
    """Return what can be chosen in `folder`: data files, newest first, then folders, by name.

    With a `beginning` only names that start with it, and where there is none, names that contain it, in any letter
    case. Hidden entries are listed when it starts with a dot. Never raises; it may block on a slow file system.
    """
    others = 0
    entries: list[Entry] = []
    try:
        with os.scandir(folder) as listing:
            visible = [entry for entry in listing if entry.name.startswith(".") == beginning.startswith(".")]
    except (OSError, ValueError) as error:
        return FolderContents(folder, problem=_problem(folder, error))
    # Names first: asking what each of them is takes a system call, and on a network a journey.
    for entry in _matching(visible, beginning):
        choice = _entry(entry)
        if choice is None:
            others += 1
        else:
            entries.append(choice)
    files = sorted((entry for entry in entries if not entry.is_folder), key=lambda entry: -entry.modified)
    folders = sorted((entry for entry in entries if entry.is_folder), key=lambda entry: fold(entry.name))
    return FolderContents(folder, tuple([*files, *folders][:MAX_ENTRIES]), others)


def looked(text: str, known_paths: Known | None = None) -> FolderContents:
    """Return what the list below a path shows while `text` is typed: its folder, and in it what `text` begins."""
    head, tail = split(text)
    if tail in ("", "~", ".", "..") and text:
        listing = contents(typed_path(text, known_paths))
    else:
        listing = contents(typed_path(head, known_paths) if head else Path(), tail)
    here = absolute(listing.folder)
    if here == here.parent:
        return listing
    return replace(listing, entries=(*listing.entries, Entry(here.parent, "..", is_folder=True)))


def completed(beginning: str, entries: Iterable[Entry]) -> str:
    """Return the longest beginning all `entries` share, at least `beginning`; a lone folder gets its slash."""
    names = [entry.name + ("/" if entry.is_folder else "") for entry in entries if starts(entry.name, beginning)]
    common = "".join(same[0] for same in takewhile(lambda chars: len(set(chars)) == 1, zip(*names, strict=False)))
    return common if len(common) > len(beginning) else beginning


def absolute(folder: Path) -> Path:
    """Return where a folder really is; a path that cannot be followed stays as it is."""
    try:
        return folder.resolve()
    except (OSError, RuntimeError, ValueError):
        return folder


def is_folder(path: Path) -> bool:
    """Tell whether `path` is a folder; a path that cannot be looked at is none."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _expanded(text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError:  # ~nobody: no such user
        return Path(text)


def _entry(entry: "os.DirEntry[str]") -> Entry | None:
    try:
        if entry.is_dir():
            return Entry(Path(entry.path), clean(entry.name), is_folder=True)
        about = entry.stat()
    except OSError:
        return None
    if not stat.S_ISREG(about.st_mode) or not entry.name.lower().endswith(READABLE):
        return None
    return Entry(Path(entry.path), clean(entry.name), is_folder=False, size=about.st_size, modified=about.st_mtime)


def starts(name: str, beginning: str) -> bool:
    """Tell whether a name begins with what was typed, in any letter case."""
    return name.casefold().startswith(beginning.casefold())


def _matching(entries: "list[os.DirEntry[str]]", beginning: str) -> "list[os.DirEntry[str]]":
    if not beginning:
        return entries
    starting = [entry for entry in entries if starts(entry.name, beginning)]
    return starting or [entry for entry in entries if fold(beginning) in fold(entry.name)]


def _problem(folder: Path, error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return f"There is no folder {shown(folder)}."
    if isinstance(error, PermissionError):
        return f"You do not have permission to open {shown(folder)}."
    return f"{shown(folder)} cannot be listed: {clean(getattr(error, 'strerror', None) or str(error))}."
