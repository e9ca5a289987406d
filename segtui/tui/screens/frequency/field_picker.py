"""Picker of the field of a frequency table."""

from collections.abc import Sequence

from segtui.domain.criteria.fields import CUSTOM, declared_field
from segtui.domain.search_terms import field_text, matches, parse
from segtui.services.interrupt import Interrupt
from segtui.tui.widgets.forms.picker import Offer, Picker


class FieldPicker(Picker[str]):
    """Offers fields by name or label; is dismissed with the name of the picked one."""

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__("Count the values of a field", "Type part of a field's name")
        declared = [declared_field(name) for name in fields]
        self._offers = [
            Offer(field.name, field.label, field.help or ("custom field" if field.name.startswith(CUSTOM) else ""))
            for field in declared
        ]

    def find(self, typed: str, interrupt: Interrupt) -> Sequence[Offer[str]]:  # noqa: ARG002
        """Return the fields that match."""
        search = parse(typed)
        return [
            offer for offer in self._offers if matches(search, f"{field_text(offer.label)}\n{field_text(offer.value)}")
        ]
