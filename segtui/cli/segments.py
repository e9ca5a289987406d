"""`segtui segments …`: listing, creating, editing and filling segments."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from segtui.cli import output
from segtui.cli.completion import complete_segments
from segtui.cli.options import Group, Invocation, pass_invocation, yes_option
from segtui.domain.contact import SIZE_ADVICE
from segtui.domain.text import counted
from segtui.domain.vocabulary import SEGMENT_SORTS

if TYPE_CHECKING:
    from segtui.config.settings import Settings
    from segtui.services.segments.segments import Segment

_NAME = click.argument("name", shell_complete=complete_segments)


def as_json(segment: "Segment") -> dict[str, object]:
    """Return a segment as JSON, as in the specification."""
    return {
        "id": segment.id,
        "name": segment.name,
        "description": segment.description,
        "contacts": segment.contacts,
        "size": segment.size,
        "company": segment.company,
        "created_at": output.utc(segment.created_at),
        "updated_at": output.utc(segment.updated_at),
        "archived": segment.archived,
    }


@click.group(
    cls=Group,
    short_help="List, create, edit and fill segments.",
    last={"add": "segment_members:add", "remove": "segment_members:remove"},
    examples=('segtui segments create "Webinar signups"', "segtui segments list --sort contacts --desc"),
)
def segments() -> None:
    """Segments: named groups of contacts, each the audience of a campaign."""


@segments.command(
    "list",
    examples=(
        "segtui segments list",
        "segtui segments list --search webinar --sort created --desc",
        "segtui segments list --archived --json",
    ),
)
@click.option(
    "--search", default="", metavar="TEXT", help="Only segments with every word in their name or description."
)
@click.option(
    "--sort",
    type=click.Choice(SEGMENT_SORTS),
    default="name",
    show_default=True,
    help="The order.",
)
@click.option("--desc", is_flag=True, help="Reverse the order: Z to A, newest first, most contacts first.")
@click.option("--archived", is_flag=True, help="List archived segments too.")
@pass_invocation
def list_segments(invocation: Invocation, *, search: str, sort: str, desc: bool, archived: bool) -> None:
    """List the segments with their numbers of contacts.

    A search finds a segment if every word typed occurs in its name or description, in any order, ignoring letter case
    and accents.
    """
    from segtui.services.segments import segments as service

    with invocation.session() as session:
        query = service.SegmentQuery(search=search, sort=sort, descending=desc, archived=archived)
        records = service.find(session, query)
        if invocation.json:
            output.document([as_json(segment) for segment in records])
            return
        of = service.total(session, archived=archived) if search else None
    if not records and not of:
        output.line("There are no segments yet: create one with segtui segments create NAME, or import a file.")
        return
    if not records:
        output.line("No segments match.")
        return
    _print_list(records, invocation.settings, every_company=session.company is None, archived=archived)
    output.line(f"{counted(len(records), 'segment', of)}. Times are in {invocation.settings.zone_name}.")


def _print_list(records: "list[Segment]", settings: "Settings", *, every_company: bool, archived: bool) -> None:
    columns: list[tuple[output.Column, Callable[[Segment], str]]] = [
        (output.Column("Name", least=16), lambda segment: segment.name),
        (output.Column("Description", least=12, optional=2), lambda segment: segment.description),
        (output.Column("Contacts", right=True), lambda segment: output.number(segment.contacts)),
        (output.Column("Size"), lambda segment: segment.size),
        (output.Column("Created", least=16, optional=1), lambda segment: settings.shown_time(segment.created_at)),
    ]
    if every_company:
        columns.insert(1, (output.Column("Company"), lambda segment: segment.company))
    if archived:
        columns.append((output.Column("Archived"), lambda segment: "archived" if segment.archived else ""))
    output.table([column for column, _ in columns], [[value(segment) for _, value in columns] for segment in records])


@segments.command(examples=('segtui segments show "Webinar signups"', 'segtui segments show "Webinar signups" --json'))
@_NAME
@pass_invocation
def show(invocation: Invocation, name: str) -> None:
    """Show one segment: its description, its number of contacts and its size."""
    from segtui.services.segments import segments as service

    with invocation.session() as session:
        segment = service.by_name(session, name)
    if invocation.json:
        output.document(as_json(segment))
        return
    settings = invocation.settings
    facts = [
        ("Name", segment.name),
        ("Description", segment.description),
        ("Contacts", output.number(segment.contacts)),
        ("Size", segment.size if segment.size == "standard" else f"{segment.size}: {SIZE_ADVICE[segment.size]}"),
        ("Created", f"{settings.shown_time(segment.created_at)} ({settings.zone_name})"),
        ("Updated", f"{settings.shown_time(segment.updated_at)} ({settings.zone_name})"),
    ]
    if session.company is None:
        facts.insert(1, ("Company", segment.company))
    if segment.archived:
        facts.append(("Archived", "yes"))
    output.facts(facts)


@segments.command(
    examples=(
        'segtui segments create "Webinar signups"',
        'segtui segments create "Arizona" --description "State AZ, from the spring fair"',
    )
)
@click.argument("name")
@click.option("--description", default="", metavar="TEXT", help="What the segment is for.")
@pass_invocation
def create(invocation: Invocation, name: str, *, description: str) -> None:
    """Create an empty segment.

    Its name must be unique in its company, ignoring letter case, outer blanks and Unicode form.
    """
    from segtui.services.segments import segments as service

    with invocation.session(create=True) as session:
        segment = service.create(session, name, description)
    _done(invocation, segment, f"Created the segment “{segment.name}”.")


@segments.command(
    examples=(
        'segtui segments edit "Webinar signups" --name "Webinar March"',
        'segtui segments edit "Webinar March" --description ""',
    )
)
@_NAME
@click.option("--name", "new_name", metavar="NEW", help="The new name.")
@click.option("--description", metavar="TEXT", help="The new description; an empty one removes it.")
@pass_invocation
def edit(invocation: Invocation, name: str, *, new_name: str | None, description: str | None) -> None:
    """Edit the name or the description of a segment. Its contacts are not touched."""
    if new_name is None and description is None:
        raise click.UsageError("Say what to change: --name, --description or both.")
    from segtui.services.segments import segments as service

    with invocation.session() as session:
        segment = service.edit(session, service.by_name(session, name).id, name=new_name, description=description)
    _done(invocation, segment, f"Saved the segment “{segment.name}”.")


@segments.command(examples=('segtui segments archive "Webinar 2024"',))
@_NAME
@pass_invocation
def archive(invocation: Invocation, name: str) -> None:
    """Hide a segment from the lists. It keeps its contacts, and `restore` brings it back."""
    from segtui.services.segments import segments as service

    with invocation.session() as session:
        segment = service.archive(session, service.by_name(session, name).id)
    _done(invocation, segment, f"Archived the segment “{segment.name}”.")


@segments.command(examples=('segtui segments restore "Webinar 2024"',))
@_NAME
@pass_invocation
def restore(invocation: Invocation, name: str) -> None:
    """Bring an archived segment back into the lists."""
    from segtui.services.segments import segments as service

    with invocation.session() as session:
        segment = service.restore(session, service.by_name(session, name).id)
    _done(invocation, segment, f"Restored the segment “{segment.name}”.")


@segments.command(examples=('segtui segments delete "Webinar 2024"', 'segtui segments delete "Webinar 2024" --yes'))
@_NAME
@yes_option
@pass_invocation
def delete(invocation: Invocation, name: str, *, yes: bool) -> None:
    """Delete a segment for good. Its contacts are kept.

    On a terminal it asks first; elsewhere it refuses without --yes. `archive` can be undone, this cannot.
    """
    from segtui.services.segments import segments as service

    with invocation.session() as session:
        segment = service.by_name(session, name)
        verb = "is" if segment.contacts == 1 else "are"
        consequence = (
            f"the {counted(segment.contacts, 'contact')} in it {verb} kept" if segment.contacts else "it is empty"
        )
        output.confirm(f"Delete the segment “{segment.name}”? This cannot be undone; {consequence}.", yes=yes)
        segment = service.delete(session, segment.id)
    _done(invocation, segment, f"Deleted the segment “{segment.name}”; {consequence.replace('is empty', 'was empty')}.")


def _done(invocation: Invocation, segment: "Segment", sentence: str) -> None:
    if invocation.json:
        output.document(as_json(segment))
    else:
        output.line(sentence)
