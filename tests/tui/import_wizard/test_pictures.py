"""How every step of the import looks, at 80×24 and 120×40."""

from dataclasses import replace
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from segtui.tui.screens.imports.wizard.import_state import Step
from tests.tui.import_wizard.conftest import GOOD, Import

SIZES = [(80, 24), (120, 40)]
SHOWN = [step for step in Step if step != Step.LOAD]
WRONG = "Ann,Again,ann@example.com,+1 602 555 0101,,\nNo,Body,,,Web,\nEve,Example,eve@example.com,12,,\n"


@pytest.fixture
def mixed(files: Path) -> Path:
    """Return the name of a file that has something for every line of the report."""
    (files / "mixed.csv").write_text(GOOD + WRONG)
    return Path("mixed.csv")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("step", SHOWN, ids=lambda step: step.title)
async def test_looks_as_it_did(
    importing: Import, mixed: Path, picture: SnapshotAssertion, size: tuple[int, int], step: Step
) -> None:
    async with importing(size=size) as person:
        await person.comes_to(min(step, Step.CHECK), mixed)
        if step == Step.RESULT:
            await person.pilot.press("f10")
            await person.at_step(step)
            # Where the rejected rows are is another place in every run; everything else is as it is.
            assert person.flow.state.result is not None
            person.flow.state.result = replace(
                person.flow.state.result, rejects_file="/data/mixed.csv.rejects.csv", seconds=1
            )
            person.flow.step.enter()
        await person.still()
        assert person.app.export_screenshot(simplify=True) == picture


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("keys", [("enter",), ("question_mark",)], ids=["choose field", "help"])
async def test_looks_as_it_did_over_the_columns(
    importing: Import, mixed: Path, picture: SnapshotAssertion, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    async with importing(size=size) as person:
        await person.comes_to(Step.COLUMNS, mixed)
        await person.press(*keys)
        await person.still()
        assert person.app.export_screenshot(simplify=True) == picture
