"""Commands on contacts."""

from segtui.tui.actions.action import Command


class OpenContact(Command):
    """Show everything about the contact under the cursor: all fields, its segments, where it came from."""

    title = "View the contact"
    label = "View"
    keys = "enter"
    importance = 8


class AddContact(Command):
    """Add a contact with a phone, an e-mail, or both; inside a segment, also to that segment."""

    title = "Add a contact"
    label = "Add"
    keys = "n"
    writes = True
    importance = 6


class EditContact(Command):
    """Change the fields of the contact, or of all that are marked, which are previewed; `u` undoes it."""

    title = "Edit the contact, or the marked ones"
    label = "Edit"
    keys = "e"
    writes = True
    importance = 6
    on_marks = True


class EditContacts(Command):
    """Change the fields of the contact, or of all that are marked, which are previewed; `u` undoes it."""

    title = "Edit the contact, or the marked ones"
    label = "Edit contacts"
    keys = ""
    writes = True
    in_footer = False


class RemoveContact(Command):
    """Take the contact, or those that are marked, out of this segment, after a question. The contacts are kept."""

    title = "Remove from the segment"
    label = "Remove"
    keys = "d"
    writes = True
    importance = 6
    on_marks = True


class DeleteContact(Command):
    """Delete the contact, or those that are marked, for good and out of every segment, after a question."""

    title = "Delete the contact for good"
    label = "Delete"
    keys = "d"
    writes = True
    importance = 6
    on_marks = True


class DeleteForGood(Command):
    """Delete the contact for good, out of every segment, after a question. Remove takes it out of one segment only."""

    title = "Delete the contact for good"
    label = "Delete"
    keys = ""
    writes = True
    in_footer = False


class AddToSegment(Command):
    """Add the contact, or those that are marked, to an existing or a new segment; under filters also to a live one."""

    title = "Add to a segment"
    label = "To segment"
    keys = "+"
    writes = True
    importance = 5
    on_marks = True


class MarkDoNotCall(Command):
    """Mark the contact, or those that are marked, as not to be called, or clear that mark. Asks first."""

    title = "Do not call: mark or clear"
    label = "Do not call"
    keys = "!"
    writes = True
    importance = 5
    on_marks = True


class ShowDoNotCall(Command):
    """Go to the do-not-call list: the numbers that are never called, their contacts, and when they were added."""

    title = "The do-not-call list"
    label = "Do-not-call list"
    keys = "L"
    importance = 2


class Filters(Command):
    """Filter the contacts by any field: values with counts, days, parts of words, or an expression that you edit."""

    title = "Filters"
    label = "Filters"
    keys = "f"
    importance = 7


class ShowFrequency(Command):
    """Show every value of a field, or days by period, with its contacts; filter by one, or make segments of them."""

    title = "Frequency table: the values of a field"
    label = "By field"
    keys = "F"
    importance = 4


class ClearFilters(Command):
    """Clear all filters."""

    title = "Clear the filters"
    label = "Clear filters"
    keys = ""
    in_footer = False


class RemoveFilter(Command):
    """Remove a filter: the only one, or the one you pick."""

    title = "Remove a filter"
    label = "Remove a filter"
    keys = "backspace"
    in_footer = False


class CopyFilters(Command):
    """Copy the filters as an expression, which `--where` takes on the command line."""

    title = "Copy the filters as an expression"
    label = "Copy the filters"
    keys = ""
    in_footer = False


class Views(Command):
    """Pick a saved view: its search, filters, order and columns are shown; escape leaves it. Saves views, too."""

    title = "Views"
    label = "Views"
    keys = "V"
    importance = 3


class SaveView(Command):
    """Save search, filters, order and columns of the list as a view, for yourself or for the company."""

    title = "Save this list as a view"
    label = "Save as a view"
    keys = ""
    writes = True
    in_footer = False


class RenameView(Command):
    """Give a saved view another name."""

    title = "Rename a view"
    label = "Rename a view"
    keys = ""
    writes = True
    in_footer = False


class DeleteView(Command):
    """Delete a saved view, after a question."""

    title = "Delete a view"
    label = "Delete a view"
    keys = ""
    writes = True
    in_footer = False


class MakeViewLive(Command):
    """Make a live segment with the filters of a saved view as its rule."""

    title = "Make a live segment of a view"
    label = "Live segment of a view"
    keys = ""
    writes = True
    in_footer = False


class ImportHere(Command):
    """Load contacts from a file into this segment. Nothing is written until you have checked and confirmed it."""

    title = "Import contacts into this segment"
    label = "Import"
    keys = "i"
    writes = True
    importance = 4


class ExportContacts(Command):
    """Save the marked contacts, or all listed contacts, to a file in the order shown: CSV, JSON, Parquet or Excel."""

    title = "Export the marked or listed contacts"
    label = "Export"
    keys = "x"
    importance = 4
    on_marks = True
