"""`segtui audit`."""

import pytest

from tests.support.commands import Commands


def test_entries_are_printed_as_the_specification_says(people: Commands) -> None:
    first = people("audit", "--limit", "1", "--json").json
    assert len(first) == 1
    assert set(first[0]) == {
        "at", "user", "fingerprint", "source", "company", "action", "object", "detail", "count",
    }  # fmt: skip
    assert first[0]["action"] == "contact.add"
    assert first[0]["at"].endswith("Z")
    shown = people("audit").out
    assert "segment.create" in shown
    assert "Company" not in shown
    assert "4 entries." in shown


def test_filters_narrow_it(people: Commands) -> None:
    people("export", "--segment", "Webinar", "--output", "out.csv")
    (entry,) = people("audit", "--action", "export", "--json").json
    assert (entry["object"], entry["count"], entry["user"]) == ("Webinar", 2, "tester")
    assert people("audit", "--user", "nobody", "--json").json == []
    assert len(people("audit", "--action", "contact", "--limit", "0", "--json").json) == 3
    assert len(people("audit", "--since", "1h", "--json").json) == 5
    assert people("audit", "--since", "2999-01-01", "--json").json == []
    assert "No audit entries match" in people("audit", "--user", "nobody").out


@pytest.mark.parametrize("arguments", [("--since", "some time"), ("--limit", "-1"), ("--limit", "x")])
def test_nonsense_is_wrong_usage(people: Commands, arguments: tuple[str, str]) -> None:
    assert people.attempt("audit", *arguments).status == 2


def test_one_companys_or_all(people: Commands) -> None:
    people("companies", "create", "Other")
    people("segments", "create", "Theirs", "--company", "Other")
    assert {each["company"] for each in people("audit", "--json").json} == {"Main", "Other"}
    assert {each["company"] for each in people("audit", "--company", "other", "--json").json} == {"Other"}
    assert "Company" in people("audit").out
    assert people.attempt("audit", "--company", "Nowhere").status == 1
