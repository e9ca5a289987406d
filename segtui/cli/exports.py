"""`segtui export`: contacts to a file, or to standard output."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from segtui.cli import output
from segtui.cli.contact_selection import Choice, chosen_contacts
from segtui.cli.options import Command, Invocation, as_usage, pass_invocation
from segtui.domain.text import counted

if TYPE_CHECKING:
    from segtui.services.exports.exports import Form
    from segtui.services.session import Session

FORMATS = ("csv", "json", "parquet", "xlsx")


@click.command(
    cls=Command,
    short_help="Write contacts to a file.",
    examples=(
        'segtui export --segment "Webinar signups" --output back.csv',
        "segtui export --filter state=AZ --filter state=CA --output southwest.xlsx",
        "segtui export --where 'custom.plan ~ pro and calls = 0' --output pro.csv",
        "segtui export --filter added=7d --output /srv/nightly.csv.gz --yes",
        "segtui export --search finn --format json | jq length",
    ),
)
@chosen_contacts
@click.option("--output", "target", metavar="FILE", help="The file to write; by default, or for -, standard output.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    help="The format; by default that of the file's extension, or CSV without one.",
)
@click.option("--yes", is_flag=True, help="Overwrite an existing file without asking.")
@pass_invocation
def export(
    invocation: Invocation,
    *,
    choice: Choice,
    target: str | None,
    format_: str | None,
    yes: bool,
) -> None:
    """Write contacts to a file: all of them, or those that the options select.

    CSV has the fields' own names as its header and imports back to the same contacts; a spreadsheet runs none of its
    cells as a formula. FILE ends in .csv, .json, .parquet or .xlsx; .csv.gz and .json.gz are compressed. If the file
    exists, a terminal user is asked, and a script overwrites it. With --json and no --output the contacts are printed
    as JSON.
    """
    path = None if target in (None, "-") else Path(str(target))
    from segtui.services.exports import exports as service

    form = export_form(path, format_, json=invocation.json)
    if path is None and not form.is_text and sys.stdout.isatty():
        raise click.UsageError(f"{form.format} cannot be printed on a terminal: name a file with --output.")
    with invocation.session() as opened:
        # An export covers one company: if there are several, one has to be named.
        session = opened.bound_to(opened.one_company)
        query = choice.query(session)
        named, path = path, writable(session, path, yes=yes)
        sys.stdout.flush()
        count = service.export(session, query, path or sys.stdout.buffer, form)
    if path is None:
        return
    if invocation.json:
        output.document({"contacts": count, "file": str(named), "format": form.format})
    else:
        fetched = "" if opened.user_files is None else f"; fetch it with download {named} > {named}"
        output.line(f"Exported {counted(count, 'contact')} to {named}{fetched}.")


def export_form(path: Path | None, format_: str | None, *, json: bool) -> "Form":
    """Return the format and packing of a file, or of standard output.

    Raises click.UsageError if nothing determines them, or if two options contradict each other.
    """
    from segtui.services.exports import exports as service

    if path is None and json and format_ not in (None, "json"):
        raise click.UsageError(f"--json prints JSON and --format {format_} something else: name a file with --output.")
    if path is None:
        return service.Form(format_ or ("json" if json else "csv"))
    with as_usage("format"):
        return service.form_of(path, format_)


def writable(session: "Session", path: Path | None, *, yes: bool) -> Path | None:
    """Return the path to write to, over SSH among the downloads. A terminal user is asked before overwriting."""
    if path is None:
        return None
    named = path
    if session.user_files is not None:
        from segtui.services import user_files

        path = user_files.new_download(session, str(path))
    if path.is_file() and output.may_ask():
        output.confirm(f"{named} already exists. Overwrite it?", yes=yes)
    return path
