"""`segtui segments history`, `watch` and `check`: the days of a segment, and the conditions that are watched."""

from typing import TYPE_CHECKING

import click

from segtui.cli import output
from segtui.cli.completion import complete_segments
from segtui.cli.options import EXIT_DUE, Command, Invocation, pass_invocation
from segtui.domain.text import counted
from segtui.domain.vocabulary import WATCH_KINDS
from segtui.domain.watches import KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segtui.services.segments.history.watches import Watch
    from segtui.services.session import Session


@click.command(
    cls=Command,
    examples=(
        'segtui segments history "Webinar signups"',
        'segtui segments history "Webinar signups" --days 90 --json',
    ),
)
@click.argument("name", shell_complete=complete_segments)
@click.option("--days", type=int, default=30, show_default=True, metavar="N", help="The last N days, with today.")
@pass_invocation
def history(invocation: Invocation, name: str, *, days: int) -> None:
    """Show the contacts of a segment day by day, with those that joined and left.

    It is recorded in the change that moves contacts, and never estimated: days before the first one that was recorded
    are left out. Days are those of the company's time zone.
    """
    from segtui.services.segments import segments as service
    from segtui.services.segments.history.members_by_day import members_by_day

    with invocation.session() as session:
        segment = service.by_name(session, name)
        every = members_by_day(session, segment.id, days)
    if invocation.json:
        output.document(
            [
                {"day": day.day.isoformat(), "contacts": day.contacts, "joined": day.joined, "left": day.left}
                for day in every
            ]
        )
        return
    if not every:
        output.line(f"Nothing is recorded yet: no contact has joined “{segment.name}” so far.")
        return
    columns = [output.Column("Day"), *(output.Column(title, right=True) for title in ("Contacts", "Joined", "Left"))]
    output.table(
        columns,
        [[day.day.isoformat(), *map(output.number, (day.contacts, day.joined, day.left))] for day in every],
    )


@click.command(
    cls=Command,
    examples=(
        'segtui segments watch "Webinar signups" --over 10000 --stale 30',
        'segtui segments watch "Webinar signups" --remove stale',
        "segtui segments watch",
    ),
)
@click.argument("name", required=False, shell_complete=complete_segments)
@click.option("--over", type=int, metavar="N", help=KINDS["over"].help)
@click.option("--empty", is_flag=True, help=KINDS["empty"].help)
@click.option("--grows", type=int, metavar="PERCENT", help=KINDS["grows"].help)
@click.option("--stale", type=int, metavar="DAYS", help=KINDS["stale"].help)
@click.option(
    "--remove", "kinds", multiple=True, type=click.Choice(WATCH_KINDS), help="Take this watch away. Repeatable."
)
@pass_invocation
def watch(
    invocation: Invocation,
    name: str | None,
    *,
    over: int | None,
    empty: bool,
    grows: int | None,
    stale: int | None,
    kinds: tuple[str, ...],
) -> None:
    """Watch a segment, or list the watches on it; without a name, list all watches.

    A segment has one watch of each kind. Due watches are shown in the title line of the interface, and `segtui
    segments check` reports them.
    """
    from segtui.services.segments import segments as service
    from segtui.services.segments.history import watches as watch_service

    options = {"over": over, "empty": 0 if empty else None, "grows": grows, "stale": stale}
    amounts: dict[str, int | None] = {kind: amount for kind, amount in options.items() if amount is not None}
    if both := [kind for kind in kinds if kind in amounts]:
        raise click.UsageError(f"--{both[0]} and --remove {both[0]} cannot be used together.")
    if name is None and (amounts or kinds):
        raise click.UsageError("Name the segment to watch.")
    amounts |= dict.fromkeys(kinds)
    with invocation.session() as session:
        segment_id = None if name is None else service.by_name(session, name).id
        if amounts and segment_id is not None:
            every = watch_service.change(session, segment_id, amounts)
        else:
            every = watch_service.every(session, segment_id)
        nothing = "There are no watches" if name is None else f"“{name}” is not watched"
        _print(invocation, session, every, f"{nothing}: set a watch with segtui segments watch NAME --over N.")


@click.command(cls=Command, examples=("segtui segments check", "segtui segments check --json"))
@pass_invocation
def check(invocation: Invocation) -> None:
    """Print the watches that are due, and exit with status 3 while any is, else with 0.

    In cron: `segtui segments check || mail …`.
    """
    from segtui.services.segments.history import watches as watch_service

    with invocation.session() as session:
        due = watch_service.due(session)
        _print(invocation, session, due, "No watch is due.")
    if due:
        raise click.exceptions.Exit(EXIT_DUE)


def _print(invocation: Invocation, session: "Session", watches: "Sequence[Watch]", nothing: str) -> None:
    if invocation.json:
        output.document([_as_json(watch) for watch in watches])
        return
    if not watches:
        output.line(nothing)
        return
    columns = [output.Column("Segment", least=12), output.Column("Watched for", least=12), output.Column("Due")]
    columns.append(output.Column("Now", least=16, optional=1))
    rows = [[watch.segment, watch.condition, "due" if watch.due else "", watch.standing] for watch in watches]
    if session.company is None:
        columns.insert(1, output.Column("Company"))
        for row, watch in zip(rows, watches, strict=True):
            row.insert(1, watch.company)
    output.table(columns, rows)
    due = sum(watch.due for watch in watches)
    number = counted(due, "watch", None if due == len(watches) else len(watches))
    output.line(f"{number} {'is' if due == 1 else 'are'} due.")


def _as_json(watch: "Watch") -> dict[str, object]:
    return {
        "segment": watch.segment,
        "segment_id": watch.segment_id,
        "company": watch.company,
        "kind": watch.kind,
        "amount": watch.amount,
        "due": watch.due,
        "sentence": watch.sentence,
        "created_at": output.utc(watch.created_at),
        "created_by": watch.created_by,
    }
