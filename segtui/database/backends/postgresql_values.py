"""Values of contacts as PostgreSQL computes them: folded text, numbers, custom fields."""

from collections.abc import Mapping, Sequence

from sqlalchemy import (
    Column,
    ColumnElement,
    Float,
    TableValuedAlias,
    Text,
    and_,
    case,
    cast,
    column,
    func,
    true,
)

from segtui.domain.criteria.numbers import MAX_DIGITS
from segtui.domain.text import FOLDED_IN_ASCII

_DIGITS = "^[0-9]+$"


class PostgresqlValues:
    """Expressions of the server. Functions of `postgresql_fold` are called only for text that needs it.

    Regular expressions and `translate` take several times as long as the functions used here.
    """

    def by_code(self, text: ColumnElement[str]) -> ColumnElement[str]:
        """Return the text in the collation C."""
        return text.collate("C")

    def folded(self, text: ColumnElement[str]) -> ColumnElement[str]:
        """Return the lower case of plain ASCII text, and `segtui_fold` of the rest."""
        other = func.segtui_fold(text, type_=Text)
        if not isinstance(text, Column):  # an expression would be computed once per mention
            return func.nullif(other, "", type_=Text).collate("C")
        is_plain = and_(
            func.octet_length(text) == func.length(text),
            *(func.strpos(text, removed) == 0 for removed in FOLDED_IN_ASCII),
        )
        plain = func.btrim(func.lower(text.collate("C"), type_=Text), type_=Text)
        folded = case((is_plain, plain), else_=other)
        return func.nullif(folded, "", type_=Text).collate("C")

    def may_fold_to(self, _text: ColumnElement[str], _folded: Sequence[str]) -> ColumnElement[bool]:
        """Return true: folding plain text takes no longer than a condition on it."""
        return true()

    def with_lines(
        self, text: ColumnElement[str], lines: Mapping[int, ColumnElement[str] | str], count: int
    ) -> ColumnElement[str]:
        """Join the parts that `split_part` returns, which takes less time than a regular expression."""
        parts = (
            lines[position] if position in lines else func.split_part(text, "\n", position + 1)
            for position in range(count)
        )
        return func.concat_ws("\n", *parts, type_=Text)

    def number(self, text: ColumnElement[str]) -> ColumnElement[float]:
        """Return the digits of a column, and `segtui_number` of other texts with digits."""
        other: ColumnElement[float] = func.segtui_number(text, type_=Float(53))
        if not isinstance(text, Column):
            return other
        by_code = text.collate("C")
        is_whole = and_(by_code.regexp_match(_DIGITS), func.length(text) <= MAX_DIGITS)
        return case((is_whole, cast(text, Float(53))), (by_code.regexp_match("[0-9]"), other))

    def members(self, text: ColumnElement[str]) -> TableValuedAlias:
        """Return `json_each_text`."""
        from sqlalchemy.dialects.postgresql import JSON

        return func.json_each_text(cast(text, JSON)).table_valued(column("key", Text), column("value", Text))

    def of_object(self, text: ColumnElement[str], name: str) -> ColumnElement[str]:
        """Return `->>` of the object, where it has a member."""
        from sqlalchemy.dialects.postgresql import JSONB

        value: ColumnElement[str] = cast(text, JSONB)[name].astext
        return case((text != "{}", value))
