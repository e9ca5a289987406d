"""The base of every full screen: title line, footer, help, palette, messages to the person, background work."""

from collections.abc import Callable
from dataclasses import replace
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.screen import ModalScreen, Screen

from segtui.domain.text import clean
from segtui.errors import ConsentNeeded, DatabaseError, SegtuiError
from segtui.tui.actions.action_bindings import CommandHost
from segtui.tui.actions.global_actions import Redo, Undo
from segtui.tui.actions.sections import FOR_ADMINS, SECTIONS
from segtui.tui.screens.base.background_writes import WRITE, BackgroundWrites, Done
from segtui.tui.screens.base.collaborators import Collaborator, Holds, bind_actions, declared_by
from segtui.tui.screens.base.due_watches import DueCount, DueWatches
from segtui.tui.screens.base.flows import Flows, flow
from segtui.tui.screens.base.undo_actions import UndoActions
from segtui.tui.textual_internals import withdraw_notifications
from segtui.tui.widgets.chrome.key_bar import KeyBar, key_shown, keys_shown
from segtui.tui.widgets.chrome.resize_fix import follow_terminal
from segtui.tui.widgets.chrome.service_requests import Refused, Requests
from segtui.tui.widgets.chrome.title_bar import Tab, TitleBar

if TYPE_CHECKING:  # the first screen is there before campaigns are wanted
    from segtui.config.remembered import Remembered
    from segtui.config.settings import Settings
    from segtui.services.campaigns import Campaign
    from segtui.services.contacts.contacts import Contact
    from segtui.services.interrupt import Interrupt
    from segtui.services.segments.segments import Segment
    from segtui.services.session import Session
    from segtui.services.undo import UndoStack
    from segtui.tui.actions.action import Command


_WIDE = 120  # columns of a terminal with room for long words in the footer
_LABEL = 40  # characters of a sentence in the footer

Result = TypeVar("Result")


class Program(Protocol):
    """The part of the app that screens use."""

    session: "Session"
    """The user who acts, and the company that is shown."""
    is_opening: bool
    """True until the session is open: until then nothing can be read."""
    is_typed_blind: bool  # True while a key is handled that was pressed before the first rows were there
    several_companies: bool
    """True where there are several companies, so that the one shown has to be named."""
    database_away: bool
    """Whether the last answer of the database was that it cannot be used, and that was said."""
    remembered: "Remembered"
    settings: "Settings"
    due_watches: DueCount | None
    """The number of watches that are due, as it was last counted."""

    def open_segment(self, segment: "Segment") -> None:
        """Show a segment on top of the segment list, and close everything else there."""

    def open_campaign(self, campaign: "Campaign") -> None:
        """Show a campaign on top of the campaign list, and close everything else there."""

    def open_contact(self, contact: "Contact") -> None:
        """Show a contact on top of the list of all contacts, and close everything else there."""

    def go_to(self, section: str) -> None:
        """Go to the list of a section."""

    def look_at(self, session: "Session") -> None:
        """Show the company of `session` in every section."""

    def hold_keys(self) -> Callable[[], None]:
        """Make keys wait until the returned function is called."""


class WorkScreen(CommandHost, Screen[int | None]):
    """A full screen of the program. It knows who acts (`session`) and what is configured (`settings`).

    Its commands are handled by methods of its own or by the collaborators that it declares (`Holds`). What takes a
    database answer or a person's answer is a flow (`flow`, `read`, `ask`), what changes something a background write
    (`do`).
    """

    undo_actions = Holds(UndoActions)
    due_watches = Holds(DueWatches)

    def __init_subclass__(cls, **options: bool) -> None:
        super().__init_subclass__(**options)
        bind_actions(cls)

    def __init__(self, session: "Session", settings: "Settings") -> None:
        super().__init__()
        self._session = session
        self.settings = settings
        self.requests = Requests(self)
        self.flows = Flows(self)
        self.writes = BackgroundWrites(self)
        self._key_hints: set[str] = set()
        """Notifications that name the keys of undo and redo on this screen."""

    @property
    def work_screen(self) -> "WorkScreen":
        """The screen itself: it runs its flows."""
        return self

    @property
    def history_key(self) -> str:
        """The name of this screen in the history of the session: undo and redo go by screen."""
        return type(self).__name__

    @property
    def history_title(self) -> str:
        """The name of this screen in the list of what was done."""
        return ""

    @property
    def session(self) -> "Session":
        """The user who acts and the company, with the history of this screen."""
        history = self._session.history
        if history is not None and history.screen != self.history_key:
            self._session = replace(self._session, history=history.on_screen(self.history_key, self.history_title))
        return self._session

    @session.setter
    def session(self, session: "Session") -> None:
        self._session = session

    @property
    def program(self) -> Program:
        """The app."""
        return cast("Program", self.app)

    def compose(self) -> ComposeResult:
        """Lay out the title above, the keys below, and the body between them."""
        tabs = [
            Tab(section.name, keys_shown(self.app, section.action), section.title)
            for section in SECTIONS
            if section.action in self.commands and self.offers(section.action)
        ]
        yield TitleBar(self.company_shown, self.settings.zone_name, tabs=tabs, active=self.app.current_mode)
        yield from self.compose_body()
        yield KeyBar()

    def compose_body(self) -> ComposeResult:
        """Yield the widgets between title and keys."""
        yield from ()

    @property
    def company_shown(self) -> str:
        """The company for the title line; blank while there is no other."""
        if not self.program.several_companies:
            return ""
        return self.session.company.name if self.session.company else "All companies"

    # Commands

    def offers(self, command: type["Command"]) -> bool:
        """Return whether `command` can be given: the user may, and every collaborator agrees."""
        if command in FOR_ADMINS and not self.session.is_admin:
            return False
        if command.writes and not self.session.can_write:
            return False
        return all(collaborator.offers(command) for collaborator in self.collaborators)

    @property
    def collaborators(self) -> list[Collaborator[Any]]:
        """The collaborators that the class declares."""
        return [getattr(self, name) for name in declared_by(type(self))]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Run what is offered, and what is not offered but says why."""
        command = self.commands_by_name.get(action)
        if command is not None and any(collaborator.explains(command) for collaborator in self.collaborators):
            return True
        return super().check_action(action, parameters)

    def label_of(self, command: type["Command"]) -> str:
        """Return the words of a command in the footer; in a wide terminal undo and redo name their change."""
        sentence = self.undo_actions.sentence_of(command)
        if not sentence or self.size.width < _WIDE:
            return super().label_of(command)
        return f"{command.label}: {sentence if len(sentence) <= _LABEL else sentence[: _LABEL - 3] + '...'}"

    def title_of(self, command: type["Command"]) -> str:
        """Return the words of a command in the palette; undo and redo name their change."""
        sentence = self.undo_actions.sentence_of(command)
        return f"{command.label}: {sentence}" if sentence else super().title_of(command)

    def help_of(self, command: type["Command"]) -> str:
        """Return the help for a command; undo and redo name their change, too."""
        sentence = self.undo_actions.sentence_of(command)
        return f"{super().help_of(command)} Now: {sentence}." if sentence else super().help_of(command)

    # Messages to the person

    def say(self, sentence: str) -> None:
        """Say that something was done."""
        self.app.notify(clean(sentence), markup=False)

    def say_refusal(self, sentence: str) -> None:
        """Say why a key does nothing here and now, and what to do instead."""
        self.app.notify(clean(sentence), severity="warning", timeout=10, markup=False)

    def say_error(self, error: SegtuiError) -> None:
        """Say what failed, and why."""
        self.app.notify(clean(str(error)), severity="error", timeout=10, markup=False)

    def say_once(self, error: SegtuiError) -> None:
        """Say why something failed that no key asked for; that the database is away, only once."""
        if isinstance(error, DatabaseError):
            if self.program.database_away:
                return
            self.program.database_away = True
        self.say_error(error)

    @on(Refused)
    def _refused(self, event: Refused) -> None:
        event.stop()
        if self.due_watches.failed(event):
            return
        if event.kind == WRITE:
            self.writes.ended()
        if isinstance(event.error, ConsentNeeded):
            self.undo_actions.ask_for_consent(event.error)
        else:
            self.refused(event)
            self.refresh_bindings()

    def refused(self, event: Refused) -> None:
        """Say that a request failed."""
        self.say_error(event.error)

    # Flows and changes

    async def read(self, call: Callable[["Interrupt"], Result]) -> Result:
        """Run `call` in a thread and return its result. To be awaited in a flow."""
        return await self.flows.read(call)

    async def ask(self, dialog: Screen[Result]) -> Result | None:
        """Open a dialog or a screen and return what it is dismissed with. To be awaited in a flow."""
        return await self.flows.ask(dialog)

    def flow_failed(self, error: SegtuiError) -> None:
        """Say why a flow ended."""
        self.say_error(error)
        self.refresh_bindings()

    @property
    def is_top_work_screen(self) -> bool:
        """True while nothing but dialogs lies on top of this screen."""
        work_screens = [screen for screen in self.app.screen_stack if isinstance(screen, WorkScreen)]
        return bool(work_screens) and work_screens[-1] is self

    def do(
        self,
        doing: str,
        call: Callable[["Interrupt"], Done],
        *,
        undoable: bool = True,
        history: "UndoStack | None" = None,
    ) -> None:
        """Run a change in a thread. `doing` names it where it takes long.

        `undoable`: the key that undoes it is named, if it is in the history afterwards: this screen's by default.
        """
        self.writes.start(doing, call, undoable=undoable, history=history or self.session.history)

    @on(Done)
    def _done(self, event: Done) -> None:
        event.stop()
        self.writes.ended()
        if event.download_command:
            self._show_command(event.sentence, event.download_command)
        else:
            undo = f" Press {key_shown(self.app, Undo)} to undo." if event.undoable else ""
            redo = f" Press {key_shown(self.app, Redo)} to redo." if event.redoable else ""
            self.say(f"{event.sentence}{undo}{redo}")
            if (undo or redo) and event.history_screen in ("", self.history_key):
                self._key_hints.add(clean(f"{event.sentence}{undo}{redo}"))
        self.refresh_bindings()
        if event.changed:
            self.show_change(event.cursor)
        if event.follow_up is not None:
            event.follow_up()

    def _show_command(self, sentence: str, command: str) -> None:
        from segtui.tui.screens.shared.download_hint import FetchDialog

        self.app.push_screen(FetchDialog(sentence, command))

    def show_change(self, cursor: int | None) -> None:
        """Show what was changed here, the cursor on the row with the id `cursor`."""

    def follow(self) -> None:
        """Show what was changed elsewhere, if anything, so that nothing jumps. To be called when it may have been."""

    # Navigation

    def on_resize(self, event: events.Resize) -> None:
        """Take the terminal's size where the event is about an older one."""
        follow_terminal(self, event)

    def on_screen_suspend(self) -> None:
        """Take away what was said about keys that mean something else on the screen that is shown now."""
        if self._key_hints and not isinstance(self.app.screen, ModalScreen):
            withdraw_notifications(self.app, self._key_hints)
            self._key_hints.clear()

    def on_screen_resume(self) -> None:
        """End the flows whose dialog is gone, and count the watches that are due."""
        self.flows.drop_abandoned()
        if not self.program.is_opening:
            self.due_watches.follow()

    def on_unmount(self) -> None:
        """Stop the requests of a screen that is gone."""
        self.requests.cancel_all()

    def action_back(self) -> None:
        """Go back one screen; from the first screen of a section, to the segments."""
        if self.app.screen_stack[0] is self:
            self.program.go_to("segments")
        else:
            self.dismiss(None)

    @on(TitleBar.NoticeChosen)
    def _notice_chosen(self) -> None:
        self.due_watches.action_show_watches()

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

    @flow
    async def action_palette(self) -> None:
        """Open the command palette, and do what is picked there."""
        from segtui.tui.screens.shared.palette import PaletteScreen

        run = await self.ask(PaletteScreen(self, self.session))
        result = run() if run else None
        if isawaitable(result):
            await result

    def action_choose_theme(self) -> None:
        """Choose the colours."""
        from segtui.tui.screens.shared.theme_picker import choose_theme

        choose_theme(self.app, self.settings, self.program.remembered, self.say)

    def open_segment(self, segment: "Segment") -> None:
        """Show a segment in its section."""
        self.program.open_segment(segment)

    def open_campaign(self, campaign: "Campaign") -> None:
        """Show a campaign in its section."""
        self.program.open_campaign(campaign)

    def open_contact(self, contact: "Contact") -> None:
        """Show a contact in its section."""
        self.program.open_contact(contact)
