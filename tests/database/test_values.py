"""Values that a database computes are those of the definitions in Python."""

import unicodedata
from collections.abc import Iterator

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Text, literal, select

from segtui.database.engine import Database
from segtui.domain.criteria.numbers import number_of
from segtui.domain.text import fold, without_controls
from segtui.services.session import Session, system_session

_LETTERS = st.text(alphabet="aAzZ 'é´ßẞøØŁæþĲﬁΐΣςйЙё٣５①가각한カﾞ李\u0301\u0345\u05b0\u200d☎´`’ \xa0", max_size=12)
_NUMBERS = st.one_of(
    st.from_regex(r"[ \u2003]?[+-]?[0-9]{1,16}(\.[0-9]{1,10})?[ \xa0]?", fullmatch=True),
    st.sampled_from(
        ["5", "٣", "５", "1e5", "0x1", "nan", "inf", ".5", "5.", "--5", "1_000", "1,000", "007", "-0", "5\n"]
    ),
)


def _computed(system: Session, texts: list[str], function: str) -> list[object]:
    with system.read() as tx:
        values = [getattr(tx.backend.values, function)(literal(text, Text)) for text in texts]
        return list(tx.execute(select(*values)).one())


def _all_letters() -> Iterator[str]:
    for code in (*range(0x20, 0xD800), *range(0xE000, 0x110000)):
        if unicodedata.category(chr(code)) not in ("Cn", "Co", "Cc"):
            yield chr(code)


def test_every_letter_folds_as_defined(database: Database) -> None:
    letters = [f"x{letter}Y" for letter in _all_letters()]
    with system_session(database, "test").read() as tx:
        for start in range(0, len(letters), 20_000):
            page = "\n".join(letters[start : start + 20_000])
            assert tx.execute(select(tx.backend.values.folded(literal(page, Text)))).scalar_one() == fold(page)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.one_of(_LETTERS, st.text(max_size=8)).map(without_controls), min_size=1, max_size=20))
def test_texts_fold_as_defined(database: Database, texts: list[str]) -> None:
    system = system_session(database, "test")
    assert _computed(system, texts, "folded") == [fold(text) or None for text in texts]


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(_NUMBERS, min_size=1, max_size=20))
def test_numbers_are_as_defined(database: Database, texts: list[str]) -> None:
    system = system_session(database, "test")
    assert _computed(system, texts, "number") == [number_of(text) for text in texts]
