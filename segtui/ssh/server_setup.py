"""Setup of a server for access over SSH: applies the plan. Repeating it does no harm."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from segtui.domain.text import clean
from segtui.errors import NotAllowed, SetupFailed
from segtui.ssh import sshd_config
from segtui.ssh.host import Account, FileState, Host
from segtui.ssh.setup_plan import LOCKED, SAFE_SHELLS, SHELL, Plan, account_options
from segtui.ssh.warm import unit as warm_unit

_SSHD_UNITS: Final = ("ssh.service", "sshd.service")
_PRIVATE_MODE: Final = 0o700
_PUBLIC_MODE: Final = 0o755


@dataclass(frozen=True, slots=True)
class StepResult:
    """The result of a step: for a `warning`, `step` says what is left to do by hand."""

    step: str
    did: Literal["done", "mended", "there already", "warning"]


def apply_plan(host: Host, plan: Plan) -> Iterator[StepResult]:
    """Apply the plan, step by step.

    Raises NotAllowed for users other than root, SetupFailed when a step fails. The steps before it stay, but never
    a configuration that sshd refuses.
    """
    if not host.is_root:
        raise NotAllowed("Setting up a server takes root; without --write, this only prints what has to be done.")
    program = _find_sshd(host)
    yield from _prepare_sshd(host, program)
    account, did = _account(host, plan)
    yield StepResult(f"account {plan.account}", did)
    yield from _folders(host, plan, account)
    yield _site(host, plan, account)
    yield from _database(host, plan, account)
    yield _snippet(host, plan, program)
    if not sshd_config.is_included(host.read(sshd_config.CONFIGURATION) or ""):
        yield StepResult(
            f"{sshd_config.CONFIGURATION} does not read {sshd_config.SNIPPET}: "
            f"put the line `Include {sshd_config.SNIPPET.parent}/*.conf` "
            "at its top, and reload sshd.",
            "warning",
        )
    yield from _warm_process(host, plan)
    yield _reload_sshd(host)


def _find_sshd(host: Host) -> str:
    program = host.find("sshd")
    if program is None:
        raise SetupFailed("There is no sshd on this machine: install it (openssh-server) first. Nothing was changed.")
    return program


def _prepare_sshd(host: Host, program: str) -> Iterator[StepResult]:
    """Make sure that sshd accepts its configuration now: a later refusal is then due to our change."""
    result = sshd_config.test_configuration(host, program)
    if folder := sshd_config.missing_folder(result):
        # Starting the service creates it; without it, sshd cannot test its configuration before its first start.
        host.make_folder(folder, None, _PUBLIC_MODE)
        yield StepResult(f"folder {folder}, which sshd needs", "done")
        result = sshd_config.test_configuration(host, program)
    if result.status:
        raise SetupFailed(f"sshd refuses its present configuration ({result.last_line}): fix that first.")


def _account(host: Host, plan: Plan) -> tuple[Account, Literal["done", "mended", "there already"]]:
    account = host.account(plan.account)
    if account is None:
        _run(host, "useradd", *account_options(plan), plan.account)
        account = host.account(plan.account)
        if account is None:
            raise SetupFailed(f"There is no account {plan.account}, although useradd created it.")
        return account, "done"
    options = []
    if Path(account.shell).name not in SAFE_SHELLS:
        options += ["--shell", SHELL]
    if host.password_field(account.name) in LOCKED:
        options += ["--password", "*"]
    if not options:
        return account, "there already"
    _run(host, "usermod", *options, account.name)
    return host.account(account.name) or account, "mended"


def _run(host: Host, program: str, *arguments: str) -> None:
    path = host.find(program)
    if path is None:
        raise SetupFailed(
            f"There is no {program} on this machine: create the account by hand, then repeat the command."
        )
    result = host.run([path, *arguments])
    if result.status:
        raise SetupFailed(f"{program} failed: {result.last_line}.")


def _folders(host: Host, plan: Plan, account: Account) -> Iterator[StepResult]:
    yield _folder(host, plan.home, account)
    yield _folder(host, plan.files, account, inside=plan.home in plan.files.parents)
    for folder in (plan.site.parent, sshd_config.SNIPPET.parent):
        state = host.state(folder)
        correct = state is not None and state.kind == "folder" and state.uid == 0 and not state.mode & 0o022
        if not correct:
            host.make_folder(folder, None, _PUBLIC_MODE)
        yield StepResult(f"folder {clean(str(folder))}", _did(state, correct=correct))


def _folder(host: Host, path: Path, account: Account, *, inside: bool = False) -> StepResult:
    """Make a folder of the account. One `inside` its home is made without root's rights."""
    state = host.state(path)
    correct = state is not None and (state.kind, state.uid, state.mode) == ("folder", account.uid, _PRIVATE_MODE)
    if not correct and inside:
        host.make_folder_as(account, path, _PRIVATE_MODE)
    elif not correct:
        host.make_folder(path, account, _PRIVATE_MODE)
    return StepResult(f"folder {clean(str(path))}", _did(state, correct=correct))


def _did(before: FileState | None, *, correct: bool) -> Literal["done", "mended", "there already"]:
    return "there already" if correct else "done" if before is None else "mended"


def _site(host: Host, plan: Plan, account: Account) -> StepResult:
    step = f"site file {clean(str(plan.site))}"
    if host.state(plan.site) is not None:
        return StepResult(step, "there already")
    host.write(plan.site, plan.site_text, account.gid, 0o640)
    return StepResult(step, "done")


def _database(host: Host, plan: Plan, account: Account) -> Iterator[StepResult]:
    existed = "://" in plan.database or host.state(Path(plan.database)) is not None
    result = host.run([str(plan.executable), "-I", "-m", "segtui", "db", "upgrade", "--json"], account)
    if result.status:
        raise SetupFailed(
            f"The account {account.name} could not create the database: {result.last_line}. sshd was not changed; "
            "`segtui ssh check` says more."
        )
    schema = json.loads(result.out)
    yield StepResult("database", "there already" if existed and schema["before"] == schema["after"] else "done")
    if result.err.strip():
        yield StepResult(f"{result.last_line}.", "warning")


def _snippet(host: Host, plan: Plan, program: str) -> StepResult:
    """Write sshd's file. Raises SetupFailed if sshd refuses it, after restoring the file that was there before."""
    step = f"sshd file {sshd_config.SNIPPET}"
    before, state = host.read(sshd_config.SNIPPET), host.state(sshd_config.SNIPPET)
    if before == plan.snippet and state is not None and (state.uid, state.mode) == (0, 0o644):
        return StepResult(step, "there already")
    host.write(sshd_config.SNIPPET, plan.snippet, 0, 0o644)
    result = sshd_config.test_configuration(host, program)
    if result.status:
        if before is None:
            host.remove(sshd_config.SNIPPET)
        else:
            host.write(sshd_config.SNIPPET, before, 0, 0o644)
        raise SetupFailed(f"sshd refuses {sshd_config.SNIPPET} ({result.last_line}), so the old state was restored.")
    return StepResult(step, "done" if before is None else "mended")


def _warm_process(host: Host, plan: Plan) -> Iterator[StepResult]:
    """Write the unit of the warm process and restart it, so that it runs this code. Open sessions outlive that.

    A failure here is a warning: without the process, sessions only open more slowly.
    """
    systemctl = host.find("systemctl") if host.has_systemd else None
    if systemctl is None:
        yield StepResult(
            f"Run `{warm_unit.serve_command(plan.executable)}` as {plan.account}, and again whenever it ends, which it "
            "does after an upgrade: without it sessions open more slowly.",
            "warning",
        )
        return
    state, text = host.state(warm_unit.UNIT_FILE), host.read(warm_unit.UNIT_FILE)
    if state is not None and state.kind == "link":
        yield StepResult(f"{warm_unit.UNIT} is masked, so it stays off and sessions open more slowly.", "warning")
        return
    correct = state is not None and (state.uid, state.mode, text) == (0, 0o644, plan.unit)
    if not correct:
        host.write(warm_unit.UNIT_FILE, plan.unit, 0, 0o644)
    yield StepResult(f"unit {warm_unit.UNIT_FILE}", _did(state, correct=correct))
    for command in (["daemon-reload"], ["enable", warm_unit.UNIT], ["restart", warm_unit.UNIT]):
        result = host.run([systemctl, *command])
        if result.status:
            yield StepResult(
                f"`systemctl {' '.join(command)}` failed ({result.last_line}): sessions open more slowly until it "
                "works.",
                "warning",
            )
            return
    yield StepResult("warm process restarted", "done")


def _reload_sshd(host: Host) -> StepResult:
    systemctl = host.find("systemctl") if host.has_systemd else None
    for unit in _SSHD_UNITS if systemctl else ():
        # A socket-activated service that has not started yet has nothing to reload: that is no failure.
        if host.run([str(systemctl), "try-reload-or-restart", unit]).status == 0:
            return StepResult("sshd reloaded its configuration", "done")
    return StepResult("Make sshd reload its configuration: `service ssh reload`, or send it SIGHUP.", "warning")
