"""The questions asked about a segment."""

from textual.content import Content

from segtui.domain.text import clean
from segtui.services.segments.segments import Segment
from segtui.tui.widgets.forms.dialogs import Answer, Question


def delete_question(segment: Segment) -> Question:
    """Return the question whether to delete a segment: `n` no, `a` archive instead, `y` delete."""
    contacts = (
        "No contact is in it."
        if not segment.contacts
        else (
            "1 contact is in it; it is kept."
            if segment.contacts == 1
            else f"{segment.contacts:,} contacts are in it; they are kept."
        )
    )
    text = Content.assemble(
        "Delete “", (clean(segment.name), "bold"), f"”?\n\n{contacts}\nDeleting the segment cannot be undone."
    )
    answers = [Answer("n", "Keep it"), Answer("y", "Delete", dangerous=True)]
    if not segment.archived:
        text += Content(" Archiving it can.")
        answers.insert(1, Answer("a", "Archive instead"))
    return Question("Delete segment", text, answers)
