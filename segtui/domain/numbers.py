"""Numbers in texts: the one rule by which a value of a text field is compared and sorted as a number."""

import re
from typing import Final

NUMBER: Final = r"[+-]?[0-9]{1,15}(\.[0-9]{1,9})?"
"""Regular expression of a number, for Python and PostgreSQL: exact in a float, without an exponent or separators."""
_NUMBER: Final = re.compile(NUMBER)


def number_of(value: str) -> float | None:
    """Return a text as a number; None for a text that is none, such as `1,000` or `12 apples`."""
    value = value.strip()
    return float(value) if _NUMBER.fullmatch(value) else None
