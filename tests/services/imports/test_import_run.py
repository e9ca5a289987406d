"""Running an import: what it refuses, what it counts, what stopping it leaves."""

import io
import os
from pathlib import Path

import pytest
from sqlalchemy import inspect

from segtui.database.backends import sqlite
from segtui.errors import Cancelled, DatabaseBusy, InvalidInput
from segtui.services import imports, search_index
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.imports import Destination, ImportRequest, Progress, merge
from segtui.services.interrupt import Interrupt
from segtui.services.maintenance import maintenance
from segtui.services.segments import segments
from segtui.services.session import Session

ANN, BO = "+16025550101", "+16025550102"
_FILE = f"phone,first_name\n{ANN},Ann\n{BO},Bo\nnone,Cy\n"


def _request(path: Path, **more: object) -> ImportRequest:
    path.write_text(_FILE, encoding="utf-8")
    return ImportRequest(path, destination=Destination("Leads"), **more)  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize("phase", ["reading", "matching", "writing"])
def test_a_cancel_in_any_phase_leaves_nothing_but_the_record(session: Session, tmp_path: Path, phase: str) -> None:
    interrupt = Interrupt()

    def stop(progress: Progress) -> None:
        if progress.phase == phase:
            interrupt.cancel()

    with pytest.raises(Cancelled, match="cancelled; nothing was changed"):
        imports.run(session, _request(tmp_path / "a.csv"), progress=stop, interrupt=interrupt)
    assert (contacts.total(session), segments.total(session)) == (0, 0)
    assert [record.status for record in imports.every(session)] == ["cancelled"]
    assert [path.name for path in tmp_path.iterdir() if path.suffix in (".csv", ".part")] == ["a.csv"]


def test_an_import_that_is_done_succeeded_even_where_the_index_has_to_wait(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_: Session) -> list[int]:
        raise DatabaseBusy("The database is locked; nothing was changed.")

    monkeypatch.setattr(search_index, "catch_up", busy)
    result = imports.run(session, _request(tmp_path / "a.csv"))
    assert result.created == 2
    assert imports.undo(session, result.import_id or 0).contacts_deleted == 2


def test_the_rejected_rows_never_take_the_place_of_the_file_itself(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with pytest.raises(InvalidInput, match="the imported file"):
        imports.run(session, _request(path, rejects=tmp_path / "." / "a.csv"))
    assert path.read_text(encoding="utf-8") == _FILE


def test_rejects_that_cannot_be_put_in_place_are_an_import_that_did_not_happen(
    session: Session, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput, match="Choose another file"):
        imports.run(session, _request(tmp_path / "a.csv", rejects=tmp_path))
    assert contacts.total(session) == 0
    assert [record.status for record in imports.every(session)] == ["failed"]


def test_a_file_whose_name_is_no_utf8_is_imported(session: Session, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.csv")
    request = _request(path)
    result = imports.run(session, ImportRequest(request.path))
    assert Path(result.rejects_file or "").name == f"{path.name}.rejects.csv"
    assert Path(result.rejects_file or "").exists()
    (record,) = imports.every(session)
    assert record.file == "caf\N{REPLACEMENT CHARACTER}.csv"
    assert (result.segment or "").startswith("Import caf\N{REPLACEMENT CHARACTER} ")


def test_a_list_of_phones_counts_every_row_and_rejects_those_without_a_phone(session: Session, tmp_path: Path) -> None:
    contacts.add(session, {"phone": ANN})
    text = f"phone,email\n{ANN},\n{ANN},\n{BO},bo@example.com\n,cy@example.com\nnone,di@example.com\n"
    destination = Destination(do_not_call=True)
    request = ImportRequest(None, io.BytesIO(text.encode()), name="list.csv", destination=destination, dry_run=True)
    forecast = imports.run(session, request)
    request.stream.seek(0)  # type: ignore[union-attr]  # it was given
    result = imports.run(
        session,
        ImportRequest(None, request.stream, name="list.csv", destination=destination, rejects=tmp_path / "r.csv"),
    )
    for found in (forecast, result):
        assert (found.rows, found.created, found.updated, found.unchanged) == (5, 0, 1, 1)
        assert (found.duplicates, found.rejected, found.added) == (1, 2, 2)
        assert [each.reason.split(" (")[0] for each in found.rejected_examples] == [
            "no phone",
            "“none” is not a valid phone number",
        ]
    assert contacts.total(session) == 1


def test_a_mark_that_was_cleared_by_hand_stays_cleared(session: Session) -> None:
    ann = contacts.add(session, {"phone": ANN})
    list_ = ImportRequest(None, io.BytesIO(f"phone\n{ANN}\n".encode()), destination=Destination(do_not_call=True))
    imports.run(session, list_)
    assert contacts.get(session, ann.id).do_not_call
    assert not contacts.edit(session, ann.id, {"do_not_call": "no"}).do_not_call
    contacts.edit(session, ann.id, {"city": "Oslo"})
    again = ImportRequest(None, io.BytesIO(f"phone,state\n{ANN},AZ\n".encode()), destination=Destination("Leads"))
    assert imports.run(session, again).updated == 1
    assert contacts.listing(session, ContactQuery()).first(5)[0].do_not_call is False


def _indexes(session: Session) -> set[str]:
    found = inspect(session.database.engine.execution_options(every_company=True))
    return {
        f"{table} {index['name']} {index['column_names']} {index['unique']}"
        for table in ("contacts", "memberships")
        for index in found.get_indexes(table)
    }


def test_a_large_import_into_a_small_database_leaves_every_index(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite they are made anew, which is faster than to put so many keys into each one by one."""
    monkeypatch.setattr(sqlite, "_REBUILD_ROWS", 1)
    contacts.add(session, {"phone": ANN})

    before = _indexes(session)
    result = imports.run(session, _request(tmp_path / "a.csv"))
    assert (result.created, result.updated) == (1, 1)
    assert _indexes(session) == before
    assert maintenance.check(session.database) == []


def test_an_import_that_fails_while_indexes_are_missing_brings_them_back(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_REBUILD_ROWS", 1)

    def full(*_: object, **__: object) -> tuple[int, int]:
        raise DatabaseBusy("The disk is full; nothing was changed.")

    before = _indexes(session)
    monkeypatch.setattr(merge, "write_memberships", full)
    with pytest.raises(DatabaseBusy):
        imports.run(session, _request(tmp_path / "a.csv"))
    assert _indexes(session) == before
    assert contacts.total(session) == 0


@pytest.mark.parametrize("existing", ["fill", "keep"])
def test_the_result_counts_whom_no_campaign_calls(session: Session, existing: str) -> None:
    """Ann and Bo are counted by the file, also where contacts are kept, Cy by the list, Di by her own mark."""
    phones = [f"+160255501{number:02}" for number in range(1, 6)]
    contacts.add(session, {"phone": phones[1]})
    contacts.add(session, {"phone": phones[3], "do_not_call": "yes"})
    list_ = f"phone\n{phones[2]}\n".encode()
    imports.run(session, ImportRequest(None, io.BytesIO(list_), destination=Destination(do_not_call=True)))
    rows = [f"{phone},{mark}" for phone, mark in zip(phones, ("yes", "yes", "", "", ""), strict=True)]
    text = "\n".join(["phone,do not call", *rows, f"{phones[0]},yes", ""])
    for dry_run in (True, False):
        request = ImportRequest(
            None, io.BytesIO(text.encode()), destination=Destination("Leads", existing=existing), dry_run=dry_run
        )
        result = imports.run(session, request)
        assert result.not_callable == 4
        assert result.do_not_call_sentence == "4 contacts of the file must not be called."
    marked = [each for each in contacts.listing(session, ContactQuery()).first(9) if each.do_not_call]
    assert len(marked) == 4
