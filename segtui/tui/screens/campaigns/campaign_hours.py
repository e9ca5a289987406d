"""When a campaign's calls are answered: by the hour of the day where they were answered, in figures and drawn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from segtui.config.settings import Settings
from segtui.errors import NotFound
from segtui.services.campaigns import Campaign
from segtui.services.campaigns.results import progress
from segtui.services.campaigns.results.hourly_stats import HourOfDay, by_hour
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session
from segtui.tui.actions.global_actions import Back
from segtui.tui.actions.sections import IN_SECTIONS
from segtui.tui.screens.base.base_screen import WorkScreen
from segtui.tui.screens.base.throttle import Pacing
from segtui.tui.widgets.chrome.glyphs import glyphs_for
from segtui.tui.widgets.chrome.hour_chart import HourChart, legend
from segtui.tui.widgets.chrome.scrolling import ScrolledText
from segtui.tui.widgets.chrome.service_requests import Refused
from segtui.tui.widgets.chrome.title_bar import TitleBar

_DRAWN_FROM: Final = (72, 18)
"""Columns and lines from which on there is room for the picture beside the figures."""


class CampaignHoursScreen(WorkScreen):
    """The calls by the hour. It follows while the campaign calls."""

    commands = (Back, *IN_SECTIONS)
    AUTO_FOCUS = "#hours-figures"

    @dataclass
    class HoursRead(Message):
        """The hours as they are now, and the state of the campaign they were read in; None where they are the same."""

        state: object
        hours: Sequence[HourOfDay] | None

    def __init__(self, session: Session, settings: Settings, campaign: Campaign) -> None:
        super().__init__(session, settings)
        self._campaign = campaign
        self._state: object = None
        self._pacing = Pacing(self, "hours", self._read)

    def compose_body(self) -> ComposeResult:
        """Lay out the figures and beside them the picture."""
        with Horizontal(id="hours"):
            with ScrolledText(id="hours-figures"):
                yield Static("", id="hours-table", markup=False)
            with Vertical(id="hours-drawn"):
                yield Static(legend(glyphs_for(self.app)), id="hours-legend")
                yield HourChart(id="hours-chart")

    def on_mount(self) -> None:
        """Say where one is, and ask for the hours."""
        self.query_one(TitleBar).place = f"Campaigns > {self._campaign.name} > By hour"
        self.query_one("#hours-drawn").display = False
        self._pacing.want()

    def on_resize(self, event: events.Resize) -> None:
        """Draw where there is room."""
        self._make_room(event.size.width, event.size.height)

    def on_screen_resume(self) -> None:
        """Look what was changed while another screen was on top."""
        self.follow()

    def follow(self) -> None:
        """Look whether there were other calls."""
        if self.is_active:
            self._pacing.want()

    def _read(self, interrupt: Interrupt) -> Message:
        session, campaign_id = self.session, self._campaign.id
        state = progress.state_of_one(session, campaign_id, interrupt)
        if state is not None and state == self._state:
            return self.HoursRead(state, None)
        return self.HoursRead(state, by_hour(session, campaign_id, interrupt))

    @on(HoursRead)
    def _hours_read(self, event: HoursRead) -> None:
        self._pacing.came()
        self._state = event.state
        if event.hours is not None:
            self._hours = event.hours
            self.query_one("#hours-table", Static).update(Content("\n").join(_table(event.hours)))
            self.query_one(HourChart).show([(f"{each.hour:02}", each.calls, each.answered) for each in event.hours])
            self._make_room(self.size.width, self.size.height)

    def _make_room(self, width: int, height: int) -> None:
        least_width, least_height = _DRAWN_FROM
        shown = bool(self._hours) and width >= least_width and height >= least_height
        self.query_one("#hours-drawn").display = shown

    _hours: Sequence[HourOfDay] = ()

    def refused(self, event: Refused) -> None:
        """Say what could not be had; leave what is not there any more."""
        if event.kind == "hours" and not isinstance(event.error, NotFound):
            self.say_once(event.error)
            return
        super().refused(event)
        if event.kind == "hours":
            self.dismiss(None)


def _table(hours: Sequence[HourOfDay]) -> Iterator[Content]:
    """Yield the lines of the figures."""
    if not hours:
        yield Content("No call is over yet.")
        return
    yield Content.styled(f"{'Hour':<13}{'Calls':>9}{'Answered':>10}{'Rate':>6}", "bold")
    for each in hours:
        yield Content(f"{each.hour:02}:00-{each.hour + 1:02}:00  {each.calls:>9,}{each.answered:>10,}{_rate(each):>6}")
    total = HourOfDay(0, sum(each.calls for each in hours), sum(each.answered for each in hours))
    yield Content.styled(f"{'All':<13}{total.calls:>9,}{total.answered:>10,}{_rate(total):>6}", "bold")
    yield Content("")
    yield Content.styled("Hours are those of the contacts called.", "$foreground-muted")


def _rate(hour: HourOfDay) -> str:
    return "-" if hour.rate is None else f"{100 * hour.rate:.0f}%"
