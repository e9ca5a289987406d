"""What there is to say about a contact, as labels with what stands beside them."""

from collections.abc import Callable, Sequence
from datetime import datetime

from segtui.domain.contact import LABELS
from segtui.domain.text import clean
from segtui.services.campaigns import ContactCampaigns, call_words
from segtui.services.contacts.contacts import Contact
from segtui.services.segments.segments import Segment
from segtui.tui.widgets.forms.fact_list import Facts

_PERSON = ("phone", "email", "organization", "job_title", "source", "status")
_PLACE = ("address", "city", "state", "postal_code", "country", "timezone")


def person_facts(contact: Contact) -> Facts:
    """Return who it is."""
    return [(LABELS["name"], contact.name), *_values(contact, _PERSON)]


def place_facts(contact: Contact, shown_time: Callable[[datetime], str]) -> Facts:
    """Return where the contact is, and since when it is known."""
    times = ((LABELS["added"], contact.created_at), (LABELS["updated"], contact.updated_at))
    return [*_values(contact, _PLACE), *((label, shown_time(moment)) for label, moment in times)]


def last_call(called: ContactCampaigns, shown_time: Callable[[datetime], str]) -> str:
    """Return in one line when the contact was called last, and what came of it: that is what it asks on the phone."""
    if (last := called.last_call()) is not None:
        each, call = last
        return f"Last called {shown_time(call.started_at)}: {call_words(call)} ({clean(each.campaign.name)})"
    newest = next(iter(called.campaigns), None)
    return f"Not called so far, {newest.words(shown_time)} ({clean(newest.campaign.name)})" if newest else ""


def called_facts(called: ContactCampaigns, shown_time: Callable[[datetime], str]) -> Facts:
    """Return the campaigns that have the contact: how each stands with it, and its calls, the newest first."""
    facts: list[tuple[str, str]] = []
    for each in called.campaigns:
        facts.append((each.campaign.name, each.words(shown_time)))
        facts += [("", f"{shown_time(call.started_at)}  {call_words(call)}") for call in reversed(each.result.calls)]
    return [*facts, ("", called.rest)] if called.rest else facts


def custom_facts(contact: Contact) -> Facts:
    """Return the custom fields, in the order in which they came."""
    return list(contact.custom_fields.items())


def origin_facts(segments: Sequence[Segment], origin: str) -> Facts:
    """Return the segments a contact is in, and where it came from."""
    names = [f"{each.name} (archived)" if each.archived else each.name for each in segments] or ["none"]
    return [*(("" if place else "Segments", name) for place, name in enumerate(names)), ("Came from", origin)]


def set_by(contact: Contact, imported: str = "") -> str:
    """Return who marked the contact as do not call, in words; nothing where that is not known.

    `imported` is what is known about the import that did, where one did.
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
    """Return the id of the import that marked the contact as do not call, where one did."""
    kind, _, number = contact.do_not_call_by.partition(":")
    return int(number) if kind == "import" and number.isascii() and number.isdigit() else None


def _values(contact: Contact, names: Sequence[str]) -> Facts:
    return [(LABELS[name], getattr(contact, name)) for name in names]
