"""Picker: a list to search by typing part of a name, as in the command palette."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from segtui.domain.search_terms import parse, spans
from segtui.domain.text import clean
from segtui.services.interrupt import Interrupt
from segtui.tui.widgets.chrome.key_queue import KeyQueueApp
from segtui.tui.widgets.chrome.resize_fix import ResizeFix
from segtui.tui.widgets.chrome.service_requests import Refused, Requests
from segtui.tui.widgets.forms.form_field import TextField

Picked = TypeVar("Picked")
Value_co = TypeVar("Value_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Offer(Generic[Value_co]):
    """An entry to pick: its value, its name, and a few words beside it."""

    value: Value_co
    label: str
    note: str = ""


class Picker(ResizeFix, ModalScreen[Picked | None], Generic[Picked]):
    """Shows the entries that match the typed text; is dismissed with the picked value, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", show=False),
        Binding("down", "move(1)", "Next", show=False),
        Binding("up", "move(-1)", "Previous", show=False),
        Binding("pagedown", "move(8)", "Further", show=False),
        Binding("pageup", "move(-8)", "Back", show=False),
    ]

    which: ClassVar[str] = ""
    """Where it is set, nothing is highlighted before the user types or moves, and enter before shows this sentence."""

    typed_is_proposal: ClassVar[bool] = False
    """True where the text in the field at first is a proposal, selected, so that typing replaces it."""

    def __init__(self, title: str, hint: str, *, typed: str = "", remark: str = "") -> None:
        """Make a picker, with `typed` in its field and a `remark` below the entries."""
        super().__init__()
        self._title = title
        self._hint = hint
        self._remark = remark
        self._typed_before = typed
        self.offers: Sequence[Offer[Picked]] = ()
        """The entries that are shown."""
        self.requests = Requests(self)
        # Set where enter was pressed before the entries for the typed text were here: the keys behind it wait, too.
        self._release_keys: Callable[[], None] | None = None

    @abstractmethod
    def find(self, typed: str, interrupt: Interrupt) -> Sequence[Offer[Picked]]:
        """Return the matching entries, the best first. Runs in a thread; a newer keystroke cancels `interrupt`."""

    def refusal(self, value: Picked) -> str:  # noqa: ARG002 -- for those that override it
        """Return the sentence why an entry cannot be picked; blank where it can."""
        return ""

    def compose(self) -> ComposeResult:
        """Lay out the field, the entries and the remark."""
        with Vertical(classes="dialog picker"):
            yield Static(self._title, classes="dialog-title", markup=False)
            yield TextField(self._typed_before, self._hint)
            yield OptionList(id="offers", markup=False, compact=True)
            yield Static("Nothing matches.", id="nothing")
            if self._remark:
                yield Static(clean(self._remark), id="picker-remark", markup=False)

    def on_mount(self) -> None:
        """Show the entries for the text that is typed already."""
        self.query_one("#offers").can_focus = False
        self.query_one("#nothing").display = False
        field = self.query_one(TextField)
        field.focus()
        if self.typed_is_proposal:
            field.action_select_all()
        self._ask(self._typed_before)

    def on_unmount(self) -> None:
        """Stop the search that is running."""
        self.requests.cancel_all()
        self._release()

    def _ask(self, typed: str) -> None:
        self.requests.read("find", lambda interrupt: self.find(typed, interrupt), partial(self._show, typed))

    @on(TextField.Changed)
    def _typed(self, event: TextField.Changed) -> None:
        self._ask(event.value)

    def _show(self, typed: str, offers: Sequence[Offer[Picked]]) -> None:
        self.offers = offers
        options = self.query_one("#offers", OptionList)
        options.clear_options()
        options.add_options([Option(_drawn(offer, typed)) for offer in offers])
        options.highlighted = 0 if offers and (not self.which or typed.strip()) else None
        options.display = bool(offers)
        self.query_one("#nothing").display = not offers
        if self._release_keys is not None and not self.requests.running("find"):
            self._pick()

    @on(Refused)
    def _refused(self, event: Refused) -> None:
        event.stop()
        self._release()
        self.app.notify(clean(str(event.error)), severity="error", markup=False)

    @on(TextField.Submitted)
    def _entered(self) -> None:
        # Enter means the entries for the text as it is now, not for an older one.
        if not self.requests.running("find"):
            self._pick()
        elif self._release_keys is None:
            self._release_keys = self.app.hold_keys() if isinstance(self.app, KeyQueueApp) else _nothing

    def _pick(self) -> None:
        index = self.query_one("#offers", OptionList).highlighted
        if index is not None:
            self._take(self.offers[index].value)
        elif self.offers and self.which:
            self.app.notify(self.which, severity="warning", markup=False)
        self._release()

    def _release(self) -> None:
        if self._release_keys is not None:
            self.app.call_later(self._release_keys)
            self._release_keys = None

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        self._take(self.offers[event.option_index].value)

    def _take(self, value: Picked) -> None:
        if refusal := self.refusal(value):
            self.app.notify(clean(refusal), severity="warning", timeout=10, markup=False)
        else:
            self.dismiss(value)

    def action_move(self, step: int) -> None:
        """Move the cursor by `step` entries."""
        options = self.query_one("#offers", OptionList)
        if options.highlighted is not None:
            options.highlighted = max(0, min(options.option_count - 1, options.highlighted + step))
        elif self.offers:
            options.highlighted = 0 if step > 0 else options.option_count - 1

    def action_leave(self) -> None:
        """Close without picking."""
        self.dismiss(None)


def _nothing() -> None:
    """Do nothing: no keys are held back."""


def _drawn(offer: Offer[object], typed: str) -> Content:
    label = clean(offer.label)
    name = Content(label)
    for start, end in spans(label, parse(typed)):
        name = name.stylize("bold underline", start, end)
    return Content.assemble(name, "  ", (clean(offer.note), "$foreground-muted"))
