"""Action bindings: the keys of a screen, made from its list of commands."""

from collections.abc import Mapping
from typing import ClassVar

from textual.binding import BindingType

from segtui.tui.actions.action import Command, Commands


class CommandHost:
    """A screen, or the app, with the keys of its `commands`. Put it before the Textual class.

    Each command calls the method `action_<its name>`. A command that `offers` refuses has no key, is in no footer,
    palette or help, and cannot be run.
    """

    commands: ClassVar[Commands] = ()
    BINDINGS: ClassVar[list[BindingType]] = []
    commands_by_name: ClassVar[Mapping[str, type[Command]]] = {}

    def __init_subclass__(cls, **options: bool) -> None:
        if "commands" in cls.__dict__:
            cls.BINDINGS = [command.binding() for command in cls.commands]
            cls.commands_by_name = {command.name(): command for command in cls.commands}
        super().__init_subclass__(**options)

    def offers(self, command: type[Command]) -> bool:  # noqa: ARG002 -- for those that override it
        """Return True where `command`, one of `commands`, can be run here and now."""
        return True

    def label_of(self, command: type[Command]) -> str:
        """Return the label of `command` in the footer, here and now."""
        return command.label

    def importance_of(self, command: type[Command]) -> int:
        """Return the importance of `command` in the footer, here and now."""
        return command.importance

    def title_of(self, command: type[Command]) -> str:
        """Return the title of `command` in the palette, here and now."""
        return command.title

    def help_of(self, command: type[Command]) -> str:
        """Return the description of `command` in the help, here and now."""
        return command.help()

    @property
    def offered(self) -> list[type[Command]]:
        """The commands that can be run here and now, in their order."""
        return [command for command in self.commands if self.offers(command)]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 -- Textual's
        """Refuse an action that is not offered: Textual neither runs nor shows it."""
        command = self.commands_by_name.get(action)
        return command is None or self.offers(command)
