"""Build information: the commit that this program was built from, or is run from."""

import subprocess
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_TIMEOUT = 5  # seconds


def commit() -> str | None:
    """Return the abbreviated commit, None if it is unknown.

    A wheel carries it in `commit.txt` (see `.ci/build_hook.py`). In a checkout git is queried; `-dirty` after the
    commit means that files differ from it.
    """
    built_from = _PACKAGE / "commit.txt"
    if built_from.is_file():
        return built_from.read_text(encoding="ascii").strip() or None
    if not (_PACKAGE.parent / ".git").exists():  # site-packages may be inside another repository
        return None
    command = ["git", "-C", str(_PACKAGE.parent), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    try:
        process = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT, check=True)  # noqa: S603  fixed words
    except (OSError, subprocess.SubprocessError):
        return None
    return process.stdout.strip() or None


def version_line(version: str) -> str:
    """Return the output of `segtui --version`: `segtui 0.1.0 (commit 193c4d7a41b2)`."""
    built_from = commit()
    return f"segtui {version}" + (f" (commit {built_from})" if built_from else "")
