"""Live guard: manual changes to the contacts of a live segment are not offered, and their keys explain why."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from segtui.services.segments.segment_rows import live_sentence
from segtui.tui.actions.action import Command
from segtui.tui.actions.contact_actions import AddContact, ImportHere, RemoveContact
from segtui.tui.actions.sections import GoToContacts, GoToImports
from segtui.tui.actions.segment_actions import EditThisSegment, FreezeSegment
from segtui.tui.screens.base.collaborators import Collaborator
from segtui.tui.widgets.chrome.key_bar import key_shown

if TYPE_CHECKING:
    from segtui.tui.screens.segments.segment_detail import SegmentDetailScreen  # noqa: F401 -- named in quotes

_INSTEAD: Final[Mapping[type[Command], tuple[str, tuple[type[Command], ...]]]] = {
    AddContact: (
        "Add the contact to all contacts ({0}): it joins where it satisfies the rule. Or freeze the segment ({1}).",
        (GoToContacts, FreezeSegment),
    ),
    RemoveContact: ("Change the rule ({0}), or freeze the segment ({1}).", (EditThisSegment, FreezeSegment)),
    ImportHere: (
        "Import the file from the imports ({0}): contacts that satisfy the rule join. Or freeze the segment ({1}).",
        (GoToImports, FreezeSegment),
    ),
}
"""The alternative to each command, with the commands whose keys it names."""


class LiveSegmentGuard(Collaborator["SegmentDetailScreen"]):
    """Keeps the contacts of a live segment to its rule."""

    def offers(self, command: type[Command]) -> bool:
        """Offer manual changes in a fixed segment only."""
        return not (self.screen.segment.live and command in _INSTEAD)

    def explains(self, command: type[Command]) -> bool:
        """Let the keys of manual changes explain why they do nothing."""
        return self.session.can_write and self.screen.segment.live and command in _INSTEAD

    def refuses(self, command: type[Command]) -> bool:
        """Return True for a live segment, after a message with the alternative to `command`."""
        segment = self.screen.segment
        if not segment.live:
            return False
        sentence, named = _INSTEAD[command]
        keys = [key_shown(self.screen.app, other) for other in named]
        self.screen.say_refusal(f"{live_sentence(segment.name)} {sentence.format(*keys)}")
        return True
