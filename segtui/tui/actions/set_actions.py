"""Commands on the results of comparing segments."""

from segtui.tui.actions.action import Command


class ViewSet(Command):
    """List the contacts of the line under the cursor: search, filter, sort and export them like all contacts."""

    title = "List the contacts of this line"
    label = "View"
    keys = "enter"
    importance = 8


class SetToSegment(Command):
    """Make a segment of the contacts of this line, fixed or live, or add them to one."""

    title = "Make a segment of this line"
    label = "To segment"
    keys = "+"
    writes = True
    importance = 7


class ExportSet(Command):
    """Save the contacts of the line under the cursor, by name, to a file: CSV, JSON, Parquet or Excel."""

    title = "Export the contacts of this line"
    label = "Export"
    keys = "x"
    importance = 4
