"""Form that edits the fields of many contacts: only the fields that are touched change."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial

from textual import events, on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from segtui.domain.contact import CONTACT_FIELDS
from segtui.domain.criteria.fields import CUSTOM
from segtui.domain.text import counted, was
from segtui.errors import InvalidInput
from segtui.services.contacts.bulk_editing import bulk_edit, edit_summary
from segtui.services.contacts.bulk_editing.bulk_edit import Preview, Replacement
from segtui.services.contacts.bulk_editing.edit_summary import FieldSummary
from segtui.services.contacts.used_values import OFFERED_FIELDS
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session
from segtui.tui.actions.dialog_actions import ClearField, Leave, ReplacePart, Save
from segtui.tui.screens.bulk_edit.bulk_edit_preview import preview_text, unchanged_words
from segtui.tui.screens.bulk_edit.bulk_edit_row import FIND, BulkEditRow, requested
from segtui.tui.screens.contacts.contact_selection import ContactSelection
from segtui.tui.screens.shared.new_field import NewFieldRow, name_key_of, new_custom_fields, new_field_problems
from segtui.tui.screens.shared.value_offers import ValueOffers
from segtui.tui.widgets.chrome.key_bar import key_shown
from segtui.tui.widgets.forms.dialogs import DialogBody
from segtui.tui.widgets.forms.form import Confirmation, Form, Problems
from segtui.tui.widgets.forms.form_field import Field, FieldRow
from segtui.tui.widgets.forms.push_button import PushButton


@dataclass(frozen=True, slots=True)
class BulkEdit:
    """A confirmed edit: values by field, replacements of parts, and its preview."""

    values: Mapping[str, str]
    replacements: tuple[Replacement, ...]
    preview: Preview

    def make(self, session: Session, selection: ContactSelection, interrupt: Interrupt) -> int:
        """Edit `selection` as previewed. Return the number of changed contacts. Raises ChangedMeanwhile, Cancelled."""
        return bulk_edit.edit(
            session,
            selection.which,
            self.values,
            self.replacements,
            besides=selection.besides,
            previewed=self.preview,
            interrupt=interrupt,
        )


def edited_words(edit: BulkEdit, changed: int) -> str:
    """Return the sentence about an edit that was made."""
    sentence = f"{counted(changed, 'contact')} {was(changed)} edited."
    if refused := edit.preview.refused:
        stays = "could not be changed and stays as it is"
        if refused > 1:
            stays = "could not be changed and stay as they are"
        sentence = f"{sentence} {counted(refused, 'contact')} {stays}."
    return sentence


class BulkEditForm(Form[BulkEdit]):
    """Asks for an edit of `selection`, in whose company `session` is, and shows its preview; makes no change itself.

    `remark` returns a sentence about the list for the names of the edited fields.
    """

    commands = (Save, ClearField, ReplacePart, Leave)
    saving_words = "Counting what changes... Escape stops it."

    def __init__(self, session: Session, selection: ContactSelection, remark: Callable[[Collection[str]], str]) -> None:
        self._session = session
        self._selection = selection
        self._remark = remark
        self._offers = ValueOffers()
        self._preview: Preview | None = None
        self._row: BulkEditRow | None = None
        """The field that has, or had last, the cursor."""
        texts = [field for field in CONTACT_FIELDS if field.kind == "text"]
        # Those with values in use come first: they are edited most.
        ordered = sorted(texts, key=lambda field: field.name not in OFFERED_FIELDS)
        fields = [
            Field(field.name, field.label, hint="...", completes=self._completes(field.name)) for field in ordered
        ]
        about = Content("Only the fields that you change here are edited.")
        super().__init__(f"Edit {counted(selection.count, 'contact')}", fields, save_label="Preview", about=about)

    def _completes(self, name: str) -> Callable[[str], str] | None:
        return partial(self._offers.completion, name) if name in OFFERED_FIELDS else None

    def compose_fields(self, label_width: int) -> ComposeResult:
        """Yield a row for each field."""
        for field in self.fields:
            yield BulkEditRow(field, label_width)

    def compose_more(self, label_width: int) -> ComposeResult:
        """Yield a line for a new custom field."""
        yield Static("Another field of your own:", id="more-fields", markup=False)
        yield NewFieldRow(1, label_width)

    def compose_buttons(self) -> ComposeResult:
        """Yield the buttons for the field that has the cursor."""
        yield PushButton("Clear", key=key_shown(self.app, ClearField), id="clear-field")
        yield PushButton("Replace", key=key_shown(self.app, ReplacePart), id="replace-part")

    def on_mount(self) -> None:
        """Read the present values."""
        super().on_mount()
        selection = self._selection

        def read(interrupt: Interrupt) -> dict[str, FieldSummary]:
            return edit_summary.summarise(
                self._session, selection.which, besides=selection.besides, interrupt=interrupt
            )

        self.requests.read("summary", read, self._show_summary)

    def on_unmount(self) -> None:
        """Stop what is being read."""
        self.requests.cancel_all()

    def _show_summary(self, summaries: Mapping[str, FieldSummary]) -> None:
        rows = {row.field.name: row for row in self.query(BulkEditRow)}
        for name, summary in summaries.items():
            if name not in rows:
                rows[name] = BulkEditRow(Field(name, name.removeprefix(CUSTOM)), self.label_width)
                self.fields = (*self.fields, rows[name].field)
                self.query_one(DialogBody).mount(rows[name], before="#more-fields")
            rows[name].show_summary(summary)

    @property
    def values(self) -> dict[str, str]:
        """The requested changes, and the values of new fields with their names."""
        values = {name: value for row in self.query(BulkEditRow) for name, value in row.request.items()}
        for row in self.query(NewFieldRow):
            values |= {row.field.name: row.value, name_key_of(row.field.name): row.typed_name}
        return values

    @property
    def touched(self) -> bool:
        """True if anything was asked for."""
        return any(row.is_touched for row in self.query(FieldRow))

    @on(FieldRow.Edited)
    def _keep_a_line_free(self) -> None:
        rows = list(self.query(NewFieldRow))
        if rows and rows[-1].is_touched:
            self.query_one(DialogBody).mount(NewFieldRow(len(rows) + 1, self.label_width))

    # The field that has the cursor

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Note the field that has the cursor, and read its values in use where they are offered."""
        row = next((node for node in event.widget.ancestors if isinstance(node, FieldRow)), None)
        self._offers.field_focused(self, event.widget, lambda: self._session)
        if row is not None:
            self._row = row if isinstance(row, BulkEditRow) else None

    @on(PushButton.Pressed, "#clear-field")
    def action_clear_field(self) -> None:
        """Clear the field, or leave it as it is again."""
        if self._row is not None:
            self._row.clear()

    @on(PushButton.Pressed, "#replace-part")
    def action_replace_part(self) -> None:
        """Ask for a part to find in the field and its replacement, or for one value again."""
        if self._row is not None:
            self._row.replace_part()

    def action_leave(self) -> None:
        """Stop the count that is under way; else close, after a question if anything was asked for."""
        if self.requests.running("save"):
            self.requests.cancel("save")
            self._say("It was stopped; nothing was changed.")
            return
        super().action_leave()

    # Checks and the preview, which run in a thread

    def check(self, values: Mapping[str, str]) -> Problems:
        """Return what is wrong with the requested changes."""
        problems = new_field_problems(values, [field.label for field in self.fields])
        settings, replacements = _edits(values)
        for name in settings:
            self._find_problem(problems, name, {name: settings[name]}, ())
        for replacement in replacements:
            self._find_problem(problems, replacement.field, {}, (replacement,))
        return problems

    def _find_problem(
        self, problems: dict[str, str], name: str, values: Mapping[str, str], replacements: tuple[Replacement, ...]
    ) -> None:
        try:
            bulk_edit.demand_valid(self._session, values, replacements)
        except InvalidInput as error:
            problems.setdefault(name, str(error))

    def notes(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """Return remarks on source and status: the values in use, or that a value is new."""
        return {
            name: self._offers.note(name, values.get(name, ""))
            for name in OFFERED_FIELDS
            # There is nothing to say about a field that is cleared, or has a part replaced.
            if values.get(name, " ") and FIND + name not in values
        }

    def confirmation(self, values: Mapping[str, str], changed: Mapping[str, str]) -> Confirmation:  # noqa: ARG002 -- the form's
        """Return the preview. Raises InvalidInput where nothing would change."""
        settings, replacements = _edits(values)
        if not settings and not replacements:
            raise InvalidInput("Nothing is changed yet: type, clear or replace a value.")
        preview = bulk_edit.preview(
            self._session,
            self._selection.which,
            settings,
            replacements,
            besides=self._selection.besides,
            interrupt=self.interrupt,
        )
        if not preview.changing:
            raise InvalidInput(unchanged_words(preview))
        self._preview = preview
        arrow = "->" if getattr(self.app, "ascii_only", False) else "→"
        text = preview_text(preview, self._remark(preview.fields), arrow)
        count = counted(preview.changing, "contact")
        return Confirmation(f"Preview: edit {count}", text, f"Change {count}")

    def save(self, values: Mapping[str, str], changed: Mapping[str, str]) -> BulkEdit:  # noqa: ARG002 -- the form's
        """Return the edit that was confirmed."""
        if self._preview is None:
            raise InvalidInput("Look at the preview first.")
        return BulkEdit(*_edits(values), self._preview)


def _edits(values: Mapping[str, str]) -> tuple[dict[str, str], tuple[Replacement, ...]]:
    """Return the requested changes of a form as the service takes them."""
    settings, replacements = requested(values)
    return settings | new_custom_fields(values), tuple(Replacement(*parts) for parts in replacements)
