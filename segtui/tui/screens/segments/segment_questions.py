"""The questions asked about segments."""

from collections.abc import Mapping, Sequence
from typing import Final

from textual.content import Content

from segtui.domain.names import named
from segtui.domain.text import clean, counted
from segtui.services.segments.many_segments import DONE, Act, Review
from segtui.services.segments.segments import Segment
from segtui.tui.widgets.forms.dialogs import Answer, Question

_VERBS: Final[Mapping[Act, str]] = {"archive": "Archive", "restore": "Restore", "delete": "Delete"}
_MAX_REASONS: Final = 20
"""Segments that stay, named with their reasons in a question; the rest are counted."""


def delete_question(segment: Segment) -> Question:
    """Return the question whether to delete a segment: `n` no, `a` archive instead, `y` delete."""
    contacts = "No contact is in it." if not segment.contacts else f"{_are_in(segment.contacts, 'it')}."
    text = Content.assemble(
        "Delete “", (clean(segment.name), "bold"), f"”?\n\n{contacts}\nDeleting the segment cannot be undone."
    )
    answers = [Answer("n", "Keep it"), Answer("y", "Delete", dangerous=True)]
    if not segment.archived:
        text += Content(" Archiving it can.")
        answers.insert(1, Answer("a", "Archive instead"))
    return Question("Delete segment", text, answers)


def freeze_question(segment: Segment) -> Question:
    """Return the question before a segment is frozen: `n` no, `c` make a fixed copy, `y` freeze it."""
    stay = "its contact stays" if segment.contacts == 1 else f"its {counted(segment.contacts, 'contact')} stay"
    text = Content.assemble(
        "Freeze “", (clean(segment.name), "bold"), "”?\n\n",
        f"It becomes fixed: {stay}, its rule is gone, and from then on contacts are added and removed by hand. ",
        "Or make a fixed copy, and it stays live.",
    )  # fmt: skip
    answers = [Answer("n", "Keep live"), Answer("c", "Fixed copy"), Answer("y", "Freeze")]
    return Question("Freeze segment", text, answers)


def act_question(review: Review, act: Act, archivable: Sequence[int] = ()) -> Question:
    """Return the question before segments are archived, restored or deleted: `n` no, `y` yes.

    A question about deletion offers to archive (`a`) the `archivable` ones instead.
    """
    count = len(review.possible)
    lines = [named([row.name for row in review.possible], 5)]
    if act == "delete":
        contacts = f"{_are_in(review.contacts, 'them')}." if review.contacts else "No contact is in them."
        lines.append(f"{contacts}\nDeleting segments cannot be undone.{' Archiving them can.' if archivable else ''}")
    elif act == "archive":
        lines.append("They keep their contacts, and can be restored.")
    if review.unchanged:
        lines.append(f"{counted(len(review.unchanged), 'segment')} more: {DONE[act]} already.")
    if review.held:
        lines.append(f"\n{len(review.held):,} of the marked {'stays' if len(review.held) == 1 else 'stay'}:")
        lines.extend(_reasons(review))
    text = Content.assemble(f"{_VERBS[act]} ", (counted(count, "segment"), "bold"), "?\n\n", "\n".join(lines))
    answers = [
        Answer("n", "Keep them" if act == "delete" else "No"),
        Answer("y", _VERBS[act], dangerous=act == "delete"),
    ]
    if archivable:
        answers.insert(1, Answer("a", "Archive instead"))
    return Question(f"{_VERBS[act]} segments", text, answers)


def nothing_possible(review: Review, act: Act) -> str:
    """Return the sentence that none of the marked segments can be archived, restored or deleted, and why."""
    if not review.held:
        return f"Nothing to {act}: the marked segments are gone." if not review.unchanged else f"All are {DONE[act]}."
    return f"None of the marked segments can be {DONE[act]}. {' '.join(_reasons(review))}"


def _reasons(review: Review) -> list[str]:
    lines = [f"“{clean(row.name)}”: {reason}." for row, reason in review.held[:_MAX_REASONS]]
    if (rest := len(review.held) - _MAX_REASONS) > 0:
        lines.append(f"And {rest:,} more.")
    return lines


def _are_in(contacts: int, them: str) -> str:
    return (
        f"1 contact is in {them}; it is kept"
        if contacts == 1
        else f"{contacts:,} contacts are in {them}; they are kept"
    )
