"""Report of an import, in figures and sentences: the check before it, the result after it."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from segtui.domain.contact import size_of, size_words
from segtui.domain.text import clean, counted
from segtui.services.imports.remarks import place_of

if TYPE_CHECKING:
    from segtui.services.imports import ImportResult, UndoReport


_SHOWN = 10
"""So many rows of a kind stand below the figures; the others are in the list of remarks."""


def counts(result: "ImportResult", *, done: bool) -> Content:
    """Return the five counts below each other, and their sum. `done`: they came true; else they are a forecast."""
    rows = (
        (result.created, "new contacts|new contact" if not done else "contacts created|contact created"),
        (
            result.updated,
            "existing contacts to update|existing contact to update"
            if not done
            else "existing contacts updated|existing contact updated",
        ),
        (result.unchanged, "existing contacts that stay as they are|existing contact that stays as it is"),
        (result.duplicates, "duplicates inside the file|duplicate inside the file"),
        (
            result.rejected,
            "rejected: no contact could be made of them|rejected: no contact could be made of it"
            if not done
            else "rejected",
        ),
    )
    width = len(f"{result.rows:,}")
    lines = [_count(number, _of_number(number, words), width) for number, words in rows]
    total = Content.assemble(
        (f"{result.rows:>{width},}", "bold"), f"  {_of_number(result.rows, 'rows in the file|row in the file')}"
    )
    return Content("\n").join([*lines, Content.styled("-" * width, "$foreground-muted"), total])


def _of_number(number: int, words: str) -> str:
    """Return of `several|one` what fits the number; of words without a `|` all."""
    several, _, one = words.partition("|")
    return one if number == 1 and one else several


def _count(number: int, words: str, width: int) -> Content:
    style = "bold" if number else "$foreground-muted"
    return Content.assemble((f"{number:>{width},}", style), "  ", (words, "" if number else "$foreground-muted"))


def destination(result: "ImportResult", *, done: bool) -> Content:
    """Return which segment it is about and how its memberships change."""
    name = (f"“{clean(result.segment or '')}”", "bold")
    if not done:
        kind = "a new segment" if result.segment_created else "a segment that exists"
        join, leave = _of_number(result.added, "join|joins"), _of_number(result.removed, "leave|leaves")
        removed = f", {result.removed:,} {leave} it" if result.removed else ""
        after = f"It will have {counted(result.segment_contacts, 'contact')}."
        forecast = f", {kind}: {result.added:,} {join} it{removed}. {after}"
        return Content.assemble("Into ", name, forecast, _do_not_call(result))
    size = size_of(result.segment_contacts)
    changed = f"{result.added:,} added" + (f", {result.removed:,} removed" if result.removed else "")
    now = counted(result.segment_contacts, "contact")
    sentences = f" has {now} now: {changed}.\nSize: {size_words(size)}."
    return Content.assemble(name, sentences, _do_not_call(result))


def _do_not_call(result: "ImportResult") -> str:
    return f"\n{result.do_not_call_sentence}" if result.not_callable else ""


def examples(title: str, rows: Sequence[str], total: int) -> Content:
    """Return the first rows with their reasons, one a line, and how many more there are."""
    lines = [Content.styled(title, "bold")]
    lines += [Content(f"  {row}") for row in rows[:_SHOWN]]
    if total > _SHOWN:
        lines.append(Content.styled(f"  and {total - _SHOWN:,} more", "$foreground-muted"))
    return Content("\n").join(lines)


def details(result: "ImportResult") -> Content:
    """Return reasons of rejected rows and warnings, as far as examples are there; empty where all is well."""
    parts: list[Content] = []
    if result.rejected:
        parts.append(
            examples(
                f"Rejected ({result.rejected:,})",
                _lines((row.line, row.reason) for row in result.rejected_examples),
                result.rejected,
            )
        )
    if result.warnings:
        title = f"Warnings about imported rows ({result.warnings:,})"
        parts.append(examples(title, _lines((row.line, row.text) for row in result.warning_examples), result.warnings))
    if result.duplicates:
        rows = [f"line {line:,}: the same contact as line {first:,}" for line, first in result.duplicate_examples]
        parts.append(examples(f"Duplicates ({result.duplicates:,})", rows, result.duplicates))
    return Content("\n").join(parts)


def _lines(rows: Iterable[tuple[int, str]]) -> list[str]:
    return [f"{place_of(line)}: {clean(words)}" for line, words in rows]


def undone(report: "UndoReport") -> str:
    """Return the result of an undo, in sentences."""
    parts = [
        f"{number:,} {_of_number(number, words)}"
        for number, words in (
            (report.contacts_deleted, "contacts deleted|contact deleted"),
            (report.contacts_restored, "contacts as they were before|contact as it was before"),
            (report.memberships_removed, "taken out of the segment"),
            (report.memberships_restored, "back in the segment"),
            (report.numbers_removed, "numbers taken off the do-not-call list|number taken off the do-not-call list"),
        )
        if number
    ]
    done = "The import was undone: " + (", ".join(parts) or "nothing had to be changed")
    return " ".join([done + (", the segment is deleted." if report.segment_deleted else "."), *report.kept])
