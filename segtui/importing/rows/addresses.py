"""Of several addresses in a row (business, home) the first that has anything: its parts belong together."""

from collections.abc import Mapping, Sequence

from segtui.importing.columns.column_matching import Column
from segtui.importing.columns.header_synonyms import ADDRESS_FIELDS

Kept = dict[int, dict[int, str]]


def take_addresses(
    columns: Sequence[Column], cells: Mapping[int, Sequence[str]], count: int
) -> tuple[dict[str, list[str]], Kept]:
    """Return the address fields of each of `count` rows, and what is kept as custom fields: position, row, text.

    `cells` are the columns' values by position. Columns without a group belong to whatever address is taken.
    """
    fields = {name: [""] * count for name in ADDRESS_FIELDS}
    kept: Kept = {}
    parts = sorted((c for c in columns if c.target in fields), key=lambda column: (column.rank, column.position))
    if len({part.target for part in parts}) == len(parts):
        fields.update({part.target: list(cells[part.position]) for part in parts})
        return fields, kept
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
                kept.setdefault(part.position, {})[row] = text
    return fields, kept
