"""What lies where: in the checkout, and in the wheel that is built from it."""

import importlib.util
import pwd
import re
import subprocess
import sys
import tomllib
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


def _pinned(text: str) -> dict[str, str]:
    """Return the version of each package by its name as registries write it."""
    pins = re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", text, re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in pins}


def test_every_package_that_ci_installs_has_hashes() -> None:
    hashed = text_of(ROOT / ".ci" / "requirements.txt")
    entries = [
        entry for entry in re.split(r"^(?=[A-Za-z0-9])", hashed, flags=re.MULTILINE) if not entry.startswith("#")
    ]
    for entry in entries:
        assert re.fullmatch(r"[\w.-]+==\S+(?: \\\n {4}--hash=sha256:[0-9a-f]{64})+\s*", entry), entry[:60]
    known = _pinned(hashed)
    assert len(known) == len(entries)
    assert {name: known.get(name) for name in _pinned(text_of(ROOT / ".ci" / "constraints.txt"))} == _pinned(
        text_of(ROOT / ".ci" / "constraints.txt")
    )
    assert "hatchling" in known


def test_no_registry_takes_this_project_and_no_message_sends_anybody_there_for_it() -> None:
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]
    assert "Private :: Do Not Upload" in project["classifiers"]
    # On a registry that name may be anybody's: what is installed is the folder with the source.
    for path in [*our_files(ROOT / "segtui"), ROOT / "README.md"]:
        assert not re.search(r"pip install (?:-\S+ )*['\"]?segtui|segtui\[\w+\]", text_of(path)), path


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


# What differs between the databases is behind `backend.search`, `backend.planner` and `backend.maintenance`.
_A_DIALECT_TEST = re.compile(
    r"on_sqlite|on_postgresql|\.dialect\b|backend\.name|sqlalchemy\.dialects|\bPostgresql\w*\(|"
    r"isinstance\([^)]*(Sqlite|Postgresql)|database\.path is|[\"'](sqlite|postgresql)[\"']"
)


@pytest.mark.parametrize("package", ["services", "cli", "tui"])
def test_no_service_and_no_front_tests_which_database_it_works_on(package: str) -> None:
    for path in (ROOT / "segtui" / package).rglob("*.py"):
        assert not _A_DIALECT_TEST.search(text_of(path)), path
