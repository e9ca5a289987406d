"""Values in use that a field of a form offers: completed with the right arrow, with their numbers of contacts."""

from typing import Final

from segtui.domain.text import clean, counted, fold
from segtui.services.contacts import used_values
from segtui.services.contacts.used_values import OFFERED_FIELDS, UsedValue
from segtui.services.session import Session

_MAX_SHOWN: Final = 4


class ValueOffers:
    """The values in use of source and status, each read once. Any thread may use it."""

    def __init__(self) -> None:
        self._values: dict[str, tuple[UsedValue, ...]] = {}

    def completion(self, field: str, typed: str) -> str:
        """Return the most frequent value that begins with a typed text, in any case; empty without one."""
        begun = fold(typed)
        values = self._values.get(field, ()) if begun else ()
        return next((used.value for used in values if fold(used.value).startswith(begun) and used.value != typed), "")

    def note(self, session: Session, field: str, typed: str) -> str:
        """Return a remark on a typed text: the values in use that it could be, or that it is new. Runs in a thread.

        It is empty for a field without offers.
        """
        if field not in OFFERED_FIELDS:
            return ""
        if field not in self._values:
            self._values[field] = used_values.read(session, field)
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
