"""Facts about a contact: labels, and the text beside each."""

from collections.abc import Callable, Sequence
from datetime import datetime

from segtui.domain.contact import LABELS
from segtui.domain.text import clean
from segtui.services.campaigns import OfContact, call_words
from segtui.services.contacts.contacts import Contact
from segtui.services.segments.segments import Segment
from segtui.tui.widgets.forms.fact_list import Facts

_PERSON = ("phone", "email", "organization", "job_title", "source", "status")
_PLACE = ("address", "city", "state", "postal_code", "country", "timezone")


def person_facts(contact: Contact) -> Facts:
    """Return the name and the fields about the person."""
    return [(LABELS["name"], contact.name), *_values(contact, _PERSON)]


def place_facts(contact: Contact, shown_time: Callable[[datetime], str]) -> Facts:
    """Return the address, the time zone, and the dates of creation and last change."""
    times = ((LABELS["added"], contact.created_at), (LABELS["updated"], contact.updated_at))
    return [*_values(contact, _PLACE), *((label, shown_time(moment)) for label, moment in times)]


def last_call(called: OfContact, shown_time: Callable[[datetime], str]) -> str:
    """Return the last call and its outcome in one line: a contact on the phone asks for it."""
    if (last := called.last_call()) is not None:
        entry, call = last
        return f"Last called {shown_time(call.started_at)}: {call_words(call)} ({clean(entry.campaign.name)})"
    newest = next(iter(called.found), None)
    return f"Not called so far, {newest.words(shown_time)} ({clean(newest.campaign.name)})" if newest else ""


def called_facts(called: OfContact, shown_time: Callable[[datetime], str]) -> Facts:
    """Return the campaigns with the contact: its state in each, and its calls, the newest first."""
    facts: list[tuple[str, str]] = []
    for entry in called.found:
        facts.append((entry.campaign.name, entry.words(shown_time)))
        facts += [("", f"{shown_time(call.started_at)}  {call_words(call)}") for call in reversed(entry.result.calls)]
    return [*facts, ("", called.rest)] if called.rest else facts


def custom_facts(contact: Contact) -> Facts:
    """Return the custom fields, in their stored order."""
    return list(contact.custom_fields.items())


def origin_facts(segments: Sequence[Segment], origin: str) -> Facts:
    """Return the segments of a contact, and its origin."""
    names = [f"{segment.name} (archived)" if segment.archived else segment.name for segment in segments] or ["none"]
    return [*(("" if number else "Segments", name) for number, name in enumerate(names)), ("Came from", origin)]


def set_by(contact: Contact, imported: str = "") -> str:
    """Return the user, list or import that marked the contact as do not call, in words; blank where unknown.

    `imported` describes the import, where one did it.
    """
    kind, _, name = contact.do_not_call_by.partition(":")
    if kind == "user" and name:
        return name
    if kind == "list":
        return "the do-not-call list"
    if kind == "import" and name:
        return imported or f"import {name}"
    return contact.do_not_call_by


def import_that_marked(contact: Contact) -> int | None:
    """Return the id of the import that marked the contact as do not call, if an import did."""
    kind, _, number = contact.do_not_call_by.partition(":")
    return int(number) if kind == "import" and number.isascii() and number.isdigit() else None


def _values(contact: Contact, names: Sequence[str]) -> Facts:
    return [(LABELS[name], getattr(contact, name)) for name in names]
