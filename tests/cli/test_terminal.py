"""What the commands do where somebody sits at a real terminal."""

import sys
from pathlib import Path

import pexpect
import pytest

from tests.support.commands import Commands


def spawn(segtui: Commands, *arguments: str, columns: int = 80) -> "pexpect.spawn[str]":
    command, *rest = segtui.line(*arguments)
    return pexpect.spawn(
        command, rest, env=segtui.environment(), dimensions=(24, columns), encoding="utf-8", timeout=30
    )


def finished(child: "pexpect.spawn[str]") -> int:
    child.expect(pexpect.EOF)
    child.close()
    return int(child.exitstatus)


@pytest.mark.parametrize("answer", ["", "n", "no"])
def test_the_harmless_answer_to_a_deletion_is_the_default(people: Commands, answer: str) -> None:
    child = spawn(people, "segments", "delete", "Webinar")
    child.expect(r"Delete the segment “Webinar”\? This cannot be undone; the 2 contacts in it are kept.*\[y/N\]")
    child.sendline(answer)
    child.expect("Nothing was changed")
    assert finished(child) == 1
    assert len(people("segments", "list", "--json").json) == 1


def test_a_deletion_that_is_confirmed_is_done(people: Commands) -> None:
    child = spawn(people, "contacts", "delete", "+16025550199")
    child.expect(r"\[y/N\]")
    child.sendline("y")
    child.expect("Deleted Finn Sample")
    assert finished(child) == 0
    assert people("contacts", "list", "--json").json["total"] == 2


def test_an_answer_that_was_typed_before_the_question_does_not_count(people: Commands) -> None:
    child = spawn(people, "segments", "delete", "Webinar")
    child.sendline("y")
    child.expect(r"\[y/N\]")
    child.sendline("")
    child.expect("Nothing was changed")
    assert finished(child) == 1
    assert len(people("segments", "list", "--json").json) == 1


def test_ctrl_c_at_a_question_changes_nothing(people: Commands) -> None:
    child = spawn(people, "segments", "delete", "Webinar")
    child.expect(r"\[y/N\]")
    child.sendintr()
    child.expect("Stopped")
    assert finished(child) == 130
    assert len(people("segments", "list", "--json").json) == 1


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_a_list_fits_the_terminal(people: Commands, columns: int) -> None:
    people("segments", "create", "A segment with a rather long name", "--description", "and more words " * 9)
    people("contacts", "edit", "+16025550199", "organization=" + "Long name of a company " * 4, "do_not_call=yes")
    for command in ("segments", "contacts"):
        child = spawn(people, command, "list", columns=columns)
        child.expect(pexpect.EOF)
        shown = (child.before or "").splitlines()
        assert len(shown) > 2
        assert all(len(line) <= columns for line in shown)
        assert all(
            word in shown[0]
            for word in {"segments": ("Name", "Contacts"), "contacts": ("Name", "Phone", "E-mail", "Status")}[command]
        )


def test_a_dumb_terminal_is_told_what_to_do(segtui: Commands) -> None:
    environment = segtui.environment({"TERM": "dumb"})
    child = pexpect.spawn(sys.executable, ["-m", "segtui"], env=environment, encoding="utf-8", timeout=30)
    child.expect("segtui segments list")
    assert finished(child) == 1


def test_an_export_asks_before_it_writes_over_a_file(people: Commands) -> None:
    Path("back.csv").write_text("mine")
    child = spawn(people, "export", "--output", "back.csv")
    child.expect(r"back.csv already exists. Overwrite it\? \[y/N\]")
    child.sendline("")
    child.expect("Nothing was changed")
    assert finished(child) == 1
    assert Path("back.csv").read_text() == "mine"
    child = spawn(people, "export", "--output", "back.csv")
    child.expect(r"\[y/N\]")
    child.sendline("y")
    child.expect("Exported 3 contacts")
    assert finished(child) == 0


def test_yes_keeps_an_export_from_asking(people: Commands) -> None:
    Path("back.csv").write_text("mine")
    child = spawn(people, "export", "--output", "back.csv", "--yes")
    child.expect("Exported 3 contacts")
    assert finished(child) == 0
    assert Path("back.csv").read_text().startswith("phone,")
