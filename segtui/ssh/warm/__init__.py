"""Warm sessions: one process per server imports everything once, and forks a session for each sign-in."""

from pathlib import Path
from typing import Final

STUB: Final = Path(__file__).with_name("stub.py")
"""The program that sshd runs: it hands its terminal to the warm process, or starts cold where there is none."""


def stub_command(executable: Path | str) -> list[str]:
    """Return the words that run the stub with the interpreter `executable`, up to its verb.

    -I and -S: nothing of the caller's environment and no site-packages, which also makes it start in milliseconds.
    """
    return [str(executable), "-I", "-S", str(STUB)]
