"""The launch dialog: the forecast of a draft, its doubtful time zones, and the question whether to launch it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from segtui.config.settings import Settings
from segtui.domain.text import clean, counted
from segtui.services import campaigns
from segtui.services.campaigns import AssumedZones, Campaign, Forecast
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.tui.screens.campaigns.campaign_words import LaunchFigures, headline, launch_facts
from segtui.tui.widgets.chrome.key_queue import KeyQueueApp
from segtui.tui.widgets.chrome.service_requests import Refused, Requests
from segtui.tui.widgets.forms.dialogs import DialogBody, ScrolledDialog
from segtui.tui.widgets.forms.fact_list import FactList
from segtui.tui.widgets.forms.push_button import PushButton

_KEYS_WAIT = 0.4  # seconds that keys wait for a fast forecast; after that escape has to work


class CampaignLaunch(ScrolledDialog[str | None]):
    """Counts, shows and asks; is dismissed with `y` launch, `s` split, `n` neither, or None where it could not count.

    The harmless answer has the cursor. Nothing but that one can be given before the figures are there.
    """

    @dataclass
    class Counted(Message):
        """The forecast is here. `is_live`: the campaign calls a live segment."""

        forecast: Forecast
        is_live: bool

    @dataclass
    class ZonesChecked(Message):
        """The time zones of this number of contacts are checked so far."""

        contacts: int

    @dataclass
    class Guessed(Message):
        """The number of guessed time zones."""

        guesses: AssumedZones

    def __init__(self, session: Session, settings: Settings, campaign: Campaign) -> None:
        super().__init__()
        self._session = session
        self._settings = settings
        self._campaign = campaign
        self._figures = LaunchFigures()
        self._let_go: Callable[[], None] | None = None
        self.requests = Requests(self)

    def compose(self) -> ComposeResult:
        """Lay out the widgets."""
        with Vertical(classes="dialog form"):
            yield Static(f"Launch “{clean(self._campaign.name)}”", classes="dialog-title", markup=False)
            with DialogBody(self.app.size.height):
                yield Static("Counting whom it would call...", id="launch-text", classes="dialog-text", markup=False)
                yield FactList(id="launch-facts")
            with Horizontal(classes="dialog-buttons"):
                yield PushButton("Not yet", key="n", name="n")

    def on_mount(self) -> None:
        """Count."""
        self.query_one(PushButton).focus()
        if isinstance(self.app, KeyQueueApp):
            self._let_go = self.app.hold_keys()
            self.set_timer(_KEYS_WAIT, self._release)
        session, campaign_id = self._session, self._campaign.id
        called = [segment.id for segment in self._campaign.segments if segment.id is not None]

        def count(interrupt: Interrupt) -> Message:
            is_live = any(segments.get(session, segment_id).live for segment_id in called)
            return self.Counted(campaigns.forecast(session, campaign_id, interrupt), is_live)

        self.requests.ask("forecast", count)

    def on_unmount(self) -> None:
        """Stop counting."""
        self.requests.cancel_all()
        self._release()

    def _release(self) -> None:
        if self._let_go is not None:
            self.app.call_later(self._let_go)
            self._let_go = None

    @on(Counted)
    async def _counted(self, event: Counted) -> None:
        ahead = event.forecast
        self._show_figures(LaunchFigures(ahead, is_live=event.is_live))
        if ahead.callable:
            buttons = self.query_one(".dialog-buttons")
            if ahead.size == "split":
                await buttons.mount(PushButton("Split", key="s", name="s"))
            await buttons.mount(PushButton(f"Call {counted(ahead.callable, 'contact')}", key="y", name="y"))
            self.guard.arm()
            self._check_zones()
        self._release()

    def _check_zones(self) -> None:
        session, campaign_id = self._session, self._campaign.id

        def report(contacts: int) -> None:
            self.post_message(self.ZonesChecked(contacts))

        def check(interrupt: Interrupt) -> Message:
            return self.Guessed(campaigns.guesses(session, campaign_id, interrupt, report))

        self.requests.ask("zones", check)

    @on(ZonesChecked)
    def _zones_checked(self, event: ZonesChecked) -> None:
        if self._figures.guesses is None:
            self._show_figures(replace(self._figures, zones_checked=event.contacts))

    @on(Guessed)
    def _guessed(self, event: Guessed) -> None:
        self._show_figures(replace(self._figures, guesses=event.guesses))

    def _show_figures(self, figures: LaunchFigures) -> None:
        self._figures = figures
        if figures.forecast is not None:
            self.query_one("#launch-text", Static).update(headline(self._campaign, figures.forecast))
            facts = launch_facts(self._campaign, figures, figures.forecast, self._settings)
            self.query_one("#launch-facts", FactList).facts = facts

    @on(Refused)
    def _refused(self, event: Refused) -> None:
        event.stop()
        self._release()
        self.query_one("#launch-text", Static).update(Content(clean(str(event.error))))

    @on(PushButton.Pressed)
    def _pressed(self, event: PushButton.Pressed) -> None:
        if event.button.name == "n" or self.guard.allows(event.input_time):
            self.dismiss(event.button.name)

    def on_key(self, event: events.Key) -> None:
        """Give the answer that has this key; everything else waits until the question is answered."""
        answer = "n" if event.key == "escape" else event.key
        if any(button.name == answer for button in self.query(PushButton)):
            event.stop()
            if answer == "n" or self.guard.allows(event.time):
                self.dismiss(answer)
