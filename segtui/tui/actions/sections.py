"""Sections of the program: the tabs at the top, the action that opens each, and its first screen."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

from segtui.tui.actions.action import Command
from segtui.tui.actions.global_actions import EVERYWHERE, ShowWatches


class GoToSegments(Command):
    """Go to the list of segments, from inside a segment, too. Its search and cursor are as you left them."""

    title = "Go to the segments"
    label = "Segments"
    keys = "1"
    in_footer = False


class GoToContacts(Command):
    """Go to the list of all contacts of the company. Its search and cursor are as you left them."""

    title = "Go to all contacts"
    label = "Contacts"
    keys = "2"
    in_footer = False


class GoToImports(Command):
    """Go to the list of imports: each file, when and by whom it was loaded, and the result of every row."""

    title = "Go to the imports"
    label = "Imports"
    keys = "3"
    in_footer = False


class GoToCampaigns(Command):
    """Go to the list of campaigns: the segments they call, their progress and their results."""

    title = "Go to the campaigns"
    label = "Campaigns"
    keys = "4"
    in_footer = False


class GoToCompanies(Command):
    """Go to the list of companies: their segments and contacts; admins create and edit companies here."""

    title = "Go to the companies"
    label = "Companies"
    keys = "5"
    in_footer = False


class GoToUsers(Command):
    """Go to the list of users: who may sign in, in which role, with which keys. For admins."""

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
    """A section: its tab, its key and its entry in the palette come from `action`.

    `screen` is the class of its first screen as `module:Class` below `segtui.tui.screens`, imported when the section is
    opened first. Sections `for_admins` exist for nobody else.
    """

    action: type[Command]
    screen: str
    for_admins: bool = False

    @property
    def name(self) -> str:
        """The name of the section: `segments`."""
        return self.title.lower()

    @property
    def title(self) -> str:
        """The word on its tab."""
        return self.action.label

    def load_screen(self) -> type[Any]:
        """Import and return the class of its first screen, which takes the session and the settings."""
        module, _, name = self.screen.partition(":")
        screen: type[Any] = getattr(import_module(f"segtui.tui.screens.{module}"), name)
        return screen


SECTIONS = (
    Section(GoToSegments, "segments.segment_list:SegmentListScreen"),
    Section(GoToContacts, "contacts.all_contacts:AllContactsScreen"),
    Section(GoToImports, "imports.imports:ImportsScreen"),
    Section(GoToCampaigns, "campaigns.campaigns:CampaignsScreen"),
    Section(GoToCompanies, "admin.companies:CompaniesScreen", for_admins=True),
    Section(GoToUsers, "admin.users:UsersScreen", for_admins=True),
    Section(GoToAudit, "admin.audit:AuditScreen", for_admins=True),
)
FOR_ADMINS = frozenset(section.action for section in SECTIONS if section.for_admins)

IN_SECTIONS = (*(section.action for section in SECTIONS), ShowWatches, *EVERYWHERE)
"""Actions of every screen of a section, at the end of its own."""
