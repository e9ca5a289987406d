"""The upkeep of the search index in slices: complete, and short while somebody else writes."""

import pytest

from segtui.database.backends import sqlite_search
from segtui.services import search_index
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.session import Session

pytestmark = pytest.mark.search

_CONTACTS = 30


@pytest.fixture
def unindexed(session: Session, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Return a session on contacts that wait for the index, which takes two at a time, or up to eight."""
    if not session.database.backend.search.is_deferred:
        pytest.skip("the server maintains the index")
    monkeypatch.setattr(sqlite_search, "_INDEX_AT_ONCE", -1)
    monkeypatch.setattr(search_index, "SLICE", 2)
    monkeypatch.setattr(search_index, "_MAX_SLICE", 8)
    monkeypatch.setattr(search_index, "_PAUSE", 0)
    for number in range(_CONTACTS):
        contacts.add(session, {"email": f"person{number}@example.com"})
    return session


def test_slices_grow_while_nobody_else_writes(unindexed: Session) -> None:
    sizes = list(search_index.catch_up(unindexed))
    assert sizes == [2, 2, 4, 8, 8, 6]
    assert _count(unindexed, "person") == _CONTACTS
    assert list(search_index.catch_up(unindexed)) == []


def test_slices_stay_short_while_others_write(unindexed: Session) -> None:
    key = contacts.listing(unindexed, ContactQuery(search="person0")).first(1)[0].id
    sizes = []
    for number, size in enumerate(search_index.catch_up(unindexed)):
        sizes.append(size)
        if number < 5:
            contacts.edit(unindexed, key, {"city": f"City {number}"})
    assert max(sizes[:6]) <= 3  # two new ones, and the one that was edited
    assert max(sizes) > 3
    assert _count(unindexed, "person") == _CONTACTS
    assert _count(unindexed, "city 4") == 1


def _count(session: Session, search: str) -> int:
    return len(contacts.listing(session, ContactQuery(search=search)).ids())
