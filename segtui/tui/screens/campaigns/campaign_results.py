"""The results of a campaign: a list of its contacts, searched, filtered and sorted; export, or add to a segment."""

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on
from textual.content import Content
from textual.reactive import var
from textual.widget import Widget

from segtui.config.settings import Settings
from segtui.domain.criteria.tree import Criteria
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
from segtui.tui.actions.contact_actions import AddToSegment, EditContacts, MarkDoNotCall, ShowFrequency
from segtui.tui.actions.global_actions import Copy, MarkAll, ToggleMark
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.screens.base.collaborators import Holds
from segtui.tui.screens.base.flows import flow
from segtui.tui.screens.base.list_base import ListScreen
from segtui.tui.screens.campaigns.campaign_columns import result_columns
from segtui.tui.screens.contacts.contact_list_actions import ContactListActions
from segtui.tui.screens.contacts.contact_selection import ContactSelection
from segtui.tui.screens.filters.field_choice import with_part, without_part
from segtui.tui.screens.filters.filter_context import FilterContext, FilterPart
from segtui.tui.widgets.chrome.key_bar import keys_shown
from segtui.tui.widgets.chrome.title_bar import TitleBar
from segtui.tui.widgets.forms.filter_chips import FilterChips
from segtui.tui.widgets.table.result_table import ResultTable

if TYPE_CHECKING:
    from segtui.tui.screens.shared.export_form import ExportTarget


class ResultActions(ContactListActions["CampaignResults", ResultRow]):
    """Acts on the selected contacts of a campaign, some of which may be deleted."""

    @property
    def query(self) -> ContactQuery:
        """The query for the contacts that are listed."""
        return self.screen.query_now.contacts

    def contact_of(self, row: ResultRow) -> Contact | None:
        """Return the contact of a result; None for a deleted one."""
        return row.contact

    def without_deleted(self, selection: ContactSelection, session: Session, interrupt: Interrupt) -> ContactSelection:
        """Return the selection with the number of contacts that still exist. Raises NotFound where none does."""
        if selection.contact is not None:
            return selection
        count = bulk.count(session, selection.which, besides=selection.besides, interrupt=interrupt)
        if not count:
            raise NotFound("All selected contacts are deleted. This list keeps their results; select other contacts.")
        return replace(selection, count=count)

    def action_edit_contacts(self) -> None:
        """Edit the selected contacts."""
        self.action_edit_contact()

    def action_skip_contact(self) -> None:
        """Take the selected contacts out of the campaign, after a question."""
        if (selection := self.selection) is not None:
            self._skip(selection)

    @flow
    async def _skip(self, selection: ContactSelection) -> None:
        from segtui.tui.screens.campaigns.campaign_questions import skip_question

        campaign, session = self.screen.campaign, self.session

        def write(interrupt: Interrupt) -> Done:
            skipped = campaigns.skip(
                session, campaign.id, selection.which, besides=selection.besides, interrupt=interrupt
            )
            contacts = selection.title if selection.contact is not None else counted(skipped, "contact")
            return Done(f"The campaign “{campaign.name}” no longer calls {contacts}.")

        if await self.screen.ask(skip_question(selection.title, campaign)) == "y":
            self.screen.do(f"Taking {selection.title} out of “{campaign.name}”", write, undoable=False)


class CampaignResults(ListScreen[ResultRow]):
    """A list of a campaign's contacts. `session` is bound to its company."""

    list_name = "results"
    row_names = ("contact", "contacts")
    search_hint = "Search the contacts: name, phone, e-mail, city…"
    needs_row = (
        does.OpenResult,
        does.ExportResults,
        does.SkipContact,
        EditContacts,
        AddToSegment,
        ShowFrequency,
        MarkDoNotCall,
        ToggleMark,
        MarkAll,
        Copy,
    )
    query_now: var[ResultQuery] = var(lambda: ResultQuery(0))

    result_actions = Holds(ResultActions)

    def __init__(self, session: Session, settings: Settings, campaign: Campaign) -> None:
        super().__init__(session, settings)
        self.campaign = campaign
        self.query_now = ResultQuery(campaign.id)
        self._listing: ResultListing | None = None
        self._parts: tuple[FilterPart, ...] = ()
        """The conjuncts of the criteria in force, with their sentences."""

    def new_table(self) -> ResultTable[ResultRow]:
        """Return the table, not filled yet."""
        return ResultTable(result_columns(self.settings.local), found_in=True, id="rows")

    def compose_between(self) -> Iterable[Widget]:
        """Yield the filter in force."""
        yield FilterChips(key=keys_shown(self.app, does.FilterResults), id="filters")

    def offers(self, command: type[Command]) -> bool:
        """Offer the commands that fit the state of the campaign."""
        if command is does.ShowCalls and not self.campaign.launched:
            return False
        if command is does.SkipContact and self.campaign.status not in RUNNING:
            return False
        if command is does.FilterResults and not (self.has_row or self.narrowed):
            return False
        return super().offers(command)

    @property
    def history_title(self) -> str:
        """The campaign by its name."""
        return f"Campaigns > {self.campaign.name}"

    # The rows

    @property
    def filtered(self) -> bool:
        """True while a filter leaves contacts out."""
        query = self.query_now
        return query.kept != OutcomeFilter() or query.criteria is not None

    def show_everything(self) -> None:
        """Clear the search and the filters, for the next `reload`."""
        super().show_everything()
        self._parts = ()
        self.query_now = replace(self.query_now, criteria=None, kept=OutcomeFilter())
        self.query_one(FilterChips).filters = ()

    def listing(self, interrupt: Interrupt) -> Listing[ResultRow]:
        """Return the results that match."""
        self._listing = result_search.listing(self.session, self.query_now, interrupt, self._listing)
        return self._listing

    def state_reader(self) -> Callable[[Interrupt], object]:
        """Return a function that reads the state of the campaign and its calls."""
        session, campaign_id = self.session, self.campaign.id
        return lambda interrupt: (progress.state_of_one(session, campaign_id, interrupt),)

    def count_all(self) -> int:
        """Return the number of contacts without search and filter."""
        return campaigns.results_total(self.session, self.campaign.id)

    def nothing_found(self) -> Content:
        """Return the text of an empty list."""
        typed, outcome = clean(self.query_now.search.strip()), self.query_now.kept.words
        if self._parts:
            matches = Content("No contact of this campaign matches these filters.")
            return matches + Content.assemble("\n", self.press(does.FilterResults), " to change them.")
        if typed or outcome:
            subject = f"No contact of this campaign{f' that is {outcome}' if outcome and typed else ''}"
            predicate = Content.assemble(" matches “", (typed, "bold"), "”.") if typed else Content(f" is {outcome}.")
            others = Content.assemble("\n", self.press(does.FilterResults), " to show others.")
            return Content(subject) + predicate + (others if outcome else Content(""))
        if self.campaign.launched:
            return Content("Nobody was in the segment when it was launched.")
        return Content("The launch fixes the contacts to call. They are listed here from then on.")

    def show_title(self) -> None:
        """Show the name of the campaign."""
        self.query_one(TitleBar).place = f"Campaigns > {self.campaign.name}"

    # Commands

    @flow
    async def action_filter_results(self) -> None:
        """Choose the state, the outcome or the reason of the contacts that are shown, or filter by their fields."""
        from segtui.tui.screens.campaigns.campaign_filters import ResultFilter

        answer = await self.ask(ResultFilter(self.session, self.campaign.id))
        if answer is None:
            return
        [outcome_filter] = answer
        if outcome_filter is not None:
            self._filter(outcome_filter)
        else:
            await self._filter_by_fields()

    async def _filter_by_fields(self) -> None:
        from segtui.tui.screens.filters.filter_form import FilterForm

        session = self.session
        context = await self.read(lambda _: FilterContext.read(session))
        answer = await self.ask(FilterForm(session, self.query_now.contacts, context))
        if answer is not None:
            self._select(answer.criteria, context.parts(answer.criteria))

    @flow
    async def action_show_frequency(self) -> None:
        """Show the frequency table of the results, and filter them by the value that is chosen there."""
        from segtui.tui.screens.frequency.frequency_screen import CountedList, pick_value

        session, query, outcome = self.session, self.query_now.contacts, self.query_now.kept.words
        filters = [*([outcome] if outcome else []), *(part.sentence for part in self._parts)]
        counted_list = CountedList(f"Campaigns > {self.campaign.name}", filters, query.search)
        value_criteria = await pick_value(self, query, counted_list)
        if value_criteria is not None:
            criteria = with_part(query.criteria, value_criteria)
            context = await self.read(lambda _: FilterContext.read(session))
            self._select(criteria, context.parts(criteria))

    def _select(self, criteria: Criteria | None, parts: tuple[FilterPart, ...]) -> None:
        """Put other criteria in force; `parts` are their conjuncts."""
        self._parts = parts
        self.query_now = replace(self.query_now, criteria=criteria)
        self._filters_changed()

    @on(FilterChips.Opened)
    def _filter_clicked(self) -> None:
        self.action_filter_results()

    @on(FilterChips.Removed)
    def _filter_removed(self, event: FilterChips.Removed) -> None:
        if isinstance(event.filter, FilterPart):
            rest = tuple(part for part in self._parts if part != event.filter)
            self._select(without_part(self.query_now.criteria, event.filter.criteria), rest)
        else:
            self._filter(OutcomeFilter())

    def _filter(self, outcome_filter: OutcomeFilter) -> None:
        if outcome_filter != self.query_now.kept:
            self.query_now = replace(self.query_now, kept=outcome_filter)
            self._filters_changed()

    def _filters_changed(self) -> None:
        outcome_filter = self.query_now.kept
        self.query_one(FilterChips).filters = (*((outcome_filter,) if outcome_filter.words else ()), *self._parts)
        self.reload(same_rows=True)

    @on(ResultTable.Opened)
    def action_open_result(self) -> None:
        """Show everything about the contact under the cursor."""
        from segtui.tui.screens.contacts.contact_view import contact_screen

        if (row := self.row) is None:
            return
        if row.contact is None:
            self.say("This contact was deleted. Its results are in this row.")
            return
        self.app.push_screen(contact_screen(self.session, self.settings, row.contact, None))

    def action_show_calls(self) -> None:
        """Show the calls by hour of the day."""
        from segtui.tui.screens.campaigns.campaign_hours import CampaignHoursScreen

        self.app.push_screen(CampaignHoursScreen(self.session, self.settings, self.campaign))

    def action_export_results(self) -> None:
        """Save the marked contacts, or all that are listed, to a file."""
        query, session = self.query_now, self.session
        listed = array("q", self.table.window.ids or ())

        def write(target: "ExportTarget", interrupt: Interrupt, ids: Sequence[int] | None) -> int:
            from segtui.services.campaigns.results import result_export

            marked, exported = ids is not None, listed if ids is None else ids
            return result_export.export(
                session, query, target.path, target.form, interrupt, ids=exported, marked=marked
            )

        self.exporter.export(self._listed_words(), f"{self.campaign.name} results", "result", write)

    def _listed_words(self) -> str:
        typed = self.query_now.search.strip()
        parts = [f"“{typed}”"] if typed else []
        parts += [self.query_now.kept.words] if self.query_now.kept.words else []
        parts += [part.sentence for part in self._parts]
        listed = f"The results of {counted(self.table.total or 0, 'contact')}, as listed"
        return f"{listed} ({', '.join(parts)})" if parts else listed
