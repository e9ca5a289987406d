"""Selection of one address per row: of several (business, home) the first that has any value, as a whole."""

from collections.abc import Mapping, Sequence

from segtui.importing.columns.column_matching import Column
from segtui.importing.columns.header_synonyms import ADDRESS_FIELDS

RemainingCells = dict[int, dict[int, str]]


def take_addresses(
    columns: Sequence[Column], cells: Mapping[int, Sequence[str]], count: int
) -> tuple[dict[str, list[str]], RemainingCells]:
    """Return the address fields of each of `count` rows, and the remaining cells by position and row.

    `cells` are the columns' values by position. Columns without a group belong to every address.
    """
    fields = {name: [""] * count for name in ADDRESS_FIELDS}
    remaining: RemainingCells = {}
    parts = sorted((c for c in columns if c.target in fields), key=lambda column: (column.rank, column.position))
    if len({part.target for part in parts}) == len(parts):
        fields.update({part.target: list(cells[part.position]) for part in parts})
        return fields, remaining
    groups = dict.fromkeys(part.group for part in parts if part.group)
    members_of = {group: [part for part in parts if part.group == group] for group in groups}
    for row in range(count):
        present = [part for part in parts if cells[part.position][row]]
        if not present:
            continue
        group = next((g for g, own in members_of.items() if any(cells[part.position][row] for part in own)), "")
        for part in present:
            text = cells[part.position][row]
            mine = part.group in (group, "")
            if mine and not fields[part.target][row]:
                fields[part.target][row] = text
            elif fields[part.target][row] != text:
                remaining.setdefault(part.position, {})[row] = text
    return fields, remaining
