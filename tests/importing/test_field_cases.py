"""Files that went wrong in the field: each is imported as the command does it, and its contacts are looked up.

`field_cases/cases.json` lists the files with what must come of them: the counts of the import, or the sentence with
which it is refused, and probes. A probe looks a contact up by its reference (`r01`, the custom field `Ref`), by
`phone=…` or `email=…`, or, with any other text, by the values it should have; `expect` gives those values, or one of
`reject`, `dup` (neither created nor rejected) and `absent`.
"""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from segtui.database.engine import open_database
from segtui.errors import SegtuiError
from segtui.services import imports
from segtui.services.contacts import contacts
from segtui.services.contacts.contacts import ContactQuery
from segtui.services.exports import exports
from segtui.services.imports import Destination, ImportRequest
from segtui.services.session import Session, open_session

FOLDER = Path(__file__).parent / "field_cases"
CASES: list[dict[str, Any]] = json.loads((FOLDER / "cases.json").read_text(encoding="utf-8"))


@pytest.fixture
def owner(sqlite_template: Path, tmp_path: Path) -> Iterator[Session]:
    """Yield a session of an empty database."""
    path = tmp_path / "empty.db"
    shutil.copy2(sqlite_template, path)
    path.chmod(0o600)
    database = open_database(path, create=False)
    yield open_session(database, source="test")
    database.close()


def value(contact: dict[str, Any], name: str) -> Any:
    """Return a field of a contact, None for a blank."""
    if name.startswith("custom:"):
        return contact["custom_fields"].get(name.removeprefix("custom:"))
    return None if contact[name] == "" else contact[name]


def matches(contact: dict[str, Any], probe: dict[str, Any]) -> bool:
    """Tell whether a probe looks this contact up."""
    key, _, text = probe["find"].partition("=")
    if re.fullmatch(r"r\d+", key):
        return bool(value(contact, "custom:Ref") == key)
    if key in ("phone", "email"):
        return bool(contact[key] == text)
    expected = probe.get("expect", {})
    return isinstance(expected, dict) and all(value(contact, name) == right for name, right in expected.items())


def check(probe: dict[str, Any], people: list[dict[str, Any]], rejects: str) -> None:
    """Compare what came of a row with its probe."""
    matching = [contact for contact in people if matches(contact, probe)]
    expected = probe.get("expect", {})
    if isinstance(expected, str):
        assert not matching, probe
        is_rejected = re.search(rf"\b{re.escape(probe['find'])}\b", rejects) is not None
        assert is_rejected == (expected == "reject"), probe
        return
    assert matching, (probe, rejects)
    differences = [
        {name: value(contact, name) for name, right in expected.items() if value(contact, name) != right}
        for contact in matching
    ]
    assert {} in differences, (probe, differences)


@pytest.mark.parametrize("case", CASES, ids=[" ".join([case["file"], *case["args"]]) for case in CASES])
def test_a_file_of_the_field_is_read_right(case: dict[str, Any], owner: Session, tmp_path: Path) -> None:
    path = shutil.copy(FOLDER / "files" / case["file"], tmp_path)
    region = case["args"][case["args"].index("--region") + 1] if case["args"] else None
    rejects = tmp_path / "rejects.csv"
    request = ImportRequest(Path(path), destination=Destination("Field"), region=region, rejects=rejects)
    if "error" in case:
        with pytest.raises(SegtuiError, match=case["error"]) as refusal:
            imports.run(owner, request)
        assert "\n" not in str(refusal.value)
        return
    result = imports.run(owner, request).to_json()
    counts = case.get("summary") or {}
    assert {name: result[name] for name in counts} == counts
    listing = contacts.listing(owner, ContactQuery())
    people = [exports.as_json(contact) for contact in listing.rows(listing.ids()).values()]
    text = rejects.read_text(encoding="utf-8") if rejects.exists() else ""
    for probe in case["probes"]:
        check(probe, people, text)
