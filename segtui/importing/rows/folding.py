"""Search texts and keys for many rows at once. They agree with `terms.contact_text` and `text.fold`; a test says so.

Words recur: most cities, sources and first names of a file are in it a thousand times, so each different value is
folded once. The rare column of which every value differs costs what it would have cost anyway.
"""

from collections.abc import Sequence

from segtui.domain.phones import searched_digits
from segtui.domain.search_terms import field_text, folded_line
from segtui.domain.text import fold

_REMEMBERED = 100_000


class _Folded(dict[str, str]):
    def __missing__(self, value: str) -> str:
        folded = self[value] = fold(value) if value else ""
        return folded


class _Lines(dict[str, str]):
    def __missing__(self, value: str) -> str:
        line = self[value] = field_text(value) if value else ""
        return line


class Folding:
    """Folds columns of values ("" is a blank); what it has folded before it remembers, within bounds."""

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
        """Return the search text of each row; `others` are the columns of SEARCHED_FIELDS behind the e-mail."""
        self._forget()
        names = [folded_line(key) for key in name_keys]
        numbers = [self._phone_line(phone) if phone else "" for phone in phones]
        lines = (map(self._lines.__getitem__, column) for column in others)
        return list(map("\n".join, zip(names, numbers, _email_lines(email_keys), *lines, strict=True)))

    def _phone_line(self, e164: str) -> str:
        """Return `phone_text(e164)`; numbers that begin with the same three digits differ only behind them."""
        begin = e164[:4]
        known = self._trunks.get(begin)
        if known is None:
            known = self._trunks[begin] = cut_and_trunk(e164)
        cut, trunk = known
        return f"  {e164[1:]}  {trunk}{e164[cut:]}"

    def _forget(self) -> None:
        for table in (self._folded, self._lines):
            if len(table) > _REMEMBERED:
                table.clear()


def casefolded(emails: Sequence[str]) -> list[str]:
    """Return `email.casefold()` for each; they have no line breaks in them."""
    joined = "\n".join(emails)
    return joined.lower().split("\n") if joined.isascii() and emails else [email.casefold() for email in emails]


def _email_lines(keys: Sequence[str]) -> list[str]:
    """Return `field_text` for each e-mail. They have no blanks, so in ASCII only apostrophes are left to fold."""
    joined = "".join(keys)
    if joined.isascii() and "'" not in joined and "`" not in joined:
        return [folded_line(key) for key in keys]
    return [field_text(key) if key else "" for key in keys]


def cut_and_trunk(e164: str) -> tuple[int, str]:
    """Return how much of a number in E.164 its national form leaves out, and what stands before the rest instead."""
    national = searched_digits(e164)[1]
    for cut in (1, 2, 3, 4):
        if national.endswith(e164[cut:]):
            return cut, national[: len(national) - len(e164) + cut]
    return 1, ""
