"""Collaborators: objects that a screen holds, each with the commands of one subject.

    class SegmentListScreen(ListScreen[Segment]):
        commands = (CreateSegment, ...)
        segment_actions = Holds(SegmentActions)

A command calls the method `action_<its name>`, which is the screen's own or that of exactly one collaborator. This is
checked when the class is made: a command without a handler, or with two, is a TypeError.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

if TYPE_CHECKING:
    from segtui.services.session import Session
    from segtui.tui.actions.action import Command
    from segtui.tui.screens.base.base_screen import WorkScreen

ScreenT = TypeVar("ScreenT", bound="WorkScreen")


class Collaborator(Generic[ScreenT]):
    """A part of a screen: commands on one subject, and whether each is offered."""

    def __init__(self, screen: ScreenT) -> None:
        self.screen = screen

    @property
    def work_screen(self) -> "WorkScreen":
        """The screen, which runs the flows."""
        return self.screen

    @property
    def session(self) -> "Session":
        """The session of the screen."""
        return self.screen.session

    def offers(self, command: type["Command"]) -> bool:  # noqa: ARG002 -- for those that override it
        """Return whether `command` can be given here and now. Every collaborator, and the screen, has to agree."""
        return True

    def explains(self, command: type["Command"]) -> bool:  # noqa: ARG002 -- for those that override it
        """Return whether the key of `command`, though it is not offered, says why."""
        return False


CollaboratorT = TypeVar("CollaboratorT", bound=Collaborator[Any])


class Holds(Generic[CollaboratorT]):
    """Declares a collaborator in the body of a screen class. It is made when it is first used, with the screen."""

    def __init__(self, kind: Callable[[Any], CollaboratorT]) -> None:
        self.kind = kind
        self._name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, screen: None, owner: type) -> "Holds[CollaboratorT]": ...

    @overload
    def __get__(self, screen: "WorkScreen", owner: type) -> CollaboratorT: ...

    def __get__(self, screen: "WorkScreen | None", owner: type) -> "CollaboratorT | Holds[CollaboratorT]":
        """Return the collaborator of a screen; from then on Python finds it in the screen itself."""
        if screen is None:
            return self
        collaborator: CollaboratorT = self.kind(screen)
        screen.__dict__[self._name] = collaborator
        return collaborator


@cache
def declared_by(screen_class: type) -> Mapping[str, Holds[Any]]:
    """Return the collaborators of a class and its bases, by their attribute. A key asks for them hundreds of times."""
    return {
        name: value
        for base in reversed(screen_class.__mro__)
        for name, value in vars(base).items()
        if isinstance(value, Holds)
    }


def bind_actions(screen_class: "type[WorkScreen]") -> None:
    """Give a class the method `action_x` for each of its commands that a collaborator handles.

    Raises TypeError for a command without a handler, or with two. Commands with priority are the app's.
    """
    declared = declared_by(screen_class)
    for command in screen_class.commands:
        method = f"action_{command.name()}"
        handlers = [name for name, held in declared.items() if hasattr(held.kind, method)]
        own = getattr(screen_class, method, None)
        if own is not None and not hasattr(own, "forwards_to"):
            handlers.append("itself")
        if len(handlers) > 1 or not (handlers or command.priority):
            raise TypeError(f"{screen_class.__name__}: {method} is handled by {handlers or 'nothing'}")
        if handlers and handlers != ["itself"]:
            setattr(screen_class, method, _forwarding(handlers[0], method))


def _forwarding(collaborator: str, method: str) -> Callable[["WorkScreen"], object]:
    def action(screen: "WorkScreen") -> object:
        return getattr(getattr(screen, collaborator), method)()

    action.__name__ = method
    action.forwards_to = collaborator  # type: ignore[attr-defined]  # told apart from a method of the class's own
    return action
