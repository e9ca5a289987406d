"""Service calls of the wizard's steps. Everything here blocks: call it in a thread. No Textual."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from segtui.domain import phones
from segtui.domain.text import clean
from segtui.errors import InvalidInput, NotFound, UnreadableFile
from segtui.importing import default_values
from segtui.importing.options import ReadOptions
from segtui.services import imports, user_files
from segtui.services.imports import ImportRequest, ImportResult, Progress
from segtui.services.imports.process.child_importer import ChildImporter
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segments
from segtui.services.segments.segments import Segment
from segtui.services.session import Session, company_of
from segtui.ssh.user_file_words import hide_folders
from segtui.tui.screens.imports.wizard.import_state import ImportState
from segtui.tui.screens.segments.live_words import into_live_segment

if TYPE_CHECKING:
    from segtui.importing import Column, Source

MAX_MATCHES = 50
"""So many segments are offered for what was typed; more typing finds the others."""


class ImportRunner(Protocol):
    """Runs checks and loads: `ChildImporter`, in a process of its own, or a stand-in of a test."""

    def prepare(self, session: Session) -> None:
        """Get ready for the first check."""

    def run(
        self, session: Session, request: ImportRequest, *, progress: Callable[[Progress], None], interrupt: Interrupt
    ) -> ImportResult:
        """Check a file or load it. Raises what `imports.run` raises."""

    def close(self) -> None:
        """Drop what is kept for a load."""


class Work:
    """The services, bound to the company that the import is for. `runner` runs the import."""

    def __init__(self, session: Session, segment: Segment | None, runner: ImportRunner | None = None) -> None:
        self._session = session
        self._segment = segment
        self._runner = runner or ChildImporter()
        self._stamp: tuple[int, int] | None = None

    @property
    def session(self) -> Session:
        """The session; for an admin who looks at all companies it is bound to that of the segment to fill."""
        if self._session.company is None and self._segment is not None:
            self._session = company_of(self._session, self._segment.company_id)
        return self._session

    @property
    def session_as_given(self) -> Session:
        """The session as it was handed over. Asks nothing."""
        return self._session

    def _demand_there(self, path: Path) -> None:
        """Raise NotFound where an upload is gone; where a path is somebody's own, opening it says so."""
        session = self._session
        if session.user_files is not None and path != user_files.path_of(
            session, user_files.UserFolder.UPLOADS, path.name
        ):
            raise NotFound(f"{clean(path.name)} is not one of your uploads.")

    @property
    def now(self) -> datetime:
        """The present time in the zone of the screen."""
        return datetime.now(self._session.zone)

    @property
    def region(self) -> str:
        """The default region of phones without a country code."""
        return self.session.one_company.region

    def open(
        self, path: Path, reading: ReadOptions, interrupt: Interrupt | None = None
    ) -> "tuple[Source, tuple[Column, ...]]":
        """Read a file as far as its first rows, and guess where its columns go.

        Raises UnreadableFile, InvalidInput, and Cancelled by `interrupt`.
        """
        from segtui.importing import open_source

        self._demand_there(path)
        self._stamp = _stamp(path)
        cancelled = None if interrupt is None else lambda: interrupt.cancelled
        with (
            hide_folders(self._session.user_files),
            open_source(path, name=path.name, options=reading, cancelled=cancelled) as source,
        ):
            return source, self.match(source, reading)

    def match(self, source: "Source", options: ReadOptions) -> "tuple[Column, ...]":
        """Return the fields of the columns: as the user chose now or earlier, the others as guessed.

        The file is not read again.
        """
        from segtui.importing import match_columns
        from segtui.services.imports import mappings

        options = replace(options, region=options.region or self.region)
        return tuple(match_columns(source, mappings.with_remembered(self.session, source, options)))

    def find_segments(self, typed: str, interrupt: Interrupt) -> Sequence[Segment]:
        """Return the fixed segments that match the typed text, the likeliest first, and behind them the live ones.

        Nothing can be imported into a live segment: it is listed for those who look for it by name.
        """
        fixed = segments.to_pick(self.session, typed, MAX_MATCHES, interrupt, live=False)
        live = segments.to_pick(self.session, typed, MAX_MATCHES, interrupt, live=True) if typed.strip() else []
        return [*fixed, *live]

    def check_name(self, name: str) -> None:
        """Raise InvalidInput where no new segment can be called so."""
        segments.check_name(self.session, name)

    def check_destination(self, state: ImportState) -> None:
        """Raise InvalidInput, naming the field, for a destination that cannot be."""
        if state.into == "new":
            self.check_name(state.name)
        elif state.into == "existing" and state.existing_segment is None:
            raise InvalidInput("Choose the segment to fill.", "segment")
        elif state.into == "existing" and state.existing_segment is not None:
            self._check_fixed(state.existing_segment)
        if state.region and not phones.is_region(state.region):
            raise InvalidInput(f"“{clean(state.region)}” is not a country code such as US or GB.", "region")
        state.defaults = default_values.parse_line(state.values)

    def _check_fixed(self, segment: Segment) -> None:
        current = segments.get(self.session, segment.id)
        if current.live:
            raise InvalidInput(into_live_segment(current), "segment")

    def run(
        self,
        state: ImportState,
        *,
        dry_run: bool,
        progress: Callable[[Progress], None],
        interrupt: Interrupt,
    ) -> ImportResult:
        """Judge the file, and unless it is a `dry_run` load it. Raises what `imports.run` raises."""
        if state.path is None or state.source is None:
            raise InvalidInput("Choose a file first.", "file")
        self._demand_there(state.path)
        request = ImportRequest(
            state.path,
            name=state.path.name,
            destination=state.destination,
            options=state.options,
            region=state.region or None,
            sha256=state.source.sha256,
            dry_run=dry_run,
        )
        # The service would notice it by the digest, and could only say that another file was meant.
        stamp = _stamp(state.path)
        if stamp != self._stamp:
            what = "has changed since it was read" if stamp else "is no longer there, or cannot be read any more"
            raise UnreadableFile(f"{clean(state.path.name)} {what}; go back and choose it again.")
        with hide_folders(self._session.user_files):
            return self._runner.run(self.session, request, progress=progress, interrupt=interrupt)

    def prepare(self) -> None:
        """Get ready to check the file: starting its process takes about as long as choosing the destination."""
        self._runner.prepare(self.session)

    def close(self) -> None:
        """Drop what was checked and not loaded."""
        self._runner.close()

    def filled(self, segment_id: int | None) -> Segment | None:
        """Return a segment as it is now; None where it is gone."""
        try:
            return segments.get(self.session, segment_id) if segment_id is not None else None
        except NotFound:
            return None

    def undo(self, import_id: int) -> imports.UndoReport:
        """Undo an import."""
        return imports.undo(self.session, import_id)


def _stamp(path: Path) -> tuple[int, int] | None:
    """Return what tells one state of a file from another; None where there is no file."""
    try:
        state = path.stat()
    except (OSError, ValueError):
        return None
    return state.st_size, state.st_mtime_ns
