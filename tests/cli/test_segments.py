from tests.support.commands import Commands

KEYS = [
    "id",
    "name",
    "description",
    "contacts",
    "callable",
    "size",
    "live",
    "rule",
    "company",
    "created_at",
    "updated_at",
    "archived",
]


def names(segtui: Commands, *options: str) -> list[str]:
    return [segment["name"] for segment in segtui("segments", "list", "--json", *options).json]


def test_a_new_database_has_no_segments_and_says_what_to_do(segtui: Commands) -> None:
    assert segtui("segments", "list", "--json").json == []
    assert "segtui segments create" in segtui("segments", "list").out


def test_the_list_has_the_keys_of_the_specification(people: Commands) -> None:
    (segment,) = people("segments", "list", "--json").json
    assert list(segment) == KEYS
    assert (segment["name"], segment["description"], segment["contacts"]) == ("Webinar", "Spring fair", 2)
    assert (segment["size"], segment["company"], segment["archived"]) == ("test", "Main", False)
    assert segment["created_at"].endswith("Z")
    assert len(segment["created_at"]) == len("2026-11-23T08:00:00Z")


def test_show_prints_one_object_of_what_the_list_lists(people: Commands) -> None:
    assert people("segments", "show", "webinar", "--json").json == people("segments", "list", "--json").json[0]
    shown = people("segments", "show", "Webinar").out
    assert "test: good for testing" in shown
    assert "Company" not in shown


def test_search_and_sort(segtui: Commands) -> None:
    for name, description in (("Beta", "spring"), ("alpha", "Été 2026"), ("Gamma", "spring fair")):
        segtui("segments", "create", name, "--description", description)
    assert names(segtui) == ["alpha", "Beta", "Gamma"]
    assert names(segtui, "--desc") == ["Gamma", "Beta", "alpha"]
    assert names(segtui, "--sort", "created") == ["Beta", "alpha", "Gamma"]
    assert names(segtui, "--search", "fair spring") == ["Gamma"]
    assert names(segtui, "--search", "ete") == ["alpha"]
    assert "1 of 3 segments" in segtui("segments", "list", "--search", "ete").out


def test_archived_segments_are_listed_when_asked_for(people: Commands) -> None:
    assert people("segments", "archive", "Webinar", "--json").json["archived"] is True
    assert names(people) == []
    assert names(people, "--archived") == ["Webinar"]
    assert "archived" in people("segments", "list", "--archived").out
    assert "Restored the segment “Webinar”" in people("segments", "restore", "Webinar").out
    assert names(people) == ["Webinar"]


def test_create_prints_the_segment_as_json_on_request(segtui: Commands) -> None:
    made = segtui("segments", "create", "Arizona", "--description", "AZ", "--json").json
    assert made == segtui("segments", "show", "Arizona", "--json").json


def test_a_name_in_use_is_refused_whatever_its_case(people: Commands) -> None:
    ran = people.attempt("segments", "create", " WEBINAR ")
    assert ran.status == 1
    assert "already" in ran.err


def test_edit_changes_name_and_description_and_keeps_the_contacts(people: Commands) -> None:
    people("segments", "edit", "Webinar", "--name", "Webinar March", "--description", "")
    segment = people("segments", "show", "Webinar March", "--json").json
    assert (segment["description"], segment["contacts"]) == ("", 2)
    assert people.attempt("segments", "edit", "Webinar March").status == 2


def test_an_unknown_segment_is_a_sentence_with_the_nearest_name(people: Commands) -> None:
    for command in ("show", "archive", "restore", "delete"):
        ran = people.attempt("segments", command, "Webinr")
        assert ran.status == 1
        assert "Webinar" in ran.err
        assert not ran.out


def test_delete_refuses_where_nobody_can_be_asked(people: Commands) -> None:
    ran = people.attempt("segments", "delete", "Webinar")
    assert ran.status == 1
    assert "--yes" in ran.err
    assert names(people) == ["Webinar"]
    assert "2 contacts in it are kept" in people("segments", "delete", "Webinar", "--yes").out
    assert names(people) == []
    assert people("contacts", "list", "--json").json["total"] == 3


def test_several_are_archived_restored_and_deleted_together_or_not_at_all(people: Commands) -> None:
    people("segments", "create", "Empty")
    people("segments", "create", "Live", "--where", "segment = Webinar")
    ran = people.attempt("segments", "archive", "Empty", "Webinar")
    assert ran.status == 1
    assert ran.err == ("“Webinar” cannot be archived: the rule of “Live” names it. Nothing was archived.\n")
    ran = people.attempt("segments", "archive", "Emty", "Live", "Webinr")
    assert "“Emty”" in ran.err
    assert "“Webinr”" in ran.err
    assert names(people) == ["Empty", "Live", "Webinar"]
    archived = people("segments", "archive", "Empty", "Live", "live", "--json").json
    assert [(segment["name"], segment["archived"]) for segment in archived] == [("Empty", True), ("Live", True)]
    assert people("segments", "restore", "Live", "Empty").out == "Restored 2 segments (“Live”, “Empty”).\n"
    ran = people.attempt("segments", "delete", "Live", "Webinar")
    assert "Delete 2 segments (“Live”, “Webinar”)? This cannot be undone; the 2 contacts in them are kept." in ran.err
    assert len(people("segments", "delete", "Live", "Webinar", "--yes", "--json").json) == 2
    assert names(people) == ["Empty"]
    assert people("contacts", "list", "--json").json["total"] == 3


def test_contacts_are_added_and_removed_by_filter(people: Commands) -> None:
    people("segments", "create", "Leftovers")
    assert people("segments", "add", "Leftovers", "--filter", "segment=none", "--json").json["added"] == 1
    assert "Added 2 contacts" in people("segments", "add", "Leftovers", "--segment", "Webinar").out
    assert people("segments", "add", "Leftovers", "--segment", "Webinar", "--json").json["added"] == 0
    ran = people("segments", "remove", "Leftovers", "--search", "finn", "--json").json
    assert ran["removed"] == 1
    assert ran["segment"]["contacts"] == 2
    assert "which now has 0 contacts" in people("segments", "remove", "Leftovers", "--segment", "Leftovers").out


def test_members_are_only_changed_where_they_were_chosen(people: Commands) -> None:
    for command in ("add", "remove"):
        ran = people.attempt("segments", command, "Webinar")
        assert ran.status == 2
        assert "--filter" in ran.err
    assert people("segments", "show", "Webinar", "--json").json["contacts"] == 2
