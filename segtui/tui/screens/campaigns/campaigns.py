"""The campaign list: the campaigns of the company or, for an admin, of every company, with their progress."""

from collections.abc import Callable
from dataclasses import replace

from textual import on
from textual.content import Content
from textual.reactive import var

from segtui.domain.text import clean
from segtui.services import campaigns
from segtui.services.campaigns import Campaign, CampaignQuery
from segtui.services.interrupt import Interrupt
from segtui.services.listing import Listing
from segtui.services.session import Session, company_of
from segtui.tui.actions import campaign_actions as does
from segtui.tui.actions.action import Command
from segtui.tui.actions.contact_actions import ShowDoNotCall
from segtui.tui.actions.global_actions import (
    SEARCHING,
    UNDOING,
    Back,
    ChooseColumns,
    Copy,
    ExportList,
    ReverseSort,
    Sort,
)
from segtui.tui.actions.sections import IN_SECTIONS
from segtui.tui.actions.segment_actions import ChooseCompany
from segtui.tui.screens.base.collaborators import Holds
from segtui.tui.screens.base.company_choice import CompanyChoice
from segtui.tui.screens.base.flows import flow
from segtui.tui.screens.base.list_base import ListScreen
from segtui.tui.screens.campaigns.campaign_actions import CampaignActions
from segtui.tui.screens.campaigns.campaign_columns import campaign_columns
from segtui.tui.screens.do_not_call.do_not_call_link import DoNotCallLink
from segtui.tui.widgets.table.result_table import ResultTable
from segtui.tui.widgets.table.table_columns import TableColumn


class ListedCampaignActions(CampaignActions["CampaignsScreen"]):
    """Acts on the campaign under the cursor."""

    @property
    def campaign(self) -> Campaign | None:
        """The campaign under the cursor."""
        return self.screen.row


class CampaignsScreen(ListScreen[Campaign]):
    """Every campaign, by name."""

    commands = (
        does.OpenCampaign,
        does.CreateCampaign,
        *does.ON_CAMPAIGN,
        *SEARCHING,
        *UNDOING,
        does.FilterCampaigns,
        ShowDoNotCall,
        Sort,
        ReverseSort,
        ExportList,
        Copy,
        ChooseColumns,
        ChooseCompany,
        Back,
        *IN_SECTIONS,
    )
    list_name = "campaigns"
    title_path = "Campaigns"
    row_names = ("campaign", "campaigns")
    search_hint = "Search by name, segment, agent or status"
    needs_row = (does.OpenCampaign, Copy)
    query_now: var[CampaignQuery] = var(CampaignQuery)

    campaign_actions = Holds(ListedCampaignActions)
    company_choice = Holds(CompanyChoice)
    do_not_call_link = Holds(DoNotCallLink)

    def columns(self) -> list[TableColumn[Campaign]]:
        """Return the columns."""
        return campaign_columns(self.settings.local)

    # The rows

    def listing(self, interrupt: Interrupt) -> Listing[Campaign]:
        """Return the campaigns that match."""
        return campaigns.listing(self.session, self.query_now, interrupt)

    def state_reader(self) -> Callable[[Interrupt], object]:
        """Return a function that reads the state of the campaigns and of their calls."""
        from segtui.services.campaigns.results import progress

        session = self.session
        return lambda interrupt: (progress.state_of(session, interrupt),)

    def count_all(self) -> int:
        """Return the number of campaigns without search and filter."""
        return campaigns.total(self.session)

    @property
    def filtered(self) -> bool:
        """True while a filter leaves campaigns out."""
        return self.query_now.status is not None

    def show_everything(self) -> None:
        """Clear the search and the filter, for the next `reload`."""
        super().show_everything()
        self._take_status(None)

    def nothing_found(self) -> Content:
        """Return the text of an empty list."""
        typed, status = clean(self.query_now.search.strip()), self.query_now.status
        if status is not None:
            others = Content.assemble("\n", self.press(does.FilterCampaigns), " to show others.")
            if typed:
                return Content.assemble(f"No {status} campaign matches “", (typed, "bold"), "”.") + others
            return Content(f"There is no {status} campaign.") + others
        return super().nothing_found()

    def nothing_yet(self) -> Content:
        """Return the text of an empty list."""
        empty = Content("There is no campaign yet.")
        if not self.session.can_write:
            return empty
        return empty + Content.assemble(
            " A campaign calls the contacts of a segment.\n", self.press(does.CreateCampaign), " to make one."
        )

    @on(ResultTable.CursorMoved)
    @on(ResultTable.Counted)
    def _offer_for_row(self) -> None:
        self.refresh_bindings()

    def offers(self, command: type[Command]) -> bool:
        """Offer the filter only where there are campaigns, or a filter."""
        if command is does.FilterCampaigns and not (self.has_row or self.narrowed):
            return False
        return super().offers(command)

    # Commands

    @on(ResultTable.Opened)
    def action_open_campaign(self) -> None:
        """Open the campaign under the cursor."""
        if (campaign := self.row) is not None:
            self.show_campaign(campaign)

    def show_campaign(self, campaign: Campaign) -> None:
        """Show a campaign on top of this list."""
        if self.session.company is None:
            self._open_in_company(campaign)
        else:
            self._show(campaign, self.session)

    @flow
    async def _open_in_company(self, campaign: Campaign) -> None:
        session = await self.read(lambda _: company_of(self.session, campaign.company_id))
        if self.is_top_work_screen:
            self._show(campaign, session)

    def _show(self, campaign: Campaign, session: Session) -> None:
        from segtui.tui.screens.campaigns.campaign_detail import CampaignDetailScreen

        self.app.push_screen(CampaignDetailScreen(session, self.settings, campaign))

    @flow
    async def action_filter_campaigns(self) -> None:
        """Choose the status of the campaigns that are shown."""
        from segtui.tui.screens.campaigns.campaign_filters import StatusFilter

        choice = await self.ask(StatusFilter(self.session))
        if choice is None:
            return
        self._take_status(*choice)
        self.reload(same_rows=True)

    def _take_status(self, status: str | None) -> None:
        """Put a filter by status in force, or none, for the next `reload`."""
        self.query_now = replace(self.query_now, status=status)
        self.title_path = "Campaigns" if status is None else f"Campaigns > {clean(status)}"
        self.show_title()
