"""Setting up a server for people who sign in over SSH: does what the plan says, twice as well as once."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from segtui.domain.text import clean
from segtui.errors import NotAllowed, SetupFailed
from segtui.ssh import sshd_config
from segtui.ssh.host import Account, FileState, Host
from segtui.ssh.setup_plan import LOCKED, RIGHT_SHELLS, SHELL, Plan, account_options

_UNITS: Final = ("ssh.service", "sshd.service")
_PRIVATE: Final = 0o700
_OPEN: Final = 0o755


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a step: `warning` says in the step's words what is left to do by hand."""

    step: str
    did: Literal["done", "mended", "there already", "warning"]


def carry_out(host: Host, plan: Plan) -> Iterator[Outcome]:
    """Do what the plan says, step by step.

    Raises NotAllowed for who is not root, SetupFailed where a step fails. Then what was done before stays, but never a
    configuration that sshd refuses.
    """
    if not host.is_root:
        raise NotAllowed("Setting up a server takes root; without --write this only says what there is to do.")
    program = _sshd_of(host)
    yield from _made_ready(host, program)
    account, did = _account(host, plan)
    yield Outcome(f"account {plan.account}", did)
    yield from _folders(host, plan, account)
    yield _site(host, plan, account)
    yield from _database(host, plan, account)
    yield _snippet(host, plan, program)
    if not sshd_config.is_included(host.read(sshd_config.CONFIGURATION) or ""):
        yield Outcome(
            f"{sshd_config.CONFIGURATION} does not read {sshd_config.SNIPPET}: "
            f"put the line `Include {sshd_config.SNIPPET.parent}/*.conf` "
            "at its top, and reload sshd.",
            "warning",
        )
    yield _reloaded(host)


def _sshd_of(host: Host) -> str:
    program = host.find("sshd")
    if program is None:
        raise SetupFailed("There is no sshd on this machine: install it (openssh-server) first. Nothing was changed.")
    return program


def _made_ready(host: Host, program: str) -> Iterator[Outcome]:
    """Make sure that what sshd refuses later is ours: its configuration has to be right before."""
    tried = sshd_config.tested(host, program)
    if folder := sshd_config.missing_folder(tried):
        # Starting the service makes it; who sets up before that gets no further without.
        host.make_folder(folder, None, _OPEN)
        yield Outcome(f"folder {folder}, which sshd wants", "done")
        tried = sshd_config.tested(host, program)
    if tried.status:
        raise SetupFailed(f"sshd refuses its configuration as it is ({tried.said}): mend that first.")


def _account(host: Host, plan: Plan) -> tuple[Account, Literal["done", "mended", "there already"]]:
    account = host.account(plan.account)
    if account is None:
        _run(host, "useradd", *account_options(plan), plan.account)
        account = host.account(plan.account)
        if account is None:
            raise SetupFailed(f"There is no account {plan.account}, although useradd made one.")
        return account, "done"
    wrong = []
    if Path(account.shell).name not in RIGHT_SHELLS:
        wrong += ["--shell", SHELL]
    if host.password_field(account.name) in LOCKED:
        wrong += ["--password", "*"]
    if not wrong:
        return account, "there already"
    _run(host, "usermod", *wrong, account.name)
    return host.account(account.name) or account, "mended"


def _run(host: Host, program: str, *words: str) -> None:
    found = host.find(program)
    if found is None:
        raise SetupFailed(f"There is no {program} on this machine: make the account by hand, then repeat this.")
    done = host.run([found, *words])
    if done.status:
        raise SetupFailed(f"{program} failed: {done.said}.")


def _folders(host: Host, plan: Plan, account: Account) -> Iterator[Outcome]:
    yield _folder(host, plan.home, account)
    yield _folder(host, plan.files, account, inside=plan.home in plan.files.parents)
    for folder in (plan.site.parent, sshd_config.SNIPPET.parent):
        state = host.state(folder)
        right = state is not None and state.kind == "folder" and state.uid == 0 and not state.mode & 0o022
        if not right:
            host.make_folder(folder, None, _OPEN)
        yield Outcome(f"folder {clean(str(folder))}", _did(state, right=right))


def _folder(host: Host, path: Path, account: Account, *, inside: bool = False) -> Outcome:
    """Make a folder of the account's. `inside` of its home nothing is done with root's rights."""
    state = host.state(path)
    right = state is not None and (state.kind, state.uid, state.mode) == ("folder", account.uid, _PRIVATE)
    if not right and inside:
        host.make_folder_as(account, path, _PRIVATE)
    elif not right:
        host.make_folder(path, account, _PRIVATE)
    return Outcome(f"folder {clean(str(path))}", _did(state, right=right))


def _did(before: FileState | None, *, right: bool) -> Literal["done", "mended", "there already"]:
    return "there already" if right else "done" if before is None else "mended"


def _site(host: Host, plan: Plan, account: Account) -> Outcome:
    step = f"file of the site {clean(str(plan.site))}"
    if host.state(plan.site) is not None:
        return Outcome(step, "there already")
    host.write(plan.site, plan.site_text, account.gid, 0o640)
    return Outcome(step, "done")


def _database(host: Host, plan: Plan, account: Account) -> Iterator[Outcome]:
    was_there = "://" in plan.database or host.state(Path(plan.database)) is not None
    done = host.run([str(plan.executable), "-I", "-m", "segtui", "db", "upgrade", "--json"], account)
    if done.status:
        raise SetupFailed(
            f"The account {account.name} could not make the database: {done.said}. sshd was left as it is; "
            "`segtui ssh check` says more."
        )
    schema = json.loads(done.out)
    yield Outcome("database", "there already" if was_there and schema["before"] == schema["after"] else "done")
    if done.err.strip():
        yield Outcome(f"{done.said}.", "warning")


def _snippet(host: Host, plan: Plan, program: str) -> Outcome:
    """Write sshd's file. Raises SetupFailed where sshd refuses it: then there is again what was there before."""
    step = f"file of sshd {sshd_config.SNIPPET}"
    before, state = host.read(sshd_config.SNIPPET), host.state(sshd_config.SNIPPET)
    if before == plan.snippet and state is not None and (state.uid, state.mode) == (0, 0o644):
        return Outcome(step, "there already")
    host.write(sshd_config.SNIPPET, plan.snippet, 0, 0o644)
    tried = sshd_config.tested(host, program)
    if tried.status:
        if before is None:
            host.remove(sshd_config.SNIPPET)
        else:
            host.write(sshd_config.SNIPPET, before, 0, 0o644)
        raise SetupFailed(f"sshd refuses {sshd_config.SNIPPET} ({tried.said}), so it was taken back.")
    return Outcome(step, "done" if before is None else "mended")


def _reloaded(host: Host) -> Outcome:
    systemctl = host.find("systemctl") if host.has_systemd else None
    for unit in _UNITS if systemctl else ():
        # Of a service that waits for its first connection there is nothing to reload, and that is no failure.
        if host.run([str(systemctl), "try-reload-or-restart", unit]).status == 0:
            return Outcome("sshd reads its configuration again", "done")
    return Outcome("Have sshd read its configuration again: `service ssh reload`, or send it SIGHUP.", "warning")
