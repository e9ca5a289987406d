"""`segtui ssh setup` and `segtui ssh check`: preparing a server on which people sign in, and whether it is right."""

import sys
import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from segtui.cli import output
from segtui.cli.options import Command, Invocation, as_usage, pass_invocation
from segtui.domain.text import counted
from segtui.errors import NotAllowed

if TYPE_CHECKING:
    from segtui.ssh.check_result import Point
    from segtui.ssh.host import Host
    from segtui.ssh.server_setup import Outcome
    from segtui.ssh.setup_plan import Plan

# A sentence that says what to do is worth more than a table that fits: it wraps.
_ROOM = 10_000
_WIDTH = 98

_account_option = click.option(
    "--account", default="segtui", show_default=True, metavar="NAME", help="The account everybody signs in to."
)


@click.command(
    "setup",
    cls=Command,
    short_help="Prepare a server on which people sign in.",
    examples=("segtui ssh setup", "sudo segtui ssh setup --write"),
)
@click.option("--write", is_flag=True, help="Do it, as root. What is there already stays.")
@_account_option
@pass_invocation
def setup(invocation: Invocation, *, write: bool, account: str) -> int:
    """Prepare this server: the service account, its folders, the site's file, the database, sshd's settings.

    Without --write it prints what there is to do, for a look and for doing it by hand. With it, it is done and then
    checked (status 1 where something is wrong); an sshd that refuses its new settings gets the old ones back.
    """
    from segtui.ssh import setup_plan as planning
    from segtui.ssh.host import Host

    host = Host()
    if write and not host.is_root:
        raise NotAllowed("Setting up a server takes root: `sudo segtui ssh setup --write`. Nothing was changed.")
    with as_usage("account"):
        plan = planning.plan_for(host, account, Path(sys.executable))
    if not write:
        _print_script(invocation, plan)
        return 0
    return _carry_out(invocation, host, plan)


def _print_script(invocation: Invocation, plan: "Plan") -> None:
    from segtui.ssh.setup_plan import script

    lines = ["# What `segtui ssh setup --write` does, to be done by hand as root.", ""]
    for part in script(plan):
        lines += [*(f"# {line}" for line in textwrap.wrap(part.why, _WIDTH)), *part.lines, ""]
    if invocation.json:
        output.document({"account": plan.account, "written": False, "script": "\n".join(lines[:-1]) + "\n"})
        return
    for line in lines[:-1]:
        output.line(line)


def _carry_out(invocation: Invocation, host: "Host", plan: "Plan") -> int:
    from segtui.ssh.server_setup import carry_out

    outcomes = list(_told(carry_out(host, plan), aloud=not invocation.json))
    found = _points(host, plan.account)
    if invocation.json:
        steps = [asdict(outcome) for outcome in outcomes]
        output.document(
            {"account": plan.account, "written": True, "steps": steps, "check": [asdict(point) for point in found]}
        )
    else:
        output.line()
        _print_points(found)
    return _status(found)


def _told(outcomes: "Iterator[Outcome]", *, aloud: bool) -> "Iterator[Outcome]":
    """Yield the steps, each printed as soon as it is done: should the next one fail, one knows how far it came."""
    for outcome in outcomes:
        if outcome.did == "warning" and aloud:
            output.problem(outcome.step)
        elif aloud:
            output.line(f"{outcome.did:<15}{outcome.step}")
        yield outcome


@click.command(
    "check",
    cls=Command,
    short_help="Say whether a server is right for people to sign in.",
    examples=("sudo segtui ssh check", "sudo segtui ssh check --json"),
)
@_account_option
@pass_invocation
def check(invocation: Invocation, *, account: str) -> int:
    """Say point by point whether people can sign in and whether that is safe, and how to mend what is wrong (status 1).

    Root can check everything; anybody else gets as far as they may look.
    """
    from segtui.ssh.host import Host

    with as_usage("account"):
        found = _points(Host(), account)
    if invocation.json:
        output.document([asdict(point) for point in found])
    else:
        _print_points(found)
    return _status(found)


def _points(host: "Host", account: str) -> "list[Point]":
    from segtui.ssh.permissions import Program
    from segtui.ssh.server_check import points

    return list(points(host, account, Program.running()))


def _print_points(found: "list[Point]") -> None:
    columns = [output.Column("State"), output.Column("Point"), output.Column("Reason")]
    output.table(columns, [[point.state, point.point, point.reason] for point in found], width=_ROOM)
    output.line()
    wrong, untold = (sum(point.state == state for point in found) for state in ("wrong", "not checked"))
    rest = f" {counted(untold, 'point')} could not be checked." if untold else ""
    output.line((f"{counted(wrong, 'point')} to mend." if wrong else "Nothing is wrong.") + rest)


def _status(found: "list[Point]") -> int:
    return 1 if any(point.state == "wrong" for point in found) else 0
