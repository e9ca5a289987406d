"""The one kind of thing that keys, footer, command palette and help are made from."""

import re
from functools import cache
from typing import ClassVar

from textual.binding import Binding

_WORD_START = re.compile(r"(?<!^)(?=[A-Z])")
ALWAYS = 9
"""The importance of what the footer never leaves out."""
NO_KEY = "no-key-"
"""How a key begins that no terminal sends. Textual wants a key, and by its binding a command can be given one."""


class Command:
    """Something a person can do. A subclass is the whole description; its docstring is what the help says.

    The class's name gives the name by which a key can be rebound (`create_segment`) and the method of the screen that
    does it (`action_create_segment`).
    """

    title: ClassVar[str]
    """What it is called in the palette and in the help."""
    label: ClassVar[str]
    """One or two words for the footer."""
    keys: ClassVar[str]
    """The default keys, by Textual's names, divided by commas; the first is the one that is shown.

    Empty: it has none, is found in the palette, and can be given one.
    """
    writes: ClassVar[bool] = False
    """Whether it changes data, which a viewer may not."""
    in_footer: ClassVar[bool] = True
    importance: ClassVar[int] = 5
    """Where the footer has no room for all, those of the least importance go first; ALWAYS stays."""
    in_palette: ClassVar[bool] = True
    priority: ClassVar[bool] = False
    """Whether the key counts even where a field would take it."""

    @classmethod
    def name(cls) -> str:
        """Return the name by which a key is bound to it: the class's, in small letters."""
        return _in_small_letters(cls.__name__)

    @classmethod
    def help(cls) -> str:
        """Return what it does, in a sentence or two on one line."""
        return " ".join((cls.__doc__ or "").split())

    @classmethod
    def binding(cls) -> Binding:
        """Return the binding of its keys to the action of the same name."""
        return Binding(
            cls.keys or f"{NO_KEY}{cls.name()}",
            cls.name(),
            cls.label,
            show=cls.in_footer,
            tooltip=cls.help(),
            priority=cls.priority,
            id=cls.name(),
        )


@cache  # the footer asks for the name of every command of a screen, for every key and change of focus
def _in_small_letters(class_name: str) -> str:
    return _WORD_START.sub("_", class_name).lower()


Commands = tuple[type[Command], ...]
