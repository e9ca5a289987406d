"""`segtui campaigns split`: several drafts in place of one, each with a part of its audience."""

from typing import Any

import click

from segtui.cli import output
from segtui.cli.campaigns.campaign_output import as_json
from segtui.cli.completion import complete_campaigns
from segtui.cli.options import Command, Invocation, as_usage, pass_invocation
from segtui.cli.segment_tools.splitting import SPLIT_FIELDS, is_agreed, split_options, way_of, with_field
from segtui.domain.text import counted


@click.command(
    cls=Command,
    examples=(
        'segtui campaigns split "Spring fair" --parts 4',
        'segtui campaigns split "Spring fair" --size 10000 --dry-run',
        'segtui campaigns split "Spring fair" --random 2 --seed 7',
    ),
)
@click.argument("name", shell_complete=complete_campaigns)
@split_options("parts")
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
    """Replace a draft by drafts named after it, each with a part of its contacts: each contact is in exactly one.

    --parts and --size cut its segments by contact id: contacts that join later are in one of the parts. --by and
    --random make a fixed segment for each part, called like the draft. On a terminal it shows the parts and asks.
    """
    from segtui.services import campaigns as service
    from segtui.services.campaigns import splitting

    way = way_of("parts", **options)
    with invocation.session() as session, as_usage(*SPLIT_FIELDS):
        campaign = service.by_name(session, name)
        way = with_field(session, way, in_segment=len(campaign.segments) == 1)

        def words(count: int) -> tuple[str, str]:
            heading = f"“{campaign.name}” would become {counted(count, 'draft')}."
            return heading, f"Split it into these {count:,} drafts? This cannot be undone."

        if not is_agreed(
            invocation, lambda: splitting.preview(session, campaign.id, way), words, dry_run=dry_run, yes=yes
        ):
            return
        drafts = service.split(session, campaign.id, way)
    if invocation.json:
        output.document([as_json(part) for part in drafts])
        return
    output.line(f"Split the campaign “{campaign.name}” into {len(drafts)}:")
    for part in drafts:
        output.line(f"  {part.name}")
    if way.kind in splitting.WITH_SEGMENTS:
        output.line("Each calls a new fixed segment: contacts that join or leave the earlier segments change nothing.")
