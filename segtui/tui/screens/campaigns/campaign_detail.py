"""The campaign screen: why nothing is dialled, progress and settings, and below them the result of every contact."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from textual import events, on
from textual.message import Message
from textual.widget import Widget

from segtui.config.settings import Settings
from segtui.errors import NotFound
from segtui.services.campaigns import Campaign
from segtui.services.campaigns.results import progress
from segtui.services.campaigns.results.progress import Progress
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session
from segtui.tui.actions import campaign_actions as does
from segtui.tui.actions.contact_actions import AddToSegment, EditContacts, MarkDoNotCall, ShowFrequency
from segtui.tui.actions.global_actions import (
    MARKING,
    SEARCHING,
    UNDOING,
    Back,
    ChooseColumns,
    Copy,
    ReverseSort,
    Sort,
)
from segtui.tui.actions.sections import IN_SECTIONS
from segtui.tui.screens.base.collaborators import Holds
from segtui.tui.screens.campaigns.campaign_actions import CampaignActions
from segtui.tui.screens.campaigns.campaign_lines import head
from segtui.tui.screens.campaigns.campaign_results import CampaignResults
from segtui.tui.widgets.chrome.glyphs import glyphs_for
from segtui.tui.widgets.chrome.packed_lines import PackedLines
from segtui.tui.widgets.chrome.scrolling import ScrolledHead
from segtui.tui.widgets.chrome.service_requests import Refused
from segtui.tui.widgets.chrome.throttle import Throttle

# Time changes what is shown without a commit: calling hours begin, the last hour moves on.
_REFRESH_SECONDS: Final = 30.0


class ShownCampaignActions(CampaignActions["CampaignDetailScreen"]):
    """Acts on the campaign that is shown."""

    @property
    def campaign(self) -> Campaign | None:
        """The campaign."""
        return self.screen.campaign


class CampaignDetailScreen(CampaignResults):
    """One campaign. Its progress is painted again only when it has changed."""

    commands = (
        does.OpenResult,
        *does.ON_CAMPAIGN,
        AddToSegment,
        EditContacts,
        does.SkipContact,
        *MARKING,
        *SEARCHING,
        does.FilterResults,
        ShowFrequency,
        *UNDOING,
        MarkDoNotCall,
        does.ShowCalls,
        does.ExportResults,
        Copy,
        Sort,
        ReverseSort,
        ChooseColumns,
        Back,
        *IN_SECTIONS,
    )

    campaign_actions = Holds(ShownCampaignActions)

    @dataclass
    class Progressed(Message):
        """The state that the progress was read in, and the progress; None where the state is the same."""

        state: object
        progress: Progress | None

    def __init__(self, session: Session, settings: Settings, campaign: Campaign) -> None:
        super().__init__(session, settings, campaign)
        self._progress: Progress | None = None
        self._seen: object = None
        self._throttle = Throttle.of_request(self, self.requests, "progress", self._read_progress)

    def compose_above(self) -> Iterable[Widget]:
        """Yield the head: status, progress and settings."""
        yield ScrolledHead(PackedLines(id="campaign-head"), id="campaign-about")

    def on_mount(self) -> None:
        """Read the progress now and then: time changes it, too."""
        self.set_interval(_REFRESH_SECONDS, self._time_passed)

    def on_resize(self, event: events.Resize) -> None:
        """Let the bar follow the width."""
        self._show_progress(event.size.width)

    # Progress

    def reload(self, *, cursor: int | None = None, same_rows: bool = False, quietly: bool = False) -> None:
        """Load the contacts and, unless only their order or the search changed, the progress."""
        super().reload(cursor=cursor, same_rows=same_rows, quietly=quietly)
        if not same_rows:
            self._throttle.request()

    def follow(self) -> None:
        """Read the progress, which is faster than a long list of contacts, then the list if it was changed."""
        # The forecast of a draft takes long: it is read only when the list was changed.
        if self.campaign.launched and self.is_active:
            self._throttle.request()
        super().follow()

    def _time_passed(self) -> None:
        if self.campaign.status in {"active", "scheduled"} and self.is_active:
            self._seen = None
            self._throttle.request()

    def _read_progress(self, interrupt: Interrupt) -> Message:
        session, campaign_id = self.session, self.campaign.id
        state = progress.state_of_one(session, campaign_id, interrupt)
        if state is not None and state == self._seen:
            return self.Progressed(state, None)
        return self.Progressed(state, progress.progress(session, campaign_id, interrupt))

    @on(Progressed)
    def _progressed(self, event: Progressed) -> None:
        self._throttle.finished()
        self._seen = event.state
        if event.progress is None:
            return
        before, self.campaign = self.campaign, event.progress.overview.campaign
        self._progress = event.progress
        self._show_progress(self.size.width)
        if before.status != self.campaign.status or before.name != self.campaign.name:
            self.show_title()
            self.refresh_bindings()

    def _show_progress(self, width: int) -> None:
        if self._progress is not None:
            self.query_one("#campaign-head", PackedLines).show(
                head(self._progress, self.settings, width - 2, glyphs_for(self.app))
            )

    def show_change(self, _cursor: int | None) -> None:
        """Read all of it again after a change made here; go back from a campaign that was deleted."""
        if self.campaign_actions.deleted_id == self.campaign.id:
            self.dismiss(None)
            return
        self._throttle.request(at_once=True)
        self.reload(cursor=self.table.cursor_id)

    def refused(self, event: Refused) -> None:
        """Say that a request failed; go back from a campaign that was deleted."""
        gone = event.kind in {"progress", "state"} and isinstance(event.error, NotFound)
        if gone and (not self.is_active or self.campaign_actions.deleted_id == self.campaign.id):
            return  # read again once nothing lies on top; or deleted here, which the end of the change will say
        if event.kind == "progress" and not gone:
            self.failed(event.error)
            return
        super().refused(event)
        if gone:
            self.dismiss(None)
