"""Values of fields that an expression box completes, read off the event loop."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from segtui.domain.criteria.tree import Comparison
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.criteria import facets
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session
from segtui.tui.widgets.chrome.service_requests import Requests

_MAX_VALUES: Final = 200
"""Values of a field that are offered for completion: the most frequent ones."""


class CompletedValues:
    """The most frequent values of fields, each read once; `loaded` is called when those of a field are there."""

    def __init__(self, requests: Requests, loaded: Callable[[], None]) -> None:
        self._requests = requests
        self._loaded = loaded
        self._values: dict[str, Sequence[str]] = {}

    def clear(self) -> None:
        """Forget the values: they are those of another company."""
        self._values.clear()

    def of(self, session: Session, query: ContactQuery | None, field: str) -> Sequence[str]:
        """Return the values of a field among the contacts of `query`, or all; none until they are read."""
        if field not in self._values:
            self._values[field] = ()

            def read(interrupt: Interrupt) -> Sequence[str]:
                values = facets.suggestions(session, query, field, "", _MAX_VALUES, interrupt)
                compared = [value.criteria for value in values if isinstance(value.criteria, Comparison)]
                return [value for comparison in compared for value in comparison.values[:1]]

            self._requests.read(f"values of {field}", read, partial(self._take, field))
        return self._values[field]

    def _take(self, field: str, values: Sequence[str]) -> None:
        self._values[field] = values
        self._loaded()
