"""The second step: every column with some of its values, and the field it goes to."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from segtui.domain.text import clean, counted
from segtui.tui.screens.base.flows import flow
from segtui.tui.screens.imports.wizard import column_targets as targets
from segtui.tui.screens.imports.wizard.column_targets import TargetPicker
from segtui.tui.screens.imports.wizard.file.preview import fitted
from segtui.tui.screens.imports.wizard.import_state import ImportState
from segtui.tui.screens.imports.wizard.line_list import ChoiceList
from segtui.tui.screens.imports.wizard.wizard_services import Work
from segtui.tui.screens.imports.wizard.wizard_step import Problem, StepView
from segtui.tui.widgets.chrome.glyphs import Glyphs, glyphs_for
from segtui.tui.widgets.chrome.service_requests import Refused

if TYPE_CHECKING:
    from segtui.importing import Column

_GAP = "  "


class ColumnsStep(StepView):
    """A list of the columns. Enter, or a click, chooses the field of one."""

    @dataclass
    class Matched(Message):
        """The columns go there."""

        columns: "tuple[Column, ...]"
        region: str

    def __init__(self, work: Work, state: ImportState, *, id: str) -> None:  # noqa: A002 -- Textual's name for it
        super().__init__(work, state, id=id)
        self._before: list[dict[int, str]] = []

    def compose(self) -> ComposeResult:
        """Lay out the widgets."""
        yield Static("", id="columns-about", markup=False)
        yield Static("", id="columns-header", classes="import-heading", markup=False)
        yield ChoiceList(id="column-list")
        yield Problem(id="columns-problem")
        yield Static("", id="reason", markup=False)

    @property
    def list(self) -> ChoiceList:
        """The columns."""
        return self.query_one(ChoiceList)

    @property
    def column(self) -> "Column | None":
        """The column under the cursor."""
        index = self.list.highlighted
        return None if index is None or index >= len(self.state.columns) else self.state.columns[index]

    @property
    def can_undo(self) -> bool:
        """True after a user changed a column."""
        return bool(self._before)

    def enter(self) -> None:
        """Show the columns."""
        # The values of a column without a telling header are phones of one region and not of another.
        if self.state.targets or self.state.matched_for != self.state.region:
            self._match(self.state.targets)
        else:
            self._before = []
        self._draw()
        self.list.focus()

    def proceed(self) -> None:
        """Go on where something identifies a contact."""
        if self.requests.running("match"):
            return
        if targets.identifies({column.target for column in self.state.columns}):
            super().proceed()
            return
        self.query_one("#columns-problem", Problem).say(
            "No column goes to Phone or E-mail, so contacts cannot be told apart. Press enter on a column to choose."
        )
        self.list.focus()

    def on_resize(self) -> None:
        """Fit the lines to the new width."""
        self._draw()

    def _draw(self) -> None:
        width = max(self.size.width - 2, 40)
        signs = glyphs_for(self.app)
        cursor = self.list.highlighted or 0
        self.query_one("#columns-header", Static).update(header_line(width))
        self.list.show([column_line(column, width, signs) for column in self.state.columns], cursor)
        self.query_one("#columns-about", Static).update(summary([column.target for column in self.state.columns]))
        self.query_one("#columns-problem", Problem).say()

    @on(ChoiceList.OptionHighlighted)
    def _explain(self, event: ChoiceList.OptionHighlighted) -> None:
        event.stop()
        column = self.column
        if column is not None:
            self.query_one("#reason", Static).update(Content.styled(clean(reason(column)), "$foreground-muted"))

    @on(ChoiceList.OptionSelected)
    def _selected(self, event: ChoiceList.OptionSelected) -> None:
        event.stop()
        self.choose()

    def choose(self) -> None:
        """Ask which field the column under the cursor goes to."""
        if (column := self.column) is not None:
            self._choose_target(column)

    @flow
    async def _choose_target(self, column: "Column") -> None:
        holders = {other.target: other.header for other in self.state.columns if other is not column}
        target = await self.work_screen.ask(TargetPicker(column, holders))
        if target is not None:
            self.send(column, target)

    def ignore(self) -> None:
        """Leave the column under the cursor out."""
        if self.column is not None:
            self.send(self.column, targets.IGNORE)

    def send(self, column: "Column", target: str) -> None:
        """Send a column to `target`."""
        if target != column.target:
            self._before.append(self.state.targets)
            self._match({**self.state.targets, column.position: target})

    def undo(self) -> None:
        """Take back the last change."""
        if self._before:
            self._match(self._before.pop())

    def _match(self, target_by_column: dict[int, str]) -> None:
        """Apply these choices, and guess the other columns again: a field may have become free."""
        self.state.targets = target_by_column
        source, options, region = self.state.source, self.state.options, self.state.region
        if source is not None:
            self.requests.ask("match", lambda _: self.Matched(self.work.match(source, options), region))

    @on(Matched)
    def _matched(self, event: Matched) -> None:
        event.stop()
        self.state.columns, self.state.matched_for = event.columns, event.region
        self._draw()
        self.post_message(self.Changed())

    @on(Refused)
    def _refused(self, event: Refused) -> None:
        event.stop()
        self.query_one("#columns-problem", Problem).say(event.error)


def _widths(width: int) -> tuple[int, int, int]:
    """Return how many cells header, field and samples get."""
    header = max(16, min(30, width * 3 // 10))
    field = max(15, min(24, width // 4))
    return header, field, width - header - field - 2 * len(_GAP)


def header_line(width: int) -> Content:
    """Return the titles above the list."""
    titles = zip(("Column", "Goes to", "Values"), _widths(width), strict=True)
    return Content.styled(_GAP.join(title.ljust(cells) for title, cells in titles), "bold")


def column_line(column: "Column", width: int, signs: Glyphs) -> Content:
    """Return one column as a line: its header, where it goes, some of its values."""
    header, field, samples = _widths(width)
    is_field = column.target not in (targets.CUSTOM, targets.IGNORE)
    # A question mark, beside the name of the field, where the guess is no more than one.
    doubt = " ?" if is_field and column.confidence < targets.DOUBTFUL else ""
    style = "$foreground-muted" if column.target == targets.IGNORE else "bold" if is_field else ""
    return Content.assemble(
        fitted(column.header, header, signs),
        _GAP,
        (fitted(targets.label(column.target) + doubt, field, signs), style),
        _GAP,
        (fitted(" | ".join(column.samples), samples, signs), "$foreground-muted"),
    )


def reason(column: "Column") -> str:
    """Return why a column goes where it goes and, where nobody chose that, how sure this is."""
    sure = "" if column.is_chosen else f" Confidence: {round(column.confidence * 100)} %."
    return f"{column.reason}{sure}"


def summary(column_targets: Sequence[str]) -> Content:
    """Return, for the targets of all columns, how many go where."""
    kinds = Counter(target if target in (targets.CUSTOM, targets.IGNORE) else "field" for target in column_targets)
    verb = "goes" if kinds["field"] == 1 else "go"
    parts = [f"{counted(kinds['field'], 'column', len(column_targets))} {verb} to a field"]
    if kinds[targets.CUSTOM]:
        custom = "a custom field" if kinds[targets.CUSTOM] == 1 else "custom fields"
        parts.append(f"{kinds[targets.CUSTOM]:,} kept as {custom}")
    if kinds[targets.IGNORE]:
        parts.append(f"{kinds[targets.IGNORE]:,} ignored")
    return Content(", ".join(parts) + ".")
