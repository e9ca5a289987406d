"""How the form of the filters and the screens of a contact look, at 80×24 and at the smallest size."""

from collections.abc import Callable

import pytest
from syrupy.assertion import SnapshotAssertion

from segtui.services.contacts import contacts
from segtui.services.session import Session
from segtui.tui.app import SegtuiApp
from tests.support.person import at

AppOn = Callable[[Session], SegtuiApp]

SIZES = [(80, 24), (60, 16)]
INTO = ("G", "enter")
WAYS = {
    "filters": (*INTO, "f"),
    "filter chosen": (*INTO, "f", "tab", *"ca", "enter"),
    "filter without a hit": (*INTO, "f", *"xyz"),
    "filter days": (*INTO, "f", "tab", "tab", "tab", "tab", *"2026-03-01", "full_stop", "full_stop", *"2026-02-01"),
    "filter found by name": (*INTO, "f", "f3", *"last c", "enter"),
    "filter excluded": (*INTO, "f", "tab", "minus"),
    "expression": (*INTO, "f", "f4", *"source = webinar and (s"),
    "wrong expression": (*INTO, "f", "f4", *"sorce = webinar"),
    "further parts": (*INTO, "f", "f4", *"source = webinar and (city = Phoenix or status = NEW)", "shift+tab"),
    "views": (*INTO, "V"),
    "leave the filters": (*INTO, "f", "enter", "escape"),
    "filters in force": (*INTO, "f", "tab", "enter", "down", "enter", "tab", "tab", "enter", "f10"),
    "contact": (*INTO, "down", "enter"),
    "contact at its end": (*INTO, "down", "enter", "G"),
    "contact form": (*INTO, "down", "e", "ctrl+u", *"6025550177"),
    "contact form at its end": (*INTO, "down", "e", "shift+tab", "shift+tab", "shift+tab", *"red"),
    "help at its end": (*INTO, "question_mark", "G"),
}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("keys", WAYS.values(), ids=WAYS)
async def test_looks_as_it_did(
    app_on: AppOn, filled: Session, picture: SnapshotAssertion, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    async with at(app_on(filled), size) as person:
        await person.still()
        await person.press(*keys)
        await person.still()
        assert person.app.export_screenshot(simplify=True) == picture


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_two_people_at_one_contact_look_as_they_did(
    app_on: AppOn, filled: Session, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    async with at(app_on(filled), size) as person:
        await person.still()
        await person.press(*INTO, "e", "tab", "end", "x")
        ada = contacts.by_id_or_phone(filled, "+16025550100")
        contacts.edit(filled, ada.id, {"first_name": "Augusta", "city": "Tucson", "custom.Shoe": "44"})
        await person.press("enter")
        await person.still()
        assert person.app.export_screenshot(simplify=True) == picture
