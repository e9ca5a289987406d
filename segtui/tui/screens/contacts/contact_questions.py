"""The questions asked about contacts. Each names the contact, or their exact number."""

from collections.abc import Sequence

from textual.content import Content

from segtui.domain.phones import grouped
from segtui.domain.text import clean, counted
from segtui.errors import ConsentNeeded
from segtui.services.contacts import contacts
from segtui.services.contacts.contacts import Contact
from segtui.services.segments.segments import Segment
from segtui.services.session import Session
from segtui.tui.screens.contacts.contact_selection import ContactSelection
from segtui.tui.widgets.forms.dialogs import Answer, Question, yes_or_no

MAX_SEGMENTS_NAMED = 5
"""Segments named in the question whether to delete a contact; the rest are counted."""


def remove_question(contact: Contact | ContactSelection, segment: Segment) -> Question:
    """Return the question whether to remove contacts from the segment."""
    selection = contact if isinstance(contact, ContactSelection) else ContactSelection([contact.id], 1, contact)
    consequence = (
        "The contact itself is kept, and so are its other segments."
        if selection.count == 1
        else "The contacts themselves are kept, and so are their other segments."
    )
    name = (clean(segment.name), "bold")
    text = Content.assemble("Remove ", selection.shown, " from “", name, f"”?\n\n{consequence}")
    no = "Keep it" if selection.count == 1 else "Keep them"
    return yes_or_no("Remove from the segment", text, "Remove", no=no)


def delete_question(selection: ContactSelection) -> Question:
    """Return the question whether to delete one contact for good."""
    text = Content.assemble(
        "Delete ", selection.shown, " for good?\n\n",
        "It is removed from every segment, and all data about it is deleted. This cannot be undone.",
    )  # fmt: skip
    return yes_or_no("Delete the contact", text, "Delete for good", no="Keep it", dangerous=True)


def delete_from_segments_question(contact: Contact, segments: Sequence[Segment]) -> Question:
    """Return the question whether to delete a contact for good, with the segments it is in."""
    names = ", ".join(f"“{clean(segment.name)}”" for segment in segments[:MAX_SEGMENTS_NAMED])
    rest = len(segments) - MAX_SEGMENTS_NAMED
    more = f" and {rest:,} more" if rest > 0 else ""
    leaves = (
        f"It is in {names}{more}, and is removed from {'it' if len(segments) == 1 else 'them'}.\n" if segments else ""
    )
    text = Content.assemble(
        "Delete ", (clean(contact.title), "bold"), f" for good?\n\n{leaves}",
        "All data about the contact is deleted, too. This cannot be undone.",
    )  # fmt: skip
    return yes_or_no("Delete the contact", text, "Delete for good", no="Keep it", dangerous=True)


def do_not_call_question(contact: Contact, session: Session) -> Question:
    """Return the question whether to mark the contact as not to be called, or to clear that mark."""
    name = (clean(contact.title), "bold")
    if contact.do_not_call:
        by = f" It was set by {clean(contact.do_not_call_by)}." if contact.do_not_call_by else ""
        off = f" That takes {grouped(contact.phone)} off the do-not-call list." if contact.phone else ""
        ask = f"Clear the mark, so that campaigns call again?{off}"
        text = Content.assemble(name, f" must not be called.{by}\n\n{ask}")
        return yes_or_no("Do not call", text, "Clear the mark", no="Leave it", dangerous=True)
    listed = f" {grouped(contact.phone)} goes on the do-not-call list." if contact.phone else ""
    admins = " Only an admin can clear the mark again." if contact.phone and not session.is_admin else ""
    text = Content.assemble("Mark ", name, f" as do not call?\n\nNo campaign will call this contact.{listed}{admins}")
    return yes_or_no("Do not call", text, "Mark", no="Leave it")


def clearing_refusal(session: Session, contact: Contact) -> str | None:
    """Return why this person cannot clear the mark of a contact; None where they can, or where it is not marked."""
    if session.is_admin or not contact.do_not_call or not contact.phone:
        return None
    return (
        f"{clean(contact.title)} must not be called: {grouped(contact.phone)} is on the do-not-call list. "
        "Only an admin can take numbers off the list."
    )


def unchanged(contact: Contact) -> str:
    """Return the sentence that the question about a mark changed nothing."""
    if contact.do_not_call:
        return f"Nothing was changed: {clean(contact.title)} must not be called, as before."
    return f"Nothing was changed: {clean(contact.title)} may be called, as before."


def do_not_call_many_question(selection: ContactSelection, marked: int, *, may_clear: bool) -> Question:
    """Return the question whether to mark several contacts or clear their marks; `marked` of them are marked.

    Its answers: `m` mark, `c` clear, `n` neither, `y` the only one that would change something.
    """
    free = selection.count - marked
    rule = "Their numbers are on the do-not-call list, and clearing a mark takes the number off it"
    admins = "." if may_clear else ". Only an admin can do that."
    text = Content.assemble(
        selection.shown, f": {marked:,} must not be called, {free:,} have no mark.\n\n",
        f"No campaign calls a contact that is marked as do not call. {rule}{admins}",
    )  # fmt: skip
    mark = Answer("m" if marked and may_clear else "y", f"Mark {free:,}")
    clear = Answer("c" if free else "y", f"Clear {counted(marked, 'mark')}", dangerous=True)
    answers = [Answer("n", "Leave them"), *([mark] if free else []), *([clear] if marked and may_clear else [])]
    return Question("Do not call", text, answers)


def consent_question(sentence: str, error: ConsentNeeded, *, redo: bool) -> Question:
    """Return the question before an undo or a redo that lets contacts be called again."""
    verb = "Redo" if redo else "Undo"
    text = Content.assemble(f"{verb}: ", (clean(sentence), "bold"), f"?\n\n{clean(error.consequence)}")
    return yes_or_no("Call again", text, f"{verb} it", no="Leave it", dangerous=True)


def set_do_not_call(session: Session, contact: Contact) -> str:
    """Mark the contact, or clear its mark, and return the sentence that says so. Runs in a thread."""
    mark = "false" if contact.do_not_call else "true"
    contacts.edit(session, contact.id, {"do_not_call": mark}, seen=contact.updated_at)
    return f"{contact.title} may be called again." if contact.do_not_call else f"{contact.title} must not be called."
