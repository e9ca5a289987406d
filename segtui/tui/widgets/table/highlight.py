"""Where a search matches in what a table shows. `terms` says what a match is; this only keeps it cheap."""

from collections.abc import Sequence
from dataclasses import dataclass

from segtui.domain.search_terms import Clause, Search, spans
from segtui.domain.text import fold

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Highlighter:
    """Finds the matches of one search in shown texts."""

    search: Search
    needles: tuple[str, ...]
    digits: bool

    @classmethod
    def of(cls, search: Search) -> "Highlighter":
        """Return the one for a search."""
        needles = {pattern.strip() for clause in search for patterns in clause.alternatives for pattern in patterns} - {
            ""
        }
        return cls(search, tuple(needles), any(needle.isdigit() for needle in needles))

    def matches(self, text: str) -> Sequence[Span]:
        """Return the ranges of characters of `text` to highlight, in order and disjoint."""
        if not self.needles or not self._may_match(text):
            return ()
        return spans(text, self.search)

    def found_by(self, text: str) -> set[Clause]:
        """Return the clauses of the search that this text fulfils, alone or with others."""
        if not self.needles or not self._may_match(text):
            return set()
        return {clause for clause in self.search if spans(text, (clause,))}

    def _may_match(self, text: str) -> bool:
        """Most cells hold no match. This tells them for a tenth of what finding the place costs."""
        if self.digits and text.startswith("+"):
            return True
        folded = fold(text)
        return any(needle in folded for needle in self.needles)
