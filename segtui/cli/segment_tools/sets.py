"""`segtui segments overlap`, `union`, `intersect` and `subtract`: set operations on segments."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from segtui.cli import output
from segtui.cli.completion import complete_segments
from segtui.cli.options import Command, Invocation, as_usage, pass_invocation
from segtui.cli.segment_tools.archiving import segments_named
from segtui.cli.segments import as_json, counts_words

if TYPE_CHECKING:
    from segtui.services.segments.segments import Segment
    from segtui.services.segments.set_operations import Operation, Overlap
    from segtui.services.session import Session

_NAMES = click.argument("names", metavar="A B...", nargs=-1, required=True, shell_complete=complete_segments)


def _makes_segment(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the segments that it joins, and the options of the segment that it makes."""
    options = (
        _NAMES,
        click.option("--name", required=True, metavar="NEW", help="The name of the new segment."),
        click.option(
            "--description", metavar="TEXT", help="What it is for; by default a fixed one is described by its segments."
        ),
        click.option("--live", is_flag=True, help="Make it live: its rule names the segments, so it follows them."),
        pass_invocation,
    )
    for option in reversed(options):
        function = option(function)
    return function


@click.command(
    cls=Command,
    examples=(
        'segtui segments overlap "Webinar signups" "Spring fair"',
        'segtui segments overlap "Webinar signups" "Spring fair" Newsletter --json',
    ),
)
@_NAMES
@pass_invocation
def overlap(invocation: Invocation, names: tuple[str, ...]) -> None:
    """Compare 2 to 20 segments: their sizes, the overlap of every pair, their union and their intersection.

    The numbers are exact, and all of one moment. `--json` prints `sizes` (with the contacts that are in no other of the
    segments), `pairs` (the contacts in both, and those in one only), `union` and `intersection`.
    """
    from segtui.services.segments import set_operations

    with invocation.session() as session:
        rows = _segments(session, names)
        with as_usage("segment"):
            compared = set_operations.overlap(session, [row.id for row in rows])
    if invocation.json:
        output.document(_as_json(compared))
    else:
        _print(compared)


@click.command(
    cls=Command,
    examples=(
        'segtui segments union "Webinar March" "Webinar April" --name Webinars',
        'segtui segments union "Webinar March" "Webinar April" --name Webinars --live',
    ),
)
@_makes_segment
def union(invocation: Invocation, names: tuple[str, ...], **options: Any) -> None:  # noqa: ANN401  those of _makes_segment
    """Make a segment of the contacts that are in any of several segments.

    With --live it is a live segment, whose rule names the segments. Those segments are not changed.
    """
    _create(invocation, "union", names, **options)


@click.command(
    cls=Command,
    examples=(
        'segtui segments intersect "Webinar signups" "Spring fair" --name "Webinar and fair"',
        'segtui segments intersect "Webinar signups" "Spring fair" --name "Webinar and fair" --live',
    ),
)
@_makes_segment
def intersect(invocation: Invocation, names: tuple[str, ...], **options: Any) -> None:  # noqa: ANN401  those of _makes_segment
    """Make a segment of the contacts that are in all of several segments.

    With --live it is a live segment, whose rule names the segments. Those segments are not changed.
    """
    _create(invocation, "intersect", names, **options)


@click.command(
    cls=Command,
    examples=(
        'segtui segments subtract "Webinar signups" "Called in May" --name "Still to call"',
        'segtui segments subtract "Webinar signups" "Called in May" "Called in June" --name "Still to call" --live',
    ),
)
@_makes_segment
def subtract(invocation: Invocation, names: tuple[str, ...], **options: Any) -> None:  # noqa: ANN401  those of _makes_segment
    """Make a segment of the contacts that are in the first segment and in none of the others.

    With --live it is a live segment, whose rule names the segments. Those segments are not changed.
    """
    _create(invocation, "subtract", names, **options)


def _create(
    invocation: Invocation,
    operation: "Operation",
    names: Sequence[str],
    *,
    name: str,
    description: str | None,
    live: bool,
) -> None:
    """Make a segment of the result of an operation on segments."""
    from segtui.services.segments import set_operations

    with invocation.session() as session:
        rows = _segments(session, names)
        segment_set = set_operations.SegmentSet.of(operation, [row.id for row in rows])
        with as_usage("segment"):
            segment = set_operations.create(session, segment_set, name, description, live=live)
    if invocation.json:
        output.document(as_json(segment))
    else:
        output.line(f"Created the {'live ' if live else ''}segment “{segment.name}” with {counts_words(segment)}.")


def _segments(session: "Session", names: Sequence[str]) -> "list[Segment]":
    """Return two segments or more by their names. Raises NotFound, and click.UsageError for one that is given twice."""
    if len(names) < 2:
        raise click.UsageError("Give the names of two segments or more.")
    rows = segments_named(session, names)
    if len(rows) < len(names):
        raise click.UsageError("The same segment is given twice: give each segment once.")
    return rows


def _as_json(compared: "Overlap") -> dict[str, object]:
    names, sizes = compared.names, compared.sizes
    return {
        "sizes": [
            {"id": key, "name": name, "contacts": sizes[key], "only": compared.only[key]} for key, name in names.items()
        ],
        "pairs": [
            {
                "segments": [names[first], names[second]],
                "contacts": both,
                "only_first": sizes[first] - both,
                "only_second": sizes[second] - both,
            }
            for (first, second), both in compared.pairs.items()
        ],
        "union": compared.union,
        "intersection": compared.intersection,
    }


def _print(compared: "Overlap") -> None:
    names, sizes = compared.names, compared.sizes
    number = output.number
    output.table(
        (output.Column("Segment", least=16), _count("Contacts"), _count("In no other")),
        [(name, number(sizes[key]), number(compared.only[key])) for key, name in names.items()],
    )
    output.line()
    if len(names) > 2:
        largest_first = sorted(compared.pairs.items(), key=lambda pair: -pair[1])
        output.table(
            (
                output.Column("First", least=12),
                output.Column("Second", least=12),
                *map(_count, ("In both", "Only first", "Only second")),
            ),
            [
                (names[first], names[second], *map(number, (both, sizes[first] - both, sizes[second] - both)))
                for (first, second), both in largest_first
            ],
        )
        output.line()
    inside = ("In both", "In either") if len(names) == 2 else ("In all of them", "In any of them")
    output.facts(list(zip(inside, map(number, (compared.intersection, compared.union)), strict=True)))


def _count(title: str) -> output.Column:
    return output.Column(title, right=True)
