"""Check and load in sequence: the rows of the last check stay staged for the load that follows it."""

from segtui.services.imports.import_model import ImportRequest, ImportResult
from segtui.services.imports.import_run import ImportRun, OnCommit, Report
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session


class Importer:
    """Runs imports one after the other. Close it: it may hold a connection with the rows of the last check."""

    def __init__(self) -> None:
        self._checked: ImportRun | None = None

    def run(
        self,
        session: Session,
        request: ImportRequest,
        *,
        progress: Report | None = None,
        interrupt: Interrupt | None = None,
        on_commit: OnCommit | None = None,
    ) -> ImportResult:
        """Run an import, as `import_run.run` does, and keep the rows of a dry run.

        A load uses the rows of the previous dry run where request, file, session and database are the same; otherwise
        it reads the file. `on_commit` is called with the result once it is in the database. Raises what
        `import_run.run` raises; after an error no rows are kept.
        """
        session.demand_write()
        interrupt = interrupt or Interrupt()
        checked, self._checked = self._checked, None
        if checked is not None and not request.dry_run and checked.can_load(session, request):
            return checked.load(progress, interrupt, on_commit)
        if checked is not None:
            checked.drop()
        if not request.dry_run:
            return ImportRun(session, request, progress, interrupt, on_commit=on_commit).run()
        # The connection outlives the check, so it has an interrupt of its own, which the load's can cancel as well.
        connection_interrupt = Interrupt()
        with interrupt.watching(connection_interrupt.cancel, at_once=True):
            run = ImportRun(session, request, progress, connection_interrupt, keeps_rows=True)
            result = run.run()
        self._checked = run
        return result

    def close(self) -> None:
        """Drop the rows of the last check."""
        if self._checked is not None:
            self._checked.drop()
            self._checked = None
