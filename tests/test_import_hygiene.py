"""What is loaded when: asked of fresh processes, for what is slow or forbidden in one layer creeps in unseen."""

import subprocess
import sys

import pytest

HEAVY = ("polars", "alembic", "phonenumbers", "psycopg", "httpx", "babel", "cryptography", "lark")


def loaded_by(code: str) -> set[str]:
    """Return the names of the packages that a fresh interpreter has loaded after running `code`."""
    report = "; import sys; sys.__stdout__.write(' '.join({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code + report], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def running(*arguments: str) -> str:
    """Return code that runs a command line with its output thrown away."""
    return (
        "import io, sys; sys.stdout = io.TextIOWrapper(io.BytesIO());"
        f"from segtui.cli.main import run; assert run({list(arguments)!r}) == 0"
    )


@pytest.mark.parametrize("module", ["segtui.cli", "segtui.cli.main", "segtui.__main__"])
def test_the_command_line_starts_without_what_is_slow_to_load(module: str) -> None:
    assert loaded_by(f"import {module}").isdisjoint({*HEAVY, "textual", "rich", "sqlalchemy"})


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_need_neither_database_nor_interface(option: str) -> None:
    assert loaded_by(running(option)).isdisjoint({*HEAVY, "textual", "rich", "sqlalchemy"})


@pytest.mark.parametrize(
    "command", ["segments", "contacts", "import", "imports", "export", "companies", "db", "config"]
)
def test_the_help_of_a_command_needs_neither_the_interface_nor_what_reads_files(command: str) -> None:
    assert loaded_by(running(command, "--help")).isdisjoint({*HEAVY, "textual", "rich"})


def test_the_terminal_interface_starts_without_what_is_slow_to_load() -> None:
    assert loaded_by("import segtui.tui.app").isdisjoint(HEAVY)


def test_looking_at_an_existing_database_loads_only_what_it_needs(tmp_path: object) -> None:
    database = f"{tmp_path}/segtui.db"
    assert "alembic" in loaded_by(running("--database", database, "segments", "create", "Leads", "--json"))
    again = loaded_by(running("--database", database, "segments", "list", "--json"))
    assert again.isdisjoint({*HEAVY, "textual", "rich"})


@pytest.mark.parametrize("package", ["services", "importing", "database", "config", "demo"])
def test_what_lies_below_the_screens_never_loads_textual(package: str) -> None:
    code = (
        f"import importlib, pkgutil; package = importlib.import_module('segtui.{package}');"
        "[importlib.import_module(found.name) for found in"
        " pkgutil.walk_packages(getattr(package, '__path__', []), package.__name__ + '.')"
        " if '.migrations.' not in found.name]"
    )
    assert loaded_by(code).isdisjoint({"textual", "rich"})


def test_what_makes_calls_never_loads_textual() -> None:
    # Rich it does: httpx brings a command line of its own along, which draws with that.
    code = "import segtui.dialer.platform_factory, segtui.dialer.simulator.__main__"
    assert loaded_by(code).isdisjoint({"textual", "polars", "alembic", "phonenumbers", "psycopg"})


def test_the_configuration_of_the_calling_platform_is_read_without_what_asks_it() -> None:
    assert "httpx" not in loaded_by(running("config"))
