"""`segtui campaigns …`: creating, launching and following campaigns."""

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
from segtui.domain.vocabulary import CAMPAIGN_STATUSES

if TYPE_CHECKING:
    from segtui.config.settings import Settings
    from segtui.services.campaigns import Campaign, Result
    from segtui.services.session import Session

_NAME = click.argument("name", shell_complete=complete_campaigns)


def _segments_option(about: str, *, required: bool = False) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return the option of the segments that a campaign calls; `segment` is a tuple of names."""
    return click.option(
        "--segment", multiple=True, required=required, metavar="NAME", help=about, shell_complete=complete_segments
    )


@click.group(
    cls=Group,
    last={
        "split": "campaigns.campaign_splitting:split",
        "skip": "campaigns.campaign_skipping:skip",
        "reconcile": "campaigns.campaign_reconciling:reconcile",
        "run": "campaigns.dispatching:run",
    },
    local_only=("run",),
    short_help="Create, launch and follow campaigns.",
    examples=(
        'segtui campaigns create "Spring fair" --segment "Webinar signups" --agent agent-7',
        'segtui campaigns show "Spring fair"',
    ),
)
def campaigns() -> None:
    """Campaigns: each calls every contact of its segments who can be called, and accounts for everyone else."""


@campaigns.command(
    "list", examples=("segtui campaigns list", "segtui campaigns list --status active", "segtui campaigns list --json")
)
@click.option("--status", type=click.Choice(CAMPAIGN_STATUSES), help="Only campaigns in this state.")
@pass_invocation
def list_campaigns(invocation: Invocation, *, status: str | None) -> None:
    """List the campaigns by name, with the numbers of contacts that are done and skipped."""
    from segtui.services import campaigns as service

    with invocation.session() as session:
        records = service.find(session, service.CampaignQuery(status=status))
    if invocation.json:
        output.document([as_json(campaign) for campaign in records])
        return
    if not records:
        output.line("No campaigns match." if status else "There are no campaigns yet: segtui campaigns create NAME.")
        return
    _print_list(records, invocation.settings, every_company=session.company is None)
    output.line(f"{counted(len(records), 'campaign')}. Times are in {invocation.settings.zone_name}.")


def _print_list(records: "Sequence[Campaign]", settings: "Settings", *, every_company: bool) -> None:
    columns: list[tuple[output.Column, Callable[[Campaign], str]]] = [
        (output.Column("Name", least=16), lambda campaign: campaign.name),
        (output.Column("Segment", least=12, optional=1), lambda campaign: campaign.segment_names),
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
    output.table([column for column, _ in columns], [[value(campaign) for _, value in columns] for campaign in records])


@campaigns.command(examples=('segtui campaigns show "Spring fair"', 'segtui campaigns show "Spring fair" --json'))
@_NAME
@pass_invocation
def show(invocation: Invocation, name: str) -> None:
    """Show one campaign: its settings, its progress, and the reason if nothing is being dialled.

    For a draft it shows how many contacts a launch would call and how many not, by reason.
    """
    from segtui.services import campaigns as service
    from segtui.services.campaigns.results.progress import progress

    with invocation.session() as session:
        campaign_id = service.by_name(session, name).id
        state, assumed = progress(session, campaign_id), service.assumed_zones(session, campaign_id)
    if invocation.json:
        output.document(overview_json(state, assumed))
        return
    output.facts(overview_facts(state, assumed, invocation.settings, every_company=session.company is None))


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
    """List the audience of a campaign with the result of each contact, and with --json every call.

    `segtui segments add --campaign` makes a segment of them, or of those with an outcome.
    """
    from segtui.services import campaigns as service

    with invocation.session() as session:
        campaign_id = service.by_name(session, name).id
        total = service.results_total(session, campaign_id, outcomes)
        records = service.results(session, campaign_id, outcomes)
        if invocation.json:
            output.long_document({"total": total}, "results", (result_json(record) for record in records))
            return
        if not total:
            output.line("No contacts match." if outcomes else "It has no audience yet: the launch determines it.")
            return
        _print_results(records, invocation.settings)
    output.line(f"{counted(total, 'contact')}. Times are in {invocation.settings.zone_name}.")


def _print_results(records: "Iterator[Result]", settings: "Settings") -> None:
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
    output.table(columns, (result_row(record, settings) for record in records))


@campaigns.command(
    examples=(
        'segtui campaigns create "Spring fair" --segment "Webinar signups" --agent agent-7',
        'segtui campaigns create Arizona --segment Arizona --agent agent-7 --start "2026-12-01 09:00" --hours 10-18',
        'segtui campaigns create "Both fairs" --segment "Fair 2025" --segment "Fair 2026" --agent agent-7',
        'segtui campaigns create "Round 2" --segment Leads --agent agent-7 --exclude "Called already" --days mon-thu',
    )
)
@click.argument("name")
@_segments_option("The segment to call; several are called together, each contact once.", required=True)
@settings_options(agent_required=True)
@pass_invocation
def create(
    invocation: Invocation,
    /,
    name: str,
    *,
    segment: tuple[str, ...],
    exclude: tuple[str, ...],
    **settings: Any,  # noqa: ANN401  what settings_options adds
) -> None:
    """Create a draft of a campaign. It calls nobody before `launch`; `show` tells what a launch would do.

    Hours and days are in each contact's local time: by its timezone field, else its address, else its phone. If several
    zones are possible, hours must hold in all of them; if the zone is unknown, the campaign's zone is used.
    """
    from segtui.services import campaigns as service

    values = given_by(settings)
    with invocation.session(create=True) as session:
        segment_id, *further = [_segment(session, called) for called in segment]
        excluded = [_segment(session, other) for other in exclude]
        with as_usage(*SETTINGS):
            campaign = service.create(session, name, segment_id, values, further=further, excluded=excluded)
        done(invocation, session, campaign, f"Created the campaign “{campaign.name}”, a draft: launch it to begin.")


@campaigns.command(
    examples=(
        'segtui campaigns edit "Spring fair" --hours 10:00-18:00 --attempts 2',
        'segtui campaigns edit "Spring fair" --name "Spring fair, second round" --exclude "Called already"',
    )
)
@_NAME
@click.option("--name", "new_name", metavar="NEW", help="The new name.")
@_segments_option("The segment to call, in a draft; repeat it for several. They replace the earlier ones.")
@settings_options(agent_required=False)
@click.option("--no-exclude", is_flag=True, help="Exclude no segments any more; only in a draft.")
@pass_invocation
def edit(
    invocation: Invocation,
    /,
    name: str,
    *,
    new_name: str | None,
    segment: tuple[str, ...],
    exclude: tuple[str, ...],
    no_exclude: bool,
    **settings: Any,  # noqa: ANN401  what settings_options adds
) -> None:
    """Edit a draft or a paused campaign; the audience only in a draft. --exclude replaces the earlier exclusions.

    --attempts, --retry-delay and --retry-voicemail also apply to contacts who were called already: those without a
    further attempt are done, and those with a new one wait for it.
    """
    from segtui.services import campaigns as service

    if exclude and no_exclude:
        raise click.UsageError("--exclude and --no-exclude contradict each other.")
    values = given_by(settings)
    if new_name is None and not segment and not exclude and not no_exclude and values == service.SettingsInput():
        raise click.UsageError("Say what to change, such as --hours or --agent.")
    with invocation.session() as session:
        campaign = service.by_name(session, name)
        excluded = [_segment(session, other) for other in exclude] if exclude or no_exclude else None
        called = [_segment(session, other) for other in segment]
        with as_usage(*SETTINGS):
            after = service.edit(
                session,
                campaign.id,
                values,
                name=new_name,
                segment_id=called[0] if called else None,
                further=called[1:],
                excluded=excluded,
            )
        done(invocation, session, after, f"Saved the campaign “{after.name}”.")


@campaigns.command(examples=('segtui campaigns launch "Spring fair"', 'segtui campaigns launch "Spring fair" --yes'))
@_NAME
@yes_option
@pass_invocation
def launch(invocation: Invocation, name: str, *, yes: bool) -> None:
    """Launch a draft: determine its audience and begin, at once or at its start time.

    It first says how many will be called and how many not; on a terminal it asks, elsewhere it refuses without --yes.
    """
    from segtui.services import campaigns as service

    with invocation.session() as session:
        campaign = service.by_name(session, name)
        if campaign.status == "draft":
            forecast = service.forecast(session, campaign.id)
            assumed = assumed_words(service.guesses(session, campaign.id))
            sentences = (forecast_text(forecast), forecast.shared, assumed, start_sentence(campaign))
            output.confirm(f"Launch “{campaign.name}”? {' '.join(filter(None, sentences))}", yes=yes)
            if yes and not invocation.json:
                for sentence in filter(None, (forecast.shared, assumed)):
                    output.line(sentence)
        after = service.launch(session, campaign.id, reviewed=campaign)
        done(invocation, session, after, f"Launched the campaign “{after.name}”: it is {after.status}.", dials=True)


@campaigns.command(examples=('segtui campaigns pause "Spring fair"',))
@_NAME
@pass_invocation
def pause(invocation: Invocation, name: str) -> None:
    """Start no new calls. Calls in progress finish, and `resume` continues where it stopped."""
    from segtui.services import campaigns as service

    with invocation.session() as session:
        after = service.pause(session, service.by_name(session, name).id)
        done(invocation, session, after, f"Paused the campaign “{after.name}”.")


@campaigns.command(examples=('segtui campaigns resume "Spring fair"', 'segtui campaigns resume "Spring fair" --yes'))
@_NAME
@yes_option
@pass_invocation
def resume(invocation: Invocation, name: str, *, yes: bool) -> None:
    """Resume a paused campaign. It is completed if nobody is left to call.

    In a restored or copied database this confirms that it may dial the campaign. If the calling platform has calls that
    the database does not have, `reconcile` records them; resuming without that calls the same people again, so it asks
    on a terminal, and elsewhere it refuses without --yes.
    """
    from segtui.services import campaigns as service

    with invocation.session() as session:
        campaign = service.by_name(session, name)
        hold = service.hold_of(session, campaign.id)
        if hold is not None and hold.calls:
            calls = f"{counted(hold.calls, 'call')} of this campaign that the database does not have"
            again = "without `segtui campaigns reconcile` those people are called again"
            output.confirm(f"Resume “{campaign.name}”? The calling platform has {calls}: {again}.", yes=yes)
        after = service.resume(session, campaign.id, ignores_calls=hold is not None and hold.calls > 0)
        done(invocation, session, after, f"Resumed the campaign “{after.name}”: it is {after.status}.", dials=True)
    if hold is not None and not invocation.json:
        output.line("It was on hold: people whose calls are not recorded in this database may be called again.")


@campaigns.command(examples=('segtui campaigns cancel "Spring fair"', 'segtui campaigns cancel "Spring fair" --yes'))
@_NAME
@yes_option
@pass_invocation
def cancel(invocation: Invocation, name: str, *, yes: bool) -> None:
    """Cancel a campaign for good: contacts that were not called are skipped. Calls in progress finish.

    On a terminal it asks first; elsewhere it refuses without --yes.
    """
    from segtui.services import campaigns as service

    with invocation.session() as session:
        campaign = service.by_name(session, name)
        left = campaign.total - campaign.done
        output.confirm(f"Cancel “{campaign.name}” for good? {counted(left, 'contact')} will not be called.", yes=yes)
        after = service.cancel(session, campaign.id)
        done(invocation, session, after, f"Cancelled the campaign “{after.name}”.")


@campaigns.command(examples=('segtui campaigns delete "Spring fair"', 'segtui campaigns delete "Spring fair" --yes'))
@_NAME
@yes_option
@pass_invocation
def delete(invocation: Invocation, name: str, *, yes: bool) -> None:
    """Delete a campaign that was never launched. A launched campaign is kept, with its results.

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


def _segment(session: "Session", name: str) -> int:
    from segtui.services.segments import segments

    return segments.by_name(session, name).id


def done(
    invocation: Invocation, session: "Session", campaign: "Campaign", sentence: str, *, dials: bool = False
) -> None:
    """Print what was done; for a campaign that `dials` now, also the reason if it does not."""
    if not invocation.json and not dials:
        output.line(" ".join(part for part in (sentence, start_sentence(campaign)) if part))
        return
    from segtui.services.campaigns.results.progress import progress

    state = progress(session, campaign.id)
    if invocation.json:
        from segtui.services.campaigns import assumed_zones

        output.document(overview_json(state, assumed_zones(session, campaign.id)))
        return
    output.line(sentence)
    if state.overview.reason:
        reason = state.overview.reason.rstrip(".")
        output.line(f"Nothing is being dialled: {reason}{'' if reason.endswith('?') else '.'}")
