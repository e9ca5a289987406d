"""Settings that only the interface can validate: its theme, and the keys of its commands."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import walk_packages

from textual.binding import Binding

from segtui.config.settings import Settings
from segtui.errors import InvalidInput
from segtui.tui import screens
from segtui.tui.actions import rebinding
from segtui.tui.actions.key_names import parsed, written
from segtui.tui.widgets.chrome.theme import check_theme
from segtui.tui.widgets.table.result_table import ResultTable


def keymap_of(settings: Settings) -> Mapping[str, str]:
    """Return the keys of the commands that are given others. Raises InvalidInput, with the line, for a wrong one."""
    if not settings.keys:
        return {}
    # Which commands meet on a screen is known once all screens are; they are imported for those who rebind keys.
    for module in walk_packages(screens.__path__, f"{screens.__name__}."):
        import_module(module.name)
    return rebinding.keymap(settings, rebinding.every_screen(), _keys_of_tables())


def problems(settings: Settings) -> Iterator[InvalidInput]:
    """Yield what is wrong with the theme and with the keys."""
    for check in (check_theme, keymap_of):
        try:
            check(settings)
        except InvalidInput as error:
            yield error


def keys_and_titles(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """Yield for every command its name, its keys as a file may say them, and what it is called; by name."""
    keymap = keymap_of(settings)
    for name, command in sorted(rebinding.every_command().items()):
        keys = keymap.get(name) or (",".join(parsed(command.keys)) if command.keys else "")
        yield name, written(keys), command.title


def _keys_of_tables() -> dict[str, str]:
    bindings = Binding.make_bindings(ResultTable.BINDINGS)
    return {binding.key: f"in a table it means “{binding.description}”" for binding in bindings}
