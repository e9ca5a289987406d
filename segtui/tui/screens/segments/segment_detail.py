"""The segment screen: description, size advice, campaigns and contacts of one segment."""

from collections.abc import Iterable
from dataclasses import dataclass

from textual import on
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from segtui.config.settings import Settings
from segtui.domain.contact import size_words
from segtui.domain.text import clean, counted
from segtui.errors import NotFound
from segtui.services import campaigns
from segtui.services.contacts.contacts import Contact, ContactQuery
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segments
from segtui.services.segments.segments import Segment
from segtui.services.session import Session
from segtui.tui.actions import contact_actions as does
from segtui.tui.actions.admin_actions import ShowHistory
from segtui.tui.actions.global_actions import Back
from segtui.tui.actions.sections import IN_SECTIONS
from segtui.tui.actions.segment_actions import (
    EditThisSegment,
    FreezeSegment,
    MembersByDay,
    NewCampaign,
    SegmentCampaigns,
    SplitSegment,
    WatchSegment,
)
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.screens.base.collaborators import Holds
from segtui.tui.screens.base.flows import flow
from segtui.tui.screens.contacts.contact_columns import contact_columns
from segtui.tui.screens.contacts.contact_list import ON_CONTACTS, ContactListScreen
from segtui.tui.screens.contacts.contact_selection import ContactSelection
from segtui.tui.screens.segments.history.history_actions import SegmentHistoryActions
from segtui.tui.screens.segments.live_guard import LiveSegmentGuard
from segtui.tui.screens.segments.live_words import can_be_called
from segtui.tui.screens.segments.segment_campaigns import CampaignsRead, SegmentCampaignActions
from segtui.tui.screens.segments.segment_freezing import ShownSegmentFreezing
from segtui.tui.screens.splitting.segment_splitting import ShownSegmentSplitting
from segtui.tui.widgets.chrome.key_bar import key_shown
from segtui.tui.widgets.chrome.packed_lines import PackedLines
from segtui.tui.widgets.chrome.service_requests import Refused
from segtui.tui.widgets.chrome.status_words import STYLES
from segtui.tui.widgets.forms.fact_list import Facts
from segtui.tui.widgets.table.result_table import ResultTable


class SegmentDetailScreen(ContactListScreen):
    """One segment and its contacts."""

    commands = (
        does.OpenContact,
        does.AddContact,
        does.EditContact,
        does.RemoveContact,
        *ON_CONTACTS,
        does.ImportHere,
        EditThisSegment,
        FreezeSegment,
        SplitSegment,
        NewCampaign,
        SegmentCampaigns,
        MembersByDay,
        WatchSegment,
        ShowHistory,
        Back,
        *IN_SECTIONS,
    )
    list_name = "contacts"
    campaign_actions = Holds(SegmentCampaignActions)
    freezing = Holds(ShownSegmentFreezing)
    splitting = Holds(ShownSegmentSplitting)
    history_actions = Holds(SegmentHistoryActions)
    live_guard = Holds(LiveSegmentGuard)

    @dataclass
    class Refreshed(Message):
        """The current segment."""

        segment: Segment

    def __init__(self, session: Session, settings: Settings, segment: Segment) -> None:
        super().__init__(session, settings)
        self.segment = segment
        self.query_now = ContactQuery(segment_id=segment.id)

    def compose_above(self) -> Iterable[Widget]:
        """Yield the lines about the segment."""
        yield Vertical(
            Static(id="description", markup=False),
            Static(id="rule", markup=False),
            PackedLines(id="facts"),
            Static(id="campaigns", markup=False),
            id="about",
        )

    def new_table(self) -> ResultTable[Contact]:
        """Return the table of its contacts."""
        return ResultTable(contact_columns(self.settings.local), found_in=True, id="rows")

    def on_mount(self) -> None:
        """Show the segment as it is known already."""
        self._show_segment(self.segment)

    # The segment

    @property
    def segment_shown(self) -> Segment | None:
        """The segment."""
        return self.segment

    @property
    def history_key(self) -> str:
        """The segment, in the history of the session."""
        return f"segment {self.segment.id}"

    @property
    def history_title(self) -> str:
        """The segment by its name."""
        return f"Segments > {self.segment.name}"

    @property
    def segment_followed(self) -> int | None:
        """The segment whose changes matter."""
        return self.segment.id

    def _show_segment(self, segment: Segment) -> None:
        if segment.live != self.segment.live:
            self.refresh_bindings()
        self.segment = segment
        self.export_name = segment.name
        path = f"Segments > {segment.name}"
        self.title_path = f"{path} (archived)" if segment.archived else path
        self.show_title()
        description = self.query_one("#description", Static)
        description.update(Content(clean(segment.description)))
        description.display = bool(segment.description)
        rule = self.query_one("#rule", Static)
        rule.update(Content.assemble(("Live: ", "bold"), clean(segment.rule_sentence)))
        rule.display = segment.live
        created = f"created {self.settings.local(segment.created_at):%Y-%m-%d}"
        facts = [
            Content.assemble((counted(segment.contacts, "contact"), "bold"), can_be_called(segment)),
            Content.styled(f"{size_words(segment.size)}{self._split_key(segment)}", STYLES[segment.size]),
            Content.styled(created, "$foreground-muted"),
        ]
        self.query_one("#facts", PackedLines).show([facts])

    def _split_key(self, segment: Segment) -> str:
        """Return the key that splits a segment which is too large for one campaign, in brackets."""
        key = key_shown(self.app, SplitSegment) if segment.size == "split" and self.session.can_write else ""
        return f" ({key})" if key else ""

    def nothing_found(self) -> Content:
        """Return the text of an empty list."""
        if (nothing := self.nothing_matches(" of this segment")) is not None:
            return nothing
        if self.segment.live:
            return Content("No contact satisfies the rule of this segment now. One that does joins by itself.")
        empty = Content("There is no contact in this segment yet.")
        if not self.session.can_write:
            return empty
        return empty + Content.assemble(
            "\n", self.press(does.ImportHere), " to import a file into it, or ",
            (key_shown(self.app, does.AddContact), "bold"), " to add one by hand.",
        )  # fmt: skip

    def reload(self, *, cursor: int | None = None, same_rows: bool = False, quietly: bool = False) -> None:
        """Load the contacts and, unless only their order or the search changed, the segment and its campaigns."""
        super().reload(cursor=cursor, same_rows=same_rows, quietly=quietly)
        if not same_rows:
            self.requests.ask("segment", lambda _: self.Refreshed(segments.get(self.session, self.segment.id)))
            self.campaign_actions.read()

    def follow(self) -> None:
        """Load the contacts again if they were changed, and the campaigns."""
        super().follow()
        if self.is_active:
            self.campaign_actions.read()

    @on(CampaignsRead)
    def _campaigns_read(self, event: CampaignsRead) -> None:
        self.campaign_actions.show(event.campaigns)

    @on(Refreshed)
    def _refreshed(self, event: Refreshed) -> None:
        if event.segment != self.segment:
            self._show_segment(event.segment)

    def refused(self, event: Refused) -> None:
        """Say that a request failed; go back from a segment that was deleted."""
        gone = event.kind in {"segment", "state"} and isinstance(event.error, NotFound)
        if gone and not self.is_active:
            return  # read again once nothing lies on top
        if event.kind in {"segment", "campaigns"} and not gone:
            self.failed(event.error)
            return
        super().refused(event)
        if gone:
            self.dismiss(None)

    # Commands

    def action_add_contact(self) -> None:
        """Add a contact by hand, to a fixed segment."""
        from segtui.tui.screens.contacts.contact_form import ContactForm

        if self.live_guard.refuses(does.AddContact):
            return
        self.show_form(ContactForm(self.session, segment_id=self.segment.id), "was added")

    def action_remove_contact(self) -> None:
        """Remove the selected contacts from a fixed segment, after a question."""
        if not self.live_guard.refuses(does.RemoveContact) and (selection := self.selection) is not None:
            self._remove(selection)

    @flow
    async def _remove(self, selection: ContactSelection) -> None:
        from segtui.tui.screens.contacts.contact_questions import remove_question

        segment, session = self.segment, self.session
        which, besides = selection.which, selection.besides

        def write(interrupt: Interrupt) -> Done:
            calls = campaigns.still_calling(session, segment.id, which, besides=besides, interrupt=interrupt)
            removed = segments.remove_contacts(session, segment.id, which, besides=besides, interrupt=interrupt)
            consequence = campaigns.calling_words(calls, joining=False, one=selection.contact is not None)
            if selection.contact is not None:
                return Done(f"{selection.title} is no longer in this segment.{consequence}")
            were = "was" if removed == 1 else "were"
            return Done(f"{counted(removed, 'contact')} {were} removed from “{segment.name}”.{consequence}")

        if await self.ask(remove_question(selection, segment)) == "y":
            self.do(f"Removing {selection.title} from “{segment.name}”", write)

    @flow
    async def action_edit_this_segment(self) -> None:
        """Edit the segment itself."""
        from segtui.tui.screens.segments.segment_form import SegmentForm, form_context

        session, catalog = await self.read(lambda _: form_context(self.session, self.segment))
        saved = await self.ask(SegmentForm(session, catalog, self.segment))
        if saved is not None:
            self._show_segment(saved)
            self.post_message(Done(f"“{saved.name}” was saved."))

    def action_import_here(self) -> None:
        """Import a file into a fixed segment."""
        if not self.live_guard.refuses(does.ImportHere):
            self._import()

    @flow
    async def _import(self) -> None:
        from segtui.tui.screens.imports.wizard.import_wizard import ImportScreen

        await self.ask(ImportScreen(self.session, self.segment))
        self.reload(cursor=self.table.cursor_id)

    def action_show_history(self) -> None:
        """Show the audit entries of the segment."""
        from segtui.services.audit import audit_queries
        from segtui.tui.screens.admin.audit_words import history_facts
        from segtui.tui.screens.shared.facts_view import FactsView

        session, segment, shown_time = self.session, self.segment, self.settings.shown_time

        def read() -> Facts:
            facts = history_facts(audit_queries.of_segment(session, segment.id), shown_time)
            return facts or [("", "Nothing is recorded about this segment yet.")]

        path = f"Segments > {clean(segment.name)} > History"
        self.app.push_screen(FactsView(session, self.settings, path, read))
