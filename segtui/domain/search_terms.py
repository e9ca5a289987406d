"""Meaning of a search: the search text of a record, the words of a query, the match of both, and its position.

The databases compute the same faster; the tests compare them with `matches()`.

A search text has one line per field, and two blanks before every word, so that the beginning of a word can be found in
a trigram index, which has nothing shorter than three characters. After the words follow, with two blanks before each,
the first two characters of every further part of a word: `ex` and `co` of `ada@example.com`. A query is split at
blanks. Every word must occur somewhere, in any order: anywhere inside a word if it has three characters or more, else
at the beginning of a part of a word. Digits match phones in any notation, and adjacent words of digits are also tried
as one.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from segtui.domain.phones import searched_digits
from segtui.domain.text import fold, require_length
from segtui.errors import InvalidInput

MAX_SEARCH_WORDS = 100
"""Maximum number of words in a search: a database refuses a condition with a thousand parts."""
# A word's beginning in a search text: every word follows two blanks.
_LEAD = "  "
_PHONE_WORD = re.compile(r"[+(]*\d[\d()+./-]*")
_NOT_DIGIT = re.compile(r"\D+")
PART_START = r"(?:[^\w ]|_)([^\W_]{1,2})"
"""Regular expression of the beginning of a part inside a folded word: up to two letters or digits behind a sign."""
_PART_START = re.compile(PART_START)


def field_text(value: str) -> str:
    """Return one line of a search text: the words of `value`, folded, and the beginnings of their parts."""
    return folded_line(fold(value))


def folded_line(folded: str) -> str:
    """Return the line of a folded text: its words, then the beginnings of their parts."""
    return _LEAD + _LEAD.join((*folded.split(" "), *_PART_START.findall(folded))) if folded else ""


def phone_text(e164: str | None) -> str:
    """Return the line of a phone: its digits in both usual forms, each after two blanks."""
    if not e164:
        return ""
    return "".join(_LEAD + digits for digits in searched_digits(e164))


def contact_text(values: Sequence[str | None]) -> str:
    """Return a contact's search text from its values in the order of contact.SEARCHED_FIELDS."""
    name, phone, *others = values
    return "\n".join([field_text(name or ""), phone_text(phone), *(field_text(other or "") for other in others)])


def segment_text(name: str, description: str) -> str:
    """Return a segment's search text."""
    return f"{field_text(name)}\n{field_text(description)}"


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition on a search text: all patterns of at least one alternative occur in it."""

    alternatives: tuple[tuple[str, ...], ...]

    def matches(self, text: str) -> bool:
        """Return True if a search matches a search text (`contact_text`, `segment_text`)."""
        return any(all(pattern in text for pattern in patterns) for patterns in self.alternatives)


Search = tuple[Clause, ...]
"""A parsed search: every clause must be true. The empty search matches everything."""


def parse(typed: str) -> Search:
    """Return the text of a search box as clauses. Raises InvalidInput for a text that is too long."""
    require_length(typed, "A search", "search")
    words = fold(typed).split()
    if len(words) > MAX_SEARCH_WORDS:
        raise InvalidInput(f"A search has at most {MAX_SEARCH_WORDS} words; this one has {len(words):,}.", "search")
    clauses: list[Clause] = []
    run: list[str] = []
    for word in words:
        if _PHONE_WORD.fullmatch(word):
            run.append(word)
            continue
        clauses.extend(_digits(run))
        run = []
        clauses.append(Clause(((_pattern(word),),)))
    clauses.extend(_digits(run))
    return tuple(clauses)


def matches(search: Search, text: str) -> bool:
    """Return True if a search text (`contact_text`, `segment_text`) is found by a search."""
    return all(clause.matches(text) for clause in search)


def _pattern(word: str) -> str:
    return word if len(word) >= 3 else _LEAD + word


def _digits(words: Sequence[str]) -> Iterable[Clause]:
    """Yield the clause of adjacent words of digits: joined to one number, or each on its own."""
    if not words:
        return
    joined = _pattern(_NOT_DIGIT.sub("", "".join(words)))
    separate = tuple(_pattern(word) for word in words)
    digits = tuple(_pattern(_NOT_DIGIT.sub("", word)) for word in words)
    yield Clause(tuple(dict.fromkeys([(joined,), digits, separate])))


def spans(value: str, search: Search) -> list[tuple[int, int]]:
    """Return the matches of `search` in the displayed `value`: half-open ranges of characters, in order, disjoint."""
    folded, offsets = _folded_with_offsets(value)
    digits = [index for index, char in enumerate(value) if char.isdigit()]
    number = "".join(value[index] for index in digits) if _looks_like_phone(value) else ""
    ranges: list[tuple[int, int]] = []
    for pattern in {p for clause in search for patterns in clause.alternatives for p in patterns}:
        ranges.extend((offsets[start], offsets[end - 1] + 1) for start, end in _occurrences(folded, pattern))
        if number and pattern.strip().isdigit():
            needle = pattern.strip()
            first_digit = number.find(needle) if needle in number else number.find(needle := needle.removeprefix("0"))
            if needle and first_digit >= 0:
                ranges.append((digits[first_digit], digits[first_digit + len(needle) - 1] + 1))
    return _merged(ranges)


def _looks_like_phone(value: str) -> bool:
    return value.startswith("+") and all(char.isdigit() or char in "+ ()-./" for char in value)


def _occurrences(folded: str, pattern: str) -> Iterable[tuple[int, int]]:
    at_beginning = pattern.startswith(_LEAD)
    needle = pattern.strip()
    start = folded.find(needle)
    while start >= 0 and needle:
        if not at_beginning or _begins_part(folded, start, needle):
            yield start, start + len(needle)
        start = folded.find(needle, start + 1)


def _begins_part(folded: str, start: int, needle: str) -> bool:
    """Return True if a word begins at `start`, or a part of a word that begins with `needle`."""
    before = folded[start - 1] if start else " "
    return before == " " or (needle.isalnum() and not before.isalnum())


def _folded_with_offsets(value: str) -> tuple[str, list[int]]:
    """Return `value` folded letter by letter, and for each folded letter its offset in `value`."""
    letters: list[str] = []
    offsets: list[int] = []
    for offset, char in enumerate(value):
        piece = " " if char.isspace() else fold(char)
        if not piece and unicodedata.combining(char):
            continue
        letters.append(piece)
        offsets.extend([offset] * len(piece))
    return "".join(letters), offsets


def _merged(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
