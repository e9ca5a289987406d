"""What was decided in an import, without a screen."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from segtui.importing.options import ReadOptions
from segtui.tui.screens.imports.wizard.import_state import ImportState, Step


@dataclass
class File:
    """As much of a source as the state looks at."""

    headers: list[str] = field(default_factory=lambda: ["Email", "Team"])
    sha256: str = "0"


def _read(state: ImportState, **about: Any) -> None:
    state.path = Path("list.csv")
    state.opened(File(**about), ())  # type: ignore[arg-type]  # stands in for a Source


def test_choices_of_columns_hold_while_the_headers_are_the_same() -> None:
    state = ImportState()
    _read(state)
    state.targets = {1: "organization"}
    _read(state, sha256="1")
    assert state.options == ReadOptions(mapping={"Team": "organization"})
    _read(state, headers=["Mail", "Team"])
    assert state.options == ReadOptions()


def test_a_judgement_holds_for_the_decisions_it_was_made_for() -> None:
    state = ImportState(name="Spring")
    _read(state)
    state.judged, state.judged_as = object(), state.decisions  # type: ignore[assignment]  # any result
    assert state.is_judged
    state.contacts = "overwrite"
    assert not state.is_judged
    state.contacts = "fill"
    assert state.is_judged
    state.targets = {0: "ignore"}
    assert not state.is_judged


def test_replacing_is_only_for_a_segment_that_exists() -> None:
    state = ImportState(name="  Spring   fair ", membership="replace")
    assert state.destination.segment == "Spring fair"
    assert state.destination.membership == "append"
    state.into = "generated"
    assert state.destination.segment is None


def test_beginning_again_keeps_the_destination_and_forgets_the_file() -> None:
    state = ImportState(name="Spring", contacts="keep", step=Step.RESULT)
    _read(state)
    state.begin_again(None)
    assert (state.source, state.path, state.step) == (None, None, Step.FILE)
    assert (state.name, state.contacts) == ("Spring", "keep")


def test_a_generated_name_says_file_and_time() -> None:
    state = ImportState(path=Path("leads.2026.csv"))
    assert state.generated_name(datetime(2026, 3, 2, 9, 5, tzinfo=UTC)) == "Import leads.2026 2026-03-02 09:05"
