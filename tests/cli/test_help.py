"""Every command teaches, and what its help says is true."""

import shlex
from collections.abc import Iterator

import click
import pytest

from segtui.cli.main import program
from segtui.cli.options import Command, Group
from tests.support.commands import Commands

# The commands and options of the specification.
SPECIFIED = {
    "import": "--segment --company --existing --membership --region --map --no-header --delimiter --encoding --sheet "
    "--sha256 --rejects --do-not-call --dry-run --json",
    "segments list": "--search --sort --desc --company --archived --json",
    "segments create": "--description --where --filter --view",
    "segments edit": "--name --description --where --filter",
    "segments freeze": "--as",
    "segments delete": "--yes",
    "segments archive": "",
    "segments restore": "",
    "segments tidy": "--unused --archive --delete --yes --json",
    "segments split": "--into --size --by --random --seed --dry-run --yes --json",
    "segments show": "--json",
    "segments by": "--of --campaign --outcome --search --filter --where --view --by --name --live --at-least --rest "
    "--dry-run --yes --json",
    "segments overlap": "--json",
    "segments union": "--name --description --live",
    "segments intersect": "--name --description --live",
    "segments subtract": "--name --description --live",
    "segments history": "--days --json",
    "segments watch": "--over --empty --grows --stale --remove --json",
    "segments check": "--json",
    "segments add": "--segment --campaign --outcome --search --filter --where --view",
    "segments remove": "--segment --campaign --outcome --search --filter --where --view",
    "views list": "--json",
    "views save": "--segment --campaign --search --filter --where --view --columns --sort --desc --private --yes",
    "views delete": "--private --yes",
    "contacts list": "--segment --campaign --outcome --search --filter --where --view --columns --sort --desc "
    "--limit --offset --json",
    "contacts show": "",
    "contacts edit": "--segment --search --filter --where --view --replace --dry-run --yes",
    "contacts delete": "",
    "contacts add": "--segment",
    "export": "--segment --campaign --outcome --search --filter --where --view --output --format",
    "imports list": "--json",
    "imports show": "--json",
    "imports undo": "--yes",
    "do-not-call list": "--json",
    "do-not-call add": "",
    "do-not-call remove": "--yes",
    "do-not-call export": "--output",
    "campaigns list": "--status --json",
    "campaigns show": "--json",
    "campaigns results": "--outcome --json",
    "campaigns create": "--segment --agent --exclude --start --hours --days --timezone --calls-per-hour --concurrent "
    "--attempts --retry-delay --retry-voicemail",
    "campaigns skip": "",
    "campaigns edit": "--name --segment --agent --exclude --start --hours --days --timezone --calls-per-hour "
    "--concurrent --attempts --retry-delay --retry-voicemail",
    "campaigns launch": "--yes",
    "campaigns pause": "",
    "campaigns resume": "--yes",
    "campaigns reconcile": "--yes --json",
    "campaigns cancel": "--yes",
    "campaigns split": "--parts",
    "campaigns delete": "--yes",
    "campaigns run": "--print-unit",
    "companies list": "--json",
    "companies create": "--region",
    "companies edit": "--name --region",
    "users list": "--json",
    "users add": "--name --company --role --admin",
    "users edit": "--name --company --role --enable",
    "users remove": "--yes",
    "users keys list": "--json",
    "users keys add": "",
    "users keys remove": "",
    "audit": "--user --company --action --since --limit --json",
    "db info": "",
    "ssh setup": "--write --account",
    "ssh check": "--account",
    "ssh serve": "",
    "ssh authorized-keys": "",
    "ssh session": "--user --key",
    "db upgrade": "",
    "db check": "",
    "db backup": "",
    "db restore": "--yes",
    "config": "",
    "completion": "",
}


def walk(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    yield " ".join(path), command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from walk(found, (*path, name))


COMMANDS = dict(walk(program))


def test_the_commands_are_those_of_the_specification() -> None:
    assert {path for path, command in COMMANDS.items() if not isinstance(command, click.Group)} == set(SPECIFIED)


@pytest.mark.parametrize("path", SPECIFIED)
def test_a_command_has_the_options_of_the_specification(path: str) -> None:
    options = {name for parameter in COMMANDS[path].params for name in parameter.opts}
    assert set(SPECIFIED[path].split()) <= options
    assert {"--database", "--company", "--json"} <= options


@pytest.mark.parametrize("path", COMMANDS)
def test_help_says_what_a_command_is_for_with_examples(segtui: Commands, path: str) -> None:
    shown = segtui(*path.split(), "--help").out
    command = COMMANDS[path]
    assert shown == segtui(*path.split(), "-h").out
    assert shown.startswith(f"Usage: segtui {path}".rstrip())
    assert "Examples:" in shown
    assert isinstance(command, Command | Group)
    assert command.help
    for example in command.examples:
        assert f"  {example}\n" in shown


@pytest.mark.parametrize("path", COMMANDS)
def test_every_example_is_one_that_the_program_understands(path: str) -> None:
    command = COMMANDS[path]
    assert isinstance(command, Command | Group)
    assert command.examples
    for example in command.examples:
        words = example.partition(" | jq")[0].partition(" > ")[0]
        understood(shlex.split(words[words.index("segtui") :])[1:])


def understood(words: list[str]) -> None:
    """Parse a command line down to its last command; a usage error is a failure."""
    command: click.Command | None = program
    parent = None
    while command is not None:
        context = command.make_context("segtui", words, parent=parent)
        if not isinstance(command, click.Group) or not context._protected_args + context.args:
            return
        _, command, words = command.resolve_command(context, context._protected_args + context.args)
        parent = context


def test_every_option_is_explained() -> None:
    for path, command in COMMANDS.items():
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, f"{path} {parameter.opts}"


def test_the_help_of_config_prints_its_example_line_by_line(segtui: Commands) -> None:
    lines = [line.strip() for line in segtui("config", "--help").lines]
    assert 'database = "postgresql://segtui@db.example.com/segtui"' in lines
    assert "[keys]                         # by the names that --keys shows" in lines
    assert "calls_per_second = 10" in lines
