"""The edit of all contacts that match: its preview, its question, and what it refuses."""

from pathlib import Path

import pexpect
import pytest

from tests.cli.test_contacts import first_names
from tests.cli.test_terminal import finished, spawn
from tests.support.commands import Commands


def test_all_that_match_are_edited(people: Commands) -> None:
    ran = people("contacts", "edit", "--where", "status is not blank", "source=Webinar", "city=", "--yes")
    assert ran.out == "Changed 2 of 2 contacts.\n"
    assert first_names(people, "--filter", "source=Webinar", "--filter", "city=") == ["Finn", "Zoë"]
    again = people("contacts", "edit", "--segment", "Webinar", "source=Webinar", "custom.plan=pro", "--yes", "--json")
    assert again.json == {
        "selected": 2,
        "changed": 2,
        "unchanged": 0,
        "refused": [],
        "fields": {"source": 0, "custom.plan": 2},
        "dry_run": False,
        "examples": [
            {"contact": "Finn Sample", "field": "plan", "before": "", "after": "pro"},
            {"contact": "Zoë", "field": "plan", "before": "", "after": "pro"},
        ],
    }
    assert people("contacts", "edit", "--segment", "Webinar", "source=Webinar").out == "Changed 0 of 2 contacts.\n"
    for flag in ("--yes", "--dry-run"):
        assert people("contacts", "edit", "--where", "calls > 9", "city=x", flag).out == "No contacts match.\n"


def test_a_dry_run_shows_what_would_change_and_changes_nothing(people: Commands) -> None:
    before = people("contacts", "list", "--json").out
    shown = people("contacts", "edit", "--where", "state = AZ", "status=OPEN", "city=", "do_not_call=yes", "--dry-run")
    assert shown.lines == [
        "1 of 1 contact changes.",
        "  Finn Sample: Status: “NEW” → “OPEN”",
        "  Finn Sample: City: “Phoenix” → blank",
        "  Finn Sample: Do not call: “no” → “yes”",
        "Nothing was changed: this was a dry run.",
    ]
    dry = people("contacts", "edit", "--filter", "state=AZ", "status=OPEN", "--dry-run", "--json").json
    assert (dry["selected"], dry["changed"], dry["dry_run"]) == (1, 1, True)
    assert people("contacts", "list", "--json").out == before


def test_contacts_that_cannot_change_are_listed(people: Commands) -> None:
    ran = people("contacts", "edit", "--where", "status is not blank", "phone=+14805550100", "--yes")
    reason = "several contacts would get the same phone"
    assert ran.lines == [
        f"2 contacts stay as they are, because {reason}: Finn Sample, Zoë.",
        "Changed 0 of 2 contacts.",
    ]
    arguments = ("--search", "finn", "phone=", "email=", "--dry-run", "--json")
    refused = people("contacts", "edit", *arguments).json["refused"]
    assert refused == [
        {"reason": "neither a phone nor an e-mail would be left", "contacts": 1, "examples": ["Finn Sample"]}
    ]


def test_parts_of_values_are_replaced(people: Commands) -> None:
    people("contacts", "edit", "--search", "finn", "--replace", "city/oenix/OENIX", "--replace", "state/AZ/", "--yes")
    finn = people("contacts", "show", "+16025550199", "--json").json
    assert (finn["city"], finn["state"]) == ("PhOENIX", "")
    for wrong in ("city", "city//x", "city/a/b/c", "nick/a/b"):
        assert people.attempt("contacts", "edit", "--search", "finn", "--replace", wrong, "--yes").status == 2


def test_where_nobody_can_be_asked_yes_is_needed(people: Commands) -> None:
    ran = people.attempt("contacts", "edit", "--where", "status = NEW", "status=OPEN")
    assert (ran.status, ran.err) == (
        1,
        "Change 1 of 1 contact? No terminal to ask at: repeat the command with --yes. Nothing was changed.\n",
    )
    assert first_names(people, "--filter", "status=NEW") == ["Finn"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--where", "status = NEW"),
        ("--where", "status = NEW", "phone=+1602555010"),
        ("--where", "status = NEW", "email=ann"),
        ("--where", "status = NEW", "nick=x"),
        ("--where", "status = NEW", "do_not_call=perhaps"),
        ("--where", "status = NEW", "+16025550199", "city=Mesa"),
        ("--where", "status ? NEW", "city=Mesa"),
        ("city=Mesa",),
        ("+16025550199", "city=Mesa", "--dry-run"),
        ("+16025550199", "--replace", "city/a/b"),
        (),
    ],
)
def test_a_wrong_edit_is_wrong_usage(people: Commands, arguments: tuple[str, ...]) -> None:
    before = people("contacts", "list", "--json").out
    assert people.attempt("contacts", "edit", *arguments, "--yes").status == 2
    assert people("contacts", "list", "--json").out == before


def test_a_selection_in_several_companies_needs_one_of_them(people: Commands) -> None:
    people("companies", "create", "Other")
    people("contacts", "add", "email=other@example.com", "status=NEW", "--company", "Other")
    assert people.attempt("contacts", "edit", "--where", "status = NEW", "city=Mesa", "--yes").status == 2
    assert people("contacts", "edit", "--segment", "Webinar", "city=Mesa", "--yes", "--json").json["changed"] == 2
    changed = people(
        "contacts", "edit", "--where", "status = NEW", "city=Mesa", "--yes", "--company", "Other", "--json"
    )
    assert changed.json["changed"] == 1


def test_a_terminal_shows_the_changes_and_asks(people: Commands, tmp_path: Path) -> None:
    del tmp_path
    child: pexpect.spawn[str] = spawn(people, "contacts", "edit", "--where", "'NEW' = status or status = NEW", "city=X")
    assert finished(child) == 2
    child = spawn(people, "contacts", "edit", "--where", "status = NEW", "city=Mesa")
    child.expect("1 of 1 contact changes.")
    child.expect("Finn Sample: City: “Phoenix” → “Mesa”")
    child.expect(r"Change 1 of 1 contact\? \[y/N\]")
    child.sendline("")
    child.expect("Nothing was changed")
    assert finished(child) == 1
    child = spawn(people, "contacts", "edit", "--where", "status = NEW", "city=Mesa")
    child.expect(r"\[y/N\]")
    child.sendline("y")
    child.expect("Changed 1 of 1 contact.")
    assert finished(child) == 0
    assert first_names(people, "--filter", "city=mesa") == ["Finn"]
