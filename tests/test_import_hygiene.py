"""What is loaded when: asked of fresh processes, for what is slow or forbidden in one layer creeps in unseen."""

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("polars", "alembic", "phonenumbers", "psycopg", "httpx", "babel", "cryptography", "lark")


FIRST_LIST = """
import asyncio, sys
from segtui.config.settings import Settings
from segtui.services.session import open_session
from segtui.database.engine import open_database
from segtui.tui.app import SegtuiApp
from segtui.tui.opening import SessionOpening

async def show():
    database = open_database(sys.argv[1])
    app = SegtuiApp(SessionOpening(lambda: open_session(database, source="test")), Settings(database=""))
    counted = asyncio.Event()
    app._read_further = counted.set
    async with app.run_test():
        await asyncio.wait_for(counted.wait(), 60)
        modules = " ".join(sys.modules)
    return modules

sys.__stdout__.write(asyncio.run(show()))
"""
"""Shows the first list of the database that is named, and reports the modules that are loaded then."""


def loaded_by(code: str) -> set[str]:
    """Return the names of the packages that a fresh interpreter has loaded after running `code`."""
    return {
        name.partition(".")[0]
        for name in modules_of(f"{code}; import sys; sys.__stdout__.write(' '.join(sys.modules))")
    }


def modules_of(code: str, *arguments: str) -> set[str]:
    """Return the modules that `code` reports in a fresh interpreter."""
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)
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


def test_the_first_frame_is_laid_out_without_a_database() -> None:
    modules = modules_of("import segtui.tui.app, sys; sys.__stdout__.write(' '.join(sys.modules))")
    assert modules.isdisjoint({"sqlalchemy", "sqlite3", "segtui.services.session", "textual.widgets._text_area"})
    assert not [name for name in modules if name.startswith(("segtui.database", "segtui.importing"))]


# Measured: 113, 151 and 62. The rest is slack for a few modules more.
@pytest.mark.parametrize(("start", "most"), [("frame", 120), ("list", 160), ("segments list", 70)])
def test_few_modules_of_our_own_are_loaded_at_a_start(start: str, most: int, tmp_path: Path) -> None:
    """A limit on modules stands for one on time, which no test can hold on a busy machine."""
    database = str(tmp_path / "segtui.db")
    report = "; sys.__stdout__.write(' '.join(sys.modules))"
    assert loaded_by(running("--database", database, "segments", "create", "Leads", "--json"))
    modules = {
        "frame": lambda: modules_of("import sys, segtui.cli.main, segtui.cli.interface, segtui.tui.app" + report),
        "list": lambda: modules_of(FIRST_LIST, database),
        "segments list": lambda: modules_of(running("--database", database, "segments", "list", "--json") + report),
    }[start]()
    own = [name for name in modules if name.partition(".")[0] == "segtui"]
    assert len(own) <= most, sorted(own)
    assert modules.isdisjoint(HEAVY)
