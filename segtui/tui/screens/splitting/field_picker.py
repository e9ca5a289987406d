"""The choice of a field with one value for each contact."""

from collections.abc import Sequence

from segtui.domain.criteria.fields import CriteriaField
from segtui.services.criteria import field_names
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session
from segtui.tui.widgets.forms.picker import Offer, Picker

_MAX_OFFERS = 50


class FieldPicker(Picker[CriteriaField]):
    """Offers fields by name and label, except those with several values for a contact."""

    def __init__(self, session: Session, *, in_segment: bool, typed: str = "") -> None:
        super().__init__("A part for each value of which field?", "Type part of a field's name", typed=typed)
        self._session = session
        self._in_segment = in_segment

    def find(self, typed: str, interrupt: Interrupt) -> Sequence[Offer[CriteriaField]]:
        """Return the matching fields."""
        matches = field_names.suggestions(self._session, typed, _MAX_OFFERS, interrupt, in_segment=self._in_segment)
        return [
            Offer(match.field, match.field.label, match.field.help)
            for match in matches
            if match.field.kind != "membership"
        ]
