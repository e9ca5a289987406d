"""`segtui do-not-call`: listing, adding, removing and exporting the numbers that are never called."""

import csv
import io
from pathlib import Path

import pytest

from tests.support.commands import Commands

ANN, BO = "+16025550101", "+16025550102"


def test_numbers_are_added_listed_and_removed(segtui: Commands) -> None:
    segtui("contacts", "add", f"phone={ANN}", "first_name=Ann")
    added = segtui("do-not-call", "add", "602 555 0101", "(602) 555-0102", "--json").json
    assert added == {"numbers": [ANN, BO], "known": 0, "marked": 1}
    rows = segtui("do-not-call", "list", "--json").json
    assert [row["phone"] for row in rows] == [ANN, BO]
    assert set(rows[0]) == {"phone", "added_at", "added_by", "sources", "contact_id"}
    assert rows[0]["sources"] == [{"import_id": None, "file": None}]
    assert (rows[0]["contact_id"], rows[1]["contact_id"]) == (1, None)
    assert "Ann" in segtui("do-not-call", "list").out
    assert segtui("do-not-call", "add", ANN).out == f"{ANN} was already on the do-not-call list.\n"
    refused = segtui.attempt("do-not-call", "remove", ANN)
    assert (refused.status, "Ann may then be called" in refused.err, "--yes" in refused.err) == (1, True, True)
    assert segtui("contacts", "show", ANN, "--json").json["do_not_call"]
    assert segtui("do-not-call", "remove", ANN, "--yes").out == f"{ANN} is no longer on the do-not-call list.\n"
    assert not segtui("contacts", "show", ANN, "--json").json["do_not_call"]
    assert [row["phone"] for row in segtui("do-not-call", "remove", BO, "--yes", "--json").json] == [BO]
    assert segtui("do-not-call", "list").out.startswith("The do-not-call list is empty")


def test_all_or_none(segtui: Commands) -> None:
    segtui("do-not-call", "add", ANN)
    wrong = segtui.attempt("do-not-call", "add", BO, "12")
    assert (wrong.status, "“12” is not a valid phone number" in wrong.err) == (2, True)
    missing = segtui.attempt("do-not-call", "remove", ANN, BO, "--yes")
    assert (missing.status, missing.err) == (1, f"{BO} is not on the do-not-call list.\n")
    assert [row["phone"] for row in segtui("do-not-call", "list", "--json").json] == [ANN]


def test_a_mark_outlives_its_contact(segtui: Commands) -> None:
    Path("old.csv").write_text(f"phone,first_name\n{ANN},Ann\n")
    segtui("import", "old.csv", "--segment", "Leads")
    segtui("contacts", "edit", ANN, "do_not_call=yes")
    segtui("contacts", "delete", ANN, "--yes")
    segtui("import", "old.csv", "--segment", "Leads")
    assert segtui("contacts", "show", ANN, "--json").json["do_not_call"]


def test_an_export_is_what_an_import_reads(segtui: Commands) -> None:
    Path("never.csv").write_text(f"phone\n{ANN}\n")
    segtui("import", "never.csv", "--do-not-call")
    segtui("do-not-call", "add", BO)
    exported = segtui("do-not-call", "export").out
    rows = list(csv.DictReader(io.StringIO(exported)))
    assert [(row["phone"], row["source"]) for row in rows] == [(ANN, "never.csv"), (BO, "by hand")]
    assert segtui("do-not-call", "export", "--output", "out.csv").out == "Exported 2 numbers to out.csv.\n"
    assert Path("out.csv").read_text() == exported
    assert segtui("do-not-call", "export", "--json").json == segtui("do-not-call", "list", "--json").json
    segtui("do-not-call", "remove", ANN, BO, "--yes")
    segtui("import", "out.csv", "--do-not-call")
    assert [row["phone"] for row in segtui("do-not-call", "list", "--json").json] == [ANN, BO]
    actions = [entry["action"] for entry in segtui("audit", "--action", "do_not_call.export", "--json").json]
    assert actions == ["do_not_call.export"] * 3


@pytest.mark.parametrize("command", [["add"], ["remove"]])
def test_a_number_has_to_be_named(segtui: Commands, command: list[str]) -> None:
    assert segtui.attempt("do-not-call", *command).status == 2
