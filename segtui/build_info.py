"""Build information: the commit that this program was built from, or is run from."""

import subprocess
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_SECONDS = 5


def commit() -> str | None:
    """Return the abbreviated commit, None where nothing tells it.

    A wheel carries it in `commit.txt` (see `.ci/build_hook.py`). In a checkout git is asked; `-dirty` behind the commit
    says that files differ from it.
    """
    built_from = _PACKAGE / "commit.txt"
    if built_from.is_file():
        return built_from.read_text(encoding="ascii").strip() or None
    if not (_PACKAGE.parent / ".git").exists():  # site-packages may lie inside of somebody else's repository
        return None
    command = ["git", "-C", str(_PACKAGE.parent), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=True)  # noqa: S603  fixed words
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None


def version_line(version: str) -> str:
    """Return what `segtui --version` prints: `segtui 0.1.0 (commit 193c4d7a41b2)`."""
    built_from = commit()
    return f"segtui {version}" + (f" (commit {built_from})" if built_from else "")
