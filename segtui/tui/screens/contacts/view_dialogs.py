"""Dialogs of saved views: pick one, save, rename, delete."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from segtui.domain.criteria.canonical import text_of
from segtui.domain.names import checked_name
from segtui.domain.search_terms import field_text, matches, parse
from segtui.domain.text import clean
from segtui.errors import InvalidInput
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session
from segtui.services.views import views
from segtui.services.views.views import View, ViewContent
from segtui.tui.actions.action import Command
from segtui.tui.widgets.forms.dialogs import Question, yes_or_no
from segtui.tui.widgets.forms.form import Form, Problems
from segtui.tui.widgets.forms.form_field import Field
from segtui.tui.widgets.forms.picker import Offer, Picker

ViewOrCommand: TypeAlias = View | type[Command]

_COMPANY, _PRIVATE = "company", "private"


class ViewPicker(Picker[ViewOrCommand]):
    """Offers views by name, and below them commands on views."""

    def __init__(self, title: str, saved: Sequence[View], commands: Sequence[type[Command]] = ()) -> None:
        super().__init__(title, "A part of a view's name")
        is_mixed = len({view.company_id for view in saved}) > 1
        self._offers: list[Offer[ViewOrCommand]] = [
            *(Offer(view, view.name, view_words(view, with_company=is_mixed)) for view in saved),
            *(Offer(command, f"{command.title}…") for command in commands),
        ]

    def find(self, typed: str, interrupt: Interrupt) -> Sequence[Offer[ViewOrCommand]]:  # noqa: ARG002 -- all are here
        """Return the views and commands that match."""
        search = parse(typed)
        return [offer for offer in self._offers if matches(search, field_text(offer.label))]


def view_words(view: View, *, with_company: bool = False) -> str:
    """Return a short description of a view: its owner, its search and its expression."""
    words = [view.company] if with_company else []
    words += ["private"] if view.is_private else []
    if view.problem:
        return ", ".join([*words, "cannot be used"])
    words += [f"“{view.search}”"] if view.search else []
    words += [text_of(view.criteria)] if view.criteria is not None else []
    return ", ".join(words)


class SaveViewForm(Form[View]):
    """Saves `content` as a view of the company, or a private one; a view of that name is replaced.

    `view` is the one that was picked: the form offers to save it again, a private one for its owner alone.
    """

    def __init__(self, session: Session, content: ViewContent, *, view: View | None = None) -> None:
        self._session = session
        self._content = content
        choices = (("everyone in the company", _COMPANY), ("me alone", _PRIVATE))
        fields = [
            Field("name", "Name", "" if view is None else view.name, hint="What the view is called"),
            Field("owner", "For", _PRIVATE if view is not None and view.is_private else _COMPANY, choices=choices),
        ]
        super().__init__("Save as a view", fields, save_label="Save")

    def check(self, values: Mapping[str, str]) -> Problems:
        """Return the problem of the name."""
        return _name_problem(values["name"])

    def notes(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """Say that a view is replaced."""
        try:
            is_there = views.is_there(self._session, values["name"], private=values["owner"] == _PRIVATE)
        except InvalidInput:
            return {}
        return {"name": "There is a view of this name: it is replaced."} if is_there else {}

    def save(self, values: Mapping[str, str], changed: Mapping[str, str]) -> View:  # noqa: ARG002 -- the base's
        """Save the view."""
        is_private = values["owner"] == _PRIVATE
        return views.save(self._session, values["name"], self._content, private=is_private, replacing=True)


class RenameViewForm(Form[View]):
    """Gives a view another name."""

    def __init__(self, session: Session, view: View) -> None:
        self._session = session
        self._view = view
        super().__init__("Rename the view", [Field("name", "Name", view.name)], save_label="Rename")

    def check(self, values: Mapping[str, str]) -> Problems:
        """Return the problem of the name."""
        return _name_problem(values["name"])

    def save(self, values: Mapping[str, str], changed: Mapping[str, str]) -> View:  # noqa: ARG002 -- the base's
        """Rename the view."""
        return views.rename(self._session, self._view.id, values["name"])


def _name_problem(name: str) -> Problems:
    try:
        checked_name(name, "view")
    except InvalidInput as error:
        return {"name": str(error)}
    return {}


def delete_view_question(view: View) -> Question:
    """Return the question before a view is deleted."""
    users = "You alone see it." if view.is_private else "Everyone in the company sees it."
    text = f"“{clean(view.name)}” is deleted; the contacts and segments stay as they are. {users}"
    return yes_or_no("Delete the view?", text, "Delete", no="Keep it")
