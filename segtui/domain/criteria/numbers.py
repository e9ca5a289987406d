"""Numbers in texts: the operands of `<`, `<=`, `>` and `>=`, except for days."""

import re
from typing import Final

MAX_DIGITS: Final = 15
"""Digits of a whole number: a float represents each exactly."""
NUMBER: Final = rf"[+-]?[0-9]{{1,{MAX_DIGITS}}}(?:\.[0-9]{{1,9}})?"
"""Regular expression of a number, without blanks around it."""
BLANKS: Final = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""Characters that may surround a number: those that `str.strip` removes."""
_NUMBER = re.compile(NUMBER)


def number_of(text: str) -> float | None:
    """Return a text as a number; None for any other text."""
    stripped = text.strip()
    return float(stripped) if _NUMBER.fullmatch(stripped) else None
