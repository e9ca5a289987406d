"""Themes: Textual's, and the interface's own, whose colours are in the palette of 256 and look the same everywhere."""

from textual.theme import BUILTIN_THEMES, Theme

from segtui.config.config_keys import nearest_key
from segtui.config.settings import Settings
from segtui.domain.text import clean
from segtui.errors import InvalidInput

SEGTUI = Theme(
    name="segtui",
    primary="#5fafd7",
    secondary="#87afaf",
    accent="#d7af5f",
    warning="#d7af5f",
    error="#ff8787",
    success="#87af5f",
    foreground="#d0d0d0",
    background="#1c1c1c",
    surface="#262626",
    panel="#303030",
    dark=True,
    variables={
        "block-cursor-background": "#005f87",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-text-style": "none",
        "input-selection-background": "#005f87",
    },
)

THEMES = {SEGTUI.name: SEGTUI, **BUILTIN_THEMES}


def themes(*, no_color: bool) -> list[str]:
    """Return the names of the available themes, our own first.

    Without colours, themes of the terminal's palette are left out: Textual would paint black on black.
    """
    return [name for name, theme in THEMES.items() if not (no_color and theme.ansi)]


def check_theme(settings: Settings) -> None:
    """Raise InvalidInput, with the file and the line, for a configured theme that does not exist."""
    if settings.theme is None or settings.theme in THEMES or "theme" not in settings.locations:
        return
    near = nearest_key(settings.theme, THEMES)
    hint = f"did you mean {near}?" if near else f"there are {', '.join(sorted(THEMES))}"
    raise InvalidInput(f"{settings.location('theme')}: there is no theme “{clean(settings.theme)}” ({hint}).", "theme")
