"""Search texts and keys of many rows. A test compares them with `search_terms.contact_text` and `text.fold`.

Values recur: most cities, sources and first names of a file occur a thousand times, so each distinct value is folded
once. A rare column of distinct values costs no more than without the cache.
"""

from collections.abc import Sequence

from segtui.domain.phones import searched_digits
from segtui.domain.search_terms import field_text, folded_line
from segtui.domain.text import fold

_MAX_CACHED = 100_000


class _Folded(dict[str, str]):
    def __missing__(self, value: str) -> str:
        folded = self[value] = fold(value) if value else ""
        return folded


class _Lines(dict[str, str]):
    def __missing__(self, value: str) -> str:
        line = self[value] = field_text(value) if value else ""
        return line


class Folding:
    """Folds columns of values ("" is a blank), with a bounded cache."""

    def __init__(self) -> None:
        self._folded = _Folded()
        self._lines = _Lines()
        self._trunks: dict[str, tuple[int, str]] = {}

    def name_keys(self, first: Sequence[str], last: Sequence[str]) -> list[str]:
        """Return `fold("First Last")` for each row; "" without a name."""
        self._forget()
        folded = self._folded
        return [
            f"{one} {other}" if one and other else one or other
            for one, other in zip(map(folded.__getitem__, first), map(folded.__getitem__, last), strict=True)
        ]

    def search_texts(
        self,
        name_keys: Sequence[str],
        phones: Sequence[str],
        email_keys: Sequence[str],
        others: Sequence[Sequence[str]],
    ) -> list[str]:
        """Return the search text of each row; `others` are the columns of SEARCHED_FIELDS after the e-mail."""
        self._forget()
        names = [folded_line(key) for key in name_keys]
        numbers = [self._phone_line(phone) if phone else "" for phone in phones]
        lines = (map(self._lines.__getitem__, column) for column in others)
        return list(map("\n".join, zip(names, numbers, _email_lines(email_keys), *lines, strict=True)))

    def _phone_line(self, e164: str) -> str:
        """Return `phone_text(e164)`; numbers with the same first three digits share its computation."""
        begin = e164[:4]
        cached = self._trunks.get(begin)
        if cached is None:
            cached = self._trunks[begin] = cut_and_trunk(e164)
        cut, trunk = cached
        return f"  {e164[1:]}  {trunk}{e164[cut:]}"

    def _forget(self) -> None:
        for table in (self._folded, self._lines):
            if len(table) > _MAX_CACHED:
                table.clear()


def casefolded(emails: Sequence[str]) -> list[str]:
    """Return `email.casefold()` for each; they have no line breaks."""
    joined = "\n".join(emails)
    return joined.lower().split("\n") if joined.isascii() and emails else [email.casefold() for email in emails]


def _email_lines(keys: Sequence[str]) -> list[str]:
    """Return `field_text` for each e-mail. They have no blanks, so in ASCII only apostrophes need folding."""
    joined = "".join(keys)
    if joined.isascii() and "'" not in joined and "`" not in joined:
        return [folded_line(key) for key in keys]
    return [field_text(key) if key else "" for key in keys]


def cut_and_trunk(e164: str) -> tuple[int, str]:
    """Return the number of leading characters that the national form drops, and the prefix that replaces them."""
    national = searched_digits(e164)[1]
    for cut in (1, 2, 3, 4):
        if national.endswith(e164[cut:]):
            return cut, national[: len(national) - len(e164) + cut]
    return 1, ""
