"""Each exporter's own file becomes the contact a person would read in it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.importing.support import judged

HEADERS = Path(__file__).parent / "headers"

# What is staged of the first row: fields that are not blank, and some of the custom fields.
EXPECTED: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "brevo.csv": (
        {"first_name": "Wes", "last_name": "Sample", "email": "wes@example.com", "do_not_call": 0},
        {"EMAIL_BLACKLISTED": "Yes", "SMS": "33639980124"},
    ),
    "google_contacts_new.csv": (
        {
            "phone": "+33199001234",
            "first_name": "Zoë",
            "last_name": "Échantillon",
            "email": "zoe@example.com",
            "organization": "Example SARL",
            "city": "Lyon",
            "country": "FR",
        },
        {"Phone 1 - Value": "+33 6 39 98 01 23", "Phone 1 - Label": "Mobile"},
    ),
    "hubspot.csv": (
        {
            "first_name": "Finn",
            "last_name": "Sample",
            "email": "finn@example.com",
            "organization": "Example Corp",
            "status": "NEW",
        },
        {
            "Record ID": "101",
            "Contact owner": "Owner One",
            "Lifecycle Stage": "Lead",
            "Phone Number": "+1 555-555-0107",
        },
    ),
    "listmonk_import.csv": (
        {"first_name": "Quin", "last_name": "Sample", "email": "quin@example.com"},
        {"age": "42", "planet": "Mars"},
    ),
    "mailchimp.csv": (
        {"first_name": "Lena", "last_name": "Sample", "email": "lena@example.com", "do_not_call": 0},
        {"LEID": "55331253"},
    ),
    "meetzy_api_fields.csv": (
        {
            "phone": "+12125550145",
            "first_name": "Lia",
            "last_name": "Sample",
            "email": "lia@example.com",
            "organization": "Example SL",
            "city": "Madrid",
            "country": "ES",
            "timezone": "Europe/Madrid",
            "source": "webinar",
        },
        {"program": "MBA"},
    ),
    "outlook_com.csv": (
        {
            "phone": "+16465550105",
            "first_name": "Eve",
            "last_name": "Sample",
            "email": "eve@example.com",
            "organization": "Example LLC",
        },
        {"Home Phone": "646-555-0106"},
    ),
    "salesforce_contact_api.csv": (
        {
            "phone": "+14155550113",
            "first_name": "Jo",
            "last_name": "Sample",
            "email": "jo@example.com",
            "job_title": "VP",
        },
        {"Phone": "(415) 555-0112", "AssistantPhone": "(415) 555-0114"},
    ),
    "twenty_people.csv": (
        {
            "phone": "+14155550122",
            "first_name": "Tia",
            "last_name": "Sample",
            "email": "tia@example.com",
            "job_title": "CEO",
        },
        {"companyDomain": "https://example.com"},
    ),
    "vicidial_list_download.csv": (
        {
            "phone": "+17275550130",
            "first_name": "Ed",
            "last_name": "Sample",
            "email": "ed@example.com",
            "city": "Maldon",
            "state": "FL",
            "country": "USA",
            "postal_code": "33709",
            "status": "NEW",
        },
        {"alt_phone": "7275550131", "gender": "M"},
    ),
}


def test_every_exporter_has_its_expectation() -> None:
    assert {path.name for path in HEADERS.iterdir()} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_an_exporters_file_becomes_the_contact_in_it(name: str) -> None:
    fields, customs = EXPECTED[name]
    contact = judged(HEADERS / name).contacts[0]
    shown = {key: value for key, value in contact.items() if value not in (None, 0)}
    for added in ("line", "custom_fields", "name_key", "email_key", "search", "region"):
        shown.pop(added, None)
    assert shown == {key: value for key, value in fields.items() if value != 0}
    assert customs.items() <= json.loads(contact["custom_fields"]).items()


def test_rows_without_a_contact_are_rejected_with_their_line() -> None:
    rejected = judged(HEADERS / "hubspot.csv").rejected
    assert [(row.line, row.reason) for row in rejected] == [(3, "no phone and no e-mail")]


def test_a_national_number_is_read_for_the_region_that_was_given() -> None:
    assert judged(HEADERS / "google_contacts_new.csv", region="US").lines == [2]
    contacts = judged(HEADERS / "google_contacts_new.csv", region="GB").contacts
    assert [contact["phone"] for contact in contacts] == ["+33199001234", "+442079460018"]
