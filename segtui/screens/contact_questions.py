"""The questions asked about a contact."""

from textual.content import Content

from segtui.services import contacts
from segtui.services.contacts import Contact
from segtui.services.segments import Segment
from segtui.services.session import Session
from segtui.text import clean
from segtui.widgets.dialogs import Question, yes_or_no


def remove_question(contact: Contact, segment: Segment) -> Question:
    """Return the question whether the contact is to leave the segment."""
    text = Content.assemble(
        "Remove ", (clean(contact.title), "bold"), " from “", (clean(segment.name), "bold"),
        "”?\n\nThe contact itself is kept, and so are its other segments.",
    )  # fmt: skip
    return yes_or_no("Remove from the segment", text, "Remove", no="Keep it")


def do_not_call_question(contact: Contact) -> Question:
    """Return the question whether to mark the contact as not to be called, or to clear that mark."""
    name = (clean(contact.title), "bold")
    if contact.do_not_call:
        by = f" It was set by {clean(contact.do_not_call_by)}." if contact.do_not_call_by else ""
        text = Content.assemble(name, f" must not be called.{by}\n\nClear the mark, so that campaigns call again?")
        return yes_or_no("Do not call", text, "Clear the mark", no="Leave it", dangerous=True)
    text = Content.assemble("Mark ", name, " as do not call?\n\nNo campaign calls this contact then.")
    return yes_or_no("Do not call", text, "Mark", no="Leave it")


def set_do_not_call(session: Session, contact: Contact) -> str:
    """Mark the contact, or clear its mark, and return the sentence that says so. Runs in a thread."""
    wanted = "false" if contact.do_not_call else "true"
    contacts.edit(session, contact.id, {"do_not_call": wanted}, seen=contact.updated_at)
    return f"{contact.title} may be called again." if contact.do_not_call else f"{contact.title} must not be called."
