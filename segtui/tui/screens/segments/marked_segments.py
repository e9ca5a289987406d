"""Marked segments: archived, restored, deleted or exported together, after one question."""

from typing import TYPE_CHECKING

from segtui.domain.text import counted, was
from segtui.tui.actions.global_actions import MarkAll, ToggleMark
from segtui.tui.actions.segment_actions import ShowArchived
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.screens.base.collaborators import Collaborator
from segtui.tui.screens.base.flows import flow
from segtui.tui.widgets.chrome.key_bar import key_shown

if TYPE_CHECKING:
    from segtui.services.interrupt import Interrupt
    from segtui.services.segments.many_segments import Act, Review
    from segtui.services.session import Session
    from segtui.tui.actions.action import Command
    from segtui.tui.screens.segments.segment_list import SegmentListScreen  # noqa: F401 -- named in quotes


class MarkedSegments(Collaborator["SegmentListScreen"]):
    """Acts on the marked segments of the list."""

    @property
    def ids(self) -> list[int]:
        """The ids of the marked segments, in the order of the list."""
        return self.screen.marked_segments()

    def refuses(self, command: type["Command"]) -> bool:
        """Return True where several segments are marked, after a message that `command` acts on one."""
        row = self.screen.row
        marked = self.screen.table.marked_count
        if not marked or (row is not None and self.ids == [row.id]):
            return False
        are = "is" if marked == 1 else "are"
        keys = [key_shown(self.screen.app, key) for key in (ToggleMark, MarkAll, command)]
        self.screen.say_refusal(
            f"{counted(marked, 'segment')} {are} marked, and this key acts on one: take the marks off ({keys[0]} on a "
            f"row, {keys[1]} for all), then press {keys[2]} on the segment."
        )
        return True

    @flow
    async def archive_or_restore(self) -> None:
        """Archive the marked segments; where all of them are archived, restore them."""
        from segtui.services.segments import many_segments
        from segtui.tui.screens.segments import segment_questions

        ids = self.ids

        def read(interrupt: "Interrupt") -> tuple["Session", "Review", "Act"]:
            session = many_segments.one_company(self.session, ids)
            archiving = many_segments.review(session, ids, "archive", interrupt)
            if archiving.possible or archiving.held:
                return session, archiving, "archive"
            return session, many_segments.review(session, ids, "restore", interrupt), "restore"

        session, reviewed, act = await self.screen.read(read)
        if not reviewed.possible:
            self.screen.say_refusal(segment_questions.nothing_possible(reviewed, act))
        elif await self.screen.ask(segment_questions.act_question(reviewed, act)) == "y":
            self.change(session, reviewed.ids, act)

    @flow
    async def delete(self) -> None:
        """Delete the marked segments, or archive them where that is chosen instead."""
        from segtui.services.segments import many_segments
        from segtui.tui.screens.segments import segment_questions

        ids = self.ids

        def read(interrupt: "Interrupt") -> tuple["Session", "Review", "Review"]:
            session = many_segments.one_company(self.session, ids)
            deleting = many_segments.review(session, ids, "delete", interrupt)
            return session, deleting, many_segments.review(session, ids, "archive", interrupt)

        session, deleting, archiving = await self.screen.read(read)
        if not deleting.possible:
            self.screen.say_refusal(segment_questions.nothing_possible(deleting, "delete"))
            return
        answer = await self.screen.ask(segment_questions.act_question(deleting, "delete", archivable=archiving.ids))
        if answer == "y":
            self.change(session, deleting.ids, "delete")
        elif answer == "a":
            self.change(session, archiving.ids, "archive")

    def change(self, session: "Session", ids: list[int], act: "Act") -> None:
        """Archive, restore or delete segments, all or none, and say so."""
        from segtui.services.segments import many_segments

        shows_archived = key_shown(self.screen.app, ShowArchived)

        def write(_: "Interrupt") -> Done:
            if act == "archive":
                rows = many_segments.archive_many(session, ids)
                return Done(f"{_were(len(rows))} archived: {shows_archived} shows archived segments.")
            if act == "restore":
                rows = many_segments.restore_many(session, ids)
                return Done(f"{_were(len(rows))} restored.")
            rows = many_segments.delete_many(session, ids)
            return Done(f"{_were(len(rows))} deleted. Their contacts were kept.")

        doing = {"archive": "Archiving", "restore": "Restoring", "delete": "Deleting"}[act]
        self.screen.do(f"{doing} {counted(len(ids), 'segment')}", write, undoable=act != "delete")

    @flow
    async def export(self) -> None:
        """Save the contacts of the marked segments to one file, each contact once."""
        from segtui.services.contacts.contact_query import ContactQuery
        from segtui.services.segments import many_segments
        from segtui.tui.screens.shared.contact_export import export_contacts

        ids = self.ids

        def read(interrupt: "Interrupt") -> tuple["Session", int]:
            session = many_segments.one_company(self.session, ids)
            return session, many_segments.contacts_in(session, ids, interrupt)

        session, count = await self.screen.read(read)
        contents = f"{counted(count, 'contact')} of {counted(len(ids), 'segment')} in one file, each once, by name."
        query = ContactQuery(ids[0], other_segments=tuple(ids[1:]))
        await export_contacts(self.screen, session, query, contents, "segments")


def _were(count: int) -> str:
    return f"{counted(count, 'segment')} {was(count)}"
