"""The SSH keys of one user."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.content import Content
from textual.reactive import var

from segtui.config.settings import Settings
from segtui.domain.ssh_keys import parse
from segtui.domain.text import clean
from segtui.errors import InvalidInput
from segtui.services.accounts import login_keys, users
from segtui.services.accounts.companies import PlainQuery
from segtui.services.accounts.login_keys import Key
from segtui.services.accounts.users import User
from segtui.services.interrupt import Interrupt
from segtui.services.listing import Listing
from segtui.services.session import Session
from segtui.tui.actions import admin_actions as does
from segtui.tui.actions.global_actions import SEARCHING, Back, ChooseColumns, Copy, ExportList, ReverseSort, Sort
from segtui.tui.actions.sections import IN_SECTIONS
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.screens.base.flows import flow
from segtui.tui.screens.base.list_base import ListScreen
from segtui.tui.widgets.forms.dialogs import yes_or_no
from segtui.tui.widgets.forms.form import Form, Problems
from segtui.tui.widgets.forms.form_field import Field
from segtui.tui.widgets.table.result_table import ResultTable
from segtui.tui.widgets.table.table_columns import TableColumn, Width


class UserKeysScreen(ListScreen[Key]):
    """The keys of one user, by their fingerprints."""

    commands = (
        does.AddKey,
        does.RemoveKey,
        *SEARCHING,
        Sort,
        ReverseSort,
        ExportList,
        Copy,
        ChooseColumns,
        Back,
        *IN_SECTIONS,
    )
    list_name = "keys"
    row_names = ("key", "keys")
    search_hint = "Search by fingerprint, type or comment"
    needs_row = (does.RemoveKey, Copy)
    first_order: ClassVar[tuple[str, bool]] = ("added", False)
    query_now: var[PlainQuery] = var(PlainQuery)

    def __init__(self, session: Session, settings: Settings, user: User) -> None:
        super().__init__(session, settings)
        self._user = user
        self.title_path = f"Users > {clean(user.login)}"

    def columns(self) -> list[TableColumn[Key]]:
        """Return the columns."""
        local = self.settings.local
        return [
            TableColumn("fingerprint", "Fingerprint", lambda key: key.fingerprint, Width(50, 50), 1),
            TableColumn("algorithm", "Type", lambda key: key.algorithm, Width(11, 20), 3, sort="algorithm"),
            TableColumn("comment", "Comment", lambda key: key.comment, Width(10, 24, flex=1), 2, sort="comment"),
            TableColumn(
                "added", "Added", lambda key: f"{local(key.added_at):%Y-%m-%d}", Width(10, 10), 4,
                sort="added", first_descending=True, searched=False,
            ),
            TableColumn("added_by", "By", lambda key: key.added_by, Width(8, 16), 5),
        ]  # fmt: skip

    def listing(self, interrupt: Interrupt) -> Listing[Key]:  # noqa: ARG002 -- they are read in one go
        """Return the keys asked for."""
        return login_keys.listing(self.session, self._user.login, self.query_now)

    def state_reader(self) -> Callable[[Interrupt], object]:
        """Return what reads whether a user or a key was changed."""
        session = self.session
        return lambda interrupt: (users.state_of(session, interrupt),)

    def count_all(self) -> int:
        """Return how many there are."""
        return len(login_keys.of_user(self.session, self._user.login))

    def nothing_yet(self) -> Content:
        """Return the text of an empty list."""
        return Content.assemble(
            f"{clean(self._user.login)} has no key and cannot sign in.\n", self.press(does.AddKey), " to add one."
        )

    @on(ResultTable.Opened)
    def _opened(self) -> None:
        """Do nothing: a key's row shows everything about it."""

    @flow
    async def action_add_key(self) -> None:
        """Add a key."""
        key = await self.ask(KeyForm(self.session, self._user))
        if key is not None:
            self.post_message(Done(f"{key.login} may sign in with {key.fingerprint}.", key.id))

    def action_remove_key(self) -> None:
        """Ask whether the key under the cursor is to be taken away."""
        if (key := self.row) is not None:
            self._ask_to_remove(key)

    @flow
    async def _ask_to_remove(self, key: Key) -> None:
        session = self.session

        def write(_: Interrupt) -> Done:
            login_keys.remove(session, key.login, key.fingerprint)
            return Done(f"{key.login} may no longer sign in with {key.fingerprint}.")

        text = f"Take {key.fingerprint} {f'({clean(key.comment)}) ' if key.comment else ''}from {clean(key.login)}?"
        if await self.ask(yes_or_no("Remove key", text, "Remove", no="Keep", dangerous=True)) == "y":
            self.do("Removing the key", write, undoable=False)


_LONGEST = 65_536


class KeyForm(Form[Key]):
    """Takes the line of a `.pub` file, or its path."""

    def __init__(self, session: Session, user: User) -> None:
        self._session = session
        self._user = user
        hint = "Paste the line of a .pub file: ssh-ed25519 AAAA... name@host"
        if session.user_files is None:
            hint += ", or its path"
        super().__init__(f"Add a key for {clean(user.login)}", [Field("key", "Key", hint=hint)], save_label="Add key")

    def check(self, values: Mapping[str, str]) -> Problems:
        """Say what is wrong with the key."""
        try:
            parse(self._line(values["key"]))
        except InvalidInput as error:
            return {"key": str(error)}
        return {}

    def notes(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """Say which key it is."""
        key = parse(self._line(values["key"]))
        return {"key": f"{key.algorithm}, {key.fingerprint}"}

    def save(self, values: Mapping[str, str], changed: Mapping[str, str]) -> Key:  # noqa: ARG002 -- the form's
        """Give the user the key."""
        return login_keys.add(self._session, self._user.login, self._line(values["key"]))

    def _line(self, text: str) -> str:
        """Return the line of a key: what was pasted, or what stands in the file whose path was typed."""
        path = text.strip()
        if self._session.user_files is not None or not path.startswith(("/", "~", "./", "../")):
            return text
        try:
            with Path(path).expanduser().open("rb") as file:
                return file.read(_LONGEST).decode("utf-8", errors="replace")
        except (OSError, RuntimeError, ValueError) as error:
            raise InvalidInput(f"{clean(path)} cannot be read: {getattr(error, 'strerror', None) or error}.") from error
