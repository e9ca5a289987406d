"""Validity of e-mail addresses: the one rule for files and forms."""

import re

# One "@"; a local part of at most 64 characters without blanks, brackets, quotes, commas or stray dots; a domain with a
# dot whose labels have at most 63 letters, digits or inner hyphens, and the last of them no number; 254 characters in
# all (RFC 5321 and RFC 3696's errata; quoted local parts and address literals are valid there and never meant here).
# Zero-width marks would make two addresses of one.
_NEVER = r"""\s@<>()\[\]\\,;:".\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"""
_EMAIL = re.compile(
    rf"""(?=.{{6,254}}$)[^{_NEVER}]{{1,64}}(?:\.[^{_NEVER}]{{1,64}})*@"""
    r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+(?!\d+$)[^\W_][\w-]{0,61}[^\W_]"
)


def is_email(text: str) -> bool:
    """Return True if `text` is an e-mail address by the rule above."""
    if _EMAIL.fullmatch(text) is None:
        return False
    return text.index("@") <= 64
