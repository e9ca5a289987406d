"""What the tests of the interface share: imports run in the test's process, unless a test is about their own."""

from typing import Any

import pytest

from segtui.services import imports
from segtui.services.imports import ImportRequest, ImportResult
from segtui.services.session import Session


class ImportHere:
    """Runs an import in this process, as the command line does: a test can hold it or let it fail."""

    def prepare(self, session: Session) -> None:
        """Nothing has to be started."""

    def run(self, session: Session, request: ImportRequest, **how: Any) -> ImportResult:
        """Run an import by whatever `imports.run` is now."""
        return imports.run(session, request, **how)

    def close(self) -> None:
        """Nothing is kept."""


@pytest.fixture(autouse=True)
def imports_run_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start no process for each import: that costs a second."""
    monkeypatch.setattr("segtui.tui.screens.imports.wizard.wizard_services.ChildImporter", ImportHere)
