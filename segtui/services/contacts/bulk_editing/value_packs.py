"""Values of many contacts before and after a change, packed: few different values take little memory."""

import json
import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Row, select

from segtui.database.tables.core_tables import contacts
from segtui.services.session import Transaction

BATCH: Final = 5_000
"""Contacts that are read, computed and packed together."""
_FEW: Final = 500
"""Contacts with equal values below which they are packed with others."""

Values = Mapping[str, str]
"""Values by field: a text field by its name, a custom field as `custom.NAME`; a blank one is empty."""


class Changed(NamedTuple):
    """A contact with the time of its last change before this one, and the changed values, old and new."""

    contact_id: int
    updated_at: int
    before: Values
    after: Values


@dataclass(frozen=True, slots=True)
class _Equal:
    """Contacts with equal values: their ids, then their times, compressed."""

    numbers: bytes
    before: Values
    after: Values


class ValuePacks:
    """The packed contacts of one change."""

    def __init__(self) -> None:
        self._packs: list[bytes] = []
        self._equal: list[_Equal] = []

    @property
    def size(self) -> int:
        """Bytes of memory."""
        return sum(map(len, self._packs)) + sum(len(pack.numbers) for pack in self._equal)

    def add(self, rows: Iterable[Changed]) -> None:
        """Pack contacts."""
        columns = [list(column) for column in zip(*rows, strict=True)]
        self._packs.append(zlib.compress(json.dumps(columns, separators=(",", ":")).encode(), 1))

    def add_equal(
        self,
        tx: Transaction,
        changing: ColumnElement[bool],
        fields: Iterable[str],
        changes: Callable[[Row[*tuple[Any, ...]]], tuple[Values, Values]],
    ) -> None:
        """Pack the contacts that fulfil a condition, those with equal values of some text fields together.

        `changes` returns the old and the new values that belong to the present ones.
        """
        old = [contacts.c[name] for name in fields]
        packed = (tx.backend.aggregate_ids(contacts.c.id), tx.backend.aggregate_ids(contacts.c.updated_at))
        groups = select(*packed, *old).where(changing).group_by(*old)
        few: list[Changed] = []
        for row in tx.execute(groups.execution_options(yield_per=BATCH)):
            before, after = changes(row)
            numbers = (tx.backend.unpack_ids(row[0]), tx.backend.unpack_ids(row[1]))
            if len(numbers[0]) >= _FEW:
                packed_numbers = zlib.compress(b"".join(column.tobytes() for column in numbers), 1)
                self._equal.append(_Equal(packed_numbers, before, after))
                continue
            few.extend(Changed(key, time, before, after) for key, time in zip(*numbers, strict=True))
            if len(few) >= BATCH:
                self.add(few)
                few = []
        if few:
            self.add(few)

    def batches(self) -> Iterator[dict[int, Changed]]:
        """Yield the contacts by id, a few thousand at a time."""
        for pack in self._packs:
            columns: list[list[Any]] = json.loads(zlib.decompress(pack))
            yield {key: Changed(key, *values) for key, *values in zip(*columns, strict=True)}
        for equal in self._equal:
            numbers = array("q")
            numbers.frombytes(zlib.decompress(equal.numbers))
            count = len(numbers) // 2
            for start in range(0, count, BATCH):
                end = min(start + BATCH, count)
                pairs = zip(numbers[start:end], numbers[count + start : count + end], strict=True)
                yield {key: Changed(key, time, equal.before, equal.after) for key, time in pairs}
