"""The request, the progress and the result of an import."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from segtui.domain.text import counted
from segtui.domain.vocabulary import IMPORT_COUNTS
from segtui.errors import InvalidInput
from segtui.importing import default_values
from segtui.importing.default_values import NO_VALUES, DefaultValues
from segtui.importing.file_opening import Stream
from segtui.importing.options import ReadOptions

if TYPE_CHECKING:  # these modules load Polars
    from segtui.importing import Rejected, RowWarning

EXISTING = {
    "fill": "fill blank fields, change no others",
    "overwrite": "overwrite with the file's values; a blank cell clears nothing",
    "keep": "keep as they are, except for an opt-out in the file; they only join the segment",
}
MEMBERSHIP = {"append": "add to the segment", "replace": "replace the members of the segment"}


@dataclass(frozen=True, slots=True)
class Destination:
    """The destination of the rows. Without a `segment` one is created and named after the file.

    With `do_not_call` the phones go to the company's do-not-call list, and no contact is created. `defaults` are the
    values of fields that a row of the file leaves blank.
    """

    segment: str | None = None
    membership: str = "append"
    existing: str = "fill"
    do_not_call: bool = False
    defaults: DefaultValues = NO_VALUES

    def __post_init__(self) -> None:
        """Raise InvalidInput for a mode that does not exist."""
        if self.membership not in MEMBERSHIP:
            raise InvalidInput(f"The membership is one of {', '.join(MEMBERSHIP)}.", "membership")
        if self.existing not in EXISTING:
            raise InvalidInput(f"The handling of existing contacts is one of {', '.join(EXISTING)}.", "existing")
        if self.do_not_call and self.segment is not None:
            raise InvalidInput("A do-not-call list belongs to no segment: leave the segment out.", "segment")
        if self.do_not_call and self.defaults:
            raise InvalidInput("A do-not-call list creates no contacts: no values can be set.", default_values.FIELD)


@dataclass(frozen=True)
class ImportRequest:
    """One import. `path` or `stream` gives the bytes; `name` is the file's name as it is recorded.

    `region` is where phones without a country code are read for, the company's if None. `rejects` is where the
    rejected rows go, beside the file if None. With `sha256` (hex) any other input is refused. `dry_run` writes nothing.
    """

    path: Path | None
    stream: Stream | None = None
    name: str = ""
    destination: Destination = field(default_factory=Destination)
    options: ReadOptions = field(default_factory=ReadOptions)
    region: str | None = None
    rejects: Path | None = None
    sha256: str | None = None
    dry_run: bool = False

    @property
    def file_state(self) -> tuple[int, ...] | None:
        """Device, inode, size, mtime and ctime (ns) of the file; None without a file.

        The ctime shows a change whose mtime was set back.
        """
        try:
            state = None if self.path is None else self.path.stat()
        except (OSError, ValueError):
            return None
        return state and (state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of an import. `phase`: reading, matching, writing, indexing. `total` rows where they are known."""

    phase: str
    rows: int
    total: int | None
    seconds: float

    @property
    def rate(self) -> float:
        """Rows per second so far."""
        return self.rows / self.seconds if self.seconds > 0 else 0.0


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The counts of an import's rows: rows = created + updated + unchanged + duplicates + rejected, always."""

    import_id: int | None
    segment_id: int | None
    segment: str | None
    segment_created: bool
    rows: int
    created: int
    updated: int
    unchanged: int
    duplicates: int
    rejected: int
    added: int
    removed: int
    warnings: int
    seconds: float
    rejects_file: str | None
    segment_contacts: int
    rejected_examples: "tuple[Rejected, ...]" = ()
    warning_examples: "tuple[RowWarning, ...]" = ()
    duplicate_examples: tuple[tuple[int, int], ...] = ()
    """Line and first line of contacts with several rows in the file."""
    not_callable: int = 0
    """Contacts of the file, new or not, that are do-not-call after the import."""
    still_calling: str = ""
    """Sentences about running campaigns of the segment, and which new or removed members they still call."""

    @property
    def remarks(self) -> int:
        """The number of remarks: one for each rejected row, each duplicate, each warning."""
        return self.rejected + self.duplicates + self.warnings

    @property
    def do_not_call_sentence(self) -> str:
        """The number of contacts of the file that no campaign calls, as a sentence; empty where all can be called."""
        if not self.not_callable:
            return ""
        return f"{counted(self.not_callable, 'contact')} of the file must not be called."

    def to_json(self) -> dict[str, Any]:
        """Return the JSON of `segtui import --json`."""
        segment = {"id": self.segment_id, "name": self.segment, "created": self.segment_created}
        return {
            "import_id": self.import_id,
            "segment": segment if self.segment is not None else None,
            **{name: getattr(self, name) for name in IMPORT_COUNTS},
            "seconds": round(self.seconds, 3),
            "rejects_file": self.rejects_file,
        }
