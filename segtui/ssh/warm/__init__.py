"""Warm sessions: one process per server imports everything once, and forks a session for each sign-in.

sshd runs the stub. It hands its descriptors over to the warm process, and waits for the session that is forked for it;
without a warm process it becomes a cold session itself.
"""

# The stub imports this package, so it imports neither pathlib nor typing: these take longer than the rest of the stub.
STUB = __file__.rpartition("/")[0] + "/stub.py"
"""The path of the program that sshd runs."""


def stub_command(executable: object) -> list[str]:
    """Return the words that run the stub with the interpreter at the path `executable`, up to its verb.

    -I and -S: nothing of the caller's environment and no site-packages, which also makes it start in milliseconds.
    """
    return [str(executable), "-I", "-S", STUB]
