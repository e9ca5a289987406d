"""Every text can be read: at least 4.5:1 on its background, in every theme and with sixteen colours."""

from collections.abc import Callable, Iterator

import pytest
from rich.color import Color, ColorSystem
from rich.style import Style

from segtui.config import settings
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.tui.app import SegtuiApp
from segtui.tui.widgets.chrome.theme import THEMES
from segtui.tui.widgets.terminal.readable_colors import MIN_CONTRAST, contrast, readable
from tests.support.person import Person, at

_SYSTEMS = {"truecolor": ColorSystem.TRUECOLOR, "256": ColorSystem.EIGHT_BIT, "standard": ColorSystem.STANDARD}


def _faint(person: Person, system: ColorSystem) -> Iterator[str]:
    """Yield the texts on the screen that cannot be read."""
    dark = person.app.current_theme.dark
    for strip in person.app.screen._compositor.render_strips():
        for text, drawn, _ in strip:
            if not any(char.isalnum() or char in "►▲▼✓*[]" for char in text):
                continue
            style = drawn or Style()
            pair = [each or Color.default() for each in (style.color, style.bgcolor)]
            found = contrast(pair[0], pair[1], system, dark=dark)
            if found < MIN_CONTRAST or style.dim:
                yield f"{text!r}: {found:.2f} ({style})"


async def _walk(person: Person, look: Callable[[str], None]) -> None:
    """See a list, its cursor row and row actions, a search, a form with placeholders, questions, help, filters."""
    look("the list")
    await person.press("slash")
    look("an empty search box")
    await person.type("web")
    look("a match")
    await person.press("escape", "escape", "n")
    look("a form with placeholders")
    await person.press("enter")
    await person.see("A segment needs a name.")
    look("a problem")
    await person.press("escape", "d")
    look("a question")
    await person.press("n", "question_mark")
    look("the help")
    await person.press("escape", "2", "asterisk", "f")
    look("the filters")
    await person.press("escape", "e")
    await person.see("Edit 3 contacts", "(2 values)")
    await person.press("ctrl+u")
    await person.type("web")
    await person.see("In use: webinar")
    look("an edit of several")
    await person.press("enter")
    await person.see("Preview: edit 3 contacts")
    look("a preview")


@pytest.mark.parametrize("theme", sorted(THEMES))
async def test_every_text_of_every_theme_can_be_read(filled: Session, theme: str) -> None:
    app = SegtuiApp(filled, settings.Settings(database="", timezone="UTC", theme=theme))
    segments.create(filled, "A segment of this name", "with a description")
    faint: list[str] = []
    async with at(app, (130, 36)) as person:
        await _walk(person, lambda seen: faint.extend(f"{seen}: {each}" for each in _faint(person, _system(app))))
    assert faint == []


def _system(app: SegtuiApp) -> ColorSystem:
    return _SYSTEMS[app.console.color_system or ""]


@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize("system", list(_SYSTEMS))
def test_any_pair_of_colours_becomes_readable(system: str, *, dark: bool) -> None:
    sixteen = [Color.default(), *(Color.from_ansi(number) for number in range(16))]
    rich = [Color.from_rgb(r, g, b) for r in (0, 95, 175, 255) for g in (0, 95, 175, 255) for b in (0, 128, 255)]
    for pairs in (sixteen, rich):
        for text in pairs:
            for behind in pairs:
                made = readable(Style(color=text, bgcolor=behind), _SYSTEMS[system], dark=dark)
                pair = (made.color or Color.default(), made.bgcolor or Color.default())
                assert contrast(*pair, _SYSTEMS[system], dark=dark) >= MIN_CONTRAST, (text, behind, made)


def test_what_can_be_read_stays_as_the_theme_has_it() -> None:
    style = Style(color="#d0d0d0", bgcolor="#1c1c1c", bold=True)
    assert readable(style, ColorSystem.TRUECOLOR, dark=True) is style
    faint = readable(Style(color="#727272", bgcolor="#1c1c1c"), ColorSystem.TRUECOLOR, dark=True)
    assert faint.color is not None
    red, green, blue = faint.color.get_truecolor()
    assert red == green == blue > 0x72
    assert readable(Style(dim=True), ColorSystem.STANDARD, dark=True) == Style(dim=False, italic=True)
