"""The choice of a company, for admins."""

from collections.abc import Sequence
from dataclasses import dataclass

from segtui.domain.search_terms import field_text, matches, parse
from segtui.domain.text import counted
from segtui.services.accounts import companies
from segtui.services.interrupt import Interrupt
from segtui.services.session import Company, Session
from segtui.tui.widgets.forms.picker import Offer, Picker


@dataclass(frozen=True, slots=True)
class ChosenCompany:
    """The selection: a company, or all of them (None)."""

    company: Company | None


class CompanyPicker(Picker[ChosenCompany]):
    """Offers every company and all of them together: whose rows are shown."""

    everything = True

    def __init__(self, session: Session, title: str = "Company") -> None:
        super().__init__(title, "Type part of the name")
        self._session = session
        self._rows: list[companies.CompanyRow] | None = None

    def find(self, typed: str, interrupt: Interrupt) -> Sequence[Offer[ChosenCompany]]:  # noqa: ARG002 -- asked once
        """Return the companies whose name fits, by name."""
        if self._rows is None:
            self._rows = companies.every(self._session)
        search = parse(typed)
        offers = [
            Offer(
                ChosenCompany(Company(row.id, row.name, row.region, row.timezone)),
                row.name,
                counted(row.segments, "segment"),
            )
            for row in self._rows
            if matches(search, field_text(row.name))
        ]
        if self.everything and matches(search, field_text("All companies")):
            offers.insert(0, Offer(ChosenCompany(None), "All companies"))
        return offers


class OneCompanyPicker(CompanyPicker):
    """Offers every company as the owner of a new object. None is preselected, so that enter alone chooses none."""

    everything = False
    which = "Which company? Type part of its name, or use the arrow keys."
