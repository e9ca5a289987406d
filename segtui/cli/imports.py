"""`segtui imports …`: earlier imports, and undoing them. `segtui import` itself is in `loading`."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from segtui.cli import output
from segtui.cli.options import Group, Invocation, pass_invocation, yes_option
from segtui.domain.text import counted
from segtui.domain.vocabulary import IMPORT_COUNTS

if TYPE_CHECKING:
    from segtui.services.imports import ImportRecord, UndoReport

_ID = click.IntRange(min=1, max=2**63 - 1)


@click.group(
    cls=Group,
    short_help="List, show and undo imports.",
    examples=("segtui imports list", "segtui imports undo 17"),
)
def imports() -> None:
    """List, show and undo earlier imports, with the outcome of every row. To import, see `segtui import`."""


def as_json(record: "ImportRecord") -> dict[str, object]:
    """Return an import as JSON, as in the specification; with the values that rows got, if there were any."""
    return {
        "id": record.id,
        "status": record.status,
        "file": record.file,
        "size": record.size,
        "sha256": record.sha256,
        "user": record.user,
        "company": record.company,
        "segment": record.segment,
        "started_at": output.utc(record.started_at),
        "finished_at": output.utc(record.finished_at),
        **{name: record.counts[name] for name in IMPORT_COUNTS},
        **({"set": record.options["set"]} if record.default_values else {}),
    }


@imports.command("list", examples=("segtui imports list", "segtui imports list --json"))
@pass_invocation
def list_imports(invocation: Invocation) -> None:
    """List the imports, newest first."""
    from segtui.services import imports as service

    with invocation.session() as session:
        records = service.every(session)
    if invocation.json:
        output.document([as_json(record) for record in records])
        return
    if not records:
        output.line("Nothing has been imported yet: segtui import FILE imports a file.")
        return
    settings = invocation.settings
    columns: list[tuple[output.Column, Callable[[ImportRecord], str]]] = [
        (output.Column("Id", least=2, right=True), lambda record: str(record.id)),
        (output.Column("Started", least=16, optional=1), lambda record: settings.shown_time(record.started_at)),
        (output.Column("Status", least=9), lambda record: record.status),
        (output.Column("File", least=12), lambda record: record.file),
        (output.Column("Segment", least=12, optional=2), lambda record: record.segment or ""),
        (output.Column("User", optional=5), lambda record: record.user),
        (output.Column("Rows", least=4, right=True), lambda record: output.number(record.counts["rows"])),
        (
            output.Column("Created", least=7, right=True, optional=3),
            lambda record: output.number(record.counts["created"]),
        ),
        (
            output.Column("Updated", least=7, right=True, optional=4),
            lambda record: output.number(record.counts["updated"]),
        ),
        (output.Column("Rejected", right=True, optional=3), lambda record: output.number(record.counts["rejected"])),
    ]
    if session.company is None:
        columns.insert(1, (output.Column("Company"), lambda record: record.company))
    output.table([column for column, _ in columns], [[value(record) for _, value in columns] for record in records])
    output.line(f"{counted(len(records), 'import')}. Times are in {settings.zone_name}.")


@imports.command(examples=("segtui imports show 17", "segtui imports show 17 --remarks --json"))
@click.argument("import_id", metavar="ID", type=_ID)
@click.option("--remarks", is_flag=True, help="Also list every rejected row, duplicate and warning.")
@pass_invocation
def show(invocation: Invocation, import_id: int, *, remarks: bool) -> None:
    """Show one import: the file, who loaded it and when, and the outcome of its rows."""
    from segtui.services import imports as service

    with invocation.session() as session:
        record = service.get(session, import_id)
        if not remarks:
            _show(invocation, record, with_company=session.company is None)
        elif invocation.json:
            rows = service.remarks.every(session, import_id)
            output.long_document(as_json(record), "remarks", (remark.to_json() for remark in rows))
        else:
            _show(invocation, record, with_company=session.company is None)
            for remark in service.remarks.every(session, import_id):
                output.line(f"{remark.place}: {remark.kind}: {remark.text}")


def _show(invocation: Invocation, record: "ImportRecord", *, with_company: bool) -> None:
    if invocation.json:
        output.document(as_json(record))
        return
    settings = invocation.settings
    file_name, sentence = _display_functions(invocation)
    times = [(name.capitalize(), getattr(record, f"{name}_at")) for name in ("started", "finished")]
    output.facts(
        [
            ("Import", str(record.id)),
            ("Status", record.status),
            ("File", file_name(record.file)),
            ("Size", "" if record.size is None else f"{output.number(record.size)} bytes"),
            ("SHA-256", record.sha256 or ""),
            ("User", record.user),
            *([("Company", record.company)] if with_company else []),
            ("Segment", record.segment or "none"),
            *([("Values set", record.default_values)] if record.default_values else []),
            *((name, f"{settings.shown_time(moment)} ({settings.zone_name})") for name, moment in times if moment),
            *((name.capitalize(), output.number(record.counts[name])) for name in IMPORT_COUNTS),
            *([("Rejects", file_name(record.rejects_file))] if record.rejects_file else []),
            *([("Error", sentence(record.error))] if record.error else []),
            *([("Undone by", record.undone_by)] if record.undone_by else []),
        ]
    )


def _display_functions(invocation: Invocation) -> tuple[Callable[[str], str], Callable[[str], str]]:
    """Return functions that shorten file names and sentences about files: over SSH without the server's folders."""
    if invocation.ssh_session is None:
        return str, str
    from segtui.ssh.user_file_words import bare_name, strip_folders

    return bare_name, strip_folders


@imports.command(examples=("segtui imports undo 17", "segtui imports undo 17 --yes"))
@click.argument("import_id", metavar="ID", type=_ID)
@yes_option
@pass_invocation
def undo(invocation: Invocation, import_id: int, *, yes: bool) -> None:
    """Undo an import: delete what it created, and restore what it changed.

    Contacts that were changed or used since are kept and named. Numbers come off the do-not-call list, and do-not-call
    marks are cleared, only if an admin undoes it; an undo by others leaves them and says so. On a terminal it asks
    first; elsewhere it refuses without --yes.
    """
    from segtui.services import imports as service

    with invocation.session() as session:
        record = service.get(session, import_id)
        rows = counted(record.counts["rows"], "row")
        if record.left_marks:
            rows += ", already undone"
        released = "Numbers that only this import put on the do-not-call list come off it: they may be called again."
        numbers = f" {released}" if session.is_admin else ""
        output.confirm(f"Undo import {import_id} of {record.file} ({rows})?{numbers}", yes=yes)
        report = service.undo(session, import_id)
        if invocation.json:
            output.document(as_json(service.get(session, import_id)))
            return
    _print_undo(record, report)


def _print_undo(record: "ImportRecord", report: "UndoReport") -> None:
    output.line(f"Undid import {record.id} of {record.file}.")
    for count, what in (
        (report.contacts_deleted, "contact|deleted"),
        (report.contacts_restored, "contact|restored to the old values"),
        (report.memberships_removed, "membership|removed"),
        (report.memberships_restored, "membership|restored"),
    ):
        noun, verb = what.split("|")
        if count:
            output.line(f"  {counted(count, noun)} {verb}")
    if report.numbers_removed:
        output.line(f"  {counted(report.numbers_removed, 'number')} taken off the do-not-call list")
    if report.segment_deleted:
        output.line(f"  the segment “{record.segment}” deleted, because it was empty")
    if report.kept:
        output.line("Kept unchanged:")
    for sentence in report.kept:
        output.line(f"  {sentence}")
