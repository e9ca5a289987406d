"""Dangerous answers count only once their question could be read, and pasted characters are no keys."""

from collections.abc import Callable, Sequence

import pytest
from textual import events
from textual.message import Message

from segtui.services import campaigns
from segtui.services.campaigns import SettingsInput
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.tui.app import SegtuiApp
from segtui.tui.widgets.chrome.key_burst import TAIL_SECONDS, BurstDetector, KeyBurst
from segtui.tui.widgets.forms.answer_guard import ANSWER_DELAY, AnswerGuard
from segtui.tui.widgets.forms.dialogs import Question, ScrolledDialog
from segtui.tui.widgets.forms.search_box import SearchBox
from tests.support.person import Person, at

AppOn = Callable[[Session], SegtuiApp]
_NAMES = {"/": "slash", "\r": "enter", "\n": "ctrl+j", "\t": "tab", " ": "space"}


def _key(character: str, read_at: float | None = None) -> events.Key:
    key = events.Key(_NAMES.get(character, character), character)
    key.time = key.time if read_at is None else read_at
    return key


def _guard(person: Person) -> AnswerGuard:
    dialog = person.app.screen
    assert isinstance(dialog, ScrolledDialog)
    return dialog.guard


def _send(person: Person, text: str, read_at: float | None = None) -> None:
    for character in text:
        person.app.post_message(_key(character, read_at))


@pytest.fixture
def draft(filled: Session) -> Session:
    """Return the session of a database with a draft that can be launched."""
    segment = segments.by_name(filled, "Webinar signups")
    campaigns.create(filled, "Spring fair", segment.id, SettingsInput(agent="agent-7"))
    return filled


async def test_a_burst_does_not_answer_the_question_that_it_opens(filled: Session, app_on: AppOn) -> None:
    async with at(app_on(filled), answer_delay=ANSWER_DELAY) as person:
        _send(person, "dy")
        await person.see("Delete segment")
        await person.hear("Answer again.")
        await person.settle()
        assert isinstance(person.app.screen, Question)
        ready_at = _guard(person).ready_at
        assert ready_at is not None
        _send(person, "y", ready_at - 0.01)
        await person.settle()
        assert isinstance(person.app.screen, Question)
        assert segments.total(filled) == 2
        _send(person, "y", ready_at)
        await person.see_no("Delete segment")
        await person.settle()
    assert segments.total(filled) == 1


@pytest.mark.parametrize("keys", ["ly", "l\t\r", "l\t ", "lyyyy"])
async def test_a_burst_launches_nothing(draft: Session, app_on: AppOn, keys: str) -> None:
    async with at(app_on(draft), answer_delay=ANSWER_DELAY) as person:
        await person.press("4")
        await person.see("Spring fair", "draft")
        _send(person, keys)
        await person.see("Launch “Spring fair”", "Call 2 contacts")
        await person.settle()
        assert campaigns.by_name(draft, "Spring fair").status == "draft"
        _send(person, "y", _guard(person).ready_at)
        await person.see_no("Launch “Spring fair”")
        await person.settle()
    assert campaigns.by_name(draft, "Spring fair").status != "draft"


async def test_the_delay_begins_when_the_question_is_painted_and_again_when_it_was_covered(
    filled: Session, app_on: AppOn
) -> None:
    async with at(app_on(filled), answer_delay=ANSWER_DELAY) as person:
        await person.press("d")
        await person.see("Delete segment")
        first = _guard(person).ready_at
        await person.pilot.resize_terminal(50, 12)
        await person.settle()
        await person.pilot.resize_terminal(80, 24)
        await person.see("Delete segment")
        await person.settle()
        again = _guard(person).ready_at
        assert first is not None
        assert again is not None
        assert again > first


async def test_the_harmless_answer_counts_at_once(filled: Session, app_on: AppOn) -> None:
    async with at(app_on(filled), answer_delay=60) as person:
        for answer in ("n", "escape", "enter"):
            await person.press("d")
            await person.see("Delete segment")
            await person.press(answer)
            await person.see_no("Delete segment")
    assert segments.total(filled) == 2


async def test_a_click_on_a_dangerous_answer_waits_as_well(filled: Session, app_on: AppOn) -> None:
    async with at(app_on(filled), answer_delay=60) as person:
        await person.press("d")
        await person.see("Delete segment")
        await person.click("Delete y")
        await person.hear("Answer again.")
    assert segments.total(filled) == 2


# Pastes


def _split(text: str, *, seconds: Sequence[float] = (0.0,)) -> list[list[str]]:
    """Return what each read of `text`, one for each of `seconds`, is divided into: a burst as its text in brackets."""
    clock = iter(seconds)
    now = 0.0
    detector = BurstDetector(lambda: now)
    reads: list[list[str]] = []
    for part in text.split("|"):
        now = next(clock)
        messages: list[Message] = [_key(character) for character in part]
        split = detector.split(messages)
        reads.append([f"[{m.text}]" if isinstance(m, KeyBurst) else getattr(m, "character", "") for m in split])
    return reads


@pytest.mark.parametrize("text", ["ly", "dy", "jjjjjjjj", "jjjjkkkkjj", "gGgGgG", "aaaaaaaa", "jjjd", "dn/", "Gly"])
def test_few_keys_and_repeated_keys_are_keys(text: str) -> None:
    assert _split(text) == [list(text)]


@pytest.mark.parametrize("text", ["please", "Ada Lovelace", "dale", "+16025550199", "a\nb\nc", "/dylan"])
def test_many_characters_of_one_read_are_a_paste(text: str) -> None:
    assert _split(text) == [[f"[{text}]"]]


def test_a_paste_is_one_over_several_reads() -> None:
    near, far = TAIL_SECONDS * 0.9, TAIL_SECONDS * 2.2
    assert _split("please|d|y", seconds=(0.0, near, far)) == [["[please]"], ["[d]"], ["y"]]


async def test_a_paste_on_a_list_does_nothing_and_is_said(filled: Session, app_on: AppOn) -> None:
    async with at(app_on(filled)) as person:
        person.app.post_message(KeyBurst([_key(character) for character in "any day"]))
        await person.hear("7 characters arrived at once, like pasted text. They were ignored.")
        person.app.post_message(events.Paste("dy\n"))
        await person.hear("2 characters arrived at once")
        await person.settle()
        assert len(person.app.screen_stack) == 1
    assert segments.total(filled) == 2


async def test_a_paste_on_a_question_answers_nothing(filled: Session, app_on: AppOn) -> None:
    async with at(app_on(filled)) as person:
        await person.press("d")
        person.app.post_message(KeyBurst([_key(character) for character in "yyay ya"]))
        await person.hear("arrived at once")
        await person.see("Delete segment")
    assert segments.total(filled) == 2


def test_enter_from_before_the_program_took_the_terminal_over_is_the_enter_key() -> None:
    detector = BurstDetector(lambda: 0.0)
    (message,) = detector.split([_key("\n", read_at=5.0)])
    assert isinstance(message, events.Key)
    assert (message.key, message.character, message.time) == ("enter", "\r", 5.0)


@pytest.mark.parametrize("enter", ["\r", "\n"])
async def test_a_burst_into_a_field_is_its_text_and_enter_at_its_end_is_a_key(
    filled: Session, app_on: AppOn, enter: str
) -> None:
    async with at(app_on(filled)) as person:
        await person.press("n")
        person.app.post_message(KeyBurst([_key(character) for character in f"Spring fair{enter}"]))
        await person.see_no("Create segment")
        await person.see("Spring fair")
    assert segments.total(filled) == 3


async def test_a_burst_that_begins_with_the_search_key_is_a_search(filled: Session, app_on: AppOn) -> None:
    async with at(app_on(filled)) as person:
        person.app.post_message(KeyBurst([_key(character) for character in "/dylan"]))
        await person.see("/ dylan")
        assert person.app.screen.query_one(SearchBox).value == "dylan"
