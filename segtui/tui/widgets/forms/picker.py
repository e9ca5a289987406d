"""A list to pick one thing from by typing a part of its name: the command palette, the choice of a company."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
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
    """One thing to pick: what it is, its name, and a few words beside it."""

    value: Value_co
    label: str
    note: str = ""


class Picker(ResizeFix, ModalScreen[Picked | None], Generic[Picked]):
    """Shows what fits what was typed; is dismissed with what was picked, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", show=False),
        Binding("down", "move(1)", "Next", show=False),
        Binding("up", "move(-1)", "Previous", show=False),
        Binding("pagedown", "move(8)", "Further", show=False),
        Binding("pageup", "move(-8)", "Back", show=False),
    ]

    which: ClassVar[str] = ""
    """Where it is set nothing is chosen before one types or moves, and this is said to who presses enter."""

    @dataclass
    class Found(Message):
        """What there is for what was typed."""

        typed: str
        offers: Sequence[Offer[object]]

    def __init__(self, title: str, hint: str, *, typed: str = "") -> None:
        """Make a picker. `typed` is in its field already."""
        super().__init__()
        self._title = title
        self._hint = hint
        self._typed_before = typed
        self.offers: Sequence[Offer[Picked]] = ()
        """What is shown now."""
        self.requests = Requests(self)
        # Enter was pressed before the answer to what was typed had come: the keys behind it wait for it, too.
        self._let_go: Callable[[], None] | None = None

    @abstractmethod
    def find(self, typed: str, interrupt: Interrupt) -> Sequence[Offer[Picked]]:
        """Return what fits, the best first. Runs in a thread; a newer keystroke cancels `interrupt`."""

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with Vertical(classes="dialog picker"):
            yield Static(self._title, classes="dialog-title", markup=False)
            yield TextField(self._typed_before, self._hint)
            yield OptionList(id="offers", markup=False, compact=True)
            yield Static("Nothing of that name.", id="nothing")

    def on_mount(self) -> None:
        """Show what there is for what was typed already."""
        self.query_one("#offers").can_focus = False
        self.query_one("#nothing").display = False
        self.query_one(TextField).focus()
        self._ask(self._typed_before)

    def on_unmount(self) -> None:
        """Stop what is still being asked."""
        self.requests.cancel_all()
        self._release()

    def _ask(self, typed: str) -> None:
        self.requests.ask("find", lambda interrupt: self.Found(typed, self.find(typed, interrupt)))

    @on(TextField.Changed)
    def _typed(self, event: TextField.Changed) -> None:
        self._ask(event.value)

    @on(Found)
    def _show(self, event: Found) -> None:
        self.offers = event.offers  # type: ignore[assignment]  # a message cannot be generic; find() returned them
        options = self.query_one("#offers", OptionList)
        options.clear_options()
        options.add_options([Option(_drawn(offer, event.typed)) for offer in event.offers])
        options.highlighted = 0 if event.offers and (not self.which or event.typed.strip()) else None
        options.display = bool(event.offers)
        self.query_one("#nothing").display = not event.offers
        if self._let_go is not None and not self.requests.running("find"):
            self._pick()

    @on(Refused)
    def _refused(self, event: Refused) -> None:
        event.stop()
        self._release()
        self.app.notify(clean(str(event.error)), severity="error", markup=False)

    @on(TextField.Submitted)
    def _entered(self) -> None:
        # An answer to an older text is not what somebody means who typed on and pressed enter.
        if not self.requests.running("find"):
            self._pick()
        elif self._let_go is None:
            self._let_go = self.app.hold_keys() if isinstance(self.app, KeyQueueApp) else _nothing

    def _pick(self) -> None:
        place = self.query_one("#offers", OptionList).highlighted
        if place is not None:
            self.dismiss(self.offers[place].value)
        elif self.offers and self.which:
            self.app.notify(self.which, severity="warning", markup=False)
        self._release()

    def _release(self) -> None:
        if self._let_go is not None:
            self.app.call_later(self._let_go)
            self._let_go = None

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self.offers[event.option_index].value)

    def action_move(self, step: int) -> None:
        """Move the cursor by so many offers."""
        options = self.query_one("#offers", OptionList)
        if options.highlighted is not None:
            options.highlighted = max(0, min(options.option_count - 1, options.highlighted + step))
        elif self.offers:
            options.highlighted = 0 if step > 0 else options.option_count - 1

    def action_leave(self) -> None:
        """Close without picking."""
        self.dismiss(None)


def _nothing() -> None:
    """Hold nothing back: there are no keys that wait."""


def _drawn(offer: Offer[object], typed: str) -> Content:
    label = clean(offer.label)
    name = Content(label)
    for start, end in spans(label, parse(typed)):
        name = name.stylize("bold underline", start, end)
    return Content.assemble(name, "  ", (clean(offer.note), "$foreground-muted"))
