"""Which columns of segments and contacts are there in terminals of several widths."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from textual.content import Content

from segtui.services.contacts.contacts import Contact
from segtui.services.segments.segments import Segment
from segtui.tui.screens.contacts.contact_columns import contact_columns, shown_status
from segtui.tui.screens.segments.segment_columns import ACTIONS, ACTIONS_PRIORITY, segment_columns
from segtui.tui.widgets.table.painting import layout
from segtui.tui.widgets.table.table_columns import TableColumn, actions_column

NINE = ["Name", "Phone", "E-mail", "Organization", "City", "State", "Source", "Status", "Added"]


def local(moment: datetime) -> datetime:
    return moment


def labels(columns: list[TableColumn[Any]], terminal: int, hidden: tuple[str, ...] = ()) -> list[str]:
    # The last column of the terminal is the scroll bar's.
    return [there.column.label for there in layout(columns, terminal - 1, hidden, match_column=False)]


@pytest.mark.parametrize(
    ("terminal", "gone"),
    [
        (160, set()),
        (120, {"Added"}),
        (100, {"State", "Source", "Added"}),
        (80, {"Organization", "City", "State", "Source", "Added"}),
        (60, {"E-mail", "Organization", "City", "State", "Source", "Added"}),
    ],
)
def test_contacts(terminal: int, gone: set[str]) -> None:
    assert labels(contact_columns(local), terminal) == [label for label in NINE if label not in gone]


@pytest.mark.parametrize(
    ("terminal", "expected"),
    [
        (160, ["Name", "Description", "Contacts", "Size", "Can be called", "Created", "Company", "Actions"]),
        (120, ["Name", "Description", "Contacts", "Size", "Created", "Company", "Actions"]),
        (100, ["Name", "Contacts", "Size", "Created", "Company", "Actions"]),
        (80, ["Name", "Contacts", "Created", "Company", "Actions"]),
        (60, ["Name", "Contacts", "Created", "Company"]),
    ],
)
def test_segments_of_all_companies(terminal: int, expected: list[str]) -> None:
    columns = [*segment_columns(local, companies=True), actions_column(ACTIONS, ACTIONS_PRIORITY)]
    assert labels(columns, terminal) == expected


@pytest.mark.parametrize(
    ("terminal", "expected"),
    [
        (160, ["Name", "Description", "Contacts", "Size", "Can be called", "Created", "Actions"]),
        (120, ["Name", "Description", "Contacts", "Size", "Created", "Actions"]),
        (100, ["Name", "Description", "Contacts", "Size", "Created", "Actions"]),
        (80, ["Name", "Contacts", "Size", "Created", "Actions"]),
    ],
)
def test_segments_of_one_company(terminal: int, expected: list[str]) -> None:
    actions = actions_column(ACTIONS, ACTIONS_PRIORITY)
    assert labels([*segment_columns(local, companies=False), actions], terminal) == expected
    assert labels([*segment_columns(local, companies=True), actions], terminal, ("company",)) == expected


@pytest.mark.parametrize("terminal", [60, 80, 100, 120, 160, 250])
def test_a_phone_and_the_word_for_do_not_call_are_never_cut(terminal: int) -> None:
    placed = {
        there.column.key: there.width for there in layout(contact_columns(local), terminal - 1, (), match_column=False)
    }
    assert placed["phone"] >= len("+4915112345678")
    assert placed["status"] > len("do not call")


def test_nobody_can_take_away_who_must_not_be_called() -> None:
    assert {column.key for column in contact_columns(local) if not column.removable} == {"status"}


def test_the_word_for_do_not_call_leads_the_status() -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    values: dict[str, Any] = dict.fromkeys(Contact.__dataclass_fields__, "")
    contact = Contact(**values | {"id": 1, "created_at": now, "status": "NEW", "do_not_call": True})
    assert shown_status(contact).plain == "do not call, NEW"
    assert shown_status(replace(contact, status="")).plain == "do not call"
    assert shown_status(replace(contact, do_not_call=False)).plain == "NEW"


def test_a_segment_that_is_archived_or_live_says_so_where_no_name_is_cut() -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    segment = Segment(1, 1, "Main", "Old", "", 0, now, now, archived=True)
    live = replace(segment, archived=False, stored_rule="{}")
    columns = {column.key: column for column in segment_columns(local, companies=False)}
    name, count = columns["name"], columns["contacts"]
    assert name.render(segment) == "(archived) Old"
    assert name.render(live) == "Old"
    for contacts, words in ((84, "live 84"), (999_999, "live 999,999"), (1_000_000, "live 1000000")):
        shown = count.render(replace(live, contacts=contacts))
        assert isinstance(shown, Content)
        assert shown.plain == words
        assert len(words) <= count.width.minimum
