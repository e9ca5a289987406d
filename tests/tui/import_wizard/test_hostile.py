"""File names, headers and cells that would harm a terminal, end the program or be clicked."""

from pathlib import Path

import pytest

from segtui.tui.screens.imports.wizard.import_state import Step
from tests.tui.import_wizard.conftest import Import

EVIL = "\x1b]0;owned\x07\x9b2J[/nope][@click=app.quit]x\u202e"


def _is_harmless(screen: str) -> bool:
    return not any((char < " " and char != "\n") or "\x7f" <= char <= "\x9f" or char == "\u202e" for char in screen)


async def test_a_hostile_file_name_is_listed_chosen_and_imported(importing: Import, files: Path) -> None:
    folder = files / f"f{EVIL.replace('/', '')}"
    folder.mkdir()
    path = folder / f"n{EVIL.replace('/', '')}.csv"
    path.write_text("Email\nann@example.com\n")
    async with importing() as person:
        await person.press("down", "enter")
        await person.see("nope", ".csv")
        assert _is_harmless(person.screen)
        await person.press("enter")
        await person.see("1 column, 1 row")
        assert _is_harmless(person.screen)
        assert person.flow.state.path is not None
        assert person.flow.state.path.name == path.name
        await person.press("f10", "f10")
        person.flow.query_one("#into").focus()
        await person.press("left")
        await person.see("It will be called")
        assert _is_harmless(person.screen)


async def test_hostile_headers_and_cells_are_shown_as_text(importing: Import, files: Path) -> None:
    path = files / "evil.csv"
    path.write_text(
        f'Email,"{EVIL}",[b]bold[/b]\nann@example.com,plain,"Two\nlines"\nben@example.com,"{EVIL}",x\nnobody,,\n'
    )
    async with importing() as person:
        await person.comes_to(Step.COLUMNS, path)
        await person.see("nope", "[b]bold[/b]")
        assert _is_harmless(person.screen)
        await person.press("j", "enter")
        await person.see("goes to")
        assert _is_harmless(person.screen)
        await person.press("escape", "f10")
        await person.fill_in("#name", f"S {EVIL}")
        await person.settle()
        assert _is_harmless(person.screen)
        await person.press("f10")
        await person.until(lambda: person.flow.state.is_judged, "for the file to be judged")
        await person.settle()
        assert _is_harmless(person.screen)
        await person.pilot.press("f10")
        await person.at_step(Step.RESULT)
        await person.settle()
        assert _is_harmless(person.screen)


@pytest.fixture
def latin_name(files: Path) -> Path:
    """Return a file whose name is not UTF-8."""
    path = Path((bytes(files) + b"/caf\xe9.csv").decode("utf-8", "surrogateescape"))
    path.write_text("Email\nann@example.com\n")
    return path


async def test_a_name_that_is_not_utf8_can_be_chosen(importing: Import, latin_name: Path) -> None:
    async with importing() as person:
        await person.press("down", "enter")
        await person.see("1 column, 1 row")
        assert person.flow.state.path is not None
        assert person.flow.state.path.name == latin_name.name
