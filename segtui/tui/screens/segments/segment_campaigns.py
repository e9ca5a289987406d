"""The campaigns of the segment that is shown: one line that says how far they are, the way to each, and a new one."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import on
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from segtui.config.settings import Settings
from segtui.domain.text import clean
from segtui.services import campaigns
from segtui.services.campaigns import Campaign
from segtui.services.interrupt import Interrupt
from segtui.services.segments.segments import Segment
from segtui.services.session import Session
from segtui.tui.actions.action import Command
from segtui.tui.actions.segment_actions import NewCampaign, SegmentCampaigns
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.screens.campaigns.campaign_flows import CampaignWriting
from segtui.tui.screens.campaigns.campaign_words import listed
from segtui.tui.widgets.chrome.key_bar import key_shown


class SegmentCampaignsPart(CampaignWriting):
    """A screen about `segment` with a line `#campaigns`, which is there where the segment has campaigns."""

    segment: Segment

    @dataclass
    class CampaignsRead(Message):
        """The campaigns of the segment as they are now."""

        campaigns: Sequence[Campaign]

    def __init__(self, session: Session, settings: Settings) -> None:
        super().__init__(session, settings)
        self._campaigns: Sequence[Campaign] = ()

    def offers(self, command: type[Command]) -> bool:
        """Offer to list its campaigns where there are some, and to make one where one can be made."""
        if command is SegmentCampaigns and not self._campaigns:
            return False
        if command is NewCampaign and self.segment.archived:
            return False
        return super().offers(command)

    def follow(self) -> None:
        """Look how far the campaigns are, too."""
        super().follow()
        if self.is_active:
            self.read_campaigns()

    def read_campaigns(self) -> None:
        """Ask for the campaigns as they are now."""
        session, segment_id = self.session, self.segment.id

        def read(interrupt: Interrupt) -> Message:
            return self.CampaignsRead(campaigns.of_segment(session, segment_id, interrupt))

        self.requests.ask("campaigns", read)

    @on(CampaignsRead)
    def _show_campaigns(self, event: CampaignsRead) -> None:
        had, self._campaigns = bool(self._campaigns), event.campaigns
        line = self.query_one("#campaigns", Static)
        key = key_shown(self.app, SegmentCampaigns)
        label = f"Campaigns ({key}): " if key else "Campaigns: "
        line.update(Content.assemble((label, "$foreground-muted"), listed(event.campaigns)))
        line.display = bool(event.campaigns)
        if had != bool(event.campaigns):
            self.refresh_bindings()

    def campaign_done(self, sentence: str, campaign: Campaign) -> None:  # noqa: ARG002 -- it is no row of this list
        """Say what was done to a campaign, and how one gets to it."""
        self.post_message(Done(f"{sentence} {key_shown(self.app, SegmentCampaigns)} goes to it."))

    def action_new_campaign(self) -> None:
        """Make a campaign that calls the segment."""
        self.create_campaign(self.segment)

    def action_segment_campaigns(self) -> None:
        """List the campaigns of the segment, to go to one."""
        from segtui.tui.screens.campaigns.campaign_picker import CampaignPicker

        def picked(campaign: Campaign | None) -> None:
            if campaign is not None:
                self.open_campaign(campaign)

        title = f"Campaigns of “{clean(self.segment.name)}”"
        self.app.push_screen(CampaignPicker(self.session, title, segment_id=self.segment.id), picked)
