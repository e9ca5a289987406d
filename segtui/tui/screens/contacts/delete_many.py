"""The question whether to delete many contacts for good: answered with their number, not with one key."""

from collections.abc import Mapping

from textual.content import Content

from segtui.domain.text import counted
from segtui.tui.widgets.forms.form import Form, Problems
from segtui.tui.widgets.forms.form_field import Field


class DeleteManyForm(Form[bool]):
    """Asks for the number of contacts; is dismissed with True where it was typed, else with None."""

    def __init__(self, number: int) -> None:
        self._number = number
        about = Content.assemble(
            "Delete ", (counted(number, "contact"), "bold"), " for good? They are removed from every segment, and all "
            "data about them is deleted. This cannot be undone.\n\nType their number to delete them.",
        )  # fmt: skip
        super().__init__(
            "Delete contacts", [Field("number", "Number")], save_label="Delete for good", about=about, dangerous=True
        )

    def check(self, values: Mapping[str, str]) -> Problems:
        """Say that it is not the number."""
        typed = values["number"].replace(",", "").strip()
        return {} if typed == str(self._number) else {"number": f"Type {self._number} to delete them."}

    def save(self, values: Mapping[str, str], changed: Mapping[str, str]) -> bool:  # noqa: ARG002 -- the form's
        """Answer yes."""
        return True
