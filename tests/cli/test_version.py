"""`segtui --version`: the version, and the commit that a checkout or a wheel was built from."""

import subprocess
from pathlib import Path

import pytest

from segtui import __version__, build_info


def _checkout(folder: Path) -> str:
    """Make a repository with one commit around an empty package; return the commit."""
    (folder / "segtui").mkdir(parents=True)
    (folder / "segtui" / "__init__.py").write_text("")
    git = [
        "git",
        "-C",
        str(folder),
        "-c",
        "user.name=x",
        "-c",
        "user.email=x@example.com",
        "-c",
        "commit.gpgsign=false",
    ]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "First"]):
        subprocess.run([*git, *words], check=True)
    done = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_a_checkout_names_its_commit_and_that_files_differ(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    commit = _checkout(tmp_path)
    monkeypatch.setattr(build_info, "_PACKAGE", tmp_path / "segtui")
    assert build_info.version_line("0.1.0") == f"segtui 0.1.0 (commit {commit[:12]})"
    (tmp_path / "segtui" / "__init__.py").write_text("changed = True\n")
    assert build_info.commit() == f"{commit[:12]}-dirty"


def test_a_wheel_names_the_commit_it_carries(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "commit.txt").write_text("0123456789ab\n")
    monkeypatch.setattr(build_info, "_PACKAGE", tmp_path)
    assert build_info.commit() == "0123456789ab"


def test_a_package_inside_another_repository_does_not_name_that_ones_commit(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _checkout(tmp_path)
    packages = tmp_path / ".venv" / "site-packages"
    (packages / "segtui").mkdir(parents=True)
    monkeypatch.setattr(build_info, "_PACKAGE", packages / "segtui")
    assert build_info.version_line(__version__) == f"segtui {__version__}"
