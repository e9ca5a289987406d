"""Form that adds or edits a contact."""

from collections.abc import Mapping
from functools import cached_property, partial
from typing import cast

from textual import events, on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from segtui.domain.contact import CONTACT_FIELDS, EDITABLE_FIELDS, LABELS
from segtui.domain.criteria.fields import CUSTOM
from segtui.domain.emails import is_email
from segtui.domain.phones import DEFAULT_REGION, checked_e164, described, grouped, to_e164
from segtui.domain.text import clean
from segtui.errors import InvalidInput, NotFound, SegtuiError
from segtui.services.contacts import contacts
from segtui.services.contacts.contacts import Contact
from segtui.services.contacts.edit_conflicts import ContactChanged, Difference
from segtui.services.contacts.used_values import OFFERED_FIELDS
from segtui.services.do_not_call import do_not_call
from segtui.services.session import Session, company_of
from segtui.tui.actions.action import Command
from segtui.tui.actions.dialog_actions import Leave, OpenHolder, Save
from segtui.tui.screens.base.base_screen import Program
from segtui.tui.screens.shared.new_field import NewFieldRow, name_key_of, new_custom_fields, new_field_problems
from segtui.tui.screens.shared.value_offers import ValueOffers
from segtui.tui.widgets.chrome.key_bar import key_shown
from segtui.tui.widgets.forms.dialogs import DialogBody, yes_or_no
from segtui.tui.widgets.forms.form import Form, Problems
from segtui.tui.widgets.forms.form_field import Field, FieldRow, shown_value

_MAY_BE_CALLED = ("no, calls allowed", "yes, must not be called")


class ContactForm(Form[Contact]):
    """Adds a contact to the segment `segment_id`, or edits `contact`."""

    commands = (Save, Leave, OpenHolder)

    def __init__(self, session: Session, contact: Contact | None = None, *, segment_id: int | None = None) -> None:
        self._session = session
        self._contact = contact
        self._segment_id = segment_id
        self._offers = ValueOffers()
        self._theirs: dict[str, str] = {}
        self._holder: Contact | None = None
        """The other contact with the phone in the form."""
        fields = [
            Field(
                field.name,
                field.label,
                getattr(contact, field.name) if contact else "",
                hint=field.hint,
                completes=partial(self._offers.completion, field.name) if field.name in OFFERED_FIELDS else None,
            )
            for field in CONTACT_FIELDS
            if field.kind == "text"
        ]
        marked = "true" if contact and contact.do_not_call else "false"
        fields.append(Field("do_not_call", LABELS["do_not_call"], marked, ticks=_MAY_BE_CALLED))
        if contact:
            fields.extend(Field(f"{CUSTOM}{name}", name, value) for name, value in contact.custom_fields.items())
        title = "Edit contact" if contact else "Add contact"
        super().__init__(title, fields, save_label="Save changes" if contact else "Add contact")

    def compose_more(self, label_width: int) -> ComposeResult:
        """Yield a line for a new custom field."""
        yield Static("Another field of your own:", id="more-fields", markup=False)
        yield NewFieldRow(1, label_width)

    @property
    def values(self) -> dict[str, str]:
        """The values of the fields by name, including those of new fields under their new names."""
        return super().values | {name_key_of(row.field.name): row.typed_name for row in self.query(NewFieldRow)}

    @property
    def touched(self) -> bool:
        """True if anything was typed, even only the name of a new field."""
        return any(row.is_touched for row in self.query(FieldRow))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Read the values in use of the field that got the cursor, where they are offered."""
        self._offers.field_focused(self, event.widget, lambda: self._bound)

    @on(FieldRow.Edited)
    def _keep_a_line_free(self) -> None:
        rows = list(self.query(NewFieldRow))
        if rows and rows[-1].is_touched:
            self.query_one(DialogBody).mount(NewFieldRow(len(rows) + 1, self.label_width))

    # Checks and notes, which run in a thread

    def check(self, values: Mapping[str, str]) -> Problems:
        """Return what is wrong: with phone and e-mail, where both are blank, and with new fields."""
        problems = new_field_problems(values, [field.label for field in self.fields])
        self._holder = None
        phone, email = values["phone"].strip(), values["email"].strip()
        if phone:
            try:
                self._demand_free(checked_e164(phone, self._region))
            except InvalidInput as error:
                problems["phone"] = str(error)
        elif not email:
            problems["phone"] = "A contact needs a phone or an e-mail."
        if email and not is_email(email):
            problems["email"] = f"“{email}” is not a valid e-mail address."
        if self._clears_mark(values) and not self._session.is_admin:
            problems["do_not_call"] = "Taking numbers off the do-not-call list is for admins."
        return problems

    def notes(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """Show how the phone will be stored, and the values that another user wrote meanwhile."""
        notes = {
            name: f"Another user wrote “{theirs}”; saving replaces it." if theirs else "Another user cleared it."
            for name, theirs in self._theirs.items()
            if values.get(name, "") != theirs
        }
        for name in OFFERED_FIELDS:
            if self._contact is None or values[name] != getattr(self._contact, name):
                notes.setdefault(name, self._offers.note(name, values[name]))
        number = to_e164(values["phone"].strip(), self._region) if values["phone"].strip() else None
        if number is not None and (self._contact is None or number != self._contact.phone):
            marks = " It is on the do-not-call list." if do_not_call.is_on_list(self._bound, number) else ""
            notes.setdefault("phone", f"Stored as {described(number)}.{marks}")
        if self._clears_mark(values) and self._contact is not None:
            notes["do_not_call"] = f"Takes {grouped(self._contact.phone)} off the do-not-call list."
        return notes

    def _clears_mark(self, values: Mapping[str, str]) -> bool:
        """Tell whether saving takes the contact's phone off the do-not-call list."""
        contact = self._contact
        return contact is not None and contact.do_not_call and bool(contact.phone) and values["do_not_call"] == "false"

    def _demand_free(self, number: str) -> None:
        """Raise InvalidInput where another contact has this number."""
        if self._contact is not None and number == self._contact.phone:
            return
        try:
            holder = contacts.by_id_or_phone(self._bound, number)
        except NotFound:
            return
        self._holder = holder
        key = key_shown(self.app, OpenHolder)
        raise InvalidInput(
            f"{grouped(number)} already belongs to {clean(holder.title)} (contact {holder.id}): {key} opens it.",
            "phone",
        )

    def offers(self, command: type[Command]) -> bool:
        """Offer to open the contact that has the phone, where there is one."""
        return command is not OpenHolder or self._holder is not None

    def action_open_holder(self) -> None:
        """Show the contact with the phone on top of the form."""
        from segtui.tui.screens.contacts.contact_view import contact_screen

        if self._holder is not None:
            self.app.push_screen(contact_screen(self._bound, cast("Program", self.app).settings, self._holder, None))

    @cached_property
    def _bound(self) -> Session:
        """The session bound to the contact's company, also where an admin looks at all companies."""
        if self._session.company is None and self._contact is not None:
            return company_of(self._session, self._contact.company_id)
        return self._session

    @property
    def _region(self) -> str:
        return self._bound.company.region if self._bound.company else DEFAULT_REGION

    def save(self, values: Mapping[str, str], changed: Mapping[str, str]) -> Contact:
        """Add the contact, or save its changes."""
        written = {name: value for name, value in changed.items() if name in EDITABLE_FIELDS}
        written |= {name: value for name, value in changed.items() if name.startswith(CUSTOM)}
        written |= new_custom_fields(values)
        if self._contact is None:
            return contacts.add(self._session, written, self._segment_id)
        if not written:
            return self._contact
        return contacts.edit(self._session, self._contact.id, written, seen=self._contact)

    # Two users at one contact

    def show_error(self, error: SegtuiError) -> None:
        """Show why the contact was not saved; after a change by another user, show that change."""
        if not isinstance(error, ContactChanged):
            super().show_error(error)
            return

        def answered(answer: str | None) -> None:
            if answer == "y":
                self._take(error)

        self.app.push_screen(
            yes_or_no(
                f"Another user changed {clean(error.now.title)} meanwhile",
                self._conflict_text(error),
                "Take their changes",
                no="Not now",
            ),
            answered,
        )

    def _conflict_text(self, error: ContactChanged) -> Content:
        mine = self.changed
        lines = [
            Content.assemble(
                "• " if not getattr(self.app, "ascii_only", False) else "- ",
                f"{difference.sentence}.",
                (f" You typed “{mine[difference.field]}”." if difference.field in mine else "", "bold"),
            )
            for difference in error.differences
        ]
        rest = "Nothing was saved. What you typed stays; every other field takes what they wrote. Then save again."
        return Content("\n").join([*lines, Content(""), Content(rest)])

    def _take(self, error: ContactChanged) -> None:
        """Go on from the contact as it is now: typed values stay, all other values are the new ones."""
        self._contact = error.now
        rows = {row.field.name: row for row in self.query(FieldRow)}
        for difference in error.differences:
            row = rows.get(difference.field)
            if row is None:
                self._mount(difference)
                continue
            if row.is_touched:
                self._theirs[difference.field] = shown_value(difference.now)
            row.take_base(difference.now)
        self.check_now()

    def _mount(self, added: Difference) -> None:
        """Show a custom field that another user added."""
        row = FieldRow(Field(added.field, added.label, added.now), self.label_width)
        self.query_one(DialogBody).mount(row, before="#more-fields")
