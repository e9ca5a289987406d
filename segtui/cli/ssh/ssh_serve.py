"""`segtui ssh serve`: the warm process, from which sessions over SSH are forked."""

import os
import pwd
import sys
from functools import partial
from pathlib import Path

import click

from segtui.cli.options import Command
from segtui.errors import NotAllowed


@click.command("serve", cls=Command, short_help="Make sessions over SSH start faster.", examples=("segtui ssh serve",))
def serve() -> None:
    """Keep segtui loaded, so that sessions over SSH start faster and share memory.

    It runs in the foreground as the service account, usually as the systemd unit that `ssh setup` writes. It ends by
    itself when segtui is upgraded, and systemd starts it again. Without it sessions only start more slowly.
    """
    from segtui.cli.interface import preload_interface
    from segtui.cli.main import run
    from segtui.ssh import site_config
    from segtui.ssh.environment import clean_environment
    from segtui.ssh.warm import preloading, server, unit

    account = pwd.getpwuid(os.geteuid())
    if account.pw_uid == 0:
        raise NotAllowed(
            "Only the service account may run it, not root: `systemctl start segtui-ssh` starts the unit that "
            "`segtui ssh setup --write` writes."
        )
    site_config.settings()  # only the service account can read it
    if not sys.flags.isolated:  # sessions are as isolated from the environment as the process they are forked from
        os.execv(sys.executable, [sys.executable, "-I", "-m", "segtui", "ssh", "serve"])  # noqa: S606  no shell is meant
    ready = partial(unit.report_ready, os.environ.get("NOTIFY_SOCKET", ""))
    os.environ.clear()
    os.environ.update(clean_environment({}))
    os.chdir(account.pw_dir)
    server.serve(Path(account.pw_dir), run, lambda: preloading.preload(preload_interface), ready=ready)
