"""Targets of a column: a contact field, a custom field, or none; and the list to choose from."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from segtui.domain.contact import LABELS
from segtui.domain.search_terms import field_text, matches, parse
from segtui.domain.text import clean
from segtui.importing import TARGETS
from segtui.services.interrupt import Interrupt
from segtui.tui.widgets.forms.picker import Offer, Picker

if TYPE_CHECKING:
    from segtui.importing import Column

CUSTOM: Final = "custom"
IGNORE: Final = "ignore"
DOUBTFUL: Final = 0.6
"""A guess less sure than this is marked as one."""

_IDENTIFYING: Final = ("phone", "email")
_OTHER_LABELS: Final = {
    CUSTOM: "Custom field",
    IGNORE: "Ignore",
    "full_name": "Full name",
    "country_code": "Country of the phone",
    "area_code": "Area code of the phone",
    "phone_label": "Kind of the phone",
    "consent": "Consent to calls",
    "custom_fields": "Custom fields (JSON)",
}


def label(target: str) -> str:
    """Return what a target is called on the screen."""
    return _OTHER_LABELS.get(target) or LABELS.get(target) or target.replace("_", " ").capitalize()


def identifies(columns: Collection[str]) -> bool:
    """Tell whether these targets tell one contact from another."""
    return any(target in columns for target in _IDENTIFYING)


class TargetPicker(Picker[str]):
    """Offers every field for a column, and says which other column each has already."""

    def __init__(self, column: "Column", holders: Mapping[str, str]) -> None:
        super().__init__(f"“{clean(column.header)}” goes to", "Type part of the field's name")
        self._column = column
        self._holders = holders

    def find(self, typed: str, interrupt: Interrupt) -> Sequence[Offer[str]]:  # noqa: ARG002 -- nothing to interrupt
        """Return the targets that fit what was typed."""
        search = parse(typed)
        ordered = dict.fromkeys((self._column.target, CUSTOM, IGNORE, *TARGETS))
        return [
            Offer(target, label(target), self._note(target))
            for target in ordered
            if matches(search, field_text(label(target)))
        ]

    def _note(self, target: str) -> str:
        notes = ["as it is"] if target == self._column.target else []
        if target in _OTHER_LABELS:
            notes.append(TARGETS[target])
        elif target in self._holders:
            notes.append(f"has “{clean(self._holders[target])}” already")
        return ", ".join(notes)
