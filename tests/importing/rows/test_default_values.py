"""Default values of an import: checked before anything is read, and given to rows whose own value is blank."""

import json
from pathlib import Path
from typing import Any

import pytest

from segtui.errors import InvalidInput
from segtui.importing import STAGED_COLUMNS, ReadOptions, match_columns, validate_rows
from segtui.importing.default_values import NO_VALUES, parse
from segtui.importing.rows.validation import FEW
from tests.importing.support import opened


def _staged(path: Path, *defaults: str) -> list[dict[str, Any]]:
    with opened(path) as source:
        columns = match_columns(source, ReadOptions())
        batches = list(validate_rows(source, columns, region="US", defaults=parse(defaults)))
    rows: list[dict[str, Any]] = [
        dict(zip(STAGED_COLUMNS, row, strict=True)) for batch in batches for row in batch.staged
    ]
    names = {name for row in rows for name in json.loads(row["custom_fields"])}
    assert {name for batch in batches for name in batch.custom_names} == names
    return rows


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("sourse=Fair", "There is no field “sourse”. Did you mean “source”?"),
        ("phone=+16025550199", "Each contact has its own phone"),
        ("E-MAIL=x", "There is no field"),
        ("email=a@b.de", "Each contact has its own email"),
        ("do_not_call=no", "cannot clear do-not-call marks"),
        ("source", "does not have that form"),
        ("=Fair", "does not have that form"),
        ("source= ", "source has no value"),
        ("custom.=x", "A custom field needs a name"),
        ("source=" + "x" * 10_001, "at most"),
    ],
)
def test_what_cannot_be_set_is_refused(text: str, says: str) -> None:
    with pytest.raises(InvalidInput, match=says) as caught:
        parse([text])
    assert caught.value.field == "set"


def test_a_field_is_set_once() -> None:
    for texts in (["source=a", "SOURCE=b"], ["custom.Plan=a", "custom.plan=b"]):
        with pytest.raises(InvalidInput, match="is set twice"):
            parse(texts)


def test_the_values_are_those_that_were_typed() -> None:
    texts = ["Source= Web\tinar ", 'custom."Plan type"=a=b', "do_not_call=YES"]
    assert parse(texts).by_field == {"source": "Web inar", "custom.Plan type": "a=b", "do_not_call": "yes"}
    assert not parse([])
    assert parse([]) == NO_VALUES


@pytest.mark.parametrize("count", [3, FEW + 50])
def test_a_row_gets_a_value_where_its_own_is_blank(tmp_path: Path, count: int) -> None:
    path = tmp_path / "x.csv"
    lines = [f"p{n}@example.com,{'Web' if n % 2 else ''},{'Pro' if n % 3 else ''},Ann Bo" for n in range(count)]
    path.write_text("\n".join(["email,Source,Plan,Full name", *lines]) + "\n")
    rows = _staged(path, "source=Fair", "custom.plan=Free", "custom.Booth=12", "first_name=Nobody", "city=Graz")
    assert len(rows) == count
    for number, row in enumerate(rows):
        assert row["source"] == ("Web" if number % 2 else "Fair")
        assert json.loads(row["custom_fields"]) == {"Plan": "Pro" if number % 3 else "Free", "Booth": "12"}
        assert (row["first_name"], row["city"], row["do_not_call"]) == ("Ann", "Graz", 0)
        assert "graz" in row["search"]


@pytest.mark.parametrize("count", [2, FEW + 2])
def test_a_country_that_is_set_is_that_of_the_phones(tmp_path: Path, count: int) -> None:
    path = tmp_path / "x.csv"
    lines = [f"p{number}@example.com,0660 123{number:04},{'Italy' if number == 1 else ''}" for number in range(count)]
    path.write_text("\n".join(["Email,Phone,Country", *lines]) + "\n")
    rows = _staged(path, "country=Austria", "do_not_call=yes")
    assert [row["region"] for row in rows if row["line"] != 3] == ["AT"] * (count - 1)
    assert {row["do_not_call"] for row in rows} == {1}


def test_objects_keep_their_own_values(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text('email,custom_fields\na@b.de,"{""Plan"": ""Pro""}"\nc@b.de,"{""x"": 1}"\nd@b.de,\n')
    rows = _staged(path, "custom.plan=Free")
    assert [json.loads(row["custom_fields"]) for row in rows] == [
        {"Plan": "Pro"},
        {"x": "1", "plan": "Free"},
        {"plan": "Free"},
    ]
