"""A folder's contents as lines of text."""

from textual.content import Content

from segtui.domain.text import counted
from segtui.tui.screens.imports.wizard.file import paths
from segtui.tui.screens.imports.wizard.file.preview import fitted
from segtui.tui.widgets.chrome.glyphs import Glyphs


def entry_line(entry: paths.Entry, width: int, signs: Glyphs) -> Content:
    """Return one line of the list: the name, and size and age where there is room."""
    narrow = width < 60
    about = paths.size_text(entry.size) if narrow and not entry.is_folder else entry.details
    room = 9 if narrow else 26
    name = entry.name + ("/" if entry.is_folder else "")
    return Content.assemble(
        fitted(name, width - room - 2, signs), "  ", (fitted(about, room, signs), "$foreground-muted")
    )


def folder_line(contents: paths.FolderContents, width: int) -> Content:
    """Return what stands above the list: where it is, and what it does not show."""
    if contents.problem:
        return Content.styled(contents.problem, "$error")
    notes = []
    if all(entry.is_folder for entry in contents.entries):
        notes.append("no data file here")
    if contents.others:
        notes.append(f"{counted(contents.others, 'other file')} not listed")
    note = f"  ({', '.join(notes)})" if notes else ""
    path = paths.shown(paths.absolute(contents.folder))
    room = max(width - len(note) - len("In "), 10)
    # Of a long path the end says most.
    path = path if len(path) <= room else ".." + path[2 - room :]
    return Content.styled(f"In {path}{note}", "$foreground-muted")
