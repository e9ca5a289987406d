"""Running the command line in a test: in this process, which is fast, or as a process of its own, which is real."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

import segtui
from segtui.cli.main import program
from segtui.config.settings import log_file

# What would let a terminal do something, or break a line.
FORBIDDEN = frozenset(map(chr, (*range(0x0A), *range(0x0B, 0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, 0x202E)))


@dataclass(frozen=True)
class Ran:
    """What became of a command."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as the one JSON document it has to be."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        """The lines of standard output."""
        return self.out.splitlines()


@dataclass(frozen=True)
class Commands:
    """`segtui` on one database. Calling it runs a command and expects it to succeed."""

    database: str

    def __call__(self, *arguments: str, stdin: str | bytes | None = None) -> Ran:
        """Run a command that has to end with status 0 and without a word on standard error."""
        ran = expected(self.attempt(*arguments, stdin=stdin))
        assert ran.status == 0, ran
        assert not ran.err, ran
        return ran

    def attempt(self, *arguments: str, stdin: str | bytes | None = None) -> Ran:
        """Run a command that may fail: in one line, and never with a traceback."""
        result = CliRunner().invoke(program, ["--database", self.database, *arguments], input=stdin)
        ran = Ran(result.exit_code, result.stdout, result.stderr)
        _check(ran)
        return ran

    def process(
        self, *arguments: str, stdin: bytes = b"", environment: Mapping[str, str] | None = None, cwd: Path | None = None
    ) -> Ran:
        """Run a command as a process of its own."""
        done = subprocess.run(
            self.line(*arguments),
            input=stdin,
            capture_output=True,
            timeout=60,
            check=False,
            cwd=cwd,
            env=self.environment(environment),
        )
        ran = Ran(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))
        _check(ran)
        return ran

    def line(self, *arguments: str) -> list[str]:
        """Return the command line that runs segtui on the database."""
        return [sys.executable, "-m", "segtui", "--database", self.database, *arguments]

    @staticmethod
    def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the environment of a process that finds this segtui from anywhere."""
        root = str(Path(segtui.__file__).parents[1])
        return {**os.environ, "PYTHONPATH": root, **(more or {})}


def expected(ran: Ran) -> Ran:
    """Fail with the traceback from the log where a command ended by an error that was not foreseen."""
    if "because of an unexpected error" in ran.err:
        raise AssertionError(log_file().read_text(encoding="utf-8"))
    return ran


def _check(ran: Ran) -> None:
    assert "Traceback" not in ran.out + ran.err, ran
    assert not FORBIDDEN & set(ran.err), ran
    assert len(ran.err.splitlines()) <= 1, ran
