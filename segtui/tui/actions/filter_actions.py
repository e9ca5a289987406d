"""Commands inside the form of the filters."""

from segtui.tui.actions.action import Command


class ToggleValue(Command):
    """Choose the value under the cursor, or no longer. Several values of one field mean either."""

    title = "Choose the value"
    label = "Choose"
    keys = "space,enter"
    in_footer = False
    in_palette = False


class NextField(Command):
    """Go to the next field, and after the last one to the buttons. Left and right go from field to field too."""

    title = "Next field"
    label = "Next field"
    keys = "tab"
    in_palette = False


class PreviousField(Command):
    """Go to the field before."""

    title = "Previous field"
    label = "Previous field"
    keys = "shift+tab"
    in_footer = False
    in_palette = False


class ApplyFilters(Command):
    """Close, and show the contacts that have what was chosen."""

    title = "Show the contacts"
    label = "Show"
    keys = "f10"
    in_palette = False


class LeaveFilters(Command):
    """Empty the box; where it is empty, close without changing the filters, after a question where some were chosen."""

    title = "Leave the filters as they were"
    label = "Leave"
    keys = "escape"
    in_palette = False
