"""`segtui segments add` and `remove`: memberships of existing contacts."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from segtui.cli import output
from segtui.cli.completion import complete_segments
from segtui.cli.contact_selection import ALL_OPTIONS, Choice, chosen_contacts
from segtui.cli.options import Command, Invocation, pass_invocation
from segtui.cli.segments import as_json
from segtui.domain.names import shortened_description
from segtui.domain.text import counted

if TYPE_CHECKING:
    from segtui.domain.criteria.tree import Criteria
    from segtui.services.campaigns import StillCalling
    from segtui.services.segments.segments import Segment
    from segtui.services.session import Session

_NAME = click.argument("name", shell_complete=complete_segments)


@click.command(
    cls=Command,
    examples=(
        "segtui segments add Arizona --filter state=AZ",
        'segtui segments add "Call back" --segment "Webinar signups" --search finn',
        'segtui segments add Reached --campaign "Spring fair" --outcome answered',
        "segtui segments add Leftovers --filter segment=none",
        "segtui segments add Pro --where 'custom.plan ~ pro and not do_not_call = yes'",
    ),
)
@_NAME
@chosen_contacts
@pass_invocation
def add(invocation: Invocation, name: str, *, choice: Choice) -> None:
    """Add existing contacts to the segment NAME.

    The options select them as in `segtui contacts list`; at least one must be given. A segment that is empty and has no
    description gets the expression and the filters, in words, as its description. A live segment is refused.
    --campaign selects the whole audience, or with --outcome the contacts with that outcome: a segment of those not
    reached can be called again, and one of those reached can be left out with `segtui campaigns create --exclude`.
    """
    from segtui.services.campaigns import still_calling
    from segtui.services.segments import segments as service
    from segtui.services.session import company_of

    _require_selection(choice)
    with invocation.session() as opened:
        target = service.by_name(opened, name)
        session = company_of(opened, target.company_id)
        query = choice.narrowing_query(session)
        calls = still_calling(session, target.id, query, joining=True)
        changed = service.add_contacts(session, target.id, query)
        if changed and not target.contacts and not target.description:
            _describe(session, target.id, query.criteria, query.search)
        target = service.get(session, target.id)
    _changed(invocation, target, changed, "added", "to", calls)


def _describe(session: "Session", segment_id: int, criteria: "Criteria | None", search: str) -> None:
    """Give a segment that was just filled its criteria, and the search, as its description, as far as they fit."""
    if criteria is None:
        return
    from segtui.domain.criteria.sentences import sentence_of
    from segtui.services.criteria.expressions import catalog
    from segtui.services.segments import segments as service

    sentence = sentence_of(criteria, catalog(session, in_segment=True))
    sentence += f"; search “{search.strip()}”" if search.strip() else ""
    service.edit(session, segment_id, description=shortened_description(sentence))


@click.command(
    cls=Command,
    examples=(
        "segtui segments remove Arizona --filter do_not_call=yes",
        'segtui segments remove "Call back" --segment "Called already"',
        'segtui segments remove "Call back" --campaign "Spring fair" --outcome answered --outcome wrong_number',
    ),
)
@_NAME
@chosen_contacts
@pass_invocation
def remove(invocation: Invocation, name: str, *, choice: Choice) -> None:
    """Take contacts out of the segment NAME. The contacts themselves are kept.

    The options select among its contacts; at least one must be given. A live segment is refused.
    """
    from segtui.services.campaigns import still_calling
    from segtui.services.segments import segments as service
    from segtui.services.session import company_of

    _require_selection(choice)
    with invocation.session() as opened:
        target = service.by_name(opened, name)
        session = company_of(opened, target.company_id)
        query = choice.narrowing_query(session, segment=name)
        calls = still_calling(session, target.id, query)
        changed = service.remove_contacts(session, target.id, query)
        target = service.get(session, target.id)
    _changed(invocation, target, changed, "removed", "from", calls)


def _require_selection(choice: Choice) -> None:
    # Without a selection it would be every contact of the company: too much for a forgotten option.
    if choice.is_everybody:
        raise click.UsageError(f"Select contacts with {ALL_OPTIONS}.")


def _changed(
    invocation: Invocation,
    segment: "Segment",
    changed: int,
    verb: str,
    where: str,
    calls: "Sequence[StillCalling]",
) -> None:
    from segtui.services.campaigns import calling_words

    if invocation.json:
        still = [{"id": campaign.id, "name": campaign.name, "contacts": campaign.contacts} for campaign in calls]
        output.document({"segment": as_json(segment), verb: changed, "still_calling": still})
        return
    contacts, total = counted(changed, "contact"), counted(segment.contacts, "contact")
    note = calling_words(calls, joining=verb == "added")
    output.line(f"{verb.capitalize()} {contacts} {where} the segment “{segment.name}”, which now has {total}.{note}")
