"""Tolerant parser of the calling platform's answers: unknown and malformed values become our terms, or None."""

import json
import math
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

from segtui.dialer.platform import CallList, PlatformCall, Uncertain
from segtui.domain.text import clean

_MAX_REASON_LENGTH: Final = 200
_MAX_TEXT_LENGTH: Final = 10_000
_MAX_ID_LENGTH: Final = 200
_MAX_STATUS_LENGTH: Final = 40
_MAX_ID: Final = 2**63 - 1
_MAX_WAIT: Final = 86_400.0
_MAX_CALL_SECONDS: Final = 1e9
"""Seconds. A longer duration is not one, and would not fit into a database column: every later write would fail."""
_MILLISECOND_THRESHOLD: Final = 1e11
"""A larger timestamp is in milliseconds: as seconds it would be in the year 5138."""

_UNREADABLE: Final = "The calling platform sent an answer that cannot be read"


def document(body: bytes) -> object:
    """Return the parsed JSON of an answer. Raises Uncertain if it is not JSON."""
    try:
        return json.loads(body)
    # JSON that is nested too deeply raises RecursionError.
    except (ValueError, RecursionError):
        raise Uncertain(f"{_UNREADABLE}: it is not JSON.") from None


def call_id(value: object) -> str | None:
    """Return an id as text; None for a value that cannot be one, such as one that would change the path of a URL."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    try:
        text = str(value).strip()
        text.encode()
    except ValueError:  # a number of thousands of digits, or half of a surrogate pair
        return None
    return text if text.strip(".") and len(text) <= _MAX_ID_LENGTH and text.isprintable() else None


def call(value: object, requested_id: str | None = None) -> PlatformCall:
    """Return a call; `requested_id` is its id if the request named it. Raises Uncertain if the value is not a call."""
    if not isinstance(value, dict):
        raise Uncertain(f"{_UNREADABLE}: it is not a call.")
    id_ = requested_id or call_id(value.get("id"))
    if id_ is None or (requested_id and "status" not in value):
        raise Uncertain(f"{_UNREADABLE}: it describes a call without its {'status' if requested_id else 'id'}.")
    return _platform_call(value, id_)


def _platform_call(value: dict[str, Any], id_: str | None) -> PlatformCall:
    return PlatformCall(
        id=id_,
        status=status(value.get("status")),
        seconds=seconds(value.get("duration")),
        created_at=moment(value.get("created_time")),
        attempt_id=_own_id(value, "attempt_id"),
        campaign_id=_own_id(value, "campaign_id"),
        database_id=database_id(value),
        phone=phone(value),
    )


def database_id(value: dict[str, Any]) -> str | None:
    """Return the id of the database in a call's data; None if it has none."""
    try:
        data = _data(value)
    except (ValueError, RecursionError):
        return None
    database_id = data.get("database_id") if isinstance(data, dict) else None
    return database_id.strip()[:_MAX_ID_LENGTH] or None if isinstance(database_id, str) else None


def phone(value: dict[str, Any]) -> str | None:
    """Return the number that was called; None if the platform does not report it."""
    number = value.get("phone")
    if isinstance(number, int) and not isinstance(number, bool):
        number = str(number) if 0 < number < _MAX_ID else None
    text = clean(number).strip()[:_MAX_ID_LENGTH] if isinstance(number, str) else ""
    return text if any(sign.isdigit() for sign in text) else None


def calls(value: object) -> CallList:
    """Return the calls of a list, bare or in `calls`, newest first. Raises Uncertain if the value is not a list.

    Entries that are not calls are left out. Such an entry, a call of ours without an id, and data that may be ours and
    cannot be read make the list incomplete; the other calls are still valid.
    """
    listed = value.get("calls", 0) if isinstance(value, dict) else value
    if listed is None and isinstance(value, dict):
        listed = []  # some platforms write an empty list so
    if not isinstance(listed, list):
        raise Uncertain(f"{_UNREADABLE}: it is not a list of calls.")
    parsed = [_platform_call(entry, call_id(entry.get("id"))) for entry in listed if isinstance(entry, dict)]
    identified = [call for call in parsed if call.id is not None or call.attempt_id is not None]
    oldest = datetime.min.replace(tzinfo=UTC)
    return CallList(
        sorted(identified, key=lambda call: call.created_at or oldest, reverse=True), all(map(_is_readable, listed))
    )


def _is_readable(value: object) -> bool:
    """Return True if a list entry is a call with an id, and its attempt id is readable, if it has one."""
    if not isinstance(value, dict) or call_id(value.get("id")) is None:
        return False
    try:
        data = _data(value)
    except (ValueError, RecursionError):
        return False
    return not isinstance(data, dict) or "attempt_id" not in data or _id(data["attempt_id"]) is not None


def status(value: object) -> str:
    """Return a status in the contract's spelling: `No_Answer` and `no answer` are no-answer."""
    if not isinstance(value, str) or not value.strip():
        return "unknown"
    return re.sub(r"[\s_-]+", "-", clean(value).strip().lower())[:_MAX_STATUS_LENGTH]


def seconds(value: object) -> int | None:
    """Return a duration in whole seconds; None if it is not one."""
    number = _number(value)
    return None if number is None or not 0 <= number <= _MAX_CALL_SECONDS else round(number)


def moment(value: object) -> datetime | None:
    """Return a time in UTC, from ISO 8601 (UTC if without offset) or from seconds or milliseconds since 1970."""
    number = _number(value)
    try:
        if number is not None:
            return datetime.fromtimestamp(number / 1000 if abs(number) >= _MILLISECOND_THRESHOLD else number, UTC)
        if not isinstance(value, str):
            return None
        parsed = datetime.fromisoformat(value.strip())
        return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def reason(body: bytes, *, hidden: str) -> str:
    """Return the reason of a refusal as one short clean line without `hidden`; empty if the body gives none."""
    try:
        message: Any = json.loads(body)
    except (ValueError, RecursionError):
        text = body[:_MAX_TEXT_LENGTH].decode(errors="replace")
        message = None if text.lstrip().startswith(("<", "{", "[")) else text
    for name in ("error", "message"):
        if isinstance(message, dict) and name in message:
            message = message[name]
    if isinstance(message, list) and message:
        message = message[0]
    text = " ".join(clean(message).replace(hidden, "***").split()) if isinstance(message, str) else ""
    return text if len(text) <= _MAX_REASON_LENGTH else text[: _MAX_REASON_LENGTH - 1].rstrip() + "…"


def wait(retry_after: str | None, date: str | None) -> float | None:
    """Return the seconds to wait by Retry-After, which is a number or a date: at most a day, None without it.

    A date is compared with the platform's own clock (`date`), if the answer has it.
    """
    if not retry_after:
        return None
    number = _number(retry_after)
    if number is None:
        until, now = http_date(retry_after), http_date(date) or datetime.now(UTC)
        number = None if until is None else (until - now) / timedelta(seconds=1)
    return None if number is None else min(max(number, 0.0), _MAX_WAIT)


def http_date(text: str | None) -> datetime | None:
    """Return the moment in a date header of HTTP; None if there is none."""
    try:
        parsed = parsedate_to_datetime(text or "")
        return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _own_id(value: dict[str, Any], name: str) -> int | None:
    """Return the id of our attempt or campaign in a call's data, which is an object or its JSON text."""
    try:
        data = _data(value)
    except (ValueError, RecursionError):
        return None
    return _id(data.get(name)) if isinstance(data, dict) else None


def _data(value: dict[str, Any]) -> object:
    """Return the data of a call. Raises ValueError, RecursionError for text that is not JSON."""
    data = value.get("data")
    return json.loads(data) if isinstance(data, str) and data.strip() else data


def _id(value: object) -> int | None:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value.strip()) < 20:
        value = int(value.strip())
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 < value <= _MAX_ID else None


def _number(value: object) -> float | None:
    """Return a finite number, also from text; None if it is not one."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
