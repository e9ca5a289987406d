"""The choice of what is shown of the audit trail: one user, one kind of action, some days, or all of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from segtui.domain.search_terms import field_text, matches, parse
from segtui.services.audit import audit_queries
from segtui.services.audit.audit_queries import TrailQuery
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session
from segtui.tui.widgets.forms.picker import Offer, Picker

_PERIODS = {"today": "today", "7d": "the last 7 days", "30d": "the last 30 days"}


class AuditFilter(Picker[TrailQuery]):
    """Offers what `query` can be narrowed by besides what it is narrowed by already, and everything again."""

    def __init__(self, seen: Callable[[], Session], query: TrailQuery) -> None:
        super().__init__("Filter the audit trail", "A user, an action, or a period")
        self._seen = seen
        self._query = query
        self._offers: list[Offer[TrailQuery]] | None = None

    def find(self, typed: str, interrupt: Interrupt) -> Sequence[Offer[TrailQuery]]:  # noqa: ARG002 -- asked once
        """Return the filters whose words fit."""
        if self._offers is None:
            self._offers = self._every()
        search = parse(typed)
        return [offer for offer in self._offers if matches(search, field_text(f"{offer.label} {offer.note}"))]

    def _every(self) -> list[Offer[TrailQuery]]:
        session, query = self._seen(), self._query
        actions = audit_queries.actions(session)
        kinds = sorted({action.partition(".")[0] for action in actions} | set(actions))
        return [
            Offer(TrailQuery(), "Everything"),
            *(
                Offer(replace(query, since=audit_queries.since(word, session.zone)), name, "when")
                for word, name in _PERIODS.items()
            ),
            *(Offer(replace(query, user=login), login, "who") for login in audit_queries.logins(session)),
            *(Offer(replace(query, action=action), action, "what") for action in kinds),
        ]
