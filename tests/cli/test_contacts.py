from datetime import timedelta

import pytest

from segtui.database.engine import open_database
from segtui.services.session import open_session
from tests.support.calls import AT, call
from tests.support.commands import Commands

KEYS = [
    "id", "phone", "first_name", "last_name", "email", "organization", "job_title", "address", "city", "state",
    "country", "postal_code", "timezone", "source", "status", "do_not_call", "custom_fields", "created", "updated",
]  # fmt: skip


def first_names(segtui: Commands, *options: str) -> list[str]:
    return [contact["first_name"] for contact in segtui("contacts", "list", "--json", *options).json["contacts"]]


def test_the_list_has_every_field_under_its_own_name(people: Commands) -> None:
    listed = people("contacts", "list", "--json").json
    assert list(listed) == ["total", "contacts"]
    assert listed["total"] == 3
    finn = listed["contacts"][0]
    assert list(finn) == KEYS
    assert (finn["phone"], finn["last_name"], finn["email"]) == ("+16025550199", "Sample", "finn@example.com")
    assert finn["custom_fields"] == {"language": "Spanish"}
    assert finn["do_not_call"] is False
    assert finn["created"].endswith("Z")


def test_segment_search_and_filters_choose(people: Commands) -> None:
    assert first_names(people, "--segment", "webinar") == ["Finn", "Zoë"]
    assert first_names(people, "--segment", "Webinar", "--search", "zoe") == ["Zoë"]
    assert first_names(people, "--search", "(602)555") == ["Finn"]
    assert first_names(people, "--filter", "status=NEW") == ["Finn"]
    assert first_names(people, "--filter", "status=NEW", "--filter", "status=OPEN") == ["Finn", "Zoë"]
    assert first_names(people, "--filter", "do_not_call=yes") == ["Quin"]
    assert first_names(people, "--filter", "segment=none", "--filter", "added=today") == ["Quin"]


def test_total_counts_all_that_match_and_limit_and_offset_cut(people: Commands) -> None:
    listed = people("contacts", "list", "--limit", "1", "--offset", "1", "--json").json
    assert (listed["total"], [contact["first_name"] for contact in listed["contacts"]]) == (3, ["Quin"])
    assert len(people("contacts", "list", "--limit", "0", "--json").json["contacts"]) == 3
    assert people("contacts", "list", "--offset", "9", "--json").json == {"total": 3, "contacts": []}
    assert "1 of 3 contacts" in people("contacts", "list", "--limit", "1").out


def test_a_hundred_are_listed_unless_told_otherwise(segtui: Commands) -> None:
    from segtui.services.contacts import contacts

    database = open_database(segtui.database)
    session = open_session(database, source="test")
    for number in range(101):
        contacts.add(session, {"email": f"a{number}@example.com"})
    database.close()
    listed = segtui("contacts", "list", "--json").json
    assert (listed["total"], len(listed["contacts"])) == (101, 100)


def test_an_order_is_reversed_with_blanks_last(people: Commands) -> None:
    assert first_names(people, "--sort", "status", "--desc") == ["Zoë", "Finn", "Quin"]
    assert people.attempt("contacts", "list", "--sort", "height").status == 2


@pytest.mark.parametrize("wrong", ["height=3", "status", "do_not_call=perhaps", "added=soon", "segment=Nowhere"])
def test_a_wrong_filter_is_wrong_usage(people: Commands, wrong: str) -> None:
    ran = people.attempt("contacts", "list", "--filter", wrong)
    assert ran.status == 2
    assert not ran.out


def test_the_table_says_in_words_who_must_not_be_called(people: Commands) -> None:
    shown = people("contacts", "list").out
    assert "do not call" in shown
    assert "3 contacts. Times are in UTC." in shown


def test_show_by_id_and_by_phone_in_any_notation(people: Commands) -> None:
    by_phone = people("contacts", "show", "(602) 555-0199", "--json").json
    assert list(by_phone) == [*KEYS, "campaigns"]
    assert people("contacts", "show", str(by_phone["id"]), "--json").json == by_phone
    shown = people("contacts", "show", "+16025550199").out
    assert "Webinar" in shown
    assert "Spanish" in shown
    assert people.attempt("contacts", "show", "+12125550100").status == 1


def test_show_tells_when_it_was_called_and_what_came_of_it(people: Commands) -> None:
    shown = ("contacts", "show", "+16025550199")
    assert people(*shown, "--json").json["campaigns"] == []
    assert "Campaigns" not in people(*shown).out
    people("campaigns", "create", "Spring", "--segment", "Webinar", "--agent", "agent-7")
    people("campaigns", "launch", "Spring", "--yes")
    database = open_database(people.database)
    session = open_session(database, source="test")
    for day in range(4):
        call(session, 1, 1, "busy", at=AT + timedelta(days=day), again_at=AT, seconds=0)
    call(session, 1, 1, "answered", at=AT + timedelta(days=4), seconds=75)
    database.close()
    (told,) = people(*shown, "--json").json["campaigns"]
    assert list(told) == ["id", "name", "status", "state", "outcome", "reason", "attempts", "next_at", "calls"]
    assert (told["name"], told["status"], told["outcome"], told["attempts"]) == ("Spring", "active", "answered", 5)
    assert told["calls"] == people("campaigns", "results", "Spring", "--json").json["results"][0]["calls"]
    assert (told["calls"][4]["started_at"], told["calls"][4]["seconds"]) == ("2026-03-06T09:30:00Z", 75)
    lines = [line.split("  ", 1)[1].strip() for line in people(*shown).lines if "Spring" in line or "2026-03" in line]
    assert lines == [
        "Spring: answered, 5 calls",
        "2026-03-06 09:30  answered, 1 min 15 s",
        "2026-03-05 09:30  busy",
        "2026-03-04 09:30  busy",
    ]
    assert "and 2 earlier calls" in people(*shown).out


def test_edit_sets_and_clears_fields(people: Commands) -> None:
    people("contacts", "edit", "+16025550199", "city=", "status=OPEN", "do_not_call=yes", "custom.language=")
    finn = people("contacts", "show", "+16025550199", "--json").json
    assert (finn["city"], finn["status"], finn["do_not_call"], finn["custom_fields"]) == ("", "OPEN", True, {})
    assert finn["first_name"] == "Finn"


def test_what_is_not_a_field_is_wrong_usage_and_names_the_nearest(people: Commands) -> None:
    ran = people.attempt("contacts", "edit", "+16025550199", "frist_name=F")
    assert (ran.status, "first_name" in ran.err) == (2, True)
    assert people.attempt("contacts", "edit", "+16025550199", "city").status == 2
    assert people.attempt("contacts", "edit", "+16025550199").status == 2
    assert people.attempt("contacts", "add", "city=a", "city=b").status == 2


def test_a_value_that_is_not_valid_could_not_be_done(people: Commands) -> None:
    for values in (("phone=12",), ("first_name=Nobody",), ("phone=+16025550199",), ("email=x",)):
        ran = people.attempt("contacts", "add", *values)
        assert ran.status == 1
        assert ran.err
    assert people("contacts", "list", "--json").json["total"] == 3


def test_add_prints_the_contact_as_json_and_puts_it_into_a_segment(people: Commands) -> None:
    added = people("contacts", "add", "email=new@example.com", "--segment", "Webinar", "--json").json
    assert list(added) == KEYS
    assert people("segments", "show", "Webinar", "--json").json["contacts"] == 3


def test_delete_refuses_where_nobody_can_be_asked(people: Commands) -> None:
    ran = people.attempt("contacts", "delete", "+16025550199")
    assert (ran.status, "--yes" in ran.err) == (1, True)
    assert "Deleted Finn Sample" in people("contacts", "delete", "+16025550199", "--yes").out
    assert people("contacts", "list", "--json").json["total"] == 2
    assert people("segments", "show", "Webinar", "--json").json["contacts"] == 1


def test_a_contact_is_named_by_its_e_mail_too(people: Commands) -> None:
    assert people("contacts", "show", "FINN@example.com", "--json").json["first_name"] == "Finn"
    assert people("contacts", "edit", "quin@example.com", "city=Oslo", "--json").json["city"] == "Oslo"
    assert "Deleted Quin" in people("contacts", "delete", "quin@example.com", "--yes").out
    ran = people.attempt("contacts", "show", "quin@example.com")
    assert (ran.status, "There is no contact with the e-mail" in ran.err) == (1, True)


def test_an_e_mail_that_several_have_is_answered_with_their_ids(people: Commands) -> None:
    for number in range(1, 7):
        people("contacts", "add", f"phone=+1602555010{number}", "email=office@example.com")
    ids = [each["id"] for each in people("contacts", "list", "--search", "office", "--json").json["contacts"]]
    ran = people.attempt("contacts", "delete", "office@example.com", "--yes")
    assert ran.status == 1
    assert f"6 contacts have the e-mail “office@example.com”: choose one by its id: {ids[0]} (" in ran.err
    assert f"{ids[4]} (+1 602 555 0105) and 1 more." in ran.err
    assert people("contacts", "list", "--json").json["total"] == 9


def test_an_empty_list_says_what_to_do_or_that_nothing_fits(segtui: Commands) -> None:
    assert segtui("contacts", "list").out == "There are no contacts yet: import a file with segtui import FILE.\n"
    segtui("contacts", "add", "phone=+16025550199")
    for choice in (("--search", "finn"), ("--filter", "state=AZ")):
        assert segtui("contacts", "list", *choice).out == "No contacts match.\n"
    assert segtui("contacts", "list", "--offset", "5").lines[-1].startswith("0 of 1 contact. ")
    assert segtui("segments", "list", "--search", "x").out.startswith("There are no segments yet")
    segtui("segments", "create", "One")
    assert segtui("segments", "list", "--search", "x").out == "No segments match.\n"
    assert segtui("imports", "list").out == "Nothing has been imported yet: segtui import FILE imports a file.\n"
