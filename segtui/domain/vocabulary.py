"""Closed vocabularies: words that the database, the services, the command line and the screens share.

The order of each is the order in which its words are listed and printed.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """Permissions of a user: read; also write in their own company; everything in every company."""

    VIEWER = "viewer"
    MEMBER = "member"
    ADMIN = "admin"


ROLES: Final = tuple(role.value for role in Role)

CAMPAIGN_STATUSES: Final = ("draft", "scheduled", "active", "paused", "completed", "cancelled")
UNFINISHED: Final = CAMPAIGN_STATUSES[:4]
"""Statuses of a campaign that holds its segment."""
AUDIENCE_STATES: Final = ("pending", "in_progress", "retry", "done")
"""States of a contact in the audience of a campaign."""
CALL_OUTCOMES: Final = ("answered", "voicemail", "no_answer", "busy", "failed", "wrong_number", "skipped", "unknown")
CALL_RESOLUTIONS: Final = ("recorded", "ignored")
"""Decisions about a call that the platform knows and the database did not."""
DATABASE_ID_CAUSES: Final = ("created", "restored", "copied")
"""Events that give a database a new id."""


@dataclass(frozen=True, slots=True)
class SkipReason:
    """Reason for which a contact is not called, in words behind a number: `12 have no phone`, `1 has no phone`."""

    name: str
    plural: str
    singular: str

    def words(self, count: int) -> str:
        """Return the words that follow `count`."""
        return self.singular if count == 1 else self.plural


_SKIP_REASONS: Final = (
    SkipReason("no_phone", "have no phone", "has no phone"),
    SkipReason("do_not_call", "must not be called", "must not be called"),
    SkipReason("excluded", "are in a segment that is left out", "is in a segment that is left out"),
    SkipReason(
        "other_campaign", "are still to be called by another campaign", "is still to be called by another campaign"
    ),
    SkipReason("deleted", "were deleted", "was deleted"),
    SkipReason("cancelled", "were left when it was cancelled", "was left when it was cancelled"),
)
SKIP_REASON_WORDS: Final = {reason.name: reason for reason in _SKIP_REASONS}
SKIP_REASONS: Final = tuple(SKIP_REASON_WORDS)
"""Names of the reasons; the first four are found before the launch, in this order."""

IMPORT_STATUSES: Final = ("running", "completed", "failed", "cancelled", "undone")
IMPORT_COUNTS: Final = (
    "rows", "created", "updated", "unchanged", "duplicates", "rejected", "added", "removed", "warnings",
)  # fmt: skip
REMARK_KINDS: Final = ("warning", "rejected", "duplicate")
EXISTING_MODES: Final = ("fill", "overwrite", "keep")
"""Treatment of contacts that exist before an import."""
MEMBERSHIP_MODES: Final = ("append", "replace")

WATCH_KINDS: Final = ("over", "empty", "grows", "stale")
"""Conditions of a segment that can be watched."""
SEGMENT_SORTS: Final = ("name", "created", "contacts", "callable", "campaigns", "used", "growth", "company")
IMPORT_SORTS: Final = ("started", "file", "segment", "user", "status", "rows", "created", "rejected", "company")
CAMPAIGN_SORTS: Final = ("name", "segment", "status", "progress", "started", "company")
DO_NOT_CALL_SORTS: Final = ("phone", "since")


def words(name: str) -> str:
    """Return a name as it is shown: `no_answer` is `no answer`."""
    return name.replace("_", " ")
