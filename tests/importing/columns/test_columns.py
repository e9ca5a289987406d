"""Which column is the phone, the name, the opt-out: by headers of many exporters, confirmed by values."""

import json
from pathlib import Path

import pytest

from segtui.errors import InvalidInput
from segtui.importing.columns.headers import guess
from tests.importing.support import Judged, judged_text

HEADERS = {
    "phone": "Phone|phone_number|Telefon|Handy|Téléphone portable|Número de teléfono|Cellulare|Telemóvel|GSM|"
    "SMS|Cell #|"
    "Person - Phone - Mobile|Phones / Primary Phone Number|"
    "Tel.|MobilePhone|Contact Number|Billing Phone|Phone 2",
    "first_name": "First Name|FNAME|givenName|Vorname|Prénom|Nombre de pila|Voornaam|Billing First Name|first-name",
    "last_name": "Last Name|LNAME|Surname|Nachname|Nom de famille|Apellidos|Cognome|Sobrenome|Achternaam",
    "full_name": "Name|Full Name|Person - Name|Display Name|Contact Name|Nom complet|Nome e cognome|Naam",
    "email": "E-mail|EMAIL|Email Address|E-mail 1 - Value|E-Mail-Adresse|Adresse e-mail|Correo electrónico|mail|"
    "Person - Email - Work|Emails / Primary Email|Courriel|Work Email",
    "organization": "Company|Organization Name|Account Name|Firma|Société|Empresa|Azienda|Bedrijf|"
    "Person - Organization",
    "job_title": "Job Title|Title|Position|Organization Title|Berufsbezeichnung|Fonction|Cargo|Functie|Titre du poste",
    "city": "City|Mailing City|Ort|Stadt|Ville|Ciudad|Città|Plaats|Address 1 - City|Business City",
    "state": "State|Mailing State/Province|Bundesland|Address 1 - Region|Provincia|Estado|state_province",
    "country": "Country|Land|Pays|País|Paese|Business Country/Region|Mailing Country",
    "postal_code": "ZIP|Zip Code|PLZ|Postleitzahl|Code postal|CAP|CEP|Mailing Zip/Postal Code|"
    "Home Postal Code|Postcode",
    "address": "Address|Street|Straße|Rue|Dirección|Indirizzo|Mailing Street|address1|Address Line 1|Business Street",
    "source": "Lead Source|utm_source|Source|Quelle|Original Source",
    "status": "Status|Lead Status|Statut",
    "timezone": "Timezone|Time Zone|TIMEZONE|Zeitzone",
    "do_not_call": "Do Not Call|DNC|SMS_BLACKLISTED|Unsubscribed|UNSUB_TIME|Opted Out|opt_out|Phone Opt Out|"
    "DoNotCall|Nicht anrufen|SMS opt-out|Unsubscribed at|Do Not Contact|Désabonné",
    "country_code": "phone_code|Phone Country Code|Phones / Primary Phone Country Code|Ländervorwahl|Dial Code",
    "custom_fields": "attributes|custom_fields",
    "custom": "Fax|Business Fax|Home Fax|Pager|Assistant's Phone|AssistantPhone|Company Main Phone|Account Number|"
    "Account Phone|EMAIL_BLACKLISTED|HasOptedOutOfEmail|Email Opt Out|Unsubscribed from emails|Contact Owner|"
    "Owner Email|Owner Phone|Lead Owner|Created By|Manager's Name|Middle Name|Nickname|Phone Type|E-mail 1 - Label|"
    "Email Bounced Reason|Last Phone Call|Spouse|Photo|Telex|Referred by|UNSUB_REASON|Opt-in time|Favourite colour",
}


@pytest.mark.parametrize(
    ("header", "target"), [(header, target) for target, headers in HEADERS.items() for header in headers.split("|")]
)
def test_a_header_is_known_in_any_common_spelling_and_language(header: str, target: str) -> None:
    assert guess(header).target == target


def row(tmp_path: Path, header: str, *lines: str, region: str = "US", **options: object) -> Judged:
    return judged_text(tmp_path, "\n".join([header, *lines, ""]), region, **options)


def customs(result: Judged, place: int = 0) -> dict[str, str]:
    found: dict[str, str] = json.loads(result.contacts[place]["custom_fields"])
    return found


def test_the_mobile_wins_and_the_others_are_kept(tmp_path: Path) -> None:
    result = row(
        tmp_path,
        "Name,Work Phone,Home Phone,Mobile",
        "Ann,602-555-0101,602-555-0102,602-555-0103",
        "Bob,602-555-0101,602-555-0102,",
        "Cid,12,602-555-0102,602-555-0102",
    )
    assert [contact["phone"] for contact in result.contacts] == ["+16025550103", "+16025550101", "+16025550102"]
    assert customs(result) == {"Work Phone": "602-555-0101", "Home Phone": "602-555-0102"}
    assert customs(result, 1) == {"Home Phone": "602-555-0102"}


def test_a_label_beside_the_phone_says_mobile_or_fax(tmp_path: Path) -> None:
    result = row(
        tmp_path,
        "Name,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value",
        "Ann,Work,602-555-0101,Mobile,602-555-0102",
        "Bob,Work Fax,602-555-0103,Home,602-555-0104",
        "Cid,Pager,602-555-0105,,",
    )
    assert [contact["phone"] for contact in result.contacts] == ["+16025550102", "+16025550104"]
    assert customs(result, 1)["Phone 1 - Value"] == "602-555-0103"
    assert [rejected.line for rejected in result.rejected] == [4]


def test_fax_pager_assistant_and_account_are_never_the_phone(tmp_path: Path) -> None:
    result = row(
        tmp_path,
        "Name,Fax,Pager,Assistant's Phone,Company Main Phone,Account Number",
        "Ann,602-555-0101,602-555-0102,602-555-0103,602-555-0104,6025550105",
    )
    assert [rejected.reason for rejected in result.rejected] == ["no phone and no e-mail"]


@pytest.mark.parametrize(
    ("header", "line", "first", "last"),
    [
        ("Name,Phone", "Ludwig van Beethoven,602-555-0101", "Ludwig", "van Beethoven"),
        ("Name,Phone", '"Lee, Ann",602-555-0101', "Ann", "Lee"),
        ("Name,Phone", "Ann,602-555-0101", "Ann", None),
        ("Name,Phone", "John Smith Jr.,602-555-0101", "John", "Smith Jr."),
        ("Name,Vorname,Telefon", "Lee,Ann,602-555-0101", "Ann", "Lee"),
        ("Nom,Prénom,Téléphone", "Lee,Ann,602-555-0101", "Ann", "Lee"),
        ("Nombre,Apellidos,Móvil", "Ann,Lee,602-555-0101", "Ann", "Lee"),
        ("First Name,Last Name,Name,Phone", "Ann,Lee,Bob Foe,602-555-0101", "Ann", "Lee"),
        ("First Name,Last Name,Name,Phone", ",,Bob Foe,602-555-0101", "Bob", "Foe"),
        ("Owner,Contact Owner,Name,Phone", "Bob Foe,Bob Foe,Ann Lee,602-555-0101", "Ann", "Lee"),
    ],
)
def test_names_are_split_only_where_there_are_no_parts(
    tmp_path: Path, header: str, line: str, first: str, last: str | None
) -> None:
    contact = row(tmp_path, header, line).contacts[0]
    assert (contact["first_name"], contact["last_name"]) == (first, last)


def test_title_is_a_job_or_a_form_of_address_by_its_values(tmp_path: Path) -> None:
    jobs = row(tmp_path, "Title,Phone", "Head of Sales,602-555-0101", "Dr.,602-555-0102")
    assert [contact["job_title"] for contact in jobs.contacts] == ["Head of Sales", None]
    assert customs(jobs, 1) == {"Title": "Dr."}
    forms = row(tmp_path, "Titel,Telefon", "Herr,602-555-0101", "Frau Dr.,602-555-0102")
    assert [contact["job_title"] for contact in forms.contacts] == [None, None]
    both = row(tmp_path, "Title,Job Title,Phone", "Mx,Pilot,602-555-0101")
    assert (both.contacts[0]["job_title"], customs(both)) == ("Pilot", {"Title": "Mx"})


@pytest.mark.parametrize(
    ("header", "value", "expected"),
    [
        ("Do Not Call", "Yes", 1), ("Do Not Call", "no", 0), ("Do Not Call", "", 0), ("DNC", "ja", 1), ("DNC", "0", 0),
        ("SMS_BLACKLISTED", "Yes", 1), ("EMAIL_BLACKLISTED", "Yes", 0), ("UNSUB_TIME", "2026-03-16 14:40:47", 1),
        ("UNSUB_TIME", "0000-00-00 00:00:00", 0), ("Unsubscribed", "TRUE", 1), ("HasOptedOutOfEmail", "true", 0),
        ("Status", "DNC", 1), ("Status", "unsubscribed", 1), ("Status", "NEW", 0), ("Opted out", "asked by mail", 1),
    ],
)  # fmt: skip
def test_who_has_withdrawn_is_not_called(tmp_path: Path, header: str, value: str, expected: int) -> None:
    assert row(tmp_path, f"Phone,{header}", f"602-555-0101,{value}").contacts[0]["do_not_call"] == expected


def test_an_unclear_mark_counts_and_is_told(tmp_path: Path) -> None:
    result = row(tmp_path, "Phone,Do Not Call", "602-555-0101,perhaps")
    assert result.contacts[0]["do_not_call"] == 1
    assert [warning.text for warning in result.warnings] == ["“perhaps” in “Do Not Call” was taken as do not call"]


@pytest.mark.parametrize(
    ("header", "line", "region", "phone"),
    [
        ("Phone,Country", "020 7946 0018,United Kingdom", "US", "+442079460018"),
        ("Phone,Country", "020 7946 0018,GBR", "US", "+442079460018"),
        ("Telefon,Land", "030 23125000,Deutschland", "US", "+493023125000"),
        ("Phone,Country", "602-555-0101,Freedonia", "US", "+16025550101"),
        ("phone_code,phone_number", "44,02079460018", "US", "+442079460018"),
        ("phone_code,phone_number", "1,6025550101", "GB", "+16025550101"),
        ("Phone Country Code,Phone,Country", "US,602-555-0101,France", "GB", "+16025550101"),
        ("country_code,phone_number", "USA,6025550101", "GB", "+16025550101"),
        ("Phone", "442079460018", "US", "+442079460018"),
        ("Phone", "00442079460018", "US", "+442079460018"),
        ("Phone", "020 7946 0018", "GB", "+442079460018"),
    ],
)
def test_a_phone_is_read_for_the_rows_own_country(
    tmp_path: Path, header: str, line: str, region: str, phone: str
) -> None:
    assert row(tmp_path, header, line, region=region).contacts[0]["phone"] == phone


def test_scientific_notation_is_not_a_phone(tmp_path: Path) -> None:
    result = row(tmp_path, "Phone,Email", "1.555E+10,", '"1,555E+10",ann@example.com')
    assert result.rejected[0].reason == (
        "“1.555E+10” is a phone number shortened by a spreadsheet; its digits are lost; no e-mail"
    )
    assert "digits are lost" in result.warnings[0].text


def test_several_phones_in_one_cell_give_the_first_valid_one(tmp_path: Path) -> None:
    result = row(tmp_path, "Phone", "12 ::: 602-555-0101 ::: 602-555-0102", "602-555-0103 / 602-555-0104")
    assert [contact["phone"] for contact in result.contacts] == ["+16025550101", "+16025550103"]
    assert [customs(result, place) for place in (0, 1)] == [{"Phone": "12 ::: 602-555-0102"}, {"Phone": "602-555-0104"}]


def test_json_objects_are_spread_into_custom_fields(tmp_path: Path) -> None:
    attributes = {"age": 42, "zip": "02134", "big": 12345678901234567890, "none": None, "blank": " ", "list": [1, "é"]}
    cell = json.dumps(attributes | {"Team": "B", "ok": True}).replace('"', '""')
    result = row(tmp_path, "email,Team,attributes", f'a@example.com,A,"{cell}"', "b@example.com,,broken")
    assert customs(result) == {
        "Team": "A", "age": "42", "zip": "02134", "big": "12345678901234567890", "list": '[1,"é"]', "Team (2)": "B",
        "ok": "true",
    }  # fmt: skip
    assert customs(result, 1) == {"attributes": "broken"}


def test_the_parts_of_an_address_come_from_one_address(tmp_path: Path) -> None:
    header = "Phone,Home Street,Home City,Business Street,Business City"
    result = row(tmp_path, header, "602-555-0101,1 Elm,Mesa,,Tempe", "602-555-0102,2 Elm,Mesa,,")
    assert [(each["address"], each["city"]) for each in result.contacts] == [(None, "Tempe"), ("2 Elm", "Mesa")]
    assert customs(result) == {"Home Street": "1 Elm", "Home City": "Mesa"}


def test_columns_without_a_header_are_found_by_their_values(tmp_path: Path) -> None:
    result = judged_text(tmp_path, "1,Ann,Lee,ann@example.com,(602) 555-0101\n2,Bob,Foe,bob@example.com,602-555-0102\n")
    assert [column.target for column in result.columns] == ["custom", "first_name", "last_name", "email", "phone"]
    assert result.lines == [1, 2]


def test_a_foreign_header_is_found_by_the_values_below_it(tmp_path: Path) -> None:
    result = judged_text(tmp_path, "Jina,Barua,Simu ya mkononi\nAnn,ann@example.com,+16025550101\n")
    assert [column.target for column in result.columns] == ["custom", "email", "phone"]


def test_numbers_that_are_no_phones_are_left_alone(tmp_path: Path) -> None:
    result = row(tmp_path, "Email,Record ID,LEID", "a@example.com,6025550101,6025550102")
    assert [column.target for column in result.columns] == ["email", "custom", "custom"]


def test_a_mapping_overrules_the_guess(tmp_path: Path) -> None:
    text = "Phone,Fax,Note\n602-555-0101,602-555-0102,x\n"
    result = judged_text(tmp_path, text, mapping={"fax": "phone", "Note": "ignore"})
    assert result.contacts[0]["phone"] == "+16025550102"
    assert customs(result) == {"Phone": "602-555-0101"}
    by_number = judged_text(tmp_path, "602-555-0101,Mesa\n", header=False, mapping={"2": "city", "Column 1": "Phone"})
    assert (by_number.contacts[0]["city"], by_number.contacts[0]["phone"]) == ("Mesa", "+16025550101")


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        ({"Phon": "phone"}, "did you mean “Phone”"),
        ({"Phone": "emial"}, "did you mean “email”"),
        ({"x": "phone"}, "Phone"),
    ],
)
def test_a_mapping_to_nothing_offers_the_nearest(tmp_path: Path, mapping: dict[str, str], sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        judged_text(tmp_path, "Phone,Email\n602-555-0101,\n", mapping=mapping)


def test_our_own_export_maps_to_itself(tmp_path: Path) -> None:
    from segtui.domain.contact import TEXT_FIELDS

    header = ",".join((*TEXT_FIELDS, "do_not_call", "Mobile", "Title"))
    line = "+16025550101," + "," * (len(TEXT_FIELDS) - 1) + "yes,602-555-0102,Dr."
    result = judged_text(tmp_path, f"line,reason,{header}\n3,bad,{line}\n")
    assert result.contacts[0]["phone"] == "+16025550101"
    assert result.contacts[0]["do_not_call"] == 1
    assert customs(result) == {"Mobile": "602-555-0102", "Title": "Dr."}


@pytest.mark.parametrize(
    "phone",
    [
        "unknown", "n/a", "NULL", "-", "12", "12345", "602-555-01", "1.60256E+10", "602-555-0199 mobile",
        "(cell) 602-555-0199",
        "602-555-0199 (Chef)", "602-555-0199 or 602-555-0198", "6025550199.0", "ann@", "keine Nummer", "Tel 6025550199",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["Ann Lee", "Mobile", "Home", "Company Ltd"])
def test_a_first_row_with_a_phone_good_or_bad_is_a_person(tmp_path: Path, name: str, phone: str) -> None:
    rows = "".join(f"Bob Foe,602-555-{row:04}\n" for row in range(3))
    result = judged_text(tmp_path, f"{name},{phone}\n{rows}")
    assert result.rows == 4
    assert result.headers == ["Column 1", "Column 2"]


def test_unknown_words_above_phones_are_a_header(tmp_path: Path) -> None:
    result = judged_text(tmp_path, "Jmeno,Cislo 2\nBob Foe,602-555-0101\nCid Roe,602-555-0102\n")
    assert result.headers == ["Jmeno", "Cislo 2"]
