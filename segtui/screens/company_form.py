"""The form in which a company is created or edited."""

from collections.abc import Mapping

from segtui.errors import InvalidInput
from segtui.phones import DEFAULT_REGION
from segtui.services import companies
from segtui.services.companies import CompanyRow
from segtui.services.session import Company, Session
from segtui.widgets.form import Form, Problems
from segtui.widgets.form_field import Field


class CompanyForm(Form[Company]):
    """Creates a company, or edits `row`."""

    def __init__(self, session: Session, row: CompanyRow | None = None) -> None:
        self._session = session
        self._row = row
        fields = [
            Field("name", "Name", row.name if row else "", hint="What the company is called"),
            Field("region", "Region", row.region if row else DEFAULT_REGION, hint="Of phones without a country code"),
        ]
        title = "Edit company" if row else "Create company"
        super().__init__(title, fields, save_label="Save changes" if row else "Create company")

    def check(self, values: Mapping[str, str]) -> Problems:
        """Say what is wrong with the name (empty, too long, taken) and the region."""
        problems: dict[str, str] = {}
        try:
            companies.check_name(self._session, values["name"], self._row.id if self._row else None)
        except InvalidInput as error:
            problems["name"] = str(error)
        try:
            companies.checked_region(values["region"])
        except InvalidInput as error:
            problems["region"] = str(error)
        return problems

    def notes(self, values: Mapping[str, str]) -> Mapping[str, str]:  # noqa: ARG002 -- the form's
        """Say what the region is for."""
        return {"region": "Its phones without a country code are read for this region, such as US or GB."}

    def save(self, values: Mapping[str, str], changed: Mapping[str, str]) -> Company:
        """Create the company, or change the one that is edited."""
        if self._row is None:
            return companies.create(self._session, values["name"], values["region"])
        name, region = changed.get("name"), changed.get("region")
        return companies.edit(self._session, self._row.name, new_name=name, region=region)
