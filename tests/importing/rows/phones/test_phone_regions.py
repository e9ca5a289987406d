"""Regions of phones: the column form, the single form and libphonenumber agree on valid numbers of every region."""

import random
from collections.abc import Iterator

import phonenumbers
import polars as pl
import pytest

from segtui.domain.phones import SHARED_CODES, region_of
from segtui.importing.rows.phones.phone_regions import regions_of

_KINDS = [kind for name, kind in vars(phonenumbers.PhoneNumberType).items() if name.isupper()]
_SAMPLE = 15


def _examples() -> Iterator[phonenumbers.PhoneNumber]:
    """Yield example numbers of every kind, of every region and of the codes without a country."""
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in _KINDS:
            number = phonenumbers.example_number_for_type(region, kind)
            if number is not None:
                yield number
    for code in phonenumbers.COUNTRY_CODES_FOR_NON_GEO_REGIONS:
        number = phonenumbers.example_number_for_non_geo_entity(code)
        assert number is not None
        yield number


def _is_valid(e164: str) -> bool:
    number = phonenumbers.parse(e164)
    # A number whose prefix libphonenumber removes is stored without it.
    return phonenumbers.is_valid_number(number) and _e164(number) == e164


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _valid_numbers() -> list[str]:
    """Return valid numbers: the examples, and with other digits behind any of their beginnings."""
    chance = random.Random(20_261_130)
    numbers = set()
    for example in _examples():
        e164 = _e164(example)
        code = len(str(example.country_code)) + 1
        numbers.add(e164)
        for _ in range(_SAMPLE):
            keep = chance.randint(code, len(e164))
            numbers.add(e164[:keep] + "".join(chance.choices("0123456789", k=len(e164) - keep)))
    for area in range(200, 1_000):
        for _ in range(_SAMPLE):
            numbers.add(f"+1{area}{chance.randint(0, 9_999_999):07}")
    return sorted(filter(_is_valid, numbers))


def _by_library(e164: str) -> str | None:
    region = phonenumbers.region_code_for_number(phonenumbers.parse(e164))
    return None if region == "001" else region


@pytest.fixture(scope="module")
def numbers() -> list[str]:
    """Return some tens of thousands of valid numbers."""
    return _valid_numbers()


def test_every_valid_number_has_the_region_that_libphonenumber_gives_it(numbers: list[str]) -> None:
    assert len(numbers) > 20_000
    expected = {number: _by_library(number) for number in numbers}
    assert len(set(expected.values())) > 240
    assert {number: region_of(number) for number in numbers} == expected
    in_columns = regions_of(pl.Series(["", *numbers])).to_list()
    assert in_columns[0] == ""
    assert dict(zip(numbers, in_columns[1:], strict=True)) == {key: value or "" for key, value in expected.items()}


@pytest.mark.parametrize("code", SHARED_CODES)
def test_few_and_many_phones_of_a_shared_code_have_the_same_regions(numbers: list[str], code: str) -> None:
    shared = [number for number in numbers if number.startswith(f"+{code}")]
    many = regions_of(pl.Series(shared)).to_list()
    few = [regions_of(pl.Series(shared[start : start + 50])).to_list() for start in range(0, len(shared), 50)]
    assert many == [region for regions in few for region in regions]


def test_the_shared_codes_are_those_of_the_library() -> None:
    codes = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
    assert {str(code) for code, regions in codes.items() if len(regions) > 1} == set(SHARED_CODES)


def test_numbers_that_are_not_valid_have_one_region_in_both_forms(numbers: list[str]) -> None:
    chance = random.Random(1)
    odd = ["+1", "+12", "+999123456", "+0", "+44", "+16021110199", "+18001412345", "+7", "x", "+440791112345"]
    odd += [number[:-1] + chance.choice(("", "00", "0123456")) for number in numbers[::7]]
    assert [region or None for region in regions_of(pl.Series(odd)).to_list()] == [region_of(number) for number in odd]


@pytest.mark.parametrize(
    ("phone", "region"),
    [("+16025550199", "US"), ("+14165550199", "CA"), ("+447400123456", "GB"), ("+18005550199", "US"),
     ("+80012345678", None), ("+13104810", "CA"), ("+883510012345678", None), ("+77012345678", "KZ")],
)  # fmt: skip
def test_known_numbers(phone: str, region: str | None) -> None:
    assert region_of(phone) == region
