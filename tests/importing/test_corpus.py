"""Every kind of broken file comes to the counts, or gets the sentence, that the corpus says."""

from pathlib import Path

import pytest

from segtui.database.engine import open_database
from segtui.services.session import Session, open_session
from tests.importing.corpus import CORPUS, outcome


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """Return a session of a database with nobody in it; a dry run leaves it so."""
    return open_session(open_database(tmp_path_factory.mktemp("corpus") / "empty.db"), source="test")


@pytest.mark.parametrize("kind", CORPUS)
def test_a_file_comes_to_what_it_should(empty: Session, tmp_path: Path, kind: str) -> None:
    content, expected = CORPUS[kind]
    found = outcome(empty, content, tmp_path / "file.csv")
    if expected.startswith("rows "):
        assert found == expected
    else:
        assert expected in found
        assert "\n" not in found


def test_there_are_enough_kinds() -> None:
    assert len(CORPUS) >= 60
