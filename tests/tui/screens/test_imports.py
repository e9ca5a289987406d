"""The imports section: what was loaded, the details of one, and taking it back."""

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from syrupy.assertion import SnapshotAssertion

from segtui.domain.vocabulary import Role
from segtui.services import imports
from segtui.services.contacts import contacts
from segtui.services.do_not_call import do_not_call
from segtui.services.imports import Destination, ImportRequest, ImportResult
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.tui.app import SegtuiApp
from tests.support.person import at

AppOn = Callable[[Session], SegtuiApp]
SIZES = [(80, 24), (120, 40)]
_TEXT = "phone,first_name,Wohin\n+16025550151,Grace,Oslo\n+16025550152,Emmy,Bergen\nnone,Cy,Rome\n"


def _import(session: Session, name: str = "fair.csv", segment: str = "Fair", text: str = _TEXT) -> ImportResult:
    request = ImportRequest(None, io.BytesIO(text.encode()), name=name, destination=Destination(segment))
    return imports.run(session, request)


@pytest.fixture
def imported(filled: Session, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Return the session of a database into which two files were imported."""
    monkeypatch.chdir(tmp_path_factory.mktemp("work"))
    _import(filled)
    _import(filled, "webinar.csv", "Webinar signups", "phone\n+16025550161\n")
    return filled


async def test_what_was_imported_is_listed_searched_and_sorted(app_on: AppOn, imported: Session) -> None:
    async with at(app_on(imported)) as person:
        await person.press("3")
        await person.see("2 imports", "► 2026", "webinar.csv", "fair.csv", "Started ▼")
        await person.press("s")
        await person.see("File ▲")
        await person.press("slash")
        await person.type("fair")
        await person.see("1 of 2")
        await person.see_no("webinar.csv")
        await person.press("escape", "escape")
        await person.see("2 imports")


async def test_an_empty_list_says_what_to_do(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("3")
        await person.see("Nothing has been imported yet.", "Press n to load contacts from a file.")
        await person.press("n")
        await person.see("Import", "File")


async def test_an_import_shows_what_it_did_and_where_the_columns_went(app_on: AppOn, imported: Session) -> None:
    async with at(app_on(imported), (100, 48)) as person:
        await person.press("3", "down", "enter")
        await person.see("Imports > fair.csv", "SHA-256", "Contacts created    2", "Rejected            1")
        await person.see("Wohin", "Custom field", "import.rejects.csv")
        await person.press("enter")
        await person.see("Segments > Fair", "2 contacts")


async def test_all_remarks_of_an_import_are_listed_from_its_view(app_on: AppOn, imported: Session) -> None:
    async with at(app_on(imported)) as person:
        await person.press("3", "enter")
        await person.see("Imports > webinar.csv")
        await person.see_no("r Rows")
        await person.press("escape", "down", "enter")
        await person.see("Imports > fair.csv", "r Rows")
        await person.press("r")
        await person.see("fair.csv > Rows with remarks", "1 remark", "rejected", "“none” is not a valid phone number")
        await person.press("slash")
        await person.type("warning")
        await person.see("0 of 1")


async def test_it_is_undone_from_the_list_after_a_question(app_on: AppOn, imported: Session) -> None:
    async with at(app_on(imported)) as person:
        await person.press("3", "down", "u")
        await person.see("Undo the import of fair.csv (3 rows)?")
        await person.press("enter")
        await person.see_no("Undo the import of")
        assert [each.status for each in imports.every(imported)] == ["completed", "completed"]
        await person.press("u", "y")
        await person.hear("The import of fair.csv was undone.")
        await person.see("undone")
        assert [each.status for each in imports.every(imported)] == ["completed", "undone"]
        await person.press("u")
        await person.see_no("Undo the import of")
        await person.press("enter")
        await person.see("Undone by")


@pytest.mark.parametrize("opened", [False, True])
async def test_an_admin_takes_off_the_numbers_that_the_undo_of_a_member_left(
    app_on: AppOn, imported: Session, *, opened: bool
) -> None:
    assert imported.company is not None
    member = replace(imported, actor=replace(imported.actor, role=Role.MEMBER, company_id=imported.company.id))
    before = do_not_call.total(imported)
    stop = _import(imported, "stop.csv", "Stop", "phone,email,do not call\n+16025550171,,yes\n,cy@example.com,yes\n")
    assert stop.import_id is not None
    imports.undo(member, stop.import_id)
    async with at(app_on(member), (120, 40)) as person:
        await person.press("3")
        await person.see("stop.csv", "undone")
        await person.see_no("u Undo")
        await person.press("enter")
        await person.see("Do not call", "an admin takes them off by undoing it once more")
        await person.press("u")
        await person.see_no("off the do-not-call list?")
    async with at(app_on(imported), (120, 40)) as person:
        await person.press("3", *["enter"] * opened)
        await person.see("stop.csv", "u Undo")
        await person.press("u")
        await person.see("Take the numbers of stop.csv off the do-not-call list?", "stayed", "is for admins")
        await person.press("enter")
        await person.see_no("off the do-not-call list?")
        assert imports.get(imported, stop.import_id).left_marks
        await person.press("u", "y")
        await person.hear("The numbers of stop.csv were taken off the do-not-call list.")
        assert not imports.get(imported, stop.import_id).left_marks
        await person.see_no("u Undo")
    assert do_not_call.total(imported) == before


async def test_what_could_not_be_taken_back_is_named(app_on: AppOn, imported: Session) -> None:
    contacts.edit(imported, contacts.by_id_or_phone(imported, "+16025550151").id, {"city": "Paris"})
    async with at(app_on(imported)) as person:
        await person.press("3", "down", "enter", "u", "y")
        await person.see("The import was undone", "Grace", "stays: it was changed later.")
        await person.press("escape")
        await person.see("Imports > fair.csv")
        await person.see_no("stays: it was changed later.")


async def test_an_import_elsewhere_appears_by_itself(app_on: AppOn, imported: Session) -> None:
    async with at(app_on(imported)) as person:
        await person.press("3")
        await person.see("2 imports")
        _import(imported, "nightly.csv", "Nightly", "phone\n+16025550171\n")
        await person.see("3 imports", "nightly.csv")


async def test_after_an_import_from_here_its_segment_is_shown(
    app_on: AppOn, imported: Session, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("files") / "late.csv"
    path.write_text("phone\n+16025550181\n", encoding="utf-8")
    async with at(app_on(imported)) as person:
        await person.press("3", "n")
        await person.type(str(path))
        await person.press("enter")
        await person.see("late.csv")
        await person.press("f10")
        await person.see("Goes to")
        await person.press("f10")
        await person.see("Into which segment")
        await person.type("Latecomers")
        await person.press("f10")
        await person.see("1  new contact")
        await person.press("f10")
        await person.see("was imported in")
        await person.press("escape")
        await person.see("3 imports", "late.csv")
    assert segments.total(imported) == 4


async def test_a_viewer_sees_them_and_undoes_nothing(app_on: AppOn, imported: Session, viewer: Session) -> None:
    async with at(app_on(viewer)) as person:
        await person.press("3")
        await person.see("2 imports")
        await person.see_no("u Undo", "n Import")
        await person.press("u", "n")
        await person.see("2 imports")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("keys", [("3",), ("3", "down", "enter"), ("3", "u")], ids=["imports", "import", "undo"])
async def test_looks_as_it_did(
    app_on: AppOn, imported: Session, picture: SnapshotAssertion, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    async with at(app_on(imported), size) as person:
        await person.press(*keys)
        await person.still()
        assert person.app.export_screenshot(simplify=True) == picture
