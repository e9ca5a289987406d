"""Checks of sshd: its configuration, and the command that it runs to look up keys."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from segtui.errors import InvalidInput
from segtui.ssh import sshd_config
from segtui.ssh.check_result import NO_ACCOUNT, CheckResult, ok, unchecked, wrong
from segtui.ssh.host import Account, Host, ProcessResult
from segtui.ssh.permissions import Program
from segtui.ssh.warm import stub_command

_UNUSED_FINGERPRINT: Final = "SHA256:" + "A" * 43
"""A well-formed fingerprint that no key has."""


@dataclass(frozen=True, slots=True)
class SshdState:
    """The state of sshd: its path (None if it is missing), and the settings in force for the account."""

    program: str | None
    tested: ProcessResult = field(default_factory=lambda: ProcessResult(0))
    settings: Mapping[str, list[str]] = field(default_factory=dict)
    settings_query: ProcessResult = field(default_factory=lambda: ProcessResult(0))


def probe_sshd(host: Host, name: str) -> SshdState:
    """Return the state of sshd. Only root gets an answer, because sshd reads the host keys first."""
    program = host.find("sshd")
    if program is None or not host.is_root:
        return SshdState(program)
    settings, query = sshd_config.effective_settings(host, program, name)
    return SshdState(program, sshd_config.test_configuration(host, program), settings, query)


def check_sshd(
    host: Host, name: str, account: Account | None, program: Program, server: SshdState
) -> Iterator[CheckResult]:
    """Yield the results for sshd and the account `name`."""
    if server.program is None:
        yield wrong("sshd", "There is no sshd on this machine: install it (openssh-server).")
    else:
        yield ok("sshd", f"It is {server.program}.")
    yield _configuration(host, server)
    for point, check in (("sshd's settings", _settings), ("sshd's environment", _environment)):
        yield check(point, name, program, server) if server.settings else _unknown(point, host, server)
    yield _admission(host, account, server)
    yield _keys_command(host, name, account, program)


def _unknown(point: str, host: Host, server: SshdState) -> CheckResult:
    if server.program is None:
        return unchecked(point, "There is no sshd.")
    return (
        unchecked(point, f"sshd does not say: {server.settings_query.last_line}.") if host.is_root else unchecked(point)
    )


def _configuration(host: Host, server: SshdState) -> CheckResult:
    point = "sshd's configuration"
    if server.program is None or not host.is_root:
        return _unknown(point, host, server)
    if folder := sshd_config.missing_folder(server.tested):
        return wrong(point, f"There is no {folder}, which is created when sshd starts: start its service.")
    if server.tested.status:
        return wrong(point, f"sshd refuses it; fix this first: {server.tested.last_line}.")
    return ok(point, "sshd accepts it.")


def _settings(point: str, name: str, program: Program, server: SshdState) -> CheckResult:
    try:
        differences = sshd_config.differences(server.settings, name, program.executable)
    except InvalidInput as error:
        return wrong(point, str(error))
    if not differences:
        return ok(point, f"For {name} they are as in {sshd_config.SNIPPET}.")
    return wrong(
        point,
        f"Write {sshd_config.SNIPPET} with `segtui ssh setup --write`, "
        f"and make sure that {sshd_config.CONFIGURATION} includes it and that nothing "
        f"before it says otherwise: {'; '.join(differences)}.",
    )


def _environment(point: str, _name: str, _program: Program, server: SshdState) -> CheckResult:
    if setting := sshd_config.harmful_setting(server.settings):
        return wrong(
            point, f"With `{setting}`, users who sign in could run other code: remove it from sshd's settings."
        )
    return ok(point, "Users who sign in cannot set variables that change how a program runs.")


def _admission(host: Host, account: Account | None, server: SshdState) -> CheckResult:
    point = "sshd's admission"
    if account is None:
        return unchecked(point, NO_ACCOUNT)
    if not server.settings:
        return _unknown(point, host, server)
    if setting := sshd_config.denying_setting(server.settings, account, host.groups_of(account)):
        return wrong(
            point, f"{setting} in sshd's settings keeps {account.name} out: change it so that the account may sign in."
        )
    return ok(point, f"No list in sshd's settings keeps {account.name} out.")


def _keys_command(host: Host, name: str, account: Account | None, program: Program) -> CheckResult:
    """Check that the command that looks up keys answers for nothing else: a key for root would open root."""
    point = "keys command"
    if account is None:
        return unchecked(point, NO_ACCOUNT)
    if not host.may_be(account):
        return unchecked(point)
    command = [*stub_command(program.executable), "authorized-keys"]
    for requested, description in (("root", "another account"), (name, "a key that nobody has")):
        result = host.run([*command, requested, _UNUSED_FINGERPRINT], account)
        if result.status:
            return wrong(point, f"Asked for {description}, it fails, so nobody can sign in: {result.last_line}.")
        if result.out:
            return wrong(point, f"Asked for {description}, it returns a key and must return none: {result.last_line}.")
    return ok(point, "It returns nothing for another account, nor for a key that nobody has.")
