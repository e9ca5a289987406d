"""The form that creates or edits a segment."""

from collections.abc import Mapping, Sequence

from segtui.domain.names import checked_description, checked_name
from segtui.errors import InvalidInput
from segtui.services.accounts.companies import CompanyRow
from segtui.services.segments import segments
from segtui.services.segments.segments import Segment
from segtui.services.session import Company, Session, company_of
from segtui.tui.screens.shared.company_field import company_field, company_missing
from segtui.tui.widgets.forms.form import Form, Problems
from segtui.tui.widgets.forms.form_field import Field


class SegmentForm(Form[Segment]):
    """Creates a segment, or edits `segment`. With `companies`, the form asks for the company of a new one."""

    def __init__(
        self,
        session: Session,
        segment: Segment | None = None,
        *,
        name: str = "",
        companies: Sequence[CompanyRow] = (),
    ) -> None:
        self._session = session
        self._segment = segment
        self._companies = {str(row.id): Company(row.id, row.name, row.region, row.timezone) for row in companies}
        fields = [
            Field("name", "Name", segment.name if segment else name, hint="What the segment is called"),
            Field("description", "Description", segment.description if segment else "", hint="Optional"),
        ]
        if companies:
            fields.insert(0, company_field(companies, session.company))
        title = "Edit segment" if segment else "Create segment"
        super().__init__(title, fields, save_label="Save changes" if segment else "Create segment")

    def _bound(self, values: Mapping[str, str]) -> Session:
        if self._session.company is None and self._segment is not None:
            return company_of(self._session, self._segment.company_id)
        company = self._companies.get(values.get("company", ""))
        return self._session.bound_to(company) if company else self._session

    def check(self, values: Mapping[str, str]) -> Problems:
        """Say what is wrong with the name (empty, too long, taken) and the description."""
        problems = company_missing(values)
        try:
            besides = self._segment.id if self._segment else None
            if problems:  # without a company the names that are taken are unknown
                checked_name(values["name"], "segment")
            else:
                segments.check_name(self._bound(values), values["name"], besides)
        except InvalidInput as error:
            problems["name"] = str(error)
        try:
            checked_description(values["description"])
        except InvalidInput as error:
            problems["description"] = str(error)
        return problems

    def save(self, values: Mapping[str, str], changed: Mapping[str, str]) -> Segment:
        """Create the segment, or change the one that is edited."""
        if self._segment is None:
            return segments.create(self._bound(values), values["name"], values["description"])
        if not changed:
            return self._segment
        name, description = changed.get("name"), changed.get("description")
        return segments.edit(self._session, self._segment.id, name=name, description=description)
