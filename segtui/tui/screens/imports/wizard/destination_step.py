"""The third step: which segment the contacts go to, and what happens to those that exist already."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from segtui.domain.text import clean, counted
from segtui.errors import InvalidInput, NameTaken, SegtuiError
from segtui.importing import default_values
from segtui.services.interrupt import Interrupt
from segtui.services.segments.segments import Segment
from segtui.tui.screens.base.flows import flow
from segtui.tui.screens.imports.wizard.wizard_services import Work
from segtui.tui.screens.imports.wizard.wizard_step import Problem, StepView
from segtui.tui.screens.segments.live_words import into_live_segment, members
from segtui.tui.widgets.chrome.service_requests import Refused
from segtui.tui.widgets.forms.form_field import FieldLine, TextField
from segtui.tui.widgets.forms.picker import Offer, Picker
from segtui.tui.widgets.forms.push_button import PushButton
from segtui.tui.widgets.forms.radio_choice import Choice, Item

INTO = (Item("new", "New segment"), Item("existing", "Existing segment"), Item("generated", "Name it for me"))
MEMBERSHIP = (
    Item("append", "Append", "current members stay"),
    Item("replace", "Replace", "anyone not in the file is taken out, not deleted"),
)
MAX_OFFER = 24
"""Characters of the offered value that its button shows."""
CONTACTS = (
    Item("fill", "Fill", "fill what is blank, change nothing else"),
    Item("overwrite", "Overwrite", "the file's values win; its blanks do not"),
    Item("keep", "Keep", "leave them as they are"),
)


class SegmentPicker(Picker[Segment]):
    """Offers the segments of the company, found by typing."""

    def __init__(self, work: Work) -> None:
        super().__init__("Import into which segment?", "Type part of the segment's name")
        self._work = work

    def find(self, typed: str, interrupt: Interrupt) -> Sequence[Offer[Segment]]:
        """Return the fixed segments that match; live ones come last, where something was typed."""
        segments = self._work.find_segments(typed, interrupt)
        return [Offer(segment, segment.name, members(segment)) for segment in segments]

    def refusal(self, value: Segment) -> str:
        """Return why nothing is imported into a live segment."""
        return into_live_segment(value) if value.live else ""


class DestinationStep(StepView):
    """The destination step: the segment, and existing contacts."""

    @dataclass
    class Named(Message):
        """The name can be given."""

    @dataclass
    class Region(Message):
        """The region of the company."""

        region: str

    def compose(self) -> ComposeResult:
        """Lay out the widgets."""
        with VerticalScroll(can_focus=False):
            yield Static("Into which segment", classes="import-heading -first")
            yield Choice(INTO, self.state.into, id="into", beside=True)
            with FieldLine(id="new", classes="import-field"):
                yield Static("Name", classes="import-label")
                yield _field("name", "a name that is not used yet")
            yield Static("", id="generated", markup=False)
            with Horizontal(id="existing", classes="import-field"):
                yield Static("", id="segment", markup=False)
                yield PushButton("Choose", id="choose")
            yield Problem(id="name-problem")
            yield Choice(MEMBERSHIP, self.state.membership, id="membership")
            yield Static("Contacts that exist already join the segment, and", classes="import-heading")
            yield Choice(CONTACTS, self.state.contacts, id="contacts")
            with FieldLine(classes="import-field", id="region-field"):
                yield Static("Phones without a country code are from", classes="import-label")
                yield _field("region", "")
            yield Problem(id="region-problem")
            with FieldLine(classes="import-field", id="values-field"):
                yield Static("Where a row has none, set", classes="import-label")
                yield _field("values", "FIELD=VALUE; FIELD=VALUE")
                yield PushButton("", id="offer")
            yield Problem(id="values-problem")

    @property
    def name_field(self) -> Input:
        """The field for a new segment's name."""
        return self.query_one("#name", Input)

    @property
    def region_field(self) -> Input:
        """The field for the region of phones."""
        return self.query_one("#region", Input)

    @property
    def values_field(self) -> Input:
        """The field for values of rows that have none."""
        return self.query_one("#values", Input)

    def enter(self) -> None:
        """Show the state, and put the cursor where something has to be typed or chosen."""
        self._show()
        if not self.region_field.placeholder:
            self.requests.ask("region", lambda _: self.Region(self.work.region))
        self.requests.read("prepare", lambda _: self.work.prepare(), lambda _: None)
        focus = {"new": self.name_field, "existing": self.query_one("#contacts"), "generated": self.query_one("#into")}
        if self.state.into == "existing" and self.state.existing_segment is None:
            focus["existing"] = self.query_one("#choose")
        focus[self.state.into].focus()

    def proceed(self) -> None:
        """Go on once the services agree to the name and the region."""
        self._take_region()
        if not self.requests.running("check"):
            self.requests.cancel("name")
            self.requests.ask("check", lambda _: self._checked())

    def _checked(self) -> Message:
        self.work.check_destination(self.state)
        return self.Ready()

    def _show(self) -> None:
        state = self.state
        self.query_one("#into", Choice).select(state.into)
        self.query_one("#membership", Choice).select(state.membership)
        self.query_one("#contacts", Choice).select(state.contacts)
        for name in ("new", "generated", "existing"):
            self.query_one(f"#{name}").display = state.into == name
        self.query_one("#membership").display = state.into == "existing"
        self.query_one("#segment", Static).update(self._segment_line())
        generated = clean(state.generated_name(self.work.now))
        line = Content.assemble("It will be called ", (f"“{generated}”", "bold"), ", with a number if that is taken.")
        self.query_one("#generated", Static).update(line)
        self.values_field.value = state.values
        self._show_offer()

    def _show_offer(self) -> None:
        """Offer the file's name as source, until a source is set."""
        offer, source = self.query_one("#offer", PushButton), self.state.offered_source
        is_set = any(part.strip().lower().startswith("source=") for part in self.state.values.split(";"))
        offer.display = bool(source) and not is_set
        name = clean(source)
        offer.label = name if len(name) <= MAX_OFFER else f"{name[: MAX_OFFER - 1]}…"

    def _segment_line(self) -> Content:
        segment = self.state.existing_segment
        if segment is None:
            return Content.styled("none chosen yet", "$foreground-muted")
        return Content.assemble((clean(segment.name), "bold"), f", {counted(segment.contacts, 'contact')} now")

    @on(Choice.Changed)
    def _chosen(self, event: Choice.Changed) -> None:
        event.stop()
        if event.choice.id == "into":
            self.state.into = event.value
            self._complain(None)
        elif event.choice.id == "membership":
            self.state.membership = event.value
        else:
            self.state.contacts = event.value
        self._show()

    @on(PushButton.Pressed, "#choose")
    def _choose(self, event: PushButton.Pressed) -> None:
        event.stop()
        self._choose_segment()

    @flow
    async def _choose_segment(self) -> None:
        segment = await self.work_screen.ask(SegmentPicker(self.work))
        if segment is not None:
            self.state.existing_segment = segment
            self._complain(None)
            self._show()
            self.query_one("#membership").focus()

    @on(Input.Changed, "#name")
    def _named(self, event: Input.Changed) -> None:
        event.stop()
        self.state.name = name = event.value
        if name.strip():
            self.requests.ask("name", lambda _: self._name_checked(name))
        else:
            self.requests.cancel("name")
            self._complain(None)

    def _name_checked(self, name: str) -> Message:
        self.work.check_name(name)
        return self.Named()

    @on(Named)
    def _name_is_free(self, event: Named) -> None:
        event.stop()
        self._complain(None)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.app.action_focus_next()

    @on(Input.Changed, "#region")
    def _typed_region(self, event: Input.Changed) -> None:
        event.stop()
        self._take_region()

    @on(Input.Changed, "#values")
    def _typed_values(self, event: Input.Changed) -> None:
        event.stop()
        self.state.values = event.value
        self.query_one("#values-problem", Problem).say()
        self._show_offer()

    @on(PushButton.Pressed, "#offer")
    def _take_offer(self, event: PushButton.Pressed) -> None:
        event.stop()
        field = self.values_field
        parts = (field.value.strip().rstrip(";"), self.state.offered_source)
        field.value = "; ".join(part for part in parts if part)
        field.focus()

    def _take_region(self) -> None:
        self.state.region = self.region_field.value.strip().upper()
        self.query_one("#region-problem", Problem).say()

    @on(Region)
    def _show_region(self, event: Region) -> None:
        event.stop()
        self.region_field.placeholder = event.region

    @on(Refused)
    def _refused(self, event: Refused) -> None:
        event.stop()
        self._complain(event.error)
        if event.kind == "check":
            at_field = {"region": "#region", default_values.FIELD: "#values"}
            wrong = at_field.get(getattr(event.error, "field", None) or "")
            self.query_one(wrong or {"new": "#name", "existing": "#choose"}.get(self.state.into, "#into")).focus()

    def _complain(self, error: SegtuiError | None) -> None:
        """Say what is wrong beside the field it is wrong in; nothing where there is no error."""
        name, region = self.query_one("#name-problem", Problem), self.query_one("#region-problem", Problem)
        if isinstance(error, InvalidInput) and error.field == "region":
            region.say(error)
        elif isinstance(error, InvalidInput) and error.field == default_values.FIELD:
            self.query_one("#values-problem", Problem).say(error)
        elif isinstance(error, NameTaken):
            name.say(f"{error} Choose “Existing segment” to add to it.")
        else:
            name.say(error or "")


def _field(name: str, hint: str) -> TextField:
    field = TextField("", hint)
    field.id = name
    return field
