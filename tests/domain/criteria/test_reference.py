"""Help of expressions: every operator and every field is in it, and its examples are right."""

import re

import pytest

from segtui.domain.criteria.fields import FIELDS
from segtui.domain.criteria.operands import OPERATORS, comparison
from segtui.domain.criteria.parser import parse
from segtui.domain.criteria.reference import CUSTOM_ROW, OPERATOR_ROWS, field_rows, filter_help, where_help
from segtui.domain.criteria.tree import AllOf
from tests.support.criteria import SampleCatalog

CATALOG = SampleCatalog(in_segment=True)


@pytest.mark.parametrize("explanation", [row[1] for row in (*OPERATOR_ROWS, CUSTOM_ROW)])
def test_the_examples_are_expressions(explanation: str) -> None:
    examples = re.search(r": ([^:]*?)\.(?: |$)", explanation)
    assert examples is not None
    for example in re.split(r", (?![A-Z])", examples[1]):
        parse(example, CATALOG)


def test_every_operator_has_a_row() -> None:
    written = " ".join(row[0] for row in OPERATOR_ROWS)
    for operator in set().union(*OPERATORS.values()):
        assert operator.replace("is not blank", "is blank") in written


def test_every_field_has_a_row() -> None:
    assert [name for name, _ in field_rows(in_segment=True)] == [*FIELDS, "custom.NAME"]
    assert "joined" not in dict(field_rows())
    assert dict(field_rows())["do_not_call"] == "Do not call: yes or no."
    assert dict(field_rows())["region"] == "The country of the phone number, such as US."


def test_the_examples_of_fields_are_values() -> None:
    for field in FIELDS.values():
        if field.example:
            comparison(field, "=", (field.example,), region="US")


def test_the_help_of_commands_has_an_example_and_all_fields() -> None:
    example = re.search("'(.*)'", where_help())
    assert example is not None
    assert isinstance(parse(example[1], CATALOG), AllOf)
    assert all(name in filter_help() for name in FIELDS if name != "joined")
