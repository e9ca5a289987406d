"""The form that splits something into parts, in one of four ways, and shows the parts before they are made."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from segtui.domain.contact import LARGEST_CAMPAIGN
from segtui.domain.criteria.fields import CriteriaField
from segtui.domain.text import clean, counted
from segtui.errors import InvalidInput, SegtuiError
from segtui.services.interrupt import Interrupt
from segtui.services.segments.partition import Part, SplitWay, parts_for
from segtui.services.session import Session
from segtui.tui.screens.splitting.field_picker import FieldPicker
from segtui.tui.widgets.forms.form import Form, Problems
from segtui.tui.widgets.forms.form_field import Field, FieldRow, TextField
from segtui.tui.widgets.forms.pick_field import PickField

SplitT = TypeVar("SplitT")

_WAYS: Final = (("Parts", "into"), ("Size", "size"), ("By field", "by"), ("Random", "random"))
_FIELDS: Final = {"into": ("parts",), "size": ("size",), "by": ("field",), "random": ("parts", "seed")}
"""The fields of each way."""
_MAX_LINES: Final = 8
"""Parts that are shown."""


class SplitForm(Form[SplitT]):
    """Asks how to split something, with the parts below; is dismissed with the result of `split`.

    It has `contacts` contacts, makes at most `limit` parts, and `noun` is what is split: `segment`, `campaign`.
    `dangerous`: the split cannot be undone.
    """

    def __init__(
        self,
        session: Session,
        title: str,
        about: Content,
        *,
        noun: str,
        contacts: int,
        limit: int,
        in_segment: bool,
        dangerous: bool = False,
    ) -> None:
        self._session = session
        self._noun = noun
        self._limit = limit
        self._in_segment = in_segment
        fields = [
            Field("kind", "Split into", "into", choices=_WAYS, radio=True),
            Field("parts", "Parts", str(parts_for(contacts, limit)), hint=f"2 to {limit:,}"),
            Field("size", "At most", str(LARGEST_CAMPAIGN), hint="Contacts in each part"),
            Field("field", "Field", hint="Enter, or type a field's name", picks=True),
            Field("seed", "Seed", "1", hint="A number: the same seed makes the same parts"),
        ]
        super().__init__(title, fields, save_label="Split", about=about, dangerous=dangerous)

    @abstractmethod
    def preview(self, way: SplitWay, interrupt: Interrupt) -> Sequence[Part]:
        """Return the parts. Runs in a thread. Raises InvalidInput where it cannot be split like this."""

    @abstractmethod
    def split(self, way: SplitWay) -> SplitT:
        """Split it, or return what splits it. Runs in a thread."""

    def compose_more(self, label_width: int) -> ComposeResult:  # noqa: ARG002 -- the base's
        """Yield the parts."""
        yield Static("", id="split-parts", markup=False)

    def on_mount(self) -> None:
        """Show the fields of the way, and the parts."""
        self._show_fields()
        self._ask_for_parts()
        # Typing replaces the proposed number; behind it, a 4 would make 24 parts.
        number = self.first_row().editor
        if isinstance(number, TextField):
            number.action_select_all()

    def first_row(self) -> FieldRow:
        """Return the row of the number of parts."""
        return next(row for row in self.query(FieldRow) if row.field.name == "parts")

    def _show_fields(self) -> None:
        shown = ("kind", *_FIELDS[self.values["kind"]])
        for row in self.query(FieldRow):
            row.display = row.field.name in shown

    def check_now(self) -> None:
        """Show the fields of the way, the problems of the current values, and the parts."""
        self._show_fields()
        super().check_now()
        self._ask_for_parts()

    def check(self, values: Mapping[str, str]) -> Problems:
        """Return what is wrong with the fields of the way."""
        kind = values["kind"]
        problems: dict[str, str] = {}
        if kind in {"into", "random"} and not 2 <= (_number(values["parts"]) or 0) <= self._limit:
            problems["parts"] = f"A {self._noun} is split into 2 to {self._limit:,} parts."
        if kind == "size" and not _number(values["size"]):
            problems["size"] = "At most how many contacts? A whole number."
        if kind == "by" and not values["field"]:
            problems["field"] = "Pick the field: each of its values becomes a part."
        if kind == "random" and _number(values["seed"]) is None:
            problems["seed"] = "The seed is a whole number."
        return problems

    def save(self, values: Mapping[str, str], changed: Mapping[str, str]) -> SplitT:  # noqa: ARG002 -- the base's
        """Split it."""
        return self.split(_way(values))

    def show_error(self, error: SegtuiError) -> None:
        """Show an error beside the field of the way that it is about."""
        if isinstance(error, InvalidInput) and error.field in _FIELDS:
            error = InvalidInput(str(error), _FIELDS[error.field][0])
        super().show_error(error)

    @on(PickField.ListRequested)
    def _pick_field(self, event: PickField.ListRequested) -> None:
        def picked(field: CriteriaField | None) -> None:
            if field is not None:
                event.pick_field.pick(field.name, field.label)
                self.query_one("#save").focus()

        self.app.push_screen(FieldPicker(self._session, in_segment=self._in_segment, typed=event.typed), picked)

    # The parts

    def _ask_for_parts(self) -> None:
        values = self.values
        if self.check(values):
            self.requests.cancel("parts")
            self._show_parts(())
            return

        def read(interrupt: Interrupt) -> Sequence[Part] | InvalidInput:
            try:
                return self.preview(_way(values), interrupt)
            except InvalidInput as error:
                return error

        self.query_one("#split-parts", Static).update("Counting...")
        self.requests.read("parts", read, self._show_parts)

    def _show_parts(self, parts: Sequence[Part] | InvalidInput) -> None:
        wrong = isinstance(parts, InvalidInput)
        static = self.query_one("#split-parts", Static)
        static.set_class(wrong, "wrong")
        static.update(Content(clean(str(parts))) if isinstance(parts, InvalidInput) else _drawn(parts))


def _way(values: Mapping[str, str]) -> SplitWay:
    """Return the way of checked values."""
    parts = _number(values["parts"]) or 0
    match values["kind"]:
        case "size":
            return SplitWay("size", _number(values["size"]) or 0)
        case "by":
            return SplitWay("by", field=values["field"])
        case "random":
            return SplitWay("random", parts, seed=_number(values["seed"]) or 0)
        case _:
            return SplitWay("into", parts)


def _number(text: str) -> int | None:
    digits = text.replace(",", "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None


def _drawn(parts: Sequence[Part]) -> Content:
    """Return the first parts in lines, below their number and sizes; empty without parts."""
    if not parts:
        return Content("")
    least, most = min(part.contacts for part in parts), max(part.contacts for part in parts)
    sizes = f"{counted(most, 'contact')} each" if least == most else f"{least:,} to {counted(most, 'contact')}"
    shown = parts if len(parts) <= _MAX_LINES else parts[: _MAX_LINES - 1]
    width = max(len(f"{part.contacts:,}") for part in shown)
    lines = [Content.styled(f"{counted(len(parts), 'part')}, {sizes}:", "bold")]
    lines += [Content(f"  {part.contacts:>{width},}  {clean(part.name)}") for part in shown]
    if len(shown) < len(parts):
        lines.append(Content(f"  and {len(parts) - len(shown):,} more"))
    return Content("\n").join(lines)
