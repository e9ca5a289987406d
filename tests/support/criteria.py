"""Random criteria and random contacts that meet often, and a catalog with a few custom fields.

The values of both come from the same short lists, so that every operator holds for some contacts and not for others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from segtui.domain.contact import TEXT_FIELDS, full_name
from segtui.domain.criteria.evaluation import Value
from segtui.domain.criteria.fields import CUSTOM, FIELDS, CriteriaField, custom_field, declared_field
from segtui.domain.criteria.operands import OPERATORS, comparison
from segtui.domain.criteria.tree import Criteria, Not, Operator, all_of, any_of
from segtui.domain.text import name_key
from segtui.domain.vocabulary import CALL_OUTCOMES

TODAY = date(2026, 11, 30)
CUSTOM_NAMES = ("plan", "Plan type", "Score", "e=m.c²", 'the "best"')
TEXTS = (
    "", "", "Webinar", "webinar", " Wébinar ", "WEB", "Trade Show", "trade  show", "AZ", "az", "CA", "O'Brien",
    "obrien", "12", "7.5", "-3", "+4", "012", "12 000", "1e3", "½", "５", "Straße", "strasse", "100%", "a_b", "a%b",
    "\\", "a\\b", '"', "()", "and", "IN", "blank", "İstanbul", "naïve café", "x" * 40,
)  # fmt: skip
"""Values of text fields, and of custom fields: blanks, spellings that fold alike, numbers, and signs of SQL."""
PHONES = ("", "+16025550199", "+16025550100", "+14155550123", "+442079460018", "+4930901820")
REGIONS = {"": "", "+1602": "US", "+1415": "US", "+4420": "GB", "+4930": "DE"}
DAYS = tuple(TODAY - timedelta(days=days) for days in (-1, 0, 1, 6, 7, 29, 30, 365))
CALLS = (0, 0, 1, 2, 3, 12)
_NUMBERS = ("12", "7.5", "-3", "0", "+4", "012")
_PARTS = ("web", "Wé", "show", "a", "1", "%", "_", "\\", '"', "O'B", "SS", "İ", "12")
_DIGITS = ("602", "+1", "44 20", "0199")


class SampleCatalog:
    """Catalog of every declared field, of which some exist only `in_segment`, and CUSTOM_NAMES."""

    region = "US"

    def __init__(self, custom_names: Sequence[str] = CUSTOM_NAMES, *, in_segment: bool = False) -> None:
        self._custom = {name_key(name): custom_field(name) for name in custom_names}
        self._in_segment = in_segment

    def find(self, name: str) -> CriteriaField | None:
        lowered = name.casefold()
        if lowered.startswith(CUSTOM):
            return self._custom.get(name_key(name[len(CUSTOM) :]))
        field = FIELDS.get(lowered)
        return None if field is None or (field.segment_only and not self._in_segment) else field

    def names(self) -> Sequence[str]:
        declared = [field.name for field in FIELDS.values() if self._in_segment or not field.segment_only]
        return [*declared, *(field.name for field in self._custom.values())]


@dataclass(frozen=True)
class SampleContact:
    """The values of one random contact; `groups` are the ids of its segments, imports and campaigns."""

    texts: Mapping[str, str]
    custom: Mapping[str, str]
    do_not_call: bool
    days: Mapping[str, date | None]
    calls: int
    last_outcome: str
    groups: Mapping[str, frozenset[str]]

    @property
    def region(self) -> str:
        return REGIONS[self.texts["phone"][:5]]

    def facts(self, name: str) -> Value:
        """Return the value of a field, as the evaluation of criteria takes it."""
        if name.startswith(CUSTOM):
            return self.custom.get(name[len(CUSTOM) :], "")
        if name in self.texts:
            return self.texts[name]
        if name in self.days:
            return self.days[name]
        if name in self.groups:
            return self.groups[name]
        others: Mapping[str, Value] = {
            "name": full_name(self.texts["first_name"], self.texts["last_name"]),
            "do_not_call": self.do_not_call,
            "region": self.region,
            "calls": self.calls,
            "last_outcome": self.last_outcome,
        }
        return others[name]


def sample_contacts(
    *, segments: Sequence[str] = (), imports: Sequence[str] = (), campaigns: Sequence[str] = ()
) -> SearchStrategy[SampleContact]:
    """Return random contacts in some of these groups. They may lack both a phone and an e-mail."""
    texts = {name: st.sampled_from(PHONES if name == "phone" else TEXTS) for name in TEXT_FIELDS}
    days = {name: st.sampled_from(DAYS) for name in ("added", "updated", "joined")}
    groups = {"segment": segments, "import": imports, "campaign": campaigns}
    return st.builds(
        SampleContact,
        st.fixed_dictionaries(texts),
        st.dictionaries(st.sampled_from(CUSTOM_NAMES), st.sampled_from(TEXTS)),
        st.booleans(),
        st.fixed_dictionaries({**days, "last_called": st.none() | st.sampled_from(DAYS)}).map(
            lambda values: {**values, "created": values["added"]}
        ),
        st.sampled_from(CALLS),
        st.sampled_from(("", *CALL_OUTCOMES)),
        st.fixed_dictionaries({name: st.frozensets(_among(ids)) for name, ids in groups.items()}),
    )


def sample_criteria(
    *,
    segments: Sequence[str] = (),
    imports: Sequence[str] = (),
    campaigns: Sequence[str] = (),
    in_segment: bool = False,
    fields: Sequence[str] | None = None,
    max_leaves: int = 6,
) -> SearchStrategy[Criteria]:
    """Return random criteria in the form in which the parser makes them, about some or all `fields`.

    `segments` and `campaigns` are names, or ids for bound criteria; `imports` are ids. Without any, memberships are
    compared with blanks alone.
    """
    catalog = SampleCatalog(in_segment=in_segment)
    groups = {"segment": segments, "import": imports, "campaign": campaigns}
    names = catalog.names() if fields is None else fields
    leaves = st.sampled_from(list(names)).flatmap(lambda name: _comparisons(name, groups.get(name, ())))
    return st.recursive(
        leaves,
        lambda parts: st.one_of(
            parts.map(Not),
            st.lists(parts, min_size=2, max_size=3).map(lambda some: all_of(some) or some[0]),
            st.lists(parts, min_size=2, max_size=3).map(lambda some: any_of(some) or some[0]),
        ),
        max_leaves=max_leaves,
    )


def _comparisons(name: str, groups: Sequence[str]) -> SearchStrategy[Criteria]:
    """Return the comparisons of one field, with every operator that it takes."""
    field = declared_field(name)
    blanks: tuple[Operator, ...] = ("is blank", "is not blank")
    operators = OPERATORS[field.kind] if field.kind != "membership" or groups else blanks
    return st.sampled_from(operators).flatmap(
        lambda operator: _operands(field, operator, groups).map(
            lambda operands: comparison(field, operator, operands, region="US")
        )
    )


def _operands(field: CriteriaField, operator: Operator, groups: Sequence[str]) -> SearchStrategy[tuple[str, ...]]:
    match operator:
        case "is blank" | "is not blank":
            return st.just(())
        case "in last":
            return st.tuples(st.sampled_from(("1", "2", "7", "30", "36500")))
        case "in":
            return st.lists(_values(field, operator, groups), min_size=1, max_size=3).map(tuple)
        case _:
            return st.tuples(_values(field, operator, groups))


def _values(field: CriteriaField, operator: Operator, groups: Sequence[str]) -> SearchStrategy[str]:
    in_order = operator in ("<", "<=", ">", ">=")
    in_part = operator in ("~", "!~", "^")
    match field.kind:
        case "text":
            return st.sampled_from(_NUMBERS if in_order else _PARTS if in_part else TEXTS)
        case "phone":
            return st.sampled_from(_DIGITS if in_part else PHONES[1:])
        case "flag":
            return st.sampled_from(("yes", "no"))
        case "day":
            return st.sampled_from(DAYS).map(date.isoformat)
        case "number":
            return st.sampled_from(CALLS).map(str)
        case "choice":
            return st.sampled_from(field.choices or ("US", "GB", "DE", "FR"))
        case "membership":
            return _among(groups)


def _among(values: Sequence[str]) -> SearchStrategy[str]:
    return st.sampled_from(list(values)) if values else st.nothing()
