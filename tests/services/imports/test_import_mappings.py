"""Where somebody sent columns is remembered for files with the same headers, until somebody says otherwise."""

import io
from collections.abc import Mapping
from pathlib import Path

from segtui.importing.options import ReadOptions
from segtui.services import imports
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.contacts.contacts import Contact
from segtui.services.imports import ImportRequest, ImportResult
from segtui.services.session import Session
from tests.conftest import TwoCompanies

_HEADERS = "Phone,Wohin,Notes"


def _import(
    session: Session, rows: str, mapping: Mapping[str, str] | None = None, *, headers: str = _HEADERS, **more: object
) -> ImportResult:
    text = f"{headers}\n{rows}\n".encode()
    options = ReadOptions(mapping=mapping or {})
    return imports.run(session, ImportRequest(None, io.BytesIO(text), name="a.csv", options=options, **more))  # type: ignore[arg-type]  # by name


def _only(session: Session, phone: str) -> Contact:
    (found,) = contacts.listing(session, ContactQuery(search=phone)).first(2)
    return found


def test_the_next_file_with_these_headers_is_read_alike(session: Session) -> None:
    _import(session, "+16025550101,Oslo,tall", {"Wohin": "city", "Notes": "ignore"})
    _import(session, "+16025550102,Bergen,small")
    found = _only(session, "0102")
    assert (found.city, found.custom_fields) == ("Bergen", {})


def test_the_order_of_the_headers_makes_no_difference_and_other_headers_do(session: Session) -> None:
    _import(session, "+16025550101,Oslo,tall", {"Wohin": "city"})
    _import(session, "small,+16025550102,Bergen", headers="Notes,Phone,Wohin")
    assert _only(session, "0102").city == "Bergen"
    _import(session, "+16025550103,Bergen", headers="Phone,Wohin")
    assert _only(session, "0103").custom_fields == {"Wohin": "Bergen"}


def test_what_is_said_now_is_stronger_and_what_is_not_said_stays(session: Session) -> None:
    _import(session, "+16025550101,Oslo,tall", {"Wohin": "city", "Notes": "ignore"})
    _import(session, "+16025550102,Bergen,small", {"Notes": "city"})
    found = _only(session, "0102")
    assert (found.city, found.custom_fields) == ("small", {"Wohin": "Bergen"})
    _import(session, "+16025550103,Bergen,small")
    assert _only(session, "0103").city == "small"


def test_an_import_that_was_undone_or_of_another_company_teaches_nothing(two_companies: TwoCompanies) -> None:
    result = _import(two_companies.main, "+16025550101,Oslo,tall", {"Wohin": "city"})
    _import(two_companies.other, "+16025550102,Bergen,small")
    assert _only(two_companies.other, "0102").city == ""
    imports.undo(two_companies.main, result.import_id or 0)
    _import(two_companies.main, "+16025550103,Bergen,small")
    assert _only(two_companies.main, "0103").city == ""


def test_a_dry_run_teaches_nothing(session: Session) -> None:
    _import(session, "+16025550101,Oslo,tall", {"Wohin": "city"}, dry_run=True)
    _import(session, "+16025550101,Oslo,tall")
    assert _only(session, "0101").city == ""


def test_mended_rejected_rows_need_no_mapping_of_their_own(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{_HEADERS}\n+16025550101,Oslo,tall\nnone,Bergen,small\n", encoding="utf-8")
    options = ReadOptions(mapping={"Wohin": "city", "Notes": "ignore"})
    result = imports.run(session, ImportRequest(path, options=options))
    rejects = Path(result.rejects_file or "")
    rejects.write_text(rejects.read_text(encoding="utf-8").replace("none", "+16025550102"), encoding="utf-8")
    assert imports.run(session, ImportRequest(rejects)).created == 1
    found = _only(session, "0102")
    assert (found.city, found.custom_fields) == ("Bergen", {})


def test_a_file_without_a_header_row_is_like_no_other(session: Session) -> None:
    _import(session, "+16025550102,Bergen", {"Column 2": "city"}, headers="+16025550101,Oslo")
    assert _only(session, "0102").city == "Bergen"
    _import(session, "+16025550104,4711", headers="+16025550103,4712")
    assert _only(session, "0104").city == ""
