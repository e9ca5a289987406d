"""The question before segments are tidied."""

from collections.abc import Sequence
from typing import Final

from textual.content import Content

from segtui.domain.names import named
from segtui.domain.text import clean, counted
from segtui.services.segments.tidying import Finding
from segtui.tui.widgets.forms.dialogs import Answer, Question

_MAX_NAMES: Final = 4
"""Segments named for each action; the rest are counted."""
_MAX_MERGES: Final = 10
"""Merges that a question lists one by one."""


def tidy_question(possible: Sequence[Finding], left: Sequence[Finding]) -> Question:
    """Return the question before findings are done: `n` no, `a` archive all of them instead of deleting, `y` yes.

    `left` are marked findings that are for a person to settle.
    """
    lines = []
    archived = _with(possible, "archive")
    if idle := [row for row in archived if row.is_idle]:
        lines.append(f"Archive {_names(idle)}.")
    if others := [row for row in archived if not row.is_idle]:
        lines.append(f"Archive {_names(others)}, which may be in use: {_reasons(others)}.")
    merged = _with(possible, "merge")
    lines.extend(
        f"Merge “{clean(row.segment.name)}” into “{clean(row.into.name)}”, which has the same contacts, and archive it."
        for row in merged[:_MAX_MERGES]
        if row.into is not None
    )
    if len(merged) > _MAX_MERGES:
        lines.append(f"And {len(merged) - _MAX_MERGES:,} more into segments with the same contacts.")
    if deleted := _with(possible, "delete"):
        lines.append(f"Delete {_names(deleted)}: contacts are kept. Deleting cannot be undone.")
    if left:
        stay = "1 more marked segment is" if len(left) == 1 else f"{len(left):,} more marked segments are"
        lines.append(f"\n{stay} left as is: {named([row.segment.name for row in left], _MAX_NAMES)}.")
    count = counted(len(possible), "segment")
    answers = [Answer("n", "No"), Answer("y", "Tidy", dangerous=bool(deleted))]
    if deleted and not any(row.segment.archived for row in deleted):
        answers.insert(1, Answer("a", "Archive instead"))
    return Question("Tidy segments", Content.assemble("Tidy ", (count, "bold"), "?\n\n", "\n".join(lines)), answers)


def left_to_people(rows: Sequence[Finding]) -> str:
    """Return the sentence that nothing is archived, merged or deleted here, and the reason."""
    if len(rows) > 1:
        return "None of the marked segments is to be archived, merged or deleted. Open one to split or rename it."
    row = rows[0]
    name = clean(row.segment.name)
    if row.held:
        return f"“{name}” stays: {row.held}."
    return f"“{name}” is left to you: open it to {'split' if row.action == 'split' else 'rename'} it."


def _with(rows: Sequence[Finding], action: str) -> list[Finding]:
    return [row for row in rows if row.action == action]


def _reasons(rows: Sequence[Finding]) -> str:
    """Return the reason to archive a segment that has contacts, or the reasons of several."""
    if len(rows) == 1:
        return rows[0].reasons[0].words
    return "inside another segment, or no contact can be called"


def _names(rows: Sequence[Finding]) -> str:
    return named([row.segment.name for row in rows], _MAX_NAMES)
