"""The form row that makes a custom field: its name and its value."""

from collections.abc import Iterator, Mapping, Sequence

from textual.app import ComposeResult

from segtui.domain.contact import LABELS
from segtui.domain.criteria.fields import CUSTOM
from segtui.domain.text import clean, name_key
from segtui.tui.widgets.forms.form_field import Field, FieldRow, TextField

_NEW = "new."
_NAME = "name."


class NewFieldRow(FieldRow):
    """One line: at the left the name of a field is typed, at the right its value."""

    def __init__(self, number: int, label_width: int) -> None:
        super().__init__(Field(f"{_NEW}{number}", "", hint="its value"), label_width)
        self._name_box = TextField("", "its name")

    def compose_label(self, width: int) -> ComposeResult:
        """Yield the box for the name."""
        self._name_box.styles.width = width - 1
        self._name_box.styles.margin = (0, 1, 0, 0)
        yield self._name_box

    @property
    def typed_name(self) -> str:
        """The name typed for the field."""
        return self._name_box.value

    @property
    def is_touched(self) -> bool:
        """True once something was typed into it."""
        return bool(self.value or self.typed_name)


def name_key_of(field: str) -> str:
    """Return under which name a form's values hold what the new field `field` is to be called."""
    return f"{_NAME}{field}"


def _typed(values: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield the new fields of a form's values: which line it is, the name, the value."""
    for field, value in values.items():
        if field.startswith(_NEW):
            yield field, values.get(name_key_of(field), "").strip(), value.strip()


def new_custom_fields(values: Mapping[str, str]) -> dict[str, str]:
    """Return the new fields that have a name and a value, as the service takes them."""
    return {f"{CUSTOM}{name}": value for _, name, value in _typed(values) if name and value}


def new_field_problems(values: Mapping[str, str], labels: Sequence[str]) -> dict[str, str]:
    """Return what is wrong with the new fields of a form whose other fields are called `labels`."""
    problems: dict[str, str] = {}
    taken = {name_key(label) for label in (*labels, *LABELS, *LABELS.values())}
    for field, name, value in _typed(values):
        if value and not name:
            problems[field] = "What is this field called?"
        elif name and name_key(name) in taken:
            problems[field] = f"There is a field “{clean(name)}” already."
        elif name:
            taken.add(name_key(name))
            if not value:
                problems[field] = "It needs a value."
    return problems
