"""`segtui import`: loads a file of contacts into a segment."""

import os
import re
import signal
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from segtui.cli import output
from segtui.cli.completion import complete_segments
from segtui.cli.options import Command, Invocation, as_usage, pass_invocation
from segtui.domain.text import counted
from segtui.domain.vocabulary import EXISTING_MODES, IMPORT_COUNTS, MEMBERSHIP_MODES
from segtui.errors import Cancelled, NothingToImport

if TYPE_CHECKING:
    from segtui.importing.default_values import DefaultValues
    from segtui.importing.options import ReadOptions
    from segtui.services.imports import ImportRequest, ImportResult, Progress
    from segtui.services.interrupt import Interrupt
    from segtui.services.session import Session

_STANDARD_INPUT = "-"
_STOP_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
_MAX_EXAMPLES = 5
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")


@click.command(
    "import",
    cls=Command,
    short_help="Load a file of contacts into a segment.",
    examples=(
        'segtui import leads.csv --segment "Webinar signups"',
        "segtui import leads.csv --dry-run",
        "segtui import fair.csv --segment Fair --existing overwrite --membership replace",
        "segtui import uk.csv --region GB --map 'Tel.=phone' --map 'Notes=ignore'",
        "ssh crm export-leads | segtui import - --segment Nightly --json",
        "segtui import fair.csv --set source=Fair --set custom.booth=12",
        "segtui import complaints.csv --do-not-call",
    ),
)
@click.argument("file", type=click.Path(allow_dash=True, readable=False))
@click.option(
    "--segment", metavar="NAME", shell_complete=complete_segments,
    help="The segment to fill; it is created if it does not exist. By default a new one with a generated name.",
)  # fmt: skip
@click.option(
    "--existing", type=click.Choice(EXISTING_MODES), default="fill", show_default=True,
    help="Contacts that exist already: fill their blanks only, overwrite their values, or keep them as they are. "
    "An opt-out always marks them.",
)  # fmt: skip
@click.option(
    "--membership", type=click.Choice(MEMBERSHIP_MODES), default="append", show_default=True,
    help="Add to the contacts of the segment, or replace them.",
)  # fmt: skip
@click.option(
    "--region",
    metavar="REGION",
    help="The region of phones without a country code, such as US; by default the company's.",
)
@click.option(
    "--map", "mapping", multiple=True, metavar="'Header=field'",
    help="Assign a column to a field, to custom (keep it under its name) or to ignore. May be repeated.",
)  # fmt: skip
@click.option(
    "--set", "values", multiple=True, metavar="FIELD=VALUE",
    help="Give every row a value where its own is blank: source=Webinar, custom.plan=Pro, do_not_call=yes. "
    "May be repeated.",
)  # fmt: skip
@click.option("--no-header", is_flag=True, help="The first line is already a contact, not the column names.")
@click.option("--delimiter", metavar="C", help="The character between cells, or its name: comma, semicolon, tab, pipe.")
@click.option(
    "--encoding", metavar="E",
    help="The encoding of the file, such as utf-8, windows-1251 or shift_jis, if the guess is wrong.",
)  # fmt: skip
@click.option(
    "--sheet", metavar="NAME",
    help="The sheet of a workbook; by default the first with a phone or e-mail column.",
)  # fmt: skip
@click.option("--skip-hidden", is_flag=True, help="Leave out rows of a sheet that are hidden or filtered out.")
@click.option("--sha256", metavar="HEX", help="Refuse the file unless this is its SHA-256.")
@click.option(
    "--rejects", type=click.Path(path_type=Path, readable=False), metavar="FILE",
    help="The file for rejected rows; an existing file is overwritten only if it holds rejected rows. "
    "By default FILE.rejects.csv beside the file, or FILE.rejects-2.csv if that exists, because it may have been "
    "corrected.",
)  # fmt: skip
@click.option(
    "--do-not-call",
    is_flag=True,
    help="Put every valid phone of the file on the do-not-call list, and create no contacts.",
)
@click.option("--dry-run", is_flag=True, help="Check every row and report, but write nothing to the database.")
@pass_invocation
def import_file(  # noqa: PLR0913 -- one parameter per option
    invocation: Invocation,
    *,
    file: str,
    segment: str | None,
    existing: str,
    membership: str,
    region: str | None,
    mapping: tuple[str, ...],
    values: tuple[str, ...],
    no_header: bool,
    delimiter: str | None,
    encoding: str | None,
    sheet: str | None,
    skip_hidden: bool,
    sha256: str | None,
    rejects: Path | None,
    do_not_call: bool,
    dry_run: bool,
) -> int:
    """Load a file of contacts into a segment: all of it, or nothing.

    FILE is CSV of any delimiter and encoding, also gzipped or alone in a ZIP archive, a workbook (XLSX, XLSM, XLS,
    ODS), an HTML table or a file of vCards; - reads standard input. Columns are recognised by their headers and values.
    Every row is created, updated, unchanged, a duplicate or rejected. Rejected rows are written to a file that can be
    corrected and imported again.
    """
    options = _read_options(mapping, no_header=no_header, delimiter=delimiter, encoding=encoding, sheet=sheet)
    options = replace(options, skip_hidden=skip_hidden)
    if sha256 is not None and not _SHA256.fullmatch(sha256):
        raise click.UsageError("--sha256 takes the 64 hexadecimal digits that sha256sum prints.")
    if do_not_call and segment is not None:
        raise click.UsageError("--do-not-call creates no contacts and fills no segment: leave out --segment.")
    if do_not_call and values:
        raise click.UsageError("--do-not-call creates no contacts that could get a value: leave out --set.")
    from segtui.services import imports as service

    path = None if file == _STANDARD_INPUT else Path(file)
    request = service.ImportRequest(
        path,
        sys.stdin.buffer if path is None else None,
        name="standard input" if path is None else path.name,
        destination=service.Destination(segment, membership, existing, do_not_call, _default_values(values)),
        options=options,
        region=region,
        rejects=rejects,
        sha256=None if sha256 is None else sha256.lower(),
        dry_run=dry_run,
    )
    if path is None and invocation.ssh_session is not None and sys.stdin.isatty():
        raise click.UsageError("Give the file as standard input and leave out -t: import - < leads.csv.")
    try:
        result = _run(invocation, request)
    except NothingToImport as error:
        if isinstance(error.result, service.ImportResult):
            shown = error.result if invocation.json else replace(error.result, segment=None)
            _report(invocation, shown, dry_run=dry_run)
        output.problem(str(error))
        return 1
    _report(invocation, result, dry_run=dry_run)
    return 0


def _run(invocation: Invocation, request: "ImportRequest") -> "ImportResult":
    from segtui.services import imports as service
    from segtui.services.interrupt import Interrupt

    line = output.ProgressLine()
    interrupt = Interrupt(invocation.ssh_session.is_lost if invocation.ssh_session else None)
    # In a thread: Python handles signals only between two steps of the main thread, and a merge is one long step.
    with (
        invocation.session(create=True) as session,
        as_usage("mapping", "encoding", "region"),
        _stopped_by_signals(interrupt),
        ThreadPoolExecutor(1, thread_name_prefix="import") as pool,
    ):
        try:
            return pool.submit(
                service.run,
                session,
                _with_user_files(session, request),
                progress=lambda progress: line.show(_progress(progress)),
                interrupt=interrupt,
            ).result()
        finally:
            line.clear()


def _with_user_files(session: "Session", request: "ImportRequest") -> "ImportRequest":
    """Return the request with the user's own files in place of its names, for users over SSH."""
    if session.user_files is None:
        return request
    from segtui.services import user_files

    path = (
        None if request.path is None else user_files.path_of(session, user_files.UserFolder.UPLOADS, str(request.path))
    )
    rejects = None if request.rejects is None else user_files.new_download(session, str(request.rejects))
    stream = None if request.stream is None else user_files.LimitedStream(request.stream, session.user_files.most_bytes)
    return replace(request, path=path, stream=stream, rejects=rejects)


def _read_options(
    mapping: Sequence[str], *, no_header: bool, delimiter: str | None, encoding: str | None, sheet: str | None
) -> "ReadOptions":
    from segtui.importing.options import ReadOptions, delimiter_of

    fields: dict[str, str] = {}
    for text in mapping:
        # A header may hold an equals sign, a field's name never does.
        header, sign, target = text.rpartition("=")
        if not sign or not header or not target:
            raise click.UsageError(
                f"--map takes 'Header=field', such as 'Tel.=phone'; “{text}” does not have that form."
            )
        if header in fields:
            raise click.UsageError(f"--map names the column “{header}” twice: give it once.")
        fields[header] = target.strip()
    with as_usage():
        return ReadOptions(
            delimiter=None if delimiter is None else delimiter_of(delimiter),
            encoding=encoding,
            header=False if no_header else None,
            sheet=sheet,
            mapping=fields,
        )


def _default_values(values: Sequence[str]) -> "DefaultValues":
    from segtui.importing import default_values

    with as_usage():
        return default_values.parse(values)


@contextmanager
def _stopped_by_signals(interrupt: "Interrupt") -> Iterator[None]:
    """Stop the import in an orderly way at the first Ctrl-C or SIGTERM, and end the program at the second.

    A stopped import ends with the exit status of a program that was ended by this signal.
    """
    received: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        if received:
            # Nothing is lost: changes that are not merged yet are rolled back.
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        received.append(number)
        interrupt.cancel()

    # Ignored signals (SIGHUP under nohup) stay ignored.
    before = {name: signal.getsignal(name) for name in _STOP_SIGNALS if signal.getsignal(name) is not signal.SIG_IGN}
    for name in before:
        signal.signal(name, stop)
    try:
        yield
    except Cancelled as error:
        output.problem(str(error))
        raise click.exceptions.Exit(128 + received[0] if received else 1) from None
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def _progress(progress: "Progress") -> str:
    of = f" of {output.number(progress.total)}" if progress.total else ""
    return f"{progress.phase} {output.number(progress.rows)}{of} rows, {progress.rate:,.0f} rows/s"


def _report(invocation: Invocation, result: "ImportResult", *, dry_run: bool) -> None:
    if invocation.json:
        output.document(result.to_json())
        return
    output.line(_headline(result, dry_run=dry_run))
    output.facts([(f"  {name}", f"{output.number(getattr(result, name)):>11}") for name in IMPORT_COUNTS])
    if result.not_callable:
        output.line(result.do_not_call_sentence)
    if result.still_calling:
        output.line(result.still_calling)
    duplicates = [(line, f"the same contact as line {first}") for line, first in result.duplicate_examples]
    _print_examples(
        "Rejected", [(example.line, example.reason) for example in result.rejected_examples], result.rejected
    )
    _print_examples("Duplicates", duplicates, result.duplicates)
    _print_examples("Warnings", [(example.line, example.text) for example in result.warning_examples], result.warnings)
    if result.import_id is not None and max(result.rejected, result.duplicates, result.warnings) > _MAX_EXAMPLES:
        output.line(f"All of them: segtui imports show {result.import_id} --remarks")
    if result.rejects_file and invocation.ssh_session is None:
        output.line(f"The rejected rows are in {result.rejects_file}: correct them there and import that file.")
    elif result.rejects_file:
        output.line(
            f"The rejected rows are in your downloads: fetch them with download {result.rejects_file}, correct them, "
            "and import that file."
        )


def _print_examples(title: str, examples: Sequence[tuple[int, str]], count: int) -> None:
    """Print the first lines of a kind, and the number of further ones."""
    if not examples:
        return
    from segtui.services.imports.remarks import place_of

    output.line(f"{title}:")
    for line, text in examples[:_MAX_EXAMPLES]:
        output.line(f"  {place_of(line)}: {text}")
    if count > min(len(examples), _MAX_EXAMPLES):
        output.line(f"  and {output.number(count - min(len(examples), _MAX_EXAMPLES))} more")


def _headline(result: "ImportResult", *, dry_run: bool) -> str:
    rows = counted(result.rows, "row")
    if dry_run:
        return f"Checked {rows} in {result.seconds:.1f} s; nothing was written."
    if result.segment is None:
        return f"Read {rows} in {result.seconds:.1f} s."
    kind = "new segment" if result.segment_created else "segment"
    contacts = counted(result.segment_contacts, "contact")
    return f"Imported {rows} in {result.seconds:.1f} s into the {kind} “{result.segment}”, which now has {contacts}."
