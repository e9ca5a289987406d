"""Key names in a configuration file, and keys that cannot be rebound."""

from collections.abc import Iterator

from textual.binding import Binding
from textual.keys import key_to_character

from segtui.config.config_keys import nearest_key
from segtui.domain.text import clean
from segtui.errors import InvalidInput

FIXED = {
    "enter": "it opens, saves and answers",
    "escape": "it closes and goes back",
    "tab": "it goes to the next field",
    "shift+tab": "it goes to the field before",
    "ctrl+c": "it copies, and says how the program is left",
    "ctrl+q": "it quits from anywhere",
}
"""Keys with the same meaning everywhere: only a command that has one by default has it, and keeps it."""


def _named(character: str) -> str:
    """Return Textual's name of the key that types a character."""
    return "comma" if character == "," else next(iter(Binding.make_bindings([Binding(character, "")]))).key


_CHARACTERS = {_named(chr(code)): chr(code) for code in range(33, 127) if not chr(code).isalnum()}
_SPECIAL = {
    "backspace", "delete", "down", "end", "enter", "escape", "home", "insert", "left", "pagedown", "pageup", "right",
    "space", "tab", "up", *(f"f{number}" for number in range(1, 25)),
}  # fmt: skip
_MODIFIERS = {"alt", "ctrl", "shift"}
_ALIASES = {
    "esc": "escape", "return": "enter", "del": "delete", "ins": "insert", "control": "ctrl", "page up": "pageup",
    "pgup": "pageup", "page down": "pagedown", "pgdn": "pagedown", "pgdown": "pagedown",
}  # fmt: skip
# A terminal sends the same bytes for both keys.
_INDISTINGUISHABLE = {"ctrl+h": "backspace", "ctrl+i": "tab", "ctrl+j": "enter", "ctrl+m": "enter"} | {
    "ctrl+left_square_bracket": "escape"
}


def parsed(keys: str) -> Iterator[str]:
    """Yield keys that are divided by commas, by Textual's names. Raises InvalidInput for a key that cannot be bound."""
    for key in map(str.strip, keys.split(",")):
        if not key:
            raise InvalidInput("beside a comma there is no key; the comma itself is called comma")
        yield _parsed(key)


def written(keys: str) -> str:
    """Return keys, from Textual's names, as they are written in a file: `?` rather than `question_mark`."""
    return ", ".join(_written(key) for key in keys.split(","))


def _written(key: str) -> str:
    character = _CHARACTERS.get(key) or key_to_character(key)
    if key == "comma" or character is None or not character.isprintable() or character.isspace():
        return key
    return character


def _parsed(key: str) -> str:
    if len(key) == 1 and key.isprintable():
        return _named(key)
    before, plus, typed = (key[:-2], "+", "+") if key.endswith("++") else key.rpartition("+")
    modifiers = {_ALIASES.get(name, name) for name in before.lower().replace(" ", "").split("+")} if plus else set()
    typed = typed.strip()
    name = _named(typed.lower()) if len(typed) == 1 else _ALIASES.get(typed.lower(), typed.lower())
    if (
        not modifiers <= _MODIFIERS
        or not (len(typed) == 1 or name in _SPECIAL or name in _CHARACTERS)
        or not key.isprintable()
    ):
        raise InvalidInput(f"there is no key “{clean(key)}”{_suggestion(key, modifiers)}")
    if modifiers == {"shift"} and len(typed) == 1:
        raise InvalidInput(f"write the character that “{clean(key)}” types, such as {typed.upper()}")
    full = "+".join([*sorted(modifiers), name])
    if full in _INDISTINGUISHABLE:
        raise InvalidInput(f"terminals send “{clean(key)}” as {_INDISTINGUISHABLE[full]}; take another key")
    # The only one that Textual names by its character.
    return "ctrl+@" if full == "ctrl+at" else full


def _suggestion(key: str, modifiers: set[str]) -> str:
    letters = (f"ctrl+{letter}" for letter in "abcdefgklnoprstuvwxyz")
    modified = ("+".join([*sorted(modifiers), name]) for name in _SPECIAL) if modifiers <= _MODIFIERS else ()
    near = nearest_key(key, [*_SPECIAL, *_CHARACTERS, *letters, *modified])
    return f" (did you mean {near}?)" if near else ""
