"""The one rule of phones for forms, commands and files."""

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, parse

from segtui.domain.phones import checked_e164, grouped, to_e164
from segtui.domain.search_terms import parse as search_of
from segtui.domain.search_terms import spans
from segtui.errors import InvalidInput


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("(602) 555-0101", "US", "+16025550101"),
        ("602-555-0101 x12", "US", "+16025550101"),
        ("602-555-0101 ext. 12", "US", "+16025550101"),
        ("tel:+1-602-555-0101", "GB", "+16025550101"),
        ("030 23125000 (Chef)", "DE", None),
        ("01 234 56 06 (Ann)", "AT", None),
        ("1-800-FLOWERS", "US", None),
        ("602-555-CALL", "US", None),
        ("493023125041.0", "DE", None),
        ("9725550204.00", "US", None),
        ("01.99.00.12.44", "FR", "+33199001244"),
    ],
)
def test_digits_come_from_digits_alone(text: str, region: str, number: str | None) -> None:
    assert to_e164(text, region) == number


def test_what_is_no_phone_is_refused_in_a_sentence() -> None:
    with pytest.raises(InvalidInput, match=r"^“030 23125000 \(Chef\)” is not a valid phone number \(read for DE\)\.$"):
        checked_e164("030 23125000 (Chef)", "DE")


@pytest.mark.parametrize(
    ("number", "groups"),
    [
        ("+16025550181", "+1 602 555 0181"),
        ("+442079460018", "+44 20 7946 0018"),
        ("+33199001244", "+33 1 99 00 12 44"),
        ("+5511961234567", "+55 11 96123 4567"),
        ("+390612345678", "+39 06 1234 5678"),
        ("+2250123456789", "+225 01 23 45 6789"),
        ("+1602555018", "+1 602555018"),
        ("+999123", "+999123"),
        ("", ""),
        ("ada@example.com", "ada@example.com"),
    ],
)
def test_a_number_is_shown_in_groups(number: str, groups: str) -> None:
    assert grouped(number) == groups


@given(st.from_regex(r"\+[1-9][0-9]{4,14}", fullmatch=True) | st.from_regex(r"\+1[2-9][0-9]{9}", fullmatch=True))
def test_groups_have_the_digits_of_the_number_and_are_libphonenumbers(number: str) -> None:
    groups = grouped(number)
    assert groups.replace(" ", "") == number
    with suppress(NumberParseException):
        theirs = format_number(parse(number), PhoneNumberFormat.INTERNATIONAL)
        assert groups in {number, re.sub(r"[^+0-9]+", " ", theirs)}
    assert [text[start:end] for text in [groups] for start, end in spans(text, search_of(number[1:]))] == [groups[1:]]
