"""Every row that there is something to say about can be looked at, before the load and after it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from segtui.services.imports.remarks import Remark
from segtui.services.session import Session
from segtui.tui.app import SegtuiApp
from segtui.tui.screens.imports.import_remarks import RemarkListing
from tests.support.person import Person, at

AppOn = Callable[[Session], SegtuiApp]
_REMARKS = [
    Remark(1, 2, "rejected", "no phone"),
    Remark(2, 5, "warning", "“Ä” is not a valid phone"),
    Remark(3, 9, "duplicate", "the same contact as line 2"),
]


@pytest.mark.parametrize(
    ("typed", "sort", "descending", "found"),
    [
        ("", "line", False, [1, 2, 3]),
        ("", "line", True, [3, 2, 1]),
        ("phone", "line", False, [1, 2]),
        ("a valid", "line", False, [2]),
        ("9", "line", False, [3]),
        ("", "kind", False, [3, 1, 2]),
        ("", "text", True, [2, 3, 1]),
    ],
)
def test_remarks_are_searched_and_sorted(typed: str, sort: str, descending: bool, found: list[int]) -> None:
    listing = RemarkListing(_REMARKS, typed, sort, descending)
    assert list(listing.ids()) == [each.id for each in listing.first(9)] == found
    assert listing.rows([3]) == {3: _REMARKS[2]}


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Return a file with forty rejected rows and more."""
    path = tmp_path / "many.csv"
    rows = "".join(f"none{number},A{number}\n" for number in range(40))
    path.write_text(f"Phone,Name\n602-555-0101,Ann\n602-555-0101,Ann\n{rows}", encoding="utf-8")
    return path


@asynccontextmanager
async def judged(app: SegtuiApp, path: Path) -> AsyncIterator[Person]:
    """Yield a person before the judgement of a file."""
    async with at(app) as person:
        await person.press("i")
        await person.see("[1 File]")
        await person.type(str(path))
        await person.press("enter")
        await person.see("42 rows")
        await person.press("f10")
        await person.see("Goes to")
        await person.press("f10")
        await person.see("Into which segment")
        await person.type("Spring")
        await person.press("f10")
        await person.see("Rejected (40)")
        yield person


async def test_all_of_them_are_listed_from_the_check_and_from_the_result(
    app_on: AppOn, session: Session, many: Path
) -> None:
    async with judged(app_on(session), many) as person:
        await person.see("r Rows")
        await person.press("r")
        await person.see("41 remarks", "“none0” is not a valid phone number", "the same contact as line 2")
        await person.press("G")
        await person.see("none39")
        await person.press("slash")
        await person.type("duplicate")
        await person.see("1 of 41")
        await person.press("escape", "escape", "escape")
        await person.see("[4 Check]", "Rejected (40)")
        await person.press("f10")
        await person.see("was imported in")
        await person.press("r")
        await person.see("41 remarks")
        await person.press("escape", "G")
        await person.see("and 30 more")


async def test_looks_as_it_did(app_on: AppOn, session: Session, many: Path, picture: SnapshotAssertion) -> None:
    async with judged(app_on(session), many) as person:
        await person.press("r")
        await person.still()
        assert person.app.export_screenshot(simplify=True) == picture


async def test_enter_goes_from_the_result_into_the_segment(app_on: AppOn, session: Session, many: Path) -> None:
    async with judged(app_on(session), many) as person:
        await person.press("f10")
        await person.see("was imported in")
        await person.press("enter")
        await person.see("Segments > Spring", "1 contact")
