"""Choice of the contact's phone: exact headers first, other people's never, doubtful numbers last and told."""

import json
from pathlib import Path

import pytest

from segtui.importing.columns.headers import guess
from tests.importing.support import Judged, judged_text

ALONE = """Phone Number (with country code)|WhatsApp number with country code|Phone (incl. country code)
Phone incl. area code|Phone number (verified)|Mobile (no spaces)|Preferred phone|Mob No|Mob. No.
No WA|No. HP/WA|Nomor WA|Tel. (international)|Landline|Work Number|Home|Best Number|Office
Direct|DDI|HQ Phone|Phone4|Phone 10|Corporate Phone|Company Phone|Second number|Alternate Number
Other|Work|Business Number|Home 2|Switchboard|Kontakt nr|Contact|Kontakt|Number|Numéro
Handynummer (mit Vorwahl)|Customer Phone|Patient phone|User Phone|What's your phone number?
contact[cell]|Called number"""
BESIDE_MOBILE = """Landline|Business Number|Office|Phone4|Home Number|Alternate Number|Second number
Corporate Phone|Direct|Work|Best Number|DDI|HQ Phone|Home|Work Number|Company Phone|Other
Direct Line|Home Phone|Switchboard|Telefon Festnetz"""
STAFF = """Vendor Phone|Caller Phone|Volunteer Phone|Advisor Phone|Closer Phone|Broker Phone|Teacher Phone
User Phone|Agent Cell|texter[cell]|Listing Agent Phone|agentphone|Setter Mobile|Canvasser Phone
Owner Phone|Officer Phone|From Number|Emergency Contact Phone|Mother Phone|Assistant's Phone
Coach Phone|Dealer Phone|Store Phone|Telefon Betreuer|Téléphone conseiller|Teléfono asesor
Telefono consulente|Telefone corretor|Telefon doradcy|Телефон менеджера|业务员电话"""
ORDINARY = """Order Number|Number of employees|Customer No|Customer Number|Account number|Direct reports
Invoice No|Member Number|House Number|Nr|No.|#|Record ID|Lead ID|VAT Number|Fax|Pager
Company Main Phone|Account Phone|Phone Extension|Row"""


def listed(text: str) -> list[str]:
    return text.replace("\n", "|").split("|")


def table(tmp_path: Path, header: str, *lines: str, region: str = "US") -> Judged:
    return judged_text(tmp_path, "\n".join([header, *lines, ""]), region)


def phones(result: Judged) -> list[object]:
    return [contact["phone"] for contact in result.contacts]


@pytest.mark.parametrize("header", listed(ALONE))
@pytest.mark.parametrize("rows", [2, 300])
def test_a_phone_is_read_under_any_usual_header(tmp_path: Path, header: str, rows: int) -> None:
    numbers = [f"602-555-{100 + row:04}" for row in range(rows)]
    result = table(tmp_path, f'Name,"{header}"', *(f"Ann,{number}" for number in numbers))
    assert phones(result) == ["+1" + number.replace("-", "") for number in numbers]
    assert not result.warnings


@pytest.mark.parametrize("header", listed(BESIDE_MOBILE))
@pytest.mark.parametrize("rows", [2, 300])
@pytest.mark.parametrize("is_first", [True, False])
def test_a_row_without_a_mobile_is_called_at_its_other_phone(
    tmp_path: Path, header: str, rows: int, is_first: bool
) -> None:
    pairs = [(f"602-555-{100 + row:04}", f"602-556-{100 + row:04}") for row in range(rows)]
    pairs = [(mobile if row % 2 else "", other) for row, (mobile, other) in enumerate(pairs)]
    cells = [("Mobile", header), *pairs]
    lines = [",".join((other, mobile) if is_first else (mobile, other)) for mobile, other in cells]
    result = table(tmp_path, *lines)
    assert phones(result) == ["+1" + (mobile or other).replace("-", "") for mobile, other in pairs]
    assert not result.warnings


@pytest.mark.parametrize("header", listed(STAFF))
@pytest.mark.parametrize("rows", [2, 300])
def test_phones_of_other_people_are_never_called(tmp_path: Path, header: str, rows: int) -> None:
    lines = [f"602-555-0198,Ann,{f'602-556-{100 + row:04}' if row else ''}" for row in range(rows)]
    result = table(tmp_path, f'"{header}",Name,Phone', *lines)
    assert phones(result) == [f"+1602556{100 + row:04}" for row in range(1, rows)]
    assert [row.line for row in result.rejected] == [2]
    assert json.loads(result.contacts[0]["custom_fields"]) == {header: "602-555-0198"}


@pytest.mark.parametrize("person", ["Caller", "Volunteer", "Broker", "User", "Teacher", "texter"])
def test_other_peoples_names_and_addresses_are_not_the_contacts(tmp_path: Path, person: str) -> None:
    header = f"{person} Name,{person} Email,{person} Phone,Name,Email,Phone"
    result = table(tmp_path, header, "Tex,tex@example.com,602-555-0198,Ann,ann@example.com,602-555-0101")
    contact = result.contacts[0]
    assert (contact["first_name"], contact["email"], contact["phone"]) == ("Ann", "ann@example.com", "+16025550101")


@pytest.mark.parametrize(
    "qualified", ["Work Phone", "Home Phone", "Phone 2", "Other Phone", "Customer Phone", "Foo Phone"]
)
@pytest.mark.parametrize("exact", ["Phone", "Phone Number", "Telephone", "Tel."])
def test_an_exact_header_wins_over_a_qualified_one_in_any_order(tmp_path: Path, qualified: str, exact: str) -> None:
    assert phones(table(tmp_path, f"{qualified},{exact}", "602-555-0101,602-555-0102")) == ["+16025550102"]
    assert phones(table(tmp_path, f"{exact},{qualified}", "602-555-0102,602-555-0101")) == ["+16025550102"]


def test_an_exact_header_of_an_e_mail_wins_in_any_order(tmp_path: Path) -> None:
    for qualified in ("Work Email", "E-mail 2", "Foo Email"):
        result = table(tmp_path, f"{qualified},Email", "b@example.com,a@example.com")
        assert result.contacts[0]["email"] == "a@example.com", qualified


@pytest.mark.parametrize("rows", [1, 300])
def test_a_phone_that_may_be_somebody_elses_is_taken_last_and_told(tmp_path: Path, rows: int) -> None:
    lines = ["602-555-0101,602-556-0101", *["602-555-0102,"] * rows]
    result = table(tmp_path, "Foo Phone,Phone", *lines)
    assert phones(result) == ["+16025560101", *["+16025550102"] * rows]
    assert [(warning.line, warning.text) for warning in result.warnings] == [
        (line, "the phone is from “Foo Phone”, which may belong to another person") for line in range(3, 3 + rows)
    ]


@pytest.mark.parametrize("header", listed(ORDINARY))
def test_ordinary_numbers_are_no_phones(tmp_path: Path, header: str) -> None:
    for number in ("100245", "6025550198"):
        result = table(tmp_path, f"{header},Name,Phone", f"{number},Ann,602-555-0101", f"{number},Bob,")
        assert phones(result) == ["+16025550101"]
        assert not result.warnings
        assert [row.line for row in result.rejected] == [3]
    alone = table(tmp_path, f"{header},Name,Email", "100245,Ann,a@example.com", "100246,Bob,b@example.com")
    assert phones(alone) == [None, None]
    assert not alone.warnings


@pytest.mark.parametrize(
    "header", ["Number", "Work", "Home", "Office", "Direct", "Other", "Best Number", "Work Number", "No WA"]
)
@pytest.mark.parametrize("values", [("1 Elm St", "2 Elm St"), ("yes", "no"), ("12", "100245"), ("Acme", "Globex")])
def test_a_header_that_may_be_anything_needs_phones_below_it(
    tmp_path: Path, header: str, values: tuple[str, str]
) -> None:
    result = table(tmp_path, f"{header},Name,Email", f"{values[0]},Ann,a@example.com", f"{values[1]},Bob,b@example.com")
    assert phones(result) == [None, None]
    assert not result.warnings


def test_a_number_beside_a_phone_is_not_the_phone(tmp_path: Path) -> None:
    result = table(tmp_path, "Number,Name,Phone", "100245,Ann,602-555-0101", "6025550198,Bob,")
    assert phones(result) == ["+16025550101"]
    assert len(result.rejected) == 1


@pytest.mark.parametrize(
    ("region", "header", "numbers", "expected"),
    [
        ("PL", "Kontakt nr", ["512 345 101", "512 345 102"], ["+48512345101", "+48512345102"]),
        ("PL", "Xyz", ["512 345 101", "512 345 102"], ["+48512345101", "+48512345102"]),
        ("CN", "Xyz", ["138 1234 0301", "138 1234 0302"], ["+8613812340301", "+8613812340302"]),
        ("US", "Xyz,Country", ["512 345 101,Poland", "512 345 102,Poland"], ["+48512345101", "+48512345102"]),
    ],
)
def test_an_unknown_header_over_phones_is_read_for_the_region(
    tmp_path: Path, region: str, header: str, numbers: list[str], expected: list[str]
) -> None:
    result = table(tmp_path, f"Name,{header}", *(f"Ann,{number}" for number in numbers), region=region)
    assert phones(result) == expected


def test_numbers_that_count_up_under_an_unknown_header_are_no_phones(tmp_path: Path) -> None:
    lines = [f"{512345101 + place},a{place}@example.com" for place in range(5)]
    assert phones(table(tmp_path, "Xyz,Email", *lines, region="PL")) == [None] * 5


@pytest.mark.parametrize("copies", [1, 100])
@pytest.mark.parametrize(
    ("header", "lines", "region", "expected"),
    [
        ("Area Code,Phone", ["602,555-0621", "602,602-555-0622", "480,(602) 555-0623", "602,+1 602 555 0625"], "US",
         ["+16025550621", "+16025550622", "+16025550623", "+16025550625"]),
        ("Vorwahl,Telefon", ["030,23125000", "0211,030 23125001", "30,23125002", "(030),23125003"], "DE",
         ["+493023125000", "+493023125001", "+493023125002", "+493023125003"]),
        ("Vorwahl,Telefon", ["+49,030 23125000", "+44,020 7946 0018"], "DE", ["+493023125000", "+442079460018"]),
        ("STD Code,Phone,Country", ["020,7946 0018,UK", "020,,UK", "0161,496 0018,UK"], "US",
         ["+442079460018", "+441614960018"]),
    ],
)  # fmt: skip
def test_an_area_code_in_its_own_column_belongs_to_the_phone(
    tmp_path: Path, header: str, lines: list[str], region: str, expected: list[str], copies: int
) -> None:
    assert phones(table(tmp_path, header, *lines * copies, region=region)) == expected * copies


def test_a_label_in_any_language_belongs_to_the_phone_of_its_number(tmp_path: Path) -> None:
    header = "Nombre,Teléfono 1,Tipo de Teléfono 1,Estado de Teléfono 1,Teléfono 2,Tipo de Teléfono 2"
    result = table(tmp_path, header, "Ann,602-555-0101,Línea fija,Correcto,602-555-0102,Móvil")
    assert phones(result) == ["+16025550102"]
    fax = table(tmp_path, "Name,Phone,Phone Type", "Ann,602-555-0101,Fax", "Bob,602-555-0102,Mobile")
    assert phones(fax) == ["+16025550102"]


def test_a_name_may_begin_with_the_last_one(tmp_path: Path) -> None:
    for header in ("Name (Last, First)", "Last Name First Name", "Full name (last first)"):
        lines = ['"Lee, Ann",602-555-0101', "Lee Ann,602-555-0102", "van der Lee Ann,602-555-0103"]
        result = table(tmp_path, f'"{header}",Phone', *lines)
        names = [(contact["first_name"], contact["last_name"]) for contact in result.contacts]
        assert names == [("Ann", "Lee"), ("Ann", "Lee"), ("Ann", "van der Lee")], header


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ("workcity", "city"), ("homestate", "state"), ("businesszip", "postal_code"), ("mailingcountry", "country"),
        ("homestreet", "address"), ("workaddress", "address"), ("billingcity", "city"), ("agentphone", "custom"),
        ("Organization 1 - Title", "job_title"), ("society", "organization"), ("Patient First Name", "first_name"),
        ("Phone 2 Country Code", "country_code"), ("Billing Country Code", "country"), ("username", "custom"),
    ],
)  # fmt: skip
def test_headers_in_one_word_and_of_their_kin_are_known(header: str, target: str) -> None:
    assert guess(header).target == target


def test_a_header_or_a_cell_without_end_costs_nothing(tmp_path: Path) -> None:
    for text in ("work" * 2_000, "do not " * 1_200, "+44 " * 2_000, " " + "a " * 4_000, "(" * 8_000):
        assert guess(text).target
        result = table(tmp_path, "Phone,Country,DNC,Status,Consent to call", f"602-555-0101{f',{text}' * 4}")
        assert phones(result) == ["+16025550101"]
