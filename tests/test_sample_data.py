"""The sample files: nobody real in them, each as its description says."""

import csv
import re
from pathlib import Path

import phonenumbers
import pytest

from tests.support import sample_files
from tests.support.phones import is_for_fiction

FOLDER = sample_files.FOLDER
CLEAN = sorted(sample_files.FILES)
_DATA_FILES = sorted(path.name for path in FOLDER.iterdir() if path.suffix in {".csv", ".tsv"})
_EMAIL = re.compile(r"[\w.+-]+@([\w.-]+\w)")


def text_of(name: str) -> str:
    return (FOLDER / name).read_bytes().decode("cp1252" if "1252" in name else "utf-8-sig")


@pytest.mark.parametrize("name", CLEAN)
def test_clean_files_are_what_the_generator_writes(name: str) -> None:
    assert (FOLDER / name).read_bytes() == sample_files.content(sample_files.FILES[name]()).encode()


@pytest.mark.parametrize("name", CLEAN)
def test_clean_files_have_somebody_reachable_in_every_row_and_nobody_twice(name: str) -> None:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    phone, email = ("Phone", "Email") if "leads" in name else ("Telephone", "E-mail")
    region = "US" if "leads" in name else "GB"
    assert all(row[phone] or row[email] for row in found)
    for field in (phone, email):
        values = [row[field] for row in found if row[field]]
        assert len(values) == len(set(values))
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(row[phone], region)) for row in found if row[phone])


def test_the_leads_are_at_least_three_hundred() -> None:
    assert len(text_of("webinar_leads.csv").splitlines()) > 300


@pytest.mark.parametrize("name", _DATA_FILES)
def test_no_address_belongs_to_anybody(name: str) -> None:
    domains = {domain.lower() for domain in _EMAIL.findall(text_of(name))}
    assert domains <= {"example.com", "example.org", "example.net"}


@pytest.mark.parametrize("name", _DATA_FILES)
def test_no_phone_belongs_to_anybody(name: str) -> None:
    for cell in {cell.strip(" '") for line in text_of(name).splitlines() for cell in re.split(r"[,;\t]|:::", line)}:
        readings = {number for region in ("US", "GB", "DE", "FR") if (number := valid_number(cell, region))}
        # Written without its country a number can be somebody's in a country that was never meant.
        assert not readings or any(is_for_fiction(number) for number in readings), cell


def valid_number(cell: str, region: str) -> str | None:
    if not re.search(r"[ +()./-]", cell) or re.search(r"E\+|[A-Za-z]{3}|\d[./-]\d\d[./-]\d", cell):
        return None  # a customer number, what Excel left of a phone, a street, a date
    try:
        number = phonenumbers.parse(cell, region)
    except phonenumbers.NumberParseException:
        return None
    valid = phonenumbers.is_valid_number(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if valid else None


@pytest.mark.parametrize("name", _DATA_FILES)
def test_each_file_is_small_enough_to_read_and_described(name: str) -> None:
    assert (FOLDER / name).stat().st_size < 100_000
    assert f"`{name}`" in (FOLDER / "README.md").read_text()


def test_the_samples_lie_where_the_program_looks_for_them() -> None:
    from segtui.resources import folder

    assert folder("sample_data") == FOLDER
    assert Path(folder("styles")).is_dir()
