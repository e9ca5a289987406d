"""The columns of a result table, and which of them fit a terminal of a given width."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, Literal, TypeAlias

from textual.content import Content

from segtui.services.listing import Row

Cell: TypeAlias = str | Content

GUTTER: Final = 2
"""Cells before the first column: the cursor's sign and the mark's."""

GAP: Final = 2
"""Blank cells between two columns."""

ACTIONS_KEY: Final = "actions"
"""The key of the column that holds the words of the actions."""


@dataclass(frozen=True, slots=True)
class Width:
    """How wide a column is, in terminal cells.

    It is shown with at least `minimum`, grows to `ideal`, and with `flex` shares what is left then, up to `maximum`.
    """

    minimum: int
    ideal: int
    maximum: int | None = None
    flex: int = 0


@dataclass(frozen=True, slots=True)
class TableColumn(Generic[Row]):
    """One column. `render` returns the text of a row's cell; it needs no cleaning and is never read as markup.

    `priority`: 1 is kept longest, the highest number is dropped first where the terminal is narrow. `sort`: what it is
    sorted by, or None. `searched`: matches of the search are highlighted. `opens`: a click on the cell opens the row.
    `removable`: who does not want it can take it away; the first column of a table stays whatever this says.
    `stands_for`: it is only there where there is no room for all of these, and then says in their place what they say.
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


@dataclass(frozen=True, slots=True)
class Action:
    """A clickable word in every row."""

    name: str
    label: str


def actions_column(actions: Sequence[Action], priority: int) -> TableColumn[Any]:
    """Return the column that holds the words of the actions, a blank between two."""
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
    """A column that is drawn: from cell `start` of a line, `width` cells."""

    column: TableColumn[Row]
    start: int
    width: int


def place(columns: Sequence[TableColumn[Row]], width: int) -> tuple[PlacedColumn[Row], ...]:
    """Return the columns that fit into `width` cells, in their order. The first by priority is always there."""
    shown = _that_fit(columns, width - GUTTER)
    room = width - GUTTER - GAP * (len(shown) - 1)
    widths = _shared_out([column.width for column in shown], room)
    placed, start = [], GUTTER
    for column, cells in zip(shown, widths, strict=True):
        placed.append(PlacedColumn(column, start, cells))
        start += cells + GAP
    return tuple(placed)


def _that_fit(columns: Sequence[TableColumn[Row]], width: int) -> list[TableColumn[Row]]:
    kept = _weightiest([column for column in columns if not column.stands_for], width)
    for stand_in in (column for column in columns if column.stands_for):
        own = {column.key for column in columns if column.key in stand_in.stands_for}
        if not own <= kept:
            kept = _weightiest([column for column in columns if column.key not in own], width)
    return [column for column in columns if column.key in kept]


def _weightiest(columns: Sequence[TableColumn[Row]], width: int) -> set[str]:
    """Return the keys of the columns that there is room for, by priority."""
    kept: set[str] = set()
    used = -GAP
    for column in sorted(columns, key=lambda column: column.priority):
        used += column.width.minimum + GAP
        # Strictly by priority: a narrow column of little weight does not slip in where a weightier one had to go.
        if kept and used > width:
            break
        kept.add(column.key)
    return kept


def _shared_out(rules: Sequence[Width], room: int) -> list[int]:
    """Return a width for each rule: the minimum, then evenly towards the ideal, then the rest by flex."""
    widths = [min(rule.minimum, max(room, 1)) for rule in rules]
    wishes = [max(0, rule.ideal - rule.minimum) for rule in rules]
    _hand_out(widths, wishes, wishes, room)
    limits = [(rule.maximum or room) - have if rule.flex else 0 for rule, have in zip(rules, widths, strict=True)]
    _hand_out(widths, [rule.flex for rule in rules], limits, room)
    return widths


def _hand_out(widths: list[int], weights: Sequence[int], limits: Sequence[int], room: int) -> None:
    """Give what is left of `room` to the widths by weight, none more than its limit."""
    limits = list(limits)
    while (left := room - sum(widths)) > 0:
        takers = [place for place, weight in enumerate(weights) if weight > 0 and limits[place] > 0]
        if not takers:
            return
        total = sum(weights[place] for place in takers)
        for place_ in takers:
            share = min(max(1, left * weights[place_] // total), limits[place_], room - sum(widths))
            widths[place_] += share
            limits[place_] -= share
