"""Errors at a token that the grammar refuses: the problem there, and the text to write instead."""

from collections.abc import Collection, Sequence
from itertools import takewhile
from typing import Final

from segtui.domain.criteria.canonical import field_text, value_text
from segtui.domain.criteria.fields import Catalog, CriteriaField
from segtui.domain.criteria.nearest import nearest_field
from segtui.domain.criteria.operands import OPERATORS, operators_of, shown
from segtui.domain.criteria.syntax_errors import InvalidExpression, error_at, field_name, no_such_field
from segtui.domain.criteria.tokens import KEYWORDS, Token, quoted
from segtui.domain.criteria.tree import Operator

_EXAMPLE: Final = "source = Webinar"
# Operators of other languages, and words for operators.
_OPERATORS: Final[dict[str, Operator]] = {
    "==": "=", "===": "=", "=~": "~", "~=": "~", "<>": "!=", "!==": "!=", "=!": "!=", "=<": "<=", "=>": ">=",
    "^=": "^", "!": "!=", "like": "~", "ilike": "~", "contains": "~", "includes": "~", "has": "~", "equals": "=",
    "eq": "=", "ne": "!=", "startswith": "^", "starts": "^", "begins": "^", "before": "<", "after": ">",
    "since": ">=", "until": "<=", "over": ">", "under": "<", "gt": ">", "lt": "<", "gte": ">=", "lte": "<=",
}  # fmt: skip
_CONJUNCTIONS: Final = {"&&": "and", "&": "and", "||": "or", "|": "or"}
_NULLS: Final = ("null", "empty", "none", "nothing", "missing")
_UNITS: Final = {"week": 7, "month": 30, "quarter": 90, "year": 365}
_WORDS: Final = ("WORD", "STRING", "LAST", "DAYS", "BLANK")
_OPERATORS_BEGIN: Final = ("OPERATOR", "SIGNS", "IN", "IS", "NOT")
_CONDITIONS_END: Final = ("AND", "OR", "RPAR", "END")


def unexpected(
    all_tokens: Sequence[Token], index: int, accepted: Collection[str], catalog: Catalog
) -> InvalidExpression:
    """Return the error at the token with this index; `accepted` are the kinds of tokens that would fit there."""
    return _Unexpected(all_tokens, index, catalog).error(accepted)


class _Unexpected:
    """The first token that does not fit, and the tokens around it."""

    def __init__(self, all_tokens: Sequence[Token], index: int, catalog: Catalog) -> None:
        self._tokens = all_tokens
        self._index = index
        self._token = all_tokens[index]
        self._text = shown(self._token.text)
        self._catalog = catalog

    def error(self, accepted: Collection[str]) -> InvalidExpression:
        """Return the error, by what the grammar accepts at the token."""
        unclosed = next((token for token in self._tokens if token.kind == "UNCLOSED"), None)
        if unclosed is not None:
            return error_at(unclosed, 'This quotation mark is not closed; write “"” at the end of the value.')
        for kind, error in (
            ("CUSTOM", self._instead_of_condition),
            ("OPERATOR", self._instead_of_operator),
            ("STRING", self._instead_of_value),
            ("COMMA", self._inside_list),
            ("BLANK", self._instead_of_blank),
            ("LPAR", self._instead_of_list),
            ("DAYS", self._instead_of_days),
            ("IN", self._instead_of_in),
        ):
            if kind in accepted:
                return error()
        return self._after_condition()

    def _error(self, sentence: str) -> InvalidExpression:
        return error_at(self._token, sentence)

    def _before(self, distance: int = 1) -> Token | None:
        """Return the token at a distance before the one that does not fit."""
        return self._tokens[self._index - distance] if self._index >= distance else None

    def _words(self, start: int) -> list[Token]:
        """Return the words and quoted values that follow each other from the token with this index on."""
        return list(takewhile(lambda token: token.kind in _WORDS, self._tokens[start:]))

    def _field(self, distance: int) -> str:
        """Return the name of a field at a distance before the token, as the catalog spells it."""
        name = field_name(self._tokens[self._index - distance])
        field = self._catalog.find(name)
        return field_text(field.name if field is not None else name)

    def _instead_of_condition(self) -> InvalidExpression:
        before = self._before()
        match self._token.kind:
            case "END" if before is None:
                return self._error(f"The expression is empty; write for example {_EXAMPLE}.")
            case "STRING" if alternative := self._alternative(self._index):
                return alternative
            case "OPERATOR" if before is not None and self._compared(self._index) is not None:
                written = f"{self._compared(self._index)} {self._text} {self._next_value()}"
                return self._error(f"A field is missing before “{self._text}”; write {written}.")
            case "STRING":
                near = nearest_field(self._token.value, self._catalog)
                example = f"{field_text(near)} = …" if near is not None else _EXAMPLE
                return self._error(f"A condition begins with a field, not with a value; write {example}.")
            case "SIGNS" if self._text == "!":
                return self._error(f"“!” stands only in an operator; write not, such as not {_EXAMPLE}.")
            case "END" | "AND" | "OR" | "RPAR" if before is not None:
                return self._error(f"A condition such as {_EXAMPLE} is missing after “{before.text}”.")
            case _:
                return self._error(f"A field is missing before “{self._text}”; write for example {_EXAMPLE}.")

    def _instead_of_operator(self) -> InvalidExpression:
        field_token = self._tokens[self._index - 1]
        words = self._words(self._index - 1) or [field_token]
        following = self._tokens[self._index - 1 + len(words)]
        several = " ".join(word.value for word in words)
        field = self._catalog.find(field_name(field_token))
        if field is None:
            alternative = self._alternative(self._index - 1) if self._token.kind in _CONDITIONS_END else None
            if alternative is not None:
                return alternative
            is_name = following.kind in _OPERATORS_BEGIN and field_token.kind != "CUSTOM"
            return self._no_field(field_token, several if is_name else field_name(field_token))
        operator = _OPERATORS.get(self._token.text.casefold())
        if operator is not None and operator in OPERATORS[field.kind]:
            values = self._words(self._index + 1)
            return self._error(f"“{self._text}” is not an operator; write {_written(field, operator, values)}.")
        if self._token.kind in _CONDITIONS_END:
            return self._error(f"“{field_text(field.name)}” needs an operator and a value; write {_sample(field)}.")
        if self._token.kind in ("SIGNS", "LPAR", "COMMA", "STRING", "CUSTOM") or self._text.casefold() == "between":
            operators = operators_of(field)
            return self._error(f"“{self._text}” is not an operator; {field_text(field.name)} takes {operators}.")
        if len(words) > 1 and following.kind in _OPERATORS_BEGIN:
            return self._no_field(field_token, several)
        written = _written(field, "=", words[1:])
        return self._error(f"An operator is missing before “{self._text}”; write {written}.")

    def _compared(self, index: int) -> str | None:
        """Return the field of the comparison that ends in front of a conjunction and the token with this index.

        None where there is no such comparison with one value.
        """
        if index < 4 or self._tokens[index - 1].kind not in ("AND", "OR") or self._tokens[index - 3].kind != "OPERATOR":
            return None
        field = self._catalog.find(field_name(self._tokens[index - 4]))
        return field_text(field.name) if field is not None else None

    def _alternative(self, index: int) -> InvalidExpression | None:
        """Return the error for a value where a condition is expected: `state = AZ or CA`, `source = Fish and Chips`."""
        name = self._compared(index)
        if name is None or self._tokens[index - 3].value not in ("=", "!="):
            return None
        before, conjunction, token = self._tokens[index - 2], self._tokens[index - 1], self._tokens[index]
        not_ = "not " if self._tokens[index - 3].value == "!=" else ""
        listed = f"{name} {not_}in ({value_text(shown(before.value))}, {value_text(shown(token.value))})"
        written = f"{listed}, or as one value {_in_quotes([before, conjunction, token])}"
        return error_at(token, f"“{shown(token.value)}” is compared with nothing; write {written}.")

    def _next_value(self) -> str:
        """Return the value behind the token, as it is written."""
        words = self._words(self._index + 1)
        return value_text(shown(words[0].value)) if words else "…"

    def _no_field(self, token: Token, name: str) -> InvalidExpression:
        before, colon, value = name.partition(":")
        field = self._catalog.find(before) if colon else None
        if field is not None:
            written = f"{field_text(field.name)} = {value_text(value) if value else '…'}"
            return error_at(token, f"“:” is not an operator; write {written}.")
        return error_at(token, no_such_field(name, self._catalog))

    def _instead_of_value(self) -> InvalidExpression:
        operator, name = self._tokens[self._index - 1], self._field(2)
        in_list = operator.kind in ("LPAR", "COMMA")
        not_ = "not " if operator.value == "!=" else ""
        match self._token.kind:
            case "BLANK" if not in_list:
                return self._error(f"Write {name} is {not_}blank; for the word itself, write {quoted(self._text)}.")
            case "BLANK":
                word = quoted(self._text)
                return self._error(f'In a list a blank is written ""; for the word itself, write {word}.')
            case "LPAR" if not in_list:
                return self._error(
                    f"Write several values as {name} {not_}in (…), and a value with parentheses in quotes."
                )
            case "SIGNS" if self._text[0] in "'‘’":
                words = [word.value.rstrip("'’") for word in self._words(self._index + 1)]
                value = quoted(shown(" ".join(words).partition("'")[0].strip()) or "…")
                return self._error(f"A value stands in double quotes; write {value}.")
            case "OPERATOR" | "SIGNS" if not in_list:
                return self._second_operator(name, operator)
            case _:
                inside = " in the list" if in_list else ""
                return self._error(f"A value is missing after “{operator.text}”{inside}.")

    def _second_operator(self, name: str, first: Token) -> InvalidExpression:
        """Return the error at signs behind an operator: `= =x`, `source = &`."""
        operator = _OPERATORS.get(first.text + self._token.text)
        if operator is not None:
            return error_at(first, f"“{first.text} {self._text}” is not an operator; write {name} {operator} ….")
        return self._error(
            f"A value is missing between “{first.text}” and “{self._text}”; a value that begins with a sign stands in "
            "quotes.",
        )

    def _inside_list(self) -> InvalidExpression:
        before = self._tokens[self._index - 1]
        end = next(token for token in self._tokens[self._index :] if token.kind in ("RPAR", "LPAR", "OPERATOR", "END"))
        if end.kind != "RPAR":
            return self._unclosed()
        if self._token.kind in ("SIGNS", "CUSTOM"):
            return self._error(f"“{self._text}” cannot stand in a list; put a value with signs in quotes.")
        words = takewhile(lambda token: token.kind not in ("COMMA", "RPAR"), self._tokens[self._index :])
        value = _in_quotes([before, *words])
        return self._error(f"A comma is missing between two values; write one of several words in quotes, as {value}.")

    def _unclosed(self) -> InvalidExpression:
        """Return the error for the last parenthesis that is open."""
        still_open: list[Token] = []
        for token in self._tokens[: self._index]:
            if token.kind == "LPAR":
                still_open.append(token)
            elif token.kind == "RPAR" and still_open:
                still_open.pop()
        return error_at(still_open[-1], "This parenthesis is not closed; write “)” at its end.")

    def _instead_of_blank(self) -> InvalidExpression:
        is_negated = self._tokens[self._index - 1].kind == "NOT"
        name = self._field(3 if is_negated else 2)
        written = f"{name} is {'not ' if is_negated else ''}blank"
        if self._token.kind in _WORDS and self._token.value.casefold() not in _NULLS:
            sign = "!=" if is_negated else "="
            value = _in_quotes(self._words(self._index))
            return self._error(f"To compare, write {name} {sign} {value}; “is” stands only in {written}.")
        return self._error(f"After “{self._tokens[self._index - 1].text}” only blank can follow; write {written}.")

    def _instead_of_list(self) -> InvalidExpression:
        words = self._words(self._index)
        if words and words[0].value.casefold() in ("the", "past"):
            return self._error(f"“{self._text}” is not understood; write in last 7 days.")
        values = [value_text(shown(value.value.strip("[]{}"))) for value in self._values(self._index)]
        listed = ", ".join(values) or "AZ, CA"
        return self._error(f"After “in” stands a list, such as in ({listed}), or a period, such as in last 7 days.")

    def _instead_of_days(self) -> InvalidExpression:
        """Return the error behind `in last` or behind its number."""
        before = self._tokens[self._index - 1]
        number, unit = (before, self._token) if before.text.isdecimal() else (None, before)
        days = _UNITS.get(unit.text.casefold().removesuffix("s"))
        if days is not None and (number is None or len(number.text) < 5):
            count = days * int(number.text if number else 1)
            return error_at(unit, f"Periods are counted in days; write in last {count} days.")
        example = shown(number.text) if number else "7"
        return self._error(f"“in last” needs a number of days; write in last {example} days.")

    def _instead_of_in(self) -> InvalidExpression:
        operators = {"=": "!=", "~": "!~"}
        operator = operators.get(_OPERATORS.get(self._token.text.casefold(), self._token.text))
        name = self._field(2)
        if operator is not None:
            return self._error(f"“not {self._text}” is not an operator; write {name} {operator} ….")
        return self._error(f"After “{name} not” only in can follow; write {name} not in (…), or not {name} = ….")

    def _after_condition(self) -> InvalidExpression:
        match self._token.kind:
            case "END":
                return self._unclosed()
            case "RPAR":
                return self._error("This parenthesis closes nothing; leave it out, or write “(” where it begins.")
            case "SIGNS" if self._text in _CONJUNCTIONS:
                return self._error(f"“{self._text}” is not understood; write {_CONJUNCTIONS[self._text]}.")
            case "COMMA":
                return self._list_without_parentheses()
            case "OPERATOR" | "SIGNS":
                return self._error(
                    f"“{self._text}” is unexpected; join conditions by “and”, and write values with signs in quotes.",
                )
            case _:
                return self._missing_conjunction()

    def _missing_conjunction(self) -> InvalidExpression:
        """Return the error at a word behind a condition: a value of several words, or a missing `and`."""
        before, operator = self._tokens[self._index - 1], self._tokens[self._index - 2]
        if operator.kind == "OPERATOR" and before.kind == "NOT" and self._words(self._index):
            words = self._words(self._index)
            written = f"{self._field(3)} != {_in_quotes(words)}, or as one value {_in_quotes([before, *words])}"
            return error_at(before, f"“not” stands before a condition; write {written}.")
        if operator.kind == "OPERATOR" and before.kind in KEYWORDS.values():
            return error_at(
                before, f"A value is missing before “{before.text}”; the word itself is written {quoted(before.text)}."
            )
        words = self._words_of_value()
        if words and operator.kind == "OPERATOR" and before.kind == "WORD":
            return error_at(before, f"A value of several words stands in quotes; write {_in_quotes([before, *words])}.")
        return self._error(f"A word is missing before “{self._text}”; write “and” or “or”.")

    def _words_of_value(self) -> list[Token]:
        """Return the words from the token on that belong to the value before it, and not to the next condition."""
        words = list(takewhile(lambda token: token.kind in (*_WORDS, "IN", "IS", "NOT"), self._tokens[self._index :]))
        kinds = [token.kind for token in self._tokens[self._index : self._index + len(words) + 1]]
        has_condition = kinds[-1] in ("OPERATOR", "SIGNS", "LPAR") or kinds[-3:-1] in (
            ["IS", "BLANK"],
            ["NOT", "BLANK"],
        )
        while has_condition and words and words.pop().kind not in ("WORD", "STRING"):
            pass  # the operator and the field of the next condition
        while has_condition and words and words[-1].kind == "NOT":
            words.pop()
        return words

    def _list_without_parentheses(self) -> InvalidExpression:
        """Return the error at a comma behind a comparison: `state = AZ, CA`."""
        value, operator = self._tokens[self._index - 1], self._tokens[self._index - 2]
        if operator.text not in ("=", "!="):
            return self._error("A comma stands only in a list; join conditions by “and” or “or”.")
        not_ = "not " if operator.text == "!=" else ""
        values = [value, *self._values(self._index)]
        listed = ", ".join(value_text(shown(token.value)) for token in values)
        return self._error(f"Several values stand in a list; write {self._field(3)} {not_}in ({listed}).")

    def _values(self, start: int) -> list[Token]:
        """Return the values that stand between commas from the token with this index on."""
        separated = takewhile(lambda token: token.kind in (*_WORDS, "COMMA"), self._tokens[start:])
        return [token for token in separated if token.kind != "COMMA"]


def _in_quotes(words: Sequence[Token]) -> str:
    """Return words as one value, in quotes where it needs them."""
    value = shown(" ".join(word.value for word in words))
    return value_text(value)


def _written(field: CriteriaField, operator: Operator, words: Sequence[Token]) -> str:
    """Return a comparison as it is written, with the words that follow as its value."""
    values = [word for word in words if word.value.casefold() != "with"]
    return f"{field_text(field.name)} {operator} {_in_quotes(values) if values else '…'}"


def _sample(field: CriteriaField) -> str:
    return f"{field_text(field.name)} = {value_text(field.example) if field.example else '…'}"
