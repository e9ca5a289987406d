"""Actions on a line of a comparison: its contacts are listed, exported, or put into a segment."""

from typing import TYPE_CHECKING

from segtui.domain.text import clean, counted
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segments, set_operations
from segtui.services.segments.segments import Segment
from segtui.services.segments.set_operations import SetLine
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.screens.base.flows import flow
from segtui.tui.screens.contacts.contact_list_actions import ContactListActions
from segtui.tui.screens.contacts.contact_selection import ContactSelection

if TYPE_CHECKING:
    from segtui.tui.screens.comparison.comparison import ComparisonScreen  # noqa: F401 -- named in quotes
    from segtui.tui.screens.segments.segment_target import NewSegment


class SetActions(ContactListActions["ComparisonScreen", SetLine]):
    """Acts on the contacts of one line."""

    @property
    def query(self) -> ContactQuery:
        """The query for the contacts of the line under the cursor."""
        line = self.screen.row
        return ContactQuery() if line is None else self._query_of(line)

    def contact_of(self, row: SetLine) -> None:
        """Return None: a line is many contacts."""

    def _query_of(self, line: SetLine) -> ContactQuery:
        if line.kind == "segment":
            return ContactQuery(line.set.inside[0])
        return ContactQuery(criteria=line.set.criteria(self.screen.names))

    @flow
    async def view(self, line: SetLine) -> None:
        """List the contacts of a line on top of the comparison: a segment as itself, others as filtered contacts."""
        from segtui.tui.screens.contacts.filtered_contacts import show_filtered
        from segtui.tui.screens.segments.segment_detail import SegmentDetailScreen

        screen, session = self.screen, self.session
        if line.kind == "segment":
            segment = await screen.read(lambda _: segments.get(session, line.set.inside[0]))
            if screen.is_top_work_screen:
                screen.app.push_screen(SegmentDetailScreen(session, screen.settings, segment))
            return
        criteria = line.set.criteria(screen.names)
        await show_filtered(screen, session, criteria, f"Segments > {clean(line.title)}")

    def action_set_to_segment(self) -> None:
        """Put the contacts of the line under the cursor into a new segment, or into an existing one."""
        if (line := self.screen.row) is not None:
            self._to_segment(line)

    @flow
    async def _to_segment(self, line: SetLine) -> None:
        from segtui.domain.names import NAME_LENGTH
        from segtui.tui.screens.segments.segment_target import SegmentTargetPicker

        is_segment = line.kind == "segment"
        contacts = counted(line.contacts, "contact")
        picker = SegmentTargetPicker(
            self.session,
            contacts,
            besides=line.set.inside[0] if is_segment else None,
            may_be_live=not is_segment,
            typed="" if is_segment else line.title[:NAME_LENGTH],
        )
        target = await self.screen.ask(picker)
        if isinstance(target, Segment):
            self._add(self.session, ContactSelection(self._query_of(line), line.contacts), target)
        elif target is not None:
            self._make_segment(line, target)

    def _make_segment(self, line: SetLine, target: "NewSegment") -> None:
        session = self.session

        def write(interrupt: Interrupt) -> Done:
            created = set_operations.create(session, line.set, target.name, live=target.live, interrupt=interrupt)
            live = "a live segment with " if target.live else ""
            kind = f"as {live}" if target.live else "with "
            return Done(f"“{created.name}” was created {kind}{counted(created.contacts, 'contact')}.")

        self.screen.do(f"Creating “{target.name}”", write)

    def action_export_set(self) -> None:
        """Save the contacts of the line under the cursor to a file."""
        if (line := self.screen.row) is not None:
            self._export(line)

    @flow
    async def _export(self, line: SetLine) -> None:
        from segtui.tui.screens.shared.contact_export import export_contacts

        contents = f"{counted(line.contacts, 'contact')} ({line.title}), by name."
        await export_contacts(self.screen, self.session, self._query_of(line), contents, line.title)
