"""Equal and contained segments, compared with plain sets."""

from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segtui.services.contacts import contacts
from segtui.services.segments import containment, many_segments, segment_batches
from segtui.services.segments.containment import Members
from segtui.services.segments.segment_batches import NewSegment
from segtui.services.session import Session

_PEOPLE = 6


def expected_outer(sets: Mapping[int, frozenset[int]]) -> dict[int, int]:
    """Return the smallest segment with all members and more, by a plain comparison of all with all."""
    outer = {}
    for key, own in sets.items():
        larger = [(len(other), other_key) for other_key, other in sets.items() if own and own < other]
        if larger:
            outer[key] = min(larger)[1]
    return outer


@pytest.fixture
def people(session: Session) -> list[int]:
    """Return the ids of a few contacts."""
    return [contacts.add(session, {"email": f"{number}@example.com"}).id for number in range(_PEOPLE)]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    families=st.lists(st.frozensets(st.integers(0, _PEOPLE - 1)), min_size=1, max_size=8),
    hashes=st.sampled_from([1, 1_000]),
    batch=st.sampled_from([1, 3, 5_000]),
)
def test_a_segment_is_equal_to_or_inside_another_exactly_where_its_members_are(
    session: Session, people: list[int], families: list[frozenset[int]], hashes: int, batch: int
) -> None:
    new = [NewSegment(f"S{n}", members=[people[place] for place in members]) for n, members in enumerate(families)]
    made = segment_batches.create_many(session, lambda _: new, "made")
    sets = {segment.id: members for segment, members in zip(made, families, strict=True)}
    try:
        with session.read() as tx, pytest.MonkeyPatch.context() as patch:
            patch.setattr(containment, "_BATCH", batch)
            # With few different hashes, different members collide.
            hashed = {key: Members(len(members), hash(members) % hashes) for key, members in sets.items()}
            groups = containment.equal_segments(tx, hashed)
            counts = {key: len(members) for key, members in sets.items()}
            inside = containment.containing_segments(tx, counts, _PEOPLE)
            pairs = {(a, b) for a in sets for b in sets if containment.holds_all(tx, a, b)}
    finally:
        many_segments.delete_many(session, list(sets))
    together = [
        [key for key, other in sorted(sets.items()) if other == members] for members in set(sets.values()) if members
    ]
    assert sorted(groups) == sorted(group for group in together if len(group) > 1)
    assert inside == expected_outer(sets)
    assert pairs == {(a, b) for a in sets for b in sets if sets[a] <= sets[b]}
