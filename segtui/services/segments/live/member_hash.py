"""The hash of a segment's members: segments with equal members have equal hashes, in any order.

`segments.members_hash` is the sum of the hashes of its members' ids, kept like the count in the transaction that moves
them. Different members rarely have equal hashes: compare the members before two segments are called equal.
"""

from typing import Final, TypeVar

from sqlalchemy import ColumnElement, cast, func, select

from segtui.database.tables.core_tables import Id, memberships, segments

_FIRST, _SECOND = 2_147_483_647, 2_147_483_629
"""The two largest primes below 2**31. Products of two remainders fit in 64 bits, as do sums of four billion."""
_FACTOR: Final = 1_103_515_245
_Number = TypeVar("_Number", int, ColumnElement[int])
EMPTY: Final = 0
"""The hash of no members."""


def hash_of(contact_id: _Number) -> _Number:
    """Return the hash of one member, as a number from 0 to 2**31, by its id in Python or by a column of ids."""
    mixed = contact_id % _FIRST * _FACTOR % _FIRST
    # A cube by two primes: of squares, the sums are equal for sets as common as 1, 4, 6, 7 and 2, 3, 5, 8.
    return mixed * mixed % _SECOND * mixed % _FIRST


def sum_of(contact_id: ColumnElement[int]) -> ColumnElement[int]:
    """Return the hash of all ids of a column, as an aggregate."""
    return cast(func.coalesce(func.sum(hash_of(contact_id)), EMPTY), Id)


def computed_hash() -> ColumnElement[int]:
    """Return the right value of `segments.members_hash`, for a statement on `segments`."""
    of_segment = (memberships.c.company_id == segments.c.company_id, memberships.c.segment_id == segments.c.id)
    return select(sum_of(memberships.c.contact_id)).where(*of_segment).correlate(segments).scalar_subquery()
