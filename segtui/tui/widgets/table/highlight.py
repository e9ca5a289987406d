"""Highlighter: the ranges of a text that a search matches. `search_terms` defines a match; this keeps it cheap."""

from collections.abc import Sequence
from dataclasses import dataclass

from segtui.domain.search_terms import Clause, Search, spans
from segtui.domain.text import fold

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Highlighter:
    """Finds the matches of one search in texts."""

    search: Search
    needles: tuple[str, ...]
    digits: bool

    @classmethod
    def of(cls, search: Search) -> "Highlighter":
        """Return the highlighter of a search."""
        needles = {pattern.strip() for clause in search for patterns in clause.alternatives for pattern in patterns} - {
            ""
        }
        return cls(search, tuple(needles), any(needle.isdigit() for needle in needles))

    def matches(self, text: str) -> Sequence[Span]:
        """Return the ranges of characters of `text` to highlight, in order and disjoint."""
        if not self.needles or not self._may_match(text):
            return ()
        return spans(text, self.search)

    def clauses_in(self, text: str) -> set[Clause]:
        """Return the clauses of the search that match in this text."""
        if not self.needles or not self._may_match(text):
            return set()
        return {clause for clause in self.search if spans(text, (clause,))}

    def _may_match(self, text: str) -> bool:
        """Rule out a text without a match, as most are: ten times cheaper than finding the ranges."""
        if self.digits and text.startswith("+"):
            return True
        folded = fold(text)
        return any(needle in folded for needle in self.needles)
