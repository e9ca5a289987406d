"""The one rule of phones for forms, commands and files."""

import pytest

from segtui.domain.phones import checked_e164, to_e164
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
