"""The form that creates or edits a company."""

from collections.abc import Mapping

from segtui.domain.phones import DEFAULT_REGION
from segtui.domain.timezones.zone_setting import checked_zone
from segtui.errors import InvalidInput
from segtui.services.accounts import companies
from segtui.services.accounts.companies import CompanyRow
from segtui.services.session import Company, Session
from segtui.tui.widgets.forms.form import Form, Problems
from segtui.tui.widgets.forms.form_field import Field


class CompanyForm(Form[Company]):
    """Creates a company, or edits `row`."""

    def __init__(self, session: Session, row: CompanyRow | None = None) -> None:
        self._session = session
        self._row = row
        fields = [
            Field("name", "Name", row.name if row else "", hint="Name of the company"),
            Field("region", "Region", row.region if row else DEFAULT_REGION, hint="For phones without a country code"),
            Field("timezone", "Time zone", row.timezone if row else "", hint="Europe/Madrid; blank: the system's"),
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
        try:
            if values["timezone"].strip() or self._row is not None:
                checked_zone(values["timezone"], values["region"].strip().upper())
        except InvalidInput as error:
            problems["timezone"] = str(error)
        return problems

    def notes(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """Say what the region and the time zone are for."""
        zone = "For days in filters and live segments, and new campaigns."
        if not values["timezone"].strip():
            usual = companies.usual_zone(values["region"].strip().upper(), self._session.zone)
            zone += f" Blank: the system's; {usual} for campaigns."
        return {
            "region": "Its phones without a country code are read for this region, such as US or GB.",
            "timezone": zone,
        }

    def save(self, values: Mapping[str, str], changed: Mapping[str, str]) -> Company:
        """Create the company, or change the one that is edited."""
        if self._row is None:
            zone = values["timezone"].strip() or None
            return companies.create(self._session, values["name"], values["region"], zone)
        name, region, zone = (changed.get(field) for field in ("name", "region", "timezone"))
        return companies.edit(self._session, self._row.name, new_name=name, region=region, timezone=zone)
