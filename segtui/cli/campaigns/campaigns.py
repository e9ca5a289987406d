"""`segtui campaigns …`: making, launching and following campaigns."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from segtui.cli import output
from segtui.cli.campaigns.campaign_output import (
    as_json,
    assumed_words,
    forecast_text,
    overview_facts,
    overview_json,
    result_json,
    result_row,
    start_sentence,
)
from segtui.cli.campaigns.campaign_settings import SETTINGS, given_by, settings_options
from segtui.cli.completion import complete_campaigns, complete_segments
from segtui.cli.contact_selection import outcome_option
from segtui.cli.options import Group, Invocation, as_usage, pass_invocation, yes_option
from segtui.domain.text import counted

if TYPE_CHECKING:
    from segtui.config.settings import Settings
    from segtui.services.campaigns import Campaign, Result
    from segtui.services.session import Session

_NAME = click.argument("name", shell_complete=complete_campaigns)
_STATUSES = ("draft", "scheduled", "active", "paused", "completed", "cancelled")


@click.group(
    cls=Group,
    last={
        "skip": "campaigns.campaign_skipping:skip",
        "reconcile": "campaigns.campaign_reconciling:reconcile",
        "run": "campaigns.dispatching:run",
    },
    not_at_door=("run",),
    short_help="Make, launch and follow campaigns.",
    examples=(
        'segtui campaigns create "Spring fair" --segment "Webinar signups" --agent agent-7',
        'segtui campaigns show "Spring fair"',
    ),
)
def campaigns() -> None:
    """Campaigns: each calls everybody of one segment who can be called, and accounts for every one who cannot."""


@campaigns.command(
    "list", examples=("segtui campaigns list", "segtui campaigns list --status active", "segtui campaigns list --json")
)
@click.option("--status", type=click.Choice(_STATUSES), help="Those in this state.")
@pass_invocation
def list_campaigns(invocation: Invocation, *, status: str | None) -> None:
    """List the campaigns, by name, with how many of those they can call are done, and how many they skip."""
    from segtui.services import campaigns as service

    with invocation.session() as session:
        found = service.find(session, service.CampaignQuery(status=status))
    if invocation.json:
        output.document([as_json(campaign) for campaign in found])
        return
    if not found:
        output.line("No campaign fits." if status else "There are no campaigns yet: segtui campaigns create makes one.")
        return
    _print_list(found, invocation.settings, every_company=session.company is None)
    output.line(f"{counted(len(found), 'campaign')}. Times are in {invocation.settings.zone_name}.")


def _print_list(found: "Sequence[Campaign]", settings: "Settings", *, every_company: bool) -> None:
    columns: list[tuple[output.Column, Callable[[Campaign], str]]] = [
        (output.Column("Name", least=16), lambda campaign: campaign.name),
        (output.Column("Segment", least=12, optional=1), lambda campaign: campaign.segment),
        (output.Column("Status", least=9), lambda campaign: campaign.status),
        (
            output.Column("Done", right=True),
            lambda campaign: (
                f"{output.number(campaign.settled)} of {output.number(campaign.to_call)}" if campaign.launched else ""
            ),
        ),
        (
            output.Column("Skipped", least=7, optional=3, right=True),
            lambda campaign: output.number(campaign.skipped) if campaign.launched else "",
        ),
        (
            output.Column("Started", least=16, optional=2),
            lambda campaign: settings.shown_time(campaign.started_at) if campaign.started_at else "",
        ),
    ]
    if every_company:
        columns.insert(1, (output.Column("Company"), lambda campaign: campaign.company))
    output.table([column for column, _ in columns], [[value(each) for _, value in columns] for each in found])


@campaigns.command(examples=('segtui campaigns show "Spring fair"', 'segtui campaigns show "Spring fair" --json'))
@_NAME
@pass_invocation
def show(invocation: Invocation, name: str) -> None:
    """Show one campaign: its settings, how far it has come, and why nothing is dialled where nothing is.

    Of a draft it says how many a launch would call and how many not, by reason.
    """
    from segtui.services import campaigns as service
    from segtui.services.campaigns.results.progress import progress

    with invocation.session() as session:
        campaign_id = service.by_name(session, name).id
        seen, assumed = progress(session, campaign_id), service.assumed_zones(session, campaign_id)
    if invocation.json:
        output.document(overview_json(seen, assumed))
        return
    output.facts(overview_facts(seen, assumed, invocation.settings, every_company=session.company is None))


@campaigns.command(
    examples=(
        'segtui campaigns results "Spring fair"',
        'segtui campaigns results "Spring fair" --outcome no_answer --json',
    )
)
@_NAME
@outcome_option
@pass_invocation
def results(invocation: Invocation, name: str, *, outcomes: tuple[str, ...]) -> None:
    """List everybody in the audience of a campaign: what became of each, and with --json every call.

    `segtui segments add --campaign` makes a segment of them, or of those with an outcome.
    """
    from segtui.services import campaigns as service

    with invocation.session() as session:
        campaign_id = service.by_name(session, name).id
        total = service.results_total(session, campaign_id, outcomes)
        found = service.results(session, campaign_id, outcomes)
        if invocation.json:
            output.long_document({"total": total}, "results", (result_json(each) for each in found))
            return
        if not total:
            output.line("Nobody fits." if outcomes else "Nobody is in its audience yet: the launch settles who is.")
            return
        _print_results(found, invocation.settings)
    output.line(f"{counted(total, 'contact')}. Times are in {invocation.settings.zone_name}.")


def _print_results(found: "Iterator[Result]", settings: "Settings") -> None:
    columns = [
        output.Column("Contact", least=7, right=True),
        output.Column("Name", least=12),
        output.Column("Phone", least=13),
        output.Column("E-mail", least=12, optional=3),
        output.Column("State", least=9, optional=1),
        output.Column("Outcome", least=10),
        output.Column("Reason", least=12, optional=2),
        output.Column("Attempts", right=True),
        output.Column("Next try", least=16, optional=4),
    ]
    output.table(columns, (result_row(each, settings) for each in found))


@campaigns.command(
    examples=(
        'segtui campaigns create "Spring fair" --segment "Webinar signups" --agent agent-7',
        'segtui campaigns create Arizona --segment Arizona --agent agent-7 --start "2026-12-01 09:00" --hours 10-18',
        'segtui campaigns create "Round 2" --segment Leads --agent agent-7 --exclude "Called already" --days mon-thu',
    )
)
@click.argument("name")
@click.option("--segment", required=True, metavar="NAME", help="Whom it calls.", shell_complete=complete_segments)
@click.option("--agent", required=True, metavar="ID", help="Who calls: an identifier on the calling platform.")
@settings_options
@pass_invocation
def create(
    invocation: Invocation,
    /,
    name: str,
    *,
    segment: str,
    exclude: tuple[str, ...],
    **settings: Any,  # noqa: ANN401  what settings_options adds
) -> None:
    """Make a draft of a campaign. It calls nobody before `launch`; `show` says whom it would.

    Hours and days are those of each contact's own clock: by its timezone field, else its address, else its phone. Where
    several zones are possible, hours must hold in all of them; where the zone is unknown, the campaign's counts.
    """
    from segtui.services import campaigns as service

    given = given_by(settings)
    with invocation.session(create=True) as session:
        segment_id, excluded = _segment(session, segment), [_segment(session, each) for each in exclude]
        with as_usage(*SETTINGS):
            made = service.create(session, name, segment_id, given, excluded=excluded)
        done(invocation, session, made, f"Created the campaign “{made.name}”, a draft: launch it to begin.")


@campaigns.command(
    examples=(
        'segtui campaigns edit "Spring fair" --hours 10:00-18:00 --attempts 2',
        'segtui campaigns edit "Spring fair" --name "Spring fair, second round" --exclude "Called already"',
    )
)
@_NAME
@click.option("--name", "new_name", metavar="NEW", help="The new name.")
@click.option("--segment", metavar="NAME", help="Whom it calls; in a draft.", shell_complete=complete_segments)
@click.option("--agent", metavar="ID", help="Who calls: an identifier on the calling platform.")
@settings_options
@click.option("--no-exclude", is_flag=True, help="Leave nobody out any more; in a draft.")
@pass_invocation
def edit(
    invocation: Invocation,
    /,
    name: str,
    *,
    new_name: str | None,
    segment: str | None,
    exclude: tuple[str, ...],
    no_exclude: bool,
    **settings: Any,  # noqa: ANN401  what settings_options adds
) -> None:
    """Change a draft or a paused campaign; whom it calls only of a draft. --exclude takes the place of all before.

    --attempts, --retry-delay and --retry-voicemail hold for those who were called already, too: who is not to be tried
    again by them is done, and who now is waits again.
    """
    from segtui.services import campaigns as service

    if exclude and no_exclude:
        raise click.UsageError("--exclude and --no-exclude contradict each other.")
    given = given_by(settings)
    if new_name is None and segment is None and not exclude and not no_exclude and given == service.Given():
        raise click.UsageError("Say what to change, such as --hours or --agent.")
    with invocation.session() as session:
        campaign = service.by_name(session, name)
        excluded = [_segment(session, each) for each in exclude] if exclude or no_exclude else None
        with as_usage(*SETTINGS):
            after = service.edit(
                session,
                campaign.id,
                given,
                name=new_name,
                segment_id=None if segment is None else _segment(session, segment),
                excluded=excluded,
            )
        done(invocation, session, after, f"Saved the campaign “{after.name}”.")


@campaigns.command(examples=('segtui campaigns launch "Spring fair"', 'segtui campaigns launch "Spring fair" --yes'))
@_NAME
@yes_option
@pass_invocation
def launch(invocation: Invocation, name: str, *, yes: bool) -> None:
    """Settle whom a draft calls, and let it begin: at once, or at its time.

    It says first how many will be called and how many not; on a terminal it asks, elsewhere it refuses without --yes.
    """
    from segtui.services import campaigns as service

    with invocation.session() as session:
        campaign = service.by_name(session, name)
        if campaign.status == "draft":
            ahead = service.forecast(session, campaign.id)
            assumed = assumed_words(service.guesses(session, campaign.id))
            told = (forecast_text(ahead), ahead.shared, assumed, start_sentence(campaign))
            output.confirm(f"Launch “{campaign.name}”? {' '.join(sentence for sentence in told if sentence)}", yes=yes)
            if yes and not invocation.json:
                for sentence in filter(None, (ahead.shared, assumed)):
                    output.line(sentence)
        after = service.launch(session, campaign.id)
        done(invocation, session, after, f"Launched the campaign “{after.name}”: it is {after.status}.", dials=True)


@campaigns.command(examples=('segtui campaigns pause "Spring fair"',))
@_NAME
@pass_invocation
def pause(invocation: Invocation, name: str) -> None:
    """Let no new calls begin. Calls in progress finish, and `resume` goes on where it was."""
    from segtui.services import campaigns as service

    with invocation.session() as session:
        after = service.pause(session, service.by_name(session, name).id)
        done(invocation, session, after, f"Paused the campaign “{after.name}”.")


@campaigns.command(examples=('segtui campaigns resume "Spring fair"', 'segtui campaigns resume "Spring fair" --yes'))
@_NAME
@yes_option
@pass_invocation
def resume(invocation: Invocation, name: str, *, yes: bool) -> None:
    """Go on where a campaign was paused. It is completed where nobody is left to call.

    In a restored or copied database this confirms that it may dial the campaign. Where the calling platform has calls
    that the database does not have, `reconcile` records them; resuming without that calls the same people again, so it
    asks on a terminal, and elsewhere it refuses without --yes.
    """
    from segtui.services import campaigns as service

    with invocation.session() as session:
        campaign = service.by_name(session, name)
        hold = service.hold_of(session, campaign.id)
        if hold is not None and hold.calls:
            calls = f"{counted(hold.calls, 'call')} of it that the database does not have"
            again = "without `segtui campaigns reconcile` those people are called again"
            output.confirm(f"Resume “{campaign.name}”? The calling platform has {calls}: {again}.", yes=yes)
        after = service.resume(session, campaign.id, ignores_calls=hold is not None and hold.calls > 0)
        done(invocation, session, after, f"Resumed the campaign “{after.name}”: it is {after.status}.", dials=True)
    if hold is not None and not invocation.json:
        output.line("It was held: people who were called and are not recorded in this database may be called again.")


@campaigns.command(examples=('segtui campaigns cancel "Spring fair"', 'segtui campaigns cancel "Spring fair" --yes'))
@_NAME
@yes_option
@pass_invocation
def cancel(invocation: Invocation, name: str, *, yes: bool) -> None:
    """End a campaign for good: whoever was not called is skipped. Calls in progress finish.

    On a terminal it asks first; elsewhere it refuses without --yes.
    """
    from segtui.services import campaigns as service

    with invocation.session() as session:
        campaign = service.by_name(session, name)
        left = campaign.total - campaign.done
        output.confirm(f"Cancel “{campaign.name}” for good? {counted(left, 'contact')} would not be called.", yes=yes)
        after = service.cancel(session, campaign.id)
        done(invocation, session, after, f"Cancelled the campaign “{after.name}”.")


@campaigns.command(examples=('segtui campaigns delete "Spring fair"', 'segtui campaigns delete "Spring fair" --yes'))
@_NAME
@yes_option
@pass_invocation
def delete(invocation: Invocation, name: str, *, yes: bool) -> None:
    """Delete a campaign that was never launched. One that was is kept, with what came of its calls.

    On a terminal it asks first; elsewhere it refuses without --yes.
    """
    from segtui.services import campaigns as service

    with invocation.session() as session:
        campaign = service.by_name(session, name)
        service.demand_never_launched(campaign)
        output.confirm(f"Delete the campaign “{campaign.name}”? It has called nobody. This cannot be undone.", yes=yes)
        campaign = service.delete(session, campaign.id)
    if invocation.json:
        output.document(as_json(campaign))
    else:
        output.line(f"Deleted the campaign “{campaign.name}”.")


@campaigns.command(examples=('segtui campaigns split "Spring fair" --parts 4',))
@_NAME
@click.option("--parts", required=True, type=int, metavar="N", help="Into how many, 2 to 100.")
@pass_invocation
def split(invocation: Invocation, name: str, *, parts: int) -> None:
    """Replace a draft by N drafts named after it, with equal parts of its contacts: each is in exactly one of them."""
    from segtui.services import campaigns as service

    with invocation.session() as session:
        campaign = service.by_name(session, name)
        with as_usage("parts"):
            made = service.split(session, campaign.id, parts)
    if invocation.json:
        output.document([as_json(each) for each in made])
        return
    output.line(f"Split the campaign “{campaign.name}” into {len(made)}:")
    for each in made:
        output.line(f"  {each.name}")


def _segment(session: "Session", name: str) -> int:
    from segtui.services.segments import segments

    return segments.by_name(session, name).id


def done(
    invocation: Invocation, session: "Session", campaign: "Campaign", sentence: str, *, dials: bool = False
) -> None:
    """Say what was done; of a campaign that `dials` now also why it does not, where that is so."""
    if not invocation.json and not dials:
        output.line(" ".join(part for part in (sentence, start_sentence(campaign)) if part))
        return
    from segtui.services.campaigns.results.progress import progress

    seen = progress(session, campaign.id)
    if invocation.json:
        from segtui.services.campaigns import assumed_zones

        output.document(overview_json(seen, assumed_zones(session, campaign.id)))
        return
    output.line(sentence)
    if seen.overview.reason:
        why = seen.overview.reason.rstrip(".")
        output.line(f"Nothing is being dialled: {why}{'' if why.endswith('?') else '.'}")
