"""What is settled for a whole column is what would be said cell by cell."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segtui.domain.emails import is_email
from segtui.domain.phones import to_e164
from segtui.importing.rows.phones.phone_patterns import usual_e164
from segtui.importing.rows.vectorized_cells import settled_emails, settled_phones
from tests.importing.rows.phones.test_phone_patterns import REGIONS, varied

_ROWS = 400
_MANY = 3_000


@pytest.mark.parametrize("region", REGIONS)
def test_what_is_settled_is_what_libphonenumber_says(region: str) -> None:
    rng = random.Random(region)
    cells = [varied(rng, region) for _ in range(_ROWS)]
    for cell, number in zip(cells, settled_phones(cells, [region] * _ROWS), strict=True):
        if number:
            assert number == to_e164(cell, region), cell


@pytest.mark.long
@pytest.mark.parametrize("region", REGIONS)
def test_a_hundred_thousand_numbers_are_read_as_libphonenumber_reads_them(region: str) -> None:
    rng = random.Random(f"{region} at length")
    cells = [varied(rng, region) for _ in range(_MANY)]
    assert _MANY * len(REGIONS) >= 100_000
    for cell, number in zip(cells, settled_phones(cells, [region] * _MANY), strict=True):
        right = to_e164(cell, region)
        assert number in ("", right), cell
        assert usual_e164(cell, region) in (None, right), cell


def test_most_numbers_are_settled_whatever_their_region() -> None:
    rng = random.Random(1)
    regions = [rng.choice(REGIONS) for _ in range(3000)]
    cells = [varied(rng, region) for region in regions]
    settled = settled_phones(cells, regions)
    usual = [usual_e164(cell, region) for cell, region in zip(cells, regions, strict=True)]
    for cell, region, number in zip(cells, regions, settled, strict=True):
        assert not number or number == to_e164(cell, region), (cell, region)
    assert sum(map(bool, settled)) > 0.6 * sum(map(bool, usual))


def test_the_numbers_of_home_are_settled() -> None:
    cells = ["(602) 555-0199", "6025550199", "602.555.0199", "+1 602 555 0199", "1-602-555-0199", "+16025550199"] * 20
    assert set(settled_phones(cells, ["US"] * len(cells))) == {"+16025550199"}


def test_what_is_not_usual_is_left_open() -> None:
    cells = ["", "call me", "602 555 0199 x5", "1.6E+10", "٦٠٢٥٥٥٠١٩٩", "602 555 0199 / 602 555 0142", "9" * 5000] * 20
    assert set(settled_phones(cells, ["US"] * len(cells))) == {""}
    dates = [
        "12-31-2026 602",
        "(12-31-2026) 602",
        "12.31.2026 602",
        "12-31-26 60255",
        "12 31 2026 602",
        "12 - 31 - 2026 602",
    ]
    assert set(settled_phones(dates * 20, ["US"] * len(dates * 20))) == {""}
    dates = ["2026-12-31 602", "2026.12.31 602", "602 12-31-2026", "602 31.12.2026"]
    assert set(settled_phones(dates * 20, ["DE"] * len(dates * 20))) == {""}
    assert set(settled_phones(["6025550199"] * 99, ["ZZ"] * 99)) == {""}


@given(st.lists(st.one_of(st.emails(), st.from_regex(r"[a-z0-9._+@-]{0,40}", fullmatch=True), st.text()), max_size=9))
def test_a_settled_email_is_one(cells: list[str]) -> None:
    cells = [cell for cell in cells if cell.isprintable()]
    for cell, settled in zip(cells * 64, settled_emails(cells * 64), strict=True):
        assert settled in ("", cell)
        assert not settled or is_email(settled)


def test_everyday_addresses_are_settled() -> None:
    cells = ["ann@example.com", "Ann.Lee+x@mail.example.co.uk", "a_b-c@ex-ample.org"] * 30
    assert settled_emails(cells) == cells
