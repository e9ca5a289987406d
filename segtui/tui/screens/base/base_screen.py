"""What every full screen has: a title line, its commands in the footer, help, palette, and a way of saying errors."""

from collections.abc import Callable
from dataclasses import replace
from inspect import isawaitable
from typing import TYPE_CHECKING, Protocol, cast

from textual import on
from textual.app import ComposeResult
from textual.screen import Screen

from segtui.config.remembered import Remembered
from segtui.config.settings import Settings
from segtui.domain.text import clean
from segtui.errors import ConsentNeeded, DatabaseError, SegtuiError
from segtui.services.interrupt import Interrupt
from segtui.services.segments.segments import Segment
from segtui.services.session import Session
from segtui.services.undo import History
from segtui.tui.actions.action import Command
from segtui.tui.actions.action_bindings import CommandHost
from segtui.tui.actions.global_actions import UNDOING, Redo, ShowChanges, Undo
from segtui.tui.actions.sections import FOR_ADMINS, SECTIONS
from segtui.tui.screens.base.background_writes import KIND, Done, Writer
from segtui.tui.widgets.chrome.key_bar import KeyBar, key_shown, keys_shown
from segtui.tui.widgets.chrome.resize_fix import ResizeFix
from segtui.tui.widgets.chrome.service_requests import Refused, Requests
from segtui.tui.widgets.chrome.title_bar import Tab, TitleBar

if TYPE_CHECKING:  # the first screen is there before campaigns are wanted
    from segtui.services.campaigns import Campaign


_WIDE = 120  # columns of a terminal with room for long words in the footer
_WIDE_LABEL, _NARROW_LABEL = 40, 18  # characters of a sentence in the footer


class Program(Protocol):
    """What a screen asks of the app it runs in."""

    session: Session
    """Who acts, and the company that is looked at."""
    several_companies: bool
    """Whether there are other companies than the one looked at, so that it has to be named."""
    database_away: bool
    """Whether the last answer of the database was that it cannot be used, and that was said."""
    remembered: Remembered
    settings: Settings

    def open_segment(self, segment: Segment) -> None:
        """Show a segment on top of the list, whatever was on top of that."""

    def open_campaign(self, campaign: "Campaign") -> None:
        """Show a campaign on top of the list of campaigns, whatever was on top of that."""

    def go_to(self, section: str) -> None:
        """Go to a section and where one was in it; from there to its first screen."""

    def look_at(self, session: Session) -> None:
        """Let every section be about the company of `session`."""

    def hold_keys(self) -> Callable[[], None]:
        """Let keys wait until what is returned is called."""


class WorkScreen(CommandHost, ResizeFix, Screen[int | None]):
    """A full screen of the program. It knows who acts (`session`) and what is configured (`settings`)."""

    def __init__(self, session: Session, settings: Settings) -> None:
        super().__init__()
        self._session = session
        self.settings = settings
        self.requests = Requests(self)
        self._writer = Writer(self)
        self._reverses_undo = False

    @property
    def history_key(self) -> str:
        """The name of this screen in the history of the session: undo and redo go by screen."""
        return type(self).__name__

    @property
    def session(self) -> Session:
        """The person who acts and the company, with the history of this screen."""
        history = self._session.history
        if history is not None and history.screen != self.history_key:
            self._session = replace(self._session, history=history.on_screen(self.history_key))
        return self._session

    @session.setter
    def session(self, session: Session) -> None:
        self._session = session

    @property
    def program(self) -> Program:
        """The app."""
        return cast("Program", self.app)

    def compose(self) -> ComposeResult:
        """Title above, keys below, between them what the screen is about."""
        tabs = [
            Tab(section.name, keys_shown(self.app, section.command), section.title, section.for_admins)
            for section in SECTIONS
            if section.command in self.commands and self.offers(section.command)
        ]
        yield TitleBar(self.company_shown, self.settings.zone_name, tabs=tabs, active=self.app.current_mode)
        yield from self.compose_body()
        yield KeyBar()

    def compose_body(self) -> ComposeResult:
        """Yield what the screen is about."""
        yield from ()

    @property
    def company_shown(self) -> str:
        """The company one looks at; empty while there is no other."""
        if not self.program.several_companies:
            return ""
        return self.session.company.name if self.session.company else "All companies"

    def offers(self, command: type[Command]) -> bool:
        """Offer nothing to somebody who may not do it, and to undo only where there is something to undo."""
        if command in FOR_ADMINS and not self.session.is_admin:
            return False
        if command in UNDOING and not self._has_change_for(command):
            return False
        return self.session.can_write or not command.writes

    def _has_change_for(self, command: type[Command]) -> bool:
        history = self.session.history
        if history is None:
            return False
        if command is ShowChanges:
            return bool(history.every)
        return (history.last if command is Undo else history.next_redo) is not None

    def _reversed_by(self, command: type[Command]) -> str:
        """Return the sentence of the change that `u` or `U` is about; blank for other commands."""
        history = self.session.history
        if history is None or command not in {Undo, Redo}:
            return ""
        change = history.last if command is Undo else history.next_redo
        return clean(change.sentence) if change and not change.refusal else ""

    def label_of(self, command: type[Command]) -> str:
        """Return the words of a command in the footer: of undo and redo what they are about, cut to the room."""
        room = _WIDE_LABEL if self.size.width >= _WIDE else _NARROW_LABEL
        sentence = self._reversed_by(command)
        if not sentence:
            return super().label_of(command)
        return f"{command.label}: {sentence if len(sentence) <= room else sentence[: room - 3] + '...'}"

    def title_of(self, command: type[Command]) -> str:
        """Return the words of a command in the palette: of undo and redo what they are about."""
        sentence = self._reversed_by(command)
        return f"{command.label}: {sentence}" if sentence else super().title_of(command)

    def help_of(self, command: type[Command]) -> str:
        """Return what there is to say about a command: of undo and redo what they are about now, too."""
        sentence = self._reversed_by(command)
        return f"{super().help_of(command)} Now: {sentence}." if sentence else super().help_of(command)

    # What is said

    def say(self, sentence: str) -> None:
        """Say that something was done."""
        self.app.notify(clean(sentence), markup=False)

    def say_refusal(self, sentence: str) -> None:
        """Say why a key does nothing here and now, and what to do instead."""
        self.app.notify(clean(sentence), severity="warning", timeout=10, markup=False)

    def say_error(self, error: SegtuiError) -> None:
        """Say what could not be done, and why."""
        self.app.notify(clean(str(error)), severity="error", timeout=10, markup=False)

    def say_once(self, error: SegtuiError) -> None:
        """Say why something nobody pressed a key for could not be done: of a database that is away, once."""
        if isinstance(error, DatabaseError):
            if self.program.database_away:
                return
            self.program.database_away = True
        self.say_error(error)

    @on(Refused)
    def _refused(self, event: Refused) -> None:
        event.stop()
        if event.kind == KIND:
            self._writer.ended()
        if isinstance(event.error, ConsentNeeded):
            self._ask_for_consent(event.error)
        else:
            self.refused(event)
            self.refresh_bindings()

    def refused(self, event: Refused) -> None:
        """Say that something that was asked for could not be had."""
        self.say_error(event.error)

    # What is changed

    def do(
        self,
        doing: str,
        call: Callable[[Interrupt], Done],
        *,
        undoable: bool = True,
        history: History | None = None,
    ) -> None:
        """Run what changes something in a thread. `doing` says what is under way where it takes long.

        `undoable`: it is said how it is undone, if it is in the history afterwards: this screen's, if not given.
        """
        self._writer.do(doing, call, undoable=undoable, history=history or self.session.history)

    @on(Done)
    def _done(self, event: Done) -> None:
        event.stop()
        self._writer.ended()
        if event.fetched_by:
            self._show_command(event.sentence, event.fetched_by)
        else:
            undo = f" Press {key_shown(self.app, Undo)} to undo." if event.undoable else ""
            redo = f" Press {key_shown(self.app, Redo)} to redo." if event.redoable else ""
            self.say(f"{event.sentence}{undo}{redo}")
        self.refresh_bindings()
        if event.changed:
            self.show_change(event.cursor)

    def _show_command(self, sentence: str, command: str) -> None:
        from segtui.tui.screens.shared.download_hint import FetchDialog

        self.app.push_screen(FetchDialog(sentence, command))

    def show_change(self, cursor: int | None) -> None:
        """Show what was changed here, the cursor on the row with the id `cursor`."""

    def follow(self) -> None:
        """Show what was changed elsewhere, if anything, so that nothing jumps. To be called when it may have been."""

    def action_undo(self) -> None:
        """Undo the last change of this screen."""
        self._reverse(redo=False)

    def action_redo(self) -> None:
        """Do again what was undone last on this screen."""
        self._reverse(redo=True)

    def _reverse(self, *, redo: bool, confirmed: bool = False) -> None:
        session, history = self.session, self.session.history
        if history is None or (history.next_redo if redo else history.last) is None:
            return
        self._reverses_undo = redo

        def reverse(_: Interrupt) -> Done:
            if redo:
                return Done(history.redo_last(session, confirmed=confirmed))
            return Done(history.undo_last(session, confirmed=confirmed), redoable=True)

        self.do("Doing it again" if redo else "Undoing the last change", reverse, undoable=redo)

    def _ask_for_consent(self, error: ConsentNeeded) -> None:
        """Ask whether contacts are to be callable again by the undo or the redo that was begun."""
        from segtui.tui.screens.contacts.contact_questions import consent_question

        redo = self._reverses_undo
        sentence = self._reversed_by(Redo if redo else Undo)

        def answered(answer: str | None) -> None:
            if answer == "y":
                self._reverse(redo=redo, confirmed=True)
            else:
                self.say("Nothing was changed: nobody may be called who could not be called before.")

        self.app.push_screen(consent_question(sentence, error, redo=redo), answered)

    def action_show_changes(self) -> None:
        """List what was done."""
        from segtui.tui.screens.shared.changes_view import ChangesView

        history = self.session.history
        if history is None:
            return

        def answered(answer: str | None) -> None:
            if answer is not None:
                self._reverse(redo=answer == "redo")

        next_ones = (history.last, history.next_redo)
        view = ChangesView(history.every, history.screen, next_ones, self.settings.shown_time)
        self.app.push_screen(view, answered)

    # Where one goes

    def on_unmount(self) -> None:
        """Stop what is still being asked for a screen that is gone."""
        self.requests.cancel_all()

    def action_back(self) -> None:
        """Go back one screen."""
        self.dismiss(None)

    @on(TitleBar.Chosen)
    def _tab_chosen(self, event: TitleBar.Chosen) -> None:
        self.program.go_to(event.name)

    def action_go_to_segments(self) -> None:
        """Go to the segments."""
        self.program.go_to("segments")

    def action_go_to_contacts(self) -> None:
        """Go to all contacts."""
        self.program.go_to("contacts")

    def action_go_to_imports(self) -> None:
        """Go to the imports."""
        self.program.go_to("imports")

    def action_go_to_campaigns(self) -> None:
        """Go to the campaigns."""
        self.program.go_to("campaigns")

    def action_go_to_companies(self) -> None:
        """Go to the companies."""
        self.program.go_to("companies")

    def action_go_to_users(self) -> None:
        """Go to the users."""
        self.program.go_to("users")

    def action_go_to_audit(self) -> None:
        """Go to the audit trail."""
        self.program.go_to("audit")

    def action_help(self) -> None:
        """Show every key of this screen."""
        from segtui.tui.screens.shared.help import HelpScreen

        self.app.push_screen(HelpScreen(self))

    def action_palette(self) -> None:
        """Open the command palette."""
        from segtui.tui.screens.shared.palette import PaletteScreen

        async def picked(run: Callable[[], object] | None) -> None:
            result = run() if run else None
            if isawaitable(result):
                await result

        self.app.push_screen(PaletteScreen(self, self.session), picked)

    def action_choose_theme(self) -> None:
        """Choose the colours."""
        from segtui.tui.screens.shared.theme_picker import choose_theme

        choose_theme(self.app, self.settings, self.program.remembered, self.say)

    def open_segment(self, segment: Segment) -> None:
        """Show a segment, on top of the list, whatever is there now."""
        self.program.open_segment(segment)

    def open_campaign(self, campaign: "Campaign") -> None:
        """Show a campaign, on top of the list of campaigns, whatever is there now."""
        self.program.open_campaign(campaign)
