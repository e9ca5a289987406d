"""The list of imports: searched, sorted, bound to the company, and noticed when it changes."""

import io
import itertools
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from segtui.database.tables import core_tables
from segtui.domain.text import fold
from segtui.domain.vocabulary import IMPORT_SORTS
from segtui.errors import InvalidInput, NothingToImport
from segtui.services import imports
from segtui.services.imports import Destination, ImportQuery, ImportRequest
from segtui.services.session import Session
from tests.conftest import TwoCompanies

_MANY = [HealthCheck.function_scoped_fixture]


def _import(session: Session, name: str, segment: str, rows: int = 1) -> int:
    text = "phone\n" + "".join(f"+160255501{number:02}\n" for number in range(rows))
    request = ImportRequest(None, io.BytesIO(text.encode()), name=name, destination=Destination(segment))
    return imports.run(session, request).import_id or 0


def _files(session: Session, **query: object) -> list[str]:
    listing = imports.listing(session, ImportQuery(**query))  # type: ignore[arg-type]  # by name
    found = listing.first(50)
    assert [each.id for each in found] == list(listing.ids())
    assert listing.rows([each.id for each in found]) == {each.id: each for each in found}
    assert listing.belonging([*listing.ids(), 999]) == set(listing.ids())
    return [each.file for each in found]


@pytest.fixture
def three(session: Session) -> Session:
    """Return a session in which three files were imported."""
    _import(session, "Älteste.csv", "Webinar", 3)
    _import(session, "b.csv", "Fair")
    _import(session, "c.csv", "Webinar", 2)
    return session


def test_the_newest_comes_first(three: Session) -> None:
    assert _files(three) == ["c.csv", "b.csv", "Älteste.csv"]
    assert imports.total(three) == 3


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("webinar", ["c.csv", "Älteste.csv"]),
        ("altes", ["Älteste.csv"]),
        ("fair b.csv", ["b.csv"]),
        ("completed", ["c.csv", "b.csv", "Älteste.csv"]),
        ("undone", []),
        ("2", ["b.csv"]),
    ],
)
def test_every_word_is_searched_for_in_file_segment_user_status_and_number(
    three: Session, typed: str, found: list[str]
) -> None:
    assert _files(three, search=typed) == found


@pytest.mark.parametrize(
    ("sort", "descending", "found"),
    [
        ("file", False, ["Älteste.csv", "b.csv", "c.csv"]),
        ("file", True, ["c.csv", "b.csv", "Älteste.csv"]),
        ("segment", False, ["b.csv", "c.csv", "Älteste.csv"]),
        ("rows", True, ["Älteste.csv", "c.csv", "b.csv"]),
        ("started", False, ["Älteste.csv", "b.csv", "c.csv"]),
    ],
)
def test_it_is_sorted_without_regard_to_case_and_accents(
    three: Session, sort: str, descending: bool, found: list[str]
) -> None:
    assert _files(three, sort=sort, descending=descending) == found


def test_an_order_there_is_not_is_said(session: Session) -> None:
    with pytest.raises(InvalidInput, match="Imports are sorted by"):
        imports.listing(session, ImportQuery(sort="size"))


def test_another_company_sees_none_of_them(two_companies: TwoCompanies) -> None:
    number = _import(two_companies.main, "a.csv", "Leads")
    _import(two_companies.other, "b.csv", "Leads")
    assert _files(two_companies.other) == ["b.csv"]
    assert imports.listing(two_companies.other, ImportQuery()).rows([number]) == {}
    assert imports.total(two_companies.other) == 1
    assert _files(two_companies.both, sort="company", descending=False) == ["a.csv", "b.csv"]


def test_every_import_and_every_undo_is_another_state(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    states = [imports.state_of(session)]
    number = _import(session, "a.csv", "Leads")
    states.append(imports.state_of(session))
    with pytest.raises(NothingToImport):
        imports.run(session, ImportRequest(None, io.BytesIO(b"phone\nnone\n"), name="b.csv"))
    states.append(imports.state_of(session))
    imports.undo(session, number)
    states.append(imports.state_of(session))
    assert len(set(states)) == 4
    assert imports.state_of(session) == states[-1]


@given(
    records=st.lists(
        st.tuples(st.text("aÄb ß1", max_size=4), st.one_of(st.none(), st.text("aB ö", max_size=3)), st.integers(0, 3)),
        max_size=8,
    ),
    sort=st.sampled_from(IMPORT_SORTS),
    descending=st.booleans(),
    typed=st.text("ab1 ", max_size=3),
)
@settings(suppress_health_check=_MANY, max_examples=40)
def test_it_agrees_with_a_plain_list(
    session: Session, records: list[tuple[str, str | None, int]], sort: str, descending: bool, typed: str
) -> None:
    with session.write() as tx:
        tx.execute(core_tables.imports.delete().where(tx.scope(core_tables.imports)))
        for at, (file, segment, rows) in enumerate(records):
            values = {"file": file, "segment": segment, "rows": rows, "user": "ann", "status": "completed"}
            tx.execute(insert(core_tables.imports), {"company_id": tx.company_id, "started_at": at, **values})
    listing = imports.listing(session, ImportQuery(typed, sort, descending))
    found = list(listing.rows(list(listing.ids())).values())
    by_id = {each.id: each for each in found}
    ordered = [by_id[key] for key in listing.ids()]
    if not typed.strip():
        assert len(ordered) == len(records)
    if sort == "segment":
        filled: list[str] = [fold(each.segment or "") for each in ordered if fold(each.segment or "")]
        assert filled == sorted(filled, reverse=descending)
        assert not any(fold(each.segment or "") for each in ordered[len(filled) :])
    if sort == "rows":
        counts: list[int] = [each.counts["rows"] for each in ordered]
        assert counts == sorted(counts, reverse=descending)
    for one, other in itertools.pairwise(ordered):
        if sort in ("user", "status", "company"):
            assert one.id > other.id
