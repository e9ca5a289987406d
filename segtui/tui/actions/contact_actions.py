"""Commands on contacts."""

from segtui.tui.actions.action import Command


class OpenContact(Command):
    """Show everything about the contact under the cursor: all fields, its segments, where it came from."""

    title = "View the contact"
    label = "View"
    keys = "enter"
    importance = 8


class AddContact(Command):
    """Add a contact by hand, and to the segment one is in: with a phone, an e-mail, or both."""

    title = "Add a contact"
    label = "Add"
    keys = "n"
    writes = True
    importance = 6


class EditContact(Command):
    """Change the contact's fields. Nothing that somebody else changed meanwhile is overwritten unseen."""

    title = "Edit the contact"
    label = "Edit"
    keys = "e"
    writes = True
    importance = 6


class RemoveContact(Command):
    """Take the contact, or those that are marked, out of this segment, after a question. The contacts are kept."""

    title = "Remove from the segment"
    label = "Remove"
    keys = "d"
    writes = True
    importance = 6


class DeleteContact(Command):
    """Delete the contact, or those that are marked, for good and out of every segment, after a question."""

    title = "Delete the contact for good"
    label = "Delete"
    keys = "d"
    writes = True
    importance = 6


class DeleteForGood(Command):
    """Delete the contact for good, out of every segment, after a question. Removing it from one is something else."""

    title = "Delete the contact for good"
    label = "Delete"
    keys = ""
    writes = True
    in_footer = False


class AddToSegment(Command):
    """Add the contact, or those that are marked, to another segment: one that exists, or a new one."""

    title = "Add to a segment"
    label = "To segment"
    keys = "+"
    writes = True
    importance = 6


class MarkDoNotCall(Command):
    """Mark the contact, or those that are marked, as not to be called, or clear that mark. Asks first."""

    title = "Do not call: mark or clear"
    label = "Do not call"
    keys = "!"
    writes = True
    importance = 5


class ShowDoNotCall(Command):
    """Go to the do-not-call list: numbers that are never called, whose they are, since when and by whom."""

    title = "The do-not-call list"
    label = "Do-not-call list"
    keys = "L"
    importance = 2


class Filters(Command):
    """Show only the contacts with some source, status, state or date of arrival, or those that may be called."""

    title = "Filters"
    label = "Filters"
    keys = "f"
    importance = 6


class ClearFilters(Command):
    """Take all filters off."""

    title = "Clear the filters"
    label = "Clear filters"
    keys = ""
    in_footer = False


class ImportHere(Command):
    """Load contacts from a file into this segment. Nothing is written before it was checked and confirmed."""

    title = "Import contacts into this segment"
    label = "Import"
    keys = "i"
    writes = True
    importance = 4


class ExportContacts(Command):
    """Save the marked contacts, or all that are listed, in their order to a file: CSV, JSON, Parquet or Excel."""

    title = "Export what is marked or listed"
    label = "Export"
    keys = "x"
    importance = 4
