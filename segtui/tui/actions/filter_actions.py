"""Commands inside the form of the filters."""

from segtui.tui.actions.action import ALWAYS, Command


class ToggleValue(Command):
    """Choose the value under the cursor, or clear it. Contacts with any of a field's chosen values match."""

    title = "Choose the value"
    label = "Choose"
    keys = "space,enter"
    in_footer = False
    in_palette = False


class ExcludeValue(Command):
    """Exclude the value under the cursor, or clear it: contacts with it do not match. In an empty box only."""

    title = "Exclude the value"
    label = "Exclude"
    keys = "-"
    in_palette = False


class NextField(Command):
    """Go to the next field; after those listed first to the box that finds a field, the expression and the buttons.

    Left and right also change the field. In the expression, tab completes the word.
    """

    title = "Next field"
    label = "Next field"
    keys = "tab"
    in_palette = False
    importance = 3


class PreviousField(Command):
    """Go to the previous field."""

    title = "Previous field"
    label = "Previous field"
    keys = "shift+tab"
    in_footer = False
    in_palette = False


class FindField(Command):
    """Find a field by part of its name: every field of a contact, custom fields, segments, imports and calls."""

    title = "Find a field"
    label = "Find a field"
    keys = "f3"
    in_palette = False
    importance = 4


class EditExpression(Command):
    """Edit the filters as text. Up and down choose among the words that can follow; tab takes the word."""

    title = "Edit the expression"
    label = "Expression"
    keys = "f4"
    in_palette = False
    importance = 4


class CopyExpression(Command):
    """Copy the filters as an expression, which `--where` takes on the command line. Not while text is typed."""

    title = "Copy the filters as an expression"
    label = "Copy expression"
    keys = "y"
    in_palette = False
    importance = 2


class ApplyFilters(Command):
    """Close, and show the contacts that match."""

    title = "Show the contacts"
    label = "Show"
    keys = "f10"
    in_palette = False
    importance = 8


class LeaveFilters(Command):
    """Clear the box; if it is empty, close without changing the filters, after a question if you changed any."""

    title = "Leave the filters as they were"
    label = "Leave"
    keys = "escape"
    importance = ALWAYS
    in_palette = False
