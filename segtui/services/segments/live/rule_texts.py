"""Rules in words: the expression and the sentence of stored rules, with the present names."""

from collections.abc import Collection
from typing import NamedTuple

from segtui.domain.criteria import canonical, sentences, tree
from segtui.domain.criteria.tree import AllOf, Criteria, Not
from segtui.services.criteria import criteria_names, expressions
from segtui.services.segments.live import rules
from segtui.services.session import Transaction


class RuleText(NamedTuple):
    """A rule as an expression and as a sentence in English."""

    expression: str
    sentence: str


def texts_of(tx: Transaction, stored_rules: Collection[str]) -> dict[str, RuleText]:
    """Return the words of rules by their stored text, with two queries for the names in all of them."""
    if not stored_rules:
        return {}
    every = list(dict.fromkeys(stored_rules))
    named = _unbound(tx, [rules.parsed(stored).criteria for stored in every])
    catalog = expressions.catalog_of(tx)
    return {
        stored: RuleText(canonical.text_of(rule), sentences.sentence_of(rule, catalog))
        for stored, rule in zip(every, named, strict=True)
    }


def _unbound(tx: Transaction, bound: list[Criteria]) -> list[Criteria]:
    # As the parts of one tree; each in a Not, because an AllOf within an AllOf is dissolved.
    together = criteria_names.unbind(tx, AllOf(tuple(map(Not, bound))))
    return [part.part for part in tree.conjuncts(together) if isinstance(part, Not)]
