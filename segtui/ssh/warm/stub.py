"""The stub of a warm session, run by sshd: `stub.py session …` or `stub.py authorized-keys …`.

This file is compiled anew at every start, the modules it imports are not. What the standard library has is found first.
"""

import sys

if __name__ == "__main__":
    sys.path.append(__file__.rpartition("/segtui/")[0])

    from segtui.ssh.warm.handover import run

    run(sys.argv[1:])
