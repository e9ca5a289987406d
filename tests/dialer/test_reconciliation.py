"""What the platform's answers say of an attempt: nothing is given back, and so dialled again, on a guess."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from segtui.dialer.platform import CallList, PlatformCall
from segtui.dialer.reconciliation import (
    OUTCOMES,
    CallListing,
    ClockReading,
    Resolution,
    Timeouts,
    TrackedCall,
    is_call_of,
    list_window,
    recheck_window,
    resolve_from_call,
    resolve_from_list,
)
from segtui.services.campaigns.dispatch.settling import OpenAttempt

TIMEOUTS = Timeouts()
PHONE = "+16025550107"
THERE = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = ClockReading(1_100.0, THERE)
"""A hundred seconds after the attempt was claimed."""


def attempt(call_id: str | None = None) -> TrackedCall:
    return TrackedCall(
        OpenAttempt(7, 1, 3, "agent", call_id, 0, database_id="ours", phone=PHONE), call_id, 1_000.0, 1_001.0
    )


def call(
    attempt_id: int | None, status: str = "ringing", *, ago: float = 100.0, campaign_id: int | None = 3
) -> PlatformCall:
    began = THERE - timedelta(seconds=ago)
    return PlatformCall(f"c{attempt_id}", status, 12, began, attempt_id, campaign_id, "ours", PHONE)


def others(count: int, *, ago: float = 50.0) -> list[PlatformCall]:
    return [call(1_000 + number, ago=ago) for number in range(count)]


def test_an_attempt_is_found_by_its_id() -> None:
    found = resolve_from_list(attempt(), CallListing(CallList([call(7)]), LATER, 1), 1_100.0, TIMEOUTS)
    assert found is not None
    assert (found.call_id, found.settled, found.released) == ("c7", None, False)


@pytest.mark.parametrize("status", OUTCOMES)
def test_a_final_status_is_an_outcome(status: str) -> None:
    found = resolve_from_call(attempt("c7"), call(7, status), 1_100.0, TIMEOUTS)
    assert found is not None
    assert found.settled is not None
    assert (found.settled.outcome, found.settled.seconds) == (OUTCOMES[status], 12)


@pytest.mark.parametrize("status", ["ringing", "open", "a-word-that-is-new"])
def test_any_other_status_is_a_call_in_progress(status: str) -> None:
    assert resolve_from_call(attempt("c7"), call(7, status), 1_100.0, TIMEOUTS) is None


def test_a_short_list_without_it_proves_that_it_was_not_made() -> None:
    found = resolve_from_list(attempt(), CallListing(CallList(others(3)), LATER, 0), 1_100.0, TIMEOUTS)
    assert found is not None
    assert found.released


def test_the_list_has_to_be_asked_for_long_enough_after_the_request() -> None:
    early = ClockReading(1_001.0 + TIMEOUTS.certain - 1, THERE)
    assert resolve_from_list(attempt(), CallListing(CallList([]), early, 0), early.boot, TIMEOUTS) is None


def test_a_long_list_that_may_be_cut_off_proves_nothing() -> None:
    followed = attempt()
    assert resolve_from_list(followed, CallListing(CallList(others(100)), LATER, 100), 1_100.0, TIMEOUTS) is None
    assert followed.is_uncertain


def test_a_long_list_that_goes_back_further_proves_it() -> None:
    listed = CallListing(CallList([*others(100), call(5, ago=200)]), LATER, 101)
    found = resolve_from_list(attempt(), listed, 1_100.0, TIMEOUTS)
    assert found is not None
    assert found.released


def test_a_list_shorter_than_another_one_is_not_cut_off() -> None:
    found = resolve_from_list(attempt(), CallListing(CallList(others(60)), LATER, 100), 1_100.0, TIMEOUTS)
    assert found is not None
    assert found.released


def test_a_list_that_is_not_whole_proves_nothing_and_tells_of_those_in_it() -> None:
    followed = attempt()
    broken = CallListing(CallList(others(3), is_whole=False), LATER, 0)
    assert resolve_from_list(followed, broken, 1_100.0, TIMEOUTS) is None
    assert followed.is_uncertain  # so it is looked for once more, close by, where a list may be whole
    gone_back = CallListing(CallList([*others(100), call(5, ago=200)], is_whole=False), LATER, 101)
    assert resolve_from_list(attempt(), gone_back, 1_100.0, TIMEOUTS) is None
    found = resolve_from_list(
        attempt("c7"), CallListing(CallList([call(7, "busy")], is_whole=False), LATER, 0), 1_100.0, TIMEOUTS
    )
    assert found is not None
    assert found.settled is not None
    assert found.settled.outcome == "busy"
    close = resolve_from_list(followed, CallListing(CallList(others(2)), LATER, 0), 1_100.0, TIMEOUTS)
    assert close is not None
    assert close.released


def test_lists_that_are_never_whole_end_in_giving_up_and_not_in_dialling() -> None:
    late = ClockReading(1_001.0 + TIMEOUTS.hopeless, THERE)
    followed = attempt()
    followed.was_rechecked = True
    found = resolve_from_list(followed, CallListing(CallList([], is_whole=False), late, 0), late.boot, TIMEOUTS)
    assert found is not None
    assert (found.settled and found.settled.outcome, found.released) == ("unknown", False)


def test_a_call_of_ours_without_its_id_is_one_that_was_made() -> None:
    late = ClockReading(1_001.0 + TIMEOUTS.hopeless, THERE)
    followed = attempt()
    followed.was_rechecked = True
    unnamed = replace(call(7, "open"), id=None)
    assert (
        resolve_from_list(followed, CallListing(CallList([unnamed], is_whole=False), late, 0), late.boot, TIMEOUTS)
        is None
    )
    ended = CallListing(CallList([replace(unnamed, status="no-answer")], is_whole=False), late, 0)
    found = resolve_from_list(followed, ended, late.boot, TIMEOUTS)
    assert found is not None
    assert (found.settled and found.settled.outcome, found.call_id) == ("no_answer", None)
    for both in ([unnamed, call(7)], [call(7), unnamed]):
        assert CallListing(CallList(both, is_whole=False), LATER, 0).of(attempt()) == call(7)


def test_a_list_that_was_asked_for_by_a_clock_of_ours_proves_nothing_where_the_platform_has_one() -> None:
    assert (
        resolve_from_list(attempt(), CallListing(CallList([]), LATER, 0, by_its_clock=None), 1_100.0, TIMEOUTS) is None
    )
    found = resolve_from_list(attempt(), CallListing(CallList([]), LATER, 0, by_its_clock=False), 1_100.0, TIMEOUTS)
    assert found is not None


def test_an_attempt_of_another_database_with_the_same_id_is_none_of_ours() -> None:
    assert CallListing(CallList([call(7, campaign_id=9)]), LATER, 1).of(attempt()) is None
    assert CallListing(CallList([call(7, campaign_id=None)]), LATER, 1).of(attempt()) is not None


STRANGER = replace(call(7), database_id="theirs", phone="+16025550199")


@pytest.mark.parametrize(
    ("changed", "is_ours"),
    [
        ({}, True),
        ({"database_id": "theirs"}, False),
        ({"phone": "+16025550199"}, False),
        ({"database_id": None, "phone": "+16025550199"}, False),
        ({"attempt_id": 8}, False),
        ({"campaign_id": 9}, False),
        # A platform that says no number is believed by the random id, and one that writes it otherwise is understood.
        ({"phone": None}, True),
        ({"phone": "(602) 555-0107"}, True),
        ({"phone": "1 602 555 0107"}, True),
        # One that does not repeat our data is believed by the id that it gave the call.
        ({"attempt_id": None, "campaign_id": None, "database_id": None}, True),
        ({"attempt_id": None, "campaign_id": None, "database_id": None, "phone": "+16025550199"}, False),
    ],
)
def test_a_call_belongs_to_one_database_one_attempt_and_one_phone(changed: dict[str, Any], is_ours: bool) -> None:
    assert is_call_of(attempt().attempt, replace(call(7), **changed)) is is_ours


@pytest.mark.parametrize(
    ("changed", "is_ours"),
    [
        ({"database_id": None}, True),
        ({"database_id": None, "phone": "+16025550199"}, False),
        ({"database_id": None, "phone": None}, None),
        ({}, False),
    ],
)
def test_an_attempt_from_before_there_were_ids_has_the_call_without_one_to_its_phone(
    changed: dict[str, Any], is_ours: bool | None
) -> None:
    before = replace(attempt().attempt, database_id=None)
    assert is_call_of(before, replace(call(7), **changed)) is is_ours
    # Of a contact that was deleted since nobody knows the phone any more.
    assert is_call_of(replace(before, phone=None), replace(call(7), **changed)) is not True


def test_a_call_that_may_be_ours_is_never_dialled_again() -> None:
    """A platform that repeats the attempt and not the database's id: it made the call."""
    without_id = replace(call(7, "closed"), database_id=None)
    assert is_call_of(attempt().attempt, without_id) is None
    assert resolve_from_list(attempt(), CallListing(CallList([without_id]), LATER, 0), 1_100.0, TIMEOUTS) is None
    by_its_id = resolve_from_call(attempt("c7"), without_id, 1_100.0, TIMEOUTS)
    assert by_its_id is not None
    assert by_its_id.settled is not None
    assert by_its_id.settled.outcome == "answered"


def test_the_call_of_somebody_else_under_the_same_numbers_gives_no_outcome() -> None:
    ended = replace(STRANGER, status="closed")
    found = resolve_from_list(attempt(), CallListing(CallList([ended]), LATER, 0), 1_100.0, TIMEOUTS)
    assert found == Resolution(released=True)
    both = resolve_from_list(attempt(), CallListing(CallList([ended, call(7)]), LATER, 0), 1_100.0, TIMEOUTS)
    assert both == Resolution(call_id="c7")
    followed = attempt("c7")
    assert resolve_from_call(followed, ended, 1_100.0, TIMEOUTS) is None
    lost = resolve_from_call(followed, ended, 1_100.0 + TIMEOUTS.lost, TIMEOUTS)
    assert lost is not None
    assert lost.settled is not None
    assert lost.settled.outcome == "unknown"


def test_what_may_be_the_call_of_an_attempt_without_an_id_keeps_it_from_being_dialled() -> None:
    followed = attempt()
    followed.attempt = replace(followed.attempt, database_id=None)
    unclear = replace(call(7, "closed"), database_id=None, phone=None)
    assert resolve_from_list(followed, CallListing(CallList([unclear]), LATER, 0), 1_100.0, TIMEOUTS) is None
    late = ClockReading(1_001.0 + TIMEOUTS.hopeless, THERE)
    followed.was_rechecked = True
    found = resolve_from_list(followed, CallListing(CallList([unclear]), late, 0), late.boot, TIMEOUTS)
    assert found is not None
    assert found.settled is not None
    assert found.settled.outcome == "unknown"


def test_what_lists_never_tell_is_given_up_and_not_dialled_again() -> None:
    late = ClockReading(1_001.0 + TIMEOUTS.hopeless, THERE)
    followed = attempt()
    assert (
        resolve_from_list(followed, CallListing(CallList(others(100, ago=1)), late, 100), late.boot, TIMEOUTS) is None
    )
    assert followed.is_uncertain  # so it is looked for once more, close by, before it is given up
    followed.was_rechecked = True
    found = resolve_from_list(followed, CallListing(CallList(others(100, ago=1)), late, 100), late.boot, TIMEOUTS)
    assert found is not None
    assert found.settled is not None
    assert (found.settled.outcome, found.released) == ("unknown", False)


def test_a_call_that_the_platform_does_not_know_any_more_is_given_up_after_a_while() -> None:
    followed = attempt("c7")
    assert resolve_from_call(followed, None, 1_100.0, TIMEOUTS) is None
    assert resolve_from_call(followed, None, 1_100.0 + TIMEOUTS.lost - 1, TIMEOUTS) is None
    found = resolve_from_call(followed, None, 1_100.0 + TIMEOUTS.lost, TIMEOUTS)
    assert found is not None
    assert found.settled is not None
    assert found.settled.outcome == "unknown"


def test_a_call_without_an_end_is_given_up_in_the_end() -> None:
    found = resolve_from_call(attempt("c7"), call(7, "open"), 1_002.0 + TIMEOUTS.longest_call, TIMEOUTS)
    assert found is not None
    assert found.settled is not None
    assert found.settled.outcome == "unknown"


def test_a_list_is_asked_for_around_the_claims_on_the_platforms_clock() -> None:
    began = THERE - timedelta(seconds=100)
    found = list_window([attempt("c7")], LATER, TIMEOUTS)
    assert found is not None
    assert began - timedelta(hours=1) < found.since < began < THERE < found.until
    looked_for = list_window([attempt()], LATER, TIMEOUTS)
    assert looked_for is not None
    assert looked_for.since < began - timedelta(hours=1)
    close = recheck_window(attempt(), LATER)
    assert close.since < began < close.until


def test_an_old_call_is_not_followed_by_lists() -> None:
    assert list_window([attempt("c7")], ClockReading(1_002.0 + TIMEOUTS.listed, THERE), TIMEOUTS) is None
