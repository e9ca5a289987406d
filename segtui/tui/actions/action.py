"""Command: the declaration from which a key, a footer entry, a palette entry and a line of the help are made."""

import re
from functools import cache
from typing import ClassVar

from textual.binding import Binding

_WORD_START = re.compile(r"(?<!^)(?=[A-Z])")
ALWAYS = 9
"""The importance of a command that the footer never leaves out."""
MARKS_IMPORTANCE = 8
"""The least importance of a command that acts on the marked rows, while there are any."""
NO_KEY = "no-key-"
"""The prefix of keys that no terminal sends. Textual requires a key for a binding, by which a key can be set later."""


class Command:
    """A command of the interface. A subclass is its whole description; its docstring is the text of the help.

    The class's name gives the name by which its key can be rebound (`create_segment`) and the screen's method that runs
    it (`action_create_segment`).
    """

    title: ClassVar[str]
    """The name in the palette and in the help."""
    label: ClassVar[str]
    """One or two words for the footer."""
    keys: ClassVar[str]
    """The default keys, by Textual's names, divided by commas; the first one is shown.

    Empty for a command without a key, which is found in the palette and can be given one.
    """
    writes: ClassVar[bool] = False
    """True for a command that changes data, which a viewer may not."""
    in_footer: ClassVar[bool] = True
    importance: ClassVar[int] = 5
    """Where the footer has no room for all, the least important are left out first; ALWAYS stays."""
    on_marks: ClassVar[bool] = False
    """True for a command that acts on all marked rows: while rows are marked the footer prefers it."""
    in_palette: ClassVar[bool] = True
    priority: ClassVar[bool] = False
    """True for a key that works even where a field would take it."""

    @classmethod
    def name(cls) -> str:
        """Return the name by which keys are bound to it: the class's, in snake case."""
        return _in_small_letters(cls.__name__)

    @classmethod
    def help(cls) -> str:
        """Return its description, a sentence or two on one line."""
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
