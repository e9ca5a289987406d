"""The footer: the keys that are left out where there is not room for all, and when an undo names its change."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from segtui.tui.actions import contact_actions, global_actions, segment_actions
from segtui.tui.actions.action import ALWAYS, Command
from segtui.tui.widgets.chrome.key_bar import Hint, most_important

_SEARCH, _UNDO = global_actions.Search, global_actions.Undo
_SEGMENTS = (
    segment_actions.OpenSegment,
    segment_actions.CreateSegment,
    segment_actions.EditSegment,
    segment_actions.DeleteSegment,
    global_actions.ToggleMark,
    _SEARCH,
    _UNDO,
    global_actions.Redo,
    global_actions.Quit,
    global_actions.Help,
)
_CONTACTS = (
    contact_actions.OpenContact,
    contact_actions.AddContact,
    contact_actions.EditContact,
    contact_actions.RemoveContact,
    contact_actions.AddToSegment,
    global_actions.ToggleMark,
    _SEARCH,
    contact_actions.Filters,
    _UNDO,
    global_actions.Redo,
    global_actions.Back,
    global_actions.Help,
)
hints = some.lists(
    some.builds(
        Hint,
        some.sampled_from(["n", "space", "ctrl+p"]),
        some.sampled_from(["New", "Mark all", "Take it back"]),
        some.just("x"),
        some.integers(1, ALWAYS),
        some.sampled_from(["", "Undo: 3 contacts were deleted"]),
    ),
    max_size=12,
)


def _line(commands: tuple[type[Command], ...], width: int) -> str:
    of_commands = [
        Hint(
            command.keys.split(",", maxsplit=1)[0],
            command.label,
            command.keys,
            command.importance,
            "Undo: “Newsletter” was archived" if command is _UNDO else "",
        )
        for command in commands
    ]
    return "  ".join(f"{hint.key} {hint.label}" for hint in most_important(of_commands, width))


@pytest.mark.parametrize("commands", [_SEGMENTS, _CONTACTS])
def test_new_edit_and_delete_stay_beside_an_undo_at_80_columns(commands: tuple[type[Command], ...]) -> None:
    line = _line(commands, 78)
    assert [f"{key} " in line for key in ("enter", "n", "e", "d", "u", "?")] == [True] * 6
    assert "u Undo: “Newsletter” was archived" in _line(commands, 160)
    assert len(line) <= 78


@given(hints, some.integers(1, 200))
def test_what_is_shown_fits_and_only_what_does_not_fit_is_left_out(every: list[Hint], width: int) -> None:
    shown = most_important(every, width)
    room = width + 2 - sum(hint.width + 2 for hint in shown)
    assert bool(shown) is bool(every)
    assert room >= 0 or len(shown) == 1
    keys = {(hint.key, hint.importance) for hint in shown}
    left_out = [hint for hint in every if (hint.key, hint.importance) not in keys]
    assert all(hint.width + 2 > room for hint in left_out)
    assert not every or shown[-1].key == every[-1].key
