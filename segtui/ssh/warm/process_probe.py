"""`python -m segtui.ssh.warm.process_probe`: requests a session from the warm process, and begins none.

Prints nothing if it was forked, else one of the reasons below, or an error of the system. Run by the service account.
"""

import os
import pwd
import socket
import sys
from pathlib import Path
from typing import Final

from segtui.ssh.warm import protocol
from segtui.ssh.warm.handover import peer_uid

ANOTHER_PROCESS: Final = "another account listens"
CLOSED: Final = "closed"
"""The process closes the connection. A process of older code does so, and ends."""
OTHER_CODE: Final = "other code"
"""The process runs the code of another installation, or of this one before its upgrade."""
SILENT: Final = "silent"
"""The process does not answer in time."""


def probe(home: Path) -> str:
    """Return the reason for which no session was forked, empty if one was. Raises OSError where nobody listens."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
        connection.settimeout(protocol.ANSWER_SECONDS)
        connection.connect(str(home / protocol.SOCKET_NAME))
        if peer_uid(connection) != os.geteuid():
            return ANOTHER_PROCESS
        try:
            answer, descriptors, _, _ = socket.recv_fds(connection, 64, 1)
        except TimeoutError:
            return SILENT
        except OSError:
            return CLOSED
    for descriptor in descriptors:
        os.close(descriptor)
    if answer == protocol.READY:
        return ""
    return OTHER_CODE if answer.startswith(protocol.READY_WORD) else CLOSED


def main() -> int:
    """Return 0 if a session was forked, else 1."""
    try:
        reason = probe(Path(pwd.getpwuid(os.geteuid()).pw_dir))
    except OSError as error:
        reason = error.strerror or str(error)
    if reason:
        sys.stdout.write(f"{reason}\n")
    return 1 if reason else 0


if __name__ == "__main__":
    sys.exit(main())
