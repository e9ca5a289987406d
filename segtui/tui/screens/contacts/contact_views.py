"""Saved views of a list of contacts: shown, saved, renamed and deleted."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from segtui.domain.criteria.fields import CUSTOM, FIELDS, Catalog
from segtui.domain.text import counted
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segments
from segtui.services.session import Session, company_of
from segtui.services.views import views
from segtui.services.views.views import View, ViewContent
from segtui.tui.actions import contact_actions as does
from segtui.tui.actions.action import Command
from segtui.tui.actions.global_actions import ClearSearch
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.screens.base.collaborators import Collaborator
from segtui.tui.screens.base.company_choice import session_in_one_company
from segtui.tui.screens.base.flows import flow
from segtui.tui.screens.contacts.list_rule import rule_of
from segtui.tui.screens.contacts.view_dialogs import RenameViewForm, SaveViewForm, ViewPicker, delete_view_question
from segtui.tui.screens.filters.filter_context import FilterPart
from segtui.tui.screens.segments.segment_draft import SegmentDraft
from segtui.tui.widgets.chrome.key_bar import key_shown

if TYPE_CHECKING:
    from segtui.tui.screens.contacts.contact_list import ContactListScreen


class ContactViews(Collaborator["ContactListScreen"]):
    """Shows saved views in a list of contacts, and saves what the list shows as a view."""

    def __init__(self, screen: "ContactListScreen") -> None:
        super().__init__(screen)
        self._view: View | None = None
        self._content = ViewContent()
        """The content of the list when the view was picked."""

    def offers(self, command: type[Command]) -> bool:
        """Offer to clear the search unless it is that of the view, which is left as a whole."""
        view = self._view if self.is_shown else None
        return not (command is ClearSearch and view is not None and view.search == self.screen.list_search.text)

    @property
    def current_name(self) -> str:
        """The name of the view that the list shows; blank after any change."""
        return self._view.name if self._view is not None and self._content == self.content else ""

    @property
    def content(self) -> ViewContent:
        """The present content of the list, as a view saves it."""
        screen = self.screen
        sort, descending = screen.order
        keys = [column.key for column in screen.table.columns if column.key not in screen.hidden]
        columns = tuple(key for key in keys if key in FIELDS or key.startswith(CUSTOM))
        query = screen.query_now
        return ViewContent(
            search=query.search.strip(), criteria=query.criteria, sort=sort, descending=descending, columns=columns
        )

    @flow
    async def action_views(self) -> None:
        """Pick a view and show it, or pick a command on views."""
        saved = await self.screen.read(self._read)
        commands = [command for command in _COMMANDS if self.screen.offers(command)]
        # Without a view there is none to rename or to delete.
        picker = ViewPicker("Views", saved, commands if saved else [does.SaveView] if does.SaveView in commands else [])
        choice = await self.screen.ask(picker)
        if isinstance(choice, View):
            await self._show(choice)
        elif choice is not None:
            await self._do(choice, saved)

    @flow
    async def action_save_view(self) -> None:
        """Save what the list shows as a view."""
        await self._save()

    @flow
    async def action_rename_view(self) -> None:
        """Give a view another name."""
        await self._rename(await self.screen.read(self._read))

    @flow
    async def action_delete_view(self) -> None:
        """Delete a view, after a question."""
        await self._delete(await self.screen.read(self._read))

    @flow
    async def action_make_view_live(self) -> None:
        """Make a live segment with the filters of a view as its rule."""
        await self._make_live(await self.screen.read(self._read))

    def _read(self, _: Interrupt) -> Sequence[View]:
        return views.every(self.session)

    async def _do(self, command: type, saved: Sequence[View]) -> None:
        if command is does.SaveView:
            await self._save()
        elif command is does.RenameView:
            await self._rename(saved)
        elif command is does.MakeViewLive:
            await self._make_live(saved)
        else:
            await self._delete(saved)

    async def _pick(self, title: str, saved: Sequence[View]) -> View | None:
        if not saved:
            self.screen.say(f"There is no view yet. Press {key_shown(self.screen.app, does.Views)} to save one.")
            return None
        choice = await self.screen.ask(ViewPicker(title, saved))
        return choice if isinstance(choice, View) else None

    # Showing

    async def _show(self, view: View) -> None:
        """Take search, criteria, order and columns of a view into the list."""
        screen = self.screen

        def read(interrupt: Interrupt) -> tuple[FilterPart, ...]:
            query = views.query_of(view, screen.segment_id)
            screen.offered_columns(interrupt)
            return screen.filters.read_context().parts(query.criteria)

        parts = await screen.read(read)
        if view.columns is None and screen.column_choice.is_of_view:
            screen.recall()
        screen.list_search.put(view.search)
        if view.columns is not None:
            # The values of the new columns are read with the rows below.
            screen.column_choice.show_view(view.columns)
        screen.sorted_by(view.sort, descending=view.descending)
        screen.filters.take(view.criteria, parts)
        screen.reload(same_rows=True)
        screen.refresh_bindings()
        self._view, self._content = view, self.content
        screen.show_title()

    @property
    def is_shown(self) -> bool:
        """True while the list shows a view, or has the columns of one."""
        return bool(self.current_name) or self.screen.column_choice.is_of_view

    def leave(self) -> None:
        """Show the list without search and filters again, in the order and the columns of the user."""
        screen = self.screen
        self._view = None
        screen.list_search.put("")
        screen.filters.take(None, ())
        sort, descending = screen.first_order
        screen.sorted_by(sort, descending=descending)
        screen.recall()
        screen.reload(same_rows=True)
        screen.refresh_bindings()
        screen.show_title()

    async def _make_live(self, saved: Sequence[View]) -> None:
        from segtui.tui.screens.segments.segment_draft_form import SegmentDraftForm
        from segtui.tui.screens.segments.segment_form import form_context

        view = await self._pick("Make a live segment of a view", saved)
        if view is None:
            return
        query = views.query_of(view)
        rule = rule_of(query, None, is_partial=False)
        if rule.criteria is None:
            no_filters = f"The view “{view.name}” has no filters, and a live segment needs a rule."
            self.screen.say_refusal(rule.refusal or no_filters)
            return

        def read(_: Interrupt) -> tuple[Session, Catalog]:
            session = self.session if self.session.company else company_of(self.session, view.company_id)
            return session, form_context(session)[1]

        session, catalog = await self.screen.read(read)
        draft = SegmentDraft(view.name, "", rule.criteria)
        draft_form = SegmentDraftForm(session, catalog, draft, contacts="")
        if (answer := await self.screen.ask(draft_form)) is not None:
            self._create(session, answer)

    def _create(self, session: Session, draft: SegmentDraft) -> None:
        def write(_: Interrupt) -> Done:
            live = segments.create(session, draft.name, draft.description, rule=draft.rule)
            return Done(f"“{live.name}” was created as a live segment with {counted(live.contacts, 'contact')}.")

        self.screen.do(f"Creating “{draft.name}”", write)

    # Saving, renaming, deleting

    async def _save(self) -> None:
        session = await session_in_one_company(self.screen, "Which company is the view for?")
        if session is None:
            return
        content = self.content
        view = await self.screen.ask(SaveViewForm(session, content, view=self._view))
        if view is not None:
            self._view, self._content = view, content
            self._changed(f"The view “{view.name}” was saved.")

    async def _rename(self, saved: Sequence[View]) -> None:
        view = await self._pick("Rename a view", saved)
        if view is not None and (renamed := await self.screen.ask(RenameViewForm(self.session, view))) is not None:
            if self._view is not None and self._view.id == renamed.id:
                self._view = renamed
            self._changed(f"The view “{view.name}” is “{renamed.name}” now.")

    async def _delete(self, saved: Sequence[View]) -> None:
        view = await self._pick("Delete a view", saved)
        if view is None or await self.screen.ask(delete_view_question(view)) != "y":
            return
        session = self.session
        await self.screen.read(lambda _: views.delete(session, view.id))
        if self._view is not None and self._view.id == view.id:
            self._view = None
        self._changed(f"The view “{view.name}” was deleted.")

    def _changed(self, sentence: str) -> None:
        self.screen.say(sentence)
        self.screen.show_title()
        self.screen.refresh_bindings()


_COMMANDS = (does.SaveView, does.MakeViewLive, does.RenameView, does.DeleteView)
"""Commands that are offered below the views."""
