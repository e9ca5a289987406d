"""The systemd unit of the warm process: its text, a comparison with another text, and the report that it is ready.

The report completes a start or restart: from then on the process accepts sign-ins.
"""

import socket
from contextlib import suppress
from pathlib import Path
from typing import Final

from segtui.domain.text import clean

UNIT: Final = "segtui-ssh.service"
UNIT_FILE: Final = Path("/etc/systemd/system", UNIT)

# StartLimitIntervalSec: an upgrade in several steps ends the process several times. KillMode, OOMPolicy: sessions are
# in the unit's control group, and have to survive an end of the process, and of another session that used up memory.
# No PrivateTmp: a restart would delete the /tmp of open sessions. No ProtectHome, and no stricter ProtectSystem: the
# database could be behind them.
_UNIT: Final = """\
# Made by `segtui ssh setup`, which writes it anew: put changes into a drop-in (`systemctl edit`).
[Unit]
Description=segtui: forks a session for each sign-in over SSH
StartLimitIntervalSec=0

[Service]
Type=notify
User={account}
ExecStart={command}
Restart=always
RestartSec=5
KillMode=process
OOMPolicy=continue
TimeoutStopSec=10
UMask=0077
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=full
ProtectControlGroups=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native

[Install]
WantedBy=multi-user.target
"""


def serve_command(executable: Path) -> str:
    """Return the command of the warm process, which the service account runs."""
    return f"{executable} -I -m segtui ssh serve"


def unit_for(account: str, executable: Path) -> str:
    """Return the text of the unit. The path of the interpreter is one that sshd can be given, so it needs no quotes."""
    return _UNIT.format(account=account, command=serve_command(executable))


def report_ready(address: str) -> None:
    """Tell systemd that the process is ready: `address` is `NOTIFY_SOCKET`, empty without systemd (sd_notify(3))."""
    if not address:
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notifier:
        notifier.connect(f"\0{address[1:]}" if address.startswith("@") else address)
        notifier.send(b"READY=1")


def unit_differences(text: str, account: str, executable: Path) -> list[str]:
    """Return the settings of the unit `text` that differ from ours, as `User is root, not segtui`.

    Settings that ours does not have are an admin's own.
    """
    present, expected = _settings(text), _settings(unit_for(account, executable))
    return [
        f"{name.partition('.')[2]} is {clean(present.get(name) or 'not set')}, not {clean(value or 'empty')}"
        for name, value in expected.items()
        if present.get(name) != value
    ]


def _settings(text: str) -> dict[str, str]:
    """Return the settings of a unit by `Section.Name`; of one that is set twice, the last value."""
    section, settings = "", {}
    for line in text.splitlines():
        stripped = line.strip()
        if stripped.startswith("["):
            section = stripped.strip("[]")
        elif "=" in stripped and not stripped.startswith(("#", ";")):
            name, _, value = stripped.partition("=")
            settings[f"{section}.{name.strip()}"] = value.strip()
    return settings
