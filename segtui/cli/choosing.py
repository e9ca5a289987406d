"""Saying whom a command is about: the segment by its name, the contacts by segment, search and filters."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from segtui.cli.completion import complete_segments
from segtui.cli.options import as_usage

if TYPE_CHECKING:
    from segtui.services.contacts import ContactQuery
    from segtui.services.session import Session

_F = TypeVar("_F", bound=Callable[..., Any])


def chosen_contacts(function: _F) -> _F:
    """Add the options that choose contacts: `--segment`, `--search`, `--filter`."""
    for decorate in (
        click.option(
            "--filter",
            "filters",
            multiple=True,
            metavar="FIELD=VALUE",
            help="Those with this source, status, state, do_not_call (yes, no), added (today, 7d, 30d, year, FROM..TO) "
            "or segment=none. A field given twice means either value.",
        ),
        click.option("--search", default="", metavar="TEXT", help="Those in which every word of TEXT occurs."),
        click.option("--segment", metavar="NAME", help="Those in this segment.", shell_complete=complete_segments),
    ):
        function = decorate(function)
    return function


def query_of(
    session: "Session",
    *,
    segment: str | None,
    search: str,
    filters: Sequence[str],
    sort: str = "name",
    desc: bool = False,
) -> "ContactQuery":
    """Return what the options choose. Raises NotFound for an unknown segment, click.UsageError for a wrong filter."""
    from segtui.services import segments
    from segtui.services.contacts import ContactQuery
    from segtui.services.filters import parse

    with as_usage():
        parsed = tuple(parse(text) for text in filters)
    segment_id = None if segment is None else segments.by_name(session, segment).id
    return ContactQuery(segment_id, search, parsed, sort, desc)


def assignments(given: Sequence[str]) -> dict[str, str]:
    """Return `FIELD=VALUE` arguments as a mapping. Raises click.UsageError for one that is not of that form."""
    values: dict[str, str] = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not sign or not name:
            raise click.UsageError(f"“{text}” is not of the form FIELD=VALUE, such as first_name=Finn.")
        if name in values:
            raise click.UsageError(f"{name} is given twice.")
        values[name] = value
    return values
