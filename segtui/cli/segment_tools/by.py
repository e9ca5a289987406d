"""`segtui segments by`: the frequency table of a field, and one segment from each of its values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from segtui.cli import output
from segtui.cli.completion import complete_fields
from segtui.cli.contact_selection import Choice, chosen_contacts_of
from segtui.cli.options import Command, Invocation, as_usage, pass_invocation, yes_option
from segtui.domain.contact import size_of
from segtui.domain.periods import PERIODS, Period
from segtui.domain.text import clean, counted
from segtui.errors import NameTaken

if TYPE_CHECKING:
    from segtui.services.contacts.contacts import ContactQuery
    from segtui.services.criteria.frequency import FrequencyTable
    from segtui.services.segments.segments_by import PlannedSegment
    from segtui.services.session import Session


@dataclass(frozen=True)
class _Making:
    """The options of the new segments; without a pattern none is made."""

    pattern: str | None = None
    live: bool = False
    at_least: int = 0
    rest_name: str = ""
    dry_run: bool = False
    yes: bool = False


@click.command(
    cls=Command,
    examples=(
        "segtui segments by source",
        'segtui segments by added --by month --of "Webinar signups" --json',
        "segtui segments by state --of 'Webinar signups' --name '{segment} – {value}' --dry-run",
        "segtui segments by state --name '{value} leads' --at-least 100 --rest 'Other leads' --yes",
        "segtui segments by custom.plan --name 'Plan {value}' --live --yes",
    ),
)
@click.argument("field", shell_complete=complete_fields)
@chosen_contacts_of
@click.option(
    "--by",
    "period",
    type=click.Choice(PERIODS),
    help="Group days by this period; by default one that suits them.",
)
@click.option(
    "--name",
    "pattern",
    metavar="PATTERN",
    help="Make a segment for each value, named by this pattern: {value}, {segment} (the name of the list) and {field}.",
)
@click.option("--live", is_flag=True, help="Make live segments: the options and the value are their rules.")
@click.option(
    "--at-least", type=click.IntRange(0), default=0, metavar="N", help="Only for values with at least N contacts."
)
@click.option("--rest", "rest_name", default="", metavar="NAME", help="A segment for the contacts of the other values.")
@click.option("--dry-run", is_flag=True, help="Only print the segments that would be made.")
@yes_option
@pass_invocation
def by(
    invocation: Invocation,
    /,
    field: str,
    *,
    choice: Choice,
    period: Period | None,
    **options: Any,  # noqa: ANN401  those of the new segments
) -> None:
    """Print every value of FIELD with its contacts and those that can be called; with --name, make segments of them.

    FIELD is any field, also custom.NAME. The numbers are exact for the contacts that the options select. Values that
    are equal without case and accents are one; blanks are a value of their own. All segments are made together or none:
    names that are taken are reported first. --json prints a list of `value`, `contacts`, `callable` and `segment`.
    """
    making = _Making(**options)
    if making.pattern is None and making != _Making():
        raise click.UsageError("--live, --at-least, --rest, --dry-run and --yes are about new segments: add --name.")
    if making.rest_name and not making.at_least:
        raise click.UsageError("--rest is for values with few contacts: add --at-least N.")
    from segtui.services.criteria import frequency

    with invocation.session() as opened:
        session = opened if making.pattern is None else choice.company_session(opened)
        query = choice.query(session)
        name = _field_name(session, field, in_segment=query.viewed_segment is not None)
        with as_usage("field"):
            table = frequency.frequency(session, query, name, period)
        if period is not None and table.of.period is None:
            raise click.UsageError(f"--by is for days; {clean(name)} has none.")
        if making.pattern is None or not table.lines:
            _print(invocation, table, {})
            return
        with as_usage("pattern", "at_least", "live", "where"):
            _make(invocation, session, query, table, making)


def _make(
    invocation: Invocation, session: "Session", query: "ContactQuery", table: "FrequencyTable", making: _Making
) -> None:
    """Plan the segments, ask, and make them. Raises NameTaken, Conflict."""
    from segtui.services.segments import segments_by

    request = segments_by.SegmentsBy(
        query, table.lines, making.pattern or "", making.live, making.at_least, making.rest_name, covers_table=True
    )
    planned = segments_by.planned(session, request)
    names = {line.value: part.name for part in planned for line in part.lines}
    if making.dry_run:
        _print(invocation, table, names)
        _demand_free(planned)
        if not invocation.json:
            output.line(f"{counted(len(planned), 'segment')} would be created.")
        return
    _demand_free(planned)
    session.demand_write()
    output.confirm(f"Create {counted(len(planned), 'segment')}?", yes=making.yes)
    made = segments_by.segments_from(session, request)
    _print(invocation, table, names)
    if not invocation.json:
        output.line(f"Created {counted(len(made), 'segment')}.")


def _demand_free(planned: "Sequence[PlannedSegment]") -> None:
    from segtui.services.segments.segments_by import name_problem

    if problem := name_problem(planned):
        raise NameTaken(problem)


def _field_name(session: "Session", text: str, *, in_segment: bool) -> str:
    from segtui.services.criteria import field_names

    with as_usage():
        return field_names.parse_sort(session, text, in_segment=in_segment)


def _print(invocation: Invocation, table: "FrequencyTable", names: Mapping[str | None, str]) -> None:
    """Print the table, with the names of the segments by the values of their lines."""
    if invocation.json:
        output.document(
            [
                {
                    "value": line.printed,
                    "contacts": line.contacts,
                    "callable": line.callable,
                    "segment": names.get(line.value),
                }
                for line in table.lines
            ]
        )
        return
    label = clean(table.of.declared.label)
    if not table.lines:
        output.line("No contacts match.")
        return
    columns = [
        output.Column(label, least=12),
        output.Column("Contacts", right=True),
        output.Column("Can be called", right=True, optional=1),
        output.Column("Share", right=True, optional=2),
        output.Column("Size", optional=3),
        *([output.Column("Segment", least=12)] if names else []),
    ]
    rows = (
        [
            line.label,
            output.number(line.contacts),
            output.number(line.callable),
            f"{table.share(line):.1%}",
            size_of(line.contacts),
            *([names.get(line.value, "")] if names else []),
        ]
        for line in table.lines
    )
    output.table(columns, rows)
    total = f"{counted(len(table.lines), 'value')} of {label} among {counted(table.contacts, 'contact')}"
    output.line(f"{total}; a contact can have several of them." if table.overlaps else f"{total}.")
