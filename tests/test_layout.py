"""What lies where: in the checkout, and in the wheel that is built from it."""

import importlib.util
import pwd
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOP_LEVEL = {"segtui", "styles", "tests", "sample_data", "pyproject.toml", "README.md"}
_NOT_OURS = {"__pycache__", ".git", ".venv", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"}
_A_HOME = re.compile(r"(/home|/Users|C:\\Users)[/\\](?!me\b|alice\b|somebody\b)\w+")
_A_REGISTRY = re.compile(r"--(extra-)?index-url|--find-links|--trusted-host|https?://|\d+\.\d+\.\d+\.\d+:\d+")


def our_files(folder: Path = ROOT) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in _NOT_OURS or path.suffix == ".pyc":
            continue
        if path.is_dir():
            yield from our_files(path)
        else:
            yield path


def text_of(path: Path) -> str:
    return path.read_bytes().decode(errors="replace")


def test_the_top_level_holds_what_it_should_and_nothing_else() -> None:
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert found == TOP_LEVEL


def test_no_file_names_a_folder_of_the_machine_it_was_written_on() -> None:
    here = {str(ROOT), pwd.getpwuid(__import__("os").getuid()).pw_dir + "/", sys.prefix} - {"/"}
    for path in our_files():
        text = text_of(path)
        assert not [name for name in here if name in text], path
        assert not _A_HOME.search(text), path


def test_what_installs_names_no_registry_and_no_host() -> None:
    for path in our_files(ROOT / ".ci"):
        assert not _A_REGISTRY.search(text_of(path)), path
    assert not _A_REGISTRY.search(text_of(ROOT / "pyproject.toml"))


def test_modules_are_short_enough_to_be_read() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in our_files(ROOT / "segtui")
        if path.suffix == ".py" and (lines := text_of(path).count("\n")) > 400
    }
    assert long == {}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Return the built wheel. With the build backend at hand nothing is downloaded for that."""
    folder = tmp_path_factory.mktemp("wheel")
    isolation = ["--no-build-isolation"] if importlib.util.find_spec("hatchling") else []
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        *isolation,
        "--wheel-dir",
        str(folder),
        ".",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (path,) = folder.glob("segtui-*.whl")
    return zipfile.ZipFile(path)


def test_the_wheel_carries_styles_samples_and_migrations(wheel: zipfile.ZipFile) -> None:
    packed = set(wheel.namelist())
    for folder in ("styles", "sample_data"):
        for path in our_files(ROOT / folder):
            assert f"segtui/{path.relative_to(ROOT)}" in packed
    for path in our_files(ROOT / "segtui"):
        assert str(path.relative_to(ROOT)) in packed


def test_the_wheel_carries_nothing_but_the_package_and_installs_the_command(wheel: zipfile.ZipFile) -> None:
    tops = {name.partition("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"segtui"}
    (entry_points,) = (name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    assert "segtui = segtui.__main__:main" in wheel.read(entry_points).decode()
