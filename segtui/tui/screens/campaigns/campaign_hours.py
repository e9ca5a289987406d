"""Calls and answers of a campaign by hour of the day, in each contact's local time: a table and a chart."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.geometry import Size
from textual.message import Message

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
from segtui.tui.widgets.charts.figures_and_chart import FiguresAndChart
from segtui.tui.widgets.charts.hour_chart import HourChart, legend
from segtui.tui.widgets.chrome.glyphs import glyphs_for
from segtui.tui.widgets.chrome.service_requests import Refused
from segtui.tui.widgets.chrome.throttle import Throttle
from segtui.tui.widgets.chrome.title_bar import TitleBar

_MIN_CHART_TERMINAL: Final = Size(72, 18)


class CampaignHoursScreen(WorkScreen):
    """The calls by the hour, read again while the campaign calls."""

    commands = (Back, *IN_SECTIONS)
    AUTO_FOCUS = "#figures"

    @dataclass
    class HoursRead(Message):
        """The current hours, and the state of the campaign they were read in; None where the state is the same."""

        state: object
        hours: Sequence[HourOfDay] | None

    def __init__(self, session: Session, settings: Settings, campaign: Campaign) -> None:
        super().__init__(session, settings)
        self._campaign = campaign
        self._state: object = None
        self._throttle = Throttle.of_request(self, self.requests, "hours", self._read)

    def compose_body(self) -> ComposeResult:
        """Lay out the table, and the chart beside it."""
        yield FiguresAndChart(HourChart(id="hours-chart"), legend(glyphs_for(self.app)), _MIN_CHART_TERMINAL)

    def on_mount(self) -> None:
        """Set the title, and request the hours."""
        self.query_one(TitleBar).place = f"Campaigns > {self._campaign.name} > By hour"
        self._throttle.request()

    def on_screen_resume(self) -> None:
        """Read the calls made while another screen was on top."""
        self.follow()

    def follow(self) -> None:
        """Read the hours again if there were other calls."""
        if self.is_active:
            self._throttle.request()

    def _read(self, interrupt: Interrupt) -> Message:
        session, campaign_id = self.session, self._campaign.id
        state = progress.state_of_one(session, campaign_id, interrupt)
        if state is not None and state == self._state:
            return self.HoursRead(state, None)
        return self.HoursRead(state, by_hour(session, campaign_id, interrupt))

    @on(HoursRead)
    def _hours_read(self, event: HoursRead) -> None:
        self._throttle.finished()
        self._state = event.state
        if event.hours is not None:
            self.query_one(HourChart).show([(f"{hour.hour:02}", hour.calls, hour.answered) for hour in event.hours])
            self.query_one(FiguresAndChart).show(_table(event.hours), is_drawn=bool(event.hours))

    def refused(self, event: Refused) -> None:
        """Say that a request failed; go back from a campaign that was deleted."""
        if event.kind == "hours" and not isinstance(event.error, NotFound):
            self.say_once(event.error)
            return
        super().refused(event)
        if event.kind == "hours":
            self.dismiss(None)


def _table(hours: Sequence[HourOfDay]) -> Iterator[Content]:
    """Yield the lines of the table."""
    if not hours:
        yield Content("No call is over yet.")
        return
    yield Content.styled(f"{'Hour':<13}{'Calls':>9}{'Answered':>10}{'Rate':>6}", "bold")
    for hour in hours:
        yield Content(f"{hour.hour:02}:00-{hour.hour + 1:02}:00  {hour.calls:>9,}{hour.answered:>10,}{_rate(hour):>6}")
    total = HourOfDay(0, sum(hour.calls for hour in hours), sum(hour.answered for hour in hours))
    yield Content.styled(f"{'All':<13}{total.calls:>9,}{total.answered:>10,}{_rate(total):>6}", "bold")
    yield Content("")
    yield Content.styled("Hours are in each contact's local time.", "$foreground-muted")


def _rate(hour: HourOfDay) -> str:
    return "-" if hour.rate is None else f"{100 * hour.rate:.0f}%"
