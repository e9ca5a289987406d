"""The campaigns of the segment that is shown: a line with their progress, the way to each, and a new one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from segtui.domain.text import clean
from segtui.services import campaigns
from segtui.services.campaigns import Campaign
from segtui.services.interrupt import Interrupt
from segtui.tui.actions.action import Command
from segtui.tui.actions.segment_actions import NewCampaign, SegmentCampaigns
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.screens.base.flows import flow
from segtui.tui.screens.campaigns.campaign_editing import CampaignEditing
from segtui.tui.screens.campaigns.campaign_words import listed
from segtui.tui.widgets.chrome.key_bar import key_shown

if TYPE_CHECKING:
    from segtui.tui.screens.segments.segment_detail import SegmentDetailScreen


@dataclass
class CampaignsRead(Message):
    """The current campaigns of the segment."""

    campaigns: Sequence[Campaign]


class SegmentCampaignActions(CampaignEditing["SegmentDetailScreen"]):
    """Keeps the line `#campaigns` of a segment screen, which is hidden without campaigns, and opens campaigns."""

    def __init__(self, screen: "SegmentDetailScreen") -> None:
        super().__init__(screen)
        self._campaigns: Sequence[Campaign] = ()

    def offers(self, command: type[Command]) -> bool:
        """Offer to list campaigns where there are some, and to make one unless the segment is archived."""
        if command is SegmentCampaigns and not self._campaigns:
            return False
        return not (command is NewCampaign and self.screen.segment.archived)

    def read(self) -> None:
        """Request the current campaigns."""
        session, segment_id = self.session, self.screen.segment.id

        def read(interrupt: Interrupt) -> Message:
            return CampaignsRead(campaigns.of_segment(session, segment_id, interrupt))

        self.screen.requests.ask("campaigns", read)

    def show(self, current: Sequence[Campaign]) -> None:
        """Show the campaigns in the line."""
        had, self._campaigns = bool(self._campaigns), current
        line = self.screen.query_one("#campaigns", Static)
        key = key_shown(self.screen.app, SegmentCampaigns)
        label = f"Campaigns ({key}): " if key else "Campaigns: "
        line.update(Content.assemble((label, "$foreground-muted"), listed(current)))
        line.display = bool(current)
        if had != bool(current):
            self.screen.refresh_bindings()

    def done(self, sentence: str, campaign: Campaign) -> None:  # noqa: ARG002 -- it is no row of this list
        """Say what was done to a campaign, and the key that goes to it."""
        self.screen.post_message(Done(f"{sentence} {key_shown(self.screen.app, SegmentCampaigns)} goes to it."))

    def action_new_campaign(self) -> None:
        """Make a campaign that calls the segment."""
        self.create(self.screen.segment)

    @flow
    async def action_segment_campaigns(self) -> None:
        """List the campaigns of the segment, and open the one that is picked."""
        from segtui.tui.screens.campaigns.campaign_picker import CampaignPicker

        screen = self.screen
        title = f"Campaigns of “{clean(screen.segment.name)}”"
        campaign = await screen.ask(CampaignPicker(screen.session, title, segment_id=screen.segment.id))
        if campaign is not None:
            screen.open_campaign(campaign)
