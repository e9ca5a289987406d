"""The choice of the colours: each theme is on the whole screen while the cursor is on it."""

from collections.abc import Callable, Sequence
from typing import Any

from textual import on
from textual.app import App
from textual.widgets import OptionList

from segtui.config.remembered import Remembered
from segtui.config.settings import Settings
from segtui.domain.search_terms import field_text, matches, parse
from segtui.services.interrupt import Interrupt
from segtui.tui.widgets.chrome.theme import THEMES, themes
from segtui.tui.widgets.forms.picker import Offer, Picker


class ThemePicker(Picker[str]):
    """Offers the themes this terminal can show, the present one first. Leaving brings that one back."""

    def __init__(self, present: str, *, no_color: bool) -> None:
        super().__init__("Theme", "Type part of the theme's name")
        self._present = present
        self._names = sorted(themes(no_color=no_color), key=lambda name: name != present)

    def find(self, typed: str, interrupt: Interrupt) -> Sequence[Offer[str]]:  # noqa: ARG002 -- nothing is waited for
        """Return the themes whose name fits."""
        search = parse(typed)
        return [Offer(name, name, self._note(name)) for name in self._names if matches(search, field_text(name))]

    def _note(self, name: str) -> str:
        theme = THEMES[name]
        kind = "dark" if theme.dark else "light"
        return f"{kind}, the terminal's own 16 colours" if theme.ansi else kind

    @on(OptionList.OptionHighlighted)
    def _preview(self, event: OptionList.OptionHighlighted) -> None:
        # One that was highlighted in an earlier answer says nothing about this one.
        if event.option_index < len(self.offers):
            self.app.theme = self.offers[event.option_index].value

    def action_leave(self) -> None:
        """Close, with the colours as they were."""
        self.app.theme = self._present
        super().action_leave()


def choose_theme(app: App[Any], settings: Settings, remembered: Remembered, say: Callable[[str], None]) -> None:
    """Let the user choose the theme, and remember it. Tell them if a setting overrides it."""

    def chosen(theme: str | None) -> None:
        if theme is None:
            return
        app.theme = theme
        remembered.theme = theme
        stays = settings.with_theme_chosen(theme, "").theme == theme
        say(
            f"The theme is {theme}."
            if stays
            else f"The theme is {theme} until you leave: {settings.location('theme')} says {settings.theme}."
        )

    app.push_screen(ThemePicker(app.theme, no_color=app.no_color), chosen)
