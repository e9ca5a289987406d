"""The contacts of a segment by day: a chart, and a table beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.geometry import Size
from textual.message import Message

from segtui.config.settings import Settings
from segtui.domain.text import clean, counted
from segtui.errors import NotFound
from segtui.services.interrupt import Interrupt
from segtui.services.segments.history.members_by_day import DayOfSegment, members_by_day
from segtui.services.segments.segments import Segment
from segtui.services.session import Session
from segtui.tui.actions.action import Command
from segtui.tui.actions.global_actions import Back
from segtui.tui.actions.sections import IN_SECTIONS
from segtui.tui.actions.segment_actions import ChooseDays
from segtui.tui.screens.base.base_screen import WorkScreen
from segtui.tui.screens.segments.history.day_chart import DayChart
from segtui.tui.widgets.charts.figures_and_chart import FiguresAndChart
from segtui.tui.widgets.chrome.service_requests import Refused
from segtui.tui.widgets.chrome.title_bar import TitleBar

RANGES: Final = (30, 90, 365, 7)
"""Numbers of days that are shown, in the order in which they are chosen."""
_MIN_CHART_TERMINAL: Final = Size(72, 14)


class MembersByDayScreen(WorkScreen):
    """The days of a segment, the newest first, read again when something was changed."""

    commands = (ChooseDays, Back, *IN_SECTIONS)
    AUTO_FOCUS = "#figures"

    @dataclass
    class DaysRead(Message):
        """The current days."""

        days: Sequence[DayOfSegment]

    def __init__(self, session: Session, settings: Settings, segment: Segment) -> None:
        super().__init__(session, settings)
        self._segment = segment
        self._range = RANGES[0]
        self._days: Sequence[DayOfSegment] = ()

    def compose_body(self) -> ComposeResult:
        """Lay out the table, and the chart beside it."""
        yield FiguresAndChart(DayChart(id="days-chart"), "", _MIN_CHART_TERMINAL)

    def on_mount(self) -> None:
        """Set the title, and request the days."""
        self.query_one(TitleBar).place = f"Segments > {clean(self._segment.name)} > By day"
        self.follow()

    def on_screen_resume(self) -> None:
        """Read the changes made while another screen was on top."""
        self.follow()

    def follow(self) -> None:
        """Read the days again."""
        if self.is_active:
            self._request()

    def _request(self) -> None:
        session, segment_id, days = self.session, self._segment.id, self._range

        def read(interrupt: Interrupt) -> Message:
            return self.DaysRead(members_by_day(session, segment_id, days, interrupt))

        self.requests.ask("days", read)

    @on(DaysRead)
    def _days_read(self, event: DaysRead) -> None:
        if self._days != event.days or not event.days:
            self._days = event.days
            self.query_one(DayChart).show(event.days)
            figures = self.query_one(FiguresAndChart)
            figures.name_chart(f"Contacts in the last {self._range} days")
            figures.show(_table(event.days, self._range), is_drawn=len(event.days) > 1)

    def label_of(self, command: type[Command]) -> str:
        """Name the number of days that is shown next."""
        return f"Last {self._next_range} days" if command is ChooseDays else super().label_of(command)

    @property
    def _next_range(self) -> int:
        return RANGES[(RANGES.index(self._range) + 1) % len(RANGES)]

    def action_choose_days(self) -> None:
        """Show the next number of days."""
        self._range = self._next_range
        self.refresh_bindings()
        self._request()

    def refused(self, event: Refused) -> None:
        """Say that a request failed; go back from a segment that was deleted."""
        if event.kind == "days" and not isinstance(event.error, NotFound):
            self.say_once(event.error)
            return
        super().refused(event)
        if event.kind == "days":
            self.dismiss(None)


def _table(days: Sequence[DayOfSegment], range_: int) -> Iterator[Content]:
    """Yield the lines of the table, the newest day first."""
    if not days:
        yield Content("Nothing is recorded yet: no contact has joined this segment so far.")
        return
    yield Content.styled(f"{'Day':<10}{'Contacts':>11}{'Joined':>9}{'Left':>9}", "bold")
    joined, left = sum(day.joined for day in days), sum(day.left for day in days)
    yield Content.styled(f"{counted(len(days), 'day'):<10}{'':>11}{joined:>9,}{left:>9,}", "bold")
    for day in reversed(days):
        moved = f"{day.joined or '':>9}{day.left or '':>9}" if max(day.joined, day.left) < 1_000 else ""
        yield Content(f"{day.day.isoformat()}{day.contacts:>11,}{moved or f'{day.joined:>9,}{day.left:>9,}'}")
    if len(days) < range_:
        yield Content("")
        yield Content.styled(f"Recorded since {days[0].day.isoformat()}.", "$foreground-muted")
