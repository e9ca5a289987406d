"""`segtui audit`: the audit trail (who did what, when and from where), for admins."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from segtui.cli import output
from segtui.cli.options import Command, Invocation, as_usage, pass_invocation
from segtui.domain.text import counted

if TYPE_CHECKING:
    from segtui.services.audit.audit_queries import Entry


@click.command(
    cls=Command,
    short_help="Show who did what.",
    examples=(
        "segtui audit --since 7d",
        "segtui audit --user alice --action export",
        "segtui audit --company Northwind --since 2026-01-01 --limit 0 --json",
    ),
)
@click.option("--user", metavar="LOGIN", help="Only what this user did.")
@click.option("--action", metavar="A", help="Only this action, such as segment.delete, or all of a kind: segment.")
@click.option("--since", metavar="WHEN", help="Only entries since then: today, 24h, 7d, a day (2026-01-31) or a time.")
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=100,
    show_default=True,
    metavar="N",
    help="The newest N; 0 means all.",
)
@pass_invocation
def audit(invocation: Invocation, *, user: str | None, action: str | None, since: str | None, limit: int) -> None:
    """Show the audit trail, newest entry first: every change, sign-in, refusal and export.

    Each entry has the time, user, key, origin, company, action, object and count. Nobody can change an entry.
    """
    from segtui.services.accounts import companies
    from segtui.services.audit import audit_queries

    with invocation.session() as opened:
        session = opened if invocation.company else companies.across_companies(opened)
        with as_usage("since"):
            moment = None if since is None else audit_queries.since(since, session.zone)
        entries = audit_queries.find(session, audit_queries.TrailQuery(user=user, action=action, since=moment), limit)
        several = companies.several(session)
    if invocation.json:
        output.document([{**entry.to_json(), "at": output.utc(entry.at)} for entry in entries])
        return
    if not entries:
        output.line("No audit entries match.")
        return
    columns: list[tuple[output.Column, Callable[[Entry], str]]] = [
        (output.Column("When", least=16), lambda entry: invocation.settings.shown_time(entry.at)),
        (output.Column("Who"), lambda entry: entry.user),
        (output.Column("From", least=12, optional=3), lambda entry: entry.source),
        (output.Column("What", least=14), lambda entry: entry.action),
        (output.Column("On what", least=14), lambda entry: entry.object),
        (output.Column("Detail", least=10, optional=2), lambda entry: entry.detail),
        (
            output.Column("Count", least=5, right=True, optional=1),
            lambda entry: "" if entry.count is None else output.number(entry.count),
        ),
    ]
    if several and not invocation.company:
        columns.insert(2, (output.Column("Company", optional=1), lambda entry: entry.company or ""))
    output.table([column for column, _ in columns], [[value(entry) for _, value in columns] for entry in entries])
    output.line(f"{counted(len(entries), 'entry')}.")
