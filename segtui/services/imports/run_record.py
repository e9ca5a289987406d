"""The record of a running import: its file, options and start, and later its counts or its error."""

import json
import os
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from segtui.domain.text import clean
from segtui.domain.vocabulary import IMPORT_COUNTS
from segtui.errors import Cancelled, NothingToImport, SegtuiError
from segtui.services import undo
from segtui.services.audit import audit
from segtui.services.audit.audit import About
from segtui.services.imports import import_records, mappings, merge, remarks
from segtui.services.imports.import_model import ImportRequest, ImportResult
from segtui.services.imports.tally import Tally
from segtui.services.session import Session, Transaction, now

if TYPE_CHECKING:  # these load Polars, which only a running import may
    from collections.abc import Iterable

    from segtui.importing import Column, Source


def recorded_name(request: ImportRequest) -> str:
    """Return the name of the file as it is recorded."""
    name = request.name or (request.path.name if request.path else "-")
    # A file's name is bytes, and databases take only valid UTF-8.
    return os.fsencode(name).decode(errors="replace")


def remember(session: Session, request: ImportRequest) -> None:
    """Put a committed import among the changes of the session, as one that its undo refuses."""
    sentence = f"“{clean(recorded_name(request))}” was imported"
    refusal = f"{sentence}: to undo it, open Imports (3)."
    undo.record_final(session, session.one_company.id, sentence, refusal)


class RunRecord:
    """The record of one import. `is_failed` turns True once a failure is recorded."""

    def __init__(self, request: ImportRequest) -> None:
        self.is_failed = False
        self._request = request
        self._file: dict[str, Any] = {"file": recorded_name(request)}
        self._started_at = now()

    @property
    def file(self) -> str:
        """The name of the file."""
        return str(self._file["file"])

    def start(self) -> None:
        """Set the time of the start to the present: the check, which may be long ago, read the rows."""
        self._started_at = now()

    def recognised(self, source: "Source", columns: "Iterable[Column]", region: str) -> None:
        """Add the size and digest of the file, and the fields that its columns go to."""
        target = self._request.destination
        options: dict[str, Any] = {"existing": target.existing, "membership": target.membership, "region": region}
        options |= {"set": target.defaults.by_field} if target.defaults else {}
        options |= mappings.recorded(columns)
        self._file |= {"size": source.size, "sha256": source.sha256}
        self._file["options"] = json.dumps(options, ensure_ascii=False)

    def begin(self, tx: Transaction) -> int:
        """Begin the record of a completed import. Return its id."""
        return import_records.begin(tx, {**self._file, "status": "completed", "started_at": self._started_at})

    def finish(self, tx: Transaction, result: ImportResult) -> None:
        """Complete the record with the counts of `result`."""
        assert result.import_id is not None  # noqa: S101  narrows the type
        values = {
            **{name: getattr(result, name) for name in IMPORT_COUNTS},
            "segment_id": result.segment_id,
            "segment": result.segment,
            "segment_created": int(result.segment_created),
            "do_not_call": int(self._request.destination.do_not_call),
            "rejects_file": result.rejects_file and os.fsencode(result.rejects_file).decode(errors="replace"),
            "finished_at": now(),
        }
        merge.finish(tx, result.import_id, values)

    def fail(
        self,
        error: Exception,
        tally: Tally,
        transaction: AbstractContextManager[Transaction],
        *,
        with_remarks: bool = False,
    ) -> None:
        """Record the failure, if the database can be written; with the staged remarks."""
        status = "cancelled" if isinstance(error, Cancelled) else "failed"
        values = {
            **self._file,
            "status": status,
            "error": clean(str(error)),
            "started_at": self._started_at,
            "finished_at": now(),
            "rows": tally.rows,
            "rejected": tally.rejected,
            "warnings": tally.warnings,
        }
        result = getattr(error, "result", None)
        try:
            with transaction as tx:
                import_id = import_records.begin(tx, values)
                if with_remarks:
                    remarks.write(tx, import_id)
                about = About(import_id=import_id)
                audit.record(tx, f"import.{status}", self.file, detail=f"import {import_id}", about=about)
        except SegtuiError:
            return  # the first error is the one to tell
        self.is_failed = True
        if isinstance(error, NothingToImport) and isinstance(result, ImportResult):
            error.result = replace(result, import_id=import_id)
