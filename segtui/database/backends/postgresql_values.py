"""Values of contacts as PostgreSQL computes them: folded text, numbers, custom fields."""

from sqlalchemy import ColumnElement, Float, Text, case, cast, func

from segtui.domain.criteria.numbers import BLANKS, NUMBER

# Text that folds to its lower case: ASCII, no apostrophe, single blanks inside.
_PLAIN = "^[!-&(-_a-~]+(?: [!-&(-_a-~]+)*$"
_NUMBER = f"^[{BLANKS}]*({NUMBER})[{BLANKS}]*$"


class PostgresqlValues:
    """Expressions of the server. `segtui_fold` (`postgresql_fold`) is called only for text that needs it."""

    def folded(self, text: ColumnElement[str]) -> ColumnElement[str]:
        """Return the lower case of plain text, and `segtui_fold` of the rest."""
        by_code = text.collate("C")
        other = func.nullif(func.segtui_fold(text, type_=Text), "", type_=Text)
        return case((by_code.regexp_match(_PLAIN), func.lower(by_code, type_=Text)), else_=other).collate("C")

    def by_code(self, text: ColumnElement[str]) -> ColumnElement[str]:
        """Return the text with the collation of code points."""
        return text.collate("C")

    def number(self, text: ColumnElement[str]) -> ColumnElement[float]:
        """Return the part that a regular expression captures, as a double."""
        return cast(func.substring(text.collate("C"), _NUMBER, type_=Text), Float(53))

    def of_object(self, text: ColumnElement[str], name: str) -> ColumnElement[str]:
        """Return `->>` of JSON, which is parsed but not converted."""
        from sqlalchemy.dialects.postgresql import JSON

        value: ColumnElement[str] = cast(text, JSON)[name].astext
        return value
