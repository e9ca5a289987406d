"""Saved views on the command line."""

import pytest

from segtui.database.engine import open_database
from segtui.services.session import open_session
from segtui.services.views import views
from tests.cli.test_contacts import first_names
from tests.cli.test_terminal import finished, spawn
from tests.support.commands import Commands


def test_a_view_is_saved_listed_used_and_deleted(people: Commands) -> None:
    saved = people(
        "views", "save", "New ones", "--where", 'status = "NEW" or not (source = fair)', "--search", "f", "--sort",
        "custom.Language", "--desc", "--columns", "name,CUSTOM.language", "--json",
    ).json  # fmt: skip
    assert list(saved) == [
        "id", "name", "private", "search", "where", "sort", "desc", "columns", "problem", "company",
    ]  # fmt: skip
    assert saved == {
        "id": saved["id"],
        "name": "New ones",
        "private": False,
        "search": "f",
        "where": "status = NEW or not source = fair",
        "sort": "custom.language",
        "desc": True,
        "columns": ["name", "custom.language"],
        "problem": None,
        "company": "Main",
    }
    assert people("views", "list", "--json").json == [saved]
    assert "status = NEW or not source = fair" in people("views", "list").out
    assert first_names(people, "--view", "new ones") == ["Finn"]
    assert people("views", "delete", "NEW ONES", "--yes").out == "Deleted the view “New ones”.\n"
    assert people("views", "list").out.startswith("There are no views yet")
    assert people("views", "list", "--json").json == []


def test_segments_and_campaigns_become_part_of_the_expression(people: Commands) -> None:
    people("segments", "create", "Others")
    people("campaigns", "create", "Spring", "--segment", "Webinar", "--agent", "agent-7")
    saved = people("views", "save", "A", "--segment", "webinar", "--campaign", "spring", "--json").json
    assert saved["where"] == "segment = Webinar and campaign = Spring"
    saved = people("views", "save", "B", "--segment", "webinar", "--segment", "Others", "--view", "A", "--json").json
    assert saved["where"] == "segment = Webinar and campaign = Spring and segment in (Webinar, Others)"
    ran = people.attempt("views", "save", "C", "--campaign", "spring", "--outcome", "busy")
    assert (ran.status, "last_outcome" in ran.err) == (2, True)


def test_a_view_is_replaced_only_when_that_is_confirmed(people: Commands) -> None:
    people("views", "save", "V", "--where", "status = NEW")
    ran = people.attempt("views", "save", "v", "--where", "status = OPEN")
    assert (ran.status, "already a view “v”" in ran.err, "--yes" in ran.err) == (1, True, True)
    assert first_names(people, "--view", "V") == ["Finn"]
    assert people("views", "save", "v", "--where", "status = OPEN", "--yes").out == "Replaced the view “v”.\n"
    assert first_names(people, "--view", "V") == ["Zoë"]
    child = spawn(people, "views", "delete", "V")
    child.expect(r"Delete the view “v”\?.*\[y/N\]")
    child.sendline("")
    assert finished(child) == 1
    assert len(people("views", "list", "--json").json) == 1
    assert people.attempt("views", "delete", "V").status == 1


def test_private_views_are_one_s_own(people: Commands) -> None:
    people("views", "save", "V", "--where", "status = NEW")
    people("views", "save", "V", "--where", "status = OPEN", "--private")
    assert [view["private"] for view in people("views", "list", "--json").json] == [True, False]
    assert first_names(people, "--view", "V") == ["Zoë"]
    assert people("views", "delete", "V", "--private", "--yes").out == "Deleted your private view “V”.\n"
    assert people.attempt("views", "delete", "V", "--private", "--yes").status == 1
    assert first_names(people, "--view", "V") == ["Finn"]
    database = open_database(people.database)
    other = open_session(database, source="test")
    views.save(other, "Theirs", views.ViewContent(), private=True)
    database.close()
    assert [view["name"] for view in people("views", "list", "--json").json] == ["Theirs", "V"]


def test_a_view_of_a_deleted_segment_says_so(people: Commands) -> None:
    people("segments", "create", "Gone")
    people("views", "save", "V", "--where", "segment = Gone")
    people("segments", "delete", "Gone", "--yes")
    (listed,) = people("views", "list", "--json").json
    assert "cannot be used any more" in listed["problem"]
    assert "cannot be used any more" in people("views", "list").out
    for command in (("contacts", "list"), ("export",), ("segments", "add", "Webinar")):
        ran = people.attempt(*command, "--view", "V")
        assert (ran.status, "cannot be used any more" in ran.err) == (1, True)


@pytest.mark.parametrize(
    "arguments",
    [(), ("",), ("x" * 121,), ("V", "--where", "status ="), ("V", "--columns", "x"), ("V", "--sort", "x")],
)
def test_a_wrong_view_is_wrong_usage(people: Commands, arguments: tuple[str, ...]) -> None:
    assert people.attempt("views", "save", *arguments).status == 2
    assert people("views", "list", "--json").json == []


def test_views_of_several_companies(people: Commands) -> None:
    people("companies", "create", "Other")
    assert people.attempt("views", "save", "V", "--where", "status = NEW").status == 2
    for company in ("Main", "Other"):
        people("views", "save", "V", "--where", "status = NEW", "--company", company)
    assert [view["company"] for view in people("views", "list", "--json").json] == ["Main", "Other"]
    ran = people.attempt("contacts", "list", "--view", "V")
    assert (ran.status, "--company" in ran.err) == (2, True)
    assert first_names(people, "--view", "V", "--company", "Main") == ["Finn"]
    assert "Other" in people("views", "list").out
