"""Commands of the import."""

from segtui.tui.actions.action import Command


class NextStep(Command):
    """Go to the next step. What is missing for it is said beside the field it is missing in."""

    title = "Next step"
    label = "Next"
    keys = "f10"


class PreviousStep(Command):
    """Go back one step; what was chosen stays. The first step is left so; a load is stopped, after a question."""

    title = "One step back"
    label = "Back"
    keys = "escape"


class LeaveImport(Command):
    """Leave the import; where something was chosen already, after a question. Nothing was changed before the load."""

    title = "Leave the import"
    label = "Leave"
    keys = "q"


class SendColumn(Command):
    """Choose the field that the column under the cursor goes to: any field, a custom one, or none."""

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
    """Look at the rows that were rejected, are duplicates or have a warning, one by one; to be searched and sorted."""

    title = "Look at the rows with remarks"
    label = "Rows"
    keys = "r"
    importance = 7


class ImportAnother(Command):
    """Begin again with another file and the same destination."""

    title = "Import another file"
    label = "Import another"
    keys = "i"


class UndoImport(Command):
    """Undo this import, after a question: what it created, changed, added and removed is as it was before."""

    title = "Undo the import"
    label = "Undo"
    keys = "u"
    writes = True
    importance = 7


class OpenImport(Command):
    """Look at the import under the cursor: the file, the fields its columns went to, and what became of every row."""

    title = "View the import"
    label = "View"
    keys = "enter"
    importance = 8


class NewImport(Command):
    """Load contacts from another file. Nothing is written before it was checked and confirmed."""

    title = "Import contacts from a file"
    label = "Import"
    keys = "n,i"
    writes = True
    importance = 7


class OpenImported(Command):
    """Look into the segment that was filled."""

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
