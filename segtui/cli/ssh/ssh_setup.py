"""`segtui ssh setup` and `segtui ssh check`: prepare a server for sign-in over SSH, and check it."""

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
    from segtui.ssh.check_result import CheckResult
    from segtui.ssh.host import Host
    from segtui.ssh.server_setup import StepResult
    from segtui.ssh.setup_plan import Plan

# Cells of the table: sentences that say what to do wrap instead of being cut off.
_ROOM = 10_000
_WIDTH = 98
_DISPLAYED = {"done": "done", "mended": "fixed", "there already": "unchanged"}
"""Words for the results of steps; the JSON keeps the older ones."""

_account_option = click.option(
    "--account", default="segtui", show_default=True, metavar="NAME", help="The account that everyone signs in to."
)


@click.command(
    "setup",
    cls=Command,
    short_help="Prepare a server for sign-in over SSH.",
    examples=("segtui ssh setup", "sudo segtui ssh setup --write"),
)
@click.option("--write", is_flag=True, help="Do it, as root. What exists already stays.")
@_account_option
@pass_invocation
def setup(invocation: Invocation, *, write: bool, account: str) -> int:
    """Prepare this server: account, folders, the site's file, the database, sshd's settings, and `ssh serve`.

    Without --write, prints what has to be done, to read or to do by hand. With it, does it and then checks the result
    (status 1 if something is wrong); if sshd refuses its new settings, it gets the old ones back.
    """
    from segtui.ssh import setup_plan
    from segtui.ssh.host import Host

    host = Host()
    if write and not host.is_root:
        raise NotAllowed("Setting up a server takes root: `sudo segtui ssh setup --write`. Nothing was changed.")
    with as_usage("account"):
        plan = setup_plan.make_plan(host, account, Path(sys.executable))
    if not write:
        _print_script(invocation, plan)
        return 0
    return _apply(invocation, host, plan)


def _print_script(invocation: Invocation, plan: "Plan") -> None:
    from segtui.ssh.setup_plan import script

    lines = ["# What `segtui ssh setup --write` does, for doing it by hand as root.", ""]
    for section in script(plan):
        lines += [*(f"# {line}" for line in textwrap.wrap(section.reason, _WIDTH)), *section.lines, ""]
    if invocation.json:
        output.document({"account": plan.account, "written": False, "script": "\n".join(lines[:-1]) + "\n"})
        return
    for line in lines[:-1]:
        output.line(line)


def _apply(invocation: Invocation, host: "Host", plan: "Plan") -> int:
    from segtui.ssh.server_setup import apply_plan

    steps = list(_report_steps(apply_plan(host, plan), is_printed=not invocation.json))
    results = _results(host, plan.account)
    if invocation.json:
        output.document(
            {
                "account": plan.account,
                "written": True,
                "steps": [asdict(step) for step in steps],
                "check": [asdict(result) for result in results],
            }
        )
    else:
        output.line()
        _print_results(results)
    return _status(results)


def _report_steps(steps: "Iterator[StepResult]", *, is_printed: bool) -> "Iterator[StepResult]":
    """Yield the steps, each printed as soon as it is done, so that a failure shows how far the setup came."""
    for step in steps:
        if step.did == "warning" and is_printed:
            output.problem(step.step)
        elif is_printed:
            output.line(f"{_DISPLAYED[step.did]:<11}{step.step}")
        yield step


@click.command(
    "check",
    cls=Command,
    short_help="Check a server for sign-in over SSH.",
    examples=("sudo segtui ssh check", "sudo segtui ssh check --json"),
)
@_account_option
@pass_invocation
def check(invocation: Invocation, *, account: str) -> int:
    """Check, point by point, that people can sign in safely, and say how to fix what is wrong (status 1).

    Root can check everything; other users check what they may read.
    """
    from segtui.ssh.host import Host

    with as_usage("account"):
        results = _results(Host(), account)
    if invocation.json:
        output.document([asdict(result) for result in results])
    else:
        _print_results(results)
    return _status(results)


def _results(host: "Host", account: str) -> "list[CheckResult]":
    from segtui.ssh.permissions import Program
    from segtui.ssh.server_check import check_server

    return list(check_server(host, account, Program.running()))


def _print_results(results: "list[CheckResult]") -> None:
    columns = [output.Column("State"), output.Column("Point"), output.Column("Reason")]
    output.table(columns, [[point.state, point.point, point.reason] for point in results], width=_ROOM)
    output.line()
    wrong, advised, unchecked = (
        sum(point.state == state for point in results) for state in ("wrong", "advice", "not checked")
    )
    rest = f" {counted(advised, 'point')} would make sessions faster." if advised else ""
    rest += f" {counted(unchecked, 'point')} could not be checked." if unchecked else ""
    output.line((f"{counted(wrong, 'point')} to fix." if wrong else "Nothing is wrong.") + rest)


def _status(results: "list[CheckResult]") -> int:
    return 1 if any(point.state == "wrong" for point in results) else 0
