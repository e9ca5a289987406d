"""A load that follows its check: it writes what was checked without reading the file again, or reads it again."""

import csv
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from segtui.domain.vocabulary import Role
from segtui.errors import Cancelled, DatabaseError, InvalidInput, NothingToImport, SignedOut, UnreadableFile
from segtui.importing.options import ReadOptions
from segtui.services import imports
from segtui.services.accounts import users
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.do_not_call import do_not_call_editing
from segtui.services.imports import Destination, ImportRequest, ImportResult, Progress, import_run
from segtui.services.imports.importer import Importer
from segtui.services.imports.process.messages import SessionFacts
from segtui.services.interrupt import Interrupt
from segtui.services.maintenance import maintenance
from segtui.services.segments import segments
from segtui.services.session import Session
from tests.support.canaries import World
from tests.support.import_model import FIELDS, Person, cleared, import_rows, shown, some_rows, take

ANN, BO = "+16025550101", "+16025550102"
_FILE = f"phone,first_name\n{ANN},Ann\n{BO},Bo\n{ANN},Anna\nnone,Cy\n"


@pytest.fixture
def importer() -> Iterator[Importer]:
    importer = Importer()
    yield importer
    importer.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "files" / "leads.csv"
    path.parent.mkdir()
    path.write_text(_FILE, encoding="utf-8")
    return path


def check_of(path: Path, segment: str = "Leads") -> ImportRequest:
    return ImportRequest(path, name=path.name, destination=Destination(segment), dry_run=True)


def load(importer: Importer, session: Session, request: ImportRequest) -> tuple[ImportResult, bool]:
    """Load a file; return the result, and whether it was read for that."""
    phases: list[str] = []
    request = replace(request, dry_run=False)
    result = importer.run(session, request, progress=lambda progress: phases.append(progress.phase))
    assert "writing" in phases
    return result, "reading" in phases


def _account(session: Session, path: Path, result: ImportResult) -> object:
    """Return all that tells of an import but its times and its id."""
    assert result.import_id is not None
    record = imports.get(session, result.import_id)
    rejects = sorted(file.read_text() for file in path.parent.iterdir() if ".rejects" in file.name)
    no_ids = replace(result, seconds=0, import_id=0, segment_id=0)
    remarks = list(imports.remarks.every(session, result.import_id))
    return no_ids, replace(record, id=0, segment_id=0, started_at=None, finished_at=None), remarks, rejects  # type: ignore[arg-type]


def test_a_load_after_its_check_is_an_import_that_reads_nothing(
    session: Session, path: Path, importer: Importer
) -> None:
    forecast = importer.run(session, check_of(path))
    assert (contacts.total(session), segments.total(session), imports.total(session)) == (0, 0, 0)
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    result, has_read = load(importer, session, check_of(path))
    assert not has_read
    for name in ("rows", "created", "duplicates", "rejected", "added", "segment_contacts", "rejected_examples"):
        assert getattr(forecast, name) == getattr(result, name)
    account, people = _account(session, path, result), shown(session)
    assert maintenance.check(session.database) == []
    cleared(session)
    for file in path.parent.glob("*.rejects*"):
        file.unlink()
    at_once = imports.run(session, replace(check_of(path), dry_run=False))
    assert _account(session, path, at_once) == account
    assert shown(session) == people


def _changed(path: Path) -> None:
    """Change the file so that size and time are as before."""
    times = path.stat()
    path.write_text(_FILE.replace("Bo", "Di"), encoding="utf-8")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def _replaced(path: Path) -> None:
    shutil.copy2(path, path.with_suffix(".new"))
    path.with_suffix(".new").replace(path)


@pytest.mark.parametrize("change", [_changed, _replaced])
def test_a_file_that_is_another_one_since_is_read_again(
    session: Session, path: Path, importer: Importer, change: Callable[[Path], None]
) -> None:
    importer.run(session, check_of(path))
    change(path)
    assert load(importer, session, check_of(path))[1]
    assert {row["first_name"] for row in shown(session)} == {"Ann", "Di" if change is _changed else "Bo"}


def test_another_content_than_the_expected_one_is_refused_as_ever(
    session: Session, path: Path, importer: Importer
) -> None:
    from segtui.importing import open_source

    with open_source(path, options=ReadOptions()) as source:
        request = replace(check_of(path), sha256=source.sha256)
    importer.run(session, request)
    _changed(path)
    with pytest.raises(UnreadableFile, match="not the expected file"):
        load(importer, session, request)
    path.unlink()
    with pytest.raises(UnreadableFile, match="There is no file"):
        load(importer, session, request)
    assert contacts.total(session) == 0


@pytest.mark.parametrize(
    "other",
    [
        {"destination": Destination("Others")},
        {"destination": Destination("Leads", existing="keep")},
        {"options": ReadOptions(mapping={"first_name": "last_name"})},
        {"region": "GB"},
        {"name": "other.csv"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_other_options_are_another_import(
    session: Session, path: Path, importer: Importer, other: dict[str, object]
) -> None:
    importer.run(session, check_of(path))
    result, has_read = load(importer, session, replace(check_of(path), **other))  # type: ignore[arg-type]  # by name
    assert has_read
    assert result.created == 2


def test_an_import_that_is_done_never_looks_as_if_it_were_not(
    session: Session, path: Path, importer: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> str:
        raise DatabaseError("The server went away.")

    monkeypatch.setattr(import_run, "calling_after_import", fail)
    result, _ = load(importer, session, check_of(path))
    assert result.import_id is not None
    assert "could not be read" in result.still_calling
    assert contacts.total(session) == 2


def test_rows_are_loaded_once(session: Session, path: Path, importer: Importer) -> None:
    importer.run(session, check_of(path))
    assert load(importer, session, check_of(path))[0].created == 2
    result, has_read = load(importer, session, check_of(path))
    assert has_read
    assert (result.created, result.unchanged) == (0, 2)


def test_a_check_of_another_file_takes_the_place_of_the_first(session: Session, path: Path, importer: Importer) -> None:
    other = path.with_name("other.csv")
    other.write_text("phone\n+16025550103\n")
    importer.run(session, check_of(path))
    importer.run(session, check_of(other))
    assert load(importer, session, check_of(path))[1]
    assert contacts.total(session) == 2


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    earlier=some_rows,
    rows=some_rows,
    between=some_rows,
    existing=st.sampled_from(["fill", "overwrite", "keep"]),
)
def test_what_others_change_between_check_and_load_counts(
    session: Session,
    earlier: list[dict[str, str]],
    rows: list[dict[str, str]],
    between: list[dict[str, str]],
    existing: str,
) -> None:
    cleared(session)
    people: list[Person] = []
    take(people, earlier, "fill")
    import_rows(session, earlier, Destination("Leads"))
    importer = Importer()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "rows.csv")
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, FIELDS)
            writer.writeheader()
            writer.writerows(rows)
        request = ImportRequest(
            path, name="rows.csv", destination=Destination("Leads", existing=existing), dry_run=True
        )
        try:
            importer.run(session, request)
        except NothingToImport:
            return
        take(people, between, "overwrite")
        import_rows(session, between, Destination("Leads", existing="overwrite"))
        expected = take(people, rows, existing)
        result, has_read = load(importer, session, request)
    assert not has_read
    assert {name: getattr(result, name) for name in expected} == expected
    assert sorted(map(str, shown(session))) == sorted(map(str, (person.values for person in people)))
    assert maintenance.check(session.database) == []


def test_a_number_listed_between_check_and_load_is_not_called(session: Session, path: Path, importer: Importer) -> None:
    contacts.add(session, {"email": "bo@example.com"})
    path.write_text(f"phone,email\n{ANN},ann@example.com\n{BO},bo@example.com\n")
    importer.run(session, check_of(path))
    do_not_call_editing.add(session, f"{ANN}\n{BO}")
    result, has_read = load(importer, session, check_of(path))
    assert not has_read
    assert (result.created, result.updated, result.not_callable) == (1, 1, 2)
    assert [row.do_not_call for row in contacts.listing(session, ContactQuery()).first(5)] == [True, True]


@pytest.mark.parametrize("phase", ["matching", "writing"])
def test_a_cancelled_load_leaves_nothing_but_the_record_and_the_next_reads_again(
    session: Session, path: Path, importer: Importer, phase: str
) -> None:
    importer.run(session, check_of(path))
    interrupt = Interrupt()

    def stop(progress: Progress) -> None:
        if progress.phase == phase:
            interrupt.cancel()

    with pytest.raises(Cancelled, match="cancelled; nothing was changed"):
        importer.run(session, replace(check_of(path), dry_run=False), progress=stop, interrupt=interrupt)
    assert (contacts.total(session), segments.total(session)) == (0, 0)
    assert [record.status for record in imports.every(session)] == ["cancelled"]
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert load(importer, session, check_of(path))[1]


def test_a_cancelled_check_keeps_nothing(session: Session, path: Path, importer: Importer) -> None:
    interrupt = Interrupt()
    with pytest.raises(Cancelled):
        importer.run(session, check_of(path), progress=lambda _: interrupt.cancel(), interrupt=interrupt)
    assert load(importer, session, check_of(path))[1]


def test_a_check_that_brings_nothing_keeps_nothing(session: Session, path: Path, importer: Importer) -> None:
    path.write_text("phone\nnone\n")
    for dry_run in (True, False):
        with pytest.raises(NothingToImport) as caught:
            importer.run(session, replace(check_of(path), dry_run=dry_run))
        assert isinstance(caught.value.result, ImportResult)
    assert [record.status for record in imports.every(session)] == ["failed"]


def test_rows_that_are_gone_are_read_again(session: Session, path: Path, importer: Importer) -> None:
    """On a server the connection ends; a SQLite file is replaced by a copy."""
    importer.run(session, check_of(path))
    database = session.database
    if database.path is not None:
        shutil.copy2(database.path, f"{database.path}.copy")
        Path(f"{database.path}.copy").replace(database.path)
        for log in ("-wal", "-shm"):
            Path(f"{database.path}{log}").unlink(missing_ok=True)
    else:
        with database.engine.connect().execution_options(every_company=True) as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
    result, has_read = load(importer, session, check_of(path))
    assert has_read
    assert result.created == 2


def test_rejected_rows_that_cannot_be_kept_are_read_again(
    session: Session, path: Path, importer: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("segtui.services.imports.rejected_rows.tempfile.TemporaryFile", full)
        importer.run(session, check_of(path))
    result, has_read = load(importer, session, check_of(path))
    assert has_read
    assert Path(result.rejects_file or "").read_text().splitlines()[1:] == [
        "5,“none” is not a valid phone number (read for US); no e-mail,none,Cy"
    ]


def test_a_file_that_may_not_be_replaced_by_rejected_rows_is_noticed_before_the_load(
    session: Session, path: Path, importer: Importer
) -> None:
    request = replace(check_of(path), rejects=path)
    importer.run(session, request)
    with pytest.raises(InvalidInput, match="the imported file"):
        importer.run(session, replace(request, dry_run=False))
    assert path.read_text() == _FILE
    assert contacts.total(session) == 0


def test_who_is_disabled_between_check_and_load_loads_nothing(world: World, path: Path, importer: Importer) -> None:
    session = world.as_role(Role.MEMBER)
    before = contacts.total(world.owner)
    importer.run(session, check_of(path, "New ones"))
    users.edit(world.owner, session.actor.login, enabled=False)
    with pytest.raises(SignedOut):
        load(importer, session, check_of(path, "New ones"))
    assert contacts.total(world.owner) == before


def test_the_rows_of_one_company_are_never_loaded_into_another(world: World, path: Path, importer: Importer) -> None:
    importer.run(world.owner, check_of(path, "New ones"))
    other = replace(world.owner, company=world.other.company)
    result, has_read = load(importer, other, check_of(path, "New ones"))
    assert has_read
    assert segments.by_name(other, "New ones").id == result.segment_id
    assert SessionFacts.of(other) != SessionFacts.of(world.owner)
