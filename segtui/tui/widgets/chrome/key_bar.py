"""Key bar: the footer with the keys that matter most here and now, in one line; the help has them all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from rich.cells import cell_len
from textual.app import App, RenderResult
from textual.binding import ActiveBinding, Binding
from textual.content import Content
from textual.events import Click
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from segtui.tui.actions.action import ALWAYS, Command
from segtui.tui.actions.action_bindings import CommandHost
from segtui.tui.actions.global_actions import Help
from segtui.tui.widgets.forms.search_box import SearchBox

_GAP = 2  # cells between two hints
_USUAL = 5  # the importance from which a key comes before the long label of another


@dataclass(frozen=True, slots=True)
class Hint:
    """One key of the footer: its name, its label of a word or two, and the key that a click presses.

    Hints of the least `importance` are left out first where there is not room for all; ALWAYS stays.
    `long_label` replaces the label where there is room left.
    """

    key: str
    label: str
    press: str
    importance: int = ALWAYS
    long_label: str = ""

    @property
    def width(self) -> int:
        """The width in cells."""
        return cell_len(self.key) + 1 + cell_len(self.label)


class KeyBar(Widget):
    """Shows the keys of the screen's commands that can be pressed now; a click does the same as the key."""

    ALLOW_SELECT: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__()
        self._hints: tuple[Hint, ...] = ()

    def on_mount(self) -> None:
        """Subscribe to the bindings of the screen."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)
        self.call_after_refresh(self._gather)

    def on_resize(self) -> None:
        """Choose the hints for the new width."""
        self._gather()

    def _bindings_changed(self, screen: Screen[object]) -> None:
        if screen is self.screen:
            self.call_after_refresh(self._gather)

    def _gather(self) -> None:
        if not self.is_attached or not self.size.width:
            return
        hints = most_important(_hints(self.screen), self.size.width)
        if hints != self._hints:
            self._hints = hints
            self.refresh()

    def render(self) -> RenderResult:
        """Draw each key with its label."""
        return Content(" " * _GAP).join(
            Content.assemble((hint.key, "bold $primary"), (" " + hint.label, "$foreground-muted"))
            for hint in self._hints
        )

    def on_click(self, event: Click) -> None:
        """Press the key that was clicked."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        start = 0
        for hint in self._hints:
            if start <= offset.x < start + hint.width:
                self.app.simulate_key(hint.press)
                return
            start += hint.width + _GAP


def most_important(hints: Sequence[Hint], width: int) -> tuple[Hint, ...]:
    """Return the hints for a line of `width` cells, in their order: the most important ones that there is room for."""
    if not hints:
        return ()
    # The last hint is the help's, which names all the others. Of equally important ones the first come first: they are
    # in the order in which they are needed.
    order = [len(hints) - 1, *sorted(range(len(hints) - 1), key=lambda index: -hints[index].importance)]
    shown: dict[int, Hint] = {}
    room = width + _GAP
    for before_long_labels in (True, False):
        for index in order:
            is_usual = hints[index].importance >= _USUAL or index == order[0]
            needed = hints[index].width + _GAP
            if is_usual is before_long_labels and (needed <= room or not shown):
                shown[index] = hints[index]
                room -= needed
        for index, hint in shown.items():
            more = cell_len(hint.long_label) - cell_len(hint.label)
            if hint.long_label and hint.label != hint.long_label and more <= room:
                shown[index] = replace(hint, label=hint.long_label)
                room -= more
    return tuple(shown[index] for index in sorted(shown))


def _hints(screen: Screen[object]) -> list[Hint]:
    active = screen.active_bindings
    # Textual believes that a field leaves it those signs that have a name of their own, such as / and ?.
    typing = isinstance(screen.focused, Input)
    of_commands: list[Hint] = []
    helping: list[Hint] = []
    seen: set[str] = set()
    for command in screen.offered if isinstance(screen, CommandHost) else ():
        assert isinstance(screen, CommandHost)  # noqa: S101  narrows the type
        active_key = _key_of(command, active)
        if active_key is None or not command.in_footer:
            continue
        seen.add(command.name())
        key = screen.app.get_key_display(active_key.binding)
        if typing and (len(key) == 1 or key == "space"):
            continue
        label = screen.label_of(command)
        # A label such as `Undo: 3 contacts were deleted` is cut to the command's own before another key is left out.
        long_label = label if label.startswith(f"{command.label}: ") else ""
        label = command.label if long_label else label
        hint = Hint(key, label, active_key.binding.key, screen.importance_of(command), long_label)
        (helping if command is Help else of_commands).append(hint)
    # Keys of the focused field or table itself, such as leaving a search.
    others = [
        Hint(screen.app.get_key_display(key.binding), key.binding.description, key.binding.key)
        for key in active.values()
        if key.binding.show and key.binding.id not in seen and key.node is screen.focused
    ]
    if isinstance(screen.focused, SearchBox):
        others = [Hint("enter", "To the rows", "enter"), Hint("escape", "Clear, then leave", "escape")]
    return [*others, *of_commands, *helping]


def _key_of(command: type[Command], active: dict[str, ActiveBinding]) -> ActiveBinding | None:
    """Return the first key that runs the command now.

    A table answers some keys (enter) before its screen does and means the same by them; a field means its own.
    """
    name = command.name()
    for own in active.values():
        if own.binding.id == name:
            return own
    first = active.get(next(iter(Binding.make_bindings([command.binding()]))).key)
    return None if first is None or isinstance(first.node, Input) else first


def keys_shown(app: App[Any], command: type[Command]) -> str:
    """Return the keys of a command as a screen shows them, rebound ones included."""
    return " ".join(_shown_keys(app, command))


def key_shown(app: App[Any], command: type[Command]) -> str:
    """Return the first key of a command as a screen shows it, to name in a sentence."""
    return next(iter(_shown_keys(app, command)), "")


def _shown_keys(app: App[Any], command: type[Command]) -> list[str]:
    keys = getattr(app, "keymap", {}).get(command.name(), command.keys)
    return [app.get_key_display(binding) for binding in Binding.make_bindings([Binding(keys, "")])] if keys else []
