"""A campaign: why nothing is dialled, how far it is, how it is set; below it what became of its contacts."""

from dataclasses import dataclass
from typing import Final

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Static

from segtui.config.settings import Settings
from segtui.errors import NotFound
from segtui.services.campaigns import Campaign
from segtui.services.campaigns.results import progress
from segtui.services.campaigns.results.progress import Progress
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session
from segtui.tui.actions import campaign_actions as does
from segtui.tui.actions.contact_actions import AddToSegment, MarkDoNotCall
from segtui.tui.actions.global_actions import (
    UNDOING,
    Back,
    ChooseColumns,
    Copy,
    MarkAll,
    ReverseSort,
    Search,
    Sort,
    ToggleMark,
)
from segtui.tui.actions.sections import IN_SECTIONS
from segtui.tui.screens.base.throttle import Pacing
from segtui.tui.screens.campaigns.campaign_lines import head
from segtui.tui.screens.campaigns.campaign_operations import CampaignActs
from segtui.tui.screens.campaigns.campaign_results import CampaignResults
from segtui.tui.widgets.chrome.key_bar import keys_shown
from segtui.tui.widgets.chrome.packed_lines import PackedLines
from segtui.tui.widgets.chrome.scrolling import ScrolledHead
from segtui.tui.widgets.chrome.service_requests import Refused
from segtui.tui.widgets.forms.filter_chips import FilterChips
from segtui.tui.widgets.forms.search_box import ResultCount, SearchBox

# What is different without anybody having committed anything: hours begin, the last hour moves on.
_LOOKS_AGAIN: Final = 30.0


class CampaignDetailScreen(CampaignResults, CampaignActs):
    """One campaign. It follows: what is known of it is painted again when it is something else, and not before."""

    commands = (
        does.OpenResult,
        *does.ON_CAMPAIGN,
        AddToSegment,
        does.SkipContact,
        ToggleMark,
        MarkAll,
        Search,
        does.FilterResults,
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

    @dataclass
    class Progressed(Message):
        """The state it was read in, and how the campaign is getting on; None where the state is the same."""

        state: object
        progress: Progress | None

    def __init__(self, session: Session, settings: Settings, campaign: Campaign) -> None:
        super().__init__(session, settings, campaign)
        self._progress: Progress | None = None
        self._seen: object = None
        self._pacing = Pacing(self, "progress", self._read_progress)

    def compose_body(self) -> ComposeResult:
        """Lay out what is said of the campaign, the search line and the table."""
        with ScrolledHead(id="campaign-about"):
            yield PackedLines(id="campaign-head")
        with Horizontal(id="search-line"):
            yield Static("/", id="prompt")
            yield SearchBox(
                placeholder="Search the contacts: name, phone, e-mail, city…",
                id="search",
            )
            yield ResultCount(one="contact", many="contacts", id="count")
        yield FilterChips(key=keys_shown(self.app, does.FilterResults), id="filters")
        yield self.new_table()

    def on_mount(self) -> None:
        """Say where one is, and look now and then what the time has changed."""
        self.show_title()
        self.set_interval(_LOOKS_AGAIN, self._time_passed)

    def on_resize(self, event: events.Resize) -> None:
        """Let the bar follow the width."""
        self._show_progress(event.size.width)

    # What is shown

    @property
    def acted_on(self) -> Campaign | None:
        """The campaign."""
        return self.campaign

    def reload(self, *, cursor: int | None = None, same_rows: bool = False, quietly: bool = False) -> None:
        """Ask anew for the contacts and, unless it is only their order or the search that changed, for the rest."""
        super().reload(cursor=cursor, same_rows=same_rows, quietly=quietly)
        if not same_rows:
            self._pacing.want()

    def follow(self) -> None:
        """Look what was changed. How far it is comes faster than a long list of contacts can."""
        # What a draft would do takes long to count: that is done when the list says that something is different.
        if self.campaign.launched and self.is_active:
            self._pacing.want()
        super().follow()

    def _time_passed(self) -> None:
        if self.campaign.status in {"active", "scheduled"} and self.is_active:
            self._seen = None
            self._pacing.want()

    def _read_progress(self, interrupt: Interrupt) -> Message:
        session, campaign_id = self.session, self.campaign.id
        state = progress.state_of_one(session, campaign_id, interrupt)
        if state is not None and state == self._seen:
            return self.Progressed(state, None)
        return self.Progressed(state, progress.progress(session, campaign_id, interrupt))

    @on(Progressed)
    def _progressed(self, event: Progressed) -> None:
        self._pacing.came()
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
            self.query_one("#campaign-head", PackedLines).show(head(self._progress, self.settings, width - 2))

    def show_change(self, _cursor: int | None) -> None:
        """Read all of it again after a change made here; go back from a campaign that was deleted."""
        if self.deleted == self.campaign.id:
            self.dismiss(None)
            return
        self._pacing.want(at_once=True)
        self.reload(cursor=self.table.cursor_id)

    def refused(self, event: Refused) -> None:
        """Say what could not be had; go back from a campaign that is not there any more."""
        gone = event.kind in {"progress", "state"} and isinstance(event.error, NotFound)
        if gone and (not self.is_active or self.deleted == self.campaign.id):
            return  # asked again when what is on top has gone, or not: it was deleted here, which is about to be said
        if event.kind == "progress" and not gone:
            self.failed(event.error)
            return
        super().refused(event)
        if gone:
            self.dismiss(None)
