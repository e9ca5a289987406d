"""Every word of a closed vocabulary has a colour, and each role of every theme can be read."""

import pytest
from rich.color import Color, ColorSystem
from textual.style import Style

from segtui.domain.contact import size_of
from segtui.domain.vocabulary import AUDIENCE_STATES, CALL_OUTCOMES, CAMPAIGN_STATUSES, IMPORT_STATUSES
from segtui.tui.widgets.chrome.status_words import STYLES, status_word
from segtui.tui.widgets.chrome.theme import THEMES
from segtui.tui.widgets.terminal.readable_colors import MIN_CONTRAST, contrast, readable

pytestmark = pytest.mark.fast

SIZES = {size_of(contacts) for contacts in (0, 100, 1_001, 10_001)}
ROLES = {
    *STYLES.values(),
    *("$foreground", "$foreground-muted", "$primary", "$error", "$text-muted", "$text-accent", "$text-primary"),
    *("$text-success", "$text-warning", "$text-error"),
}
BEHIND = ("$background", "$surface", "$panel", "$panel-lighten-2")


def test_no_word_is_missing_and_none_is_changed() -> None:
    assert {*CAMPAIGN_STATUSES, *AUDIENCE_STATES, *CALL_OUTCOMES, *IMPORT_STATUSES, *SIZES, "do_not_call"} == set(
        STYLES
    )
    assert status_word("wrong_number").plain == "wrong number"
    assert status_word("<i>no</i> word").plain == "<i>no</i> word"


@pytest.mark.parametrize("theme", sorted(THEMES))
@pytest.mark.parametrize("system", [ColorSystem.TRUECOLOR, ColorSystem.EIGHT_BIT, ColorSystem.STANDARD])
def test_every_role_can_be_read(theme: str, system: ColorSystem) -> None:
    variables = THEMES[theme].to_color_system().generate()
    dark = THEMES[theme].dark
    for role in ROLES:
        for behind in BEHIND:
            style = readable(Style.parse(f"{role} on {behind}", variables).rich_style, system, dark=dark)
            text, background = (color or Color.default() for color in (style.color, style.bgcolor))
            assert contrast(text, background, system, dark=dark) >= MIN_CONTRAST, (role, behind)
