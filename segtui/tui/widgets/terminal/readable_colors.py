"""Readable colours: every text has a contrast of at least 4.5:1 with its background, in every theme.

The ratio is that of WCAG 2.1 for normal text. A text colour of a theme that is too faint on its background is made
lighter or darker when a line is drawn. The sixteen colours of a terminal depend on its palette, so a pair of them must
be readable in the palettes of both xterm and VGA.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from rich.color import Color as RichColor
from rich.color import ColorSystem, ColorType
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

MIN_CONTRAST: Final = 4.5
_STEPS: Final = 32
_BLACK, _WHITE = ColorTriplet(0, 0, 0), ColorTriplet(255, 255, 255)


def _palette(text: str) -> tuple[ColorTriplet, ...]:
    return tuple(ColorTriplet(*bytes.fromhex(triplet)) for triplet in text.split())


PALETTES: Final = (
    _palette(  # xterm
        "000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5 "
        "7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff"
    ),
    _palette(  # VGA, the console of Linux
        "000000 aa0000 00aa00 aa5500 0000aa aa00aa 00aaaa aaaaaa "
        "555555 ff5555 55ff55 ffff55 5555ff ff55ff 55ffff ffffff"
    ),
)
"""Palettes of sixteen colours each, in the order of their numbers."""
COLOR_SYSTEMS: Final = {
    "standard": ColorSystem.STANDARD,
    "256": ColorSystem.EIGHT_BIT,
    "truecolor": ColorSystem.TRUECOLOR,
    "windows": ColorSystem.STANDARD,
}
"""The colours of a terminal by Rich's names."""


class ReadableColors(LineFilter):
    """Gives every text a colour that can be read on its background.

    `system` names the colours of the terminal; with `dark` its own background is taken to be black.
    """

    def __init__(self, system: ColorSystem, *, dark: bool) -> None:
        super().__init__()
        self._system = system
        self._dark = dark

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 -- Textual's signature
        """Return the segments of a line with readable colours."""
        return [
            segment
            if segment.style is None or segment.control or not _is_text(segment.text)
            else Segment(segment.text, readable(segment.style, self._system, dark=self._dark), segment.control)
            for segment in segments
        ]


@lru_cache
def readable_colors(system: ColorSystem, *, dark: bool) -> ReadableColors:
    """Return the filter for a terminal and a theme, always the same object: Textual caches lines by filter."""
    return ReadableColors(system, dark=dark)


@lru_cache(maxsize=4096)
def readable(style: Style, system: ColorSystem, *, dark: bool) -> Style:
    """Return a style with readable text: the same, or with another text colour. Faint text becomes italic."""
    if style.dim:  # how faint is the terminal's own choice
        style += Style(dim=False, italic=True)
    text, behind = (color or RichColor.default() for color in (style.color, style.bgcolor))
    if system is ColorSystem.STANDARD:
        text, behind = (color.downgrade(ColorSystem.STANDARD) for color in (text, behind))
    if contrast(text, behind, system, dark=dark) >= MIN_CONTRAST:
        return style
    for candidate in _candidates(text, behind, system):
        if contrast(candidate, behind, system, dark=dark) >= MIN_CONTRAST:
            return style + Style(color=candidate, bgcolor=behind)
    # A background on which the palettes agree about no text, such as bright black.
    black, white = RichColor.from_ansi(0), RichColor.from_ansi(15)
    return style + (Style(color=white, bgcolor=black) if dark else Style(color=black, bgcolor=white))


def contrast(text: RichColor, behind: RichColor, system: ColorSystem, *, dark: bool) -> float:
    """Return the contrast of two colours, from 1 to 21, on a terminal with these colours: the least of its palettes."""
    return min(
        _ratio(_shown(text, system, palette, default=_WHITE if dark else _BLACK), other)
        for palette in PALETTES
        for other in [_shown(behind, system, palette, default=_BLACK if dark else _WHITE)]
    )


def _candidates(text: RichColor, behind: RichColor, system: ColorSystem) -> Sequence[RichColor]:
    """Return other colours for a text, the most alike first."""
    own = [RichColor.default(), RichColor.from_ansi(15), RichColor.from_ansi(0)]
    if ColorType.STANDARD in {text.type, behind.type} or ColorType.DEFAULT in {text.type, behind.type}:
        bright = [RichColor.from_ansi(text.number % 8 + 8)] if text.number is not None and text.number < 16 else []
        return [*bright, *own]
    triplet, other = text.get_truecolor(), behind.get_truecolor()
    target = _WHITE if _ratio(_WHITE, other) > _ratio(_BLACK, other) else _BLACK
    mixed = [RichColor.from_triplet(_mixed(triplet, target, step / _STEPS)) for step in range(1, _STEPS + 1)]
    return [color.downgrade(system) for color in mixed] if system is ColorSystem.EIGHT_BIT else mixed


def _shown(
    color: RichColor, system: ColorSystem, palette: Sequence[ColorTriplet], *, default: ColorTriplet
) -> ColorTriplet:
    if color.is_default:
        return default
    if color.type is ColorType.TRUECOLOR and system is not ColorSystem.TRUECOLOR:
        color = color.downgrade(system)
    if color.number is not None and color.number < len(palette):
        return palette[color.number]
    return color.get_truecolor()


def _mixed(one: ColorTriplet, other: ColorTriplet, share: float) -> ColorTriplet:
    return ColorTriplet(*(round(a + (b - a) * share) for a, b in zip(one, other, strict=True)))


def _ratio(one: ColorTriplet, other: ColorTriplet) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: ColorTriplet) -> float:
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in color.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _is_text(text: str) -> bool:
    """Tell whether there is something to read: more than blanks, lines and blocks."""
    return any(not char.isspace() and not "\u2500" <= char <= "\u259f" for char in text)
