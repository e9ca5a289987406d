"""The points of a check that are about sshd, and about what it asks us."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from segtui.errors import InvalidInput
from segtui.ssh import sshd_config
from segtui.ssh.check_result import NO_ACCOUNT, Point, ok, unchecked, wrong
from segtui.ssh.host import Account, Done, Host
from segtui.ssh.permissions import Program

_NOBODYS: Final = "SHA256:" + "A" * 43
"""A fingerprint as sshd writes one, of no key."""


@dataclass(frozen=True, slots=True)
class Server:
    """sshd, as far as it tells: where it is (None where it is not), and the settings that hold for the account."""

    program: str | None
    tested: Done = field(default_factory=lambda: Done(0))
    settings: Mapping[str, list[str]] = field(default_factory=dict)
    asked: Done = field(default_factory=lambda: Done(0))


def look(host: Host, name: str) -> Server:
    """Return what sshd says. Only root gets an answer, for it reads the host keys first."""
    program = host.find("sshd")
    if program is None or not host.is_root:
        return Server(program)
    settings, asked = sshd_config.effective_settings(host, program, name)
    return Server(program, sshd_config.tested(host, program), settings, asked)


def points(host: Host, name: str, account: Account | None, program: Program, server: Server) -> Iterator[Point]:
    """Yield what there is to say about sshd and the account `name`."""
    if server.program is None:
        yield wrong("sshd", "There is no sshd on this machine: install it (openssh-server).")
    else:
        yield ok("sshd", f"It is {server.program}.")
    yield _configuration(host, server)
    for point, judge in (("sshd's settings", _settings), ("sshd's environment", _environment)):
        yield judge(point, name, program, server) if server.settings else _untold(point, host, server)
    yield _admission(host, account, server)
    yield _keys_command(host, name, account, program)


def _untold(point: str, host: Host, server: Server) -> Point:
    if server.program is None:
        return unchecked(point, "There is no sshd.")
    return unchecked(point, f"sshd does not tell: {server.asked.said}.") if host.is_root else unchecked(point)


def _configuration(host: Host, server: Server) -> Point:
    point = "sshd's configuration"
    if server.program is None or not host.is_root:
        return _untold(point, host, server)
    if folder := sshd_config.missing_folder(server.tested):
        return wrong(point, f"There is no {folder}, which starting sshd makes: start its service.")
    if server.tested.status:
        return wrong(point, f"sshd refuses it, so mend that: {server.tested.said}.")
    return ok(point, "sshd accepts it.")


def _settings(point: str, name: str, program: Program, server: Server) -> Point:
    try:
        found = sshd_config.differences(server.settings, name, program.executable)
    except InvalidInput as error:
        return wrong(point, str(error))
    if not found:
        return ok(point, f"They are for {name} as {sshd_config.SNIPPET} says.")
    return wrong(
        point,
        f"Write {sshd_config.SNIPPET} with `segtui ssh setup --write`, "
        f"and see that {sshd_config.CONFIGURATION} reads it and nothing "
        f"before it says otherwise: {'; '.join(found)}.",
    )


def _environment(point: str, _name: str, _program: Program, server: Server) -> Point:
    if setting := sshd_config.lets_harm_in(server.settings):
        return wrong(point, f"Who signs in could have other code run by `{setting}`: take that out of sshd's settings.")
    return ok(point, "Who signs in cannot set what changes how a program runs.")


def _admission(host: Host, account: Account | None, server: Server) -> Point:
    point = "sshd's admission"
    if account is None:
        return unchecked(point, NO_ACCOUNT)
    if not server.settings:
        return _untold(point, host, server)
    if setting := sshd_config.keeps_out(server.settings, account, host.groups_of(account)):
        return wrong(point, f"{setting} in sshd's settings keeps {account.name} out: add the account there.")
    return ok(point, f"sshd keeps {account.name} out by no list.")


def _keys_command(host: Host, name: str, account: Account | None, program: Program) -> Point:
    """Judge whether the command that sshd asks says nothing about what is not ours: a key for root would open root."""
    point = "keys command"
    if account is None:
        return unchecked(point, NO_ACCOUNT)
    if not host.may_be(account):
        return unchecked(point)
    command = [str(program.executable), "-I", "-m", "segtui", "ssh", "authorized-keys"]
    for asked, whose in (("root", "another account"), (name, "a key that nobody has")):
        done = host.run([*command, asked, _NOBODYS], account)
        if done.status:
            return wrong(point, f"Asked for {whose} it fails, and nobody gets in: {done.said}.")
        if done.out:
            return wrong(point, f"Asked for {whose} it has an answer and must have none: {done.said}.")
    return ok(point, "It has no answer for another account, nor for a key that nobody has.")
