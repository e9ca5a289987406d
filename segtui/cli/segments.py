"""`segtui segments …`: listing, creating, editing and filling segments."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from segtui.cli import output
from segtui.cli.completion import complete_filters, complete_segments, complete_views
from segtui.cli.contact_selection import Choice, ReferenceOption
from segtui.cli.options import Group, Invocation, as_usage, pass_invocation, yes_option
from segtui.domain.contact import size_words
from segtui.domain.text import clean, counted
from segtui.domain.vocabulary import SEGMENT_SORTS
from segtui.errors import Conflict

if TYPE_CHECKING:
    from segtui.config.settings import Settings
    from segtui.domain.criteria.tree import Criteria
    from segtui.services.segments.segments import Segment
    from segtui.services.session import Session

_NAME = click.argument("name", shell_complete=complete_segments)
_WHERE = click.option(
    "--where",
    cls=ReferenceOption,
    lead="Make it live: its rule is",
    metavar="EXPR",
    help="Make it live: its rule, such as 'source = Webinar and state in (AZ, CA)'.",
)
_FILTER = click.option(
    "--filter",
    "filters",
    multiple=True,
    metavar="FIELD=VALUE",
    help="Make it live: a part of its rule. A field given twice means either value.",
    shell_complete=complete_filters,
)


def as_json(segment: "Segment") -> dict[str, object]:
    """Return a segment as JSON, as in the specification."""
    return {
        "id": segment.id,
        "name": segment.name,
        "description": segment.description,
        "contacts": segment.contacts,
        "callable": segment.callable,
        "size": segment.size,
        "live": segment.live,
        "rule": segment.rule,
        "company": segment.company,
        "created_at": output.utc(segment.created_at),
        "updated_at": output.utc(segment.updated_at),
        "archived": segment.archived,
    }


@click.group(
    cls=Group,
    short_help="List, create, edit and fill segments.",
    last={
        "archive": "segment_tools.archiving:archive",
        "restore": "segment_tools.archiving:restore",
        "delete": "segment_tools.archiving:delete",
        "tidy": "segment_tools.tidying:tidy",
        "add": "segment_members:add",
        "remove": "segment_members:remove",
        "by": "segment_tools.by:by",
        "overlap": "segment_tools.sets:overlap",
        "union": "segment_tools.sets:union",
        "intersect": "segment_tools.sets:intersect",
        "subtract": "segment_tools.sets:subtract",
        "split": "segment_tools.splitting:split",
        "history": "segment_tools.history:history",
        "watch": "segment_tools.history:watch",
        "check": "segment_tools.history:check",
    },
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
    """List the segments with their numbers of contacts, and of those that can be called.

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
        (
            output.Column("Description", least=12, optional=2),
            lambda segment: segment.description or segment.rule_sentence,
        ),
        (output.Column("Kind", least=4, optional=4), lambda segment: "live" if segment.live else ""),
        (output.Column("Contacts", right=True), lambda segment: output.number(segment.contacts)),
        (output.Column("Can be called", right=True, optional=3), lambda segment: output.number(segment.callable)),
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
    """Show one segment: its description, its numbers of contacts and its size; of a live one its rule."""
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
        *([("Live", segment.rule_sentence), ("Rule", segment.rule or "")] if segment.live else []),
        ("Contacts", output.number(segment.contacts)),
        ("Can be called", output.number(segment.callable)),
        ("Size", size_words(segment.size)),
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
        "segtui segments create 'New in AZ' --where 'state = AZ and added in last 30 days'",
        "segtui segments create 'Southwest, live' --view Southwest",
    )
)
@click.argument("name")
@click.option("--description", default="", metavar="TEXT", help="What the segment is for.")
@_WHERE
@_FILTER
@click.option(
    "--view",
    metavar="NAME",
    help="Make it live: the expression of this saved view is its rule.",
    shell_complete=complete_views,
)
@pass_invocation
def create(
    invocation: Invocation,
    name: str,
    *,
    description: str,
    where: str | None,
    filters: tuple[str, ...],
    view: str | None,
) -> None:
    """Create a segment: an empty one, or with --where, --filter or --view a live one.

    A live segment always holds exactly the contacts that satisfy its rule. A name must be unique in its company,
    ignoring letter case, outer blanks and Unicode form.
    """
    from segtui.services.segments import segments as service

    with invocation.session(create=True) as opened:
        session, rule = opened, None
        choice = Choice(where=where, filters=filters, view=view)
        if not choice.is_everybody:
            session = opened.bound_to(opened.one_company)
            rule = _rule(session, choice)
        with as_usage("where"):
            segment = service.create(session, name, description, rule=rule)
    if rule is None:
        _done(invocation, segment, f"Created the segment “{segment.name}”.")
    else:
        _done(invocation, segment, f"Created the live segment “{segment.name}” with {counts_words(segment)}.")


@segments.command(
    examples=(
        'segtui segments edit "Webinar signups" --name "Webinar March"',
        'segtui segments edit "Webinar March" --description ""',
        "segtui segments edit 'New in AZ' --where 'state = AZ and added in last 7 days'",
    )
)
@_NAME
@click.option("--name", "new_name", metavar="NEW", help="The new name.")
@click.option("--description", metavar="TEXT", help="The new description; an empty one removes it.")
@_WHERE
@_FILTER
@yes_option
@pass_invocation
def edit(
    invocation: Invocation,
    name: str,
    *,
    new_name: str | None,
    description: str | None,
    where: str | None,
    filters: tuple[str, ...],
    yes: bool,
) -> None:
    """Edit the name, the description or the rule of a segment.

    --where and --filter give it a new rule, and print the numbers of contacts that join and leave by it. A fixed
    segment becomes live; where contacts would leave it, the command asks on a terminal, and elsewhere refuses without
    --yes.
    """
    choice = Choice(where=where, filters=filters)
    if new_name is None and description is None and choice.is_everybody:
        raise click.UsageError("Say what to change: --name, --description, --where, --filter or several of them.")
    from segtui.services.segments import segment_editing
    from segtui.services.segments import segments as service
    from segtui.services.session import company_of

    with invocation.session() as opened:
        segment = service.by_name(opened, name)
        session, rule, moved = company_of(opened, segment.company_id), None, None
        if not choice.is_everybody:
            rule = _rule(session, choice)
            with as_usage("where"):
                moved = segment_editing.preview(session, segment.id, rule)
            if not segment.live and moved.leaving:
                session.demand_write()
                output.confirm(_becomes_live(segment, moved.leaving), yes=yes)
        segment = service.edit(session, segment.id, name=new_name, description=description, rule=rule)
    if moved is None:
        _done(invocation, segment, f"Saved the segment “{segment.name}”.")
    elif invocation.json:
        output.document(as_json(segment) | {"joined": moved.joining, "left": moved.leaving})
    else:
        joined, left = counted(moved.joining, "contact"), output.number(moved.leaving)
        output.line(
            f"Saved the segment “{segment.name}”: {joined} joined, {left} left; it has {counts_words(segment)}."
        )


def _becomes_live(segment: "Segment", leaving: int) -> str:
    leave = f"{counted(leaving, 'contact')} {'does' if leaving == 1 else 'do'} not satisfy the rule and will leave it."
    return f"Make the segment “{segment.name}” live? {leave}"


@segments.command(
    examples=('segtui segments freeze "New in AZ"', "segtui segments freeze 'New in AZ' --as 'AZ, January'")
)
@_NAME
@click.option("--as", "as_name", metavar="NEW", help="Keep it live, and make a fixed copy with this name.")
@pass_invocation
def freeze(invocation: Invocation, name: str, *, as_name: str | None) -> None:
    """Make a live segment fixed: its contacts stay, and its rule is removed. With --as, make a fixed copy instead."""
    from segtui.services.segments import segment_editing
    from segtui.services.segments import segments as service

    with invocation.session() as session:
        segment = service.by_name(session, name)
        frozen = segment_editing.freeze(session, segment.id, as_name=as_name)
    if as_name is None:
        _done(invocation, frozen, f"The segment “{frozen.name}” is fixed now, with {counts_words(frozen)}.")
    else:
        _done(invocation, frozen, f"Created the segment “{frozen.name}”, fixed, with {counts_words(frozen)}.")


def _rule(session: "Session", choice: Choice) -> "Criteria":
    """Return the rule of a live segment. Raises click.UsageError for a wrong one, Conflict for a view that has none."""
    from segtui.services.views import views

    view = choice.saved_view(session)
    if view is not None:
        views.query_of(view)
        if view.search:
            raise Conflict(
                f"The view “{clean(view.name)}” searches for “{clean(view.search)}”, and a rule cannot search: save "
                "the view with an expression instead, or fill a fixed segment with segtui segments add NAME --view."
            )
    criteria = choice.criteria(session)
    if criteria is None:
        raise Conflict("The view has no expression, so its segment would hold every contact: give one with --where.")
    return criteria


def counts_words(segment: "Segment") -> str:
    """Return `no contacts`, `1 contact, which can be called`, or `12 contacts, of which 10 can be called`."""
    if segment.contacts == 0:
        return "no contacts"
    if segment.contacts == 1:
        return f"1 contact, which {'can' if segment.callable else 'cannot'} be called"
    callable_words = output.number(segment.callable) if segment.callable else "none"
    return f"{counted(segment.contacts, 'contact')}, of which {callable_words} can be called"


def _done(invocation: Invocation, segment: "Segment", sentence: str) -> None:
    if invocation.json:
        output.document(as_json(segment))
    else:
        output.line(sentence)
