"""The form of the filters, as somebody at the keyboard meets it."""

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from textual import events

from segtui.domain.criteria import canonical
from segtui.domain.criteria.tree import AnyOf, Comparison, Criteria, Not
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.criteria import expressions, facets
from segtui.services.criteria.facets import Facet, FacetValue
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.tui.app import SegtuiApp
from segtui.tui.screens.filters.expression_box import ExpressionBox
from segtui.tui.screens.filters.field_choice import equals
from segtui.tui.screens.filters.filter_context import FilterContext
from segtui.tui.screens.filters.filter_form import FilterForm
from segtui.tui.screens.filters.filter_panes import FieldBox
from segtui.tui.screens.filters.filter_state import ChosenCriteria
from tests.support.person import Person, at
from tests.tui.screens.conftest import HOSTILE

AppOn = Callable[[Session], SegtuiApp]
Answers = list[ChosenCriteria | None]

NEW = equals("status", "NEW")


def form_of(session: Session, query: ContactQuery) -> FilterForm:
    """Return the form for a query."""
    return FilterForm(session, query, FilterContext.read(session, in_segment=query.segment_id is not None))


def criteria_of(answers: Answers) -> Criteria | None:
    """Return the criteria of the only answer."""
    [answer] = answers
    assert answer is not None
    return answer.criteria


def text_of(criteria: Criteria | None) -> str:
    """Return the expression of criteria."""
    return "" if criteria is None else canonical.text_of(criteria)


@asynccontextmanager
async def choosing(
    app: SegtuiApp, query: ContactQuery | None = None, size: tuple[int, int] = (80, 24), answers: Answers | None = None
) -> AsyncIterator[Person]:
    """Yield a person who has the form open."""
    async with at(app, size) as person:
        got: Answers = [] if answers is None else answers
        app.push_screen(form_of(app.session, query or ContactQuery()), got.append)
        await person.settle()
        yield person


@pytest.fixture
def mixed(filled: Session) -> Session:
    """Return the session of a company whose contacts differ in source and state, and one of whom is in no segment."""
    for number, (source, state, status) in enumerate(
        [("Fair", "AZ", "NEW"), ("fair", "NM", "NEW"), ("Zoë’s list", "NM", ""), ("", "", "DONE")]
    ):
        values = {"phone": f"+1602555020{number}", "source": source, "state": state, "status": status}
        contacts.add(filled, values, segments.by_name(filled, "Newsletter").id if number else None)
    return filled


async def test_values_are_listed_with_counts_and_what_matches_is_said(app_on: AppOn, mixed: Session) -> None:
    async with choosing(app_on(mixed)) as person:
        await person.see("Find a field", "► Source", "Status", "State", "Do not call", "Added", "Phone")
        await person.see("[ ] webinar", "[ ] none", "7 contacts match", "[ Show 7 contacts f10 ]")
        [fair] = [line for line in person.lines if "] fair " in line.lower()]
        assert fair.split()[-2] == "2"


async def test_enter_and_space_choose_and_f10_shows_them(app_on: AppOn, mixed: Session) -> None:
    got: Answers = []
    async with choosing(app_on(mixed), answers=got) as person:
        await person.type("webi")
        await person.press("enter")
        await person.see("[x] webinar", "3 contacts match", "Source (1)", "source is webinar", "source = webinar")
        # What is typed next narrows anew.
        await person.type("fair")
        await person.press("enter")
        await person.see("5 contacts match", "Source (2)")
        await person.press("f10")
        await person.see_no("contacts match")
    match criteria_of(got):
        case Comparison("source", "in", values):
            assert {value.casefold() for value in values} == {"webinar", "fair"}
        case other:
            pytest.fail(f"unexpected criteria: {other}")


async def test_counts_of_the_other_fields_follow(app_on: AppOn, mixed: Session) -> None:
    async with choosing(app_on(mixed)) as person:
        await person.press("tab", "tab")
        await person.see("► State", "[ ] AZ", "4")
        await person.press("shift+tab")
        await person.type("new")
        await person.press("enter")
        await person.press("tab")
        await person.see("► State", "[ ] AZ", "3 contacts match")
        [arizona] = [line for line in person.lines if "AZ" in line]
        assert arizona.split()[-2] == "2"


async def test_left_and_right_go_from_field_to_field_and_tab_on_to_the_rest(app_on: AppOn, mixed: Session) -> None:
    async with choosing(app_on(mixed)) as person:
        await person.press("right", "right", "left")
        await person.see("► Status")
        await person.press("n", "left", "right")
        await person.see("► Status")
        await person.press("escape", *["tab"] * 3)
        await person.see("► Added", "this year")
        await person.press("tab")
        assert isinstance(person.app.screen.focused, FieldBox)
        await person.press("tab")
        assert isinstance(person.app.screen.focused, ExpressionBox)
        await person.press("tab", "tab")
        assert person.app.screen.focused is not None
        assert person.app.screen.focused.id == "clear"
        await person.press("tab", "tab")
        await person.see("► Source")
        await person.press("shift+tab", "shift+tab", "shift+tab", "enter")
        await person.see_no("contacts match")


async def test_a_field_is_found_by_its_name(app_on: AppOn, mixed: Session) -> None:
    got: Answers = []
    contacts.add(mixed, {"phone": "+16025550209", "custom.Plan type": "Pro"})
    async with choosing(app_on(mixed), answers=got) as person:
        await person.press("f3")
        await person.type("plan")
        await person.see("► Plan type")
        await person.press("enter")
        await person.type("pro")
        await person.see("contains “pro”")
        await person.press("down", "enter") if "[ ] Pro" in person.screen else await person.press("enter")
        await person.see("Plan type (1)", "1 contact matches", 'custom."Plan type" ~ pro')
        await person.press("f3")
        await person.type("xyz")
        await person.see("No field has")
        await person.press("f10")
    assert criteria_of(got) == Comparison("custom.Plan type", "~", ("pro",))


async def test_do_not_call_and_no_segment_are_chosen_too(app_on: AppOn, mixed: Session) -> None:
    got: Answers = []
    async with choosing(app_on(mixed), answers=got) as person:
        await person.press("tab", "tab", "tab")
        await person.type("mark")
        await person.press("enter")
        await person.see("6 contacts match")
        await person.press("f3")
        await person.type("segm")
        await person.see("► Segment", "in no segment")
        await person.press("enter")
        await person.type("in no")
        await person.press("enter")
        await person.see("1 contact matches", "[ Show 1 contact f10 ]")
        await person.press("f10")
    assert text_of(criteria_of(got)) == "do_not_call = no and segment is blank"


async def test_a_value_is_excluded_by_minus(app_on: AppOn, mixed: Session) -> None:
    got: Answers = []
    async with choosing(app_on(mixed), answers=got) as person:
        await person.type("fair")
        await person.press("enter", "minus")
        await person.see("[-]", "Source (1)", "5 contacts match")
        await person.type("no-ne")
        await person.see("No value contains that.")
        await person.press("escape", "f10")
    match criteria_of(got):
        case Comparison("source", "!=", (value,)):
            assert value.casefold() == "fair"
        case other:
            pytest.fail(f"unexpected criteria: {other}")


async def test_the_expression_is_edited_and_read_back(app_on: AppOn, mixed: Session) -> None:
    got: Answers = []
    async with choosing(app_on(mixed), answers=got) as person:
        await person.press("f4")
        await person.type("source = webinar")
        await person.see("[x] webinar", "Source (1)", "3 contacts match", "source is webinar")
        await person.type(" and (sta")
        await person.see("At character")
        await person.press("tab")
        await person.see("source = webinar and (status")
        await person.type("= NEW or city is blank)")
        await person.see("Also:", "Source (1)")
        await person.press("shift+tab", "shift+tab")
        await person.see("► Added")
        await person.press("f4", "ctrl+u")
        await person.type("status = NEW")
        await person.see_no("Also:")
        await person.press("enter")
        await person.see_no("contacts match")
    assert criteria_of(got) == NEW


async def test_pasted_lines_are_one_expression(app_on: AppOn, mixed: Session) -> None:
    got: Answers = []
    async with choosing(app_on(mixed), ContactQuery(criteria=NEW), answers=got) as person:
        await person.press("f4")
        person.app.post_message(events.Paste(" and\ncity is blank"))
        await person.see("status = NEW and city is blank", "Status (1)", "match")
        await person.press("enter")
    assert text_of(criteria_of(got)) == "status = NEW and city is blank"


async def test_values_of_a_field_that_was_not_opened_are_completed(app_on: AppOn, mixed: Session) -> None:
    async with choosing(app_on(mixed)) as person:
        await person.press("f4")
        await person.type("city = ")
        await person.see("Phoenix")
        await person.type("Ph")
        await person.press("tab")
        await person.see("city = Phoenix", "city is Phoenix")


LONG = "state in (AZ, CA) and (last_outcome = no_answer or calls >= 1) and organization ~ acme and city = Phoenix"


@pytest.mark.parametrize("is_pasted", [True, False])
async def test_the_cursor_of_a_long_expression_is_in_sight(app_on: AppOn, mixed: Session, *, is_pasted: bool) -> None:
    before = None if is_pasted else expressions.parse(mixed, LONG)
    async with choosing(app_on(mixed), ContactQuery(criteria=before)) as person:
        await person.press("f4")
        if is_pasted:
            person.app.post_message(events.Paste(LONG))
        await person.see("city = Phoenix")
        await person.press("home")
        await person.see("Expression state in (AZ")
        await person.press("end")
        await person.see("city = Phoenix")


async def test_wrong_text_is_said_and_not_applied(app_on: AppOn, mixed: Session) -> None:
    got: Answers = []
    async with choosing(app_on(mixed), answers=got) as person:
        await person.press("f4")
        await person.type("sorce = Fair")
        await person.see("At character 1", "source")
        await person.press("f10")
        await person.see("Filters", "sorce = Fair")
        assert got == []
        await person.press("ctrl+u", "f10")
    assert got == [None]


async def test_text_that_is_as_it_was_means_what_it_did(
    app_on: AppOn, mixed: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_parse, parse = threading.Event(), expressions.parse

    def parse_later(session: Session, text: str, *, in_segment: bool = False) -> Criteria:
        may_parse.wait(10)
        return parse(session, text, in_segment=in_segment)

    monkeypatch.setattr(expressions, "parse", parse_later)
    got: Answers = []
    async with choosing(app_on(mixed), ContactQuery(criteria=NEW), answers=got) as person:
        await person.pilot.press("f4", "W", "backspace")
        may_parse.set()
        await person.settle()
        await person.see("Expression status = NEW ", "status is NEW")
        await person.press("f10")
    assert got == [None]


async def test_keys_typed_just_before_the_end_count(app_on: AppOn, mixed: Session) -> None:
    got: Answers = []
    async with choosing(app_on(mixed), answers=got) as person:
        await person.press("f4")
        await person.type("source = webina")
        box = person.app.screen.query_one(ExpressionBox)
        with box.prevent(ExpressionBox.Changed):
            box.value = "source = webinar"
        await person.press("f10")
    assert text_of(criteria_of(got)) == "source = webinar"


async def test_further_parts_are_shown_and_removed(app_on: AppOn, mixed: Session) -> None:
    got: Answers = []
    either = AnyOf((NEW, Not(Comparison("city", "=", ("Phoenix",)))))
    query = ContactQuery(criteria=either)
    async with choosing(app_on(mixed), query, answers=got) as person:
        await person.see("Also: either status is NEW or city is not Phoenix ×")
        await person.click("×")
        await person.see_no("Also:")
        await person.see("no filter", "7 contacts match")
        await person.press("f10")
    assert criteria_of(got) is None


async def test_the_expression_is_copied(app_on: AppOn, mixed: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[str] = []
    app = app_on(mixed)
    monkeypatch.setattr(app, "copy_to_clipboard", copied.append)
    async with choosing(app, ContactQuery(criteria=NEW), (120, 24)) as person:
        await person.type("y")
        await person.see_no("y Copy expression")
        assert copied == []
        await person.press("shift+tab")
        await person.see("y Copy expression")
        await person.press("y")
    assert copied == ["status = NEW"]


async def test_days_are_typed_and_checked_beside_the_field(app_on: AppOn, mixed: Session) -> None:
    got: Answers = []
    async with choosing(app_on(mixed), answers=got) as person:
        await person.press(*["tab"] * 4)
        await person.see("► Added", "Days are those of UTC.", "this year")
        await person.type("2026-02-3")
        await person.see("Write 2026-01-31")
        await person.type("0")
        await person.see("There is no day 2026-02-30.")
        await person.press("ctrl+u")
        await person.type("2026-03-01..2026-03-31")
        await person.see("[ ] from 2026-03-01 to 2026-03-31", " 7 ")
        await person.press("enter")
        await person.see("[x] from 2026-03-01", "7 contacts match")
        await person.type("2025-01-01")
        await person.see(" 0 ")
        await person.press("escape", "f10")
    assert text_of(criteria_of(got)) == "added >= 2026-03-01 and added <= 2026-03-31"


async def test_everything_can_be_clicked(app_on: AppOn, mixed: Session) -> None:
    got: Answers = []
    async with choosing(app_on(mixed), answers=got) as person:
        await person.click("Status")
        await person.see("► Status")
        await person.click("[ ] NEW")
        await person.see("[x] NEW", "3 contacts match")
        await person.click("Clear all")
        await person.see("[ ] NEW", "7 contacts match", "no filter")
        await person.click("[ ] NEW")
        await person.click("Show 3 contacts")
    assert criteria_of(got) == NEW


async def test_escape_empties_the_box_then_leaves_and_asks_only_where_something_was_chosen(
    app_on: AppOn, mixed: Session
) -> None:
    got: Answers = []
    async with choosing(app_on(mixed), answers=got) as person:
        await person.type("webi")
        await person.press("escape")
        await person.see("[ ] none", "Filters")
        await person.press("enter", "escape")
        await person.see("Leave the filters as they were?")
        await person.press("enter")
        await person.see("Source (1)")
        await person.press("enter", "escape")
        await person.see_no("contacts match")
    assert got == [None]


async def test_who_leaves_with_something_chosen_can_still_show_it(app_on: AppOn, mixed: Session) -> None:
    for answer, wanted in (("y", None), ("s", ChosenCriteria(NEW))):
        got: Answers = []
        async with choosing(app_on(mixed), answers=got) as person:
            await person.press("tab")
            await person.type("new")
            await person.press("enter", "escape", "escape", answer)
        assert got == [wanted]


async def test_filters_in_force_are_chosen_at_first_and_unchanged_ones_say_so(app_on: AppOn, mixed: Session) -> None:
    got: Answers = []
    query = ContactQuery(criteria=Comparison("source", "in", ("Gone", "WEBINAR")))
    async with choosing(app_on(mixed), query, answers=got) as person:
        await person.see("[x] Gone", "[x] webinar", "3 contacts match", "Source (2)")
        await person.press("f10")
    assert got == [None]


async def test_the_day_of_joining_is_a_field_in_a_segment_only(app_on: AppOn, mixed: Session) -> None:
    query = ContactQuery(segment_id=segments.by_name(mixed, "Newsletter").id, search="fair")
    async with choosing(app_on(mixed), query) as person:
        await person.see("1 contact matches", "[ ] fair")
        await person.see_no("webinar")
        await person.press("f3")
        await person.type("join")
        await person.see("► Joined")
    async with choosing(app_on(mixed)) as person:
        await person.press("f3")
        await person.type("join")
        await person.see("No field has")


async def test_a_search_without_a_hit_leaves_nothing_to_choose_from(app_on: AppOn, mixed: Session) -> None:
    async with choosing(app_on(mixed), ContactQuery(search="xyz")) as person:
        await person.see("No contact to choose from.", "0 contacts match")
        await person.press("enter", "down", "G", "pagedown")
        await person.see("Filters")


async def test_a_field_without_values_of_that_name_says_so(app_on: AppOn, mixed: Session) -> None:
    async with choosing(app_on(mixed)) as person:
        await person.type("qqq")
        await person.see("No value contains that.")
        await person.press("space")
        await person.see("no filter")


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (160, 48)])
async def test_two_hundred_values_scroll_at_every_size(
    app_on: AppOn, mixed: Session, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [
        FacetValue(equals("source", f"Value {place:03}"), f"Value {place:03}", 1_000_000 - place)
        for place in range(200)
    ]
    monkeypatch.setattr(facets, "facet", lambda *_: Facet(tuple(many)))
    async with choosing(app_on(mixed), size=size) as person:
        await person.see("Value 000", "1,000,000", "Show 199,980,100 contacts f10 ]", "Clear all ]", "Status")
        await person.press("end")
        await person.see("► [ ] Value 199")
        await person.press("pageup", "up")
        await person.see_no("Value 199")
        await person.press("home")
        await person.see("► [ ] Value 000")
        await person.type("alu 15")
        await person.see("► [ ] Value 150", "Value 153", "no filter")


async def test_hostile_values_do_nothing(app_on: AppOn, hostile: Session) -> None:
    values = [*HOSTILE.values(), "x" * 1_000]
    for place, value in enumerate(values):
        contacts.add(hostile, {"email": f"h{place}@example.com", "source": value, "state": value, "status": value})
    async with choosing(app_on(hostile), size=(60, 16)) as person:
        for _ in range(3):
            for _ in values:
                await person.press("enter", "down")
            forbidden = {*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0)), "\u202e"}
            assert not forbidden & set("".join(person.lines))
            await person.press("tab")
        await person.see("Find a field")


async def test_in_ascii_there_is_nothing_else(app_on: AppOn, hostile: Session) -> None:
    app = app_on(hostile)
    app.ascii_only = True
    app.add_class("-ascii")
    async with choosing(app) as person:
        await person.press("enter", "tab", "down", "enter")
        assert person.screen.isascii()


class SlowFacets:
    """Facets that answer when they are let, and count how often they were stopped."""

    def __init__(self, answer: Facet) -> None:
        self.go = threading.Event()
        self.asked = 0
        self.stopped = 0
        self._answer = answer

    def __call__(self, session: Session, query: ContactQuery, field: str, interrupt: Interrupt | None = None) -> Facet:
        self.asked += 1
        assert interrupt is not None
        while not self.go.wait(0.01):
            if interrupt.cancelled:
                self.stopped += 1
                break
        return self._answer


async def test_what_takes_long_says_so_and_can_be_left(
    app_on: AppOn, mixed: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = SlowFacets(Facet((FacetValue(equals("source", "Fair"), "Fair", 2),)))
    monkeypatch.setattr(facets, "facet", slow)
    app = app_on(mixed)
    async with at(app) as person:
        app.push_screen(form_of(app.session, ContactQuery()))
        await person.see("counting…", "[ Show the contacts f10 ]")
        slow.go.set()
        await person.see("Fair", "2 contacts match")
        await person.see_no("counting")
        slow.go.clear()
        await person.pilot.press("enter", "tab")
        await person.see("counting the values…", "2 contacts match")
        await person.pilot.press("tab")
        await person.see("► State")
        await person.pilot.press("escape")
        await person.see("Leave the filters")
        await person.pilot.press("y")
        await person.see_no("Leave the filters")
        slow.go.set()
        await person.settle()
    assert slow.stopped >= 1


async def test_a_blank_is_typed_where_one_types_and_else_chooses(app_on: AppOn, mixed: Session) -> None:
    async with choosing(app_on(mixed)) as person:
        await person.press("space")
        await person.see("[x] webinar")
        await person.press("space")
        await person.see("[ ] webinar")
        await person.type("list zo")
        await person.see("► [ ] Zoë’s list", "no filter")
        await person.press("enter")
        await person.see("[x] Zoë’s list")
        await person.press("space")
        await person.see("[ ] Zoë’s list")
        await person.press("right")
        await person.see("► Status")


async def test_a_text_that_nothing_was_chosen_for_keeps_the_form_open(app_on: AppOn, mixed: Session) -> None:
    got: Answers = []
    async with choosing(app_on(mixed), answers=got) as person:
        await person.type("webi")
        for _ in range(2):
            await person.press("f10")
            await person.hear("“webi” was typed for Source, but nothing is chosen for it")
            await person.see("contacts match")
        # Nor is it dropped on the way to another field: the form opens the field where it was left.
        await person.press("tab")
        await person.see("► Status")
        await person.see_no("► Source")
        await person.press("f10")
        await person.see("► Source", "webi")
        await person.press("enter", "f10")
        await person.see_no("contacts match")
    assert isinstance(criteria_of(got), Comparison)


async def test_a_text_that_was_used_in_another_field_is_unused_here(app_on: AppOn, mixed: Session) -> None:
    got: Answers = []
    async with choosing(app_on(mixed), answers=got) as person:
        await person.type("webi")
        await person.press("enter")
        await person.see("[x] webinar")
        await person.press("tab")
        await person.see("► Status")
        await person.type("webi")
        await person.press("f10")
        await person.hear("“webi” was typed for Status, but nothing is chosen for it")
        await person.press("escape", "f10")
        await person.see_no("contacts match")
    assert text_of(criteria_of(got)) == "source = webinar"


async def test_a_burst_of_keys_means_what_it_would_mean_slowly(app_on: AppOn, mixed: Session) -> None:
    got: Answers = []
    app = app_on(mixed)
    async with at(app) as person:
        app.push_screen(form_of(app.session, ContactQuery()), got.append)
        for key in ["tab", *"new", "enter", "f10"]:
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await person.see_no("contacts match")
        await person.settle()
        for _ in range(200):
            if got:
                break
            await person.pilot.pause(0.01)
    assert criteria_of(got) == NEW
