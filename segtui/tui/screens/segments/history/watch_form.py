"""The form for the watches on a segment."""

from collections.abc import Mapping, Sequence

from textual.content import Content

from segtui.domain.text import clean
from segtui.domain.watches import KINDS, WATCHED_DAYS
from segtui.errors import InvalidInput
from segtui.services.segments.history import watches
from segtui.services.segments.history.watches import Watch
from segtui.services.segments.segments import Segment
from segtui.services.session import Session
from segtui.tui.widgets.forms.form import Form, Problems
from segtui.tui.widgets.forms.form_field import Field

_LABELS = {
    "over": "More contacts than",
    "grows": f"Growth in {WATCHED_DAYS} days, %",
    "stale": "Days without change",
}
_UNWATCHED = "not watched"


class WatchForm(Form[Sequence[Watch]]):
    """Sets and takes away the watches on a segment; is dismissed with those it has then."""

    def __init__(self, session: Session, segment: Segment, present: Sequence[Watch]) -> None:
        self._session = session
        self._segment = segment
        self._amounts = {watch.kind: watch.amount for watch in present}
        fields = [self._field(kind) for kind in KINDS]
        about = Content.assemble(
            "Watches on “", (clean(segment.name), "bold"), "” that are due are counted in the title line.\n",
        )  # fmt: skip
        super().__init__("Watch the segment", fields, save_label="Save", about=about)

    def _field(self, kind: str) -> Field:
        if not KINDS[kind].has_amount:
            ticked = "true" if kind in self._amounts else "false"
            return Field(kind, "Without contacts", ticked, ticks=(_UNWATCHED, "watched"))
        return Field(kind, _LABELS[kind], str(self._amounts.get(kind, "")), hint=_UNWATCHED)

    def check(self, values: Mapping[str, str]) -> Problems:
        """Return the problem of each amount."""
        problems = {}
        for kind in KINDS:
            try:
                _amount(kind, values[kind])
            except InvalidInput as error:
                problems[kind] = str(error)
        return problems

    def save(self, values: Mapping[str, str], changed: Mapping[str, str]) -> Sequence[Watch]:  # noqa: ARG002 -- Form's
        """Write the watches that differ."""
        amounts = {kind: _amount(kind, values[kind]) for kind in KINDS}
        different = {kind: amount for kind, amount in amounts.items() if amount != self._amounts.get(kind)}
        return watches.change(self._session, self._segment.id, different)


def _amount(kind: str, text: str) -> int | None:
    """Return the amount that is typed, None for no watch. Raises InvalidInput."""
    if not KINDS[kind].has_amount:
        return 0 if text == "true" else None
    text = text.strip().replace(",", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise InvalidInput(f"Type a number of {KINDS[kind].unit}, or nothing.", kind)
    return KINDS[kind].checked(int(text[:20]))  # of more digits, any are too many; Python reads 4,300 at most
