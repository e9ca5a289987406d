"""Columns of the files that people bring, from many programs and in many languages, go where they belong."""

import csv
from pathlib import Path

import pytest

from segtui.importing import match_columns, open_source
from segtui.importing.options import ReadOptions
from tests.importing.header_tables import HEADERS

_ANY = "*"
# Three rows of what stands below a header of each target.
_VALUES = {
    "phone": ("+16025550199", "+16025550142", "+16025550117"),
    "email": ("a@example.com", "b@example.com", "c@example.com"),
    "first_name": ("Ann", "Bo", "Cy"),
    "last_name": ("Smith", "Jones", "Kim"),
    "full_name": ("Ann Smith", "Bo Jones", "Cy Kim"),
    "organization": ("Acme", "Globex", "Initech"),
    "job_title": ("CEO", "Buyer", "Engineer"),
    "address": ("1 Main St", "2 Oak Ave", "3 Elm Rd"),
    "city": ("Phoenix", "Boston", "Denver"),
    "state": ("AZ", "MA", "CO"),
    "country": ("US", "US", "CA"),
    "postal_code": ("85001", "02134", "80014"),
    "timezone": ("America/Phoenix", "America/Phoenix", "America/Denver"),
    "source": ("web", "fair", "web"),
    "status": ("NEW", "OPEN", "NEW"),
    "do_not_call": ("", "yes", ""),
    "phone_label": ("Mobile", "Work", "Home"),
    "custom": ("x1", "y2", "z3"),
}


@pytest.mark.parametrize("name", HEADERS)
def test_every_column_goes_where_it_belongs(tmp_path: Path, name: str) -> None:
    expected = {}
    for column in HEADERS[name].split("|"):
        header, _, target = column.partition("=")
        expected[header] = target or "custom"
    path = tmp_path / "file.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(expected)
        below = [_VALUES["custom" if target == _ANY else target] for target in expected.values()]
        writer.writerows(zip(*below, strict=True))
    with open_source(path, options=ReadOptions()) as source:
        found = {column.header: column.target for column in match_columns(source, ReadOptions())}
    assert list(found) == list(expected)
    told = {header: target for header, target in expected.items() if target != _ANY}
    assert {header: found[header].replace("ignore", "custom") for header in told} == told
