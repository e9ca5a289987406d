"""Phones with the area code in a separate column."""

import re
from collections.abc import Callable
from typing import Final

_MAX_AREA_CODE_LENGTH: Final = 5
_COMPLETE: Final = re.compile(r"\s*+\(?\s*+(?:\+|00)")


def with_area_code(area: str, text: str, region: str, read: Callable[[str, str], str | None]) -> str:
    """Return a phone with its area code before it, or unchanged if it has one or if that gives no valid number.

    `read` returns the number of a text for a region, None if it is not valid. A number that begins with a trunk prefix
    or its own area code is complete.
    """
    digits = "".join(filter(str.isdecimal, area)).lstrip("0")
    if not 1 <= len(digits) <= _MAX_AREA_CODE_LENGTH or _COMPLETE.match(text):
        return text
    own = "".join(filter(str.isdecimal, text))
    is_valid = read(text, region) is not None
    if is_valid and (own.startswith("0") or own.lstrip("01").startswith(digits)):
        return text
    whole = (f"({area.strip(' ()')}) {text}", f"(0{digits}) {text}")
    return next((joined for joined in whole if read(joined, region) is not None), text)
