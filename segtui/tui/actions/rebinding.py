"""Rebinding: other keys for commands, from the table `[keys]` of a configuration file."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from importlib import import_module
from pkgutil import iter_modules

from segtui.config.config_keys import nearest_key
from segtui.config.settings import Settings
from segtui.domain.text import clean
from segtui.errors import InvalidInput
from segtui.tui import actions
from segtui.tui.actions.action import Command
from segtui.tui.actions.action_bindings import CommandHost
from segtui.tui.actions.key_names import FIXED, parsed, written


def every_command() -> dict[str, type[Command]]:
    """Return every command of the program by its name."""
    commands: dict[str, type[Command]] = {}
    for module in iter_modules(actions.__path__, f"{actions.__name__}."):
        for value in vars(import_module(module.name)).values():
            if isinstance(value, type) and issubclass(value, Command) and value is not Command:
                commands[value.name()] = value
    return commands


def every_screen() -> list[type[CommandHost]]:
    """Return every class of screen that has been imported so far."""
    screens: list[type[CommandHost]] = []
    deeper: list[type[CommandHost]] = [CommandHost]
    while deeper:
        deeper = [subclass for kind in deeper for subclass in kind.__subclasses__()]
        screens += deeper
    return screens


def keymap(settings: Settings, screens: Iterable[type[CommandHost]], taken: Mapping[str, str]) -> dict[str, str]:
    """Return the keys of each rebound command, by Textual's names.

    `taken` are keys that a table handles before its screen gets them, each with the reason why it cannot be rebound.
    Raises InvalidInput, with the file and the line, for an unknown command or key, and for a key that would have two
    meanings.
    """
    commands = every_command()
    rebound = {name: _keys(commands, name, settings, taken) for name in settings.keys}
    result = dict(rebound)
    for screen in screens:
        _refuse_clashes(screen, rebound, settings)
        result |= _neighbours(screen, rebound)
    return {name: ",".join(keys) for name, keys in result.items()}


def _keys(commands: Mapping[str, type[Command]], name: str, settings: Settings, taken: Mapping[str, str]) -> list[str]:
    """Return the new keys of a command, with those of its keys that are fixed."""
    location = settings.location(f"keys.{name}")
    if name not in commands:
        near = nearest_key(name, commands)
        hint = f" (did you mean {near}?)" if near else "; segtui config --keys lists all"
        raise InvalidInput(f"{location}: there is no command “{clean(name)}”{hint}.", "keys")
    try:
        keys = list(dict.fromkeys(parsed(settings.keys[name])))
        own = _own(commands[name])
    except InvalidInput as error:
        raise InvalidInput(f"{location}: {error}.", "keys") from error
    for key in keys:
        if key not in own and (why := FIXED.get(key) or taken.get(key)):
            raise InvalidInput(f"{location}: {written(key)} cannot be given to {name}, because {why}.", "keys")
    return [*keys, *(key for key in own if key in FIXED and key not in keys)]


def _own(command: type[Command]) -> list[str]:
    return list(parsed(command.keys)) if command.keys else []


def _refuse_clashes(screen: type[CommandHost], rebound: Mapping[str, list[str]], settings: Settings) -> None:
    """Raise InvalidInput where two commands of a screen would get the same key, unless they share it by default."""
    holders: dict[str, list[type[Command]]] = defaultdict(list)
    for command in screen.commands:
        for key in rebound.get(command.name(), _own(command)):
            holders[key].append(command)
    for key, commands_of_key in holders.items():
        for command in commands_of_key:
            if command.name() not in rebound:
                continue
            others = [held for held in commands_of_key if held is not command and not _shared(key, command, held)]
            if others:
                other = others[0]
                location = settings.location(f"keys.{command.name()}")
                raise InvalidInput(
                    f"{location}: {written(key)} cannot be given to {command.name()}, "
                    f"because it is the key of {other.name()} on the same screen; give that one another key too.",
                    "keys",
                )


def _shared(key: str, one: type[Command], other: type[Command]) -> bool:
    return key in _own(one) and key in _own(other)


def _neighbours(screen: type[CommandHost], rebound: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return the commands that share a key with a rebound one, with their keys: Textual would take it from both."""
    sharing: dict[str, list[str]] = {}
    while True:
        named = {*rebound, *sharing}
        moved = {key for command in screen.commands if command.name() in named for key in _own(command)}
        others = (command for command in screen.commands if command.name() not in named)
        more = {command.name(): _own(command) for command in others if moved.intersection(_own(command))}
        if not more:
            return sharing
        sharing |= more
