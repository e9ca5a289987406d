"""The form that adds numbers to the do-not-call list, and the question whether to take one off."""

from collections.abc import Mapping

from textual.content import Content

from segtui.domain.phones import grouped
from segtui.domain.text import clean, counted
from segtui.errors import InvalidInput
from segtui.services.do_not_call import do_not_call_editing
from segtui.services.do_not_call.do_not_call import Listed
from segtui.services.do_not_call.do_not_call_editing import Added
from segtui.services.session import Session
from segtui.tui.screens.contacts.contact_facts import set_by
from segtui.tui.widgets.forms.dialogs import Question, yes_or_no
from segtui.tui.widgets.forms.form import Form, Problems
from segtui.tui.widgets.forms.form_field import Field


class NumbersForm(Form[Added]):
    """Takes one number, or several with commas between them; pasted lines are joined with commas."""

    def __init__(self, session: Session) -> None:
        self._session = session
        hint = "+1 602 555 0199, or paste several"
        fields = [Field("phones", "Numbers", hint=hint, several=True)]
        super().__init__("Add to the do-not-call list", fields, save_label="Add")

    def check(self, values: Mapping[str, str]) -> Problems:
        """Say which of the numbers is not valid."""
        try:
            do_not_call_editing.numbers_in(self._session, values["phones"])
        except InvalidInput as error:
            return {"phones": str(error)}
        return {}

    def notes(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """Say the number of new numbers, and the effect of adding them."""
        try:
            ahead = do_not_call_editing.preview(self._session, values["phones"])
        except InvalidInput:
            return {}
        count = len(ahead.phones)
        parts = [grouped(ahead.phones[0]) if count == 1 else counted(count, "number")]
        if ahead.known:
            parts.append("already on the list" if count == 1 else f"{ahead.known:,} already on the list")
        marks = (
            f"marks {counted(ahead.marked, 'contact')}"
            if ahead.marked
            else f"no contact has {'this number' if count == 1 else 'these numbers'}"
        )
        return {"phones": f"{', '.join(parts)}; {marks}."}

    def save(self, values: Mapping[str, str], changed: Mapping[str, str]) -> Added:  # noqa: ARG002 -- the form's
        """Add the numbers to the list."""
        return do_not_call_editing.add(self._session, values["phones"])


def remove_question(listed: Listed, since: str, sources: str) -> Question:
    """Return the question whether to take a number off the list. `since` and `sources` are as they are shown."""
    text = Content.assemble(
        "Take ", (grouped(listed.phone), "bold"), " off the do-not-call list?\n\n",
        f"On the list since {since}, by {clean(listed.by)}, {_source(sources)}.\n", _consequence(listed),
    )  # fmt: skip
    return yes_or_no("Do-not-call list", text, "Take it off", no="Leave it", dangerous=True)


def _source(sources: str) -> str:
    return sources if sources.startswith("by hand") else f"from {sources}"


def _consequence(listed: Listed) -> str:
    if listed.contact is None:
        return "No contact has it. A contact added later with this number may be called."
    title = clean(listed.contact.title)
    return f"Its contact, {title}, may then be called. The mark was set by {clean(set_by(listed.contact))}."
