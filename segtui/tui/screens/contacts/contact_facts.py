"""Facts about a contact: labels, and their values."""

from collections.abc import Callable, Sequence
from datetime import datetime

from segtui.domain.contact import LABELS, ContactField, fields_in
from segtui.domain.phones import grouped
from segtui.domain.text import clean
from segtui.services.campaigns import ContactCampaigns, call_words
from segtui.services.contacts.contacts import Contact
from segtui.services.segments.segments import Segment
from segtui.tui.widgets.forms.fact_list import Facts


def person_facts(contact: Contact) -> Facts:
    """Return the name, and the fields of the person, the phone with its region."""
    values = dict(_values(contact, fields_in("person")))
    if contact.phone:
        values[LABELS["phone"]] = grouped(contact.phone) + (f" ({contact.region})" if contact.region else "")
    return [(LABELS["name"], contact.name), *values.items()]


def place_facts(contact: Contact, shown_time: Callable[[datetime], str]) -> Facts:
    """Return the address, and the times at which the contact was added and updated."""
    times = ((LABELS["added"], contact.created_at), (LABELS["updated"], contact.updated_at))
    return [
        *_values(contact, fields_in("address", "country")),
        *((label, shown_time(moment)) for label, moment in times),
    ]


def last_call(called: ContactCampaigns, shown_time: Callable[[datetime], str]) -> str:
    """Return the time and outcome of the last call in one line: a contact on the phone may ask about it."""
    if (last := called.last_call()) is not None:
        entry, call = last
        return f"Last called {shown_time(call.started_at)}: {call_words(call)} ({clean(entry.campaign.name)})"
    newest = next(iter(called.campaigns), None)
    return f"Not called so far, {newest.words(shown_time)} ({clean(newest.campaign.name)})" if newest else ""


def called_facts(called: ContactCampaigns, shown_time: Callable[[datetime], str]) -> Facts:
    """Return the campaigns with the contact, each with the contact's state and its calls, newest first."""
    facts: list[tuple[str, str]] = []
    for entry in called.campaigns:
        facts.append((entry.campaign.name, entry.words(shown_time)))
        facts += [("", f"{shown_time(call.started_at)}  {call_words(call)}") for call in reversed(entry.result.calls)]
    return [*facts, ("", called.rest)] if called.rest else facts


def custom_facts(contact: Contact) -> Facts:
    """Return the custom fields in their stored order."""
    return list(contact.custom_fields.items())


def origin_facts(segments: Sequence[Segment], origin: str) -> Facts:
    """Return the segments and the origin of a contact."""
    names = [_named(segment) for segment in segments] or ["none"]
    return [*(("" if number else "Segments", name) for number, name in enumerate(names)), ("Came from", origin)]


def _named(segment: Segment) -> str:
    words = [word for word, applies in (("archived", segment.archived), ("live", segment.live)) if applies]
    return f"{segment.name} ({', '.join(words)})" if words else segment.name


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


def _values(contact: Contact, fields: Sequence[ContactField]) -> Facts:
    return [(each.label, getattr(contact, each.name)) for each in fields]
