"""What a file or a person wrote reaches the terminal as text, whatever it holds."""

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.terminal import Terminal, run

PAYLOADS = {
    "title": "\x1b]0;PWNED\x07 title",
    "title of C1": "\x9d0;PWNED\x9c title",
    "clipboard": "\x1b]52;c;UFdORUQ=\x07 clipboard",
    "clear": "\x1b[2J\x1b[H clear",
    "C1 clear": "\x9b2J clear",
    "report": "\x1b[6n\x1b[c report",
    "device string": "\x1bP+q544e\x1b\\ string",
    "markup": "[bold]strong[/nope] [@click=app.quit]quit[/]",
    "lines": "one\r\ntwo\x0bthree\u2028four",
    "bell": "\x07\x08\x08\x7fbell",
    "right to left": "\u202egnp.exe\u2066 turned",
    "joined": "👩\u200d👩\u200d👧 wide 漢字 e\u0301",
    "nothing": "\u200b\u200e\ufeff blank",
}
# What an application may say to its terminal in an operating system command: the shape of the mouse pointer.
_OWN_COMMAND = re.compile(rb"\x1b\]22;[a-z-]*(\x07|\x1b\\)")


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """Return a database whose every text is a payload, written past the services that would have cleaned it."""
    path = tmp_path_factory.mktemp("poisoned") / "poisoned.db"
    shutil.copy2(sqlite_template, path)
    with closing(sqlite3.connect(path)) as connection, connection:
        for number, payload in enumerate(PAYLOADS.values(), 1):
            values = {"id": number, "name": f"s{number:02} {payload}", "key": f"s{number:02}", "text": payload}
            values |= {"phone": f"+160255501{number:02}", "total": len(PAYLOADS)}
            connection.execute(_SEGMENT, values)
            connection.execute(_CONTACT, values)
        connection.execute(
            "INSERT INTO memberships (company_id, segment_id, contact_id, added_at)"
            " SELECT 1, s.id, c.id, 1760000000000000 FROM segments AS s, contacts AS c"
        )
    return path


_SEGMENT = """
INSERT INTO segments
    (id, company_id, name, name_key, sort_key, description, search, contacts, created_at, updated_at)
VALUES (:id, 1, :name, :key, :key, :text, '  pwned', :total, 1760000000000000, 1760000000000000)
"""
_CONTACT = """
INSERT INTO contacts
    (id, company_id, phone, first_name, last_name, email, organization, job_title, city, state, source, status,
     custom_fields, created_at, updated_at, name_key, search)
VALUES (:id, 1, :phone, :text, :text, :text, :text, :text, :text, :text, :text, :text,
     json_object(:text, :text), 1760000000000000, 1760000000000000, :key, :text)
"""


def demand_harmless(sent: bytes) -> None:
    """Fail where any payload came through as something a terminal obeys."""
    own = _OWN_COMMAND.sub(b"", sent)
    assert b"\x1b]" not in own, "an operating system command"
    assert b"\x1bP" not in own, "a device control string"
    assert b"\x1b[6n" not in own, "a question for the cursor"
    assert b"\x1b[c" not in own, "a question for the device"
    assert b"\x07" not in own, "a bell"
    assert not re.search(rb"\xc2[\x80-\x9f]", own), "a control character of C1"
    assert "\u202e".encode() not in own, "a mark that turns text around"
    assert "\u2066".encode() not in own, "a mark that isolates text"


def test_list_detail_contact_and_dialogs_show_payloads_harmlessly(poisoned: Path, tmp_path: Path) -> None:
    with Terminal(["--database", str(poisoned)], tmp_path, columns=160, lines=40) as terminal:
        terminal.see("s01", "s13", "]0;PWNED", "[bold]strong[/nope]")
        for number in range(1, len(PAYLOADS) + 1):
            terminal.press("\r")
            terminal.see(f"Segments > s{number:02}", "+1 602 555 0101", "+1 602 555 0113")
            terminal.press("\x1b")
            terminal.see("Create Segment", "s13")
            terminal.press("j")
        for key, shown in (
            ("d", "cannot be undone"),
            ("e", "Edit segment"),
            ("?", "On this screen"),
            ("\x10", "Command palette"),
        ):
            terminal.press(key)
            terminal.see(shown)
            if shown == "Command palette":
                terminal.press("pwned")
                terminal.see("segment, 13 contacts")
            terminal.press("\x1b")
            terminal.see("Create Segment", "s13", gone=[shown])
        terminal.press("\r")
        terminal.see("Segments > s13", "+1 602 555 0101")
        terminal.press("\r")
        terminal.see("Came from", "PWNED")
        terminal.press("e")
        terminal.see("Edit contact")
        terminal.press("\x1b")
        terminal.see("Came from", gone=["Edit contact"])
        terminal.press("\x11")
        assert terminal.end() == 0
        assert terminal.title == ""
        demand_harmless(terminal.sent)


def test_what_is_pasted_into_a_search_is_text(poisoned: Path, tmp_path: Path) -> None:
    with Terminal(["--database", str(poisoned)], tmp_path) as terminal:
        terminal.see("s01")
        terminal.press("/")
        terminal.see("To the rows")
        for number, payload in enumerate(PAYLOADS.values()):
            terminal.press(f"\x1b[200~{payload}\x1b[201~ z{number}")
            terminal.see(f"z{number}")
            terminal.press("\x1b")
            terminal.see("Search by name")
        terminal.press("\x11")
        assert terminal.end() == 0
        assert terminal.title == ""
        demand_harmless(terminal.sent)


@pytest.mark.parametrize(
    "command",
    [
        ["segments", "list"],
        ["segments", "show", "s02"],
        ["segments", "show", PAYLOADS["title"]],
        ["contacts", "list"],
        ["contacts", "show", "1"],
        ["contacts", "list", "--filter", f"status={PAYLOADS['title']}"],
        ["import", PAYLOADS["title"]],
        [PAYLOADS["clear"]],
    ],
    ids=lambda command: " ".join(command[:2]).encode("unicode_escape").decode(),
)
def test_commands_print_payloads_harmlessly(poisoned: Path, tmp_path: Path, command: list[str]) -> None:
    _, shown, said = run("--database", str(poisoned), *command, folder=tmp_path)
    printed = shown + said
    assert printed
    assert not [char for char in printed if (char < " " and char != "\n") or "\x7f" <= char <= "\x9f"]
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", printed)


def test_json_escapes_control_characters(poisoned: Path, tmp_path: Path) -> None:
    _, shown, _ = run("--database", str(poisoned), "contacts", "list", "--json", folder=tmp_path)
    assert "\\u001b" in shown
    assert not [char for char in shown if (char < " " and char != "\n") or "\x7f" <= char <= "\x9f"]
