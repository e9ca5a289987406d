"""The form field that chooses the company, for admins."""

from collections.abc import Mapping, Sequence
from typing import Final

from segtui.services.accounts.companies import CompanyRow
from segtui.services.session import Company
from segtui.tui.widgets.forms.form_field import Field

NAME: Final = "company"
MISSING: Final = "Choose a company."
_NONE_YET: Final = ("choose one", "")


def company_field(companies: Sequence[CompanyRow], looked_at: Company | int | None = None) -> Field:
    """Return the field: it holds the company that is looked at, or the only one there is, or else none yet.

    To take the first of several would let somebody who does not look make things in the wrong company.
    """
    choices = [(row.name, str(row.id)) for row in companies]
    initial = str(looked_at.id if isinstance(looked_at, Company) else looked_at)
    if len(choices) == 1:
        return Field(NAME, "Company", choices[0][1], choices=choices)
    if any(initial == value for _, value in choices):
        return Field(NAME, "Company", initial, choices=choices)
    return Field(NAME, "Company", "", choices=[_NONE_YET, *choices])


def company_missing(values: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong where the field is there and holds no company."""
    return {NAME: MISSING} if values.get(NAME) == "" else {}
