"""No cell of a file we write is run as a formula, and an import reads back what was exported."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from segtui.domain.formula_guard import guarded, is_formula, unguarded
from segtui.domain.text import without_controls
from segtui.services import imports
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.exports import exports
from segtui.services.imports import Destination, ImportRequest
from segtui.services.session import Session
from tests.importing.support import judged_text
from tests.support.growth import demand_linear

SIGNS = "=+-@＝＋－＠"
RUN = [
    *(f"{sign}cmd" for sign in SIGNS),
    *(f"a;{sign}cmd" for sign in SIGNS),
    *(f"a\t{sign}cmd" for sign in SIGNS),
    "a; =cmd",
    "a;\xa0=cmd",
    "a;\u3000＝cmd",
    ";=cmd",
    " =cmd",
    "\u3000=cmd",
    "\tcmd",
    "\rcmd",
    "a\n=cmd",
    "'=cmd",
    "' =cmd",
    "a;'=cmd;'' @x",
]
# Where a spreadsheet that expects semicolons, tabs or lines would end a cell.
_SEPARATORS = ";\t\r\n"


def _parts(cell: str) -> list[str]:
    for separator in _SEPARATORS:
        cell = cell.replace(separator, "\0")
    return cell.split("\0")


@pytest.mark.parametrize("cell", RUN)
def test_what_would_run_is_guarded_and_read_back(cell: str) -> None:
    safe = guarded(cell)
    assert is_formula(cell)
    assert unguarded(safe) == cell
    assert safe[0] not in "=+-@\t\r"
    assert not any(part.lstrip().startswith(tuple(SIGNS)) for part in _parts(safe))


@pytest.mark.parametrize("cell", ["a-b", "a; b", "O'Neill", "it's = fine", "1;2", "'quoted'", "a@b.co", "Smith; Lee"])
def test_what_is_harmless_stays_as_it_is(cell: str) -> None:
    assert guarded(cell) == cell
    assert unguarded(cell) == cell


@pytest.mark.parametrize("cell", ["+16025550199", "-12.5", "+1 (602) 555-0199"])
def test_a_number_needs_no_guard(cell: str) -> None:
    assert guarded(cell) == cell


@given(st.text(st.sampled_from("=+-@＝＋－＠';\t\r\n \xa0\u3000ab1"), max_size=12))
@example("';'=")
@example("\t'\t=")
def test_a_guard_is_removed_again_and_leaves_nothing_to_run(cell: str) -> None:
    safe = guarded(cell)
    assert unguarded(safe) == cell
    if safe != cell:
        assert not any(part.lstrip().startswith(tuple(SIGNS)) for part in _parts(safe))


@pytest.mark.parametrize("piece", ["'", " ", ";", "\t", ";'", "' ", "\t ", "; ", "=", ";="])
def test_guarding_takes_time_that_grows_with_the_length_alone(piece: str) -> None:
    def make(length: int) -> str:
        return piece * (length // len(piece)) + "x"

    demand_linear(guarded, make)
    demand_linear(unguarded, make)


@pytest.mark.parametrize("count", [3, 600])
def test_both_ways_of_reading_remove_the_guard(tmp_path: Path, count: int) -> None:
    values = [without_controls(cell).strip() for cell in RUN]
    rows = [[f"+1602555{n:04}", guarded(values[n % len(values)])] for n in range(max(count, len(values)))]
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([["Phone", "City"], *rows])
    found = judged_text(tmp_path, written.getvalue()).contacts
    assert [contact["city"] for contact in found] == [values[n % len(values)] for n in range(len(rows))]


def test_an_export_of_formulas_comes_back_as_the_same_contacts(session: Session, tmp_path: Path) -> None:
    values = list(dict.fromkeys(without_controls(cell).strip() for cell in RUN))
    for number, value in enumerate(values):
        contacts.add(session, {"phone": f"+1602555{number:04}", "city": value, "custom.a;=b": value})
    path = tmp_path / "out.csv"
    exports.export(session, ContactQuery(), path)
    with path.open(newline="") as file:
        for row in csv.reader(file):
            for cell in row:
                assert not is_formula(cell) or cell.startswith(("'", "+1602555")) or ";'" in cell
    before = [(contact.phone, contact.city, contact.custom_fields) for contact in _all(session)]
    result = imports.run(session, ImportRequest(path, name="out.csv", destination=Destination("Back")))
    assert (result.created, result.updated, result.unchanged) == (0, 0, len(values))
    assert [(contact.phone, contact.city, contact.custom_fields) for contact in _all(session)] == before


def _all(session: Session) -> list[contacts.Contact]:
    listing = contacts.listing(session, ContactQuery(sort="phone"))
    return listing.first(100)
