"""Custom fields of many rows: canonical JSON text, keys in the order of the columns."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import repeat
from json.encoder import encode_basestring

from segtui.domain.text import without_controls

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=float).encode


@dataclass(slots=True)
class CustomColumn:
    """The custom fields of one column: under its own name, for every row or for some; or whole objects."""

    name: str
    cells: Sequence[str] = ()
    some: dict[int, str] = field(default_factory=dict)
    objects: dict[int, dict[str, str]] = field(default_factory=dict)

    def value(self, row: int) -> str:
        """Return its own value for a row, or ""."""
        return self.some.get(row) or (self.cells[row] if self.cells else "")


def custom_fields(columns: Sequence[CustomColumn], count: int) -> tuple[list[str], set[str]]:
    """Return the JSON text of each of `count` rows, and the names of all their fields."""
    columns = [column for column in columns if column.some or column.objects or any(column.cells)]
    if not columns:
        return ["{}"] * count, set()
    texts = [
        "{" + ",".join(filter(None, members)) + "}"
        for members in zip(*(_members(column, count) for column in columns), strict=True)
    ]
    names = {column.name for column in columns if column.some or any(column.cells)}
    for row in {row for column in columns for row in column.objects}:
        fields = _merged(columns, row)
        names.update(fields)
        texts[row] = _encode(fields)
    return texts, names


def _members(column: CustomColumn, count: int) -> Sequence[str]:
    """Return `"name":"value"` for each row, "" without a value, as json.dumps would write it."""
    if not column.cells and not column.some:
        return list(repeat("", count))
    prefix = encode_basestring(column.name) + ":"
    members = [prefix + encode_basestring(cell) if cell else "" for cell in column.cells] or [""] * count
    for row, text in column.some.items():
        members[row] = prefix + encode_basestring(text)
    return members


def _merged(columns: Sequence[CustomColumn], row: int) -> dict[str, str]:
    fields: dict[str, str] = {}
    for column in columns:
        pairs = [(column.name, column.value(row)), *column.objects.get(row, {}).items()]
        for key, text in pairs:
            if not text or fields.get(key) == text:
                continue
            name, number = key, 1
            while name in fields:
                number += 1
                name = f"{key} ({number})"
            fields[name] = text
    return fields


def members_of(text: str) -> dict[str, str] | None:
    """Return a cell with a JSON object as custom fields, None if it is not one.

    Numbers and truth values become their text, lists and objects stay JSON, null and blanks are left out.
    """
    try:
        value = json.loads(text, parse_float=Decimal, parse_constant=str)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    fields = {_stored(str(key)): _stored(_text(member)) for key, member in value.items()}
    return {key: member for key, member in fields.items() if key and member}


def _text(member: object) -> str:
    if member is None:
        return ""
    if isinstance(member, str):
        return member
    if isinstance(member, bool):
        return "true" if member else "false"
    if isinstance(member, (Mapping, list)):
        return _encode(member) if member else ""
    return str(member)


def _stored(text: str) -> str:
    return without_controls(text).strip()
