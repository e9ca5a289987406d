"""Options that are given twice: several segments are a union, anything else is wrong usage."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from segtui.cli.main import program
from segtui.cli.options import Group, Invocation
from tests.support.commands import Commands


def _commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, Group):
        context = click.Context(command, obj=Invocation())
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from _commands(found, (*path, name))


ONCE = [
    (path, option.opts[0])
    for path, command in _commands(program)
    for option in command.params
    if isinstance(option, click.Option)
    and not option.multiple
    and not option.is_flag
    and option.name != "database"  # the one nearest the command wins
]


@pytest.mark.parametrize(("path", "option"), ONCE, ids=lambda value: " ".join(value) if value else "segtui")
def test_an_option_that_takes_one_value_is_not_given_twice(
    segtui: Commands, path: tuple[str, ...], option: str
) -> None:
    ran = segtui.attempt(*path, option, "1", option, "2")
    assert (ran.status, ran.out) == (2, "")
    assert f"{option} is given twice" in ran.err or f"{option} names two companies" in ran.err


def test_two_forms_of_a_flag_contradict_each_other(people: Commands) -> None:
    words = ("campaigns", "create", "Spring", "--segment", "Webinar", "--agent", "a")
    assert people.attempt(*words, "--retry-voicemail", "--no-retry-voicemail").status == 2
    assert people.attempt("segments", "list", "--json", "--json").status == 0


def test_two_companies_are_not_one(segtui: Commands) -> None:
    segtui("companies", "create", "Globex")
    ran = segtui.attempt("--company", "Main", "segments", "list", "--company", "Globex")
    assert ran.status == 2
    assert "two companies" in ran.err
    assert segtui("--company", "Main", "segments", "list", "--company", "Main", "--json").json == []


def test_a_column_is_mapped_once(people: Commands) -> None:
    Path("a.csv").write_text("Tel,Name\n602-555-0142,Ann\n")
    ran = people.attempt("import", "a.csv", "--map", "Tel=phone", "--map", "Tel=ignore")
    assert ran.status == 2
    assert "“Tel” twice" in ran.err


def test_several_segments_are_a_union(people: Commands) -> None:
    people("segments", "create", "Mail")
    people("segments", "add", "Mail", "--search", "quin")
    people("segments", "add", "Mail", "--search", "finn")
    both = ("--segment", "Webinar", "--segment", "Mail")

    def names(*words: str) -> list[str]:
        return sorted(each["first_name"] for each in people("contacts", "list", *words, "--json").json["contacts"])

    assert names(*both) == ["Finn", "Quin", "Zoë"]
    assert names("--segment", "Mail", "--segment", "mail") == ["Finn", "Quin"]
    assert names(*both, "--search", "example.com") == ["Finn", "Quin"]
    assert names(*both, "--filter", "status=NEW") == ["Finn"]
    assert [each["first_name"] for each in json.loads(people("export", *both, "--format", "json").out)] == [
        "Finn",
        "Quin",
        "Zoë",
    ]
    assert people("audit", "--action", "export", "--json").json[0]["object"] == "Mail, Webinar"
    people("segments", "create", "All")
    assert people("segments", "add", "All", *both, "--json").json["added"] == 3
    assert people("segments", "remove", "All", *both, "--json").json["removed"] == 3


# Names in JSON

_CONTRACT = {"at", "created", "updated", "expected_end"}


def _names(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name, inner
            if name != "custom_fields":
                yield from _names(inner)
    elif isinstance(value, list):
        for each in value:
            yield from _names(each)


def test_names_in_json_have_one_form_and_times_are_called_at(people: Commands) -> None:
    people("campaigns", "create", "Spring", "--segment", "Webinar", "--agent", "a")
    Path("a.csv").write_text("phone\n602-555-0142\n")
    people("users", "add", "bob", "--company", "Main", "--role", "member")
    documents = [
        people(*words, "--json").json
        for words in (
            ("import", "a.csv"), ("imports", "list"), ("imports", "show", "1"),
            ("segments", "list"), ("segments", "show", "Webinar"), ("contacts", "list"),
            ("campaigns", "list"), ("campaigns", "show", "Spring"), ("campaigns", "launch", "Spring", "--yes"),
            ("campaigns", "results", "Spring"), ("companies", "list"), ("users", "list"), ("audit",),
            ("db", "info"), ("db", "check"), ("export", "--output", "a.json"),
        )
    ]  # fmt: skip
    for name, value in _names(documents):
        assert re.fullmatch("[a-z][a-z0-9_]*", name), name
        if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value):
            assert name.endswith("_at") or name in _CONTRACT, name
