"""`segtui segments tidy`: what is listed, the exit status, and what --archive and --delete act on."""

from tests.support.commands import Commands


def test_a_tidy_database_ends_with_0(people: Commands) -> None:
    assert people("segments", "tidy").out == "Nothing to tidy.\n"
    assert people("segments", "tidy", "--json").json == []
    assert people.attempt("segments", "tidy", "--unused", "0").status == 2


def test_findings_end_with_3_and_archiving_and_deleting_do_what_their_help_says(people: Commands) -> None:
    people("segments", "create", "Twin")
    people("segments", "add", "Twin", "--segment", "Webinar")
    people("segments", "create", "Part")
    people("segments", "add", "Part", "--segment", "Webinar", "--search", "finn")
    people("segments", "create", "Empty")
    people("segments", "create", "Named")
    people("segments", "create", "Live", "--where", "segment = Named")
    ran = people.attempt("segments", "tidy")
    assert (ran.status, ran.err) == (3, "")
    for text in ("the same 2 contacts as “Webinar”", "wholly inside “Webinar”", "the rule of “Live” names it"):
        assert text in ran.out
    assert "5 segments; an action is proposed for 4." in ran.out
    ran = people.attempt("segments", "tidy", "--json")
    assert ran.status == 3
    twin = next(row for row in ran.json if row["name"] == "Twin")
    assert twin == {
        "id": twin["id"],
        "name": "Twin",
        "company": "Main",
        "contacts": 2,
        "reasons": [{"reason": "same", "text": "the same 2 contacts as “Webinar”", "other": "Webinar"}],
        "action": "merge",
        "into": "Webinar",
        "held": None,
    }
    ran = people.attempt("segments", "tidy", "--delete")
    assert ran.status == 1
    assert "Delete 1 segment (“Empty”)? This cannot be undone; their contacts are kept. No terminal" in ran.err
    assert people("segments", "tidy", "--delete", "--yes").out == "Deleted 1 segment (“Empty”).\n"
    people("segments", "create", "Empty again")
    assert people("segments", "tidy", "--archive").out == "Archived 3 segments (“Empty again”, “Live”, “Twin”).\n"
    assert people("segments", "tidy", "--archive").out == "Nothing to tidy.\n"
    # What is inside another one is left to a person, and what a rule names stays.
    left = {row["name"]: row["action"] for row in people.attempt("segments", "tidy", "--json").json}
    assert left == {"Named": None, "Part": "archive"}
    assert people.attempt("segments", "tidy", "--archive", "--delete").status == 2
