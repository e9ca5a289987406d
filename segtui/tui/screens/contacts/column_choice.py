"""Choice of the columns of a list of contacts: the usual ones, every other field, and the custom fields."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from segtui.domain.criteria.fields import CUSTOM, FIELDS, declared_field
from segtui.services.contacts.contacts import Contact
from segtui.services.criteria import field_names
from segtui.services.interrupt import Interrupt
from segtui.tui.screens.base.collaborators import Collaborator
from segtui.tui.screens.contacts.contact_columns import further_column
from segtui.tui.widgets.table.table_columns import TableColumn

if TYPE_CHECKING:
    from segtui.tui.screens.contacts.contact_list import ContactListScreen


class ColumnChoice(Collaborator["ContactListScreen"]):
    """The further columns: those that are shown besides the usual ones, and remembered."""

    def __init__(self, screen: "ContactListScreen") -> None:
        super().__init__(screen)
        self._usual: Sequence[TableColumn[Contact]] = ()
        self._offered: Sequence[TableColumn[Contact]] = ()
        self.further: tuple[str, ...] = ()
        """The fields of the further columns that are shown, in their order."""
        self._read: frozenset[str] = frozenset()
        self._of_view: tuple[str, ...] | None = None
        """The columns of the view that the list shows; None without one, where they are those of the user."""

    @property
    def is_of_view(self) -> bool:
        """True while the columns are those of a view."""
        return self._of_view is not None

    @property
    def hidden_by_view(self) -> frozenset[str] | None:
        """The usual columns that the view does not have; None without a view that has columns."""
        if self._of_view is None:
            return None
        return frozenset(column.key for column in self._usual).difference(self._of_view)

    def show_view(self, columns: Sequence[str]) -> None:
        """Show the columns of a view, once columns were offered. Those that the user chose are remembered still."""
        offered = {column.key for column in self._offered}
        self._of_view = tuple(columns)
        self._put([key for key in columns if key in offered])
        self._read |= frozenset(self.further)

    def drop_unknown(self) -> bool:
        """Drop remembered columns of custom fields that the company does not have, after `offered`.

        Return True where columns were added since the last call: their values have to be read.
        """
        offered = {column.key for column in self._offered}
        if not offered.issuperset(self.further):
            self._put([key for key in self.further if key in offered])
        added = frozenset(self.further) - self._read
        self._read |= added
        return bool(added)

    def recall(self) -> None:
        """Add the remembered columns to the usual ones of the table.

        A custom field that the company does not have is left out as soon as that is read.
        """
        self._of_view = None
        self._usual = self._usual or tuple(self.screen.table.columns)
        self._put([key for key in self._remembered if self._is_field(key)])
        self._read = frozenset(self.further)
        if any(key.startswith(CUSTOM) for key in self.further):
            self.screen.requests.read("columns", self.offered, lambda _: self._drop_recalled())

    def _drop_recalled(self) -> None:
        self.drop_unknown()
        screen = self.screen
        order = screen.program.remembered.sort(screen.list_name)
        # Not the order of a view that was picked meanwhile.
        if screen.order == order and order[0].startswith(CUSTOM) and order[0] not in self.further:
            sort, descending = screen.first_order
            screen.sorted_by(sort, descending=descending)
            screen.reload(same_rows=True)

    def offered(self, interrupt: Interrupt) -> Sequence[TableColumn[Contact]]:
        """Return the columns of every field; blocks."""
        left_out, usual = self.screen.left_out, {column.key for column in self._usual}
        fields = field_names.every(self.session, in_segment=self._is_in_segment, interrupt=interrupt)
        local = self.screen.settings.local
        self._offered = [further_column(field, local) for field in fields if field.name not in usual]
        return [*(column for column in self._usual if column.key not in left_out), *self._offered]

    def show(self, hidden: frozenset[str]) -> frozenset[str]:
        """Show the offered columns that are not `hidden`, and remember it. Return those of `hidden` that are usual."""
        offered = [column.key for column in self._offered]
        # In the order in which they were chosen: the first have room in a narrow terminal.
        chosen = self._remembered if self._of_view is None else self.further
        former = [key for key in chosen if key not in hidden]
        keys = list(dict.fromkeys((*former, *(key for key in offered if key not in hidden))))
        self.screen.program.remembered.remember_shown(self.screen.list_name, keys)
        self._of_view = None
        self._put([key for key in keys if key in offered])
        return hidden.difference(offered)

    def _put(self, keys: Sequence[str]) -> None:
        local = self.screen.settings.local
        self.further = tuple(keys)
        further = [further_column(declared_field(key), local) for key in keys]
        self.screen.table.set_columns((*self._usual, *further), self.screen.hidden)

    @property
    def _remembered(self) -> Sequence[str]:
        return self.screen.program.remembered.shown(self.screen.list_name)

    @property
    def _is_in_segment(self) -> bool:
        return self.screen.segment_id is not None

    def _is_field(self, key: str) -> bool:
        declared = FIELDS.get(key)
        if declared is None:
            return key.startswith(CUSTOM)
        return self._is_in_segment or not declared.segment_only
