"""Values of contacts as PostgreSQL computes them: folded text, numbers, custom fields."""

from sqlalchemy import ColumnElement, Float, Text, and_, case, cast, func

from segtui.domain.criteria.numbers import BLANKS, NUMBER

# Characters that fold() takes out of plain ASCII text, or where it takes one out.
_REMOVED = ("'", "`", "  ")
_DIGITS = "^[0-9]+$"
_NUMBER = f"^{NUMBER}$"
# Digits of a number that is exact.
_MAX_DIGITS = 15


class PostgresqlValues:
    """Expressions of the server. `segtui_fold` (`postgresql_fold`) is called only for text that needs it.

    Regular expressions and `translate` take several times as long as the functions used here.
    """

    def by_code(self, text: ColumnElement[str]) -> ColumnElement[str]:
        """Return the text in the collation C."""
        return text.collate("C")

    def folded(self, text: ColumnElement[str]) -> ColumnElement[str]:
        """Return the lower case of plain ASCII text, and `segtui_fold` of the rest."""
        is_plain = and_(
            func.octet_length(text) == func.length(text), *(func.strpos(text, removed) == 0 for removed in _REMOVED)
        )
        plain = func.btrim(func.lower(text.collate("C"), type_=Text), type_=Text)
        folded = case((is_plain, plain), else_=func.segtui_fold(text, type_=Text))
        return func.nullif(folded, "", type_=Text).collate("C")

    def number(self, text: ColumnElement[str]) -> ColumnElement[float]:
        """Return the digits of a text, or the number that a regular expression finds between blanks."""
        by_code = text.collate("C")
        stripped = func.btrim(text, BLANKS, type_=Text).collate("C")
        is_whole = and_(by_code.regexp_match(_DIGITS), func.length(text) <= _MAX_DIGITS)
        is_number = and_(by_code.regexp_match("[0-9]"), stripped.regexp_match(_NUMBER))
        return case((is_whole, cast(text, Float(53))), (is_number, cast(stripped, Float(53))))

    def of_object(self, text: ColumnElement[str], name: str) -> ColumnElement[str]:
        """Return `->>` of the object, where it has a member."""
        from sqlalchemy.dialects.postgresql import JSONB

        value: ColumnElement[str] = cast(text, JSONB)[name].astext
        return case((text != "{}", value))
