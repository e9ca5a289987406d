"""`segments split` and `campaigns split`, and campaigns of several segments."""

from pathlib import Path

import pytest

from tests.support.commands import Commands


@pytest.fixture
def leads(segtui: Commands) -> Commands:
    """Return the command line on a database with a segment of five contacts and one of two."""
    rows = "".join(
        f"P{number},+1602555{number:04},{state}\n" for number, state in enumerate(["AZ", "CA", "AZ", "", "CA"])
    )
    Path("leads.csv").write_text(f"first_name,phone,state\n{rows}")
    segtui("import", "leads.csv", "--segment", "Leads")
    Path("fair.csv").write_text("first_name,phone,state\nP4,+16025550004,CA\nP9,+16025550009,NV\n")
    segtui("import", "fair.csv", "--segment", "Fair")
    return segtui


def test_a_segment_is_split_in_four_ways(leads: Commands) -> None:
    dry = leads("segments", "split", "Leads", "--into", "2", "--dry-run", "--json").json
    assert dry == [
        {"name": "Leads 1/2", "contacts": 2, "size": "test"},
        {"name": "Leads 2/2", "contacts": 3, "size": "test"},
    ]
    assert [segment["name"] for segment in leads("segments", "list", "--json").json] == ["Fair", "Leads"]
    made = leads("segments", "split", "Leads", "--into", "2", "--json").json
    assert [(part["name"], part["contacts"], part["live"]) for part in made] == [
        ("Leads 1/2", 2, False),
        ("Leads 2/2", 3, False),
    ]
    assert leads("segments", "split", "Leads", "--size", "2", "--yes").lines == [
        "Split “Leads” into 3 segments; it stays as it is.",
        "  Leads 1/3: 1 contact",
        "  Leads 2/3: 2 contacts",
        "  Leads 3/3: 2 contacts",
    ]
    by_state = leads("segments", "split", "Leads", "--by", "STATE", "--json").json
    assert {part["name"]: part["contacts"] for part in by_state} == {
        "Leads – AZ": 2,
        "Leads – CA": 2,
        "Leads – none": 1,
    }
    taken = leads.attempt("segments", "split", "Leads", "--by", "state")
    assert (taken.status, "already segments “Leads – " in taken.err) == (1, True)
    leads("segments", "split", "Leads", "--random", "5", "--seed", "-3")
    same = leads("segments", "show", "Leads 1/5", "--json").json
    assert (same["contacts"], same["description"]) == (1, "Random part 1 of 5 of “Leads”, seed -3.")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ([], "one way to split it: --into, --size, --by, --random"),
        (["--into", "2", "--size", "3"], "one way to split it"),
        (["--into", "2", "--seed", "3"], "--seed is only for --random"),
        (["--into", "6"], "too few for 6 parts"),
        (["--by", "sttae"], "state"),
        (["--by", "campaign"], "several values of Campaign"),
    ],
)
def test_wrong_usage_is_one_sentence(leads: Commands, options: list[str], sentence: str) -> None:
    refused = leads.attempt("segments", "split", "Leads", *options)
    assert refused.status == 2
    assert sentence in " ".join(refused.err.split())


def test_a_campaign_of_several_segments_is_split(leads: Commands) -> None:
    both = ("--segment", "Leads", "--segment", "Fair")
    made = leads("campaigns", "create", "Both", *both, "--agent", "a", "--json").json
    segments = [{"id": made["segment"]["id"], "name": "Leads"}, made["segments"][1]]
    assert (made["segment"]["name"], made["segments"], made["total"]) == ("Leads", segments, 6)
    assert ["Segments", "Leads, Fair"] in [line.split(None, 1) for line in leads("campaigns", "show", "Both").lines]
    listed = leads("campaigns", "list", "--json").json
    assert (listed[0]["segment"], listed[0]["segments"]) == ("Leads", segments)
    refused = leads.attempt("campaigns", "edit", "Both", "--exclude", "Fair")
    assert (refused.status, "cannot exclude a segment that it calls: “Fair”" in refused.err) == (1, True)
    leads("campaigns", "split", "Both", "--size", "3", "--json")
    parts = leads("campaigns", "split", "Both 1/2", "--by", "state", "--json").json
    assert [part["name"] for part in parts] == ["Both 1/2 – AZ", "Both 1/2 – CA"]
    assert "fixed segment" in leads("campaigns", "split", "Both 2/2", "--random", "2").lines[-1]
    totals = [leads("campaigns", "show", name, "--json").json["total"] for name in ("Both 1/2 – AZ", "Both 2/2 2/2")]
    assert totals == [2, 2]
    fair = leads("campaigns", "edit", "Both 2/2 1/2", "--segment", "Fair", "--json").json
    assert (fair["total"], [segment["name"] for segment in fair["segments"]]) == (2, ["Fair"])
