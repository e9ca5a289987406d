"""Formula guard: an apostrophe before every cell that a spreadsheet would run as a formula."""

import re

# Beginning of a formula for a spreadsheet. Blanks and apostrophes may stand before the sign, which may be full-width.
# A spreadsheet that expects semicolons, tabs or line breaks between cells splits a cell at them.
_SIGN = r"(?:[^\S\t\r\n]|')*+[=+\-@＝＋－＠]"
_AT_START = re.compile(rf"{_SIGN}|'*+[\t\r]")
_INSIDE = re.compile(rf"(?<=[;\t\r\n])(?={_SIGN})")
_GUARD = re.compile(rf"^'(?={_AT_START.pattern})|(?<=[;\t\r\n])'(?={_SIGN})")
# Numbers that a spreadsheet reads as numbers: nothing in them can run.
_NUMBER = re.compile(r"[+-][\d\s().,/-]*")


def unguarded(cell: str) -> str:
    """Return a cell without the apostrophes that `guarded` put there: the inverse of it."""
    return _GUARD.sub("", cell) if "'" in cell else cell


def is_formula(cell: str) -> bool:
    """Return True if a spreadsheet would run a part of a cell as a formula."""
    return _AT_START.match(cell) is not None or _INSIDE.search(cell) is not None


def guarded(cell: str, but: re.Pattern[str] = _NUMBER) -> str:
    """Return a cell so that no spreadsheet runs it, or a part of it, as a formula.

    One apostrophe is put before the cell, and one before each such part; an import removes these again. What is `but`
    as a whole stays as it is: by default phones and other numbers, however they are written.
    """
    if not is_formula(cell) or but.fullmatch(cell):
        return cell
    return ("'" if _AT_START.match(cell) else "") + _INSIDE.sub("'", cell)
