"""Commands on the do-not-call list."""

from segtui.tui.actions.action import Command


class OpenNumber(Command):
    """Show the contact that has the number under the cursor."""

    title = "View the contact that has the number"
    label = "Contact"
    keys = "enter"
    importance = 6


class AddNumbers(Command):
    """Add one number to the list, or paste several; contacts with these numbers are marked."""

    title = "Add numbers to the do-not-call list"
    label = "Add"
    keys = "n"
    writes = True
    importance = 7


class ExportNumbers(Command):
    """Save the listed numbers to a file that an import with --do-not-call reads: CSV, JSON and others."""

    title = "Export the do-not-call list"
    label = "Export"
    keys = "x"
    importance = 4


class RemoveNumber(Command):
    """Take the number under the cursor off the list, after a question. For admins."""

    title = "Take the number off the do-not-call list"
    label = "Take off"
    keys = "d"
    writes = True
    importance = 6
