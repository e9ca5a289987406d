"""`segtui campaigns run`: the dispatcher as a service."""

import _thread
import getpass
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from segtui.cli import output
from segtui.cli.options import Command, Invocation, pass_invocation
from segtui.config.settings import without_password
from segtui.domain.text import clean
from segtui.errors import InvalidInput

if TYPE_CHECKING:
    from segtui.dialer.dispatcher import Dispatcher

# Environment variables that may replace the configuration file; a service has another environment.
_VARIABLES = ("SEGTUI_DATABASE_URL", "SEGTUI_CALLING_URL", "SEGTUI_CALLING_TOKEN")
_UNIT = """\
[Unit]
Description=The dispatcher of segtui: calls the contacts of the campaigns
Wants=network-online.target
After=network-online.target postgresql.service

[Service]
User={user}
ExecStart={command}
Restart=always
RestartSec=5
# Calls in progress are settled before it ends.
TimeoutStopSec=450
NoNewPrivileges=yes
ProtectSystem=full
PrivateTmp=yes

[Install]
WantedBy=multi-user.target
"""


@click.command(
    "run",
    cls=Command,
    short_help="Call the contacts of the campaigns: a service.",
    examples=(
        "segtui campaigns run",
        "segtui campaigns run --print-unit > /etc/systemd/system/segtui-dispatcher.service",
    ),
)
@click.option("--print-unit", is_flag=True, help="Print a systemd unit that runs it, and do nothing else.")
@pass_invocation
def run(invocation: Invocation, *, print_unit: bool) -> None:
    """Call the contacts of the launched campaigns until it is stopped: the dispatcher, a service.

    It may run several times: one works, the others wait and take over, also when it hangs. The calling platform is set
    in the configuration, under [calling].

    A call is started with a JSON object of texts: phone (E.164), playbook_id (the agent), first_name, last_name, email,
    company, city, and database_id, campaign_id and attempt_id, which identify it later. Several databases may share an
    account: an outcome counts only from a call with the database's own id, to the same phone.

    At its start the platform's list is compared with the database. Calls that the database does not have pause their
    campaign until `campaigns reconcile` records them; a database that was restored or copied dials a campaign only
    after `campaigns resume`.

    After SIGTERM or ctrl+c it begins no more calls and settles those in progress; a second one ends it at once, and the
    next start settles them.
    """
    if invocation.json:
        raise click.UsageError("--json cannot be used with a service.")
    if print_unit:
        _print_unit(invocation)
        return
    from segtui.cli.campaigns.service_log import service_log
    from segtui.dialer.dispatcher import LOG, Dispatcher
    from segtui.dialer.platform_factory import open_platform

    with open_platform(invocation.settings) as platform, invocation.opened() as database, service_log(LOG):
        limits = invocation.settings.calling
        dispatcher = Dispatcher(
            database, platform, per_minute=limits.calls_per_minute, per_second=limits.calls_per_second
        )
        _handle_signals(dispatcher)
        LOG.info("Calling over %s for %s.", without_password(limits.base_url or ""), database.description)
        dispatcher.run()
        LOG.info("Stopped.")


def _print_unit(invocation: Invocation) -> None:
    for line in _UNIT.format(user=clean(getpass.getuser()), command=clean(_command(invocation))).splitlines():
        output.line(line)
    missing = [name for name in _VARIABLES if os.environ.get(name)]
    if missing:
        output.problem(
            f"The unit does not have {' and '.join(missing)} of this environment: write what the service needs into the"
            " configuration file."
        )


def _handle_signals(dispatcher: "Dispatcher") -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        # In a thread: the signal may have interrupted code that holds the lock which stop() takes.
        _thread.start_new_thread(dispatcher.stop, ())

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)


def _command(invocation: Invocation) -> str:
    """Return the command of the unit. Raises InvalidInput if it would show a password to everyone."""
    words = [sys.executable, "-m", "segtui"]
    if invocation.database is not None:
        if without_password(invocation.database) != invocation.database:
            raise InvalidInput(
                "Everyone can read a unit: write the database's URL into the configuration file instead."
            )
        database = invocation.database
        words += ["--database", database if "://" in database else str(Path(database).expanduser().absolute())]
    return " ".join(_quoted(word) for word in [*words, "campaigns", "run"])


def _quoted(word: str) -> str:
    """Return a word with systemd's quoting."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if escaped != word or any(sign.isspace() for sign in word) or "'" in word else word
