"""Fields of criteria, one declaration each, for filters, expressions, columns and sort orders of contacts.

The fields of a contact are declared in `domain.contact`. This module adds their role in criteria, and the fields that
are computed from memberships, imports and calls. `custom_field` declares a custom field by its name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from segtui.domain.contact import CONTACT_FIELDS, LABELS, ListColumn
from segtui.domain.vocabulary import CALL_OUTCOMES

Kind = Literal["text", "phone", "flag", "day", "number", "choice", "membership"]
"""Kind of a field's values. It determines the operators and values of the field, and their meaning.

`text` compares folded text, `phone` digits; `day` a time by its day in the company's zone; `choice` one of a fixed
list of words; `membership` the groups a contact is in.
"""

CUSTOM: Final = "custom."
"""Prefix of custom fields among all fields: `custom.NAME`."""


@dataclass(frozen=True, slots=True)
class CriteriaField:
    """Declaration of one field of criteria.

    `choices` are the values of a `choice`. A field that is `offered_first` comes first in the filter form; one with
    `has_facet` has few enough values to count each. A `segment_only` field exists only in the list of one segment.
    `example` is a value for the help, and `help` explains a field whose label does not.
    """

    name: str
    label: str
    kind: Kind = "text"
    choices: tuple[str, ...] = ()
    offered_first: bool = False
    has_facet: bool = False
    segment_only: bool = False
    example: str = ""
    help: str = ""
    column: ListColumn | None = None


class Catalog(Protocol):
    """The fields of one list of contacts: the declared ones and the custom fields of the company."""

    @property
    def region(self) -> str:
        """The company's default region, for phones typed without a country."""

    def find(self, name: str) -> CriteriaField | None:
        """Return a field by its name, regardless of case; None where there is none."""

    def names(self) -> Sequence[str]:
        """Return the names of all fields: the declared ones, then the custom ones."""


_FACETS: Final = frozenset(("source", "status", "state", "country", "city", "timezone", "organization", "job_title"))
OFFERED_FIRST: Final = ("source", "status", "state", "do_not_call", "added")
"""Names of the fields that are `offered_first`, in their order."""
FLAG_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "do_not_call": {"yes": "do not call", "no": "no do-not-call mark"},
}
"""Words for yes and no, for flags that have some."""
_EXAMPLES: Final = {"source": "Webinar", "status": "NEW", "state": "AZ", "city": "Phoenix", "phone": "+16025550199"}


def _of_contact() -> list[CriteriaField]:
    kinds: Mapping[str, Kind] = {"phone": "phone", "do_not_call": "flag"}
    return [
        CriteriaField(
            field.name,
            field.label,
            kinds.get(field.name, "text"),
            offered_first=field.name in OFFERED_FIRST,
            has_facet=field.name in _FACETS or field.kind == "flag",
            example=_EXAMPLES.get(field.name, ""),
            column=field.column,
        )
        for field in CONTACT_FIELDS
        if field.kind in ("text", "flag")
    ]


_DECLARED: Final = (
    CriteriaField("name", "Name", help="first and last name"),
    *_of_contact(),
    CriteriaField("region", "Region", "choice", has_facet=True, example="US", help="the country of the phone number"),
    CriteriaField("added", "Added", "day", offered_first=True, example="2026-01-31", help="the day it was created"),
    CriteriaField("joined", "Joined", "day", segment_only=True, help="the day it came into the segment, in its list"),
    CriteriaField("created", LABELS["created"], "day"),
    CriteriaField("updated", LABELS["updated"], "day"),
    CriteriaField("segment", "Segment", "membership", help="a segment it is in"),
    CriteriaField("import", "Import", "membership", help="an import that created or updated it, by its id"),
    CriteriaField("campaign", "Campaign", "membership", help="a campaign with it in its audience"),
    CriteriaField("last_outcome", "Last outcome", "choice", CALL_OUTCOMES, has_facet=True),
    CriteriaField("last_called", "Last called", "day"),
    CriteriaField("calls", "Calls", "number", help="the number of its calls"),
)
FIELDS: Final[Mapping[str, CriteriaField]] = {field.name: field for field in _DECLARED}
"""Every declared field by its name, in the order of lists."""

CONTACT_SORTS: Final = tuple(FIELDS)
"""Fields that contacts can be sorted by, besides custom fields."""


def in_offered_order(names: Sequence[str]) -> list[str]:
    """Return the names of fields in the order of forms and completion: the fields that are used most come first."""
    return [*(name for name in OFFERED_FIRST if name in names), *(name for name in names if name not in OFFERED_FIRST)]


def custom_field(name: str) -> CriteriaField:
    """Return the declaration of the custom field `name`."""
    return CriteriaField(CUSTOM + name, name, has_facet=True)


def declared_field(name: str) -> CriteriaField:
    """Return the declaration of a field of criteria: a declared one, or a custom field by its full name."""
    return FIELDS[name] if name in FIELDS else custom_field(name.removeprefix(CUSTOM))
