"""A load that takes long, is cancelled, fails, or finds the file gone."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from segtui.errors import DatabaseBusy
from segtui.services import imports
from segtui.services.contacts import contacts
from segtui.services.imports import ImportRequest, ImportResult, Progress
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.tui.screens.imports.wizard.import_state import Step
from tests.tui.import_wizard.conftest import Import

REAL_RUN = imports.run


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Let every load wait, after its first report, until it is told to stop or this event is set."""
    go_on = threading.Event()

    def run(
        session: Session, request: ImportRequest, *, progress: Callable[[Progress], None], interrupt: Interrupt
    ) -> ImportResult:
        def wait(now: Progress) -> None:
            progress(now)
            if not request.dry_run and now.phase == "reading":
                while not (go_on.wait(0.01) or interrupt.cancelled):
                    pass

        return REAL_RUN(session, request, progress=wait, interrupt=interrupt)

    monkeypatch.setattr(imports, "run", run)
    return go_on


async def test_a_cancelled_load_leaves_nothing_and_says_so(
    importing: Import, good: Path, session: Session, held: threading.Event
) -> None:
    async with importing() as person:
        await person.comes_to(Step.CHECK, good)
        await person.pilot.press("f10")
        await person.see("[5 Load]", "1 of 4: Reading", "[ Cancel escape ]")
        await person.pilot.press("escape")
        await person.see("Cancel the import?", "Nothing will remain")
        await person.pilot.press("n")
        await person.see_no("Cancel the import?")
        await person.pilot.press("escape", "y")
        await person.see("The import was cancelled. Nothing was changed.", "[ Load again f10 ]", "[ Back escape ]")
        assert segments.total(session) == contacts.total(session) == 0
        held.set()
        await person.pilot.press("f10")
        await person.see("[6 Result]", "“Spring” has 3 contacts now")


async def test_a_load_that_ends_takes_its_question_away(importing: Import, good: Path, held: threading.Event) -> None:
    async with importing() as person:
        await person.comes_to(Step.CHECK, good)
        await person.pilot.press("f10")
        await person.see("[5 Load]")
        await person.pilot.press("escape")
        await person.see("Cancel the import?")
        held.set()
        await person.see("[6 Result]", "“Spring” has 3 contacts now")
        await person.see_no("Cancel the import?")


async def test_keys_are_answered_while_it_loads(importing: Import, good: Path, held: threading.Event) -> None:
    async with importing() as person:
        await person.comes_to(Step.CHECK, good)
        await person.pilot.press("f10")
        await person.see("[5 Load]")
        await person.pilot.press("question_mark")
        await person.see("Help")
        await person.pilot.press("escape")
        await person.see("[5 Load]")
        held.set()
        await person.at_step(Step.RESULT)


async def test_leaving_the_program_stops_the_load(
    importing: Import, good: Path, session: Session, held: threading.Event
) -> None:
    async with importing() as person:
        await person.comes_to(Step.CHECK, good)
        await person.pilot.press("f10")
        await person.see("[5 Load]")
    assert segments.total(session) == contacts.total(session) == 0


async def test_an_error_is_a_sentence_and_the_load_can_be_tried_again(
    importing: Import, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(session: Session, request: ImportRequest, **options: object) -> ImportResult:
        if request.dry_run:
            return REAL_RUN(session, request)
        raise DatabaseBusy("Somebody else is writing; try again in a moment.")

    monkeypatch.setattr(imports, "run", run)
    async with importing() as person:
        await person.comes_to(Step.CHECK, good)
        await person.pilot.press("f10")
        await person.see("Somebody else is writing; try again in a moment.", "[ Load again f10 ]")
        monkeypatch.setattr(imports, "run", REAL_RUN)
        await person.pilot.press("f10")
        await person.see("“Spring” has 3 contacts now")


async def test_a_file_of_rejected_rows_only_is_not_loaded(importing: Import, files: Path, session: Session) -> None:
    path = files / "bad.csv"
    path.write_text("Name,Phone\nAnn,1234\nBen,\n")
    async with importing() as person:
        await person.comes_to(Step.CHECK, path)
        await person.see("All 2 rows were rejected", "2  rejected", "line 2:")
        await person.see_no("[ Load f10 ]")
        await person.press("f10")
        await person.see("[4 Check]")
    assert segments.total(session) == 0


def _grow(path: Path) -> None:
    with path.open("a") as file:
        file.write("Eve,Example,eve@example.com,,,\n")


def _take_away(path: Path) -> None:
    path.unlink()


async def test_a_file_that_is_gone_since_it_was_looked_at_is_named(importing: Import, good: Path) -> None:
    async with importing() as person:
        await person.comes_to(Step.CHECK, good)
        _take_away(good)
        await person.pilot.press("f10")
        await person.see("is no longer there", "[5 Load]")


async def test_a_file_that_changed_since_it_was_looked_at_is_not_loaded(importing: Import, good: Path) -> None:
    async with importing() as person:
        await person.comes_to(Step.CHECK, good)
        _grow(good)
        await person.pilot.press("f10")
        await person.see("has changed since it was read", "[5 Load]")
