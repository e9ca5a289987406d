"""Commands on the frequency table of a field."""

from segtui.tui.actions.action import Command


class FilterByValue(Command):
    """Go back to the list, which shows only the contacts with the value under the cursor: a filter is added."""

    title = "Filter the list by this value"
    label = "Filter by it"
    keys = "enter"
    importance = 8


class SegmentsFromValues(Command):
    """Make one segment of the value under the cursor, or of each marked value, after a preview; one undo for all."""

    title = "Make a segment of each marked value"
    label = "Segments"
    keys = "+"
    writes = True
    importance = 7
    on_marks = True


class NextField(Command):
    """Show the table of the next field."""

    title = "The next field"
    label = "Next field"
    keys = "right"
    importance = 4


class PreviousField(Command):
    """Show the table of the field before."""

    title = "The field before"
    label = "Field before"
    keys = "left"
    in_footer = False


class ChooseField(Command):
    """Choose the field by typing a part of its name; custom fields are among them."""

    title = "Choose the field"
    label = "Field"
    keys = "F"
    importance = 8


class ChangePeriod(Command):
    """Group the days by the next period: day, week, month, year."""

    title = "The next period of days"
    label = "Period"
    keys = "t"
    importance = 7
