"""Edit conflicts: the differences between a contact as a user saw it and as it is now, so that no change is lost."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from segtui.domain.contact import LABELS, TEXT_FIELDS
from segtui.domain.criteria.fields import CUSTOM
from segtui.domain.text import clean
from segtui.errors import Conflict

if TYPE_CHECKING:
    from segtui.services.contacts.contacts import Contact

# Characters of a value in a message.
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Difference:
    """A changed field: its name for `contact_editing.edit`, its old value, and its present value."""

    field: str
    before: str
    now: str

    @property
    def label(self) -> str:
        """The label of the field."""
        return LABELS.get(self.field) or clean(self.field.removeprefix(CUSTOM))

    @property
    def sentence(self) -> str:
        """The change in words: `City was “Phoenix” and is “Tucson” now`."""
        if self.field == "do_not_call":
            return "Do not call was set" if self.now == "true" else "Do not call was cleared"
        if not self.before:
            return f"{self.label} was blank and is {_quoted(self.now)} now"
        if not self.now:
            return f"{self.label} was {_quoted(self.before)} and is blank now"
        return f"{self.label} was {_quoted(self.before)} and is {_quoted(self.now)} now"


class ContactChanged(Conflict):
    """Conflict with another user's change. `now` is the present contact, `differences` are the changed fields."""

    def __init__(self, now: "Contact", differences: Sequence[Difference] = ()) -> None:
        self.now = now
        self.differences = tuple(differences)
        what = f": {'; '.join(difference.sentence for difference in differences)}." if differences else "."
        super().__init__(f"Another user changed {clean(now.title)} meanwhile{what} Nothing was saved.")


def differences(before: "Contact", now: "Contact") -> list[Difference]:
    """Return the fields that differ between two states of a contact, in the order of the fields."""
    was, is_now = dict(values(before)), dict(values(now))
    names = dict.fromkeys((*was, *is_now))
    return [
        Difference(name, was.get(name, ""), is_now.get(name, ""))
        for name in names
        if was.get(name, "") != is_now.get(name, "")
    ]


def values(contact: "Contact") -> Iterator[tuple[str, str]]:
    """Yield every field of a contact as `contacts.edit` takes it: name and text."""
    for name in TEXT_FIELDS:
        yield name, getattr(contact, name)
    yield "do_not_call", "true" if contact.do_not_call else "false"
    for name, value in contact.custom_fields.items():
        yield f"{CUSTOM}{name}", value


def _quoted(value: str) -> str:
    value = clean(value)
    return f"“{value}”" if len(value) <= _SHOWN else f"“{value[: _SHOWN - 1]}…”"
