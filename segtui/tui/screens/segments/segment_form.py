"""Form that creates or edits a segment, fixed or live."""

from collections.abc import Mapping, Sequence
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.content import Content

from segtui.domain.criteria.fields import Catalog
from segtui.domain.names import checked_description, checked_name
from segtui.domain.text import clean, counted
from segtui.errors import InvalidInput
from segtui.services.accounts.companies import CompanyRow
from segtui.services.criteria import expressions
from segtui.services.segments import segments
from segtui.services.segments.segments import Segment
from segtui.services.session import Company, Session, company_of
from segtui.tui.actions.dialog_actions import BuildRule
from segtui.tui.screens.segments import rules
from segtui.tui.screens.segments.rule_row import RULE, RuleRow
from segtui.tui.screens.shared.company_field import company_field, company_missing
from segtui.tui.widgets.forms.form import Confirmation, Form, Problems
from segtui.tui.widgets.forms.form_field import Field, FieldRow

KIND: Final = "kind"
"""The name of the field for the kind: fixed or live."""
FIXED: Final = "fixed"
LIVE: Final = "live"
_KINDS: Final = ((FIXED, FIXED), (LIVE, LIVE))
_NOTES: Final = {
    FIXED: "Filled by hand and by imports.",
    LIVE: "Holds every contact that satisfies its rule.",
}


def name_field(name: str) -> Field:
    """Return the field for a segment's name."""
    return Field("name", "Name", name, hint="What the segment is called")


def description_field(description: str) -> Field:
    """Return the field for a segment's description."""
    return Field("description", "Description", description, hint="Optional")


def text_problems(session: Session | None, values: Mapping[str, str], besides: int | None = None) -> dict[str, str]:
    """Return the problems of a name (empty, too long, taken) and a description; names that are taken need a session."""
    problems: dict[str, str] = {}
    try:
        if session is None:
            checked_name(values["name"], "segment")
        else:
            segments.check_name(session, values["name"], besides)
    except InvalidInput as error:
        problems["name"] = str(error)
    try:
        checked_description(values["description"])
    except InvalidInput as error:
        problems["description"] = str(error)
    return problems


def rule_problem(session: Session | None, text: str, segment_id: int | None = None) -> dict[str, str]:
    """Return the problem of a typed rule; one that is not blank needs a session."""
    try:
        if not text.strip():
            return {RULE: rules.NEEDED}
        if session is not None:
            rules.check(session, text, segment_id)
    except InvalidInput as error:
        return {RULE: str(error)}
    return {}


def form_context(session: Session, segment: Segment | None = None) -> tuple[Session, Catalog]:
    """Return the session in the company of a segment, and the fields of rules there. Runs in a thread."""
    if segment is not None and session.company is None:
        session = company_of(session, segment.company_id)
    return session, expressions.catalog(session)


class SegmentForm(Form[Segment]):
    """Creates a segment, or edits `segment`, in whose company the session is.

    `catalog` are the fields of rules. With `companies`, the form asks for the company of a new one.
    """

    commands = (*Form.commands, BuildRule)

    def __init__(
        self,
        session: Session,
        catalog: Catalog,
        segment: Segment | None = None,
        *,
        name: str = "",
        companies: Sequence[CompanyRow] = (),
    ) -> None:
        self._session = session
        self._catalog = catalog
        self._segment = segment
        self._company = ""
        self._companies = {str(row.id): Company(row.id, row.name, row.region, row.timezone) for row in companies}
        is_live = segment is not None and segment.live
        kind = Field(KIND, "Members", LIVE if is_live else FIXED, choices=_KINDS, radio=True)
        if is_live:
            kind = Field(KIND, "Members", LIVE, fixed="(freeze the segment to make it fixed)", shown=LIVE)
        fields = [
            name_field(segment.name if segment else name),
            description_field(segment.description if segment else ""),
            kind,
        ]
        if companies:
            fields.insert(0, company_field(companies, session.company))
        title = "Edit segment" if segment else "Create segment"
        super().__init__(title, fields, save_label="Save changes" if segment else "Create segment")

    def compose_more(self, label_width: int) -> ComposeResult:
        """Yield the row of the rule."""
        segment = self._segment
        row = RuleRow(
            segment.rule or "" if segment else "",
            label_width,
            session=lambda: self._bound_now(self.values),
            catalog=self._catalog,
            segment_id=segment.id if segment else None,
        )
        row.display = segment is not None and segment.live
        yield row

    def on_mount(self) -> None:
        """Explain the kind from the start."""
        for row in self.query(FieldRow):
            if row.field.name == KIND and not row.field.fixed:
                row.visited = True
                row.note = _NOTES[row.value]

    @property
    def _rule_row(self) -> RuleRow:
        return self.query_one(RuleRow)

    @on(FieldRow.Edited)
    def _show_rule(self) -> None:
        """Show the row of the rule for a live segment alone, and count anew where the company changed."""
        row, values = self._rule_row, self.values
        row.display = values[KIND] == LIVE
        company = values.get("company", "")
        if company != self._company:
            self._company = company
            row.start_anew()

    def action_build_rule(self) -> None:
        """Open the filter form with the rule."""
        if self._rule_row.display:
            self._rule_row.build()

    def _bound_now(self, values: Mapping[str, str]) -> Session | None:
        """Return the session in the company of the segment; None while no company is chosen."""
        return None if company_missing(values) else self._bound(values)

    def _bound(self, values: Mapping[str, str]) -> Session:
        company = self._companies.get(values.get("company", ""))
        return self._session.bound_to(company) if company else self._session

    def check(self, values: Mapping[str, str]) -> Problems:
        """Return the problems of the name, the description and the rule."""
        problems = company_missing(values)
        session = None if problems else self._bound(values)
        segment_id = self._segment.id if self._segment else None
        problems |= text_problems(session, values, segment_id)
        if values[KIND] == LIVE:
            problems |= rule_problem(session, values[RULE], segment_id)
        return problems

    def notes(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """Return a sentence about the kind."""
        return {KIND: _NOTES[values[KIND]]}

    def confirmation(self, values: Mapping[str, str], changed: Mapping[str, str]) -> Confirmation | None:
        """Return the question before contacts join or leave by a changed rule."""
        if self._segment is None or not self._changes_rule(values, changed):
            return None
        session = self._bound(values)
        current = segments.get(session, self._segment.id)
        rule = rules.parse(session, values[RULE])
        return rules.confirmation(current, rules.preview_of(session, current.id, rule))

    def _changes_rule(self, values: Mapping[str, str], changed: Mapping[str, str]) -> bool:
        return values[KIND] == LIVE and not changed.keys().isdisjoint({KIND, RULE})

    def save(self, values: Mapping[str, str], changed: Mapping[str, str]) -> Segment:
        """Create the segment, or change the one that is edited."""
        session = self._bound(values)
        changes_rule = self._changes_rule(values, changed)
        rule = rules.parse(session, values[RULE]) if changes_rule else None
        if self._segment is None:
            return segments.create(session, values["name"], values["description"], rule=rule)
        name, description = changed.get("name"), changed.get("description")
        if rule is None and name is None and description is None:
            return self._segment
        return segments.edit(session, self._segment.id, name=name, description=description, rule=rule)


class CopyNameForm(Form[str]):
    """Asks for the name of a fixed copy."""

    def __init__(self, session: Session, segment: Segment) -> None:
        self._session = session
        about = Content(f"A fixed segment of the {counted(segment.contacts, 'contact')} that are in it now.")
        fields = [name_field(f"{segment.name}, fixed")]
        super().__init__(f"Copy of “{clean(segment.name)}”", fields, save_label="Make the copy", about=about)

    def check(self, values: Mapping[str, str]) -> Problems:
        """Return the problem of the name."""
        return text_problems(self._session, {**values, "description": ""})

    def save(self, values: Mapping[str, str], changed: Mapping[str, str]) -> str:  # noqa: ARG002 -- the base's
        """Return the name."""
        return values["name"]
