"""The remarks of an import: all of them are kept with it, of its company alone, until it is undone."""

from pathlib import Path

import pytest
from sqlalchemy import text

from segtui.domain.vocabulary import Role
from segtui.errors import NotFound, NothingToImport
from segtui.services import imports
from segtui.services.contacts import contact_editing, contacts
from segtui.services.imports import Destination, ImportRequest, remarks
from segtui.services.imports.remarks import Remark, RemarkQuery
from segtui.services.session import Session
from tests.support.canaries import SECRET, World

FILE = (
    "phone,email,first_name\n"
    "+16025550101,ann@,Ann\n"
    "none,,Bo\n"
    "+16025550101,,Ann\n"
    "+16025550102,cid@example.com,Cid\n"
    "+16025550103,dee@,Dee\n"
)
KEPT = [
    (2, "warning", "“ann@” is not a valid e-mail address"),
    (3, "rejected", "“none” is not a valid phone number (read for US); no e-mail"),
    (4, "duplicate", "the same contact as line 2"),
    (6, "warning", "“dee@” is not a valid e-mail address"),
]


def loaded(session: Session, folder: Path, content: str = FILE, **more: object) -> imports.ImportRecord:
    path = folder / "a.csv"
    path.write_text(content, encoding="utf-8")
    request = ImportRequest(path, **{"destination": Destination("Leads"), **more})  # type: ignore[arg-type]  # by name
    result = imports.run(session, request)
    assert result.import_id is not None
    return imports.get(session, result.import_id)


def kept(session: Session, record: imports.ImportRecord) -> list[tuple[int, str, str]]:
    return [(remark.line, remark.kind, remark.text) for remark in remarks.every(session, record.id)]


def test_all_remarks_are_kept_in_the_order_of_the_file(session: Session, tmp_path: Path) -> None:
    record = loaded(session, tmp_path)
    assert kept(session, record) == KEPT
    assert remarks.total(session, record.id) == 4
    assert record.has_remarks
    assert [remark.to_json() for remark in remarks.every(session, record.id)][1] == {
        "line": 3,
        "kind": "rejected",
        "text": KEPT[1][2],
    }


def test_thousands_of_remarks_are_kept_too(session: Session, tmp_path: Path) -> None:
    rows = "".join(f"+1602555{n:04},bad{n}@,Ann\n" for n in range(100, 7300))
    record = loaded(session, tmp_path, "phone,email,first_name\n" + rows + "x,y,z\n" * 5000)
    found = kept(session, record)
    assert len(found) == 12_200
    assert [line for line, _, _ in found] == list(range(2, 12_202))


def test_remarks_are_listed_searched_and_sorted(session: Session, tmp_path: Path) -> None:
    record = loaded(session, tmp_path)
    for query, lines in (
        (RemarkQuery(), [2, 3, 4, 6]),
        (RemarkQuery(descending=True), [6, 4, 3, 2]),
        (RemarkQuery("E-MAIL address"), [2, 6]),
        (RemarkQuery("3"), [3]),
        (RemarkQuery(sort="kind"), [4, 3, 2, 6]),
        (RemarkQuery(sort="text", descending=True), [3, 6, 2, 4]),
    ):
        listing = remarks.listing(session, record.id, query)
        ids = listing.ids()
        assert [remark.line for remark in listing.first(9)] == [listing.rows(ids)[key].line for key in ids] == lines
    listing = remarks.listing(session, record.id, RemarkQuery())
    assert listing.belonging([1, 4, 9]) == {1, 4}
    assert listing.rows([3]) == {3: Remark(3, *KEPT[2])}


def test_a_file_whose_rows_are_all_rejected_keeps_its_remarks(session: Session, tmp_path: Path) -> None:
    with pytest.raises(NothingToImport):
        loaded(session, tmp_path, "phone\nnone\nnobody\n")
    (record,) = imports.every(session)
    assert (record.status, record.counts["rejected"]) == ("failed", 2)
    assert [line for line, _, _ in kept(session, record)] == [2, 3]


def test_a_trial_run_keeps_nothing(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(FILE, encoding="utf-8")
    assert imports.run(session, ImportRequest(path, dry_run=True)).warnings == 2
    path.write_text("phone\nnone\n", encoding="utf-8")
    with pytest.raises(NothingToImport):
        imports.run(session, ImportRequest(path, dry_run=True))
    with session.read() as tx:
        count = tx.execute(text("SELECT count(*) FROM import_remarks WHERE company_id = :company")).scalar_one()
    assert count == 0
    assert imports.every(session) == []


def test_remarks_of_a_do_not_call_list_and_of_the_whole_file(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("Имя;Телефон\nАнна;+16025550101\nПётр;никакой\n".encode("cp1251"))
    result = imports.run(session, ImportRequest(path, destination=Destination(do_not_call=True)))
    assert result.warnings == 1
    record = imports.get(session, result.import_id or 0)
    guess = "The encoding Windows-1251 is a guess: where letters are wrong, choose another encoding"
    assert kept(session, record)[0] == (0, "warning", guess)
    assert [(remark.line, remark.place) for remark in remarks.every(session, record.id)] == [
        (0, "whole file"),
        (3, "line 3"),
    ]


def test_a_remark_about_a_contact_goes_with_the_contact(session: Session, tmp_path: Path) -> None:
    record = loaded(session, tmp_path, FILE + "+16025550103,dee@,Dee\n")
    contact_editing.delete(session, contacts.by_id_or_phone(session, "+16025550103").id)
    assert kept(session, record) == KEPT[:3]


def test_an_undo_deletes_the_remarks_of_the_import_alone(session: Session, tmp_path: Path) -> None:
    first, second = loaded(session, tmp_path), loaded(session, tmp_path)
    imports.undo(session, second.id)
    assert kept(session, second) == []
    assert not imports.get(session, second.id).has_remarks
    assert kept(session, first) == KEPT


def test_an_admin_of_all_companies_reads_them_and_a_member_of_another_company_does_not(
    world: World,
) -> None:
    other = imports.every(world.owner.bound_to(world.other.company))[-1]
    assert SECRET in kept(world.owner.bound_to(None), other)[0][2]
    with pytest.raises(NotFound, match="There is no import"):
        kept(world.as_role(Role.MEMBER), other)
