"""Commands inside the form of the filters."""

from segtui.tui.actions.action import Command


class ToggleValue(Command):
    """Choose the value under the cursor, or clear it. Contacts with any of a field's chosen values match."""

    title = "Choose the value"
    label = "Choose"
    keys = "space,enter"
    in_footer = False
    in_palette = False


class NextField(Command):
    """Go to the next field, and after the last field to the buttons. Left and right also change the field."""

    title = "Next field"
    label = "Next field"
    keys = "tab"
    in_palette = False


class PreviousField(Command):
    """Go to the previous field."""

    title = "Previous field"
    label = "Previous field"
    keys = "shift+tab"
    in_footer = False
    in_palette = False


class ApplyFilters(Command):
    """Close, and show the contacts that match."""

    title = "Show the contacts"
    label = "Show"
    keys = "f10"
    in_palette = False


class LeaveFilters(Command):
    """Clear the box; if it is empty, close without changing the filters, after a question if you changed any."""

    title = "Leave the filters as they were"
    label = "Leave"
    keys = "escape"
    in_palette = False
