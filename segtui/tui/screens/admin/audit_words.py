"""The audit trail in words."""

from collections.abc import Callable, Iterable
from datetime import datetime

from segtui.services.audit.audit_queries import Entry
from segtui.tui.widgets.forms.fact_list import Facts

_WORDS = {
    "contact.add": "added it by hand",
    "contact.edit": "changed",
    "contact.delete": "deleted it",
    "contact.do_not_call": "do not call",
    "do_not_call.add": "put the number on the do-not-call list",
    "do_not_call.remove": "took the number off the do-not-call list",
    "import": "imported",
    "import.undo": "undid the import of",
    "segment.create": "created it",
    "segment.edit": "edited it",
    "segment.freeze": "froze it",
    "segment.archive": "archived it",
    "segment.restore": "restored it",
    "segment.delete": "deleted it",
    "segment.add": "added contacts",
    "segment.remove": "removed contacts",
    "view.save": "saved the view",
    "view.rename": "renamed the view",
    "view.delete": "deleted the view",
    "export": "exported its contacts",
    "do_not_call.export": "exported the do-not-call list",
    "undo": "undid",
    "redo": "did again",
}
_NAMED = {"import", "import.undo", "import.failed", "import.cancelled"}


def history_facts(entries: Iterable[Entry], shown_time: Callable[[datetime], str]) -> Facts:
    """Return the history of a contact or a segment: when, and who did what."""
    return [(shown_time(entry.at), _sentence(entry)) for entry in entries]


def _sentence(entry: Entry) -> str:
    words = [f"{entry.user}:", _WORDS.get(entry.action, entry.action)]
    if entry.action in _NAMED:
        words.append(entry.object)
    if entry.action in {"segment.add", "segment.remove", "export", "import"} and entry.count is not None:
        words.append(f"({entry.count:,})")
    if entry.detail:
        words.append(
            _WORDS.get(entry.detail, entry.detail) if entry.action in {"undo", "redo"} else f"- {entry.detail}"
        )
    return " ".join(words)


def entry_facts(entry: Entry, shown_time: Callable[[datetime], str], *, companies: bool) -> Facts:
    """Return all facts of an entry."""
    company = [("Company", entry.company or "none")] if companies else []
    return [
        ("When", shown_time(entry.at)),
        ("Who", entry.user),
        ("Key", entry.fingerprint or ""),
        ("From", entry.source),
        *company,
        ("What", entry.action),
        ("On what", entry.object),
        ("Detail", entry.detail),
        ("How many", "" if entry.count is None else f"{entry.count:,}"),
    ]
