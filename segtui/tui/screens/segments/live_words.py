"""Words about live segments that several screens use."""

from segtui.domain.text import counted
from segtui.services.segments.segment_rows import live_sentence
from segtui.services.segments.segments import Segment


def members(segment: Segment) -> str:
    """Return the number of contacts, led by a word for a live segment: `live, 120 contacts`."""
    contacts = counted(segment.contacts, "contact")
    return f"live, {contacts}" if segment.live else contacts


def can_be_called(segment: Segment) -> str:
    """Return what follows the number of contacts: `, 96 can be called`; blank for an empty segment."""
    return f", {segment.callable:,} can be called" if segment.contacts else ""


def into_live_segment(segment: Segment) -> str:
    """Return the sentence that refuses an import into a live segment, with what to do instead."""
    return (
        f"{live_sentence(segment.name)} Import into another segment, or let the import name a new one: "
        "contacts that satisfy the rule join by themselves."
    )
