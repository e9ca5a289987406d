"""Many people over SSH at once, one of whom imports: everybody is served, and sees what the import brought."""

import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import pytest

from segtui.domain.vocabulary import Role
from segtui.services.accounts import login_keys, users
from tests.ssh.conftest import Office
from tests.ssh.test_sessions import interface, sessions_of, soon
from tests.support.terminal import Terminal

ROWS = 20_000


@pytest.mark.parametrize("people", [5, pytest.param(40, marks=pytest.mark.long)])
def test_everybody_is_served_while_somebody_imports(office: Office, tmp_path: Path, people: int) -> None:
    logins = [f"many{people}n{number}" for number in range(people)]
    for login in logins:
        users.add(office.owner, login, company="Main", role=Role.MEMBER)
        login_keys.add(office.owner, login, office.sshd.key(login))
    with ExitStack() as stack:
        began = time.monotonic()
        terminals = [stack.enter_context(interface(office, login, tmp_path)) for login in logins[1:]]
        for terminal in terminals:
            terminal.see("Leads", "? Help")
        opened = time.monotonic() - began
        quiet = [_seconds_to_find(terminal) for terminal in terminals]
        segment = f"Bulk {people} {'warm' if office.warm else 'cold'}"
        importing = _import(office, logins[0], segment)
        busy = [_seconds_to_find(terminal) for terminal in terminals]
        memory = [sum(_kilobytes(pid) for pid in sessions_of(office, login)) for login in logins[1:]]
        assert importing.wait(120) == 0
        for terminal in terminals:
            terminal.see(segment, f"{ROWS:,}")
        for terminal in terminals:
            terminal.press("\x11")
        assert [terminal.end() for terminal in terminals] == [0] * len(terminals)
    assert soon(lambda: not any(sessions_of(office, login) for login in logins))
    print(
        f"\n{people} sessions, {'warm' if office.warm else 'cold'}: all open after {opened:.1f} s; "
        f"search to rows, median and worst: {median(quiet) * 1000:.0f} and {max(quiet) * 1000:.0f} ms, "
        f"while one imports {median(busy) * 1000:.0f} and {max(busy) * 1000:.0f} ms; "
        f"each {median(memory) / 1024:.0f} MB, {sum(memory) / 1024:.0f} MB together"
    )
    for login in logins:
        users.remove(office.owner, login)


def _seconds_to_find(terminal: Terminal) -> float:
    began = time.monotonic()
    terminal.press("/lead")
    terminal.see("Leads", "1 of")
    found = time.monotonic() - began
    terminal.press("\x1b")
    terminal.see("Search by name")
    terminal.press("\x1b")
    terminal.see("n New")
    return found


def _import(office: Office, login: str, segment: str) -> "subprocess.Popen[bytes]":
    rows = b"".join(b"Finn,finn%d@example.com\n" % number for number in range(ROWS))
    command = office.sshd.command(login, f"import - --segment '{segment}'")
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert process.stdin is not None
    process.stdin.write(b"first_name,email\n" + rows)
    process.stdin.close()
    return process


def _kilobytes(pid: int) -> int:
    """Return the memory of a process that it shares with no other, and its part of what it shares."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
