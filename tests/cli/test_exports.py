import csv
import io
import json
from pathlib import Path

import pytest

from tests.support.commands import Commands

# What a contact has of the database it is in.
_ITS_OWN = ("id", "created", "updated")


def test_csv_on_standard_output_by_default(people: Commands) -> None:
    rows = list(csv.DictReader(io.StringIO(people("export", "--segment", "Webinar").out)))
    assert [row["first_name"] for row in rows] == ["Finn", "Zoë"]
    assert rows[0]["phone"] == "+16025550199"


def test_no_cell_is_a_formula(people: Commands) -> None:
    people("contacts", "edit", "+16025550199", "organization==1+1")
    (row,) = csv.DictReader(io.StringIO(people("export", "--search", "finn").out))
    assert row["organization"] == "'=1+1"


@pytest.mark.parametrize("file", ["back.csv", "back.json", "back.parquet", "back.xlsx", "back.txt"])
def test_the_ending_of_the_file_says_the_format(people: Commands, file: str) -> None:
    assert people("export", "--output", file).out == f"Exported 3 contacts to {file}.\n"
    path = Path(file)
    assert path.stat().st_mode & 0o777 == 0o600
    start = {"json": b"[", "parquet": b"PAR1", "xlsx": b"PK"}.get(path.suffix[1:], b"phone,first_name")
    assert path.read_bytes().startswith(start)


def test_the_format_can_be_said(people: Commands) -> None:
    people("export", "--output", "back.csv", "--format", "json")
    assert len(json.loads(Path("back.csv").read_text())) == 3


def test_json_tells_what_was_written(people: Commands) -> None:
    told = people("export", "--filter", "status=NEW", "--output", "back.csv", "--json").json
    assert told == {"contacts": 1, "file": "back.csv", "format": "csv"}


@pytest.mark.parametrize(
    "options", [("--json",), ("--format", "json"), ("--format", "json", "--output", "-", "--json")]
)
def test_json_on_standard_output_is_one_document_of_contacts(people: Commands, options: tuple[str, ...]) -> None:
    exported = people("export", *options).json
    assert exported == people("contacts", "list", "--json").json["contacts"]


def test_a_file_that_cannot_be_written_is_a_sentence(people: Commands) -> None:
    for target in ("missing/back.csv", "."):
        ran = people.attempt("export", "--output", target)
        assert (ran.status, ran.out) == (1, "")


def test_an_unknown_segment_writes_no_file(people: Commands) -> None:
    assert people.attempt("export", "--segment", "Nothing", "--output", "back.csv").status == 1
    assert not Path("back.csv").exists()


def test_a_name_as_long_as_names_can_be(people: Commands) -> None:
    name = "客" * 83 + ".csv"
    people("export", "--output", name)
    assert Path(name).exists()


def test_an_export_imports_back_to_the_same_contacts(people: Commands, tmp_path: Path) -> None:
    people("contacts", "add", "email=o'hara@example.com", "status=DNC", "custom.Email==1+1", "custom.+x='abc")
    people("contacts", "add", "phone=+81312345678", "first_name=太郎", 'organization="A", B; C', "custom.line=-5")
    people("export", "--output", "back.csv")
    again = people("import", "back.csv", "--existing", "overwrite", "--json").json
    assert (again["rows"], again["unchanged"]) == (5, 5)
    other = Commands(str(tmp_path / "other.db"))
    assert other("import", "back.csv", "--json").json["created"] == 5

    def contacts_of(segtui: Commands) -> list[dict[str, object]]:
        found = segtui("contacts", "list", "--json", "--sort", "email").json["contacts"]
        return [{name: value for name, value in each.items() if name not in _ITS_OWN} for each in found]

    assert contacts_of(other) == contacts_of(people)
