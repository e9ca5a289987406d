"""Choice of the columns of the segment list: some are shown only where they are chosen."""

from typing import TYPE_CHECKING

from segtui.tui.screens.base.row_actions import RowActions
from segtui.tui.screens.segments.segment_columns import FURTHER, SPACIOUS, segment_columns, with_further

if TYPE_CHECKING:
    from segtui.services.segments.segments import Segment
    from segtui.tui.widgets.table.table_columns import TableColumn

_FIRST = FURTHER[0]
"""The further column that a spacious list shows without being told."""


class SegmentRowActions(RowActions):
    """Marks and copies segments of the list, and chooses its columns."""

    @property
    def chosen(self) -> tuple[str, ...]:
        """The further columns that the user chose."""
        return tuple(key for key in self.screen.program.remembered.shown(self.screen.list_name) if key in FURTHER)

    @property
    def shown(self) -> frozenset[str]:
        """The keys of the columns that are shown in this width."""
        return super().shown if self._is_spacious else super().shown.difference(FURTHER).union(self.chosen)

    @property
    def _is_spacious(self) -> bool:
        return self.screen.table.size.width >= SPACIOUS

    def columns(self) -> list["TableColumn[Segment]"]:
        """Return the columns, those that are chosen in the room of others."""
        local = self.screen.settings.local
        return with_further(segment_columns(local, companies=True), local, self.chosen)

    def without_unchosen(self, hidden: frozenset[str]) -> frozenset[str]:
        """Return the hidden columns, with the further ones that are not chosen."""
        return hidden.union(FURTHER[1:]).difference(self.chosen)

    def choose(self, hidden: frozenset[str]) -> frozenset[str]:
        """Remember and show the further columns that are not `hidden`. Return the columns that stay hidden."""
        remembered, list_name = self.screen.program.remembered, self.screen.list_name
        # Where a spacious list shows the first one without being told, only hiding it is remembered.
        is_told = not self._is_spacious or _FIRST in self.chosen
        added_keys = [key for key in FURTHER if key not in hidden and (key != _FIRST or is_told)]
        remembered.remember_shown(list_name, added_keys)
        self.screen.table.set_columns(self.columns(), self.screen.hidden)
        stays = hidden if self._is_spacious else remembered.hidden(list_name)
        return hidden.difference(FURTHER).union({_FIRST} & stays)
