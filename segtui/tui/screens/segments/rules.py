"""Rules of live segments as the forms read and show them.

Functions that take a session block: call them in a thread. The first rule that is parsed imports lark.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from textual.content import Content

from segtui.domain.text import clean, counted
from segtui.services.interrupt import Interrupt
from segtui.services.segments.segments import Segment
from segtui.services.session import Session
from segtui.tui.widgets.forms.form import Confirmation

if TYPE_CHECKING:
    from segtui.domain.criteria.tree import Criteria
    from segtui.services.contacts.contacts import Contact
    from segtui.services.segments.live.rule_members import Preview

NEEDED: Final = "A live segment needs a rule that says which contacts are in it: type it, or build it from filters."
"""The problem of a rule that is blank."""
_MAX_NAMES: Final = 5
"""Contacts that a question names; the rest are counted."""


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """A rule as a sentence, and the contacts that it selects now, once they are counted."""

    sentence: str
    preview: "Preview | None" = None
    is_edited: bool = False
    """True for a segment that exists, whose contacts join and leave."""

    @property
    def words(self) -> str:
        """The sentence, and the numbers below it."""
        if self.preview is None:
            return f"{clean(self.sentence)}\nCounting..."
        moves = f"; {_moving(self.preview)}" if self.is_edited else ""
        return f"{clean(self.sentence)}\n{counted_words(self.preview.contacts, self.preview.callable)}{moves}"


def counted_words(contacts: int, callable_contacts: int) -> str:
    """Return `12,345 contacts, 11,002 can be called`."""
    return f"{counted(contacts, 'contact')}, {callable_contacts:,} can be called"


def parse(session: Session, text: str) -> "Criteria":
    """Return the criteria of a typed rule. Raises InvalidInput with the position of what is wrong."""
    from segtui.services.criteria import expressions

    return expressions.parse(session, text)


def check(session: Session, text: str, segment_id: int | None) -> None:
    """Check that a segment (None for a new one) may have a typed rule. Raises InvalidInput, NotFound."""
    from segtui.services.segments import segment_editing

    segment_editing.check_rule(session, segment_id, parse(session, text))


def text_of(criteria: "Criteria | None") -> str:
    """Return criteria as a rule is typed; blank for none."""
    from segtui.domain.criteria import canonical

    return "" if criteria is None else canonical.text_of(criteria)


def sentence_of(session: Session, criteria: "Criteria") -> str:
    """Return criteria of a list of contacts, or of one segment, as a sentence."""
    from segtui.domain.criteria import sentences
    from segtui.services.criteria import expressions

    return sentences.sentence_of(criteria, expressions.catalog(session, in_segment=True))


def figures(session: Session, text: str, segment_id: int | None, interrupt: Interrupt) -> Iterator[RuleFigures]:
    """Yield a typed rule as a sentence, then with its number of contacts. Raises InvalidInput, NotFound, Cancelled."""
    from segtui.services.segments import segment_editing

    criteria = parse(session, text)
    sentence = sentence_of(session, criteria)
    yield RuleFigures(sentence)
    preview = segment_editing.preview(session, segment_id, criteria, interrupt, examples=False)
    yield RuleFigures(sentence, preview, segment_id is not None)


def preview_of(session: Session, segment_id: int, criteria: "Criteria") -> "Preview":
    """Return the contacts of a rule, and those that join and leave the segment. Raises NotFound, InvalidInput."""
    from segtui.services.segments import segment_editing

    return segment_editing.preview(session, segment_id, criteria)


def confirmation(segment: Segment, preview: "Preview") -> Confirmation | None:
    """Return the question before a segment gets a rule; None where the rule of a live segment moves no contact."""
    if segment.live and not preview.joining and not preview.leaving:
        return None
    name = ("“", (clean(segment.name), "bold"), "”")
    if segment.live:
        begins = Content.assemble(*name, " gets another rule.")
    else:
        begins = Content.assemble(
            *name, " becomes live: from now on its rule decides who is in it, and nobody is added or removed by hand."
        )
    will = f"and will have {preview.contacts:,}, of which {preview.callable:,} can be called"
    now = f"It has {counted(segment.contacts, 'contact')} now, {will}."
    moving = [
        _line(preview.joining, preview.joining_examples, "joins", "join"),
        _line(preview.leaving, preview.leaving_examples, "leaves", "leave"),
    ]
    text = Content.assemble(begins, f"\n\n{now}\n\n", Content("\n").join(moving))
    return Confirmation("Save the rule", text, "Save the rule")


def _moving(preview: "Preview") -> str:
    joining, leaving = preview.joining, preview.leaving
    if not joining and not leaving:
        return "nobody joins or leaves"
    return f"{_number(joining)} {_verb(joining, 'join')}, {_number(leaving)} {_verb(leaving, 'leave')}"


def _number(count: int) -> str:
    return f"{count:,}" if count else "nobody"


def _verb(count: int, verb: str) -> str:
    return verb if count > 1 else f"{verb}s"


def _line(count: int, examples: Sequence["Contact"], one: str, many: str) -> Content:
    if not count:
        return Content(f"Nobody {one}.")
    names = [clean(contact.title) for contact in examples[:_MAX_NAMES]]
    more = f" and {count - len(names):,} more" if count > len(names) else ""
    return Content.assemble((f"{count:,} {one if count == 1 else many}", "bold"), f": {', '.join(names)}{more}")
