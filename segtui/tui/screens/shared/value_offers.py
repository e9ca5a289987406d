"""Values in use that a field of a form offers: completed with the right arrow, with their numbers of contacts."""

from collections.abc import Callable
from typing import Any, Final

from textual.widget import Widget

from segtui.domain.text import clean, counted, fold
from segtui.services.contacts import used_values
from segtui.services.contacts.used_values import OFFERED_FIELDS, UsedValue
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session
from segtui.tui.widgets.forms.form import Form
from segtui.tui.widgets.forms.form_field import FieldRow

_MAX_SHOWN: Final = 4


class ValueOffers:
    """The values in use of source and status, read once when one of them gets the cursor. Any thread may use it."""

    def __init__(self) -> None:
        self._values: dict[str, tuple[UsedValue, ...]] = {}
        self._is_requested = False

    def field_focused(self, form: Form[Any], editor: Widget, session: Callable[[], Session]) -> None:
        """Read the values if `editor` is that of source or status. `session` is called in a thread."""
        row = next((node for node in editor.ancestors if isinstance(node, FieldRow)), None)
        if self._is_requested or row is None or row.field.name not in OFFERED_FIELDS:
            return
        self._is_requested = True

        def read(interrupt: Interrupt) -> None:
            bound = session()
            self._values = {name: used_values.read(bound, name, interrupt) for name in OFFERED_FIELDS}

        form.requests.read("offers", read, lambda _: form.check_now())

    def completion(self, field: str, typed: str) -> str:
        """Return the most frequent value that begins with a typed text, in any case; empty without one."""
        begun = fold(typed)
        values = self._values.get(field, ()) if begun else ()
        return next((used.value for used in values if fold(used.value).startswith(begun) and used.value != typed), "")

    def note(self, field: str, typed: str) -> str:
        """Return a remark on a typed text: the values in use that it could be, or that it is new.

        It is empty until the values are read.
        """
        if field not in self._values:
            return ""
        values, typed = self._values[field], typed.strip()
        same = next((used for used in values if fold(used.value) == fold(typed)), None) if typed else None
        if same is not None:
            have = f"{counted(same.contacts, 'contact')} {'has' if same.contacts == 1 else 'have'} it"
            return f"{have}." if same.value == typed else f"{have}, most spelled “{clean(same.value)}”."
        matches = used_values.matching(values, typed)
        if not matches:
            return f"New: no contact has this {field} yet." if typed else ""
        shown = ", ".join(f"{clean(used.value)} ({used.contacts:,})" for used in matches[:_MAX_SHOWN])
        more = f" and {len(matches) - _MAX_SHOWN:,} more" if len(matches) > _MAX_SHOWN else ""
        takes = " The right arrow completes." if self.completion(field, typed) else ""
        return f"{'New. ' if typed else ''}In use: {shown}{more}.{takes}"
