"""Commands that mean the same on every screen."""

from segtui.commands.command import Command


class Search(Command):
    """Go to the search box. Enter or down goes on to the first row; escape clears the search, and again leaves it."""

    title = "Search"
    label = "Search"
    keys = "/"


class Sort(Command):
    """Sort by the next column that can be sorted by. A click on a column's header sorts by that one."""

    title = "Sort by the next column"
    label = "Sort"
    keys = "s"


class ReverseSort(Command):
    """Turn the order round: A–Z or Z–A, newest or oldest first, most or fewest."""

    title = "Reverse the order"
    label = "Reverse"
    keys = "S"


class Back(Command):
    """Go back one screen; its search, its order and its cursor are as they were."""

    title = "Back"
    label = "Back"
    keys = "escape,q"


class Quit(Command):
    """Leave the program."""

    title = "Quit"
    label = "Quit"
    keys = "q"


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


class Palette(Command):
    """Find anything this screen does by its name, or a segment by its name."""

    title = "Command palette"
    label = "Palette"
    keys = "ctrl+p"
    in_palette = False


EVERYWHERE = (Help, Palette, QuitAnywhere)
