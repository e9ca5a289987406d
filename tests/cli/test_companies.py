import pytest

from tests.support.commands import Commands


@pytest.fixture
def two(people: Commands) -> Commands:
    """Return the command line on two companies that both have a segment `Webinar`."""
    people("companies", "create", "Other", "--region", "gb")
    people("segments", "create", "Webinar", "--company", "Other")
    people("segments", "create", "Only here", "--company", "other")
    return people


def test_a_new_database_holds_one_company(segtui: Commands) -> None:
    (company,) = segtui("companies", "list", "--json").json
    assert company == {
        "id": company["id"],
        "name": "Main",
        "region": "US",
        "timezone": "America/New_York",
        "segments": 0,
        "contacts": 0,
    }


def test_companies_are_listed_with_how_much_they_hold(two: Commands) -> None:
    listed = [(each["name"], each["region"], each["segments"], each["contacts"]) for each in
              two("companies", "list", "--json").json]  # fmt: skip
    assert listed == [("Main", "US", 1, 3), ("Other", "GB", 2, 0)]
    assert "2 companies." in two("companies", "list").out


def test_a_company_is_made_and_changed(segtui: Commands) -> None:
    made = segtui("companies", "create", "Other", "--json").json
    assert (made["name"], made["region"], made["segments"]) == ("Other", "US", 0)
    changed = segtui("companies", "edit", "other", "--name", "Another", "--region", "ES", "--json").json
    assert (changed["id"], changed["name"], changed["region"]) == (made["id"], "Another", "ES")
    assert segtui.attempt("companies", "edit", "Another").status == 2
    assert segtui.attempt("companies", "create", "another").status == 1
    assert segtui.attempt("companies", "create", "New", "--region", "ZZ").status == 2


def test_while_there_is_one_company_none_is_shown(people: Commands) -> None:
    for command in ("segments", "contacts"):
        assert "Company" not in people(command, "list").out
    assert "company" not in people("contacts", "list", "--json").json["contacts"][0]


def test_with_several_companies_lists_show_all_with_the_company(two: Commands) -> None:
    listed = [(each["company"], each["name"]) for each in two("segments", "list", "--json").json]
    assert sorted(listed) == [("Main", "Webinar"), ("Other", "Only here"), ("Other", "Webinar")]
    assert "Company" in two("segments", "list").out
    assert {each["company"] for each in two("contacts", "list", "--json").json["contacts"]} == {"Main"}


@pytest.mark.parametrize("position", range(3))
def test_the_company_is_understood_before_and_after_the_command(two: Commands, position: int) -> None:
    words = ["segments", "list", "--json"]
    words[position:position] = ["--company", "Other"]
    assert len(two(*words).json) == 2


def test_what_makes_something_has_to_be_told_the_company(two: Commands) -> None:
    for arguments in (
        ("segments", "create", "New"),
        ("contacts", "add", "email=a@example.com"),
        ("segments", "show", "Webinar"),
        ("export",),
    ):
        ran = two.attempt(*arguments)
        assert (ran.status, "--company" in ran.err) == (2, True), ran


def test_what_is_clear_needs_no_company(two: Commands) -> None:
    assert two("segments", "edit", "Only here", "--description", "x", "--json").json["company"] == "Other"
    assert two("contacts", "show", "+16025550199", "--json").json["company"] == "Main"
    assert two("contacts", "edit", "+16025550199", "status=X", "--json").json["status"] == "X"
    two("contacts", "add", "phone=020 7946 0018", "--segment", "only here")
    listed = two("contacts", "list", "--company", "Other", "--json").json["contacts"]
    assert [contact["phone"] for contact in listed] == ["+442079460018"]
    two("segments", "delete", "Only here", "--yes")


def test_where_one_has_to_be_chosen_some_are_named(people: Commands) -> None:
    for number in range(1, 7):
        people("companies", "create", f"Firm {number}")
    ran = people.attempt("export")
    assert ran.status == 2
    assert "“Firm 1”, “Firm 2”, “Firm 3”, “Firm 4”, “Firm 5” and 2 more. Choose one" in ran.err
    assert "--company" in ran.err
    assert people.attempt("segments", "create", "X").status == 2
