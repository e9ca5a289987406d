"""Opt-outs in any wording set do_not_call, and columns about opt-outs block nobody by mistake."""

from pathlib import Path

import pytest

from segtui.importing.columns.headers import guess
from segtui.importing.rows.opt_out_answers import is_withdrawal, opts_out, refuses
from tests.importing.support import judged, judged_text

WITHDRAWN = """DNC|Do Not Call|Do-Not-Call|DO_NOT_CALL|DoNotCall|Do not contact|Opt-Out|Opted-Out|OPTED_OUT
Opt Out|optout|DNC - requested|Do Not Call (DNC)|DNC (do not call)|Unsubscribed|UNSUBSCRIBED
Unsubscribed (SMS)|STOP|replied STOP|Blacklisted|Do not call again|On DNC list|FTC DNC (P)
Internal DNC|National DNC|Never call|Litigator|Deceased|Don't call|Don’t call|dont call
Remove from list|Consent withdrawn|TPS|CTPS registered|Not interested - DNC
not interested, do not call|DNC, not interested|do not call or email|Do not call until June
Suppressed|Blocked|TCPA Litigator|Nicht anrufen|Bitte nicht mehr anrufen|Abmeldung
Abgemeldet|Verstorben|Werbesperre|Widerspruch|Ne pas appeler|Ne plus contacter|Désinscrit
Désabonnée|Décédé|No llamar|No volver a llamar|Baja|Dado de baja|Fallecido|Não ligar
Descadastrado|Non chiamare|Disiscritto|Niet bellen|Uitgeschreven|Overleden|Nie dzwonić
Czarna lista|Не звонить|Отписан|Умер|请勿致电|黑名单|退订|電話NG|架電禁止|配信停止|수신거부
Ring inte|Ikke ring|Älä soita|Nevolat|Aramayın|لا تتصل|אל תתקשר"""
CALLABLE = """Not interested|New|Callback|Cleaned|Subscribed|Opted In|Called|Non-subscribed
Never subscribed|not on DNC list|No DNC|non-DNC|DNC: No|DNC - no|DNC (clean)|not opted out
Never unsubscribed|not on the do not call list|removed from DNC|Bus stop|Stopped by|Non-stop
One-stop shop|Email unsubscribed|Unsubscribed from newsletter|Do not email
Do not call before 9|do not call after 5pm|No answer|Not called|No call yet|Active|Call back
Dead|Baja California"""
YES = """yes|y|Y|TRUE|1|1.0|x|✓|☑|☒|ja|oui|sí|sim|да|是|はい|tak|2026-01-01|2026-03-16 14:40:47|DNC
Registered|Checked"""
NO = """no|no.|N|NO!|FALSE|0|0.0|0.00|☐|unchecked|Clean|Not registered|Нет|否|いいえ|opt-in|Opt In
opted-in|n/a|-|--|.|none|null|0000-00-00 00:00:00|not on list|Not on DNC|OK to call|Nein|Não
Nie|Nee|不是|NaN|FALSCH|Subscribed|not opted out"""
REFUSED = """No|N|false|0|Refused|withdrawn|declined|opted out|Unsubscribed|☐|✗|no consent
withdrawn 03/2024|Not given|нет|否|never|unchecked|abgelehnt|refusé|denegado|rifiutato
geweigerd|odmowa|отказ|拒绝"""
GRANTED = """Yes|y|1|TRUE|granted|opted in|Opt-in|2026-01-01|x|✓|n/a|-|unknown|subscribed|да|同意
Double opt-in|Never subscribed"""


def listed(text: str) -> list[str]:
    return text.replace("\n", "|").split("|")


@pytest.mark.parametrize("status", listed(WITHDRAWN))
def test_a_status_of_an_opt_out_is_understood(status: str) -> None:
    assert is_withdrawal(status)


def test_a_long_status_is_heard_too() -> None:
    assert is_withdrawal("DNC - customer asked to be removed from all calling lists on 03/01/2026 (agent Jim)")
    assert is_withdrawal("Talked to his wife on Monday, who said that we must do not call again under any circumstance")
    assert not is_withdrawal("Interested in the premium plan; wants the brochure by post, and a meeting after the fair")


@pytest.mark.parametrize("status", listed(CALLABLE))
def test_a_status_that_only_sounds_like_an_opt_out_is_none(status: str) -> None:
    assert not is_withdrawal(status)


def test_the_answers_of_a_do_not_call_column() -> None:
    assert {cell for cell in listed(YES) if opts_out(cell) is not True} == set()
    assert {cell for cell in listed(NO) if opts_out(cell) is not False} == set()
    assert {
        cell for cell in listed("perhaps|never|active|2|09:00|✗|?|No thanks") if opts_out(cell) is not None
    } == set()
    assert opts_out("Never", is_time=True) is False


def test_the_answers_of_a_consent_column() -> None:
    assert {cell for cell in listed(REFUSED) if refuses(cell) is not True} == set()
    assert {cell for cell in listed(GRANTED) if refuses(cell) is not False} == set()
    assert {cell for cell in listed("pending|maybe|none|?|3") if refuses(cell) is not None} == set()


OPT_OUT_HEADERS = """Don't call|Never call|Suppress|Deceased|CTPS flag|TPS|Litigator|STOP|Opted-Out|DO_NOT_CALL
On DNC list|Do Not Call (DNC)|Nicht anrufen|Ne pas appeler|No llamar|Não ligar|Niet bellen
Nie dzwonić|Не звонить|请勿致电|No calls|National DNC|DNC Status|Blocked|Remove
Date of death|UNSUB_TIME|Unsubscribed at|contact[optOut]|Exclude from calls"""
CONSENT_HEADERS = """Consent to call|OK to call|Phone opt-in|Phone consent|May we call you?|Accepts SMS Marketing
Contactable|Opt-in|Allow calls|telephone_marketing|Subscribed|Call permission
Permission to call|Can call|Calls allowed|TCPA consent|Marketing consent|GDPR consent
Einwilligung Telefon|Werbeeinwilligung|Telefonwerbung|Anruf erlaubt|Consentement téléphone
Acepta llamadas|Consentimiento|Consenso telefonico|Consentimento|Toestemming
Zgoda na kontakt|Согласие на звонки|Not on DNC|DNC Clean"""
OTHER_HEADERS = """DNC Scrub Date|DNC Last Checked|Do not call before|Do not call after|Do not call reason
Opt-in time|OPTIN_IP|Consent date|Consent source|Email opt-in|Accepts Email Marketing
Email consent|Newsletter opt-out|DNC updated|DNC checked on"""


@pytest.mark.parametrize("header", listed(OPT_OUT_HEADERS))
def test_a_column_of_opt_outs_is_known_in_any_wording(header: str) -> None:
    assert guess(header).target == "do_not_call"


@pytest.mark.parametrize("header", listed(CONSENT_HEADERS))
def test_a_column_of_consent_is_known_in_any_wording(header: str) -> None:
    assert guess(header).target == "consent"
    assert guess(header).target == guess(header.upper().replace(" ", "_")).target


@pytest.mark.parametrize("header", listed(OTHER_HEADERS))
def test_a_column_about_opt_outs_is_kept_as_it_is(header: str) -> None:
    assert guess(header).target == "custom"


@pytest.mark.parametrize("rows", [1, 300])
@pytest.mark.parametrize(
    ("header", "cells", "marks", "warnings"),
    [
        ("Consent to call", ["No", "Yes", "", "maybe", "2026-01-01"], [1, 0, 0, 1, 0], 1),
        ("Subscribed", ["FALSE", "TRUE", "", "TRUE", "TRUE"], [1, 0, 0, 0, 0], 0),
        ("telephone_marketing", ["0", "1", "", "1", "0"], [1, 0, 0, 0, 1], 0),
        ("Accepts SMS Marketing", ["no", "yes", "", "yes", "yes"], [1, 0, 0, 0, 0], 0),
        ("Accepts Email Marketing", ["no", "yes", "", "yes", "yes"], [0, 0, 0, 0, 0], 0),
        ("DNC Scrub Date", ["2026-03-01"] * 5, [0] * 5, 0),
        ("DNC Last Checked", ["2026-03-01"] * 5, [0] * 5, 0),
        ("Do not call before", ["09:00"] * 5, [0] * 5, 0),
        ("Do not call", ["09:00", "10:00", "", "8 am", "20:00"], [0] * 5, 0),
        ("DNC", ["opt-in", "☐", "Clean", "Нет", "否"], [0] * 5, 0),
        ("DNC", ["Not registered", "no.", "unchecked", "", "x"], [0, 0, 0, 0, 1], 0),
        ("DNC Check", ["Clean", "DNC", "", "Clean", "National DNC"], [0, 1, 0, 0, 1], 0),
        ("Do Not Call", ["never", "perhaps", "", "active", "no"], [1, 1, 0, 1, 0], 3),
        ("Unsubscribed at", ["never", "2026-01-01", "", "Never", "n/a"], [0, 1, 0, 0, 0], 0),
        ("Deceased", ["Y", "N", "", "2025-01-01", "no"], [1, 0, 0, 1, 0], 0),
        ("Status", ["STOP", "New", "", "On DNC list", "Not interested"], [1, 0, 0, 1, 0], 0),
        ("Tags", ["vip, DNC", "vip", "", "#do-not-call", "non-DNC"], [1, 0, 0, 1, 0], 0),
        ("DNC Clean", ["Y", "N", "", "Y", "Y"], [0, 1, 0, 0, 0], 0),
        ("Not on DNC", ["yes", "no", "", "yes", "yes"], [0, 1, 0, 0, 0], 0),
    ],
)
def test_the_cells_of_such_a_column_mark_whom_they_mean(
    tmp_path: Path, header: str, cells: list[str], marks: list[int], warnings: int, rows: int
) -> None:
    lines = [f'602-555-{n:04},"{cell}"\n' for n in range(rows) for cell in cells]
    phones = [line.replace("602-555", f"602-{200 + place % 5}") for place, line in enumerate(lines)]
    result = judged_text(tmp_path, f"Phone,{header}\n" + "".join(phones))
    assert [contact["do_not_call"] for contact in result.contacts] == marks * rows
    assert len(result.warnings) == warnings * rows
    assert all("was taken as do not call" in warning.text for warning in result.warnings)


def test_an_opt_out_in_a_second_status_counts_too(tmp_path: Path) -> None:
    result = judged_text(tmp_path, "Phone,Status,Disposition\n602-555-0101,NEW,DNC\n602-555-0102,NEW,Sold\n")
    assert [contact["do_not_call"] for contact in result.contacts] == [1, 0]


def test_an_opt_out_among_attributes_counts_too(tmp_path: Path) -> None:
    cells = ['{"dnc": true}', '{"dnc": false, "consent": "yes"}', '{"consent to call": "no"}', '{"plan": "no"}']
    lines = [f'{n}@example.com,"' + cell.replace('"', '""') + '"\n' for n, cell in enumerate(cells)]
    result = judged_text(tmp_path, "email,attributes\n" + "".join(lines))
    assert [contact["do_not_call"] for contact in result.contacts] == [1, 0, 1, 0]


def test_the_proof_of_a_consent_is_kept(tmp_path: Path) -> None:
    result = judged_text(tmp_path, "Phone,Consent to call\n602-555-0101,2026-01-01\n")
    assert result.contacts[0]["custom_fields"] == '{"Consent to call":"2026-01-01"}'


def test_a_consent_can_be_mapped_by_hand(tmp_path: Path) -> None:
    result = judged_text(
        tmp_path, "Phone,Anrufen\n602-555-0101,nein\n602-555-0102,ja\n", mapping={"Anrufen": "consent"}
    )
    assert [contact["do_not_call"] for contact in result.contacts] == [1, 0]


@pytest.mark.parametrize("rows", [1, 300])
def test_a_workbook_is_read_alike(tmp_path: Path, rows: int) -> None:
    import xlsxwriter

    table = [
        ["Vendor Phone", "Phone", "Country", "Consent to call", "DNC"],
        *[["602-555-0198", f"020 7946 {n:04}", "United Kingdom (UK)", n % 2 == 0, n % 3 == 0] for n in range(rows)],
    ]
    with xlsxwriter.Workbook(tmp_path / "contacts.xlsx") as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate(table):
            sheet.write_row(row, 0, cells)
    result = judged(tmp_path / "contacts.xlsx")
    assert [contact["phone"] for contact in result.contacts] == [f"+442079460{n:03}" for n in range(rows)]
    assert [contact["do_not_call"] for contact in result.contacts] == [
        int(n % 2 == 1 or n % 3 == 0) for n in range(rows)
    ]
    assert not result.warnings
