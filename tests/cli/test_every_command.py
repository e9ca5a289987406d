"""Every command, for somebody of one company: nothing of another is seen or changed, and a viewer changes nothing.

The commands are those of the program; one that this file does not know how to call fails here.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import pytest

from segtui.cli.main import program
from segtui.cli.options import Group, Invocation
from segtui.database.engine import open_database
from segtui.domain.vocabulary import Role
from segtui.services.session import Session
from tests.support.canaries import NAME, SECRET, Kept, Place, World, rows_of, without_use
from tests.support.commands import Commands


def _leaves(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if not isinstance(command, Group):
        yield path
        return
    for name in command.list_commands(click.Context(command)):
        found = command.get_command(click.Context(command), name)
        assert found is not None
        yield from _leaves(found, (*path, name))


# `campaigns run` is a service of the system, for all companies at once, and not there over SSH.
COMMANDS = [
    path
    for path in _leaves(program)
    if path[0] not in {"config", "completion", "db", "ssh"} and path != ("campaigns", "run")
]


def _calls(place: Place) -> dict[str, list[str]]:
    """Return how each command is called to be about this place."""
    of_segment = ["--segment", place.segment]
    two_segments = [place.segment, place.segment.replace(" segment", " called")]
    return {
        "import": ["new.csv", *of_segment, "--membership", "replace", "--existing", "overwrite"],
        "segments list": ["--archived", "--json"],
        "segments show": [place.segment, "--json"],
        "segments create": [f"{place.segment} 2"],
        "segments edit": [place.segment, "--name", "Renamed", "--description", "x"],
        "segments delete": [place.segment, "--yes"],
        "segments archive": [place.segment],
        "segments restore": [place.segment],
        "segments tidy": ["--json"],
        "segments add": [place.segment, "--search", place.phone],
        "segments remove": [place.segment],
        "segments by": ["status", "--of", place.segment, "--name", f"{place.segment} {{value}}", "--yes"],
        "segments overlap": [*two_segments, "--json"],
        "segments union": [*two_segments, "--name", f"{place.segment} 2"],
        "segments intersect": [*two_segments, "--name", f"{place.segment} 2"],
        "segments subtract": [*two_segments, "--name", f"{place.segment} 2", "--live"],
        "segments split": [place.segment, "--into", "2"],
        "segments history": [place.segment, "--json"],
        "segments watch": [place.segment, "--over", "1"],
        "segments check": ["--json"],
        "segments freeze": [place.segment, "--as", f"{place.segment} 2"],
        "views list": ["--json"],
        "views save": [place.view, "--search", place.phone, "--yes"],
        "views delete": [place.view, "--yes"],
        "contacts list": ["--json", "--limit", "0"],
        "contacts show": [str(place.contact_id), "--json"],
        "contacts add": ["email=new@example.com", *of_segment],
        "contacts edit": [str(place.contact_id), "city=Elsewhere"],
        "contacts delete": [str(place.contact_id), "--yes"],
        "export": ["--format", "json"],
        "imports list": ["--json"],
        "imports show": [str(place.import_id), "--json"],
        "imports undo": [str(place.import_id), "--yes"],
        "do-not-call list": ["--json"],
        "do-not-call add": ["+16025550177"],
        "do-not-call remove": [place.phone, "--yes"],
        "do-not-call export": ["--format", "json"],
        "campaigns list": ["--json"],
        "campaigns show": [place.campaign, "--json"],
        "campaigns results": [place.campaign, "--json"],
        "campaigns create": ["A new one", *of_segment, "--agent", "agent"],
        "campaigns edit": [place.draft, "--agent", "another", "--name", "Renamed"],
        "campaigns launch": [place.draft, "--yes"],
        "campaigns pause": [place.campaign],
        "campaigns resume": [place.campaign],
        "campaigns reconcile": [place.campaign, "--yes"],
        "campaigns cancel": [place.campaign, "--yes"],
        "campaigns skip": [place.campaign, str(place.called_id)],
        "campaigns split": [place.draft, "--parts", "2"],
        "campaigns delete": [place.draft, "--yes"],
        "companies list": ["--json"],
        "companies create": ["A new one"],
        "companies edit": [place.company.name, "--name", "Renamed"],
        "users list": ["--json"],
        "users add": ["newcomer", "--role", "member"],
        "users edit": [place.login, "--disable"],
        "users remove": [place.login, "--yes"],
        "users keys list": [place.login, "--json"],
        "users keys add": [place.login, "key.pub"],
        "users keys remove": [place.login, place.fingerprint],
        "audit": ["--json", "--limit", "0"],
    }


@pytest.fixture
def world(segtui: Commands, sqlite_world: Kept) -> Iterator[World]:
    """Return two companies in the database of the command line."""
    shutil.copy2(sqlite_world.url, segtui.database)
    database = open_database(segtui.database, create=False)
    yield sqlite_world.on(database)
    database.close()


def _asks(monkeypatch: pytest.MonkeyPatch, session: Session) -> None:
    """Let the command line be asked by whose session this is, as it is over SSH."""

    @contextmanager
    def opened(_self: Invocation, **_: Any) -> Iterator[Session]:
        yield session

    made = Invocation.__init__

    def init(self: Invocation, *arguments: Any, **named: Any) -> None:
        made(self, *arguments, **named)
        self.of_admin = session.is_admin

    monkeypatch.setattr(Invocation, "session", opened)
    monkeypatch.setattr(Invocation, "__init__", init)


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_nothing_of_another_company_is_seen_or_changed(
    segtui: Commands, world: World, monkeypatch: pytest.MonkeyPatch, path: tuple[str, ...]
) -> None:
    command = " ".join(path)
    Path("new.csv").write_text(f"first_name,phone\nNew,{world.other.phone}\n")
    Path("key.pub").write_text("ssh-ed25519 AAAA\n")
    database, other = world.owner.database, world.other.company.id
    before = rows_of(database, other)
    for role in (Role.MEMBER, Role.VIEWER):
        _asks(monkeypatch, world.as_role(role))
        arguments = _calls(world.other)[command]
        ran = segtui.attempt(*path, *arguments)
        assert SECRET not in ran.out + ran.err
        assert NAME in "".join(arguments) or NAME not in ran.out + ran.err
        assert rows_of(database, other) == before
    own = without_use(rows_of(database, world.main.company.id, trail=False))
    ran = segtui.attempt(*path, *_calls(world.main)[command])
    assert without_use(rows_of(database, world.main.company.id, trail=False)) == own
    reads = path[-1] in {"list", "show", "results", "export", "overlap", "tidy", "history", "check"} and path[
        0
    ] not in {
        "users",
        "companies",
    }
    # A status of 3 says that something is due.
    assert (ran.status in {0, 3}) == reads, ran
    assert reads or ran.err


def test_nobody_but_an_admin_learns_that_there_are_companies(
    segtui: Commands, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _asks(monkeypatch, world.as_role(Role.MEMBER))
    for path in ((), *(path for path in COMMANDS if path[0] not in {"companies", "users", "audit"})):
        shown = segtui.attempt(*path, "--help").out
        assert shown
        assert "--company" not in shown.partition("Examples:")[0], path
    for name in ("companies", "users", "audit", "db"):
        ran = segtui.attempt(name, "--help")
        assert (ran.status, "No such command" in ran.err) == (2, True)
    said = {segtui.attempt("segments", "list", "--company", name).err for name in ("Plain", "Canary Ltd", "None such")}
    assert len(said) == 1
    assert "No such option" in said.pop()


def test_an_admin_who_signed_in_has_all_of_it(segtui: Commands, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _asks(monkeypatch, world.as_role(Role.ADMIN))
    assert "--company" in segtui("segments", "list", "--help").out
    assert len(segtui("companies", "list", "--json").json) == 2
    assert {each["company"] for each in segtui("segments", "list", "--json").json} == {"Main", "Canary Ltd"}
