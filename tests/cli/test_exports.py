import csv
import gzip
import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import update

from segtui.database.engine import open_database
from segtui.database.tables.core_tables import contacts
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


@pytest.mark.parametrize("file", ["back.csv", "back.JSON", "back.parquet", "back.xlsx", "back"])
def test_the_ending_of_the_file_says_the_format(people: Commands, file: str) -> None:
    assert people("export", "--output", file).out == f"Exported 3 contacts to {file}.\n"
    path = Path(file)
    assert path.stat().st_mode & 0o777 == 0o600
    start = {"json": b"[", "parquet": b"PAR1", "xlsx": b"PK"}.get(path.suffix[1:].lower(), b"phone,first_name")
    assert path.read_bytes().startswith(start)


@pytest.mark.parametrize("file", ["back.csv.gz", "back.json.GZ", "back.gz"])
def test_an_ending_gz_packs_the_file(people: Commands, file: str) -> None:
    told = people("export", "--output", file, "--json").json
    assert told == {"contacts": 3, "file": file, "format": "json" if "json" in file else "csv"}
    plain = gzip.decompress(Path(file).read_bytes())
    assert plain.startswith(b"[" if "json" in file else b"phone,first_name")
    people("export", "--output", "again" + Path(file).suffix, "--format", told["format"])
    assert Path("again" + Path(file).suffix).read_bytes() == Path(file).read_bytes()
    if told["format"] == "csv":
        assert people("import", file, "--json").json["unchanged"] == 3


@pytest.mark.parametrize("file", ["back.txt", "back.cvs", "back.txt.gz", "back.parquet.gz", "back.xlsx.gz"])
def test_an_ending_that_says_no_format_is_a_sentence(people: Commands, file: str) -> None:
    ran = people.attempt("export", "--output", file)
    assert (ran.status, ran.out) == (2, "")
    assert not Path(file).exists()


def test_a_format_that_is_said_needs_no_ending(people: Commands) -> None:
    people("export", "--output", "back.txt", "--format", "csv")
    assert Path("back.txt").read_text().startswith("phone,")
    assert people.attempt("export", "--output", "back.gz", "--format", "parquet").status == 2


def test_a_script_writes_over_what_it_wrote_before(people: Commands) -> None:
    for options in ((), ("--yes",)):
        Path("back.csv").write_text("older")
        people("export", "--output", "back.csv", *options)
        assert Path("back.csv").read_text().startswith("phone,")


@pytest.mark.parametrize("target", ["/dev/stdout", "-"])
def test_a_pipe_takes_it_as_it_comes(people: Commands, target: str) -> None:
    ran = people.process("export", "--output", target, "--format", "csv")
    assert ran.status == 0
    assert ran.out.startswith("phone,first_name")


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


@pytest.mark.parametrize("format_", ["csv", "csv.gz", "xlsx", "parquet", "json"])
def test_custom_fields_called_like_a_field_in_other_letters_are_exported_too(people: Commands, format_: str) -> None:
    Path("odd.csv").write_text("Phone,Email,Note,note\n12,odd@example.com,one,two\n")
    people("import", "odd.csv", "--segment", "Odd")
    odd = people("contacts", "show", "odd@example.com", "--json").json
    assert odd["custom_fields"]["Phone"] == "12"
    file = f"odd.{format_}"
    people("export", "--segment", "Odd", "--output", file)
    raw = Path(file).read_bytes()
    if format_ == "parquet":
        import polars as pl

        (row,) = pl.read_parquet(io.BytesIO(raw)).to_dicts()
        assert (row["phone"], row["Phone"]) == ("", "12")
    elif format_ == "xlsx":
        sheet = zipfile.ZipFile(io.BytesIO(raw)).read("xl/worksheets/sheet1.xml").decode()
        cells = re.findall(r"<t>([^<]*)</t>", sheet)
        assert cells[:2] == ["phone", "first_name"]
        assert {"Phone", "12", "odd@example.com", "one", "two"} <= set(cells)
    elif format_ != "json":
        assert people("import", file, "--existing", "overwrite", "--json").json["unchanged"] == 1
        assert people("contacts", "show", "odd@example.com", "--json").json["custom_fields"] == odd["custom_fields"]


def test_what_an_xlsx_sheet_cannot_hold_is_a_sentence(people: Commands) -> None:
    Path("long.csv").write_text("phone,first_name,note\n+16025550111,Ann,x\n")
    people("import", "long.csv", "--segment", "Long")
    _store_what_no_sheet_holds(people, "+16025550111")
    ran = people.attempt("export", "--segment", "Long", "--output", "long.xlsx")
    assert (ran.status, "Ann has more in “note”; export as CSV" in ran.err) == (1, True)
    assert not Path("long.xlsx").exists()


def _store_what_no_sheet_holds(people: Commands, phone: str) -> None:
    """Give a contact a value from before there was a limit to values."""
    database = open_database(people.database)
    with database.engine.execution_options(writes=True, every_company=True).begin() as connection:
        connection.execute(
            update(contacts).where(contacts.c.phone == phone).values(custom_fields=json.dumps({"note": "x" * 32_768}))
        )
    database.close()


def _exports(people: Commands) -> list[str]:
    return [entry["object"] for entry in people("audit", "--action", "export", "--json").json]


def test_an_export_that_fails_is_not_in_the_trail_as_done(people: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    assert people.attempt("export", "--output", "missing/folder/back.csv").status == 1
    _store_what_no_sheet_holds(people, "+16025550199")
    for words in (("--output", "back.xlsx"), ("--format", "xlsx")):
        ran = people.attempt("export", *words)
        assert (ran.status, ran.out) == (1, "")
    assert _exports(people) == []
    people("export", "--output", "back.csv")
    people("export")
    people("export", "--output", "back.csv.gz")
    assert _exports(people) == ["all contacts"] * 3
