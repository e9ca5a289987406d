"""Commands on contacts."""

from segtui.commands.command import Command


class OpenContact(Command):
    """Show everything about the contact under the cursor: all fields, its segments, where it came from."""

    title = "View the contact"
    label = "View"
    keys = "enter"


class AddContact(Command):
    """Add a contact to this segment by hand: with a phone, an e-mail, or both."""

    title = "Add a contact"
    label = "Add"
    keys = "n"
    writes = True


class EditContact(Command):
    """Change the contact's fields. Nothing that somebody else changed meanwhile is overwritten unseen."""

    title = "Edit the contact"
    label = "Edit"
    keys = "e"
    writes = True


class RemoveContact(Command):
    """Take the contact out of this segment, after a question. The contact itself is kept."""

    title = "Remove the contact from the segment"
    label = "Remove"
    keys = "d"
    writes = True


class MarkDoNotCall(Command):
    """Mark the contact as one that must not be called, or clear that mark. Asks first."""

    title = "Do not call: mark or clear"
    label = "Do not call"
    keys = "!"
    writes = True


class ImportHere(Command):
    """Load contacts from a file into this segment. Nothing is written before it was checked and confirmed."""

    title = "Import contacts into this segment"
    label = "Import"
    keys = "i"
    writes = True


class ExportContacts(Command):
    """Save the contacts that are listed, in their order, to a file: CSV, JSON, Parquet or Excel by its ending."""

    title = "Export what is listed"
    label = "Export"
    keys = "x"
