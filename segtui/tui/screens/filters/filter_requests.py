"""Requests of the filter form, in threads: values and counts of fields, criteria of typed text."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from textual.screen import Screen
from textual.timer import Timer

from segtui.domain.criteria.tree import Criteria
from segtui.errors import InvalidInput
from segtui.services.contacts import contacts
from segtui.services.criteria import expressions, facets
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session
from segtui.tui.screens.filters.completed_values import CompletedValues
from segtui.tui.screens.filters.expression_box import ExpressionBox
from segtui.tui.screens.filters.filter_state import FilterState
from segtui.tui.screens.filters.offered_values import FieldValues
from segtui.tui.widgets.chrome.key_queue import KeyQueueApp
from segtui.tui.widgets.chrome.service_requests import Requests

_BUSY_DELAY: Final = 0.1
"""Seconds before the form says that it counts: a word that comes and goes with every key would flicker."""
_KEY_HOLD: Final = 0.5
"""Seconds for which keys wait for the values of a field that was not opened yet."""


class FilterRequests:
    """Requests the values and counts that the state lacks, puts them into it, and calls `show`.

    `parsed` is called when edited text was read, or was found to be wrong.
    """

    def __init__(
        self,
        form: Screen[Any],
        session: Session,
        state: FilterState,
        *,
        show: Callable[[], None],
        parsed: Callable[[], None],
    ) -> None:
        self._form = form
        self._session = session
        self._state = state
        self._show = show
        self._on_parsed = parsed
        self._requests = Requests(form)
        self._completed = CompletedValues(self._requests, lambda: form.query_one(ExpressionBox).complete())
        self._busy_timer: Timer | None = None
        self._release_keys: Callable[[], None] = _no_keys_held
        self.shows_busy = False
        """True while the form has been counting for longer than a moment."""

    @property
    def is_reading_text(self) -> bool:
        """True while edited text is not read yet."""
        return self._requests.running("parse")

    def cancel_all(self) -> None:
        """Cancel every request."""
        self._requests.cancel_all()

    def completed_values(self, field: str) -> Sequence[str]:
        """Return the values of a field that the expression completes; those of a field not opened yet are requested."""
        state = self._state
        return state.known_values(field) or self._completed.of(self._session, state.query_with(None), field)

    def request(self) -> None:
        """Request the values and counts that are missing."""
        state, session = self._state, self._session
        if state.is_counted:
            self._requests.cancel("values")
        else:
            if state.is_unseen:
                self._hold_keys()
            field, others, query = state.field, state.others, state.query

            def read(interrupt: Interrupt) -> FieldValues:
                return FieldValues.from_facet(field, others, facets.facet(session, query, field.name, interrupt))

            self._requests.read("values", read, self._values_loaded)
        self.request_counts()

    def _hold_keys(self) -> None:
        """Hold keys that came in one burst: they are meant for the values."""
        if isinstance(self._form.app, KeyQueueApp):
            self._release_keys = self._form.app.hold_keys()
            self._form.set_timer(_KEY_HOLD, self._release_keys)

    def _values_loaded(self, values: FieldValues) -> None:
        self._state.set_values(values)
        self.request_counts()
        self._show()
        self._form.call_later(self._release_keys)

    def request_counts(self) -> None:
        """Request the counts that are missing."""
        if needed := self._state.uncounted:
            self._requests.read("counts", partial(self._count, needed), self._counted)
        else:
            self._requests.cancel("counts")
        self.update_busy()

    def _count(self, needed: Sequence[Criteria | None], interrupt: Interrupt) -> dict[Criteria | None, int]:
        query_with = self._state.query_with
        return {criteria: contacts.count(self._session, query_with(criteria), interrupt) for criteria in needed}

    def _counted(self, counts: Mapping[Criteria | None, int]) -> None:
        self._state.set_counts(counts)
        self.update_busy()
        self._show()

    def follow_text(self, text: str) -> None:
        """Request the criteria of edited text; where it is as it was before, drop what was typed in between."""
        if text != self._state.text:
            self.request_criteria(text)
        else:
            self.cancel_reading()

    def request_criteria(self, text: str) -> None:
        """Request the criteria of edited text."""
        session, in_segment = self._session, self._state.query.segment_id is not None

        def read(_: Interrupt) -> Criteria | InvalidInput | None:
            try:
                return expressions.parse(session, text, in_segment=in_segment) if text.strip() else None
            except InvalidInput as error:
                return error

        self._requests.read("parse", read, partial(self._parsed, text))

    def cancel_reading(self) -> None:
        """Drop the text that is being read."""
        self._requests.cancel("parse")

    def _parsed(self, text: str, result: Criteria | InvalidInput | None) -> None:
        if isinstance(result, InvalidInput):
            self._state.refuse_text(text, str(result))
        else:
            self._state.read_text(text, result)
            self.request()
        self._on_parsed()

    def update_busy(self) -> None:
        """Show after a moment that the form counts, while it does."""
        busy = self._requests.running("values") or self._requests.running("counts")
        if busy and self._busy_timer is None:
            self._busy_timer = self._form.set_timer(_BUSY_DELAY, self._show_busy)
        elif not busy and self._busy_timer is not None:
            self._busy_timer.stop()
            self._busy_timer, self.shows_busy = None, False

    def _show_busy(self) -> None:
        # It may have been on its way already when the answer came.
        if self._busy_timer is not None:
            self.shows_busy = True
            self._show()


def _no_keys_held() -> None:
    """Release no keys: none are held."""
