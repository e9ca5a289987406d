"""A campaign: why nothing is dialled, how far it is, how it is set; below it what became of its contacts."""

from dataclasses import dataclass
from time import monotonic

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Static

from segtui.commands import campaigns as does
from segtui.commands.everywhere import Back, ChooseColumns, Copy, ReverseSort, Search, Sort
from segtui.commands.sections import IN_SECTIONS
from segtui.config import Settings
from segtui.errors import NotFound
from segtui.screens.campaign_acts import CampaignActs
from segtui.screens.campaign_lines import head
from segtui.screens.campaign_results import CampaignResults
from segtui.services.campaigns import Campaign, progress
from segtui.services.campaigns.progress import Progress
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session
from segtui.widgets.packed_lines import PackedLines
from segtui.widgets.requests import Refused
from segtui.widgets.search_box import ResultCount, SearchBox

# How far it is is read at most once a second, and then rests so many times as long as that took.
_SECOND = 1.0
_REST = 4
# What is different without anybody having committed anything: hours begin, the last hour moves on.
_LOOKS_AGAIN = 30.0


class CampaignDetailScreen(CampaignResults, CampaignActs):
    """One campaign. It follows: what is known of it is painted again when it is something else, and not before."""

    commands = (
        does.OpenResult,
        *does.ON_CAMPAIGN,
        Search,
        does.FilterResults,
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
        """How the campaign is getting on; reading that took so many seconds."""

        progress: Progress
        seconds: float

    def __init__(self, session: Session, settings: Settings, campaign: Campaign) -> None:
        super().__init__(session, settings, campaign)
        self._progress: Progress | None = None
        self._waiting: Timer | None = None
        self._looks_from = 0.0

    def compose_body(self) -> ComposeResult:
        """Lay out what is said of the campaign, the search line and the table."""
        yield PackedLines(id="campaign-head")
        with Horizontal(id="search-line"):
            yield Static("/", id="prompt")
            yield SearchBox(placeholder="Search in every column of the contacts", id="search")
            yield ResultCount(one="contact", many="contacts", id="count")
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
            self._look()

    def follow(self) -> None:
        """Look what was changed. How far it is comes faster than a long list of contacts can."""
        if self.campaign.launched and self.is_active and not self._covered:
            self._look()
        super().follow()

    def _time_passed(self) -> None:
        if self.campaign.status in {"active", "scheduled"} and self.is_active and not self._covered:
            self._look()

    def _look(self) -> None:
        """Ask how the campaign is getting on, now or as soon as it is time to."""
        if self._waiting is not None:
            return
        if self.requests.running("progress") or (rest := self._looks_from - monotonic()) > 0:
            rest = _SECOND if self.requests.running("progress") else rest
            self._waiting = self.set_timer(rest, self._waited)
            return
        session, campaign_id = self.session, self.campaign.id

        def read(interrupt: Interrupt) -> Message:
            began = monotonic()
            found = progress.progress(session, campaign_id, interrupt)
            return self.Progressed(found, monotonic() - began)

        self.requests.ask("progress", read)

    def _waited(self) -> None:
        self._waiting = None
        if self.is_active and not self._covered:
            self._look()

    @on(Progressed)
    def _progressed(self, event: Progressed) -> None:
        self._looks_from = monotonic() + max(_SECOND, _REST * event.seconds)
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
        """Read all of it again after a change made here."""
        self._looks_from = 0.0
        self.reload(cursor=self.table.cursor_id)

    def refused(self, event: Refused) -> None:
        """Say what could not be had; go back from a campaign that is not there any more."""
        gone = event.kind in {"progress", "state"} and isinstance(event.error, NotFound)
        if gone and not self.is_active:
            return  # asked again when what is on top has gone
        if event.kind == "progress" and not gone:
            self.failed(event.error)
            return
        super().refused(event)
        if gone:
            self.dismiss(None)
