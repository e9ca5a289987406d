"""Form for a new segment made from a list: its name, a description, and the rule of a live one."""

from collections.abc import Mapping

from textual.app import ComposeResult

from segtui.domain.criteria.fields import Catalog
from segtui.services.session import Session
from segtui.tui.actions.dialog_actions import BuildRule
from segtui.tui.screens.segments import rules
from segtui.tui.screens.segments.rule_row import RULE, RuleRow
from segtui.tui.screens.segments.segment_draft import SegmentDraft
from segtui.tui.screens.segments.segment_form import (
    FIXED,
    KIND,
    LIVE,
    description_field,
    name_field,
    rule_problem,
    text_problems,
)
from segtui.tui.widgets.forms.form import Form, Problems
from segtui.tui.widgets.forms.form_field import Field


class SegmentDraftForm(Form[SegmentDraft]):
    """Asks for the texts of a segment of `contacts` (in words), or of a live one with `rule`. It saves nothing.

    The session is bound to the company of the segment, and `catalog` are its fields.
    """

    commands = (*Form.commands, BuildRule)

    def __init__(self, session: Session, catalog: Catalog, draft: SegmentDraft, *, contacts: str) -> None:
        self._session = session
        self._catalog = catalog
        self._rule = draft.rule
        its = f"{FIXED}: {contacts}" if draft.rule is None else f"{LIVE}: every contact that satisfies its rule"
        kind = Field(KIND, "Members", its, fixed=" ")
        fields = [name_field(draft.name), description_field(draft.description), kind]
        super().__init__("Create segment", fields, save_label="Create segment")

    def compose_more(self, label_width: int) -> ComposeResult:
        """Yield the row of the rule of a live segment."""
        if self._rule is not None:
            text = rules.text_of(self._rule)
            yield RuleRow(text, label_width, session=lambda: self._session, catalog=self._catalog)

    def action_build_rule(self) -> None:
        """Open the filter form with the rule."""
        for row in self.query(RuleRow):
            row.build()

    def check(self, values: Mapping[str, str]) -> Problems:
        """Return the problems of the name, the description and the rule."""
        problems = text_problems(self._session, values)
        return problems if self._rule is None else problems | rule_problem(self._session, values[RULE])

    def save(self, values: Mapping[str, str], changed: Mapping[str, str]) -> SegmentDraft:  # noqa: ARG002 -- the base's
        """Return the texts and the rule."""
        rule = None if self._rule is None else rules.parse(self._session, values[RULE])
        return SegmentDraft(values["name"], values["description"], rule)
