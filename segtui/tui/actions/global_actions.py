"""Commands that mean the same on every screen."""

from segtui.tui.actions.action import ALWAYS, Command


class Search(Command):
    """Go to the search box. Enter or down goes on to the first row; escape clears the search, and again leaves it."""

    title = "Search"
    label = "Search"
    keys = "/"
    importance = 7


class Sort(Command):
    """Sort by the next column that can be sorted by. A click on a column's header sorts by that one."""

    title = "Sort by the next column"
    label = "Sort"
    keys = "s"
    importance = 3


class ReverseSort(Command):
    """Turn the order round: A–Z or Z–A, newest or oldest first, most or fewest."""

    title = "Reverse the order"
    label = "Reverse"
    keys = "S"
    importance = 2


class ChooseColumns(Command):
    """Choose which columns are shown; remembered for the next time. The first one always is."""

    title = "Choose the columns"
    label = "Columns"
    keys = "v"
    importance = 1


class ToggleMark(Command):
    """Mark the row under the cursor, or take its mark. What is done next is done to all that are marked."""

    title = "Mark the row"
    label = "Mark"
    keys = "space"


class MarkAll(Command):
    """Mark all that match the search and the filters, on the screen or not; again, none."""

    title = "Mark all that match"
    label = "Mark all"
    keys = "*"
    importance = 4


class Copy(Command):
    """Copy the row under the cursor, or the marked ones, to the clipboard: a line each, tabs between the columns."""

    title = "Copy the row, or what is marked"
    label = "Copy"
    keys = "y"
    importance = 2


class Undo(Command):
    """Undo the last change made on this screen and say what was undone. Asks before a contact may be called again."""

    title = "Undo the last change"
    label = "Undo"
    keys = "u"
    writes = True
    importance = 6


class Redo(Command):
    """Redo the last change undone on this screen. Asks before a contact may be called again."""

    title = "Redo what was undone"
    label = "Redo"
    keys = "U"
    writes = True
    importance = 5


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
    """Go back one screen; its search, its order and its cursor are as they were."""

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
    """Leave the program from wherever one is, out of dialogs and fields too."""

    title = "Quit from anywhere"
    label = "Quit"
    keys = "ctrl+q"
    in_footer = False
    in_palette = False
    priority = True


class Help(Command):
    """Show every key of this screen, in words."""

    title = "Help"
    label = "Help"
    keys = "?"
    importance = ALWAYS


class Palette(Command):
    """Find anything this screen does, a segment or a campaign by its name."""

    title = "Command palette"
    label = "Palette"
    keys = "ctrl+p"
    in_palette = False
    importance = 4


class ChooseTheme(Command):
    """Choose the colours. Each theme is shown as the cursor comes to it; the choice is remembered."""

    title = "Choose the theme"
    label = "Theme"
    keys = ""
    in_footer = False


EVERYWHERE = (Help, Palette, ChooseTheme, QuitAnywhere)
