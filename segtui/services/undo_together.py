"""Undo of several changes as one: all of them are reversed in one transaction, or none."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from segtui.errors import Conflict, ConsentNeeded, DatabaseError, NotAllowed, SegtuiError
from segtui.services.undo import Reversal

if TYPE_CHECKING:
    from segtui.services.session import Session, Transaction


@dataclass(frozen=True, slots=True)
class StepReversal:
    """The result of reversing a step: a sentence about it, and the step that reverses it again.

    `is_partial` is True where a part of the change stays; the sentence says why.
    """

    sentence: str
    inverse: "Step"
    is_partial: bool = False


class Step(ABC):
    """A committed change that can be reversed in an open transaction, alone or together with others."""

    __slots__ = ()

    @property
    def size(self) -> int:
        """Bytes of memory that it holds, where that is much."""
        return 0

    @abstractmethod
    def reverse(self, tx: "Transaction") -> StepReversal:
        """Reverse only this change. Raises Conflict where others changed the same since."""

    def undo(self, session: "Session") -> Reversal:
        """Reverse it in a transaction of its own."""
        with session.write() as tx:
            reversal = self.reverse(tx)
        _sweep(session)
        return Reversal(reversal.sentence, reversal.inverse.undo, reversal.inverse.size)


@dataclass(frozen=True)
class Together(Step):
    """Several changes that one transaction made, in their order.

    `undone` and `redone` are the sentences after a complete undo and redo.
    """

    steps: Sequence[Step]
    undone: str
    redone: str

    @property
    def size(self) -> int:
        """Bytes of memory that all steps hold."""
        return sum(step.size for step in self.steps)

    def reverse(self, tx: "Transaction") -> StepReversal:
        """Reverse the last change first. Raises Conflict where one of them cannot be reversed: then none is."""
        reversals = [self._reversed(tx, step) for step in reversed(self.steps)]
        remarks = [reversal.sentence for reversal in reversals if reversal.is_partial]
        inverse = Together([reversal.inverse for reversal in reversals], undone=self.redone, redone=self.undone)
        sentence = f"Done, but not entirely: {' '.join(remarks)}" if remarks else self.undone
        return StepReversal(sentence, inverse, bool(remarks))

    def _reversed(self, tx: "Transaction", step: Step) -> StepReversal:
        try:
            return step.reverse(tx)
        except (ConsentNeeded, DatabaseError, NotAllowed):
            raise
        except SegtuiError as error:
            if len(self.steps) == 1:
                raise
            raise Conflict(f"{error} So all {len(self.steps):,} changes that were made together stay.") from error


def _sweep(session: "Session") -> None:
    """Delete the rest of segments that a reversal deleted."""
    from segtui.services.segments import purge

    purge.sweep(session)
