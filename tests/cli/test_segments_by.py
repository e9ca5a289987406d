"""The frequency table on the command line, and the segments that are made of its values."""

import pytest

from tests.support.commands import Commands


def test_the_table_is_printed_under_the_options(people: Commands) -> None:
    assert people("segments", "by", "state").lines == [
        "State  Contacts  Can be called  Share  Size",
        "AZ            1              1  33.3%  test",
        "none          2              1  66.7%  test",
        "2 values of State among 3 contacts.",
    ]
    assert people("segments", "by", "Custom.Language", "--of", "webinar", "--json").json == [
        {"value": "Spanish", "contacts": 1, "callable": 1, "segment": None},
        {"value": None, "contacts": 1, "callable": 1, "segment": None},
    ]
    assert people("segments", "by", "segment").lines[-1] == (
        "2 values of Segment among 3 contacts; a contact can have several of them."
    )
    [line] = people("segments", "by", "added", "--by", "year", "--where", "state = az", "--json").json
    assert (len(line["value"]), line["contacts"]) == (4, 1)
    assert people("segments", "by", "city", "--search", "nobody").lines == ["No contacts match."]
    assert people("segments", "by", "city", "--search", "nobody", "--json").json == []


def test_segments_are_made_of_the_values_together_or_none(people: Commands) -> None:
    options = ("--of", "Webinar", "--name", "{segment} – {value}")
    expected = [
        {"value": "NEW", "contacts": 1, "callable": 1, "segment": "Webinar – NEW"},
        {"value": "OPEN", "contacts": 1, "callable": 1, "segment": "Webinar – OPEN"},
    ]
    assert people("segments", "by", "status", *options, "--dry-run", "--json").json == expected
    assert len(people("segments", "list", "--json").json) == 1
    refused = people.attempt("segments", "by", "status", *options)
    assert (refused.status, "Create 2 segments?" in refused.err) == (1, True)
    assert people("segments", "by", "status", *options, "--yes", "--json").json == expected
    again = people.attempt("segments", "by", "status", *options, "--yes")
    assert again.status == 1
    assert "There are already segments “Webinar – NEW”, “Webinar – OPEN”" in again.err
    dry = people.attempt("segments", "by", "status", *options, "--dry-run")
    assert (dry.status, "Webinar – NEW" in dry.out, "already segments" in dry.err) == (1, True, True)


def test_live_ones_and_the_rest_together(people: Commands) -> None:
    made = people(
        "segments", "by", "state", "--name", "In {value}", "--live", "--at-least", "2", "--rest", "Others", "--yes"
    )
    assert made.lines[-1] == "Created 2 segments."
    assert people("segments", "show", "In none", "--json").json["rule"] == "state is blank"
    assert people("segments", "show", "Others", "--json").json["rule"] == "not state is blank"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("stat",), "Did you mean “state”?"),
        (("joined",), "exists only in the list of one segment"),
        (("state", "--by", "day"), "--by is for days"),
        (("state", "--live"), "add --name"),
        (("state", "--name", "{value}", "--rest", "Others"), "add --at-least N"),
        (("state", "--name", "{valeu}", "--yes"), "not {valeu}"),
        (("state", "--name", "{value}", "--live", "--search", "f", "--yes"), "cannot be part of a rule"),
        (("state", "--name", "{value}", "--at-least", "9", "--yes"), "No value has at least 9 contacts"),
    ],
)
def test_wrong_usage_is_said(people: Commands, arguments: tuple[str, ...], says: str) -> None:
    ran = people.attempt("segments", "by", *arguments)
    assert ran.status == 2
    assert says in ran.err


def test_names_that_collide_are_refused(people: Commands) -> None:
    ran = people.attempt("segments", "by", "state", "--name", "Same", "--yes")
    assert ran.status == 1
    assert "Several segments would be called “Same”" in ran.err
