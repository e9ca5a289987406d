"""Numbers in texts: what `<`, `<=`, `>` and `>=` compare where the field is no day."""

import re
from typing import Final

NUMBER: Final = r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,9})?"
"""Regular expression of a number, without blanks around it."""
BLANKS: Final = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""Characters that may stand before and after a number: those that `str.strip` removes."""
_NUMBER = re.compile(NUMBER)


def number_of(text: str) -> float | None:
    """Return the number that a text is, None where it is none."""
    stripped = text.strip()
    return float(stripped) if _NUMBER.fullmatch(stripped) else None
