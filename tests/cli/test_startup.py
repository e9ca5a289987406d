"""A command starts fast: what it does not need is not imported."""

import json
import subprocess
import sys

import pytest

from tests.support.commands import Commands

HEAVY = ("textual", "rich", "polars", "alembic", "phonenumbers", "psycopg", "cryptography", "segtui.tui.app")

SCRIPT = """
import io, json, sys
from contextlib import redirect_stdout
with redirect_stdout(io.StringIO()):
    from segtui.cli.main import run
    status = run(sys.argv[1:])
print(json.dumps([status, sorted(sys.modules)]))
"""


def imported(segtui: Commands, *arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, "--database", segtui.database, *arguments],
        capture_output=True, check=True, text=True, timeout=60, env=segtui.environment(),
    )  # fmt: skip
    status, modules = json.loads(done.stdout)
    assert status == 0, done
    return set(modules)


@pytest.mark.parametrize(
    "arguments",
    [("--help",), ("--version",), ("config",), ("completion", "bash"), ("import", "--help"), ("segments", "--help")],
)
def test_what_needs_no_database_does_not_import_one(segtui: Commands, arguments: tuple[str, ...]) -> None:
    assert not {*HEAVY, "sqlalchemy", "sqlite3"} & imported(segtui, *arguments)


@pytest.mark.parametrize("arguments", [("segments", "list"), ("segments", "show", "Webinar"), ("contacts", "list")])
def test_looking_something_up_imports_only_the_database(people: Commands, arguments: tuple[str, ...]) -> None:
    modules = imported(people, *arguments)
    assert "sqlalchemy" in modules
    assert not set(HEAVY) & modules


def test_a_command_does_not_import_those_of_other_nouns(segtui: Commands) -> None:
    modules = {name for name in imported(segtui, "segments", "list") if name.startswith("segtui.cli.")}
    assert "segtui.cli.segments" in modules
    assert not {"segtui.cli.contacts", "segtui.cli.imports", "segtui.cli.admin.db"} & modules
