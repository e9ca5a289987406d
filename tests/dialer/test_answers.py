"""What the platform answers, read with patience: any JSON becomes calls or Uncertain, and every spelling our words."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segtui.dialer import answers
from segtui.dialer.platform import CallList, PlatformCall, Uncertain

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
FIELDS = st.sampled_from(["id", "status", "duration", "data", "created_time", "attempt_id", "calls"])
ANY_JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(FIELDS | st.text(), inner, max_size=6)
)
MOMENTS = st.datetimes(
    datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.timezones() | st.just(UTC)  # noqa: DTZ001
).map(lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000, fold=0))  # fmt: skip


def is_right(call: PlatformCall) -> bool:
    aware = call.created_at is None or call.created_at.utcoffset() == timedelta(0)
    named = call.attempt_id is not None if call.id is None else bool(call.id) and call.id.isprintable()
    said = named and 0 < len(call.status) <= 40 and call.status.isprintable()
    return said and aware and (call.seconds is None or call.seconds >= 0) and (call.attempt_id or 1) > 0


@settings(max_examples=60)
@given(ANY_JSON)
def test_any_json_is_calls_newest_first_or_uncertain(value: Any) -> None:
    for listed in (value, {"calls": value}, [value, *([value] if value else [])]):
        try:
            calls = answers.calls(listed).calls
        except Uncertain:
            continue
        assert all(map(is_right, calls))
        moments = [call.created_at for call in calls if call.created_at is not None]
        assert moments == sorted(moments, reverse=True)
    with suppress(Uncertain):
        assert is_right(answers.call(value, "c1"))


@settings(max_examples=60)
@given(st.binary(max_size=200) | ANY_JSON.map(json.dumps).map(str.encode))
def test_any_bytes_are_a_document_or_uncertain_and_a_short_clean_reason(body: bytes) -> None:
    with suppress(Uncertain):
        answers.document(body)
    reason = answers.reason(body, hidden="s3cret")
    assert len(reason) <= 200
    assert "\x1b" not in reason
    assert "\n" not in reason


@given(MOMENTS)
def test_every_way_to_write_a_time_is_that_time(moment: datetime) -> None:
    bare = moment.astimezone(UTC).replace(tzinfo=None)
    written: list[object] = [
        moment.isoformat(), moment.isoformat().replace("T", " "), f"{bare.isoformat()}Z", bare.isoformat(),
        f"{bare.isoformat(timespec='milliseconds')}000Z", f" {bare.isoformat()}+00:00 ",
        moment.timestamp(), str(moment.timestamp()), moment.timestamp() * 1000,
    ]  # fmt: skip
    for each in written:
        read = answers.moment(each)
        assert read is not None, each
        assert read.tzinfo is UTC
        if each == moment.timestamp() * 1000 and bare.year < 1974:  # so few milliseconds may be seconds as well
            continue
        assert abs(read - moment) < timedelta(milliseconds=1), each


@pytest.mark.parametrize(
    "value", [None, True, "", "yesterday", "2026-13-01", "2026-01-01T25:00Z", 1e300, float("nan"), -1e40, [], {},
              "0001-01-01T00:00:00+14:00", "9" * 400]
)  # fmt: skip
def test_what_is_no_time_is_none(value: object) -> None:
    assert answers.moment(value) is None


@given(st.sampled_from(["no-answer", "wrong-phone-format", "recall-scheduled", "open", "closed"]), st.data())
def test_a_status_is_the_contracts_whatever_its_case_and_joints(status: str, data: st.DataObject) -> None:
    joint = st.sampled_from(["-", "_", " ", "__", " - "])
    spelt = "".join(data.draw(joint if char == "-" else st.sampled_from([char, char.upper()])) for char in status)
    assert answers.status(f" {spelt}\n") == status


@pytest.mark.parametrize(
    ("value", "status"),
    [("Transferred To Agent", "transferred-to-agent"), ("x\x1b[2J", "x\ufffd[2j"), ("y" * 50, "y" * 40),
     (None, "unknown"), ("", "unknown"), ("  ", "unknown"), (3, "unknown"), (["open"], "unknown")],
)  # fmt: skip
def test_a_status_that_is_new_to_us_is_passed_on(value: object, status: str) -> None:
    assert answers.status(value) == status


@pytest.mark.parametrize(
    ("value", "seconds"),
    [(12, 12), (12.6, 13), ("12", 12), (" 12.4 ", 12), (0, 0), (None, None), ("", None), (True, None), (-1, None),
     ("1:30", None), (float("inf"), None), ("nan", None), ([], None), (10**400, None),
     (1e300, None), ("9" * 20, None)],
)  # fmt: skip
def test_a_duration_is_whole_seconds_or_not_said(value: object, seconds: int | None) -> None:
    assert answers.seconds(value) == seconds


@pytest.mark.parametrize(
    ("data", "attempt"),
    [({"attempt_id": "17"}, 17), ({"attempt_id": 17}, 17), ({"attempt_id": 17.0}, 17), ({"attempt_id": " 17 "}, 17),
     ('{"attempt_id": "17"}', 17), ('{"attempt_id": 17}', 17), ({}, None), (None, None), ([], None), ("", None),
     ("attempt_id=17", None), ("[" * 100_000, None), ({"attempt_id": "x17"}, None), ({"attempt_id": 0}, None),
     ({"attempt_id": -17}, None), ({"attempt_id": True}, None), ({"attempt_id": 17.5}, None),
     ({"attempt_id": "١٧"}, None), ({"attempt_id": 2**63}, None), ({"attempt_id": "9" * 30}, None),
     ({"attempt_id": None}, None), ({"attempt_id": {}}, None), ('"17"', None)],
)  # fmt: skip
def test_the_attempt_of_a_call_is_ours_or_none(data: object, attempt: int | None) -> None:
    value = {"id": "c1", "status": "open", "data": data}
    assert answers.call(value).attempt_id == attempt
    assert answers.call(value, "c1").attempt_id == attempt


def test_what_is_no_call_in_a_list_is_left_out() -> None:
    listed: list[object] = [
        None,
        "c0",
        3,
        [],
        {"id": "c1", "status": "open"},
        {},
        {"status": "open"},
        {"id": {}, "data": "x"},
    ]
    assert [call.id for call in answers.calls(listed).calls] == ["c1"]
    assert [call.id for call in answers.calls({"calls": listed}).calls] == ["c1"]
    assert answers.calls([]) == answers.calls({"calls": []}) == answers.calls({"calls": None}) == CallList([])


@pytest.mark.parametrize("value", [None, {}, "x", 3, {"calls": 3}, {"calls": {}}, {"error": "x"}])
def test_what_is_no_list_does_not_say_that_there_are_no_calls(value: object) -> None:
    with pytest.raises(Uncertain):
        answers.calls(value)


@pytest.mark.parametrize("call_id", [None, "", "..", {}, True, "x" * 300])
def test_a_call_of_ours_without_an_id_is_not_left_out(call_id: object) -> None:
    ours = {"id": call_id, "status": "closed", "data": {"attempt_id": "17"}}
    found = answers.calls([{"id": "c1", "data": {"attempt_id": "18"}}, ours])
    assert [(call.id, call.attempt_id, call.status) for call in found.calls] == [
        ("c1", 18, "unknown"),
        (None, 17, "closed"),
    ]
    assert not found.is_whole


@pytest.mark.parametrize(
    "entry",
    [None, "c0", 3, [], {}, {"status": "open"}, {"id": {}, "data": {}}, {"id": "c2", "data": '{"attempt_id": "1'},
     {"id": "c2", "data": "attempt_id=17"}, {"id": "c2", "data": "[" * 100_000},
     {"id": "c2", "data": {"attempt_id": "x17"}}, {"id": "c2", "data": '{"attempt_id": null}'}],
)  # fmt: skip
def test_a_list_with_what_may_be_a_call_of_ours_is_not_whole(entry: object) -> None:
    found = answers.calls([{"id": "c1"}, entry])
    assert not found.is_whole
    assert "c1" in {call.id for call in found.calls}


@pytest.mark.parametrize(
    "data", [None, "", " ", {}, [], "[]", '"17"', 3, {"number": 17}, '{"number": "17"}', {"attempt_id": "17"}]
)
def test_calls_of_others_belong_to_a_whole_list(data: object) -> None:
    assert answers.calls([{"id": "c1", "data": data}, {"id": "c2"}]).is_whole


def test_a_list_is_newest_first_whatever_its_order_and_zones() -> None:
    east = timezone(timedelta(hours=5, minutes=30))
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    written = {
        "c1": noon.isoformat(), "c2": None, "c4": (noon + timedelta(minutes=2)).astimezone(east).isoformat(),
        "c3": (noon + timedelta(minutes=1)).timestamp(),
    }  # fmt: skip
    listed = [{"id": name, "status": "closed", "created_time": at} for name, at in written.items()]
    assert [call.id for call in answers.calls(listed).calls] == ["c4", "c3", "c1", "c2"]
