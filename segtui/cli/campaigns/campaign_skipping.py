"""`segtui campaigns skip`: takes contacts out of a running campaign."""

import click

from segtui.cli.campaigns.campaigns import done
from segtui.cli.completion import complete_campaigns
from segtui.cli.options import Command, Invocation, pass_invocation
from segtui.domain.text import counted


@click.command(
    cls=Command,
    examples=(
        'segtui campaigns skip "Spring fair" +16025550199',
        'segtui campaigns skip "Spring fair" 1042 finn@example.com',
    ),
)
@click.argument("name", shell_complete=complete_campaigns)
@click.argument("identifiers", nargs=-1, required=True, metavar="ID-PHONE-OR-EMAIL...")
@pass_invocation
def skip(invocation: Invocation, name: str, identifiers: tuple[str, ...]) -> None:
    """Take contacts out of a running campaign for good: they are skipped as excluded. A call in progress finishes.

    The contacts stay as they are, in their segments and for other campaigns.
    """
    from segtui.services import campaigns as service
    from segtui.services.contacts import contacts
    from segtui.services.session import company_of

    with invocation.session() as opened:
        campaign = service.by_name(opened, name)
        session = company_of(opened, campaign.company_id)
        ids = dict.fromkeys(contacts.identified_by(session, identifier).id for identifier in identifiers)
        skipped = service.skip(session, campaign.id, list(ids))
        after = service.get(session, campaign.id)
        sentence = f"Took {counted(skipped, 'contact')} out of the campaign “{after.name}”."
        done(invocation, session, after, sentence)
