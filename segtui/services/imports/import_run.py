"""The run of an import: read and validate, stage, resolve, then merge in one short transaction.

Everything before the merge holds no lock and is in temporary tables, so a kill at any moment leaves nothing. The
resolution is used only if no contact of the company changed since; otherwise it is repeated under the lock. The tables
of a check can be kept: the load of the same file merges them without reading it again.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select
from sqlalchemy.exc import DBAPIError

from segtui.database.backends.stale_connections import file_identity
from segtui.database.tables.core_tables import companies
from segtui.domain.phones import is_region
from segtui.domain.text import clean
from segtui.errors import IMPORT_CANCELLED, Cancelled, InvalidInput, NothingToImport, SegtuiError
from segtui.services import search_index
from segtui.services.audit import audit
from segtui.services.audit.audit import About
from segtui.services.campaigns.audience.skipping import calling_after_import
from segtui.services.imports import (
    contact_updates,
    do_not_call_import,
    mappings,
    merge,
    rejected_rows,
    remarks,
    row_resolution,
    staging,
    target_segment,
)
from segtui.services.imports.import_model import ImportRequest, ImportResult, Progress
from segtui.services.imports.merge import Outcome
from segtui.services.imports.prefetch import ahead
from segtui.services.imports.rejected_rows import RejectedRows, RejectedSpool
from segtui.services.imports.run_record import RunRecord, remember
from segtui.services.imports.tally import MAX_EXAMPLES, Tally
from segtui.services.imports.target_segment import Target
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session, Transaction, Workspace, now

if TYPE_CHECKING:  # these load Polars, which only a running import may
    from segtui.importing import RejectsWriter
    from segtui.importing.source import Source

_CALLING_UNKNOWN = "Whether a running campaign still calls these contacts could not be read: look at the campaigns."
Report = Callable[[Progress], None]
"""Receives the progress of an import."""
OnCommit = Callable[[ImportResult], None]
"""Receives the result of an import once it is in the database, before the search index follows."""


def run(
    session: Session,
    request: ImportRequest,
    *,
    progress: Report | None = None,
    interrupt: Interrupt | None = None,
) -> ImportResult:
    """Import a file, all of it or nothing, and account for every row.

    Raises UnreadableFile, InvalidInput, Cancelled (by `interrupt`), DatabaseError, and NothingToImport, which carries
    the result as `.result`. After an error nothing remains but the record of the import, and not even that where no row
    was read: a missing file, a file that changed since it was examined, an invalid option.
    """
    session.demand_write()
    return ImportRun(session, request, progress, interrupt or Interrupt()).run()


class ImportRun:
    """One import: a check, a load, or a check and then its load.

    With `keeps_rows` a dry run leaves the rows staged, on the connection of the run, until `load` or `drop`.
    `on_commit` is called with the result once it is in the database; making it searchable follows.
    """

    def __init__(
        self,
        session: Session,
        request: ImportRequest,
        progress: Report | None,
        interrupt: Interrupt,
        *,
        keeps_rows: bool = False,
        on_commit: OnCommit | None = None,
    ) -> None:
        self.session = session
        self.request = request
        self.interrupt = interrupt
        self.region = (request.region or session.one_company.region).upper()
        self.began_reading = False
        self._progress = progress
        self._on_commit = on_commit
        self._began = time.monotonic()
        self._record = RunRecord(request)
        self._tally = Tally()
        self._outcome = Outcome(0, 0, 0, 0)
        self._total: int | None = None
        self._headers: list[str] = []
        self._seen = 0
        self._spool = RejectedSpool() if keeps_rows else None
        self._checked_resources = ExitStack()
        self._checked_workspace: Workspace | None = None
        self._file_states = self._current_file_states()

    def tell(self, phase: str, rows: int) -> None:
        """Report progress."""
        if self._progress is not None:
            self._progress(Progress(phase, rows, self._total, time.monotonic() - self._began))

    def run(self) -> ImportResult:
        """Read the file and merge it. In a dry run, return the result that this would have."""
        with self._recorded_failure(), ExitStack() as stack:
            if not is_region(self.region):
                raise InvalidInput(f"“{clean(self.region)}” is not a region code such as US or GB.", "region")
            workspace, rejects = self._stage(stack)
            result = self._merge(workspace, rejects)
            if self._spool is not None and self._spool.is_complete and self._file_states == self._current_file_states():
                self._checked_resources, self._checked_workspace = stack.pop_all(), workspace
        return result if self.request.dry_run else self._complete(result)

    def can_load(self, session: Session, request: ImportRequest) -> bool:
        """Return True if a load of `request` would import exactly the kept rows, and they are still there."""
        same = session == self.session and replace(request, dry_run=False) == replace(self.request, dry_run=False)
        if not same or self._checked_workspace is None or self.interrupt.cancelled:
            return False
        return self._file_states == self._current_file_states() and self._is_connected(self._checked_workspace)

    def load(self, progress: Report | None, interrupt: Interrupt, on_commit: OnCommit | None) -> ImportResult:
        """Load the kept rows, and drop them, after an error too. Raises what `run` raises."""
        workspace, self._checked_workspace = self._checked_workspace, None
        assert workspace is not None  # noqa: S101  narrows the type: `can_load` said so
        self.request = replace(self.request, dry_run=False)
        self._progress, self._on_commit = progress, on_commit
        self._began = time.monotonic()
        self._record.start()
        with (
            self._recorded_failure(),
            self._checked_resources as stack,
            interrupt.watching(self.interrupt.cancel, at_once=True),
        ):
            rejects = stack.enter_context(rejected_rows.writer(self.request, self.session, self._headers))
            if self._spool is not None:
                self._spool.copy_to(rejects)
            self.tell("matching", self._tally.rows)
            with workspace.transaction(writes=False) as tx:
                self._resolve_again(tx)
            result = self._write(workspace, rejects)
        return self._complete(result)

    def drop(self) -> None:
        """Drop the kept rows, if there are any."""
        self._checked_workspace = None
        with suppress(SegtuiError):  # of a connection that is lost
            self._checked_resources.close()

    @contextmanager
    def _recorded_failure(self) -> Iterator[None]:
        try:
            yield
        except (SegtuiError, OSError) as error:
            if isinstance(error, Cancelled):
                error = Cancelled(IMPORT_CANCELLED)  # the database only knows that a query was stopped
            if self.began_reading and not self.request.dry_run and not self._record.is_failed:
                self._record.fail(error, self._tally, self.session.write())
            raise error

    def _complete(self, result: ImportResult) -> ImportResult:
        """Add what follows the commit: a sentence about running campaigns, the undo's, the search index."""
        remember(self.session, self.request)
        try:
            calling = calling_after_import(self.session, result.import_id, result.segment_id)
        except SegtuiError:  # the import is done, and must not look as if it were not
            calling = _CALLING_UNKNOWN
        result = replace(result, still_calling=calling)
        if self._on_commit is not None:
            self._on_commit(result)
        # It is done; an index that has to wait makes searches slower, not wrong.
        with suppress(SegtuiError):
            for rows in search_index.catch_up(self.session):
                self.tell("indexing", rows)
        return result

    def _stage(self, stack: ExitStack) -> "tuple[Workspace, RejectsWriter | None]":
        """Read and validate the file into temporary tables, which end with `stack`."""
        from segtui.importing import match_columns, open_source

        request = self.request
        with open_source(
            request.path,
            request.stream,
            name=self._record.file,
            options=request.options,
            sha256=request.sha256,
            cancelled=lambda: self.interrupt.cancelled,
        ) as source:
            self._headers = source.headers
            options = replace(request.options, region=self.region)
            columns = match_columns(source, mappings.with_remembered(self.session, source, options))
            self._record.recognised(source, columns, self.region)
            workspace = stack.enter_context(self.session.workspace(self.interrupt))
            stack.enter_context(staging.staging_tables(workspace))
            rejects = None
            if not request.dry_run:
                rejects = stack.enter_context(rejected_rows.writer(request, self.session, source.headers))
            elif self._spool is not None:
                stack.callback(self._spool.close)
            self.began_reading = True
            self._read(workspace, source, columns, rejects or self._spool)
        return workspace, rejects

    def _check(self) -> None:
        """Raise Cancelled if the import was cancelled between two queries."""
        if self.interrupt.cancelled:
            raise Cancelled(IMPORT_CANCELLED)

    def _current_file_states(self) -> object:
        """Return a value that changes when the imported file, or the file of a SQLite database, becomes another one."""
        database = self.session.database.path
        return self.request.file_state, database and file_identity(database)

    def _is_connected(self, workspace: Workspace) -> bool:
        try:
            with workspace.transaction(writes=False) as tx:
                self._contact_changes(tx)
        except (SegtuiError, DBAPIError):
            return False
        return True

    def _read(self, workspace: Workspace, source: "Source", columns: Any, rejects: RejectedRows | None) -> None:  # noqa: ANN401  loaded lazily
        from segtui.importing import Batch, RowWarning, validate_rows

        tally = self._tally
        batches = validate_rows(
            source,
            columns,
            region=self.region,
            needs_phone=self.request.destination.do_not_call,
            defaults=self.request.destination.defaults,
            cancelled=lambda: self.interrupt.cancelled,
        )
        about_file = Batch(warnings=[RowWarning(remarks.WHOLE_FILE, sentence) for sentence in source.warnings])
        remark_count = 0
        with closing(ahead(batches)) as ready:
            for batch in chain([about_file], ready):
                tally.count(batch)
                staging.load(workspace, batch)
                if rejects is not None:  # a load, or a check whose rows are kept for one
                    for rejected in batch.rejected:
                        rejects.write(rejected)
                    remark_count = remarks.stage(workspace, batch, remark_count)
                self.tell("reading", tally.rows)
        self._total = tally.rows

    def _merge(self, workspace: Workspace, rejects: "RejectsWriter | None") -> ImportResult:
        self.tell("matching", self._tally.rows)
        with workspace.transaction(writes=False) as tx:
            self._resolve(tx)
            forecast = self._forecast(tx)
        self._check()
        if self._brings_nothing:
            error = self._nothing(rejects, forecast)
            if not self.request.dry_run:
                self._record.fail(error, self._tally, workspace.transaction(writes=True), with_remarks=True)
            raise error
        return forecast if rejects is None else self._write(workspace, rejects)

    def _write(self, workspace: Workspace, rejects: "RejectsWriter") -> ImportResult:
        """Write everything, in one transaction."""
        self.tell("writing", self._tally.rows)
        with workspace.transaction(writes=False) as tx:
            merge.assign_ids(tx)
        with workspace.transaction(writes=True) as tx:
            self._resolve_again(tx)
            result = self._write_rows(tx)
            self._check()
            # Last of all before the commit: a file that cannot be put in place is an import that did not happen.
            result = replace(result, rejects_file=rejected_rows.shown(rejects.close(), self.session))
            self._record.finish(tx, result)
            return result

    @property
    def _brings_nothing(self) -> bool:
        return self._tally.rows == self._tally.rejected

    def _resolve(self, tx: Transaction) -> None:
        self._seen = self._contact_changes(tx)
        if not self.request.destination.do_not_call:
            row_resolution.resolve(tx, self.request.destination.existing)
            contact_updates.compute(tx, self.request.destination.existing)
            self._outcome = merge.outcome(tx)

    def _resolve_again(self, tx: Transaction) -> None:
        """Repeat the resolution if a contact of the company changed since."""
        if self._contact_changes(tx) != self._seen:
            staging.start_over(tx)
            self._resolve(tx)

    def _contact_changes(self, tx: Transaction) -> int:
        query = select(companies.c.contact_changes).where(companies.c.id == bindparam("company"))
        return int(tx.execute(query).scalar_one())

    def _forecast(self, tx: Transaction) -> ImportResult:
        """Return the result that writing will have: the result of a dry run."""
        target = self.request.destination
        if target.do_not_call:
            outcome, added = do_not_call_import.forecast(tx)
            return self._result(outcome, segment=None, added=added, removed=0, duplicates=())
        segment = self._segment(tx)
        replaces = target.membership == "replace"
        # Where nothing came in, nothing joins, and with `replace` nothing leaves either.
        added, removed = (
            (0, 0) if self._brings_nothing else merge.forecast_memberships(tx, segment.id, replace=replaces)
        )
        segment = replace(segment, contacts=segment.contacts + added - removed)
        return self._result(self._outcome, segment, added, removed, _duplicates(tx))

    def _write_rows(self, tx: Transaction) -> ImportResult:
        """Write everything except the end of the record."""
        timestamp = now()
        target = self.request.destination
        import_id = self._record.begin(tx)
        if target.do_not_call:
            outcome, added = do_not_call_import.forecast(tx)
            do_not_call_import.write(tx, import_id, timestamp)
            result = self._result(outcome, segment=None, added=added, removed=0, duplicates=())
        else:
            segment = target_segment.created(tx, self._segment(tx))
            assert segment.id is not None  # noqa: S101  narrows the type
            duplicates = _duplicates(tx)
            merge.write_contacts(tx, import_id, timestamp, self._outcome, self._tally.custom_names)
            replaces = target.membership == "replace"
            added, removed = merge.write_memberships(tx, import_id, segment.id, replace=replaces, timestamp=timestamp)
            segment = replace(segment, contacts=segment.contacts + added - removed)
            result = self._result(self._outcome, segment, added, removed, duplicates)
        remarks.write(tx, import_id)
        about = About(result.segment_id, import_id=import_id)
        audit.record(tx, "import", self._record.file, detail=f"import {import_id}", count=result.rows, about=about)
        search_index.after_change(tx)
        return replace(result, import_id=import_id)

    def _result(
        self,
        outcome: Outcome,
        segment: Target | None,
        added: int,
        removed: int,
        duplicates: tuple[tuple[int, int], ...],
    ) -> ImportResult:
        tally = self._tally
        return ImportResult(
            import_id=None,
            segment_id=segment.id if segment else None,
            segment=segment.name if segment else None,
            segment_created=bool(segment and segment.new),
            rows=tally.rows,
            created=outcome.created,
            updated=outcome.updated,
            unchanged=outcome.unchanged,
            duplicates=outcome.duplicates,
            rejected=tally.rejected,
            added=added,
            removed=removed,
            warnings=tally.warnings,
            seconds=time.monotonic() - self._began,
            rejects_file=None,
            segment_contacts=segment.contacts if segment else 0,
            rejected_examples=tuple(tally.rejected_examples),
            warning_examples=tuple(tally.warning_examples),
            duplicate_examples=duplicates,
            not_callable=outcome.not_callable,
        )

    def _nothing(self, rejects: "RejectsWriter | None", forecast: ImportResult) -> NothingToImport:
        """Return the error for a file without valid rows: its rejected rows are saved, no segment is created."""
        path = rejects.close() if rejects is not None else None
        error = NothingToImport(self._tally.nothing_imported(self.region))
        error.result = replace(
            forecast,
            segment=forecast.segment if forecast.segment_id is not None else None,
            segment_created=False,
            rejects_file=rejected_rows.shown(path, self.session),
        )
        return error

    def _segment(self, tx: Transaction) -> Target:
        return target_segment.filled_segment(tx, self.request.destination.segment, self._record.file)


def _duplicates(tx: Transaction) -> tuple[tuple[int, int], ...]:
    columns = (staging.matches.c.line, staging.matches.c.duplicate_of)
    statement = select(*columns).where(columns[1].is_not(None)).order_by(columns[0]).limit(MAX_EXAMPLES)
    return tuple((row.line, row.duplicate_of) for row in tx.execute(statement))
