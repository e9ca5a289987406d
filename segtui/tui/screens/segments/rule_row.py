"""Rule row: the form row for the rule of a live segment, with the contacts that it selects now."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.timer import Timer
from textual.widgets import Input, Static

from segtui.domain.criteria.fields import Catalog
from segtui.domain.text import clean
from segtui.errors import Cancelled, InvalidInput, SegtuiError
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session
from segtui.tui.actions.dialog_actions import BuildRule
from segtui.tui.screens.filters.completed_values import CompletedValues
from segtui.tui.screens.filters.expression_box import CompletionLine, ExpressionBox
from segtui.tui.screens.segments import rules
from segtui.tui.screens.segments.rules import RuleFigures
from segtui.tui.widgets.chrome.key_bar import key_shown
from segtui.tui.widgets.chrome.service_requests import Refused, Requests
from segtui.tui.widgets.forms.form_field import Field, FieldRow
from segtui.tui.widgets.forms.push_button import PushButton

if TYPE_CHECKING:
    from segtui.tui.screens.filters.filter_state import ChosenCriteria

RULE: Final = "rule"
"""The name of the field."""

_PATIENCE: Final = 0.3
"""Seconds after which the sentence of an uncounted rule replaces the figures of the rule before."""


class RuleRow(FieldRow):
    """The field of the rule and a button that opens the filter form; below them the contacts that the rule selects.

    `session` returns the session in the company of the segment, or None while no company is chosen. `catalog` has
    the fields that are completed. `segment_id` is the edited segment: the contacts that would join and leave it are
    counted, too.
    """

    def __init__(
        self,
        text: str,
        label_width: int,
        *,
        session: Callable[[], Session | None],
        catalog: Catalog,
        segment_id: int | None = None,
    ) -> None:
        super().__init__(Field(RULE, "Rule", text), label_width)
        self.editor = ExpressionBox(text, catalog, self._values_of)
        self._session_now = session
        self._segment_id = segment_id
        self._indent_cells = label_width
        self._timer: Timer | None = None
        self.requests = Requests(self)
        self._completed = CompletedValues(self.requests, self._complete)

    def compose(self) -> ComposeResult:
        """Lay out the field, its problem, the words that can follow, the button of the filter form, and the figures."""
        yield from super().compose()
        following = CompletionLine()
        following.styles.margin = (0, 0, 0, self._indent_cells)
        following.display = False
        yield following
        # The rule needs the whole line above.
        with Vertical(id="rule-line") as line:
            line.styles.margin = (0, 0, 0, self._indent_cells)
            yield PushButton("Build it", key=key_shown(self.app, BuildRule), id="build-rule")
            yield Static("", id="rule-figures", markup=False)

    def on_mount(self) -> None:
        """Count the contacts of the first rule."""
        self.count()

    def on_unmount(self) -> None:
        """Stop the count that is running."""
        self.requests.cancel_all()

    def start_anew(self) -> None:
        """Count in another company, whose contacts have other values."""
        self._completed.clear()
        self.count()

    @on(Input.Changed)
    def count(self) -> None:
        """Count the contacts that the typed rule selects, off the event loop; a newer rule stops an older count."""
        self._stop_waiting()
        session, text = self._session_now(), self.value
        if session is None or not text.strip():
            self.requests.cancel("figures")
            self._say_figures("")
            return
        segment_id = self._segment_id

        def read(interrupt: Interrupt) -> Iterator[RuleFigures]:
            return rules.figures(session, text, segment_id, interrupt)

        self.requests.stream("figures", read, self._take_figures, self._refuse)

    def _take_figures(self, figures: RuleFigures) -> None:
        """Show the numbers; the sentence alone only where they are late, so that nothing flickers."""
        self._stop_waiting()
        if figures.preview is None and self.query_one("#rule-figures").display:
            self._timer = self.set_timer(_PATIENCE, lambda: self._say_figures(figures.words))
        else:
            self._say_figures(figures.words)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _refuse(self, error: SegtuiError) -> None:
        """Show no numbers. The form reports an invalid rule, and a cancelled count is followed by a newer one."""
        self._stop_waiting()
        if not isinstance(error, Cancelled):
            self._say_figures("")
        if not isinstance(error, Cancelled | InvalidInput):
            self.app.notify(clean(str(error)), severity="error", markup=False)

    def _say_figures(self, words: str) -> None:
        line = self.query_one("#rule-figures", Static)
        line.update(words)
        line.display = bool(words)
        if words and self.has_focus_within:
            self.call_after_refresh(self.scroll_visible, animate=False)

    def _values_of(self, field: str) -> Sequence[str]:
        """Return the most frequent values of a field, to be completed; none until they are read."""
        session = self._session_now()
        return () if session is None else self._completed.of(session, None, field)

    def _complete(self) -> None:
        if isinstance(self.editor, ExpressionBox):
            self.editor.complete()

    @on(ExpressionBox.WordsChanged)
    def _show_words(self, event: ExpressionBox.WordsChanged) -> None:
        event.stop()
        line = self.query_one(CompletionLine)
        line.words = event.box.completion.words if event.box.completion else ()
        line.index = event.box.index
        line.display = event.box.has_focus

    @on(ExpressionBox.TabLeft)
    def _leave(self, event: ExpressionBox.TabLeft) -> None:
        event.stop()
        self.app.action_focus_next()

    @on(Refused)
    def _refused(self, event: Refused) -> None:
        event.stop()
        self._say_figures("")
        if isinstance(event.error, InvalidInput):
            self.problem = clean(str(event.error))
        else:
            self.app.notify(clean(str(event.error)), severity="error", markup=False)

    @on(PushButton.Pressed, "#build-rule")
    def build(self) -> None:
        """Open the filter form with the typed rule, and take its criteria as the rule."""
        session, text = self._session_now(), self.value
        if session is None:
            self.problem = "Choose the company first: its contacts have the values to choose from."
            return

        from segtui.tui.screens.filters.filter_context import FilterContext
        from segtui.tui.screens.filters.filter_form import FilterForm

        def read(_: Interrupt) -> Callable[[], FilterForm]:
            criteria = rules.parse(session, text) if text.strip() else None
            query, context = ContactQuery(criteria=criteria), FilterContext.read(session)
            return lambda: FilterForm(session, query, context, apply_label="Take it as the rule")

        def show(form: Callable[[], FilterForm]) -> None:
            self.app.push_screen(form(), self._take)

        self.requests.read("build", read, show)

    def _take(self, answer: "ChosenCriteria | None") -> None:
        if answer is not None:
            self.editor.value = rules.text_of(answer.criteria)
