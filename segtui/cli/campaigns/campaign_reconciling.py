"""`segtui campaigns reconcile`: records the calls that only the calling platform has."""

import click

from segtui.cli import output
from segtui.cli.campaigns.campaign_output import reconciliation_json, reconciliation_text
from segtui.cli.completion import complete_campaigns
from segtui.cli.options import Command, Invocation, pass_invocation, yes_option


@click.command(
    "reconcile",
    cls=Command,
    short_help="Record the calls that only the calling platform has.",
    examples=('segtui campaigns reconcile "Spring fair"', 'segtui campaigns reconcile "Spring fair" --yes --json'),
)
@click.argument("name", shell_complete=complete_campaigns)
@yes_option
@pass_invocation
def reconcile(invocation: Invocation, name: str, *, yes: bool) -> None:
    """Record the calls of a campaign that the calling platform has and the database does not have.

    Such calls exist after an old backup was restored, or when a copy of the database dials. The dispatcher finds them
    at its start and pauses the campaign. Contacts reached by them are not called again, and calls in progress are
    followed to their end; `resume` then lets the campaign go on.

    On a terminal it asks first; elsewhere it refuses without --yes.
    """
    from segtui.services import campaigns as service

    with invocation.session() as session:
        pending = service.reconciliation(session, service.by_name(session, name).id)
        if pending.calls:
            output.confirm(f"Record the calls of “{pending.campaign.name}”? {reconciliation_text(pending)}", yes=yes)
        recorded = service.reconcile(session, pending.campaign.id)
    if invocation.json:
        output.document(reconciliation_json(recorded))
    elif not recorded.calls:
        output.line(f"There is nothing to record: every known call of “{recorded.campaign.name}” is in the database.")
    else:
        output.line(f"Recorded calls of “{recorded.campaign.name}”: {reconciliation_text(recorded)}")
