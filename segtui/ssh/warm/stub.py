"""The stub of a warm session, run by sshd: `stub.py session …` or `stub.py authorized-keys …`."""

import os
import sys

os.execv(sys.executable, [sys.executable, "-I", "-m", "segtui", "ssh", *sys.argv[1:]])  # noqa: S606  no shell is meant
