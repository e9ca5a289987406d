"""Lists of contacts by expression, filter and view, with any columns and in any order."""

import pytest

from segtui.domain.criteria.fields import FIELDS
from tests.cli.test_contacts import KEYS, first_names
from tests.support.commands import Commands


def test_an_expression_selects_and_all_that_is_given_must_hold(people: Commands) -> None:
    assert first_names(people, "--where", "status in (new, OPEN)") == ["Finn", "Zoë"]
    assert first_names(people, "--where", "custom.Language = spanish") == ["Finn"]
    assert first_names(people, "--where", "not segment = Webinar and do_not_call = yes") == ["Quin"]
    assert first_names(people, "--where", "joined in last 2 days", "--segment", "webinar") == ["Finn", "Zoë"]
    together = ("--where", "status is not blank", "--filter", "region=GB", "--search", "zoe", "--segment", "Webinar")
    assert first_names(people, *together) == ["Zoë"]
    assert first_names(people, *together, "--filter", "city=Phoenix") == []
    assert first_names(people, "--filter", "region=GB", "--filter", "region=us") == ["Finn", "Zoë"]
    assert first_names(people, "--filter", "custom.language=") == ["Quin", "Zoë"]
    assert people("contacts", "list", "--where", "calls > 3").out == "No contacts match.\n"


@pytest.mark.parametrize("field", [name for name in FIELDS if name not in ("joined", "do_not_call", "calls")])
def test_every_field_can_be_filtered_blank_or_not(people: Commands, field: str) -> None:
    blank = people("contacts", "list", "--json", "--where", f"{field} is blank").json["total"]
    assert blank + people("contacts", "list", "--json", "--where", f"not {field} is blank").json["total"] == 3


@pytest.mark.parametrize(
    ("option", "text", "message"),
    [
        ("--where", "source = ", "character 9"),
        ("--where", "surce = Webinar", "source"),
        ("--where", "segment = Webinars", "Webinar"),
        ("--where", "joined in last 2 days", "joined"),
        ("--where", "custom.langage = x", "custom.language"),
        ("--where", "(" * 100, ""),
        ("--where", "x" * 5_000, "4,096"),
        ("--where", "", ""),
        ("--filter", "joined=today", "joined"),
        ("--filter", "segment=Webinars", "Webinar"),
        ("--columns", "name,fone", "phone"),
        ("--columns", "", "columns"),
        ("--columns", "joined", "joined"),
        ("--sort", "joined", "joined"),
        ("--sort", "fone", "phone"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(people: Commands, option: str, text: str, message: str) -> None:
    ran = people.attempt("contacts", "list", option, text)
    assert ran.status == 2
    assert not ran.out
    assert message in ran.err


def test_columns_are_printed_as_they_are_asked_for(people: Commands) -> None:
    shown = people("contacts", "list", "--columns", "phone,Region,custom.LANGUAGE,segment,do_not_call,calls").lines
    assert [line.split() for line in shown[:-1]] == [
        ["Phone", "Region", "language", "Segment", "Do", "not", "call", "Calls"],
        ["+16025550199", "US", "Spanish", "Webinar", "no", "0"],
        ["yes", "0"],
        ["+442079460018", "GB", "Webinar", "no", "0"],
    ]


def test_json_has_every_field_and_the_further_columns(people: Commands) -> None:
    columns = "name,region,custom.language,segment,calls,last_called,last_outcome,added,phone"
    listed = people("contacts", "list", "--json", "--columns", columns).json["contacts"]
    assert list(listed[0]) == [
        *KEYS, "name", "region", "custom.language", "segment", "calls", "last_called", "last_outcome", "added",
    ]  # fmt: skip
    finn, quin, _ = listed
    assert [finn[name] for name in ("name", "region", "custom.language", "segment", "calls", "last_called")] == [
        "Finn Sample", "US", "Spanish", ["Webinar"], 0, None,
    ]  # fmt: skip
    assert finn["added"] == finn["created"]
    assert [quin[name] for name in ("region", "custom.language", "segment", "last_outcome")] == [None] * 4
    assert (
        list(people("contacts", "list", "--json", "--segment", "Webinar", "--columns", "joined").json["contacts"][0])[
            -1
        ]
        == "joined"
    )


def test_every_field_is_a_column_and_an_order_and_so_is_a_custom_field(people: Commands) -> None:
    every = ",".join(FIELDS)
    for contact in people("contacts", "list", "--json", "--segment", "Webinar", "--columns", every).json["contacts"]:
        assert set(FIELDS) <= set(contact)
    assert len(people("contacts", "list", "--segment", "Webinar", "--columns", every).lines) == 4
    for field in FIELDS:
        segment = ("--segment", "Webinar") if field == "joined" else ()
        assert len(first_names(people, "--sort", field, *segment)) == (2 if segment else 3)
    assert first_names(people, "--sort", "custom.language") == ["Finn", "Zoë", "Quin"]
    assert first_names(people, "--sort", "region", "--desc") == ["Finn", "Zoë", "Quin"]


def test_the_options_of_a_view_give_way_to_those_that_are_typed(people: Commands) -> None:
    people("views", "save", "Called", "--where", "status is not blank", "--search", "z", "--sort", "phone", "--desc",
           "--columns", "name,region")  # fmt: skip
    assert first_names(people, "--view", "called") == ["Zoë"]
    people("views", "save", "Called", "--yes", "--where", "status is not blank", "--sort", "phone", "--desc",
           "--columns", "name,region")  # fmt: skip
    assert first_names(people, "--view", "Called") == ["Zoë", "Finn"]
    assert first_names(people, "--view", "Called", "--sort", "name") == ["Finn", "Zoë"]
    assert first_names(people, "--view", "Called", "--filter", "state=AZ", "--where", "city ^ pho") == ["Finn"]
    assert people("contacts", "list", "--view", "Called").lines[0].split() == ["Name", "Region"]
    assert people("contacts", "list", "--view", "Called", "--columns", "city").lines[0] == "City"
    listed = people("contacts", "list", "--view", "Called", "--json").json["contacts"]
    assert list(listed[0]) == [*KEYS, "name", "region"]
    ran = people.attempt("contacts", "list", "--view", "Caled")
    assert (ran.status, "Did you mean “Called”?" in ran.err) == (1, True)


def test_exports_and_memberships_take_the_same_selection(people: Commands) -> None:
    people("views", "save", "Open", "--where", "status = OPEN")
    exported = people("export", "--format", "json", "--view", "Open", "--where", "region = GB").json
    assert [contact["first_name"] for contact in exported] == ["Zoë"]
    people("segments", "create", "Open ones")
    added = people("segments", "add", "Open ones", "--where", "status in (OPEN, NEW)", "--json").json
    assert (added["added"], added["segment"]["contacts"]) == (2, 2)
    assert people("segments", "remove", "Open ones", "--view", "Open", "--json").json["removed"] == 1
    assert people("segments", "remove", "Open ones", "--where", "joined in last 1 day", "--json").json["removed"] == 1
    assert people.attempt("segments", "add", "Open ones").status == 2
    people("views", "save", "All", "--sort", "city")
    for command in (("segments", "add", "Open ones"), ("segments", "remove", "Open ones")):
        assert "every contact" in people.attempt(*command, "--view", "All").err
    assert "every contact" in people.attempt("contacts", "edit", "--view", "All", "status=NEW", "--yes").err
    # A search of signs alone leaves nobody out.
    assert people.attempt("segments", "add", "Open ones", "--search", "'").status == 2
    assert people.attempt("contacts", "edit", "--search", "'", "status=NEW", "--yes").status == 2


def test_an_empty_segment_is_described_by_what_filled_it(people: Commands) -> None:
    people("segments", "create", "Leads")
    people("segments", "add", "Leads", "--where", "status = NEW", "--filter", "state=AZ")
    described = people("segments", "show", "Leads", "--json").json["description"]
    assert described == "status is NEW and state is AZ"
    people("segments", "add", "Leads", "--where", "status = OPEN")
    assert people("segments", "show", "Leads", "--json").json["description"] == described
    people("segments", "create", "Searched")
    people("segments", "add", "Searched", "--where", "status = NEW", "--search", "finn")
    assert people("segments", "show", "Searched", "--json").json["description"] == "status is NEW; search “finn”"
    people("segments", "create", "Mine", "--description", "By hand")
    people("segments", "add", "Mine", "--where", "status = OPEN")
    assert people("segments", "show", "Mine", "--json").json["description"] == "By hand"


def test_an_admin_of_several_companies_sees_all_of_them_unless_one_is_named(people: Commands) -> None:
    people("companies", "create", "Other", "--region", "GB")
    people("contacts", "add", "phone=+442079460099", "first_name=Other", "custom.plan=pro", "--company", "Other")
    assert first_names(people, "--where", "region = GB") == ["Other", "Zoë"]
    assert first_names(people, "--where", "custom.plan = pro", "--columns", "custom.plan") == ["Other"]
    assert first_names(people, "--where", "region = GB", "--company", "Main") == ["Zoë"]
    assert people.attempt("contacts", "list", "--where", "custom.plan = pro", "--company", "Main").status == 2
    assert people.attempt("export", "--where", "region = GB").status == 2


def test_hostile_texts_stay_data(people: Commands) -> None:
    people("contacts", "edit", "+16025550199", 'custom.a\x1b[31m,"b\u202e=x\x1b[2J')
    for arguments in (
        ("--where", "source = '\x1b[31m'"),
        ("--where", 'source = "\x1b]0;x\x07"'),
        ("--filter", "a\x1b[31m=x"),
        ("--columns", 'custom."a\x1b[31m,\\"b"'),
        ("--columns", "na\x1b[31mme"),
        ("--sort", "na\u202eme"),
        ("--view", "a\x1b[31m"),
    ):
        ran = people.attempt("contacts", "list", *arguments)
        assert "\x1b" not in ran.out + ran.err
        assert "\u202e" not in ran.out + ran.err
