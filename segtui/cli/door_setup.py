"""`segtui ssh setup` and `segtui ssh check`: preparing a server for a team, and looking whether it is right."""

import click

from segtui.cli import output
from segtui.cli.options import Command, Invocation, pass_invocation

_account = click.option("--account", default="segtui", show_default=True, help="The account that people sign in as.")


@click.command(
    cls=Command,
    short_help="Prepare this server for people who come over SSH.",
    examples=("segtui ssh setup", "sudo segtui ssh setup --write"),
)
@_account
@click.option("--write", is_flag=True, help="Do it, as root, and check the result.")
@pass_invocation
def setup(invocation: Invocation, account: str, *, write: bool) -> int:
    """Print what makes this server let people in over SSH, ready to be pasted; with --write do it.

    One account without a password for everybody, folders for itself alone, the site's file that says which database it
    is, and a part of sshd's configuration that concerns this account only. It can be repeated; a site's file that is
    there stays as it is.
    """
    from segtui.door import setup as door_setup
    from segtui.door.plan import Plan

    plan = Plan(_checked(account))
    if not write:
        click.echo(door_setup.written(plan), nl=False)
        return 0
    for sentence in door_setup.carry_out(plan):
        output.line(sentence)
    output.line()
    return _check(invocation, plan)


@click.command(
    cls=Command,
    short_help="Check whether people can come in over SSH, and nobody else.",
    examples=("sudo segtui ssh check", "sudo segtui ssh check --json"),
)
@_account
@pass_invocation
def check(invocation: Invocation, account: str) -> int:
    """Look at everything that the way in over SSH depends on, each point with its reason.

    Nothing is changed. The exit status is 1 where something is wrong.
    """
    from segtui.door.plan import Plan

    return _check(invocation, Plan(_checked(account)))


def _check(invocation: Invocation, plan: object) -> int:
    from segtui.door import check as door_check
    from segtui.door.plan import Plan
    from segtui.door.point import State

    assert isinstance(plan, Plan)  # noqa: S101  narrows the type
    points = list(door_check.points(plan))
    if invocation.json:
        output.document([{"point": each.name, "state": each.state, "reason": each.reason} for each in points])
    else:
        output.facts([(f"{each.state:<11}  {each.name}", each.reason) for each in points])
    return int(any(each.state is State.WRONG for each in points))


def _checked(account: str) -> str:
    import re

    if not re.fullmatch(r"[a-z_][a-z0-9_-]{0,31}", account):
        raise click.BadParameter("this is no name of an account.", param_hint="--account")
    return account
