"""`segtui segments history`, `watch` and `check`: what is printed, and the exit status while a watch is due."""

from tests.support.commands import Commands


def test_the_history_is_printed_as_a_table_and_as_json(people: Commands) -> None:
    people("segments", "create", "Empty")
    assert (
        people("segments", "history", "Empty").out == "Nothing is recorded yet: no contact has joined “Empty” so far.\n"
    )
    assert people("segments", "history", "Empty", "--json").json == []
    (day,) = people("segments", "history", "Webinar", "--days", "7", "--json").json
    assert day == {"day": day["day"], "contacts": 2, "joined": 2, "left": 0}
    assert f"{day['day']}         2       2     0" in people("segments", "history", "Webinar").out
    assert people.attempt("segments", "history", "Webinar", "--days", "0").status == 1


def test_watches_are_set_listed_checked_and_taken_away(people: Commands) -> None:
    assert people("segments", "check").out == "No watch is due.\n"
    ran = people("segments", "watch", "Webinar", "--over", "1", "--stale", "30")
    assert "more than 1 contact" in ran.out
    assert "1 of 2 watches is due." in ran.out
    ran = people.attempt("segments", "check", "--json")
    assert ran.status == 3
    (watch,) = ran.json
    assert watch == {
        "segment": "Webinar",
        "segment_id": watch["segment_id"],
        "company": "Main",
        "kind": "over",
        "amount": 1,
        "due": True,
        "sentence": "“Webinar” has 2 contacts; the limit is 1.",
        "created_at": watch["created_at"],
        "created_by": watch["created_by"],
    }
    assert people.attempt("segments", "check").status == 3
    left = people("segments", "watch", "Webinar", "--remove", "over", "--json").json
    assert [watch["kind"] for watch in left] == ["stale"]
    assert people("segments", "watch", "--json").json == left
    assert people("segments", "check", "--json").json == []
    for arguments, status, words in (
        (("Webinar", "--over", "1", "--remove", "over"), 2, "cannot be used together"),
        (("--empty",), 2, "Name the segment"),
        (("Webinar", "--grows", "0"), 1, "takes a number of percent"),
        (("Webinar", "--remove", "over"), 1, "has no watch on size (over)"),
        (("Nowhere",), 1, "There is no segment"),
    ):
        ran = people.attempt("segments", "watch", *arguments)
        assert ran.status == status
        assert words in ran.err
