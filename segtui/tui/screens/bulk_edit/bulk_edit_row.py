"""Row of the bulk edit form: a field of many contacts, which is set, cleared, or has a part replaced."""

from collections.abc import Mapping
from typing import Final, Literal

from textual import on
from textual.app import ComposeResult
from textual.reactive import var
from textual.widgets import Input, Static

from segtui.domain.contact import TEXT_FIELDS
from segtui.domain.criteria.fields import CUSTOM
from segtui.domain.text import counted
from segtui.services.contacts.bulk_editing.edit_summary import FieldSummary
from segtui.tui.widgets.forms.form_field import Field, FieldRow, TextField

FIND: Final = "find."
"""Prefix of a field, for the part of its value that is to be replaced."""
_WITH: Final = "with."
_CLEARED: Final = "(is cleared)"

Mode = Literal["set", "clear", "replace"]


class BulkEditRow(FieldRow):
    """Shows the common value of a field, or the number of values. Untouched, it changes nothing."""

    mode: var[Mode] = var[Mode]("set")

    def __init__(self, field: Field, label_width: int) -> None:
        super().__init__(field, label_width)
        self._present = field.hint
        self._replacement = TextField("", "replace with; blank removes it")
        self._replacement.id = "bulk-replacement"

    def compose_end(self) -> ComposeResult:
        """Yield the box for the text that replaces a part, hidden until it is asked for."""
        yield Static(" -> ", classes="bulk-arrow", markup=False)
        yield self._replacement

    def show_summary(self, summary: FieldSummary) -> None:
        """Show the present values. What was typed meanwhile stays."""
        several = summary.values > 1
        self._present = f"({counted(summary.values, 'value')})" if several else "" if summary.common else "(blank)"
        self.take_base(summary.common)
        self._show_hint()

    @property
    def is_touched(self) -> bool:
        """True where the field is to be changed."""
        if self.mode == "set":
            return super().is_touched
        return self.mode == "clear" or bool(self.value or self._replacement.value)

    @property
    def request(self) -> dict[str, str]:
        """The requested change as values of the form: see `requested`. Empty where the field is untouched."""
        name = self.field.name
        if not self.is_touched:
            return {}
        if self.mode == "replace":
            return {FIND + name: self.value, _WITH + name: self._replacement.value}
        return {name: "" if self.mode == "clear" else self.value}

    def clear(self) -> None:
        """Clear the field in all contacts, or, where that is asked already, leave it as it is."""
        self._switch("set" if self.mode == "clear" else "clear")

    def replace_part(self) -> None:
        """Ask for a part to find and its replacement, or, where that is asked already, for one value."""
        self._switch("set" if self.mode == "replace" else "replace")

    def _switch(self, mode: Mode) -> None:
        self.mode = mode
        with self.editor.prevent(Input.Changed):
            self.editor.value = self.first if mode == "set" else ""
        self._replacement.value = ""
        self._show_hint()
        self.set_class(mode == "replace", "-replace")
        self.visited = True
        self.editor.focus()
        self.post_message(self.Edited())

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        # A cleared field that something is typed into is set to that.
        if self.mode == "clear" and event.input is self.editor and event.value:
            self.mode = "set"
            self._show_hint()

    def _show_hint(self) -> None:
        hints = {"set": self._present, "clear": _CLEARED, "replace": "the text to find"}
        if isinstance(self.editor, TextField):
            self.editor.placeholder = hints[self.mode]


def requested(values: Mapping[str, str]) -> tuple[dict[str, str], list[tuple[str, str, str]]]:
    """Return the values of a form as fields to set, and as fields with the part to find and its replacement."""
    settings = {name: value for name, value in values.items() if name in TEXT_FIELDS or name.startswith(CUSTOM)}
    replacements = [
        (name.removeprefix(FIND), value, values[_WITH + name.removeprefix(FIND)])
        for name, value in values.items()
        if name.startswith(FIND)
    ]
    return settings, replacements
