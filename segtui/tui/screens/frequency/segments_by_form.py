"""Form for the segments that are made of the lines of a frequency table: names, kind, smallest size, and a preview."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from segtui.domain.text import clean, counted
from segtui.errors import InvalidInput
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segments_by
from segtui.services.segments.segments_by import PlannedSegment, SegmentsBy
from segtui.services.session import Session
from segtui.tui.screens.segments.segment_form import FIXED, LIVE
from segtui.tui.widgets.chrome.scrolling import ScrolledText
from segtui.tui.widgets.forms.form import Form, Problems
from segtui.tui.widgets.forms.form_field import Field, FieldRow

_PATTERN, _KIND, _AT_LEAST, _REST = "pattern", "live", "at_least", "rest_name"
_FIELD_OF_ERROR: Final = {"pattern": _PATTERN, "name": _PATTERN, "live": _KIND, "where": _KIND, "at_least": _AT_LEAST}
_MAX_LINES: Final = 200
"""Segments that the preview lists."""
_MAX_NAME: Final = 44
"""Cells of the longest name behind which the numbers are aligned."""
_DIGITS: Final = 9


class SegmentsByForm(Form[SegmentsBy]):
    """Asks how the segments of the lines of `request` are made, and previews them. It saves nothing."""

    def __init__(self, session: Session, request: SegmentsBy) -> None:
        self._session = session
        self._request = request
        fields = [
            Field(_PATTERN, "Names", request.pattern, hint="{segment}, {field} and {value} are replaced"),
            Field(_KIND, "Members", FIXED, choices=((FIXED, FIXED), (LIVE, LIVE)), radio=True),
            Field(_AT_LEAST, "At least", "", hint="Contacts of a segment; empty for any number"),
            Field(_REST, "The rest in", "", hint="A segment for values with fewer contacts"),
        ]
        values = counted(len(request.lines), "value")
        label = clean(request.lines[0].of.declared.label)
        super().__init__(f"Create segments of {values} of {label}", fields, save_label="Create segments")

    def compose_more(self, label_width: int) -> ComposeResult:
        """Yield the preview."""
        del label_width
        with ScrolledText(id="segments-preview"):
            yield Static("", id="segments-planned", markup=False)

    def on_mount(self) -> None:
        """Show the preview."""
        self._plan()

    @on(FieldRow.Edited)
    def _plan(self) -> None:
        values = self.values
        self.requests.read("plan", lambda interrupt: self._planned(values, interrupt), self._show)

    def _planned(self, values: Mapping[str, str], interrupt: Interrupt) -> Sequence[PlannedSegment]:
        """Return the planned segments; none for values that are wrong."""
        try:
            return segments_by.planned(self._session, self._asked(values), interrupt)
        except InvalidInput:
            return ()

    def _show(self, planned: Sequence[PlannedSegment]) -> None:
        width = max((min(cell_len(clean(part.name)), _MAX_NAME) for part in planned[:_MAX_LINES]), default=0)
        lines = [_drawn(part, width) for part in planned[:_MAX_LINES]]
        if len(planned) > _MAX_LINES:
            lines.append(Content(f"and {len(planned) - _MAX_LINES:,} more"))
        if planned:
            total = f"{counted(len(planned), 'segment')}, with their contacts:"
            lines.insert(0, Content.styled(total, "$foreground-muted"))
        self.query_one("#segments-planned", Static).update(Content("\n").join(lines))

    def _asked(self, values: Mapping[str, str]) -> SegmentsBy:
        """Return the request with the values of the form. Raises InvalidInput (`at_least`)."""
        number = values[_AT_LEAST].strip().replace(",", "")
        if number and not (number.isascii() and number.isdigit() and len(number) <= _DIGITS):
            raise InvalidInput("A number of contacts, such as 100.", "at_least")
        return replace(
            self._request,
            pattern=values[_PATTERN],
            live=values[_KIND] == LIVE,
            at_least=int(number or 0),
            rest_name=values[_REST],
        )

    def check(self, values: Mapping[str, str]) -> Problems:
        """Return the problems of the values, the names that are taken among them."""
        try:
            planned = segments_by.planned(self._session, self._asked(values))
        except InvalidInput as error:
            return {_FIELD_OF_ERROR.get(error.field or "", _PATTERN): str(error)}
        return {_PATTERN: problem} if (problem := segments_by.name_problem(planned)) else {}

    def notes(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """Return remarks on the kind and the rest."""
        number, rest = values[_AT_LEAST].strip(), values[_REST].strip()
        notes = {_KIND: "Rules of the filters and the value." if values[_KIND] == LIVE else "Filled once, now."}
        if rest and not number:
            notes[_REST] = "There is no rest without a number above."
        elif number and not rest:
            notes[_REST] = "Values with fewer contacts make no segment."
        return notes

    def save(self, values: Mapping[str, str], changed: Mapping[str, str]) -> SegmentsBy:  # noqa: ARG002 -- the base's
        """Return the request."""
        return self._asked(values)


def _drawn(part: PlannedSegment, width: int) -> Content:
    """Return the line of a segment: its name in at least `width` cells, its contacts, and what is wrong."""
    name, count = clean(part.name), f"{part.contacts:>9,}"
    gap = " " * max(0, width - cell_len(name))
    problem = (
        "  a segment has this name" if part.is_taken else "  several would have this name" if part.is_repeated else ""
    )
    return Content.assemble(name, gap, (count, "$foreground-muted"), (problem, "$error"))
