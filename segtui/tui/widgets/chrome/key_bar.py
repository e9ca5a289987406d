"""The footer: the keys that work here and now, in one line or two."""

from dataclasses import dataclass
from typing import Any, ClassVar

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

_GAP = 2
_LINES = 2


@dataclass(frozen=True, slots=True)
class Hint:
    """One key of the footer: how it is shown, what it does in a word or two, and the key that a click presses.

    `importance`: those of the least go first where there is no room for all; ALWAYS stays.
    """

    key: str
    label: str
    press: str
    importance: int = ALWAYS

    @property
    def width(self) -> int:
        """Cells it takes."""
        return len(self.key) + 1 + len(self.label)


class KeyBar(Widget):
    """Shows the keys of the screen's commands that can be pressed now; a click does the same as the key."""

    ALLOW_SELECT: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__()
        self._lines: tuple[tuple[Hint, ...], ...] = ()
        self._width = 0
        self._height = 1

    def on_mount(self) -> None:
        """Follow what the screen offers."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)
        self.call_after_refresh(self._gather)

    def on_resize(self) -> None:
        """Fit it to the new width."""
        if self.size.width != self._width:
            self._width, self._height = self.size.width, 1
        self._gather()

    def _bindings_changed(self, screen: Screen[object]) -> None:
        if screen is self.screen:
            self.call_after_refresh(self._gather)

    def _gather(self) -> None:
        if not self.is_attached or not self.size.width:
            return
        lines = arranged(_hints(self.screen), self.size.width)
        if lines != self._lines:
            self._lines = lines
            # Never lower than it was: that would lay out and send the whole screen anew for a key in the search box.
            self._height = max(self._height, len(lines))
            self.styles.height = self._height
            self.refresh()

    def render(self) -> RenderResult:
        """Draw key and word after each other."""
        gap = Content(" " * _GAP)
        return Content("\n").join(
            gap.join(
                Content.assemble((hint.key, "bold $primary"), (" " + hint.label, "$foreground-muted")) for hint in line
            )
            for line in self._lines
        )

    def on_click(self, event: Click) -> None:
        """Press what was clicked."""
        at = event.get_content_offset(self)
        if at is None or at.y >= len(self._lines):
            return
        start = 0
        for hint in self._lines[at.y]:
            if start <= at.x < start + hint.width:
                self.app.simulate_key(hint.press)
                return
            start += hint.width + _GAP


def arranged(hints: list[Hint], width: int) -> tuple[tuple[Hint, ...], ...]:
    """Return `hints` in lines of `width` cells. What finds no room is left out, the least important of them first."""
    kept = list(hints)
    while len(lines := _broken(kept, width)) > _LINES:
        droppable = [hint for hint in kept if hint.importance < ALWAYS]
        if not droppable:
            return lines[:_LINES]
        # Of equal ones the last: they stand in the order in which they are needed.
        kept.remove(min(reversed(droppable), key=lambda hint: hint.importance))
    return lines


def _broken(hints: list[Hint], width: int) -> tuple[tuple[Hint, ...], ...]:
    lines: list[list[Hint]] = [[]]
    used = 0
    for hint in hints:
        if lines[-1] and used + _GAP + hint.width > width:
            lines.append([])
            used = 0
        used += hint.width + (_GAP if lines[-1] else 0)
        lines[-1].append(hint)
    return tuple(tuple(line) for line in lines if line)


def _hints(screen: Screen[object]) -> list[Hint]:
    active = screen.active_bindings
    # Textual believes that a field leaves it those signs that have a name of their own, such as / and ?.
    typing = isinstance(screen.focused, Input)
    of_commands: list[Hint] = []
    helping: list[Hint] = []
    seen: set[str] = set()
    for command in screen.offered if isinstance(screen, CommandHost) else ():
        assert isinstance(screen, CommandHost)  # noqa: S101  narrows the type
        found = _key_of(command, active)
        if found is None or not command.in_footer:
            continue
        seen.add(command.name())
        key = screen.app.get_key_display(found.binding)
        if typing and (len(key) == 1 or key == "space"):
            continue
        hint = Hint(key, screen.label_of(command), found.binding.key, command.importance)
        (helping if command is Help else of_commands).append(hint)
    # What the focused field or table offers itself, such as leaving a search.
    others = [
        Hint(screen.app.get_key_display(each.binding), each.binding.description, each.binding.key)
        for each in active.values()
        if each.binding.show and each.binding.id not in seen and each.node is screen.focused
    ]
    if isinstance(screen.focused, SearchBox):
        others = [Hint("enter", "To the rows", "enter"), Hint("escape", "Clear, then leave", "escape")]
    return [*others, *of_commands, *helping]


def _key_of(command: type[Command], active: dict[str, ActiveBinding]) -> ActiveBinding | None:
    """Return the first key that runs the command now.

    A table answers some keys (enter) before its screen does and means the same by them; a field means its own.
    """
    own = [each for each in active.values() if each.binding.id == command.name()]
    if own:
        return own[0]
    first = active.get(next(iter(Binding.make_bindings([command.binding()]))).key)
    return None if first is None or isinstance(first.node, Input) else first


def keys_shown(app: App[Any], command: type[Command]) -> str:
    """Return every key of a command as it is written on a screen, after whatever it was rebound to."""
    return " ".join(_each_shown(app, command))


def key_shown(app: App[Any], command: type[Command]) -> str:
    """Return the first key of a command as it is written on a screen: what a sentence names."""
    return next(iter(_each_shown(app, command)), "")


def _each_shown(app: App[Any], command: type[Command]) -> list[str]:
    keys = getattr(app, "keymap", {}).get(command.name(), command.keys)
    return [app.get_key_display(each) for each in Binding.make_bindings([Binding(keys, "")])] if keys else []
