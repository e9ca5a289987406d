"""`segtui companies …`: the tenants, for admins."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from segtui.cli import output
from segtui.cli.options import Group, Invocation, as_usage, pass_invocation
from segtui.domain.text import counted

if TYPE_CHECKING:
    from segtui.services.session import Session


_TIMEZONE = click.option(
    "--timezone",
    metavar="ZONE",
    help="Its time zone, such as Europe/Madrid: of its days in filters and live segments (by default the system's), "
    "and of new campaigns (by default the system's, or, if that is UTC, the main zone of the region).",
)


@click.group(
    cls=Group,
    short_help="List, create and edit companies.",
    examples=("segtui companies list", "segtui companies create Northwind --region GB"),
)
def companies() -> None:
    """Companies: the tenants. Every contact, segment and import belongs to exactly one."""


@companies.command("list", examples=("segtui companies list", "segtui companies list --json"))
@pass_invocation
def list_companies(invocation: Invocation) -> None:
    """List the companies with their numbers of segments and contacts."""
    from segtui.services.accounts import companies as service

    with invocation.session() as session:
        records = service.every(session)
    if invocation.json:
        output.document([asdict(company) for company in records])
        return
    columns = [
        output.Column("Name", least=16),
        output.Column("Region"),
        output.Column("Time zone", optional=1),
        output.Column("Segments", right=True),
        output.Column("Contacts", right=True),
    ]
    output.table(
        columns,
        [
            [
                company.name,
                company.region,
                company.timezone,
                output.number(company.segments),
                output.number(company.contacts),
            ]
            for company in records
        ],
    )
    output.line(f"{counted(len(records), 'company')}.")


@companies.command(
    examples=("segtui companies create Northwind", 'segtui companies create "Contoso Madrid" --region ES')
)
@click.argument("name")
@click.option(
    "--region",
    metavar="REGION",
    default="US",
    show_default=True,
    help="The region of its phones without a country code.",
)
@_TIMEZONE
@pass_invocation
def create(invocation: Invocation, name: str, *, region: str, timezone: str | None) -> None:
    """Create a company. Once there are several, commands take the company with --company."""
    from segtui.services.accounts import companies as service

    with invocation.session(create=True) as session, as_usage("region", "timezone"):
        company = service.create(session, name, region, timezone)
        _done(invocation, session, company.id, f"Created the company “{company.name}”.")


@companies.command(
    examples=(
        'segtui companies edit Main --name "Contoso"',
        "segtui companies edit Contoso --region ES --timezone Europe/Madrid",
    )
)
@click.argument("name")
@click.option("--name", "new_name", metavar="NEW", help="The new name.")
@click.option("--region", metavar="REGION", help="The region of its phones without a country code, such as US or GB.")
@_TIMEZONE
@pass_invocation
def edit(invocation: Invocation, name: str, *, new_name: str | None, region: str | None, timezone: str | None) -> None:
    """Rename a company, change the region of its phones, or the time zone of its days and its new campaigns."""
    if new_name is None and region is None and timezone is None:
        raise click.UsageError("Say what to change: --name, --region or --timezone.")
    from segtui.services.accounts import companies as service

    with invocation.session() as session, as_usage("region", "timezone"):
        changed = service.edit(session, name, new_name=new_name, region=region, timezone=timezone)
        _done(invocation, session, changed.id, f"Saved the company “{changed.name}”.")


def _done(invocation: Invocation, session: "Session", company_id: int, sentence: str) -> None:
    if not invocation.json:
        output.line(sentence)
        return
    from segtui.services.accounts import companies as service

    output.document(next(asdict(company) for company in service.every(session) if company.id == company_id))
