"""Collaborators: every command of a screen has exactly one handler, on the screen or on an object that it holds."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

from segtui.tui import screens
from segtui.tui.actions.action import Command
from segtui.tui.screens.base.base_screen import WorkScreen
from segtui.tui.screens.base.collaborators import Collaborator, Holds, declared_by


class Wave(Command):
    """Wave."""

    title = label = "Wave"
    keys = "w"


class Waving(Collaborator[WorkScreen]):
    """Waves."""

    def action_wave(self) -> str:
        """Wave."""
        return f"{type(self.screen).__name__} waves"


def every_screen(base: type[WorkScreen] = WorkScreen) -> Iterator[type[WorkScreen]]:
    """Yield every screen class of the program."""
    for module in pkgutil.walk_packages(screens.__path__, f"{screens.__name__}."):
        importlib.import_module(module.name)
    for screen in base.__subclasses__():
        if screen.__module__.startswith("segtui."):
            yield screen
            yield from every_screen(screen)


def test_a_command_without_a_handler_is_a_mistake() -> None:
    with pytest.raises(TypeError, match="action_wave is handled by nothing"):
        type("Silent", (WorkScreen,), {"commands": (Wave,)})


def test_a_command_with_two_handlers_is_a_mistake() -> None:
    both = {"commands": (Wave,), "one": Holds(Waving), "other": Holds(Waving)}
    with pytest.raises(TypeError, match="action_wave is handled by"):
        type("Confused", (WorkScreen,), both)
    with pytest.raises(TypeError, match="action_wave is handled by"):
        type("Confused", (WorkScreen,), {"commands": (Wave,), "one": Holds(Waving), "action_wave": print})


def test_every_command_of_every_screen_has_one_handler() -> None:
    seen = set(every_screen())
    assert len(seen) > 15
    for screen in seen:
        for command in screen.commands:
            method = f"action_{command.name()}"
            holders = [name for name, held in declared_by(screen).items() if hasattr(held.kind, method)]
            handler = getattr(screen, method, None)
            forwards_to = getattr(handler, "forwards_to", None)
            assert command.priority or handler is not None, (screen, command)
            assert holders == ([forwards_to] if forwards_to else []), (screen, command)


def test_no_screen_is_deeper_than_five_of_our_classes() -> None:
    for screen in every_screen():
        ours = [base for base in screen.__mro__ if base.__module__.startswith("segtui.")]
        assert len(ours) <= 5, ours
