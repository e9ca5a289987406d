"""Table columns: their declaration, and their widths in a terminal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, Literal, TypeAlias

from textual.content import Content

from segtui.services.listing import Row

Cell: TypeAlias = str | Content

GUTTER: Final = 2
"""Cells before the first column: the cursor's glyph and the mark's."""

GAP: Final = 2
"""Blank cells between two columns."""

ACTIONS_KEY: Final = "actions"
"""The key of the column that holds the words of the actions."""


@dataclass(frozen=True, slots=True)
class Width:
    """The width of a column, in terminal cells.

    A column has at least `minimum` cells, grows to `ideal`, and with `flex` shares the cells left, up to `maximum`.
    """

    minimum: int
    ideal: int
    maximum: int | None = None
    flex: int = 0


@dataclass(frozen=True, slots=True)
class TableColumn(Generic[Row]):
    """A column. `render` returns the text of a row's cell, not cleaned; it is never read as markup.

    `priority`: in a narrow terminal the highest number is dropped first, 1 last. `sort`: the sort key, or None.
    `searched`: matches of the search are highlighted. `opens`: a click on the cell opens the row. `removable`: the
    user can hide it; the first column of a table always stays. `stands_for`: the keys of columns that this one
    replaces where there is not room for all of them. `note` explains the column where columns are chosen.
    `from_width`: it is left out of a table of fewer cells, where the others would lose the room that they need.
    `drawn`: it is a picture of another column, neither copied nor exported.
    `copied`: the text for the clipboard where it is not the one that is shown.
    """

    key: str
    label: str
    render: Callable[[Row], Cell]
    width: Width
    priority: int = 1
    align: Literal["left", "right"] = "left"
    sort: str | None = None
    first_descending: bool = False
    searched: bool = True
    opens: bool = False
    removable: bool = True
    stands_for: tuple[str, ...] = ()
    note: str = ""
    from_width: int = 0
    drawn: bool = False
    copied: Callable[[Row], str] | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """A clickable word in every row."""

    name: str
    label: str


def actions_column(actions: Sequence[Action], priority: int) -> TableColumn[Any]:
    """Return the column of the actions' words, with a blank between two."""
    words = " ".join(action.label for action in actions)
    width = Width(len(words), len(words))
    return TableColumn(ACTIONS_KEY, "Actions", lambda _row: words, width, priority=priority, searched=False)


def action_at(actions: Sequence[Action], cell: int) -> Action | None:
    """Return the action whose word is at this cell of the column."""
    start = 0
    for action in actions:
        if start <= cell < start + len(action.label):
            return action
        start += len(action.label) + 1
    return None


@dataclass(frozen=True, slots=True)
class PlacedColumn(Generic[Row]):
    """A column with its position: from cell `start` of a line, `width` cells."""

    column: TableColumn[Row]
    start: int
    width: int


def place(columns: Sequence[TableColumn[Row]], width: int) -> tuple[PlacedColumn[Row], ...]:
    """Return the columns that fit into `width` cells, in their order. The first by priority is always among them."""
    shown = _that_fit([column for column in columns if column.from_width <= width], width - GUTTER)
    room = width - GUTTER - GAP * (len(shown) - 1)
    widths = _shared_out([column.width for column in shown], room)
    placed, start = [], GUTTER
    for column, cells in zip(shown, widths, strict=True):
        placed.append(PlacedColumn(column, start, cells))
        start += cells + GAP
    return tuple(placed)


def _that_fit(columns: Sequence[TableColumn[Row]], width: int) -> list[TableColumn[Row]]:
    keys = _most_important([column for column in columns if not column.stands_for], width)
    for stand_in in (column for column in columns if column.stands_for):
        replaced = {column.key for column in columns if column.key in stand_in.stands_for}
        if not replaced <= keys:
            keys = _most_important([column for column in columns if column.key not in replaced], width)
    return [column for column in columns if column.key in keys]


def _most_important(columns: Sequence[TableColumn[Row]], width: int) -> set[str]:
    """Return the keys of the columns that there is room for, by priority."""
    keys: set[str] = set()
    used = -GAP
    for column in sorted(columns, key=lambda column: column.priority):
        used += column.width.minimum + GAP
        # Strictly by priority: a narrow column does not take the room of a more important one that was dropped.
        if keys and used > width:
            break
        keys.add(column.key)
    return keys


def _shared_out(rules: Sequence[Width], room: int) -> list[int]:
    """Return a width for each rule: the minimum, then evenly towards the ideal, then the rest by flex."""
    widths = [min(rule.minimum, max(room, 1)) for rule in rules]
    growth = [max(0, rule.ideal - rule.minimum) for rule in rules]
    _hand_out(widths, growth, growth, room)
    limits = [(rule.maximum or room) - width if rule.flex else 0 for rule, width in zip(rules, widths, strict=True)]
    _hand_out(widths, [rule.flex for rule in rules], limits, room)
    return widths


def _hand_out(widths: list[int], weights: Sequence[int], limits: Sequence[int], room: int) -> None:
    """Distribute the rest of `room` over the widths by weight, to each no more than its limit."""
    limits = list(limits)
    while (left := room - sum(widths)) > 0:
        takers = [index for index, weight in enumerate(weights) if weight > 0 and limits[index] > 0]
        if not takers:
            return
        total = sum(weights[index] for index in takers)
        for index in takers:
            share = min(max(1, left * weights[index] // total), limits[index], room - sum(widths))
            widths[index] += share
            limits[index] -= share
