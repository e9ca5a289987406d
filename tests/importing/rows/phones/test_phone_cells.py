"""Cells of phones in every notation: the number a person would recognise, or a reason; no other number in silence."""

import os
import re
from pathlib import Path

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segtui.importing import ReadOptions, match_columns, open_source, validate_rows
from segtui.importing.row_results import CellReading
from segtui.importing.rows.phones.phone_cells import Numbers
from segtui.importing.rows.phones.phone_notation import normalized
from segtui.importing.rows.phones.phone_patterns import calling_code
from segtui.importing.rows.vectorized_cells import settled_phones
from tests.importing.rows.phones.test_phone_patterns import REGIONS, examples

_ROUNDS = int(os.environ.get("SEGTUI_TEST_ROUNDS", "150"))
# North American area codes that begin like the code of another country, among all others.
AREA_CODES = [code for code in range(200, 1000) if code % 100 != 11]


def read(text: str, region: str = "US") -> CellReading:
    return Numbers().reading(text, region)


def is_explicit(text: str, region: str) -> bool:
    """Tell whether a cell names a country by its code, behind a sign or the prefix of a call abroad."""
    plain = normalized(text)
    if any(sign in plain for sign in ("+", "%2B", "@", "wa.me", "whatsapp:")):
        return True
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    prefix = re.compile(rf"00|011|{metadata.international_prefix if metadata else '00'}")
    runs = ["".join(filter(str.isdecimal, run)) for run in re.split(r"[^\d ().\-_'`\[\]{}/,]+", plain)]
    parts = ["".join(filter(str.isdecimal, part)) for part in re.split(r"[^\d().\-_'`\[\]{}]+", plain)]
    return any(map(prefix.match, [*runs, *parts]))


def is_subsequence(part: str, whole: str) -> bool:
    rest = iter(whole)
    return all(char in rest for char in part)


def check(text: str, region: str) -> None:
    """Assert that a cell gives no number but its own."""
    reading = read(text, region)
    if reading.value is None:
        assert reading.remark
        return
    parsed = phonenumbers.parse(reading.value)
    assert phonenumbers.is_valid_number(parsed)
    code = str(parsed.country_code)
    # Argentina's library rule puts a 9 for the 15 of a mobile.
    national = reading.value.removeprefix("+" + code)
    national = national.removeprefix("9") if code == "54" else national
    digits = "".join(filter(str.isdecimal, normalized(text)))
    assert is_subsequence(national, digits) or "telephone" in reading.remark, (text, region, reading)
    if code != calling_code(region):
        assert is_explicit(text, region) or reading.remark, (text, region, reading)
        assert is_subsequence(code + national, digits) or "telephone" in reading.remark, (text, region, reading)


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        # Decimals, as spreadsheets and data frames write them.
        ("9725550204.00", "US", "+19725550204"),
        ("9725550209,00", "US", "+19725550209"),
        ("9,725,550,204.00", "US", "+19725550204"),
        ("9.725.550.204,00", "US", "+19725550204"),
        ("9 725 550 204,00", "US", "+19725550204"),
        ("9'725'550'204.00", "US", "+19725550204"),
        ("6,025,550,205", "US", "+16025550205"),
        ("+16025550205.0", "DE", "+16025550205"),
        ("493023125041.0", "DE", "+493023125041"),
        ("3023125041.00", "DE", "+493023125041"),
        ("4312345604.0", "AT", "+4312345604"),
        ("0612345682.0", "IT", "+390612345682"),
        ("358401234567.0", "FI", "+358401234567"),
        ("6281234567890.0", "ID", "+6281234567890"),
        ("352621123456.0", "LU", "+352621123456"),
        ("6.025550221E9", "US", "+16025550221"),
        ("1,6025550222e+10", "US", "+16025550222"),
        ("6.02555022100E9", "US", "+16025550221"),
        ("6025550201.5", "US", None),
        ("3023125041.5", "DE", None),
        ("1.555E+10", "US", None),
        ("6.025550221E-9", "US", None),
        ("602555022.15E3", "US", None),
        # Letters are no digits.
        ("030 23125000 (Chef)", "DE", "+493023125000"),
        ("01 234 56 06 (Ann)", "AT", "+4312345606"),
        ("01 234 56 07 Frau Lee", "AT", "+4312345607"),
        ("09 123 4567 (Ann)", "FI", "+35891234567"),
        ("602-555-O199", "US", None),
        ("030 2312500O", "DE", None),
        ("030 23l25000", "DE", None),
        ("602-555-CALL", "US", None),
        ("1-800-FLOWERS", "GB", "+18003569377"),
        ("800-FLOWERS", "GB", None),
        # Words, labels and extensions.
        ("602-555-0101 mobile", "US", "+16025550101"),
        ("602-555-0101 (cell)", "US", "+16025550101"),
        ("602-555-0101cell", "US", "+16025550101"),
        ("Tel602-555-0101", "US", "+16025550101"),
        ("602-555-0101x12", "US", "+16025550101"),
        ("602-555-0101 #12", "US", "+16025550101"),
        ("602-555-0101 ext. 1234567", "US", "+16025550101"),
        ("12 34 ext. 6025550101", "US", None),
        ("01 99 00 12 44 poste 12", "FR", "+33199001244"),
        ("(31) 3333-0101 ramal 12", "BR", "+553133330101"),
        ("01 234 56 05 DW 12", "AT", "+4312345605"),
        ("01 234 56 05 Klappe 12", "AT", "+4312345605"),
        ("8 (495) 123-45-14 доб. 12", "RU", "+74951234514"),
        ("03-3210-0114 内線12", "JP", "+81332100114"),
        ("Fax: 602-555-0101", "US", None),
        ("602-555-0101 (fax) 602-555-0102", "US", "+16025550102"),
        ("602-555-0101 (wrong number)", "US", None),
        # Several numbers.
        ("602-555-0101\n602-555-0102", "US", "+16025550101"),
        ("602-555-0101 602-555-0102", "US", "+16025550101"),
        ("602-555-0101 602-555-0102 602-555-0103", "US", "+16025550101"),
        ("3120000101 - 3120000102", "CO", "+573120000101"),
        ("+16025550101+16025550102", "GB", "+16025550101"),
        ("602-555-0101 + 602-555-0102", "US", "+16025550101"),
        ("602-555-0101 \\ 602-555-0102", "US", "+16025550101"),
        ("602-555-0101<br/>602-555-0102", "US", "+16025550101"),
        ("602-555-0101 · 602-555-0102", "US", "+16025550101"),
        ("602-555-0101 et 602-555-0102", "US", "+16025550101"),
        ("030 23125000 030 23125001", "DE", "+493023125000"),
        ("+44 20 7946 0018 020 7946 0019", "US", "+442079460018"),
        ("Main line: (602) 555-0122. Appointments: (602) 555-0123, ext 5", "US", "+16025550122"),
        ("555-0100 or 602-555-0101", "US", "+16025550101"),
        # Separators, and country codes written twice.
        ("602_555_0101", "US", "+16025550101"),
        ("602=555=0101", "US", "+16025550101"),
        ("602|555|0101", "US", "+16025550101"),
        ("602;555;0101", "US", "+16025550101"),
        ("=602-555-0101", "US", "+16025550101"),
        ("030/23125000", "DE", "+493023125000"),
        # Digits before a number that are its area code in another country, and dates beside a number.
        ("030/23125002-10", "US", None),
        ("030/23125002-10", "GB", None),
        ("0/6025550101", "US", "+16025550101"),
        ("9,6025550101", "US", "+16025550101"),
        ("12/31/2026 602", "US", None),
        ("3/4/2026 602-555-0101", "US", "+16025550101"),
        ("3/4/2026 079 123 45 67", "CH", "+41791234567"),
        ("10/11/2026 07911 123473", "DE", "+497911123473"),
        ("07911 123472 (10/11/2026)", "DE", "+497911123472"),
        ("2026/11/30 602", "DE", None),
        ("12-31-2026 602", "US", None),
        ("12.31.2026 602", "US", None),
        ("12 - 31 - 2026 602", "US", None),
        ("12–31–2026 602", "US", None),
        ("12-31-2026\u00a0602", "US", None),
        ("12 31 2026 602", "US", None),
        ("12-31-2026-602", "US", None),
        ("12-31-2026 10:00 602", "US", None),
        ("12-31-26 60255", "US", None),
        ("10:30 12-31-2026", "US", None),
        ("602 12-31-2026", "DE", None),
        ("2026-12-31 602", "DE", None),
        ("2026-12-31T10:00:00Z 602", "DE", None),
        ("2026.12.31 602", "DE", None),
        ("2026_12_31 602", "DE", None),
        ("31 Dec 2026 602", "DE", None),
        ("602 12-31-2026 5550199", "US", None),
        ("12-31-2026 602-555-0101", "US", "+16025550101"),
        ("(12-31-2026) 602-555-0101", "US", "+16025550101"),
        ("2026-12-31 10:00 602-555-0101", "US", "+16025550101"),
        ("12/31/2026 10:00 AM 602-555-0101", "US", "+16025550101"),
        ("602-555-0101 31.12.2026", "US", "+16025550101"),
        ("Jan 5, 2026 6025550101", "DE", "+496025550101"),
        ("0475 12.10.34", "BE", "+32475121034"),
        ("06.12.10.34.56", "FR", "+33612103456"),
        ("602-555-0101 wrong 12-31-2026", "US", None),
        ("+49/30/23125000", "US", "+493023125000"),
        ("+1 +1 602 555 0101", "GB", "+16025550101"),
        ("00+44 20 7946 0018", "GB", "+442079460018"),
        ("+0044 20 7946 0018", "US", "+442079460018"),
        ("+011 44 20 7946 0018", "US", "+442079460018"),
        ("+44 44 20 7946 0018", "US", "+442079460018"),
        ("+44 0044 20 7946 0018", "US", "+442079460018"),
        ("044 20 7946 0018", "GB", "+442079460018"),
        ("+1 (0) 602 555 0101", "GB", "+16025550101"),
        # Rules of one country.
        ("+52 1 664 123 4567", "US", "+526641234567"),
        ("5215512345678", "MX", "+525512345678"),
        ("044 55 1234 5678", "MX", "+525512345678"),
        ("01 55 1234 5678", "MX", "+525512345678"),
        ("1 55 1234 5678", "MX", None),
        ("+54 9 11 2345-6702", "US", "+5491123456702"),
        ("+54 11 15 2345 6703", "US", "+5491123456703"),
        ("011 15-2345-6701", "AR", "+5491123456701"),
        ("+39 (0)6 1234 5679", "US", "+390612345679"),
        ("+55 11 8765 4321", "US", None),
        # Marks, other scripts, addresses of messengers.
        ("+1 602\u202c 555 0101", "US", "+16025550101"),
        ("602\u200b5550101", "US", "+16025550101"),
        ("٦٠٢٥٥٥٠٢٥١", "US", "+16025550251"),
        ("٦٠٢٥٥٥٠٢٥٣.٠", "US", "+16025550253"),
        ("６０２－５５５－０２５２", "US", "+16025550252"),
        ("6025550199²", "US", None),
        ("16025550101@c.us", "GB", "+16025550101"),
        ("447911123456@s.whatsapp.net", "US", "+447911123456"),
        ("https://wa.me/447911123456", "US", "+447911123456"),
        ("https://api.whatsapp.com/send?phone=447911123456&text=hi", "US", "+447911123456"),
        ("sip:+16025550101@example.com;user=phone", "GB", "+16025550101"),
        ("tel:+1-602-555-0101;ext=5", "GB", "+16025550101"),
        ("viber://chat?number=%2B16025550101", "GB", "+16025550101"),
        ("1234567890@qq.com", "CN", None),
        ("https://example.com/6025550101", "US", None),
        # Dates.
        ("2026-03-12", "DK", None),
        ("12.03.2026", "DK", None),
        ("2026-03-12 09:14", "US", None),
        ("0791-23-45-67", "CH", "+41791234567"),
    ],
)
def test_a_cell_gives_the_number_a_person_would_recognise(text: str, region: str, number: str | None) -> None:
    assert read(text, region).value == number


@pytest.mark.parametrize("tail", ["-12", " 12", "/12", ".12", " / 12", "-1", " 00", ", 12", " - 12345"])
def test_ten_digits_of_north_america_with_a_tail_are_no_number_abroad(tail: str) -> None:
    numbers = Numbers()
    for code in AREA_CODES:
        number = f"{code}-555-0116"
        if numbers.read(number, "US") is None:
            continue
        for text in (number + tail, number.replace("-", "") + tail, f"({code}) 555-0116{tail}"):
            reading = numbers.reading(text, "US")
            assert reading.value in (f"+1{code}5550116", None), text
            assert reading.remark, text


def test_decimals_and_glued_digits_make_no_number_abroad() -> None:
    numbers = Numbers()
    for code in AREA_CODES:
        number = f"+1{code}5550116"
        if numbers.read(number, "US") is None:
            continue
        for decimals in (".0", ".00", ",00", ".000"):
            assert numbers.reading(f"{code}5550116{decimals}", "US") == CellReading(number)
        for digits in ("1", "12", "00", "123"):
            glued = numbers.reading(f"{code}5550116{digits}", "US")
            assert glued.value is None
            assert glued.remark


@pytest.mark.parametrize(
    ("text", "region", "remark"),
    [
        ("972-555-0116-12", "US", "“972-555-0116-12” was read as +19725550116; “12” after it was left out"),
        (
            "030 231250/12",
            "DE",
            (
                "“030 231250/12” was read as +4930231250; “12” after it was left out; together they would be "
                "+493023125012"
            ),
        ),
        (
            "442079460068",
            "US",
            "“442079460068” was read as +442079460068, a number of another country without its plus sign",
        ),
        (
            "972555011612",
            "US",
            (
                "“972555011612” may be +19725550116 with more digits after it, or a number of another country: write "
                "it with a plus sign"
            ),
        ),
        ("1-800-FLOWERS", "US", "“1-800-FLOWERS” was read as +18003569377, with the letters of phone keys as digits"),
        (
            "011 44 20 7946 0018",
            "FR",
            "“011 44 20 7946 0018” was read as +442079460018: 011 was taken as the international prefix",
        ),
        ("602-555-O199", "US", "“602-555-O199” is not a valid phone number: a letter stands among its digits"),
        ("6025550201.5", "US", "“6025550201.5” has decimals, and a phone number has none"),
        ("1.555E+10", "US", "“1.555E+10” is a phone number shortened by a spreadsheet; its digits are lost"),
        ("Fax 602-555-0101", "US", "“Fax 602-555-0101” is the number of a fax or a pager"),
        ("12", "US", "“12” is not a valid phone number (read for US)"),
        (
            "02311234 02311235",
            "DE",
            (
                "“02311234 02311235” was read as +49231123402311235; it could also be two numbers, the first of them "
                "+492311234"
            ),
        ),
    ],
)
def test_every_assumption_and_every_reason_is_told(text: str, region: str, remark: str) -> None:
    assert read(text, region).remark == remark


@pytest.mark.parametrize(
    "text", ["(602) 555-0101", "030/23125000", "602-555-0101 ::: 602-555-0102", "602-555-0101 x12"]
)
def test_what_is_plain_needs_no_remark(text: str) -> None:
    assert read(text, "DE" if text[0] == "0" else "US").remark == ""


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("602-555-0101 ::: 602-555-0102", "602-555-0102"),
        ("602-555-0101 602-555-0102 602-555-0103", "602-555-0102 602-555-0103"),
        ("602-555-0101 (602-555-0102)", "602-555-0102"),
        ("602-555-0101 (h), (602) 555-0102 (w)", "(602) 555-0102"),
        ("602-555-0101 ext. 5", "602-555-0101 ext. 5"),
        ("602-555-0101 Ann after 5pm", "602-555-0101 Ann after 5pm"),
        ("972-555-0116-12", "972-555-0116-12"),
        ("602-555-0101 mobile", ""),
        ("n/a", ""),
    ],
)
def test_what_is_left_of_a_cell_is_kept(text: str, rest: str) -> None:
    assert read(text).rest == rest


@pytest.mark.parametrize("text", ["602-555-0101 DNC", "602-555-0101 (do not call)", "DNC 602-555-0101", "Do not call"])
def test_words_beside_a_number_that_forbid_calls_are_heard(text: str) -> None:
    assert read(text).is_withdrawn
    assert not read(text.lower().replace("dnc", "home").replace("do not call", "work")).is_withdrawn


@st.composite
def notations(draw: st.DrawFn) -> tuple[str, str]:
    """Return a cell with numbers of some region in some notation, and a region to read it for."""
    home = draw(st.sampled_from(REGIONS))

    def number() -> str:
        digits = draw(st.sampled_from(examples(home)))
        code = calling_code(home)
        prefix = draw(
            st.sampled_from(["", "", "0", "+" + code, "00" + code, code, "011 " + code, "+" + code + "(0)", "1", "8"])
        )
        text = prefix + digits
        for _ in range(draw(st.integers(0, 4))):
            place = draw(st.integers(1, len(text) - 1))
            text = (
                text[:place]
                + draw(st.sampled_from([" ", "-", ".", "/", ") ", "(", ",", "_", "'", "\u2011", "\u200b"]))
                + text[place:]
            )
        return text

    text = number()
    if draw(st.booleans()):
        text += (
            draw(
                st.sampled_from(
                    [" ", "\n", " - ", "/", " / ", ";", ", ", " & ", " y ", " oder ", "+", " ::: ", "<br>", "|"]
                )
            )
            + number()
        )
    text += draw(
        st.sampled_from(
            [
                "",
                "",
                ".0",
                ".00",
                ",00",
                ".5",
                "-12",
                " 12",
                "/12",
                " x12",
                " ext 5",
                " (Chef)",
                " mobile",
                "Ann",
                "O",
                " #3",
                "E9",
                "%",
            ]
        )
    )
    text = draw(st.sampled_from(["", "", "Tel. ", "(h) ", "Fax: ", "'", "whatsapp:", "12 ", "p:"])) + text
    if draw(st.integers(0, 9)) == 0:
        text = text.translate({ord("0") + digit: ord("٠") + digit for digit in range(10)})
    return text, draw(st.sampled_from([home, home, "US", "GB", "DE", "MX", "IN"]))


@settings(max_examples=_ROUNDS * 4)
@given(notations())
def test_a_cell_gives_no_number_but_its_own(cell: tuple[str, str]) -> None:
    check(*cell)


@settings(max_examples=_ROUNDS * 4)
@given(
    st.text(st.sampled_from("0123456789012345678900112233+++   --//..,,()xeEoO'=;|_*~#%@abé٣\u200b\u202c\n&+"))
    | st.text(max_size=30),
    st.sampled_from(REGIONS),
)
def test_any_text_gives_no_number_but_its_own(text: str, region: str) -> None:
    check(text, region)


@settings(max_examples=_ROUNDS)
@given(st.lists(notations(), min_size=1, max_size=8))
def test_columns_at_once_say_what_is_read_cell_by_cell(cells: list[tuple[str, str]]) -> None:
    texts, regions = (list(side) for side in zip(*cells * 64, strict=True))
    for (text, region), number in zip(cells, settled_phones(texts, regions), strict=False):
        if number:
            assert read(text, region) == CellReading(number), (text, region)


@pytest.mark.parametrize("count", [3, 300])
def test_a_list_of_phones_has_every_valid_phone_of_the_file(tmp_path: Path, count: int) -> None:
    path = tmp_path / "never.csv"
    lines = (
        "602-555-{0:04} / 602-556-{0:04},\n602-557-{0:04},602-558-{0:04} or +44 20 7946 {0:04}\n"
        "602-559-{0:04} x12,\n602-561-{0:04},123-456-{0:04}\n602-562-{0:04},call 602-565-{0:04} first\n"
        "fax 602-563-{0:04}; 602-564-{0:04},602-566-{0:04}\n"
    )
    path.write_text("Phone,Phone 2\n" + "".join(map(lines.format, range(count))))
    options = ReadOptions()
    with open_source(path, name=path.name, options=options) as source:
        batches = list(validate_rows(source, match_columns(source, options), region="US", needs_phone=True))
    further = [phone for batch in batches for phone in batch.further_phones]
    assert further[:6] == [
        (2, "+16025560000"),
        (3, "+16025580000"),
        (3, "+442079460000"),
        (6, "+16025650000"),
        (7, "+16025630000"),
        (7, "+16025660000"),
    ]
    assert len(further) == 6 * count
    warnings = [(warning.line, warning.text) for batch in batches for warning in batch.warnings]
    assert warnings[0] == (5, "“123-456-0000” is not a valid phone number: it is not put on the list")
    assert len(warnings) == count


@pytest.mark.parametrize("count", [3, 300])
def test_a_row_that_opts_out_has_every_valid_phone_read(tmp_path: Path, count: int) -> None:
    """A fax counts too, also beside nothing but an e-mail; rows that do not opt out and rejected rows do not."""
    path = tmp_path / "people.csv"
    lines = (
        "a{0}@example.com,Work,602-555-{0:04},Home,602-556-{0:04},DNC\n"
        "b{0}@example.com,Work,602-557-{0:04} / 602-558-{0:04},,,DNC\n"
        "c{0}@example.com,Fax,602-559-{0:04},,,DNC\n"
        ",Fax,602-561-{0:04},,,DNC\n"
        "e{0}@example.com,Work,602-562-{0:04},Home,602-563-{0:04},open\n"
        "f{0}@example.com,Work,602-564-{0:04},Home,123-456-{0:04},DNC\n"
        "g{0}@example.com,Work,602-565-{0:04},Home,(602) 565-{0:04},DNC\n"
    )
    headers = "Email,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value,Status\n"
    path.write_text(headers + "".join(map(lines.format, range(count))))
    options = ReadOptions()
    with open_source(path, name=path.name, options=options) as source:
        batches = list(validate_rows(source, match_columns(source, options), region="US"))
    further = [phone for batch in batches for phone in batch.further_phones]
    assert further[:3] == [(2, "+16025560000"), (3, "+16025580000"), (4, "+16025590000")]
    assert len(further) == 3 * count
    assert sum(len(batch.rejected) for batch in batches) == count
    warnings = [(warning.line, warning.text) for batch in batches for warning in batch.warnings]
    assert warnings[0] == (7, "“123-456-0000” is not a valid phone number: it is not put on the list")
    assert len(warnings) == count


def test_without_need_of_phones_no_further_phone_is_read(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("Phone,Phone 2\n602-555-0100,602-556-0100\n")
    with open_source(path, name=path.name, options=ReadOptions()) as source:
        batches = list(validate_rows(source, match_columns(source, ReadOptions()), region="US"))
    assert [batch.further_phones for batch in batches] == [[]]


@pytest.mark.parametrize(
    "text", ["602-555-0101 " * 38, "30 23 12 " * 6, "1 " * 240, "+1" * 240, "6025550101/" * 45, "a1 " * 160]
)
@pytest.mark.parametrize("region", ["US", "DE"])
def test_a_cell_of_very_many_groups_is_read_at_once(text: str, region: str) -> None:
    check(text, region)
