"""`python -m segtui.ssh.warm.process_probe`: asks the warm process for a session that does nothing.

Prints nothing where one was forked, else one of the reasons below. Run by the service account.
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
"""It closes the connection, as a process of older code does, which ends itself."""
OTHER_CODE: Final = "other code"
"""It runs the code of another installation, or did so before this one was upgraded."""
SILENT: Final = "silent"

_ANSWER_SECONDS: Final = 10.0  # a stub waits no longer


def probe(home: Path) -> str:
    """Return the reason for which no session was forked, empty if one was. Raises OSError where nobody listens."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
        connection.settimeout(_ANSWER_SECONDS)
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
