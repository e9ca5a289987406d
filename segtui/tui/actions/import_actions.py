"""Commands of the import."""

from segtui.tui.actions.action import Command


class NextStep(Command):
    """Go to the next step. If something is missing, the message is beside its field."""

    title = "Next step"
    label = "Next"
    keys = "f10"


class PreviousStep(Command):
    """Go back one step and keep the choices; from the first step, leave the import. Stops a load, after a question."""

    title = "One step back"
    label = "Back"
    keys = "escape"


class LeaveImport(Command):
    """Leave the import, after a question if you have chosen anything. Nothing is changed before the load."""

    title = "Leave the import"
    label = "Leave"
    keys = "q"


class SendColumn(Command):
    """Choose the field for the column under the cursor: a known field, a custom field, or none."""

    title = "Choose the field of the column"
    label = "Choose field"
    keys = "e"


class IgnoreColumn(Command):
    """Leave the column under the cursor out of the import."""

    title = "Ignore the column"
    label = "Ignore"
    keys = "d"


class ResetColumns(Command):
    """Undo the last change of a column's field."""

    title = "Undo the last change of a column"
    label = "Undo"
    keys = "u"


class LookAtRows(Command):
    """List the rejected rows, the duplicates and the rows with a warning; the list can be searched and sorted."""

    title = "View the rows with remarks"
    label = "Rows"
    keys = "r"
    importance = 7


class ImportAnother(Command):
    """Import another file into the same segment."""

    title = "Import another file"
    label = "Import another"
    keys = "i"


class UndoImport(Command):
    """Undo this import, after a question: everything it created, changed, added or removed is reverted."""

    title = "Undo the import"
    label = "Undo"
    keys = "u"
    writes = True
    importance = 7


class OpenImport(Command):
    """Open the import under the cursor: its file, the fields of its columns, and the result of every row."""

    title = "View the import"
    label = "View"
    keys = "enter"
    importance = 8


class NewImport(Command):
    """Load contacts from another file. Nothing is written until you have checked and confirmed it."""

    title = "Import contacts from a file"
    label = "Import"
    keys = "n,i"
    writes = True
    importance = 7


class OpenImported(Command):
    """Open the segment that was filled."""

    title = "View the segment that was filled"
    label = "View segment"
    keys = "enter"
    importance = 8


FLOW = (
    OpenImported,
    NextStep,
    PreviousStep,
    SendColumn,
    IgnoreColumn,
    ResetColumns,
    LookAtRows,
    ImportAnother,
    UndoImport,
    LeaveImport,
)
