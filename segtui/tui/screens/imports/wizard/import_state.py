"""Decisions of the user so far in an import: plain data without widgets, so that it is tested without a screen."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

from segtui.importing.default_values import NO_VALUES, DefaultValues
from segtui.importing.options import ReadOptions
from segtui.services.imports import Destination

if TYPE_CHECKING:
    from segtui.importing import Column, Source
    from segtui.services.imports import ImportResult
    from segtui.services.segments.segments import Segment


class Step(IntEnum):
    """The steps in their order."""

    FILE = 0
    COLUMNS = 1
    DESTINATION = 2
    CHECK = 3
    LOAD = 4
    RESULT = 5

    @property
    def title(self) -> str:
        """The name of the step on the screen."""
        return self.name.capitalize()


@dataclass
class ImportState:
    """Everything that was chosen, and what was found out about it."""

    step: Step = Step.FILE
    path: Path | None = None
    reading: ReadOptions = field(default_factory=ReadOptions)
    """Reading options that the user set instead of the recognised ones."""
    source: "Source | None" = None
    columns: "tuple[Column, ...]" = ()
    targets: dict[int, str] = field(default_factory=dict)
    """Targets chosen by the user, by column position, that differ from the guess."""
    matched_for: str = ""
    """The region for which values were compared with phones when `columns` were guessed."""

    into: str = "new"
    """`new`, `existing` or `generated`."""
    name: str = ""
    existing_segment: "Segment | None" = None
    membership: str = "append"
    contacts: str = "fill"
    region: str = ""
    """For phones without a country code; blank: the company's."""
    values: str = ""
    """Values for rows that have none, as they were typed."""
    defaults: DefaultValues = NO_VALUES
    """The same, once they are checked."""

    judged: "ImportResult | None" = None
    judged_as: object = None
    result: "ImportResult | None" = None

    def opened(self, source: "Source", columns: "tuple[Column, ...]") -> None:
        """Take a file as it was read. What was decided about columns holds while their headers are the same."""
        same = self.source is not None and tuple(self.source.headers) == tuple(source.headers)
        self.source, self.columns, self.matched_for = source, columns, ""
        if not same:
            self.targets = {}

    def closed(self) -> None:
        """Forget the file: another path was typed."""
        self.source, self.columns, self.targets, self.reading = None, (), {}, ReadOptions()

    def begin_again(self, filled: "Segment | None") -> None:
        """Forget the file, its values and its result. The destination stays; a segment that was `filled` exists now."""
        self.closed()
        self.values, self.defaults = "", NO_VALUES
        if self.into == "new" and filled is not None:
            self.into, self.existing_segment, self.membership = "existing", filled, "append"
        self.step, self.path, self.judged, self.result = Step.FILE, None, None, None

    @property
    def segment_name(self) -> str | None:
        """The name of the segment to fill; None where one is generated."""
        if self.into == "existing":
            return self.existing_segment.name if self.existing_segment else None
        return " ".join(self.name.split()) if self.into == "new" else None

    @property
    def destination(self) -> Destination:
        """The destination of the contacts, for the service."""
        membership = self.membership if self.into == "existing" else "append"
        return Destination(self.segment_name, membership, self.contacts, defaults=self.defaults)

    @property
    def options(self) -> ReadOptions:
        """Reading options with the targets of columns, as the service takes them."""
        reading = replace(self.reading, region=self.region or None)
        if self.source is None:
            return reading
        target_by_header = {self.source.headers[position]: target for position, target in self.targets.items()}
        return replace(reading, mapping=target_by_header)

    @property
    def decisions(self) -> object:
        """Return all that the judgement of the file depends on; a judgement for other decisions is stale."""
        identity = self.source.sha256 if self.source else None
        return self.path, identity, self.reading, tuple(sorted(self.targets.items())), self.destination, self.region

    @property
    def is_judged(self) -> bool:
        """True while the check was made for exactly these decisions."""
        return self.judged is not None and self.judged_as == self.decisions

    @property
    def offered_source(self) -> str:
        """The name of the file, as a value of the field source; empty without a file."""
        return "" if self.path is None else f"source={self.path.stem.replace(';', ' ')}"

    def generated_name(self, now: datetime) -> str:
        """Return the name a segment gets when none is given, as the service makes it where it is free."""
        stem = self.path.stem if self.path else "file"
        return f"Import {stem} {now:%Y-%m-%d %H:%M}"
