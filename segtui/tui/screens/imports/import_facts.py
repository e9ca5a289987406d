"""Facts of an import, as labels with values."""

from collections.abc import Callable
from datetime import datetime

from segtui.domain.text import duration
from segtui.services.imports import ImportRecord
from segtui.services.imports.import_model import EXISTING, MEMBERSHIP
from segtui.ssh.user_file_words import bare_name, download_command, strip_folders
from segtui.tui.screens.imports.wizard import column_targets
from segtui.tui.widgets.forms.fact_list import Facts

_COUNTS = {
    "rows": "Rows in the file",
    "created": "Contacts created",
    "updated": "Contacts updated",
    "unchanged": "Contacts unchanged",
    "duplicates": "Duplicates",
    "rejected": "Rejected",
    "warnings": "Warnings",
    "added": "Joined the segment",
    "removed": "Left the segment",
}

_LEFT_MARKS = "Its numbers and marks stay: an admin takes them off by undoing it once more."


def about(
    record: ImportRecord, shown_time: Callable[[datetime], str], *, with_company: bool, by_name: str | None = None
) -> Facts:
    """Return which file it was, who loaded it when and how, and what happened to it since.

    `by_name` is the login of somebody who has files on this server by their names alone; None where paths are shown.
    """
    undone = f"{record.undone_by}, {shown_time(record.undone_at)}" if record.undone_by and record.undone_at else ""
    optional = (
        ("Error", (record.error or "") if by_name is None else strip_folders(record.error or "")),
        ("Undone by", undone),
        ("Do not call", _LEFT_MARKS if record.left_marks else ""),
        ("Company", record.company if with_company else ""),
        ("Existing contacts", EXISTING.get(record.options.get("existing", ""), "")),
        ("Membership", MEMBERSHIP.get(record.options.get("membership", ""), "") if record.segment else ""),
        ("Phones read for", record.options.get("region", "")),
        ("Values set", record.default_values),
        *_rejects(record.rejects_file or "", by_name, record.user),
    )
    return [
        ("Import", str(record.id)),
        ("Status", record.status),
        ("File", record.file if by_name is None else bare_name(record.file)),
        ("Size", "" if record.size is None else f"{record.size:,} bytes"),
        ("SHA-256", record.sha256 or ""),
        ("Segment", record.destination),
        ("User", record.user),
        ("Started", shown_time(record.started_at)),
        ("Took", _took(record)),
        *((label, value) for label, value in optional if value),
    ]


def _rejects(path: str, by_name: str | None, user: str) -> Facts:
    """Return where the rejected rows are. By name, only who loaded the file has them, among the downloads."""
    if by_name is None or not path:
        return [("Rejected rows", path)]
    name = bare_name(path)
    return [("Rejected rows", name), ("Fetch them with", download_command(name) if user == by_name else "")]


def _took(record: ImportRecord) -> str:
    if record.finished_at is None:
        return ""
    return duration(max(1.0, (record.finished_at - record.started_at).total_seconds()))


def counts(record: ImportRecord) -> Facts:
    """Return the figures."""
    return [(label, f"{record.counts[name]:,}") for name, label in _COUNTS.items()]


def mapping(record: ImportRecord) -> Facts:
    """Return where each column of the file went."""
    targets = record.options.get("chosen", {})
    return [
        (header, column_targets.label(target) + (" (chosen)" if header in targets else ""))
        for header, target in record.options.get("mapping", {}).items()
    ]
