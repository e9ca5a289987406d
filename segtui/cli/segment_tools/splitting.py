"""`segtui segments split`, and the options of a split, which `segtui campaigns split` has too."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from segtui.cli import output
from segtui.cli.completion import complete_fields, complete_segments
from segtui.cli.options import Command, Invocation, as_usage, pass_invocation
from segtui.cli.segments import as_json
from segtui.domain.contact import size_of
from segtui.domain.text import counted

if TYPE_CHECKING:
    from segtui.services.segments.partition import Part, SplitWay
    from segtui.services.session import Session

SPLIT_FIELDS = ("into", "size", "by", "random", "field", "sort")
"""Fields of errors about the input of a split."""
_Callback = Callable[..., None]


def split_options(into: str) -> Callable[[_Callback], _Callback]:
    """Return the options of a split; `into` is the name of the option for a number of parts."""
    options = (
        click.option(f"--{into}", "into", type=int, metavar="N", help="Into N parts of equal size, by contact id."),
        click.option("--size", type=int, metavar="N", help="Into as few equal parts as have at most N contacts each."),
        click.option(
            "--by", metavar="FIELD", help="Into a part for each value of a field.", shell_complete=complete_fields
        ),
        click.option("--random", type=int, metavar="N", help="Into N random parts of equal size."),
        click.option("--seed", type=int, metavar="S", help="With --random: the same seed makes the same parts."),
        click.option("--dry-run", is_flag=True, help="Show the parts and create nothing."),
        click.option("--yes", is_flag=True, help="Do not ask."),
    )

    def decorate(command: _Callback) -> _Callback:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def way_of(
    into_option: str, *, into: int | None, size: int | None, by: str | None, random: int | None, seed: int | None
) -> "SplitWay":
    """Return the way that the options name; a field as it is written. Raises UsageError unless it is one way."""
    from segtui.services.segments.partition import SplitWay

    options = {f"--{into_option}": into, "--size": size, "--by": by, "--random": random}
    named_options = [option for option, value in options.items() if value is not None]
    if len(named_options) != 1:
        raise click.UsageError(f"Give one way to split it: {', '.join(options)}.")
    if seed is not None and random is None:
        raise click.UsageError("--seed is only for --random.")
    if into is not None:
        return SplitWay("into", into)
    if size is not None:
        return SplitWay("size", size)
    if by is not None:
        return SplitWay("by", field=by)
    return SplitWay("random", random or 0, seed=1 if seed is None else seed)


def with_field(session: "Session", way: "SplitWay", *, in_segment: bool) -> "SplitWay":
    """Return the way with the full name of its field. Raises InvalidInput for an unknown field."""
    from segtui.services.criteria import field_names

    if way.kind != "by":
        return way
    return replace(way, field=field_names.parse_sort(session, way.field, in_segment=in_segment))


def is_agreed(
    invocation: Invocation,
    preview: "Callable[[], Sequence[Part]]",
    words: Callable[[int], tuple[str, str]],
    *,
    dry_run: bool,
    yes: bool,
) -> bool:
    """Show the parts where that is asked for, and ask on a terminal. Return False for a dry run.

    `words` returns the heading and the question for a number of parts. Raises Conflict where the answer is no.
    """
    # Elsewhere it goes on without a question, because nothing is lost by a split.
    asks = output.may_ask() and not yes and not invocation.json
    if not dry_run and not asks:
        return True
    parts = preview()
    if dry_run and invocation.json:
        output.document(
            [{"name": part.name, "contacts": part.contacts, "size": size_of(part.contacts)} for part in parts]
        )
        return False
    heading, question = words(len(parts))
    output.line(heading)
    columns = [output.Column("Name"), output.Column("Contacts", right=True), output.Column("Size")]
    output.table(columns, [[part.name, output.number(part.contacts), size_of(part.contacts)] for part in parts])
    if not dry_run:
        output.confirm(question, yes=False)
    return not dry_run


@click.command(
    cls=Command,
    examples=(
        'segtui segments split "Webinar signups" --into 4',
        'segtui segments split "Webinar signups" --size 10000 --dry-run',
        'segtui segments split "Webinar signups" --by state --yes',
        'segtui segments split "Webinar signups" --random 2 --seed 7 --json',
    ),
)
@click.argument("name", shell_complete=complete_segments)
@split_options("into")
@pass_invocation
def split(
    invocation: Invocation,
    /,
    name: str,
    *,
    dry_run: bool,
    yes: bool,
    **options: Any,  # noqa: ANN401  those of split_options
) -> None:
    """Make segments of the parts of a segment: each contact is in exactly one, the same every time.

    The segment stays. The parts are fixed segments, also those of a live one, called “NAME 1/4” or “NAME – value”. On a
    terminal it shows them and asks.
    """
    from segtui.services.segments import segments, splitting

    way = way_of("into", **options)
    with invocation.session() as session, as_usage(*SPLIT_FIELDS):
        segment = segments.by_name(session, name)
        way = with_field(session, way, in_segment=True)
        live = " It is live: the parts are fixed segments." if segment.live else ""

        def words(count: int) -> tuple[str, str]:
            heading = f"“{segment.name}” would become {counted(count, 'segment')}.{live}"
            return heading, f"Create these {count:,} segments?"

        if not is_agreed(
            invocation, lambda: splitting.preview(session, segment.id, way), words, dry_run=dry_run, yes=yes
        ):
            return
        made = splitting.split(session, segment.id, way)
    if invocation.json:
        output.document([as_json(part) for part in made])
        return
    output.line(f"Split “{segment.name}” into {counted(len(made), 'segment')}; it stays as it is.")
    for part in made:
        output.line(f"  {part.name}: {counted(part.contacts, 'contact')}")
