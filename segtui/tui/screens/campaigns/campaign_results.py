"""The contacts of a campaign: what became of each, searched, narrowed, sorted; to a file, or to a segment."""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on
from textual.content import Content
from textual.reactive import var

from segtui.config.settings import Settings
from segtui.domain.text import clean, counted
from segtui.errors import NotFound
from segtui.services import campaigns
from segtui.services.campaigns import Campaign
from segtui.services.campaigns.audience.audience import RUNNING
from segtui.services.campaigns.results import progress, result_search
from segtui.services.campaigns.results.result_search import ResultListing, ResultQuery, ResultRow
from segtui.services.contacts import bulk
from segtui.services.contacts.contacts import Contact, ContactQuery
from segtui.services.contacts.outcome_filter import OutcomeFilter
from segtui.services.interrupt import Interrupt
from segtui.services.listing import Listing
from segtui.services.session import Session
from segtui.tui.actions import campaign_actions as does
from segtui.tui.actions.action import Command
from segtui.tui.actions.contact_actions import AddToSegment, MarkDoNotCall
from segtui.tui.actions.global_actions import Copy, MarkAll, ToggleMark
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.screens.base.selected_contacts import Chosen
from segtui.tui.screens.campaigns.campaign_columns import result_columns
from segtui.tui.screens.contacts.contact_list_operations import ContactWriting
from segtui.tui.screens.shared.exporting import Exporting
from segtui.tui.widgets.chrome.title_bar import TitleBar
from segtui.tui.widgets.forms.filter_chips import FilterChips
from segtui.tui.widgets.table.result_table import ResultTable

if TYPE_CHECKING:
    from segtui.tui.screens.shared.export_form import ExportTarget

_NEEDS_RESULT = {
    does.OpenResult,
    does.ExportResults,
    does.SkipContact,
    AddToSegment,
    MarkDoNotCall,
    ToggleMark,
    MarkAll,
    Copy,
}


class CampaignResults(ContactWriting[ResultRow], Exporting[ResultRow]):
    """A screen with a campaign's contacts. `session` is bound to its company."""

    list_name = "results"
    query_now: var[ResultQuery] = var(lambda: ResultQuery(0))

    def __init__(self, session: Session, settings: Settings, campaign: Campaign) -> None:
        super().__init__(session, settings)
        self.campaign = campaign
        self.query_now = ResultQuery(campaign.id)
        self._listing: ResultListing | None = None

    def new_table(self) -> ResultTable[ResultRow]:
        """Return the table, not filled yet."""
        return ResultTable(result_columns(self.settings.local), found_in=True, id="rows")

    def offers(self, command: type[Command]) -> bool:
        """Offer what needs a contact only where there is one, and what calls leave only where there can be some."""
        if command in _NEEDS_RESULT and not self.has_row:
            return False
        if command is does.ShowCalls and not self.campaign.launched:
            return False
        if command is does.SkipContact and self.campaign.status not in RUNNING:
            return False
        if command is does.FilterResults and not (self.has_row or self.narrowed):
            return False
        return super().offers(command)

    # What is shown

    @property
    def narrowed(self) -> bool:
        """Whether not all contacts are asked for."""
        return super().narrowed or self.query_now.kept != OutcomeFilter()

    def listing(self, interrupt: Interrupt) -> Listing[ResultRow]:
        """Return the contacts asked for."""
        self._listing = result_search.listing(self.session, self.query_now, interrupt, self._listing)
        return self._listing

    @property
    def asked(self) -> ContactQuery:
        """The query for the contacts that are listed."""
        return self.query_now.contacts

    def contact_of(self, row: ResultRow) -> Contact | None:
        """Return the contact of a result; None where it was deleted."""
        return row.contact

    def living(self, chosen: Chosen, session: Session, interrupt: Interrupt) -> Chosen:
        """Return the same, with how many of them were not deleted since. Raises NotFound where there is nobody."""
        if chosen.contact is not None:
            return chosen
        count = bulk.count(session, chosen.which, besides=chosen.besides, interrupt=interrupt)
        if not count:
            raise NotFound("Whoever is chosen was deleted since: what is known of them is in this list. Choose others.")
        return replace(chosen, count=count)

    def state_reader(self) -> Callable[[Interrupt], object]:
        """Return what reads whether the campaign was changed, or anybody in it called."""
        session, campaign_id = self.session, self.campaign.id
        return lambda interrupt: (progress.state_of_one(session, campaign_id, interrupt),)

    def count_all(self) -> int:
        """Return how many there are without the search and the filter."""
        return campaigns.results_total(self.session, self.campaign.id)

    def search_for(self, typed: str) -> None:
        """Take what was typed into the query."""
        self.query_now = replace(self.query_now, search=typed)

    def sort_by(self, sort: str, *, descending: bool) -> None:
        """Take an order into the query."""
        self.query_now = replace(self.query_now, sort=sort, descending=descending)

    def nothing_found(self) -> Content:
        """Say why there is none and what to do."""
        typed, kept = clean(self.query_now.search.strip()), self.query_now.kept.words
        if typed or kept:
            whose = f"No contact of this campaign{f' that is {kept}' if kept and typed else ''}"
            what = Content.assemble(" matches “", (typed, "bold"), "”.") if typed else Content(f" is {kept}.")
            others = Content.assemble("\n", self.press(does.FilterResults), " to show others.")
            return Content(whose) + what + (others if kept else Content(""))
        if self.campaign.launched:
            return Content("Nobody was in the segment when it was launched.")
        return Content("The launch settles who is called: from then on everybody is listed here.")

    def show_title(self) -> None:
        """Say where one is."""
        self.query_one(TitleBar).place = f"Campaigns > {self.campaign.name}"

    # What the commands do

    def action_filter_results(self) -> None:
        """Choose the state, the outcome or the reason of those who are shown."""
        from segtui.tui.screens.campaigns.campaign_filters import ResultFilter

        def chosen(kept: OutcomeFilter | None) -> None:
            if kept is not None:
                self._keep(kept)

        self.app.push_screen(ResultFilter(self.session, self.campaign.id), chosen)

    @on(FilterChips.Opened)
    def _filter_clicked(self) -> None:
        self.action_filter_results()

    @on(FilterChips.Removed)
    def _filter_removed(self) -> None:
        self._keep(OutcomeFilter())

    def _keep(self, kept: OutcomeFilter) -> None:
        if kept != self.query_now.kept:
            self.query_now = replace(self.query_now, kept=kept)
            self.query_one(FilterChips).filters = (kept,) if kept.words else ()
            self.reload(same_rows=True)

    @on(ResultTable.Opened)
    def action_open_result(self) -> None:
        """Show everything about the contact under the cursor."""
        from segtui.tui.screens.contacts.contact_view import contact_screen

        if (row := self.row) is None:
            return
        if row.contact is None:
            self.say("This contact was deleted: what is known of it is in this line.")
            return
        self.app.push_screen(contact_screen(self.session, self.settings, row.contact, None))

    def action_skip_contact(self) -> None:
        """Ask whether the chosen contacts are to be taken out of the campaign."""
        from segtui.tui.screens.campaigns.campaign_questions import skip_question

        chosen, campaign, session = self.chosen, self.campaign, self.session
        if chosen is None:
            return

        def write(interrupt: Interrupt) -> Done:
            skipped = campaigns.skip(session, campaign.id, chosen.which, besides=chosen.besides, interrupt=interrupt)
            whom = chosen.title if chosen.contact is not None else counted(skipped, "contact")
            return Done(f"The campaign “{campaign.name}” no longer calls {whom}.")

        def answered(answer: str | None) -> None:
            if answer == "y":
                self.do(f"Taking {chosen.title} out of “{campaign.name}”", write, undoable=False)

        self.app.push_screen(skip_question(chosen.title, campaign), answered)

    def action_show_calls(self) -> None:
        """Show the calls by the hour of the day."""
        from segtui.tui.screens.campaigns.campaign_hours import CampaignHoursScreen

        self.app.push_screen(CampaignHoursScreen(self.session, self.settings, self.campaign))

    def action_export_results(self) -> None:
        """Save what is marked, or what is listed, to a file."""
        query, session = self.query_now, self.session
        listed = array("q", self.table.window.ids or ())

        def write(target: "ExportTarget", interrupt: Interrupt, ids: Sequence[int] | None) -> int:
            from segtui.services.campaigns.results import result_export

            marked, chosen = ids is not None, listed if ids is None else ids
            return result_export.export(session, query, target.path, target.form, interrupt, ids=chosen, marked=marked)

        self.export_rows(self._what_is_listed(), f"{self.campaign.name} results", "result", write)

    def _what_is_listed(self) -> str:
        typed = self.query_now.search.strip()
        parts = [f"“{typed}”"] if typed else []
        parts += [self.query_now.kept.words] if self.query_now.kept.words else []
        listed = f"The results of {counted(self.table.total or 0, 'contact')}, as listed"
        return f"{listed} ({', '.join(parts)})" if parts else listed
