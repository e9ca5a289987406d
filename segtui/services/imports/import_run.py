"""The run of an import: read and validate, stage, resolve, then merge in one short transaction.

Everything before the merge holds no lock and is in temporary tables, so a kill at any moment leaves nothing. The
resolution is used only if no contact of the company changed since; otherwise it is repeated under the lock.
"""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from segtui.database.tables.core_tables import companies
from segtui.domain.phones import is_region
from segtui.domain.text import clean
from segtui.domain.vocabulary import IMPORT_COUNTS
from segtui.errors import Cancelled, InvalidInput, NothingToImport, SegtuiError
from segtui.services import search_index, undo, user_files
from segtui.services.audit import audit
from segtui.services.audit.audit import About
from segtui.services.campaigns.audience.skipping import calling_after_import
from segtui.services.imports import (
    contact_updates,
    do_not_call_import,
    import_records,
    mappings,
    merge,
    remarks,
    row_resolution,
    staging,
    target_segment,
)
from segtui.services.imports.import_model import ImportRequest, ImportResult, Progress
from segtui.services.imports.merge import Outcome
from segtui.services.imports.prefetch import ahead
from segtui.services.imports.tally import MAX_EXAMPLES, Tally
from segtui.services.imports.target_segment import Target
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session, Transaction, Workspace, now

if TYPE_CHECKING:  # these load Polars, which only a running import may
    from segtui.importing.source import Source

_CANCELLED = "The import was cancelled; nothing was changed."
Report = Callable[[Progress], None]


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
    work = _Import(session, request, progress or (lambda _: None), interrupt or Interrupt())
    try:
        result = work.run()
    except (SegtuiError, OSError) as error:
        if isinstance(error, Cancelled):
            error = Cancelled(_CANCELLED)  # the database only knows that a query was stopped
        if work.began_reading and not request.dry_run and not work.is_recorded:
            work.record_failure(error, session.write())
        raise error
    if not request.dry_run:
        sentence = f"“{clean(work.file)}” was imported"
        refusal = f"{sentence}: to undo it, open Imports (3)."
        undo.record_final(session, session.one_company.id, sentence, refusal)
    result = replace(result, still_calling=calling_after_import(session, result.import_id, result.segment_id))
    # It is done; an index that has to wait makes searches slower, not wrong.
    with suppress(SegtuiError):
        for rows in search_index.catch_up(session) if not request.dry_run else ():
            work.tell("indexing", rows)
    return result


class _Import:
    """One import on its way."""

    def __init__(self, session: Session, request: ImportRequest, progress: Report, interrupt: Interrupt) -> None:
        self.session = session
        self.request = request
        self.interrupt = interrupt
        self.company = session.one_company
        self.region = (request.region or self.company.region).upper()
        self.began_reading = False
        self.is_recorded = False  # that it failed
        self._progress = progress
        self._began = time.monotonic()
        self._started_at = now()
        self._tally = Tally()
        self._outcome = Outcome(0, 0, 0, 0)
        name = request.name or (request.path.name if request.path else "-")
        # A file's name is bytes; what of them is no UTF-8 no database takes.
        self._file: dict[str, Any] = {"file": os.fsencode(name).decode(errors="replace")}
        self._total: int | None = None

    @property
    def file(self) -> str:
        """The file's name as it is recorded."""
        return str(self._file["file"])

    def tell(self, phase: str, rows: int) -> None:
        """Report progress."""
        self._progress(Progress(phase, rows, self._total, time.monotonic() - self._began))

    def run(self) -> ImportResult:
        """Do it."""
        if not is_region(self.region):
            raise InvalidInput(f"“{clean(self.region)}” is not a region code such as US or GB.", "region")
        from segtui.importing import match_columns, open_source
        from segtui.importing.rejects import RejectsWriter

        request = self.request
        what = {"name": self._file["file"], "options": request.options, "sha256": request.sha256}
        with open_source(request.path, request.stream, **what, cancelled=lambda: self.interrupt.cancelled) as source:
            self._file |= {"size": source.size, "sha256": source.sha256}
            options = replace(request.options, region=self.region)
            columns = match_columns(source, mappings.with_remembered(self.session, source, options))
            self._file["options"] = _options(request, self.region, columns)
            with self.session.workspace(self.interrupt) as workspace, _staged(workspace):
                rejects = None
                if not request.dry_run:
                    room, beside = user_files.quota(self.session), request.rejects is None
                    rejects = RejectsWriter(self._rejects_path(), source.headers, beside=beside, quota=room)
                self.began_reading = True
                try:
                    self._read(workspace, source, columns, rejects)
                    return self._merge(workspace, rejects)
                except BaseException:
                    if rejects is not None:
                        rejects.discard()
                    raise

    def _check(self) -> None:
        """Raise Cancelled if the import was cancelled between two queries."""
        if self.interrupt.cancelled:
            raise Cancelled(_CANCELLED)

    def _rejects_path(self) -> Path:
        from segtui.importing.rejects import require_replaceable

        path, rejects = self.request.path, self.request.rejects
        if rejects is not None:
            if self._is_read(rejects):
                raise InvalidInput("The rejected rows would replace the imported file: name another file.", "rejects")
            require_replaceable(rejects)
            return rejects
        beside = Path() if path is None else path.parent
        name = "import" if path is None else path.name
        return user_files.path_for_rejects(self.session, name, beside)

    def _shown(self, rejects: Path | None) -> str | None:
        """Return the file of rejected rows as a person can reach it: by its name alone, where they have no paths."""
        return None if rejects is None else rejects.name if self.session.user_files else str(rejects)

    def _is_read(self, path: Path) -> bool:
        """Tell whether `path` is the file that is being imported, also where standard input comes from it."""
        try:
            if self.request.path is not None:
                return path.samefile(self.request.path)
            return self.request.stream is not None and os.path.samestat(
                os.fstat(self.request.stream.fileno()), path.stat()
            )
        except (OSError, ValueError):  # there is no such file, or the stream is none
            return False

    def _read(self, workspace: Workspace, source: "Source", columns: Any, rejects: Any) -> None:  # noqa: ANN401  loaded lazily
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
                if rejects is not None:
                    for rejected in batch.rejected:
                        rejects.write(rejected)
                staging.load(workspace, batch)
                if not self.request.dry_run:
                    remark_count = remarks.stage(workspace, batch, remark_count)
                self.tell("reading", tally.rows)
        self._total = tally.rows

    def _merge(self, workspace: Workspace, rejects: Any) -> ImportResult:  # noqa: ANN401  loaded lazily
        self.tell("matching", self._tally.rows)
        with workspace.transaction(writes=False) as tx:
            seen = self._resolve(tx)
            forecast = self._forecast(tx)
        self._check()
        if self._brings_nothing:
            error = self._nothing(rejects, forecast)
            if not self.request.dry_run:
                self.record_failure(error, workspace.transaction(writes=True), with_remarks=True)
            raise error
        if self.request.dry_run:
            return forecast
        self.tell("writing", self._tally.rows)
        with workspace.transaction(writes=False) as tx:
            merge.assign_ids(tx)
        with workspace.transaction(writes=True) as tx:
            if self._contact_changes(tx) != seen:
                staging.start_over(tx)
                self._resolve(tx)
            result, import_id = self._write(tx)
            self._check()
            # Last of all before the commit: a file that cannot be put in place is an import that did not happen.
            result = replace(result, rejects_file=self._shown(rejects.close()))
            merge.finish(tx, import_id, self._finished(result))
            return result

    @property
    def _brings_nothing(self) -> bool:
        return self._tally.rows == self._tally.rejected

    def _resolve(self, tx: Transaction) -> int:
        seen = self._contact_changes(tx)
        if not self.request.destination.do_not_call:
            row_resolution.resolve(tx, self.request.destination.existing)
            contact_updates.compute(tx, self.request.destination.existing)
            self._outcome = merge.outcome(tx)
        return seen

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

    def _write(self, tx: Transaction) -> tuple[ImportResult, int]:
        """Write everything except the end of the record. Return the result, and the record's id."""
        timestamp = now()
        target = self.request.destination
        import_id = import_records.begin(tx, {**self._file, "status": "completed", "started_at": self._started_at})
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
        audit.record(tx, "import", self._file["file"], detail=f"import {import_id}", count=result.rows, about=about)
        search_index.after_change(tx)
        return replace(result, import_id=import_id), import_id

    def _finished(self, result: ImportResult) -> dict[str, Any]:
        counts = {name: getattr(result, name) for name in IMPORT_COUNTS}
        return {
            **counts,
            "segment_id": result.segment_id,
            "segment": result.segment,
            "segment_created": int(result.segment_created),
            "do_not_call": int(self.request.destination.do_not_call),
            "rejects_file": result.rejects_file and os.fsencode(result.rejects_file).decode(errors="replace"),
            "finished_at": now(),
        }

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

    def _nothing(self, rejects: Any, forecast: ImportResult) -> NothingToImport:  # noqa: ANN401  loaded lazily
        """Return the error for a file without valid rows: its rejected rows are saved, no segment is created."""
        path = rejects.close() if rejects is not None else None
        error = NothingToImport(self._tally.nothing_imported(self.region))
        error.result = replace(
            forecast,
            segment=forecast.segment if forecast.segment_id is not None else None,
            segment_created=False,
            rejects_file=self._shown(path),
        )
        return error

    def _segment(self, tx: Transaction) -> Target:
        return target_segment.filled_segment(tx, self.request.destination.segment, self.file)

    def record_failure(
        self, error: Exception, transaction: AbstractContextManager[Transaction], *, with_remarks: bool = False
    ) -> None:
        """Record the failure, if the database can be written; with the staged remarks."""
        status = "cancelled" if isinstance(error, Cancelled) else "failed"
        values = {
            **self._file,
            "status": status,
            "error": clean(str(error)),
            "started_at": self._started_at,
            "finished_at": now(),
            "rows": self._tally.rows,
            "rejected": self._tally.rejected,
            "warnings": self._tally.warnings,
        }
        result = getattr(error, "result", None)
        try:
            with transaction as tx:
                import_id = import_records.begin(tx, values)
                if with_remarks:
                    remarks.write(tx, import_id)
                about = About(import_id=import_id)
                audit.record(tx, f"import.{status}", self._file["file"], detail=f"import {import_id}", about=about)
        except SegtuiError:
            return  # the first error is the one to tell
        self.is_recorded = True
        if isinstance(error, NothingToImport) and isinstance(result, ImportResult):
            error.result = replace(result, import_id=import_id)


@contextmanager
def _staged(workspace: Workspace) -> Iterator[None]:
    workspace.use_bulk_memory()
    staging.create(workspace)
    try:
        yield
    finally:
        # The connection does not go back to the pool: its temporary tables end with it, whatever happened to it.
        if not workspace.connection.invalidated:  # a server that went away has ended it already
            workspace.connection.detach()


def _duplicates(tx: Transaction) -> tuple[tuple[int, int], ...]:
    columns = (staging.matches.c.line, staging.matches.c.duplicate_of)
    statement = select(*columns).where(columns[1].is_not(None)).order_by(columns[0]).limit(MAX_EXAMPLES)
    return tuple((row.line, row.duplicate_of) for row in tx.execute(statement))


def _options(request: ImportRequest, region: str, columns: Any) -> str:  # noqa: ANN401  loaded lazily
    target = request.destination
    options: dict[str, Any] = {"existing": target.existing, "membership": target.membership, "region": region}
    options |= {"set": target.defaults.by_field} if target.defaults else {}
    return json.dumps({**options, **mappings.recorded(columns)}, ensure_ascii=False)
