"""The terminal interface: an app for an open session, which starts with the list of segments."""

import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.filter import LineFilter
from textual.geometry import Size

from segtui import crash
from segtui.config.remembered import Remembered
from segtui.config.settings import Settings
from segtui.domain.text import clean
from segtui.errors import SegtuiError
from segtui.resources import folder
from segtui.services.interrupt import Interrupt
from segtui.terminal import is_unicode
from segtui.tui.actions.global_actions import QuitAnywhere, Redraw
from segtui.tui.actions.sections import SECTIONS, Section
from segtui.tui.opening import UNOPENED, SessionOpening, with_history
from segtui.tui.screens.base.base_screen import WorkScreen
from segtui.tui.screens.base.due_watches import DueCount
from segtui.tui.screens.segments.segment_list import SegmentListScreen
from segtui.tui.screens.shared.too_small import TooSmallScreen, is_too_small
from segtui.tui.session_messages import Committed, Ended, Opened, OpeningFailed
from segtui.tui.textual_internals import CrashReporting, ParsedOnce, set_clipboard
from segtui.tui.widgets.chrome.end_signals import EndSignals
from segtui.tui.widgets.chrome.key_queue import KeyQueueApp
from segtui.tui.widgets.chrome.memory import share_one_arena
from segtui.tui.widgets.chrome.ssh_lockdown import LockdownApp
from segtui.tui.widgets.chrome.theme import SEGTUI, check_theme, themes
from segtui.tui.widgets.table.result_table import ResultTable
from segtui.tui.widgets.terminal.changed_cells import ChangesOnly
from segtui.tui.widgets.terminal.plain_ascii import PlainAscii
from segtui.tui.widgets.terminal.readable_colors import COLOR_SYSTEMS, readable_colors

if TYPE_CHECKING:
    from segtui.services.campaigns import Campaign
    from segtui.services.change_watcher import ChangeWatcher
    from segtui.services.contacts.contacts import Contact
    from segtui.services.segments.segments import Segment
    from segtui.services.session import Session
    from segtui.ssh.monitor import SessionMonitor

_CLOCK_CHECK = 60.0  # seconds; rules with relative days select other contacts after midnight, without any commit

_KEY_NAMES = {"circumflex_accent": "^", "pageup": "page up", "pagedown": "page down"} | {
    key: key for key in ("enter", "escape", "space", "tab", "up", "down", "left", "right", "backspace")
}


class SegtuiApp(KeyQueueApp, LockdownApp, ChangesOnly, CrashReporting, inherit_bindings=False):
    """The program on a terminal, with its `settings` and the user's `remembered` choices."""

    TITLE = "segtui"
    DEFAULT_MODE = SECTIONS[0].name
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        QuitAnywhere.binding(),
        Redraw.binding(),
        Binding("ctrl+c", "help_quit", show=False, system=True),
    ]

    def __init__(
        self,
        session: "Session | SessionOpening",
        settings: Settings,
        remembered: Remembered | None = None,
        watch: "SessionMonitor | None" = None,
        beside: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(css_path=sorted(folder("styles").glob("*.tcss")))
        self._opening = session if isinstance(session, SessionOpening) else None
        self.failure: BaseException | None = None
        """The error that the session could not be opened with, which ended the app."""
        self._release_first_keys = self.hold_first_keys() if self._opening else None
        """Releases the keys that wait for the first list; None once it is there."""
        self.session = UNOPENED if isinstance(session, SessionOpening) else with_history(session)
        if self.is_locked_down:
            self.lock_down()
        self.remembered = remembered or Remembered.none()
        self.settings = settings
        self.keymap = _keymap(settings)
        """The keys of each rebound command by its name, with Textual's names of keys."""
        self.several_companies = self.session.company is None
        """True where there are several companies, so that the current one has to be named."""
        self.due_watches: DueCount | None = None
        """The number of watches that are due, as it was last counted."""
        self.database_away = False
        """True after an error that the database cannot be used, which the user was told."""
        self.farewell = ""
        """The reason why the session was ended, where the user did not leave."""
        self._watch = watch
        self._beside = beside
        self._follower: ChangeWatcher | None = None
        self._sweeping = Interrupt()
        self.end_signals: EndSignals | None = None
        """The handlers of SIGTERM, SIGHUP and SIGQUIT while the app runs on a terminal."""
        for section in SECTIONS:
            self._add_section(section)
        self.ascii_only = not is_unicode() if settings.ascii is None else settings.ascii
        self.animation_level = "none"
        self._plain_ascii = PlainAscii()
        self.set_class(self.ascii_only, "-ascii")
        self.set_keymap(self.keymap)
        self.register_theme(SEGTUI)
        check_theme(settings)
        self._choose_theme(settings.with_theme_chosen(self.remembered.theme, "chosen in the interface").theme)
        self.stylesheet = ParsedOnce(variables=self.get_css_variables())

    @property
    def is_locked_down(self) -> bool:
        """True where the user signed in over SSH, and has nothing on this server but their user files."""
        return self.session.user_files is not None

    def _choose_theme(self, name: str | None) -> None:
        """Use a theme, else our own, or the terminal's colours where it has only sixteen."""
        if name is None and self.console.color_system == "standard":
            name = "ansi-dark"
        self.theme = name if name in themes(no_color=self.no_color) else SEGTUI.name

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Add the filters for readable colours, and for terminals that show only ASCII, to Textual's."""
        filters = [*super().get_line_filters(), *self._readable_colors]
        return [*filters, self._plain_ascii] if self.ascii_only else filters

    @property
    def _readable_colors(self) -> Sequence[LineFilter]:
        """The filter for the terminal and the theme; none without colours."""
        system, dark = COLOR_SYSTEMS.get(self.console.color_system or ""), self.current_theme.dark
        if system is None:
            return ()
        return (readable_colors(system, dark=dark),)

    # Sections

    def on_mount(self) -> None:
        """Watch the database for changes, once the first screen is shown."""
        if self.end_signals is not None:
            self.end_signals.stop_in_loop()
        self._check_size(self.size)
        # A key pressed before, or an answer, may open a screen above the one that says so.
        self.screen_change_signal.subscribe(self, lambda _: self._check_size(self.size))
        if self._opening is None:
            self.call_after_refresh(self._start_watching)
        else:
            self.call_after_refresh(self._opening.start, self.post_message)

    @property
    def is_opening(self) -> bool:
        """True until the session is open."""
        return self.session is UNOPENED

    @on(Opened)
    def _opened(self, event: Opened) -> None:
        """Show the first list, for which keys still wait."""
        self.session = with_history(event.session)
        self.several_companies = self.session.company is None
        first = self._first_screen
        if first is None:
            return
        first.begin(self.session)
        if not first.is_active:  # a notice lies on it, and its rows are read once that has gone
            self._first_list_shown()

    @property
    def _first_screen(self) -> SegmentListScreen | None:
        """The list of segments; None while the app ends."""
        first = next(iter(self.screen_stack), None)
        return first if isinstance(first, SegmentListScreen) else None

    @on(OpeningFailed)
    def _opening_failed(self, event: OpeningFailed) -> None:
        self.failure = event.error
        self.exit(return_code=1)

    @on(ResultTable.Counted)
    @on(ResultTable.LoadFailed)
    def _first_list_shown(self) -> None:
        """Let the keys go on that wait for the first list, and start what would have delayed it."""
        release, self._release_first_keys = self._release_first_keys, None
        if release is not None:
            release()
            self.call_after_refresh(self._read_further)

    def _read_further(self) -> None:
        if self._first_screen is not None:
            self._first_screen.read_further()
            self._start_watching()

    def _add_section(self, section: Section) -> None:
        """Add a section, whose first screen is imported and made when it is opened."""
        self.add_mode(section.name, lambda: section.load_screen()(self.session, self.settings))

    def go_to(self, section: str) -> None:
        """Go to the list of a section, from wherever in it or in another one."""
        if section != self.current_mode:
            self.switch_mode(section)
        self._back_to_first()

    def _back_to_first(self) -> None:
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def look_at(self, session: "Session") -> None:
        """Show the company of `session` in every section: the other sections start anew."""
        self.session = session
        self.call_later(self.follow_changes)
        for section in SECTIONS:
            if section.name != self.current_mode:
                self.remove_mode(section.name)
                self._add_section(section)

    def open_segment(self, segment: "Segment") -> None:
        """Show a segment on top of the list, in place of other screens there."""
        self.go_to(self.DEFAULT_MODE)
        if isinstance(self.screen, SegmentListScreen):
            self.screen.open_segment(segment)

    def open_contact(self, contact: "Contact") -> None:
        """Show a contact on top of the list of all contacts, in place of other screens there."""
        from segtui.tui.screens.contacts.all_contacts import AllContactsScreen

        self.go_to("contacts")
        if isinstance(self.screen, AllContactsScreen):
            self.screen.show_contact(contact)

    def open_campaign(self, campaign: "Campaign") -> None:
        """Show a campaign on top of the list of campaigns, in place of other screens there."""
        from segtui.tui.screens.campaigns.campaigns import CampaignsScreen

        self.go_to("campaigns")
        if isinstance(self.screen, CampaignsScreen):
            self.screen.show_campaign(campaign)

    # Changes of others

    def _start_watching(self) -> None:
        from segtui.services.change_watcher import ChangeWatcher

        def committed() -> None:
            self.post_message(Committed())

        self._follower = ChangeWatcher(self.session.database, committed)
        self._follower.start()
        self.set_interval(_CLOCK_CHECK, self.follow_changes)
        self.run_worker(self._sweep, group="sweep", thread=True, description="sweeps")
        if self._beside is not None:
            self.run_worker(self._beside, group="beside", thread=True, description="starts what works beside")

    def _sweep(self) -> None:
        """Delete the rest of a deletion that was interrupted. The next start continues where this one stops."""
        from segtui.services.segments import purge

        with suppress(SegtuiError):
            purge.sweep(self.session, self._sweeping)

    @on(Committed)
    def follow_changes(self) -> None:
        """Let the current screen check for changes. Those below check when they come back."""
        screen = self.screen_stack[-1] if self.screen_stack else None  # none while the app ends
        if isinstance(screen, WorkScreen):
            screen.follow()
            screen.due_watches.follow()

    def on_unmount(self) -> None:
        """Stop the work behind the screens."""
        self._sweeping.cancel()
        if self._follower is not None:
            self._follower.stop()

    # The end of the session

    def end(self, reason: str) -> None:
        """Leave the program with a reason. Any thread may call it."""
        self.post_message(Ended(reason))

    def on_load(self) -> None:
        """Install the handlers of end signals before anything is drawn. A test's app has no terminal to restore."""
        if not self.is_headless:
            self.end_signals = EndSignals(self._leave_at_once)
            self.end_signals.install()

    def _leave_at_once(self, status: int) -> None:
        self.exit(return_code=status)

    @on(Ended)
    def _ended(self, event: Ended) -> None:
        self.farewell = event.reason
        self.exit(return_code=1)

    async def on_event(self, event: events.Event) -> None:
        """Note that the user is active. Clicks before the first list go nowhere."""
        if self._release_first_keys is not None and isinstance(event, events.MouseEvent):
            return  # there is nothing to click at yet
        if self._watch is not None and isinstance(event, events.InputEvent | events.Paste):
            self._watch.touch()
        await super().on_event(event)

    # Sizes and keys

    def on_resize(self, event: events.Resize) -> None:
        """Cover every screen where the terminal is too small for it. Terminals keep, move or clear what they showed."""
        self.forget_terminal()
        # The first size comes before the first screen.
        if self.screen_stack:
            self._check_size(event.size)

    def _check_size(self, size: Size) -> None:
        if is_too_small(size) and not isinstance(self.screen, TooSmallScreen):
            self.push_screen(TooSmallScreen())

    def get_key_display(self, binding: Binding) -> str:
        """Return the name of a key as on a keyboard; not every terminal has the glyphs that Textual shows."""
        return _KEY_NAMES.get(binding.key) or super().get_key_display(binding).replace("^", "ctrl+")

    def copy_to_clipboard(self, text: str) -> None:
        """Copy a text selected in a field or with the mouse, also through tmux and GNU screen, and notify the user."""
        from segtui.tui.widgets.chrome.clipboard import copy_selection

        set_clipboard(self, text)
        self.run_worker(lambda: copy_selection(self, text), thread=True)

    def action_quit_anywhere(self) -> None:
        """Leave the program."""
        self.exit()

    def action_redraw(self) -> None:
        """Send the terminal every cell."""
        self.forget_terminal()
        self.refresh(layout=True)

    def action_help_quit(self) -> None:
        """Name the key that quits, after ctrl+c."""
        self.notify("Press ctrl+q to quit.", markup=False)

    def report_crash(self, error: BaseException) -> str:
        """Write an unexpected error to the log, and return the sentence about it."""
        return crash.record(error, says_where=not self.is_locked_down)


def _keymap(settings: Settings) -> Mapping[str, str]:
    if not settings.keys:
        return {}
    from segtui.tui.screens.shared.interface_settings import keymap_of

    return keymap_of(settings)


def run(
    session: "Session | SessionOpening",
    settings: Settings,
    remembered: Remembered,
    watch: "SessionMonitor | None" = None,
    beside: Callable[[], None] | None = None,
) -> int:
    """Run the interface until the user leaves it, or `watch` ends the session.

    A session that is opened behind the first frame is a SessionOpening. Its error is raised when the terminal is
    restored. `beside` starts background processes, in a thread, once the first screen is shown.
    Returns the exit status: not 0 after an unexpected error, and where the session was ended.

    Raises InvalidInput, before anything is drawn, for an unknown theme, command or key in the settings.
    """
    from segtui.error_log import LogFile

    share_one_arena()
    app = SegtuiApp(session, settings, remembered, watch, beside)
    if watch is not None:
        watch.end = app.end
    log = LogFile(logging.WARNING)
    logging.getLogger().addHandler(log)
    if sys.__stderr__ is not None and sys.__stderr__.errors in {"strict", "backslashreplace"}:
        sys.__stderr__.reconfigure(errors="replace")
    try:
        app.run(mouse=settings.mouse)
    finally:
        logging.getLogger().removeHandler(log)
        log.close()
        if app.end_signals is not None:
            app.end_signals.restore()
        if isinstance(session, SessionOpening):
            session.leave()
    if app.failure is not None:
        raise app.failure
    if app.farewell:
        with suppress(OSError):  # the terminal may be gone
            sys.stderr.write(f"{clean(app.farewell)}\n")
    return app.return_code or 0
