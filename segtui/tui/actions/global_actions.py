"""Commands that mean the same on every screen."""

from segtui.tui.actions.action import ALWAYS, Command


class Search(Command):
    """Go to the search box. Enter or down goes to the first row; escape clears the search, there and on the rows."""

    title = "Search"
    label = "Search"
    keys = "/"
    importance = 5


class ClearSearch(Command):
    """Clear the search: all rows are listed again, the cursor on the same row. Pressed again, escape goes back."""

    title = "Clear the search"
    label = "Clear search"
    keys = "escape"
    importance = ALWAYS


class ShowHidden(Command):
    """Clear the search and the filters that hide what you saved last, and go to it."""

    title = "Show what the search hides"
    label = "Show it"
    keys = "o"
    importance = 8


SEARCHING = (Search, ClearSearch, ShowHidden)
"""The commands of the search of a list, before the command that goes back: escape clears the search first."""


class Sort(Command):
    """Sort by the next sortable column. A click on a column's header sorts by that column."""

    title = "Sort by the next column"
    label = "Sort"
    keys = "s"
    importance = 3


class ReverseSort(Command):
    """Reverse the order: A–Z or Z–A, newest or oldest first, most or fewest first."""

    title = "Reverse the order"
    label = "Reverse"
    keys = "S"
    importance = 2


class ChooseColumns(Command):
    """Choose which columns are shown; the choice is remembered. The first column is always shown."""

    title = "Choose the columns"
    label = "Columns"
    keys = "v"
    importance = 1


class ToggleMark(Command):
    """Mark the row under the cursor, or remove its mark, and go on to the next row. It ends a range, too."""

    title = "Mark the row"
    label = "Mark"
    keys = "space"
    importance = 5


class MarkRange(Command):
    """Mark a range: every movement extends it, until space ends it. Shift with a movement marks a range at once.

    After all rows were marked, a range removes marks.
    """

    title = "Mark from here"
    label = "Mark range"
    keys = "m"
    importance = 3


class CancelRange(Command):
    """Take back the range that is being marked: its rows are as before."""

    title = "Take back the range"
    label = "Take it back"
    keys = "escape"
    importance = ALWAYS


class MarkAll(Command):
    """Mark all rows that match the search and the filters, visible or not; pressed again, remove all marks."""

    title = "Mark all that match"
    label = "Mark all"
    keys = "*"
    importance = 4


MARKING = (ToggleMark, MarkRange, MarkAll, CancelRange)
"""The commands of a list with marks, before those of its search."""


class Copy(Command):
    """Copy the row under the cursor, or the marked rows, to the clipboard: a line per row, tabs between columns."""

    title = "Copy the row, or what is marked"
    label = "Copy"
    keys = "y"
    importance = 2


class ExportList(Command):
    """Save the list as it is shown, the marked rows or all that match, to a file: CSV, JSON, Parquet or Excel."""

    title = "Export the list"
    label = "Export"
    keys = "x"
    importance = 3


class Undo(Command):
    """Undo the last change made on this screen and say what was undone. Asks before a contact may be called again."""

    title = "Undo the last change"
    label = "Undo"
    keys = "u"
    writes = True
    importance = 8


class Redo(Command):
    """Redo the last change undone on this screen. Asks before a contact may be called again."""

    title = "Redo what was undone"
    label = "Redo"
    keys = "U"
    writes = True
    importance = 6


class ShowChanges(Command):
    """List the changes since the program was opened, and which of them can be undone or redone here."""

    title = "What was done"
    label = "Done so far"
    keys = "Z"
    writes = True
    importance = 1


UNDOING = (Undo, Redo, ShowChanges)
"""The commands of a screen on which something can be undone."""


class Back(Command):
    """Go back one screen, which is as you left it. Escape clears a search on the rows first."""

    title = "Back"
    label = "Back"
    keys = "escape,q"
    importance = ALWAYS


class Quit(Command):
    """Leave the program."""

    title = "Quit"
    label = "Quit"
    keys = "q"
    importance = ALWAYS


class QuitAnywhere(Command):
    """Quit from anywhere, even from a dialog or a field."""

    title = "Quit from anywhere"
    label = "Quit"
    keys = "ctrl+q"
    in_footer = False
    in_palette = False
    priority = True


class Help(Command):
    """List every key of this screen and its action."""

    title = "Help"
    label = "Help"
    keys = "?"
    importance = ALWAYS


class Palette(Command):
    """Find an action of this screen, a segment, a campaign, or a contact by name, phone or e-mail."""

    title = "Command palette"
    label = "Palette"
    keys = "ctrl+p"
    in_palette = False
    importance = 4


class ChooseTheme(Command):
    """Choose the colours. The theme under the cursor is previewed; the choice is remembered."""

    title = "Choose the theme"
    label = "Theme"
    keys = ""
    in_footer = False


class ShowWatches(Command):
    """List the watches on segments, those that are due first; enter opens the segment."""

    title = "Watches on segments"
    label = "Watches"
    keys = "W"
    in_footer = False


class Redraw(Command):
    """Draw the whole screen anew, after another program has written over it."""

    title = "Draw the screen anew"
    label = "Redraw"
    keys = "ctrl+l"
    in_footer = False
    in_palette = False
    priority = True


EVERYWHERE = (Help, Palette, ChooseTheme, Redraw, QuitAnywhere)
