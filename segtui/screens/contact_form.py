"""The form in which a contact is added or edited."""

from collections.abc import Mapping

from segtui.contact import LABELS, TEXT_FIELDS
from segtui.errors import InvalidInput
from segtui.phones import DEFAULT_REGION, checked_e164
from segtui.services import contacts
from segtui.services.contacts import Contact
from segtui.services.session import Session
from segtui.widgets.form import Form, Problems
from segtui.widgets.form_field import Field

_YES_NO = (("may be called", "false"), ("must not be called", "true"))
_HINTS = {
    "phone": "+1 602 555 0199; a phone or an e-mail is needed",
    "email": "name@example.com",
    "timezone": "such as America/Phoenix",
}


class ContactForm(Form[Contact]):
    """Adds a contact to the segment `segment_id`, or edits `contact`."""

    def __init__(self, session: Session, contact: Contact | None = None, *, segment_id: int | None = None) -> None:
        self._session = session
        self._contact = contact
        self._segment_id = segment_id
        fields = [
            Field(name, LABELS[name], getattr(contact, name) if contact else "", hint=_HINTS.get(name, ""))
            for name in TEXT_FIELDS
        ]
        marked = "true" if contact and contact.do_not_call else "false"
        fields.append(Field("do_not_call", LABELS["do_not_call"], marked, choices=_YES_NO))
        if contact:
            fields.extend(Field(f"custom.{name}", name, value) for name, value in contact.custom_fields.items())
        title = "Edit contact" if contact else "Add contact"
        super().__init__(title, fields, save_label="Save changes" if contact else "Add contact")

    def check(self, values: Mapping[str, str]) -> Problems:
        """Say what is wrong with the phone, and where neither phone nor e-mail is there."""
        from segtui.emails import is_email

        problems: dict[str, str] = {}
        company = self._session.company
        if values["phone"].strip():
            try:
                checked_e164(values["phone"], company.region if company else DEFAULT_REGION)
            except InvalidInput as error:
                problems["phone"] = str(error)
        elif not values["email"].strip():
            problems["phone"] = "A contact needs a phone or an e-mail."
        if values["email"].strip() and not is_email(values["email"].strip()):
            problems["email"] = f"“{values['email'].strip()}” is not a valid e-mail address."
        return problems

    def save(self, values: Mapping[str, str], changed: Mapping[str, str]) -> Contact:  # noqa: ARG002 -- the form's
        """Add the contact, or save what was changed in it."""
        if self._contact is None:
            return contacts.add(self._session, changed, self._segment_id)
        if not changed:
            return self._contact
        return contacts.edit(self._session, self._contact.id, changed, seen=self._contact.updated_at)
