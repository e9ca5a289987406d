"""The users, for admins: who can sign in, their roles, and the way to their keys."""

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.content import Content
from textual.reactive import var

from segtui.domain.text import counted
from segtui.services.accounts import companies, users
from segtui.services.accounts.companies import PlainQuery
from segtui.services.accounts.users import User
from segtui.services.interrupt import Interrupt
from segtui.services.listing import Listing
from segtui.tui.actions import admin_actions as does
from segtui.tui.actions.global_actions import SEARCHING, Back, ChooseColumns, Copy, ExportList, ReverseSort, Sort
from segtui.tui.actions.sections import IN_SECTIONS
from segtui.tui.actions.segment_actions import ChooseCompany
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.screens.base.collaborators import Holds
from segtui.tui.screens.base.company_choice import COMPANY, CompanyChoice
from segtui.tui.screens.base.flows import flow
from segtui.tui.screens.base.list_base import ListScreen
from segtui.tui.widgets.forms.dialogs import yes_or_no
from segtui.tui.widgets.table.result_table import ResultTable
from segtui.tui.widgets.table.table_columns import TableColumn, Width


class UsersScreen(ListScreen[User]):
    """The users of the company that is looked at, or all."""

    commands = (
        does.OpenUser,
        does.AddUser,
        does.EditUser,
        does.RemoveUser,
        does.EnableUser,
        *SEARCHING,
        Sort,
        ReverseSort,
        ExportList,
        Copy,
        ChooseColumns,
        ChooseCompany,
        Back,
        *IN_SECTIONS,
    )
    list_name = "users"
    title_path = "Users"
    row_names = ("user", "users")
    search_hint = "Search by login, name, company or role"
    needs_row = (does.OpenUser, does.EditUser, does.RemoveUser, does.EnableUser, Copy)
    first_order: ClassVar[tuple[str, bool]] = ("login", False)
    query_now: var[PlainQuery] = var(PlainQuery)

    company_choice = Holds(CompanyChoice)

    def columns(self) -> list[TableColumn[User]]:
        """Return the columns."""
        return [
            TableColumn("login", "Login", lambda user: user.login, Width(12, 20), 1, sort="login", opens=True),
            TableColumn("name", "Name", lambda user: user.name, Width(14, 28, flex=1), 3, sort="name"),
            TableColumn(COMPANY, "Company", lambda user: user.company or "", Width(10, 24, flex=1), 4, sort="company"),
            TableColumn("role", "Role", lambda user: user.role.value, Width(7, 8), 2, sort="role"),
            TableColumn(
                "enabled", "Enabled", lambda user: "yes" if user.enabled else "no", Width(8, 8), 2,
                sort="enabled", searched=False,
            ),
            TableColumn(
                "keys", "Keys", lambda user: str(len(user.keys)), Width(5, 6), 3,
                align="right", sort="keys", first_descending=True, searched=False,
            ),
        ]  # fmt: skip

    def listing(self, interrupt: Interrupt) -> Listing[User]:  # noqa: ARG002 -- they are read in one go
        """Return the users asked for."""
        return users.listing(self.session, self.query_now)

    def state_reader(self) -> Callable[[Interrupt], object]:
        """Return what reads whether a user or a key was changed."""
        session = self.session
        return lambda interrupt: (users.state_of(session, interrupt),)

    def count_all(self) -> int:
        """Return how many there are."""
        return len(users.every(self.session))

    def nothing_yet(self) -> Content:
        """Return the text of an empty list."""
        return Content.assemble("There are no users yet.\n", self.press(does.AddUser), " to add one.")

    @on(ResultTable.Opened)
    def action_open_user(self) -> None:
        """Look at the keys of the user under the cursor."""
        from segtui.tui.screens.admin.user_keys import UserKeysScreen

        if (user := self.row) is not None:
            self.app.push_screen(UserKeysScreen(self.session, self.settings, user))

    def action_add_user(self) -> None:
        """Add a user."""
        self._open_form(None)

    def action_edit_user(self) -> None:
        """Edit the user under the cursor."""
        if (user := self.row) is not None:
            self._open_form(user)

    @flow
    async def _open_form(self, user: User | None) -> None:
        from segtui.tui.screens.admin.user_form import UserForm

        session = self.session
        every_company = await self.read(lambda _: companies.every(session))
        saved = await self.ask(UserForm(session, every_company, user))
        if saved is not None:
            self.post_message(Done(f"{saved.login} was {'saved' if user else 'added'}.", saved.id))

    def action_enable_user(self) -> None:
        """Disable the user under the cursor, or enable them again."""
        if (user := self.row) is None:
            return

        def write(_: Interrupt) -> Done:
            changed = users.edit(self.session, user.login, enabled=not user.enabled)
            now = "may sign in again" if changed.enabled else "is disabled; any open session ends"
            return Done(f"{user.login} {now}.", user.id)

        self.do(f"Changing {user.login}", write, undoable=False)

    def action_remove_user(self) -> None:
        """Ask whether the user under the cursor is to be removed."""
        if (user := self.row) is not None:
            self._ask_to_remove(user)

    @flow
    async def _ask_to_remove(self, user: User) -> None:
        session = self.session

        def write(_: Interrupt) -> Done:
            users.remove(session, user.login)
            return Done(f"{user.login} was removed.")

        has = f" and {'their' if len(user.keys) == 1 else 'all'} {counted(len(user.keys), 'key')}" if user.keys else ""
        text = f"Remove {user.login}{has}? Any open session ends; what they did stays in the audit trail."
        question = yes_or_no("Remove user", text, "Remove", no="Keep", dangerous=True)
        if await self.ask(question) == "y":
            self.do(f"Removing {user.login}", write, undoable=False)
