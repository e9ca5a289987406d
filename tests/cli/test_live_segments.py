"""Live segments on the command line: created, edited, frozen, and refused by hand."""

import pytest

from tests.cli.test_contacts import first_names
from tests.cli.test_terminal import finished, spawn
from tests.support.commands import Commands


def test_a_live_segment_holds_exactly_those_who_satisfy_its_rule(people: Commands) -> None:
    made = people("segments", "create", "New", "--where", 'status in ("NEW", Open)', "--json").json
    assert [made[name] for name in ("contacts", "callable", "size", "live", "rule")] == [
        2, 2, "test", True, "status in (NEW, Open)",
    ]  # fmt: skip
    people("contacts", "edit", "+442079460018", "status=WON")
    people("contacts", "edit", "quin@example.com", "status=new")
    assert first_names(people, "--segment", "New") == ["Finn", "Quin"]
    shown = people("segments", "show", "New", "--json").json
    assert (shown["contacts"], shown["callable"]) == (2, 1)
    assert people("segments", "list", "--json").json[0] == shown
    text = people("segments", "show", "New").out
    for words in ("status is NEW or Open", "status in (NEW, Open)", "Can be called"):
        assert words in text


@pytest.mark.parametrize(
    ("rule", "counts"),
    [
        ("calls > 3", "no contacts"),
        ("first_name = Finn", "1 contact, which can be called"),
        ("do_not_call = yes", "1 contact, which cannot be called"),
        ("calls = 0", "3 contacts, of which 2 can be called"),
    ],
)
def test_a_new_live_segment_is_reported_with_its_contacts(people: Commands, rule: str, counts: str) -> None:
    assert people("segments", "create", "X", "--where", rule).out == f"Created the live segment “X” with {counts}.\n"


def test_where_none_of_several_can_be_called_it_says_so(people: Commands) -> None:
    people("contacts", "add", "email=rae@example.com")
    out = people("segments", "create", "Mail", "--where", "phone is blank").out
    assert out == "Created the live segment “Mail” with 2 contacts, of which none can be called.\n"


def test_filters_make_a_rule_too(people: Commands) -> None:
    made = people("segments", "create", "A", "--filter", "status=NEW", "--filter", "status=OPEN", "--json").json
    assert (made["rule"], made["contacts"]) == ("status in (NEW, OPEN)", 2)
    edited = people("segments", "edit", "A", "--where", "city = Phoenix", "--filter", "added=7d", "--json").json
    assert (edited["rule"], edited["left"]) == ("city = Phoenix and added in last 7 days", 1)


def test_the_list_marks_live_segments_with_a_word(people: Commands) -> None:
    people("segments", "create", "New", "--where", "status = NEW")
    lines = people("segments", "list").lines
    assert [("live" in line.split(), "Can be called" in line) for line in lines[:3]] == [
        (False, True), (True, False), (False, False),
    ]  # fmt: skip
    fixed = people("segments", "show", "Webinar", "--json").json
    assert (fixed["live"], fixed["rule"], fixed["callable"]) == (False, None, 2)


def test_a_new_rule_says_who_joins_and_leaves(people: Commands) -> None:
    people("segments", "create", "New", "--where", "status = NEW")
    edited = people("segments", "edit", "New", "--where", "status = OPEN or do_not_call = yes", "--name", "Open").out
    counts = "2 contacts joined, 1 left; it has 2 contacts, of which 1 can be called."
    assert edited == f"Saved the segment “Open”: {counts}\n"
    again = people("segments", "edit", "Open", "--where", "status = OPEN", "--json").json
    assert (again["joined"], again["left"], again["contacts"], again["rule"]) == (0, 1, 1, "status = OPEN")
    assert "joined" not in people("segments", "edit", "Open", "--description", "x", "--json").json


def test_a_fixed_segment_becomes_live_after_a_question_where_contacts_leave(people: Commands) -> None:
    ran = people.attempt("segments", "edit", "Webinar", "--where", "status = NEW")
    assert (ran.status, "1 contact does not satisfy the rule and will leave it" in ran.err) == (1, True)
    assert not people("segments", "show", "Webinar", "--json").json["live"]
    child = spawn(people, "segments", "edit", "Webinar", "--where", "status = NEW")
    child.expect(r"Make the segment “Webinar” live\?.*\[y/N\]")
    child.sendline("y")
    child.expect("0 contacts joined, 1 left")
    assert finished(child) == 0
    people("segments", "create", "Finns")
    people("segments", "add", "Finns", "--search", "finn")
    assert people("segments", "edit", "Finns", "--where", "first_name = Finn", "--json").json["live"]


def test_what_is_done_by_hand_to_a_live_segment_is_refused_with_what_helps(people: Commands) -> None:
    people("segments", "create", "New", "--where", "status = NEW")
    for arguments in (
        ("segments", "add", "New", "--search", "quin"),
        ("segments", "remove", "New", "--search", "finn"),
        ("contacts", "add", "phone=+16025550177", "--segment", "New"),
    ):
        ran = people.attempt(*arguments)
        assert ran.status != 0
        assert "is live" in ran.err
        assert "freeze" in ran.err
    people("segments", "create", "Newer", "--where", "segment = New and added in last 2 days")
    for command in (("delete", "New", "--yes"), ("archive", "New")):
        ran = people.attempt("segments", *command)
        assert (ran.status, "Newer" in ran.err) == (1, True)
    ran = people.attempt("segments", "edit", "New", "--where", "segment = Newer")
    assert ran.status != 0
    assert "Newer" in ran.err
    assert first_names(people, "--segment", "Newer") == ["Finn"]


def test_freezing_keeps_the_contacts(people: Commands) -> None:
    people("segments", "create", "New", "--where", "status = NEW")
    assert people("segments", "freeze", "New", "--as", "Copy").out == (
        "Created the segment “Copy”, fixed, with 1 contact, which can be called.\n"
    )
    assert people("segments", "show", "New", "--json").json["live"]
    assert not people("segments", "freeze", "new", "--json").json["live"]
    people("contacts", "edit", "+442079460018", "status=NEW")
    for name in ("New", "Copy"):
        assert first_names(people, "--segment", name) == ["Finn"]
    ran = people.attempt("segments", "freeze", "New")
    assert (ran.status, "is not live" in ran.err) == (1, True)


def test_a_view_becomes_a_live_segment(people: Commands) -> None:
    people("views", "save", "New", "--where", "status = NEW", "--columns", "name", "--sort", "city")
    people("views", "save", "Searching", "--where", "status = NEW", "--search", "finn")
    people("views", "save", "Plain")
    made = people("segments", "create", "A", "--view", "new", "--where", "state = AZ", "--json").json
    assert (made["rule"], made["contacts"]) == ("status = NEW and state = AZ", 1)
    for view, words in (("Searching", "a rule cannot search"), ("Plain", "no expression"), ("Nowhere", "no view")):
        ran = people.attempt("segments", "create", "B", "--view", view)
        assert (ran.status, words in ran.err) == (1, True)
    assert [segment["name"] for segment in people("segments", "list", "--json").json] == ["A", "Webinar"]


@pytest.mark.parametrize(
    "rule", ["", "status =", "stats = NEW", "joined in last 2 days", "segment = Nowhere", "import = 99"]
)
def test_a_wrong_rule_is_wrong_usage(people: Commands, rule: str) -> None:
    before = people("segments", "list", "--json").out
    assert people.attempt("segments", "create", "New", "--where", rule).status == 2
    assert people.attempt("segments", "edit", "Webinar", "--where", rule, "--yes").status == 2
    assert people("segments", "list", "--json").out == before


def test_a_rule_belongs_to_one_company(people: Commands) -> None:
    people("companies", "create", "Other")
    ran = people.attempt("segments", "create", "New", "--where", "status = NEW")
    assert (ran.status, "--company" in ran.err) == (2, True)
    assert (
        people("segments", "create", "New", "--where", "status = NEW", "--company", "Other", "--json").json["contacts"]
        == 0
    )
    people("segments", "edit", "Webinar", "--where", "status is blank", "--yes")
    ran = people.attempt("segments", "edit", "Webinar", "--where", "segment = New")
    assert (ran.status, "no segment “New”" in ran.err) == (2, True)
