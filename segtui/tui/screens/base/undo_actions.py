"""Undo and redo of the changes made on a screen, and the list of what was done."""

from typing import TYPE_CHECKING

from segtui.domain.text import clean
from segtui.tui.actions.global_actions import UNDOING, Redo, ShowChanges, Undo
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.screens.base.collaborators import Collaborator
from segtui.tui.screens.base.flows import flow

if TYPE_CHECKING:
    from segtui.errors import ConsentNeeded
    from segtui.services.interrupt import Interrupt
    from segtui.services.undo import Change, UndoStack
    from segtui.tui.actions.action import Command
    from segtui.tui.screens.base.base_screen import WorkScreen


class UndoActions(Collaborator["WorkScreen"]):
    """The commands `u`, `U` and `Z` of a screen, and their words: they name the change that they are about."""

    def __init__(self, screen: "WorkScreen") -> None:
        super().__init__(screen)
        self._begun: tuple[UndoStack, bool, Change] | None = None
        """The stack of the reversal that was begun last, whether it is a redo, and the change."""

    def offers(self, command: type["Command"]) -> bool:
        """Offer what there is a change for."""
        if command not in UNDOING:
            return True
        history = self.session.history
        if history is None:
            return False
        if command is ShowChanges:
            return bool(history.every)
        return (history.last if command is Undo else history.next_redo) is not None

    def sentence_of(self, command: type["Command"]) -> str:
        """Return the sentence of the change that `u` or `U` is about; blank for other commands."""
        history = self.session.history
        if history is None or command not in {Undo, Redo}:
            return ""
        change = history.last if command is Undo else history.next_redo
        return clean(change.sentence) if change and not change.refusal else ""

    def action_undo(self) -> None:
        """Undo the last change of this screen."""
        self._reverse(self.session.history, redo=False)

    def action_redo(self) -> None:
        """Redo the change that was undone last on this screen."""
        self._reverse(self.session.history, redo=True)

    def _reverse(
        self, history: "UndoStack | None", *, redo: bool, confirmed: bool = False, seen: "Change | None" = None
    ) -> None:
        """Undo the last change of a screen, this one or another, or redo it. `seen` is that change, if it was shown."""
        session = self.session
        if history is None:
            return
        change = seen or (history.next_redo if redo else history.last)
        if change is None:
            return
        self._begun = (history, redo, change)
        is_here = session.history is not None and history.screen == session.history.screen

        def reverse(_: "Interrupt") -> Done:
            if redo:
                return Done(history.redo_last(session, confirmed=confirmed, seen=change))
            return Done(history.undo_last(session, confirmed=confirmed, seen=change), redoable=is_here)

        doing = "Redoing the change" if redo else "Undoing the last change"
        self.screen.do(doing, reverse, undoable=redo and is_here, history=history)

    @flow
    async def ask_for_consent(self, error: "ConsentNeeded") -> None:
        """Ask whether the undo or redo that was begun may make contacts callable again, then repeat it."""
        from segtui.tui.screens.contacts.contact_questions import consent_question

        if self._begun is None:
            return
        history, redo, change = self._begun
        # The consent is for this change alone.
        if await self.screen.ask(consent_question(clean(change.sentence), error, redo=redo)) == "y":
            self._reverse(history, redo=redo, confirmed=True, seen=change)
        else:
            self.screen.say("Nothing was changed. The do-not-call marks stay as they are.")

    @flow
    async def action_show_changes(self) -> None:
        """List the changes of the session, and undo or redo the last one of a screen where that is chosen."""
        from segtui.tui.screens.shared.changes_view import ChangesView

        history = self.session.history
        if history is None:
            return
        answer = await self.screen.ask(ChangesView(history, self.screen.settings.shown_time))
        if answer is not None:
            stack = history.on_screen(answer.change.screen)
            self._reverse(stack, redo=answer.redo, seen=answer.change)
