"""Expressions and filters that users write, parsed with the fields of their company, its custom fields among them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from segtui.domain.criteria.fields import CUSTOM, FIELDS, CriteriaField, custom_field
from segtui.domain.criteria.tree import Criteria
from segtui.domain.phones import DEFAULT_REGION
from segtui.domain.text import name_key
from segtui.services.company_zone import company_today
from segtui.services.criteria import criteria_names, custom_fields
from segtui.services.session import Session, Transaction


@dataclass(frozen=True, slots=True)
class CompanyCatalog:
    """The declared fields, and the custom fields that contacts of the company have. It is a `fields.Catalog`."""

    region: str
    customs: Mapping[str, str]
    """The first spelling of each custom field in sorted order, by its `name_key`."""
    in_segment: bool = False
    """True where `joined` is a field too: in the list of one segment."""

    def find(self, name: str) -> CriteriaField | None:
        """Return a field by its name, regardless of case; None where there is none."""
        if name[: len(CUSTOM)].casefold() == CUSTOM:
            spelling = self.customs.get(name_key(name[len(CUSTOM) :]))
            return None if spelling is None else custom_field(spelling)
        declared = FIELDS.get(name.casefold())
        return None if declared is None or (declared.segment_only and not self.in_segment) else declared

    def names(self) -> Sequence[str]:
        """Return the names of all fields: the declared ones, then the custom ones by name."""
        declared = [field.name for field in FIELDS.values() if self.in_segment or not field.segment_only]
        return [*declared, *(CUSTOM + spelling for spelling in self.customs.values())]


def catalog(session: Session, *, in_segment: bool = False) -> CompanyCatalog:
    """Return the fields of the session's company, with `joined` if the list is that of one segment."""
    with session.read() as tx:
        return catalog_of(tx, in_segment=in_segment)


def catalog_of(tx: Transaction, *, in_segment: bool = False) -> CompanyCatalog:
    """Return the fields as `catalog` does, in an open transaction."""
    company = tx.session.company
    customs = {key: spellings[0] for key, spellings in custom_fields.spellings(tx).items()}
    return CompanyCatalog(DEFAULT_REGION if company is None else company.region, customs, in_segment)


def parse(session: Session, text: str, *, in_segment: bool = False) -> Criteria:
    """Return an expression as criteria with names.

    Raises InvalidInput (`where`) with the position and the nearest field, operator, value or name.
    """
    from segtui.domain.criteria import parser  # it loads the grammar

    with session.read() as tx:
        expression = parser.read(text, catalog_of(tx, in_segment=in_segment))
        try:
            check_bound(tx, expression.criteria)
        except criteria_names.UnknownName as error:
            raise expression.error_at(error.membership, error.value, str(error)) from None
    return expression.criteria


def parse_filters(session: Session, texts: Sequence[str], *, in_segment: bool = False) -> Criteria | None:
    """Return filters FIELD=VALUE as criteria with names; a field given twice means either value.

    Raises InvalidInput (`filter`).
    """
    from segtui.domain.criteria import filters

    if not texts:
        return None
    with session.read() as tx:
        fields = catalog_of(tx, in_segment=in_segment)
        today = company_today(tx)
        criteria = filters.joined([filters.parse_filter(text, fields, today=today) for text in texts])
        if criteria is not None:
            check_bound(tx, criteria)
    return criteria


def check_bound(tx: Transaction, criteria: Criteria) -> None:
    """Raise InvalidInput unless there are the segments, campaigns and imports that criteria name."""
    criteria_names.bind(tx, criteria)
