"""The README and the help, which cannot lie: every command is in both, and what the README shows exists."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import click
import pytest
from textual.binding import Binding

from segtui.cli.main import program
from segtui.config import config_keys
from segtui.config import settings as config
from segtui.domain.criteria.fields import FIELDS
from segtui.domain.criteria.parser import parse
from segtui.domain.criteria.tree import AllOf
from segtui.tui.actions import (
    campaign_actions,
    contact_actions,
    dialog_actions,
    filter_actions,
    global_actions,
    import_actions,
    sections,
    segment_actions,
)
from segtui.tui.actions.action import Command
from segtui.tui.screens.shared.interface_settings import problems
from segtui.tui.widgets.table.result_table import ResultTable
from tests.support.criteria import SampleCatalog

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")

Path_ = tuple[str, ...]


def commands(group: click.Group = program, path: Path_ = ()) -> Iterator[tuple[Path_, click.Command]]:
    """Yield every command, groups too, with the words that lead to it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        yield (*path, name), found
        if isinstance(found, click.Group):
            yield from commands(found, (*path, name))


COMMANDS = dict(commands())
LEAVES = {path: found for path, found in COMMANDS.items() if not isinstance(found, click.Group)}


def named_in_readme() -> Iterator[list[str]]:
    """Yield the words of every line of the README's code blocks that calls segtui, alternatives (a|b) one by one."""
    for block in re.findall(r"^```\w*\n(.*?)^```", README, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if not line.startswith("segtui"):
                continue
            words = shlex.split(line.partition("  ")[0], comments=True)[1:]
            several = next((place for place, word in enumerate(words[:3]) if "|" in word), None)
            for choice in words[several].split("|") if several is not None else [None]:
                yield words if choice is None or several is None else [*words[:several], choice, *words[several + 1 :]]


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_and_option_has_help(path: Path_) -> None:
    found = COMMANDS[path]
    assert found.help
    assert found.get_short_help_str(200)
    lacking = [each.name for each in found.params if isinstance(each, click.Option) and not (each.help or each.hidden)]
    assert lacking == []


def test_every_command_is_in_the_readme() -> None:
    named = {tuple(word for word in words if not word.startswith("-")) for words in named_in_readme()}
    missing = [path for path in LEAVES if not any(words[: len(path)] == path for words in named)]
    assert missing == []


def test_what_the_readme_calls_exists() -> None:
    for words in named_in_readme():
        found: click.Command = program
        rest = list(words)
        while isinstance(found, click.Group) and rest and not rest[0].startswith("-"):
            deeper = found.get_command(click.Context(found), rest.pop(0))
            assert deeper is not None, words
            found = deeper
        known = {name for each in found.params for name in (*each.opts, *each.secondary_opts)}
        assert {word for word in rest if word.startswith("--")} <= known, words


def test_the_readme_is_short_enough_to_be_read() -> None:
    # A page of it, 46 lines, is for who runs it for a team.
    assert len(README.splitlines()) <= 150 + 45
    assert max(map(len, README.splitlines())) <= 160


def test_the_two_set_up_commands_stand_alone_and_ci_runs_the_second() -> None:
    lines = [line for line in README.splitlines() if line.startswith("python3 -m venv")]
    assert [line.rpartition("&& ")[2] for line in lines] == [".venv/bin/segtui --demo", ".venv/bin/python -m pytest"]
    ci = (ROOT / ".ci" / "run").read_text()
    (pattern,) = re.findall(r"grep -E '(.*)' README\.md", ci)
    assert [line for line in README.splitlines() if re.search(pattern, line)] == lines[1:]


def test_the_files_the_readme_names_are_there() -> None:
    named = set(re.findall(r"\]\(([\w./-]+)\)", README)) | set(re.findall(r"sample_data/[\w.]+", README))
    missing = [name for name in named if not (ROOT / name).exists()]
    assert missing == []


def keys_of(*modules: ModuleType) -> set[str]:
    """Return the keys of the commands in these modules, as they are written for people."""
    found = [each for module in modules for each in vars(module).values() if isinstance(each, type)]
    commands_ = [each for each in found if issubclass(each, Command) and each is not Command]
    return {key for each in commands_ for key in each.keys.split(",") if key}  # some are in the palette alone


def test_the_keys_of_the_readme_are_those_of_the_program() -> None:
    moving = {"*" if key == "asterisk" else key for each in ResultTable.BINDINGS for key in _keys(each)}
    everyday = (global_actions, sections, segment_actions, contact_actions, campaign_actions)
    known = keys_of(*everyday, filter_actions, import_actions, dialog_actions) | moving
    rows = re.findall(
        r"^\| (`.*) \| (.*) \|$", README.partition("## Keys")[2].partition("## Commands")[0], re.MULTILINE
    )
    named = {key for row in rows for cell in row for key in re.findall(r"`([^`]+)`", cell)}
    assert named <= known
    assert keys_of(*everyday) - {"?", "ctrl+p"} <= named  # these stand above the table


def _keys(binding: object) -> list[str]:
    assert isinstance(binding, Binding)
    return binding.key.split(",")


def test_the_fields_of_the_readme_are_those_of_the_program() -> None:
    table = README.partition("| FIELD | operators and values |")[2].partition("\n\n")[0]
    named = [field for row in re.findall(r"^\| ([a-z_, ]+) \|", table, re.MULTILINE) for field in row.split(", ")]
    assert sorted(named) == sorted(FIELDS)


def test_the_expression_of_the_readme_is_one() -> None:
    (example,) = re.findall(r"`(source = .*? and .*?)`", README)
    assert isinstance(parse(example, SampleCatalog()), AllOf)


def test_the_configuration_of_the_readme_is_right_and_complete(tmp_path: Path) -> None:
    (example,) = re.findall(r"^```toml\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert set(tomllib.loads(example)) == set(config_keys.KEYS)
    path = tmp_path / "config.toml"
    path.write_text(example, encoding="utf-8")
    settings = config.load(environment={}, user=path, site=tmp_path / "none.toml")
    assert list(problems(settings)) == []


GUIDES = sorted((ROOT / ".github").rglob("*.md"))


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.name)
def test_files_that_a_guide_names_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (path.parent / link).exists(), link
    for name in re.findall(r"`((?:segtui|tests|styles|\.ci|\.github)/[\w./-]+)`", text):
        assert (ROOT / name).exists(), name
