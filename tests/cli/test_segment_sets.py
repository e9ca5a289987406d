"""Set operations on the command line: overlaps of segments, and segments made of them."""

import pytest

from tests.support.commands import Commands


@pytest.fixture
def groups(people: Commands) -> Commands:
    """Return the command line with `Webinar` (Finn, Zoë), `Southwest` (Finn) and `Quin` (Quin)."""
    for name, search in (("Southwest", "phoenix"), ("Quin", "quin")):
        people("segments", "create", name)
        people("segments", "add", name, "--search", search)
    return people


def test_overlaps_are_printed_as_tables_and_as_json(groups: Commands) -> None:
    assert groups("segments", "overlap", "webinar", "Southwest").lines == [
        "Segment    Contacts  In no other",
        "Webinar           2            1",
        "Southwest         1            0",
        "",
        "In both    1",
        "In either  2",
    ]
    of_three = groups("segments", "overlap", "Quin", "Webinar", "Southwest")
    assert of_three.lines[5:] == [
        "First    Second     In both  Only first  Only second",
        "Webinar  Southwest        1           1            0",
        "Quin     Webinar          0           1            2",
        "Quin     Southwest        0           1            1",
        "",
        "In all of them  0",
        "In any of them  3",
    ]
    document = groups("segments", "overlap", "Webinar", "Southwest", "--json").json
    ids = {segment["name"]: segment["id"] for segment in groups("segments", "list", "--json").json}
    assert document == {
        "sizes": [
            {"id": ids["Webinar"], "name": "Webinar", "contacts": 2, "only": 1},
            {"id": ids["Southwest"], "name": "Southwest", "contacts": 1, "only": 0},
        ],
        "pairs": [{"segments": ["Webinar", "Southwest"], "contacts": 1, "only_first": 1, "only_second": 0}],
        "union": 2,
        "intersection": 1,
    }


@pytest.mark.parametrize(
    ("operation", "names", "contacts", "rule"),
    [
        ("union", ("Southwest", "Quin"), 2, "segment in (Southwest, Quin)"),
        ("intersect", ("Webinar", "Southwest"), 1, "segment = Webinar and segment = Southwest"),
        ("subtract", ("Webinar", "Southwest", "Quin"), 1, "segment = Webinar and not segment in (Southwest, Quin)"),
        ("intersect", ("Southwest", "Quin"), 0, "segment = Southwest and segment = Quin"),
    ],
)
def test_an_operation_makes_a_fixed_or_a_live_segment(
    groups: Commands, operation: str, names: tuple[str, ...], contacts: int, rule: str
) -> None:
    fixed = groups("segments", operation, *names, "--name", "Fixed", "--json").json
    assert (fixed["name"], fixed["contacts"], fixed["live"], fixed["rule"]) == ("Fixed", contacts, False, None)
    assert fixed["description"].startswith("in “")
    live = groups("segments", operation, *names, "--name", "Live", "--description", "x", "--live", "--json").json
    assert (live["contacts"], live["rule"], live["description"]) == (contacts, rule, "x")
    assert live == groups("segments", "show", "Live", "--json").json
    said = groups("segments", operation, *names, "--name", "Third").out
    assert said.startswith(f"Created the segment “Third” with {contacts or 'no'} contact")


def test_what_is_wrong_is_said_in_a_sentence(groups: Commands) -> None:
    for arguments, status, says in (
        (("overlap", "Webinar"), 2, "Give the names of two segments or more."),
        (("overlap", "Webinar", " WEBINAR"), 2, "given twice"),
        (("union", "Webinar", "Quinn", "--name", "New"), 1, "There is no segment “Quinn”. Did you mean “Quin”?"),
        (("union", "Webinar", "Quin"), 2, "Missing option '--name'"),
        (("union", "Webinar", "Quin", "--name", "quin"), 1, "already"),
        (("subtract", "Webinar", "Quin", "--name", ""), 1, "needs a name"),
    ):
        ran = groups.attempt("segments", *arguments)
        assert (ran.status, ran.out) == (status, "")
        assert says in ran.err
    groups("segments", "union", "Webinar", "Quin", "--name", "Both", "--live")
    ran = groups.attempt("segments", "edit", "Quin", "--where", "segment = Both", "--yes")
    assert "would depend on itself" in ran.err
