"""The campaigns of the company or, for an admin, of every company: how far each is, and the way into one."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import on
from textual.content import Content
from textual.message import Message
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
from segtui.tui.actions.global_actions import Back, ChooseColumns, Copy, ReverseSort, Search, Sort
from segtui.tui.actions.sections import IN_SECTIONS
from segtui.tui.actions.segment_actions import ChooseCompany
from segtui.tui.screens.base.searchable_section import AdminList
from segtui.tui.screens.campaigns.campaign_columns import campaign_columns
from segtui.tui.screens.campaigns.campaign_operations import CampaignActs
from segtui.tui.screens.do_not_call.do_not_call_link import DoNotCallWay
from segtui.tui.widgets.chrome.title_bar import TitleBar
from segtui.tui.widgets.table.result_table import ResultTable
from segtui.tui.widgets.table.table_columns import TableColumn


class CampaignsScreen(AdminList[Campaign], CampaignActs, DoNotCallWay):
    """Every campaign, by name."""

    commands = (
        does.OpenCampaign,
        does.CreateCampaign,
        *does.ON_CAMPAIGN,
        Search,
        does.FilterCampaigns,
        ShowDoNotCall,
        Sort,
        ReverseSort,
        Copy,
        ChooseColumns,
        ChooseCompany,
        Back,
        *IN_SECTIONS,
    )
    list_name = "campaigns"
    place = "Campaigns"
    one, many = "campaign", "campaigns"
    search_hint = "Search by name, segment, agent or status"
    needs_row = (does.OpenCampaign, Copy)
    first_order: ClassVar[tuple[str, bool]] = ("name", False)
    query_now: var[CampaignQuery] = var(CampaignQuery)  # type: ignore[assignment]  # a query of its own

    @dataclass
    class Opening(Message):
        """This campaign is to be shown, in its company."""

        campaign: Campaign
        session: Session

    def columns(self) -> list[TableColumn[Campaign]]:
        """Return the columns."""
        return campaign_columns(self.settings.local)

    # What is shown

    @property
    def acted_on(self) -> Campaign | None:
        """The campaign under the cursor."""
        return self.row

    def listing(self, interrupt: Interrupt) -> Listing[Campaign]:
        """Return the campaigns asked for."""
        return campaigns.listing(self.session, self.query_now, interrupt)

    def state_reader(self) -> Callable[[Interrupt], object]:
        """Return what reads whether a campaign was changed or got any further."""
        from segtui.services.campaigns.results import progress

        session = self.session
        return lambda interrupt: (progress.state_of(session, interrupt),)

    def count_all(self) -> int:
        """Return how many there are."""
        return campaigns.total(self.session)

    @property
    def narrowed(self) -> bool:
        """Whether not all are asked for."""
        return super().narrowed or self.query_now.status is not None

    def nothing_found(self) -> Content:
        """Say why there is none and what to do."""
        typed, status = clean(self.query_now.search.strip()), self.query_now.status
        if status is not None:
            others = Content.assemble("\n", self.press(does.FilterCampaigns), " to show others.")
            if typed:
                return Content.assemble(f"No {status} campaign matches “", (typed, "bold"), "”.") + others
            return Content(f"There is no {status} campaign.") + others
        return super().nothing_found()

    def nothing_yet(self) -> Content:
        """Say how one is made."""
        empty = Content("There is no campaign yet.")
        if not self.session.can_write:
            return empty
        return empty + Content.assemble(
            " A campaign calls everybody in a segment.\n", self.press(does.CreateCampaign), " to make one."
        )

    @on(ResultTable.CursorMoved)
    @on(ResultTable.Counted)
    def _offer_for_row(self) -> None:
        self.refresh_bindings()

    def offers(self, command: type[Command]) -> bool:
        """Offer to filter where there is something to filter."""
        if command is does.FilterCampaigns and not (self.has_row or self.narrowed):
            return False
        return super().offers(command)

    # What the commands do

    @on(ResultTable.Opened)
    def action_open_campaign(self) -> None:
        """Look at the campaign under the cursor."""
        if (campaign := self.row) is not None:
            self.show_campaign(campaign)

    def show_campaign(self, campaign: Campaign) -> None:
        """Show a campaign on top of this list."""

        def find(_: Interrupt) -> Message:
            return self.Opening(campaign, company_of(self.session, campaign.company_id))

        if self.session.company is None:
            self.requests.ask("open", find, keys_wait=True)
        else:
            self._show(campaign, self.session)

    @on(Opening)
    def _opening(self, event: Opening) -> None:
        self._show(event.campaign, event.session)

    def _show(self, campaign: Campaign, session: Session) -> None:
        from segtui.tui.screens.campaigns.campaign_detail import CampaignDetailScreen

        self.app.push_screen(CampaignDetailScreen(session, self.settings, campaign))

    def action_filter_campaigns(self) -> None:
        """Choose which state the campaigns are in that are shown."""
        from segtui.tui.screens.campaigns.campaign_filters import StatusFilter

        def chosen(choice: tuple[str | None] | None) -> None:
            if choice is None:
                return
            (status,) = choice
            self.query_now = replace(self.query_now, status=status)
            self.query_one(TitleBar).place = self.place if status is None else f"{self.place} > {clean(status)}"
            self.reload(same_rows=True)

        self.app.push_screen(StatusFilter(self.session), chosen)
