"""Commands on segments that could be tidied."""

from segtui.tui.actions.action import Command


class TidyMarked(Command):
    """Archive, merge or delete the marked segments, or the one under the cursor, as proposed, after one question."""

    title = "Do what is proposed"
    label = "Tidy"
    keys = "T"
    writes = True
    importance = 8
    on_marks = True


class OpenFinding(Command):
    """Open the segment under the cursor, to look at it, split it or rename it."""

    title = "View the segment"
    label = "View"
    keys = "enter"
    importance = 8


class RenameFinding(Command):
    """Change the name or the description of the segment under the cursor."""

    title = "Edit the segment"
    label = "Edit"
    keys = "e"
    writes = True
    importance = 6
