"""Commands on companies, users, keys and the audit trail: for admins."""

from segtui.tui.actions.action import Command


class LookAtCompany(Command):
    """Choose the company under the cursor for all screens, and go to its segments."""

    title = "Look at the company"
    label = "Look at it"
    keys = "enter"
    importance = 8


class CreateCompany(Command):
    """Create a company with a name and the default region of phones without a country code."""

    title = "Create a company"
    label = "New"
    keys = "n"
    writes = True
    importance = 7


class EditCompany(Command):
    """Change the company's name or region."""

    title = "Edit the company"
    label = "Edit"
    keys = "e"
    writes = True
    importance = 6


class OpenUser(Command):
    """Open the SSH keys of the user under the cursor, to add or remove keys."""

    title = "View the user's keys"
    label = "Keys"
    keys = "enter"
    importance = 8


class AddUser(Command):
    """Add a user: login, name, company, role. Add an SSH key afterwards, so that the user can sign in."""

    title = "Add a user"
    label = "New"
    keys = "n"
    writes = True
    importance = 7


class EditUser(Command):
    """Change the user's name, company or role, or whether they may sign in."""

    title = "Edit the user"
    label = "Edit"
    keys = "e"
    writes = True
    importance = 6


class RemoveUser(Command):
    """Remove the user with all keys, after a question. What they did stays in the audit trail."""

    title = "Remove the user"
    label = "Remove"
    keys = "d"
    writes = True
    importance = 6


class EnableUser(Command):
    """Disable the user, which ends open sessions at once, or enable the user again."""

    title = "Disable or enable the user"
    label = "Disable"
    keys = "a"
    writes = True


class AddKey(Command):
    """Add an SSH public key: paste the line of a .pub file."""

    title = "Add a key"
    label = "Add"
    keys = "n"
    writes = True
    importance = 7


class RemoveKey(Command):
    """Remove the key under the cursor, after a question. Sessions opened with it end at once."""

    title = "Remove the key"
    label = "Remove"
    keys = "d"
    writes = True
    importance = 6


class OpenEntry(Command):
    """Show the whole entry under the cursor, its key and where it came from."""

    title = "View the entry"
    label = "View"
    keys = "enter"
    importance = 8


class FilterEntries(Command):
    """Show what one user did, one kind of action, or what was done since a day; or everything again."""

    title = "Filter the audit trail"
    label = "Filter"
    keys = "f"
    importance = 6


class ShowHistory(Command):
    """Show what was done to this segment, when and by whom."""

    title = "Show the segment's history"
    label = "History"
    keys = "H"
    importance = 2
