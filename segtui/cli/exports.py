"""`segtui export`: contacts as a file, or on standard output."""

import sys
from pathlib import Path

import click

from segtui.cli import output
from segtui.cli.choosing import chosen_contacts, query_of
from segtui.cli.options import Command, Invocation, pass_invocation

FORMATS = ("csv", "json", "parquet", "xlsx")
_BINARY = ("parquet", "xlsx")


@click.command(
    cls=Command,
    short_help="Write contacts to a file.",
    examples=(
        'segtui export --segment "Webinar signups" --output back.csv',
        "segtui export --filter state=AZ --output arizona.xlsx",
        "segtui export --search finn --format json | jq length",
    ),
)
@chosen_contacts
@click.option("--output", "target", metavar="FILE", help="The file to write; standard output if not given, or for -.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    help="The format; by the ending of the file if not given, or CSV.",
)
@pass_invocation
def export(
    invocation: Invocation,
    *,
    segment: str | None,
    search: str,
    filters: tuple[str, ...],
    target: str | None,
    format_: str | None,
) -> None:
    """Write contacts to a file: everybody, or those that segment, search and filters choose.

    CSV has the fields' own names as its header and imports back to the same contacts; no cell of it is run as a formula
    by a spreadsheet. With --json and no --output the contacts are printed as JSON.
    """
    path = None if target in (None, "-") else Path(str(target))
    format_ = _format(path, format_, json=invocation.json)
    if path is None and format_ in _BINARY and sys.stdout.isatty():
        raise click.UsageError(f"{format_} is not for a terminal: name a file with --output.")
    from segtui.services import exports as service

    with invocation.session() as opened:
        # An export is one company's: with several, one has to be named.
        session = opened.bound_to(opened.one_company)
        query = query_of(session, segment=segment, search=search, filters=filters)
        sys.stdout.flush()
        count = service.export(session, query, path or sys.stdout.buffer, format_)
    if path is None:
        return
    if invocation.json:
        output.document({"contacts": count, "file": str(path), "format": format_})
    else:
        output.line(f"Exported {output.counted(count, 'contact')} to {path}.")


def _format(path: Path | None, given: str | None, *, json: bool) -> str:
    """Return the format that is meant. Raises click.UsageError where two options contradict each other."""
    if path is None and json and given not in (None, "json"):
        raise click.UsageError(f"--json prints JSON and --format {given} something else: name a file with --output.")
    if given is not None:
        return given
    if path is None:
        return "json" if json else "csv"
    ending = path.suffix.lower().removeprefix(".")
    return ending if ending in FORMATS else "csv"
