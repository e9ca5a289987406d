"""The sections of the program: the tabs at the top, and the command that goes to each."""

from dataclasses import dataclass

from segtui.tui.actions.action import Command
from segtui.tui.actions.global_actions import EVERYWHERE


class GoToSegments(Command):
    """Go to the segments, and to where one was among them; pressed there, to their list."""

    title = "Go to the segments"
    label = "Segments"
    keys = "1"
    in_footer = False


class GoToContacts(Command):
    """Go to all contacts of the company, and to where one was among them; pressed there, to their list."""

    title = "Go to all contacts"
    label = "Contacts"
    keys = "2"
    in_footer = False


class GoToImports(Command):
    """Go to the imports: what was loaded when, by whom, and what became of every row."""

    title = "Go to the imports"
    label = "Imports"
    keys = "3"
    in_footer = False


class GoToCampaigns(Command):
    """Go to the campaigns: whom they call, how far they are, and what came of it."""

    title = "Go to the campaigns"
    label = "Campaigns"
    keys = "4"
    in_footer = False


class GoToCompanies(Command):
    """Go to the companies: how much each holds, and making new ones. For admins."""

    title = "Go to the companies"
    label = "Companies"
    keys = "5"
    in_footer = False


class GoToUsers(Command):
    """Go to the users: who may sign in, in which role, with which keys. For admins."""

    title = "Go to the users"
    label = "Users"
    keys = "6"
    in_footer = False


class GoToAudit(Command):
    """Go to the audit trail: who did what, when and from where. For admins."""

    title = "Go to the audit trail"
    label = "Audit"
    keys = "7"
    in_footer = False


@dataclass(frozen=True, slots=True)
class Section:
    """A section: the name by which the program knows it, what its tab says, and the command that goes there.

    `for_admins`: nobody else sees that it is there.
    """

    name: str
    title: str
    command: type[Command]
    for_admins: bool = False


SECTIONS = (
    Section("segments", "Segments", GoToSegments),
    Section("contacts", "Contacts", GoToContacts),
    Section("imports", "Imports", GoToImports),
    Section("campaigns", "Campaigns", GoToCampaigns),
    Section("companies", "Companies", GoToCompanies, for_admins=True),
    Section("users", "Users", GoToUsers, for_admins=True),
    Section("audit", "Audit", GoToAudit, for_admins=True),
)
FOR_ADMINS = frozenset(section.command for section in SECTIONS if section.for_admins)

IN_SECTIONS = (*(section.command for section in SECTIONS), *EVERYWHERE)
"""What every screen of a section can do, to be put at the end of its commands."""
