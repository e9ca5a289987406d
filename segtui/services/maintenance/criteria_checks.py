"""Checks of stored data that criteria read: the calls of contacts, and the names of their custom fields."""

from collections.abc import Iterator

from sqlalchemy import Connection

from segtui.domain.text import counted
from segtui.services.campaigns.results import contact_calls
from segtui.services.criteria import custom_fields


def problems(connection: Connection) -> Iterator[str]:
    """Yield a sentence for each problem."""
    if count := contact_calls.outdated(connection):
        yield f"The stored calls of {counted(count, 'contact')} are not the calls that were made."
    if count := custom_fields.unlisted(connection):
        yield f"{counted(count, 'custom field')} cannot be found: the list of their names is incomplete."
