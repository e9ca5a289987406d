"""A country is understood however a file names it, and a country that is not understood is told."""

from pathlib import Path

import pytest

from segtui.domain.countries import is_unknown_country, phone_region, region_of, regions_named
from segtui.domain.country_names import LANGUAGES
from segtui.domain.phones import is_region
from tests.importing.support import judged_text

NAMES = {
    "GB": "United Kingdom (UK)|UK |U.K.|u.k|GB|GBR|826|England|Scotland|Wales|Northern Ireland|N. Ireland|England, UK"
    "|Great Britain (UK)|GB - United Kingdom|United Kingdom of Great Britain and Northern Ireland|UK mainland"
    "|🇬🇧|🇬🇧 United Kingdom|\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f|Reino Unido"
    "|Royaume-Uni|Großbritannien|Grossbritannien|Wielka Brytania|Великобритания|英国|イギリス|영국|en-GB",
    "US": "United States (US)|USA|U.S.|U.S.A.|US of A|The United States|United States of America|USA - Arizona|US-TX"
    "|US-AZ|AZ, USA|Arizona, USA|Georgia, USA|US (CA)|Estados Unidos|États-Unis|Vereinigte Staaten|США|美国|en_US",
    "KR": "Korea, Republic of|Republic of Korea|South Korea|Korea (South)|Korea, South|Südkorea|대한민국|한국|KOR",
    "KP": "Korea, Democratic People's Republic of|North Korea",
    "CZ": "Czechia|Czech Republic|Česko|Tschechien|CZE|Česká republika",
    "MK": "North Macedonia|Macedonia, the former Yugoslav Republic of|Republic of North Macedonia|MKD",
    "NL": "The Netherlands|Netherlands (the)|Netherlands, The|Holland|Nederland|Pays-Bas|Kingdom of the Netherlands",
    "RU": "Russian Federation|Russia|Россия|Российская Федерация|Russland",
    "VN": "Viet Nam|Vietnam|Việt Nam",
    "DE": "Deutschland (DE)|Germany - Bavaria|Federal Republic of Germany|Allemagne|Alemania|Niemcy|D|DEU|germany "
    "|Bundesrepublik Deutschland|🇩🇪 Germany|Германия|ドイツ|de-DE",
    "AT": "Österreich|Oesterreich|Austria|A|de-AT",
    "CH": "Schweiz/Suisse|Switzerland|Suisse|CH|CHE",
    "CI": "Côte d’Ivoire|Cote D'Ivoire|Ivory Coast|Elfenbeinküste",
    "CD": "Congo, the Democratic Republic of the|DR Congo|DRC|Zaire|Congo - Kinshasa",
    "CG": "Republic of the Congo|Congo - Brazzaville",
    "BO": "Bolivia (Plurinational State of)|Bolivia",
    "VE": "Venezuela, Bolivarian Republic of|Venezuela",
    "IR": "Iran, Islamic Republic of|Iran",
    "TW": "Taiwan, Province of China|Taiwan|Republic of China|台灣",
    "HK": "Hong Kong, China|Hong Kong SAR|Hong Kong SAR China|香港",
    "CN": "China|中国|People's Republic of China|PRC|Mainland China",
    "PR": "Puerto Rico, USA|Puerto Rico",
    "RE": "Réunion (France)|Reunion",
    "IE": "Republic of Ireland|Ireland (Republic)|Ireland|Éire",
    "AE": "UAE|U.A.E.|Emirates|United Arab Emirates",
    "SA": "KSA|Kingdom of Saudi Arabia|السعودية",
    "TR": "Turkey|Türkiye",
    "VI": "Virgin Islands, U.S.|US Virgin Islands",
    "VG": "Virgin Islands, British",
    "PS": "Palestine|Palestine, State of",
    "SZ": "Eswatini|Swaziland",
    "MM": "Burma|Myanmar",
    "MX": "México|Méjico",
    "IN": "India|Bharat|भारत",
    "NE": "Niger",
    "NG": "Nigeria",
    "DM": "Dominica",
    "DO": "Dominican Republic",
    "GN": "Guinea",
    "GW": "Guinea-Bissau",
    "KN": "St. Kitts & Nevis|Saint Kitts and Nevis",
}
CALLING = (
    "United Kingdom (+44)|+44 (UK)|GB +44|(+44)|+44|0044|00 44|44 UK|UK 44|🇬🇧 +44|+44 (United Kingdom)|+44 (0)|UK (44)"
)


@pytest.mark.parametrize(
    ("name", "region"), [(name, code) for code, names in NAMES.items() for name in names.split("|")]
)
def test_a_country_is_understood_however_it_is_named(name: str, region: str) -> None:
    assert region_of(name) == region
    assert phone_region("", name, "JP") == region


@pytest.mark.parametrize("text", CALLING.split("|"))
@pytest.mark.parametrize("is_code", [True, False])
def test_a_calling_code_is_understood_in_either_column(text: str, is_code: bool) -> None:
    assert regions_named(text, is_code=is_code)[0] == "GB"
    code, country = (text, "") if is_code else ("", text)
    assert phone_region(code, country, "US") == "GB"


@pytest.mark.parametrize(
    ("country", "default", "region"),
    [
        ("44", "US", "GB"), ("1", "CA", "CA"), ("1", "GB", "US"), ("+1", "CA", "CA"), ("+1-684", "US", "US"),
        ("44.0", "US", "GB"), ("USA/Canada", "CA", "CA"), ("USA/Canada", "GB", "US"), ("840", "GB", "US"),
    ],
)  # fmt: skip
def test_a_code_alone_may_stand_in_the_column_of_countries(country: str, default: str, region: str) -> None:
    assert phone_region("", country, default) == region


@pytest.mark.parametrize(
    "text",
    [
        "Ruritania", "Ruritania (RU)", "RU - Ruritania", "Freedonia (RU1)", "Ireland, UK", "Germany +44", "Europe",
        "Congo", "Serbia and Montenegro", "250", "036", "🇽🇽", "+999", "FR-CH", "USA / Germany", "CAD",
        "New Jersey", "1 2",
    ],
)  # fmt: skip
def test_what_contradicts_itself_or_names_no_country_is_not_understood(text: str) -> None:
    assert is_unknown_country(text)
    assert phone_region("", text, "IN") == "IN"


@pytest.mark.parametrize("text", ["", " ", "n/a", "N/A", "-", "unknown", "null", "—"])
def test_a_blank_names_no_country(text: str) -> None:
    assert not is_unknown_country(text)
    assert not regions_named(text)


def test_every_country_is_understood_in_every_language_and_by_its_codes() -> None:
    from babel import Locale
    from babel.core import get_global

    wrong = []
    for language in LANGUAGES:
        for region, name in Locale.parse(language).territories.items():
            if len(region) == 2 and region.isalpha() and is_region(region) and region_of(name) not in (region, None):
                wrong.append((language, region, name, region_of(name)))
    # Macedonians call the Dutch part of Saint Martin as Serbs call the French part; `Nga` is Nigeria's code too.
    assert [entry[:2] for entry in wrong] == [("vi", "RU"), ("mk", "SX")]
    for code, regions in get_global("territory_aliases").items():
        if len(code) == 3 and code.isalpha() and len(regions) == 1 and is_region(regions[0]):
            assert region_of(code) == regions[0], code


@pytest.mark.parametrize("rows", [1, 300])
def test_a_country_that_is_not_understood_is_a_warning_on_every_such_row(tmp_path: Path, rows: int) -> None:
    lines = "".join(f"602-555-{n:04},Ruritania\n020 7946 {n:04},United Kingdom (UK)\n" for n in range(100, 100 + rows))
    result = judged_text(tmp_path, "Phone,Country\n" + lines)
    assert len(result.contacts) == 2 * rows
    assert {warning.text for warning in result.warnings} == {
        "“Ruritania” is not understood as a country; phones without a country code were read for US"
    }
    assert [warning.line for warning in result.warnings] == list(range(2, 2 * rows + 2, 2))
    assert result.contacts[1]["phone"] == "+442079460100"


def test_a_country_code_that_is_not_understood_is_a_warning_and_is_kept(tmp_path: Path) -> None:
    result = judged_text(tmp_path, "Phone Country Code,Phone\nzz,602-555-0101\n+44 (UK),020 7946 0018\n")
    assert [warning.text for warning in result.warnings] == [
        "“zz” is not understood as a country; phones without a country code were read for US"
    ]
    assert [contact["phone"] for contact in result.contacts] == ["+16025550101", "+442079460018"]
    assert result.contacts[0]["custom_fields"] == '{"Phone Country Code":"zz"}'


@pytest.mark.parametrize("rows", [1, 300])
def test_each_phone_is_read_for_the_country_code_beside_it(tmp_path: Path, rows: int) -> None:
    header = "Phone 1,Phone 1 Country Code,Phone 2,Phone 2 Country Code\n"
    lines = "".join(f"602-555-{n:04},1,,\n,,020 7946 {n:04},44\n" for n in range(100, 100 + rows))
    result = judged_text(tmp_path, header + lines, region="DE")
    assert [contact["phone"] for contact in result.contacts[:2]] == ["+16025550100", "+442079460100"]
    assert len(result.contacts) == 2 * rows
