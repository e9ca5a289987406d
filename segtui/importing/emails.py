"""An e-mail address in a cell that holds more than it."""

import re

from segtui.emails import is_email

_INSIDE_BRACKETS = re.compile(r"[^<>]*<\s*([^<>\s]+)\s*>")


def email_in(text: str) -> str | None:
    """Return the address of `text`: itself, or what is in `Name <address>` or behind `mailto:`; None without one."""
    if is_email(text):
        return text
    bare = text[7:] if text[:7].lower() == "mailto:" else text
    inside = _INSIDE_BRACKETS.fullmatch(bare)
    bare = inside[1] if inside else bare
    return bare if is_email(bare) else None
