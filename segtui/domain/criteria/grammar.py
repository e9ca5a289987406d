"""Grammar of expressions, as an LALR parser by lark over the tokens of `tokens`."""

from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lark import Lark

# A keyword that follows an operator, or stands in a list, can only be a value: OR and IN are states.
_GRAMMAR: Final = """
start: either
?either: both (OR both)*
?both: opposite (AND opposite)*
?opposite: NOT opposite -> negation
    | LPAR either RPAR -> group
    | comparison
?comparison: field OPERATOR value -> compare
    | field IN LPAR value (COMMA value)* RPAR -> listed
    | field NOT IN LPAR value (COMMA value)* RPAR -> not_listed
    | field IS BLANK -> blank
    | field IS NOT BLANK -> not_blank
    | field IN LAST WORD? DAYS -> recent
    | field NOT IN LAST WORD? DAYS -> not_recent
!field: WORD | CUSTOM | LAST | DAYS | BLANK
!value: WORD | STRING | AND | OR | NOT | IN | IS | LAST | DAYS
%declare WORD CUSTOM STRING OPERATOR LPAR RPAR COMMA AND OR NOT IN IS BLANK LAST DAYS
"""


@lru_cache(maxsize=1)
def parser() -> "Lark":
    """Return the parser; lark is imported for the first expression."""
    from lark import Lark

    return Lark(_GRAMMAR, parser="lalr", lexer="basic", maybe_placeholders=False)
