"""Context of the filter form: the fields of a list of contacts, and the zone of its days. Read before it opens."""

from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Self

from segtui.domain.criteria.fields import Catalog
from segtui.domain.criteria.sentences import parts_of, sentence_of
from segtui.domain.criteria.tree import Criteria
from segtui.services.company_zone import company_today, company_zone
from segtui.services.criteria import expressions
from segtui.services.session import Session


@dataclass(frozen=True, slots=True)
class FilterPart:
    """A conjunct of criteria, and its meaning in words."""

    criteria: Criteria
    sentence: str


@dataclass(frozen=True, slots=True)
class FilterContext:
    """Fields, the zone in which days begin (None is the system's), and the present day in it."""

    catalog: Catalog
    zone: tzinfo | None
    today: date

    @classmethod
    def read(cls, session: Session, *, in_segment: bool = False) -> Self:
        """Return the context of a list of contacts, `in_segment` of one segment. Runs in a thread."""
        catalog = expressions.catalog(session, in_segment=in_segment)
        return cls(catalog, company_zone(session), company_today(session))

    def parts(self, criteria: Criteria | None) -> tuple[FilterPart, ...]:
        """Return the conjuncts of criteria with their sentences."""
        if criteria is None:
            return ()
        return tuple(FilterPart(part, sentence) for part, sentence in parts_of(criteria, self.catalog))

    def sentence(self, criteria: Criteria | None) -> str:
        """Return criteria as one phrase; blank for none."""
        return "" if criteria is None else sentence_of(criteria, self.catalog)
