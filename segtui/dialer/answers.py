"""What the calling platform answers, read with patience: whatever it sends becomes our words, or is as if not there."""

import json
import math
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

from segtui.dialer.platform import CallList, PlatformCall, Uncertain
from segtui.domain.text import clean

_LONGEST_REASON: Final = 200
_LONGEST_TEXT: Final = 10_000
_LONGEST_ID: Final = 200
_LONGEST_STATUS: Final = 40
_LARGEST_ID: Final = 2**63 - 1
_LONGEST_WAIT: Final = 86_400.0
_LONGEST_CALL: Final = 1e9
"""Seconds. What is longer is none, and would fit into no database: nothing could be written any more."""
_MILLISECONDS_FROM: Final = 1e11
"""From here on a number is milliseconds: as seconds it would be in the year 5138."""

_UNREADABLE: Final = "The calling platform sent an answer that cannot be read"


def document(body: bytes) -> object:
    """Return what the JSON of an answer says. Raises Uncertain for what is no JSON."""
    try:
        return json.loads(body)
    # A RecursionError is what JSON nested too deeply is.
    except (ValueError, RecursionError):
        raise Uncertain(f"{_UNREADABLE}: it is no JSON.") from None


def call_id(value: object) -> str | None:
    """Return an id as a text; None for what cannot be one, such as what would be another address in a path."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    try:
        text = str(value).strip()
        text.encode()
    except ValueError:  # a number of thousands of digits, half of a character
        return None
    return text if text.strip(".") and len(text) <= _LONGEST_ID and text.isprintable() else None


def call(value: object, asked: str | None = None) -> PlatformCall:
    """Return one call; `asked` is its id, where it was asked for by that. Raises Uncertain for what is none."""
    if not isinstance(value, dict):
        raise Uncertain(f"{_UNREADABLE}: it is not a call.")
    found = asked or call_id(value.get("id"))
    if found is None or (asked and "status" not in value):
        raise Uncertain(f"{_UNREADABLE}: it tells of a call without its {'status' if asked else 'id'}.")
    return _told(value, found)


def _told(value: dict[str, Any], found: str | None) -> PlatformCall:
    return PlatformCall(
        id=found,
        status=status(value.get("status")),
        seconds=seconds(value.get("duration")),
        created_at=moment(value.get("created_time")),
        attempt_id=_ours(value, "attempt_id"),
        campaign_id=_ours(value, "campaign_id"),
        database_id=database_id(value),
        phone=phone(value),
    )


def database_id(value: dict[str, Any]) -> str | None:
    """Return the id of the database in a call's data; None where there is none."""
    try:
        data = _data(value)
    except (ValueError, RecursionError):
        return None
    database_id = data.get("database_id") if isinstance(data, dict) else None
    return database_id.strip()[:_LONGEST_ID] or None if isinstance(database_id, str) else None


def phone(value: dict[str, Any]) -> str | None:
    """Return the number that was called; None where the platform does not say it."""
    number = value.get("phone")
    if isinstance(number, int) and not isinstance(number, bool):
        number = str(number) if 0 < number < _LARGEST_ID else None
    text = clean(number).strip()[:_LONGEST_ID] if isinstance(number, str) else ""
    return text if any(sign.isdigit() for sign in text) else None


def calls(value: object) -> CallList:
    """Return the calls of a list, bare or in `calls`, newest first. Raises Uncertain for what is no list.

    What is no call in it is left out, but for a call of ours that has no id; both make it a list that is not whole, as
    does whatever may be a call of ours and cannot be read. The others are what they are.
    """
    listed = value.get("calls", 0) if isinstance(value, dict) else value
    if listed is None and isinstance(value, dict):
        listed = []  # how some write an empty list
    if not isinstance(listed, list):
        raise Uncertain(f"{_UNREADABLE}: it is not a list of calls.")
    told = [_told(each, call_id(each.get("id"))) for each in listed if isinstance(each, dict)]
    known = [each for each in told if each.id is not None or each.attempt_id is not None]
    oldest = datetime.min.replace(tzinfo=UTC)
    return CallList(
        sorted(known, key=lambda each: each.created_at or oldest, reverse=True), all(map(_is_readable, listed))
    )


def _is_readable(value: object) -> bool:
    """Tell whether an entry of a list is a call of which it is certain whose it is."""
    if not isinstance(value, dict) or call_id(value.get("id")) is None:
        return False
    try:
        data = _data(value)
    except (ValueError, RecursionError):
        return False
    return not isinstance(data, dict) or "attempt_id" not in data or _id(data["attempt_id"]) is not None


def status(value: object) -> str:
    """Return a status as the contract spells it: `No_Answer` and `no answer` are no-answer."""
    if not isinstance(value, str) or not value.strip():
        return "unknown"
    return re.sub(r"[\s_-]+", "-", clean(value).strip().lower())[:_LONGEST_STATUS]


def seconds(value: object) -> int | None:
    """Return a duration in whole seconds; None for what is none."""
    number = _number(value)
    return None if number is None or not 0 <= number <= _LONGEST_CALL else round(number)


def moment(value: object) -> datetime | None:
    """Return a time in UTC: by ISO 8601, without an offset in UTC, or seconds or milliseconds since 1970."""
    number = _number(value)
    try:
        if number is not None:
            return datetime.fromtimestamp(number / 1000 if abs(number) >= _MILLISECONDS_FROM else number, UTC)
        if not isinstance(value, str):
            return None
        read = datetime.fromisoformat(value.strip())
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def reason(body: bytes, *, hidden: str) -> str:
    """Return why something was refused, as one short clean line without `hidden`; empty where that is not said."""
    try:
        said: Any = json.loads(body)
    except (ValueError, RecursionError):
        text = body[:_LONGEST_TEXT].decode(errors="replace")
        said = None if text.lstrip().startswith(("<", "{", "[")) else text
    for name in ("error", "message"):
        if isinstance(said, dict) and name in said:
            said = said[name]
    if isinstance(said, list) and said:
        said = said[0]
    text = " ".join(clean(said).replace(hidden, "***").split()) if isinstance(said, str) else ""
    return text if len(text) <= _LONGEST_REASON else text[: _LONGEST_REASON - 1].rstrip() + "…"


def wait(retry_after: str | None, date: str | None) -> float | None:
    """Return after how many seconds to ask again, by Retry-After: seconds or a date. At most a day; None for neither.

    A date is compared with what the platform's own clock says (`date`), where it says so.
    """
    if not retry_after:
        return None
    number = _number(retry_after)
    if number is None:
        until, now = http_date(retry_after), http_date(date) or datetime.now(UTC)
        number = None if until is None else (until - now) / timedelta(seconds=1)
    return None if number is None else min(max(number, 0.0), _LONGEST_WAIT)


def http_date(text: str | None) -> datetime | None:
    """Return the moment that a header of HTTP says; None where it says none."""
    try:
        read = parsedate_to_datetime(text or "")
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _ours(value: dict[str, Any], name: str) -> int | None:
    """Return the attempt, or the campaign, of ours that a call is for, from its data, an object or JSON text of one."""
    try:
        data = _data(value)
    except (ValueError, RecursionError):
        return None
    return _id(data.get(name)) if isinstance(data, dict) else None


def _data(value: dict[str, Any]) -> object:
    """Return the data of a call. Raises ValueError, RecursionError for a text that is no JSON."""
    data = value.get("data")
    return json.loads(data) if isinstance(data, str) and data.strip() else data


def _id(value: object) -> int | None:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value.strip()) < 20:
        value = int(value.strip())
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 < value <= _LARGEST_ID else None


def _number(value: object) -> float | None:
    """Return a finite number, or a text that is one; None for what is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
