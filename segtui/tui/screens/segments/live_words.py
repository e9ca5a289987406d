"""Words about live segments that several screens use."""

from segtui.domain.text import clean, counted
from segtui.services.segments.segments import Segment


def members(segment: Segment) -> str:
    """Return the number of contacts, led by a word for a live segment: `live, 120 contacts`."""
    contacts = counted(segment.contacts, "contact")
    return f"live, {contacts}" if segment.live else contacts


def can_be_called(segment: Segment) -> str:
    """Return what follows the number of contacts: `, 96 can be called`; blank for an empty segment."""
    return f", {segment.callable:,} can be called" if segment.contacts else ""


def by_rule_alone(segment: Segment) -> str:
    """Return the sentence that says why nothing is done by hand to the contacts of a live segment."""
    return f"“{clean(segment.name)}” is live: its rule decides who is in it."


def into_live_segment(segment: Segment) -> str:
    """Return the sentence that says why no file is imported into a live segment, and what to do instead."""
    return (
        f"{by_rule_alone(segment)} Import into another segment, or let the import name a new one: "
        "contacts that satisfy the rule join by themselves."
    )
