"""Fixtures of the interface: imports run in the process of the test, except in tests of the import process."""

from typing import Any

import pytest

from segtui.services import imports
from segtui.services.imports import ImportRequest, ImportResult
from segtui.services.session import Session


class ImportHere:
    """Runs an import in this process, as the command line does: a test can hold it or let it fail."""

    def prepare(self, session: Session) -> None:
        """Do nothing: no process has to be started."""

    def run(self, session: Session, request: ImportRequest, **how: Any) -> ImportResult:
        """Run an import by whatever `imports.run` is now."""
        return imports.run(session, request, **how)

    def close(self) -> None:
        """Do nothing: no rows are kept."""


@pytest.fixture(autouse=True)
def imports_run_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start no process for each import: that costs a second."""
    monkeypatch.setattr("segtui.tui.screens.imports.wizard.wizard_services.ChildImporter", ImportHere)
