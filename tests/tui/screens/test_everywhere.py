"""What is the same on every screen: keys and their help, the palette, sizes, and how the program ends."""

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from textual import events
from textual.binding import Binding
from textual.geometry import Size

from segtui.config import settings as config
from segtui.errors import SegtuiError
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.terminal import refuse_unusable_terminal
from segtui.tui.actions.action_bindings import CommandHost
from segtui.tui.actions.global_actions import CancelRange, ClearSearch
from segtui.tui.app import SegtuiApp
from segtui.tui.screens.contacts.contact_view import ContactScreen
from segtui.tui.screens.segments.segment_detail import SegmentDetailScreen
from segtui.tui.screens.segments.segment_list import SegmentListScreen
from segtui.tui.screens.shared.help import HelpScreen
from segtui.tui.widgets.chrome.key_bar import keys_shown
from tests.support.person import at

AppOn = Callable[[Session], SegtuiApp]
SCREENS = (SegmentListScreen, SegmentDetailScreen, ContactScreen, HelpScreen)


@pytest.mark.parametrize("screen", SCREENS)
def test_every_command_does_something_and_says_what(screen: type[CommandHost]) -> None:
    for command in screen.commands:
        assert command.help().endswith(".")
        doer = SegtuiApp if command.priority else screen
        assert callable(getattr(doer, f"action_{command.name()}")), command


@pytest.mark.parametrize("screen", SCREENS)
def test_no_key_means_two_things_or_is_one_that_terminals_swallow(screen: type[CommandHost]) -> None:
    # Escape takes one thing back after the other: a range, the search, the screen.
    commands = [command for command in screen.commands if command not in (CancelRange, ClearSearch)]
    keys = [each.key for command in commands for each in Binding.make_bindings([command.binding()])]
    assert len(keys) == len(set(keys))
    assert not {"ctrl+i", "ctrl+m", "ctrl+j", "ctrl+h"} & set(keys)


async def test_the_help_names_every_key_of_the_screen(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled), (120, 60)) as person:
        about = person.app.screen
        assert isinstance(about, SegmentListScreen)
        await person.press("question_mark")
        for command in about.offered:
            await person.see(keys_shown(person.app, command), command.help()[:40])
        await person.press("escape")
        await person.see("2 segments")


async def test_the_palette_offers_the_actions_of_the_screen_and_runs_them(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("ctrl+p")
        await person.see("Create a segment", "Tidy the segments")
        await person.see_no("Screenshot", "Suspend", "Theme")
        await person.type("crea seg")
        await person.press("enter")
        await person.see("Description")


async def test_the_palette_opens_a_segment_by_name_from_anywhere(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("enter", "ctrl+p")
        await person.type("webinar")
        await person.see("segment, 3 contacts")
        await person.press("enter")
        await person.see("Segments > Webinar signups", "Ada Lovelace")
        await person.press("escape")
        await person.see("View Edit Delete")


async def test_a_click_on_the_footer_presses_the_key(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.click("? Help")
        await person.see("On this screen")


async def test_the_footer_shows_what_works_while_searching(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("slash")
        await person.see("enter To the rows", "escape Clear, then leave")
        await person.see_no("n New", "s Sort", "? Help")


async def test_commands_can_be_given_other_keys_by_name(filled: Session) -> None:
    settings = config.Settings(database="", timezone="UTC", theme="segtui", keys={"create_segment": "f7"})
    async with at(SegtuiApp(filled, settings)) as person:
        await person.see("f7 New")
        await person.press("n")
        await person.see_no("Description")
        await person.press("f7")
        await person.see("Description")


async def test_ctrl_l_sends_every_cell_again(app_on: AppOn, filled: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    forgotten: list[str] = []
    async with at(app_on(filled)) as person:
        await person.press("n")
        monkeypatch.setattr(person.app, "forget_terminal", lambda: forgotten.append("all"))
        await person.press("ctrl+l")
        await person.see("Create segment")
    assert forgotten == ["all"]


async def test_ctrl_q_quits_out_of_a_dialog(app_on: AppOn, filled: Session) -> None:
    app = app_on(filled)
    async with at(app) as person:
        await person.press("n")
        await person.pilot.press("ctrl+q")
    assert app.return_code == 0


@pytest.mark.parametrize("size", [(59, 24), (80, 15)])
async def test_a_terminal_that_is_too_small_is_told_so_until_it_grows(
    app_on: AppOn, filled: Session, size: tuple[int, int]
) -> None:
    async with at(app_on(filled)) as person:
        await person.press("n", "x")
        await person.pilot.resize_terminal(*size)
        await person.see("at least 60 columns and 16 lines")
        await person.pilot.resize_terminal(60, 16)
        await person.see("Create segment", "x")
        await person.see_no("at least")


async def test_what_opens_meanwhile_is_covered_too_and_is_there_afterwards(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled), (40, 10)) as person:
        await person.app.screen_stack[0].run_action("create_segment")  # a key that was on its way
        await person.settle()
        await person.see("at least 60")
        await person.pilot.resize_terminal(80, 24)
        await person.see("Create segment")
        await person.press("escape")
        await person.see("2 segments")
        await person.see_no("at least")


async def test_a_late_word_of_an_older_size_does_not_stay(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("n")
        await person.pilot.resize_terminal(160, 48)
        for screen in person.app.screen_stack:
            screen.post_message(events.Resize(Size(80, 24), Size(80, 24)))
        await person.pilot.pause()
        await person.pilot.pause()
        assert {screen.region.size for screen in person.app.screen_stack} == {Size(160, 48)}


async def test_starting_in_a_small_terminal_says_so_too(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled), (40, 10)) as person:
        await person.see("at least 60")
        await person.pilot.resize_terminal(80, 24)
        await person.see("2 segments")


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40), (300, 90)])
async def test_every_screen_fits_every_size(app_on: AppOn, filled: Session, size: tuple[int, int]) -> None:
    async with at(app_on(filled), size) as person:
        await person.see("? Help", "Name")
        for keys in (
            ("n",),
            ("escape", "d"),
            ("escape", "G", "enter"),
            ("n",),
            ("escape", "enter"),
            ("question_mark",),
        ):
            await person.press(*keys)
            assert len(person.lines) == size[1]
            assert "Traceback" not in person.screen


async def test_without_colours_themes_of_the_terminal_are_ignored(
    filled: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with at(SegtuiApp(filled, config.Settings(database="", theme="ansi-dark"))) as person:
        assert person.app.theme == "segtui"
        await person.see("Webinar signups")


async def test_an_unexpected_error_is_a_sentence_and_a_private_log(
    app_on: AppOn, filled: Session, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(session: Session, segment_id: int) -> None:
        password = "hunter2"  # noqa: F841 -- what must not get into the log
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(segments, "get", broken)
    app = app_on(filled)
    with pytest.raises(RuntimeError, match="broken on purpose"):
        async with at(app) as person:
            await person.press("d")
    log = config.log_file()
    assert app.return_code == 1
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert "broken on purpose" in log.read_text()
    assert "hunter2" not in log.read_text()
    err = capfd.readouterr().err
    assert str(log) in err
    assert "Traceback" not in err


def test_a_dumb_terminal_is_refused_with_the_command_that_does_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "isatty", lambda _: True)
    for stream in ("__stdin__", "__stderr__"):
        monkeypatch.setattr(sys, stream, _Terminal())
    monkeypatch.setenv("TERM", "dumb")
    with pytest.raises(SegtuiError, match="segtui segments list"):
        refuse_unusable_terminal()
    monkeypatch.setenv("TERM", "xterm")
    refuse_unusable_terminal()


def test_no_terminal_is_refused_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with (tmp_path / "in").open("w+") as file:
        monkeypatch.setattr(sys, "__stdin__", file)
        with pytest.raises(SegtuiError, match="needs a terminal"):
            refuse_unusable_terminal()


class _Terminal:
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True
