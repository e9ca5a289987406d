"""Empty text: the words of a list that has nothing to show."""

from textual.content import Content
from textual.strip import Strip
from textual.style import Style

from segtui.domain.text import clean


def wrapped(text: str | Content, width: int) -> list[Content]:
    """Return the cleaned lines of a text, none wider than `width` cells. A str is not read as markup."""
    plain = "\n".join(clean(line) for line in str(text).splitlines())
    if isinstance(text, str) or plain != text.plain:
        text = Content(plain)
    return text.wrap(max(1, width)) if text.plain else []


def centred(line: Content, width: int, style: Style) -> Strip:
    """Return a line in the middle of `width` cells."""
    line = line.truncate(width, ellipsis=True)
    return Strip(line.pad_left((width - line.cell_length) // 2).render_segments(style))
