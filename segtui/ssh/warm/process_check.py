"""Checks of the warm process: its unit, the process itself, and the bytecode of what sessions run.

Everything works without the process, only slower. So its absence is advice. A process that was set up and does not
run, and anything that is not safe, is wrong.
"""

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from segtui.domain.text import clean, counted
from segtui.ssh import permissions
from segtui.ssh.check_result import NO_ACCOUNT, CheckResult, advice, ok, unchecked, wrong
from segtui.ssh.host import Account, Host
from segtui.ssh.permissions import Program
from segtui.ssh.warm import process_probe, protocol, unit

_SETUP: Final = "`segtui ssh setup --write`"
_RESTART: Final = f"`systemctl restart {unit.UNIT}`"
_SLOWER: Final = "so sessions open more slowly"


def check_warm_process(host: Host, name: str, account: Account | None, program: Program) -> Iterator[CheckResult]:
    """Yield the results for the warm process of the account `name`."""
    unit_result = _unit(host, name, program) if host.has_systemd else None
    if unit_result is not None:
        yield unit_result
    point = "warm process"
    if account is None:
        yield unchecked(point, NO_ACCOUNT)
    elif not host.may_be(account):
        yield unchecked(point)
    else:
        yield _process(host, account, program, is_set_up=unit_result is not None and unit_result.state != "advice")
    yield _bytecode(host, account, program)


def _unit(host: Host, name: str, program: Program) -> CheckResult:
    point = "warm process's unit"
    path, state = unit.UNIT_FILE, host.state(unit.UNIT_FILE)
    if state is None:
        return advice(point, f"There is no {path}, {_SLOWER}: {_SETUP} writes it and starts the process.")
    if state.kind == "link":
        return advice(point, f"{unit.UNIT} is masked, {_SLOWER}: `systemctl unmask {unit.UNIT}`, then {_SETUP}.")
    if problems := permissions.write_access_problems(host, [path]):
        return wrong(point, f"{problems[0]}: only root may be able to write {path}, which says what is run.")
    if differences := unit.unit_differences(host.read(path) or "", name, program.executable):
        return wrong(point, f"Write it with {_SETUP}: {'; '.join(differences)}.")
    systemctl = host.find("systemctl") or "systemctl"
    if host.run([systemctl, "is-enabled", unit.UNIT]).status:
        return advice(point, f"It is not started with the machine: `systemctl enable --now {unit.UNIT}`.")
    return ok(point, f"{path} is as setup writes it, and is started with the machine.")


def _process(host: Host, account: Account, program: Program, *, is_set_up: bool) -> CheckResult:
    """Check that the process forks sessions, by requesting one as the stub does."""
    point = "warm process"
    command = unit.serve_command(program.executable)
    start = f"{_SETUP} starts it" if host.has_systemd else f"run `{clean(command)}` as {account.name}"
    restart = _RESTART if is_set_up else "end it, and start it again"
    path = account.home / protocol.SOCKET_NAME
    state, shown = host.state(path), clean(str(path))
    if state is not None and state.kind != "socket":
        return wrong(point, f"{shown} is no socket, {_SLOWER}: remove it, and {restart}.")
    if state is not None and (state.uid, state.mode) != (account.uid, 0o600):
        owner = clean(host.name_of(state.uid))
        return wrong(
            point,
            f"{shown} belongs to {owner} and has the mode {state.mode:04o}, so no sign-in uses it: remove it, and "
            f"{restart}; it then belongs to {account.name} with the mode 0600.",
        )
    result = host.run([str(program.executable), "-I", "-m", "segtui.ssh.warm.process_probe"], account)
    if result.status == 0:
        return ok(point, "It runs the code that is installed, and forks sessions.")
    if result.last_line == process_probe.OTHER_CODE:
        return wrong(
            point,
            f"It runs the code of another installation, so no sign-in uses it: {restart}. "
            f"It has to run {clean(str(program.executable))}.",
        )
    if state is None or result.last_line not in {process_probe.CLOSED, process_probe.SILENT}:
        if is_set_up:
            return wrong(
                point, f"It does not run, {_SLOWER}: {_RESTART}, and `journalctl -u {unit.UNIT}` says why it ended."
            )
        return advice(point, f"It does not run, {_SLOWER}: {start}.")
    if result.last_line == process_probe.CLOSED:
        return advice(
            point,
            f"It forked no session, as a process of older code does before it ends, {_SLOWER}: {restart}.",
        )
    seconds = f"{protocol.ANSWER_SECONDS:.0f} seconds"
    return wrong(point, f"It does not answer, so every sign-in waits {seconds} for it: {restart}.")


def _bytecode(host: Host, account: Account | None, program: Program) -> CheckResult:
    """Check that no start of the program compiles anything: the account could not store the result."""
    point = "bytecode"
    if account is None:
        return unchecked(point, NO_ACCOUNT)
    if not host.may_be(account):
        return unchecked(point)
    result = host.run([str(program.executable), "-I", "-m", "segtui.ssh.warm.bytecode_probe"], account)
    if result.status:
        return unchecked(point, f"The program cannot be run: {result.last_line}.")
    stale = [Path(line) for line in result.out.splitlines()]
    if not stale:
        return ok(point, f"Everything that sessions run is compiled, and {account.name} can read it.")
    # The innermost folders alone, so that compiled libraries around them are not compiled again.
    folders = {
        max((folder for folder in program.code if folder in path.parents), default=path.parent) for path in stale
    }
    words = shlex.join([str(program.executable), "-m", "compileall", "-q", *map(str, sorted(folders))])
    return advice(
        point,
        f"Every start compiles {counted(len(stale), 'file')}, such as {clean(str(stale[0]))}, {_SLOWER}: as root, "
        f"`umask 022; {clean(words)}`.",
    )
