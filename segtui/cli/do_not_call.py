"""`segtui do-not-call …`: the list of numbers that are never called."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from segtui.cli import output
from segtui.cli.exports import FORMATS, export_form, writable
from segtui.cli.options import Group, Invocation, as_usage, pass_invocation, yes_option
from segtui.domain.text import clean, counted

if TYPE_CHECKING:
    from segtui.services.do_not_call.do_not_call import Listed
    from segtui.services.do_not_call.do_not_call_editing import Added

_PAGE = 500
_NUMBERS = click.argument("numbers", nargs=-1, required=True, metavar="NUMBER...")


@click.group(
    "do-not-call",
    cls=Group,
    short_help="List, add, remove and export numbers that are never called.",
    examples=("segtui do-not-call list", "segtui do-not-call add '+1 602 555 0199'"),
)
def do_not_call() -> None:
    """Show and edit the do-not-call list of a company: no campaign calls a number that is on it.

    A number stays on the list when its contact is deleted, and marks any contact that gets it later. Only admins take
    numbers off. segtui import FILE --do-not-call adds a whole file.
    """


@do_not_call.command("list", examples=("segtui do-not-call list", "segtui do-not-call list --json"))
@pass_invocation
def list_numbers(invocation: Invocation) -> None:
    """List the numbers that must not be called.

    The table has the contact of each number, and the time, user and source of its listing.

    With --json: a list of phone, added_at, added_by, sources (import_id and file of each import that lists it, null for
    a number added by hand) and contact_id.
    """
    from segtui.services.do_not_call import do_not_call as service
    from segtui.services.do_not_call.do_not_call_exports import as_json

    with invocation.session() as session:
        listing = service.listing(session, service.DoNotCallQuery())
        ids = listing.ids()
        pages = (ids[start : start + _PAGE] for start in range(0, len(ids), _PAGE))
        rows = (
            page_rows[key] for page in pages for page_rows in [listing.rows(page)] for key in page if key in page_rows
        )
        if invocation.json:
            output.document([as_json(row) for row in rows])
            return
        if not ids:
            output.line("The do-not-call list is empty: segtui do-not-call add NUMBER adds a number.")
            return
        settings = invocation.settings
        columns: list[tuple[output.Column, Callable[[Listed], str]]] = [
            (output.Column("Phone", least=13), lambda row: row.phone),
            (output.Column("Contact", least=12), lambda row: row.contact.title if row.contact else ""),
            (output.Column("Since", least=16, optional=1), lambda row: settings.shown_time(row.since)),
            (output.Column("By", least=6, optional=2), lambda row: row.by),
            (output.Column("From", least=7), _sources),
        ]
        output.table([column for column, _ in columns], ([value(row) for _, value in columns] for row in rows))
    output.line(f"{counted(len(ids), 'number')}. Times are in {invocation.settings.zone_name}.")


def _sources(row: "Listed") -> str:
    return ", ".join(clean(file) or "by hand" for file in row.sources.values())


@do_not_call.command(
    examples=("segtui do-not-call add '+1 602 555 0199'", "segtui do-not-call add 602-555-0199 602-555-0198 --json")
)
@_NUMBERS
@pass_invocation
def add(invocation: Invocation, numbers: tuple[str, ...]) -> None:
    """Add numbers to the list and mark their contacts.

    Either all of the numbers are added, or none. A number is read in any notation, for the region of the company. A
    number that was on the list already stays there, even if the import that listed it is undone. With --json: numbers,
    known (the number of those that were on the list before) and marked (contacts).
    """
    from segtui.services.do_not_call import do_not_call_editing as service

    with invocation.session(create=True) as session, as_usage("phones"):
        added = service.add(session, ",".join(numbers))
    if invocation.json:
        output.document({"numbers": list(added.phones), "known": added.known, "marked": added.marked})
        return
    output.line(_added(added))


def _added(added: "Added") -> str:
    count = len(added.phones)
    marked = f"; marked {counted(added.marked, 'contact')}" if added.marked else ""
    if count == 1:
        verb = "was already" if added.known else "is now"
        return f"{added.phones[0]} {verb} on the do-not-call list{marked}."
    earlier = f"; {added.known:,} of them {'was' if added.known == 1 else 'were'} already" if added.known else ""
    return f"{counted(count, 'number')} are now on the do-not-call list{earlier}{marked}."


@do_not_call.command(
    examples=("segtui do-not-call remove '+1 602 555 0199'", "segtui do-not-call remove 602-555-0199 --yes")
)
@_NUMBERS
@yes_option
@pass_invocation
def remove(invocation: Invocation, numbers: tuple[str, ...], *, yes: bool) -> None:
    """Take numbers off the list, as an admin.

    Either all of them come off or none; their contacts may be called again. On a terminal it asks first; elsewhere it
    refuses without --yes. With --json it prints the removed entries, as list does.
    """
    from segtui.services.do_not_call import do_not_call_editing as service
    from segtui.services.do_not_call import opt_outs
    from segtui.services.do_not_call.do_not_call_exports import as_json

    with invocation.session() as session:
        session.demand_admin(opt_outs.FOR_ADMINS)
        with as_usage("phones"):
            phones = service.numbers_in(session, ",".join(numbers))
        listed = service.on_list(session, phones)
        output.confirm(_question(listed), yes=yes)
        removed = service.remove_all(session, phones)
    if invocation.json:
        output.document([as_json(row) for row in removed])
        return
    what = f"{phones[0]} is" if len(phones) == 1 else f"{counted(len(phones), 'number')} are"
    output.line(f"{what} no longer on the do-not-call list.")


def _question(listed: "list[Listed]") -> str:
    contacts = [row.contact.title for row in listed if row.contact]
    what = listed[0].phone if len(listed) == 1 else counted(len(listed), "number")
    may = f" {counted(len(contacts), 'contact')} may then be called." if len(contacts) > 1 else ""
    may = f" {contacts[0]} may then be called." if len(contacts) == 1 else may
    return f"Take {what} off the do-not-call list?{may}"


@do_not_call.command(
    examples=("segtui do-not-call export > never.csv", "segtui do-not-call export --output never.csv --yes")
)
@click.option("--output", "target", metavar="FILE", help="The file to write; by default, or for -, standard output.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    help="The format; by default that of the file's extension, or CSV without one.",
)
@click.option("--yes", is_flag=True, help="Overwrite an existing file without asking.")
@pass_invocation
def export(invocation: Invocation, *, target: str | None, format_: str | None, yes: bool) -> None:
    """Write the list to a file.

    Its columns are phone, added_at, added_by and source.

    segtui import FILE --do-not-call reads the file, in another company too. With --json and no --output the list is
    printed as JSON.
    """
    from segtui.services.do_not_call import do_not_call_exports as service
    from segtui.services.do_not_call.do_not_call import DoNotCallQuery

    path = None if target in (None, "-") else Path(str(target))
    form = export_form(path, format_, json=invocation.json)
    if path is None and not form.is_text and sys.stdout.isatty():
        raise click.UsageError(f"{form.format} cannot be printed on a terminal: name a file with --output.")
    with invocation.session() as session:
        named, path = path, writable(session, path, yes=yes)
        sys.stdout.flush()
        count = service.export(session, DoNotCallQuery(), path or sys.stdout.buffer, form)
        over_ssh = session.user_files is not None
    if named is None:
        return
    if invocation.json:
        output.document({"numbers": count, "file": str(named), "format": form.format})
        return
    fetched = f"; fetch it with download {named} > {named}" if over_ssh else ""
    output.line(f"Exported {counted(count, 'number')} to {named}{fetched}.")
