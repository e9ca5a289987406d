"""What the tests of the command line share."""

import shutil
from pathlib import Path

import pytest

from tests.support.commands import Commands


@pytest.fixture
def segtui(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Commands:
    """Return the command line on a fresh database, standing in an empty folder."""
    path = tmp_path / "data" / "segtui.db"
    path.parent.mkdir()
    shutil.copy2(sqlite_template, path)
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return Commands(str(path))


@pytest.fixture
def people(segtui: Commands) -> Commands:
    """Return the command line on a database with three contacts and a segment `Webinar` of two of them."""
    segtui("segments", "create", "Webinar", "--description", "Spring fair")
    segtui(
        "contacts", "add", "phone=+16025550199", "first_name=Finn", "last_name=Sample", "email=finn@example.com",
        "city=Phoenix", "state=AZ", "source=fair", "status=NEW", "custom.language=Spanish", "--segment", "Webinar",
    )  # fmt: skip
    segtui("contacts", "add", "phone=+442079460018", "first_name=Zoë", "status=OPEN", "--segment", "Webinar")
    segtui("contacts", "add", "email=quin@example.com", "first_name=Quin", "do_not_call=yes")
    return segtui
