"""The short way to a number agrees with libphonenumber wherever it speaks."""

import random

import phonenumbers
import pytest

from segtui.domain.phones import to_e164
from segtui.importing.rows.phones.phone_cells import Numbers
from segtui.importing.rows.phones.phone_patterns import usual_e164

_CODES = (
    "US CA GB DE FR ES IT NL BR IN AU MX AR RU KZ CN JP KR CH AT BE PT SE NO DK FI PL CZ GR TR ZA IL AE SG NZ IE HU JM"
)
REGIONS = _CODES.split()


def examples(region: str) -> list[str]:
    kinds = (0, 1, 3, 6, 7)
    numbers = [phonenumbers.example_number_for_type(region, kind) for kind in kinds]
    return [phonenumbers.national_significant_number(number) for number in numbers if number]


def varied(rng: random.Random, region: str) -> str:
    """Return something like a number of the region: often valid, often nearly so."""
    digits = list(rng.choice(examples(region)))
    for _ in range(rng.randint(0, 6)):
        digits[rng.randrange(len(digits))] = rng.choice("0123456789")
    code = str(phonenumbers.country_code_for_region(region))
    prefix = rng.choice(
        ["", "", code, f"+{code}", f"+{code} ", "0", "00" + code, f"011{code}", "+", f"+{code}0", "1", "8"]
    )
    text = prefix + "".join(digits)
    for _ in range(rng.randint(0, 3)):
        place = rng.randrange(1, len(text))
        text = text[:place] + rng.choice([" ", "-", ".", ") ", "(", "/"]) + text[place:]
    return text


@pytest.mark.parametrize("region", REGIONS)
def test_where_both_speak_they_agree(region: str) -> None:
    rng = random.Random(region)
    spoken = 0
    for _ in range(150):
        text = varied(rng, region)
        for read_for in (region, rng.choice(REGIONS)):
            number = usual_e164(text, read_for)
            if number is not None:
                spoken += 1
                assert number == to_e164(text, read_for), (text, read_for)
    assert spoken


@pytest.mark.parametrize("region", REGIONS)
def test_every_example_is_read_in_every_usual_spelling(region: str) -> None:
    numbers = Numbers()
    for national in examples(region):
        number = phonenumbers.parse(national, region)
        expected = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        for form in (0, 1, 2):
            text = phonenumbers.format_number(number, form)
            assert numbers.read(text, region) == expected


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("+1 (602) 555-0199 ext. 5", "US", "+16025550199"),
        ("tel:+1-602-555-0199", "GB", "+16025550199"),
        ("p:+16025550199", "DE", "+16025550199"),
        ("6025550199.0", "US", "+16025550199"),
        ("+44 (0)20 7946 0018", "US", "+442079460018"),
        ("602\N{NO-BREAK SPACE}555\N{NO-BREAK SPACE}0199", "US", "+16025550199"),
        ("4520123456", "US", None),
        ("n/a", "US", None),
        ("", "US", None),
        ("1.555E+10", "US", None),
        ("2026-03-12 09:14", "US", None),
    ],
)
def test_what_a_person_would_recognise(text: str, region: str, number: str | None) -> None:
    assert Numbers().first_of(text, region)[0] == number
