"""`segtui segments tidy`: the segments that could be cleaned up, and doing it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from segtui.cli import output
from segtui.cli.options import EXIT_DUE, Command, Invocation, pass_invocation, yes_option
from segtui.domain.names import named
from segtui.domain.text import counted
from segtui.errors import InvalidInput

if TYPE_CHECKING:
    from segtui.services.segments.tidying import Finding


@click.command(
    cls=Command,
    examples=(
        "segtui segments tidy",
        "segtui segments tidy --unused 180 --json",
        "segtui segments tidy --archive",
        "segtui segments tidy --delete --yes",
    ),
)
@click.option(
    "--unused",
    type=click.IntRange(min=1),
    default=90,
    show_default=True,
    metavar="DAYS",
    help="Days without a launch, an export or an import after which a segment counts as unused.",
)
@click.option(
    "--archive", is_flag=True, help="Archive the segments that are empty, unused, or duplicates of another one."
)
@click.option(
    "--delete", is_flag=True, help="Delete the segments that are empty and not in use, or were archived a year ago."
)
@yes_option
@pass_invocation
def tidy(invocation: Invocation, *, unused: int, archive: bool, delete: bool, yes: bool) -> int:
    """List the segments that could be tidied, each with the reasons and a safe action. Ends with 3 if there are any.

    Reasons: empty; not used for 90 days; the same members as another segment; wholly inside another one; no contact can
    be called; over 10,000 contacts; a generated name that was never changed; archived for a year. A segment that an
    unfinished campaign or the rule of a live segment needs is never archived or deleted: the list says what needs it.

    --archive acts on the segments that are empty or unused, and on all but one of the fixed segments with the same
    members. It leaves those that are only inside another one, have nobody to call, are large, or have a generated name.
    --delete acts on fixed segments that are empty and not in use, and on those archived a year ago; contacts are kept.
    It asks first, or needs --yes. Either does all of it or nothing, prints what it did, and ends with 0.
    """
    if archive and delete:
        raise click.UsageError("Give --archive or --delete, not both.")
    from segtui.services.segments import tidy_changes, tidying

    with invocation.session() as session:
        rows = tidying.findings(session, unused_days=unused)
        if archive or delete:
            session.demand_write()
            rows = (
                tidy_changes.only_archived(_idle(rows)) if archive else [row for row in rows if row.action == "delete"]
            )
            _demand_one_company(rows)
            if delete and rows:
                output.confirm(_question(rows), yes=yes)
            if rows:
                tidy_changes.apply(session, rows)
    if invocation.json:
        output.document([_as_json(row) for row in rows])
    elif archive or delete:
        verb = "Archived" if archive else "Deleted"
        names = f" ({named([row.segment.name for row in rows])})" if rows else ""
        output.line(f"{verb} {counted(len(rows), 'segment')}{names}." if rows else "Nothing to tidy.")
    else:
        _print(rows, every_company=session.company is None)
    return EXIT_DUE if any(row.is_due for row in rows) and not (archive or delete) else 0


def _idle(rows: "Sequence[Finding]") -> "list[Finding]":
    return [row for row in rows if row.is_idle and row.action in {"archive", "merge", "delete"}]


def _demand_one_company(rows: "Sequence[Finding]") -> None:
    if len({row.segment.company_id for row in rows}) > 1:
        raise InvalidInput("These segments belong to several companies: choose one with --company NAME.", "company")


def _question(rows: "Sequence[Finding]") -> str:
    names = named([row.segment.name for row in rows])
    return f"Delete {counted(len(rows), 'segment')} ({names})? This cannot be undone; their contacts are kept."


def _as_json(row: "Finding") -> dict[str, object]:
    segment = row.segment
    return {
        "id": segment.id,
        "name": segment.name,
        "company": segment.company,
        "contacts": segment.contacts,
        "reasons": [
            {"reason": reason.kind, "text": reason.words, "other": reason.other_name} for reason in row.reasons
        ],
        "action": row.action or None,
        "into": None if row.into is None else row.into.name,
        "held": row.held or None,
    }


def _print(rows: "Sequence[Finding]", *, every_company: bool) -> None:
    if not rows:
        output.line("Nothing to tidy.")
        return
    columns = [
        output.Column("Segment", least=16),
        *([output.Column("Company")] if every_company else []),
        output.Column("Contacts", right=True),
        output.Column("Action"),
        output.Column("Reason", least=30),
    ]
    output.table(
        columns,
        [
            [
                row.segment.name,
                *([row.segment.company] if every_company else []),
                output.number(row.segment.contacts),
                row.action or "none",
                f"{row.words}; stays: {row.held}" if row.held else row.words,
            ]
            for row in rows
        ],
    )
    due = sum(row.is_due for row in rows)
    output.line(f"{counted(len(rows), 'segment')}; an action is proposed for {due:,}.")
