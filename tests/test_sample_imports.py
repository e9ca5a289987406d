"""The messy samples, imported: every defect in them ends as the specification says, on both databases."""

import csv
import shutil
from pathlib import Path

import pytest

from segtui.services import imports
from segtui.services.contacts import contacts
from segtui.services.contacts.contacts import Contact, ContactQuery
from segtui.services.imports import Destination, ImportRequest, ImportResult
from segtui.services.session import Session
from tests.support.sample_files import FOLDER


def load(session: Session, folder: Path, name: str, region: str | None = None) -> ImportResult:
    path = Path(shutil.copy(FOLDER / name, folder))
    return imports.run(session, ImportRequest(path, destination=Destination("Sample"), region=region))


def people(session: Session) -> dict[str, Contact]:
    """Return every contact by its address, or by its phone where it has none."""
    return {each.email.lower() or each.phone: each for each in contacts.listing(session, ContactQuery()).first(1_000)}


def counts(result: ImportResult) -> tuple[int, int, int, int, int]:
    return result.rows, result.created, result.updated + result.unchanged, result.duplicates, result.rejected


@pytest.mark.parametrize(
    ("name", "region", "expected"),
    [
        ("webinar_leads.csv", None, (330, 330, 0, 0, 0)),
        ("fenwick_pell_customers.csv", None, (180, 180, 0, 0, 0)),
        ("walk_ins_no_header.tsv", None, (10, 10, 0, 0, 0)),
        ("messy_export.csv", None, (41, 34, 0, 2, 5)),
        ("messy_windows_1252.csv", "DE", (10, 8, 0, 1, 1)),
    ],
)
def test_every_row_of_a_sample_is_accounted_for(
    session: Session, tmp_path: Path, name: str, region: str | None, expected: tuple[int, ...]
) -> None:
    result = load(session, tmp_path, name, region)
    assert counts(result) == expected
    assert result.segment_contacts == result.created == contacts.total(session)


def test_nobody_in_the_clean_files_costs_a_warning(session: Session, tmp_path: Path) -> None:
    assert load(session, tmp_path, "webinar_leads.csv").warnings == 0
    assert load(session, tmp_path, "fenwick_pell_customers.csv").warnings == 0


def test_phones_of_the_messy_export_are_read_as_people_wrote_them(session: Session, tmp_path: Path) -> None:
    load(session, tmp_path, "messy_export.csv")
    found = people(session)
    phones = {
        "ada.okafor@example.com": "+16025550101",
        "several@example.com": "+14155550119",
        "extension@example.com": "+13035550124",
        "double.zero@example.com": "+442079460125",
        "trunk.zero@example.com": "+441174960126",
        "national@example.com": "+441314960127",
        "zoe.echantillon@example.com": "+33199001228",
        "full.width@example.com": "+17025550129",
        "quoted.plus@example.com": "+17025550134",
        "dash@example.com": "+18085550143",
        "excel.damaged@example.com": "",
        "bad.phone@example.com": "",
    }
    assert {email: found[email].phone for email in phones} == phones
    assert found["+17185550114"].last_name == "E-mail"  # its address is none


def test_other_cells_of_the_messy_export_come_in_whole(session: Session, tmp_path: Path) -> None:
    load(session, tmp_path, "messy_export.csv")
    found = people(session)
    assert found["grace@example.org"].postal_code == "02134"
    assert found["bill.pena@example.com"].first_name == 'William "Bill"'
    assert found["tomas.rivera@example.com"].first_name == "Tomás"
    assert found["tomas.rivera@example.com"].city == "New York"
    assert "00012345678901234567" in found["ada.okafor@example.com"].custom_fields.values()
    assert found["markup@example.com"].first_name == "[bold red]Mark"
    assert found["formula@example.com"].first_name.startswith("=HYPERLINK(")
    assert found["after.quote@example.com"].last_name == "The Quote"
    assert found["last.row@example.com"].phone == "+18085550144"
    assert not [char for char in found["control@example.com"].first_name if char < " "]


def test_who_must_not_be_called_is_marked(session: Session, tmp_path: Path) -> None:
    load(session, tmp_path, "messy_export.csv")
    load(session, tmp_path, "messy_windows_1252.csv", "DE")
    marked = {email for email, contact in people(session).items() if contact.do_not_call}
    assert marked == {
        "never.call@example.com",
        "crossed.out@example.com",
        "soeren@example.org",
        "maria.nunez@example.com",
    }


def test_the_windows_file_comes_in_with_its_letters_and_full_names_split(session: Session, tmp_path: Path) -> None:
    load(session, tmp_path, "messy_windows_1252.csv", "DE")
    found = people(session)
    assert found["juergen.gross@example.com"].last_name == "Groß"
    assert found["juergen.gross@example.com"].phone == "+493023125101"
    assert found["aenne@example.org"].phone == "+491713920012"
    assert found["aenne@example.org"].postal_code == "01069"
    assert found["zoe.lefevre@example.net"].phone == "+33199004567"
    assert found["inga.luenk@example.com"].organization == "Nachtrag AG"  # a duplicate fills what was left blank


def test_what_is_rejected_comes_back_with_line_and_reason(session: Session, tmp_path: Path) -> None:
    load(session, tmp_path, "messy_export.csv")
    with (tmp_path / "messy_export.csv.rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["Lead ID"] for row in rows] == ["7", "11", "12", "15", "21"]
    assert all(row["line"] and row["reason"] for row in rows)


def test_the_list_of_who_must_not_be_called_marks_people_and_creates_nobody(session: Session, tmp_path: Path) -> None:
    load(session, tmp_path, "webinar_leads.csv")
    path = Path(shutil.copy(FOLDER / "do_not_call.csv", tmp_path))
    before = contacts.total(session)
    imports.run(session, ImportRequest(path, destination=Destination(do_not_call=True)))
    assert contacts.total(session) == before
    assert contacts.by_id_or_phone(session, "+13105550185").do_not_call
