"""How every screen looks, at 80×24 and 120×40."""

from collections.abc import Callable

import pytest
from syrupy.assertion import SnapshotAssertion

from segtui.services.session import Session
from segtui.tui.app import SegtuiApp
from tests.support.person import at

AppOn = Callable[[Session], SegtuiApp]

SIZES = [(80, 24), (120, 40)]
WAYS = {
    "segments": (),
    "search": ("slash", *"webi"),
    "nothing found": ("slash", *"xyz", "enter"),
    "archived": ("A",),
    "create segment": ("n", "x", "backspace"),
    "delete segment": ("G", "d"),
    "help": ("question_mark",),
    "palette": ("ctrl+p",),
    "segment": ("G", "enter"),
    "contact": ("G", "enter", "down", "enter"),
    "add contact": ("G", "enter", "n", *"12"),
    "edit contact": ("G", "enter", "e"),
    "do not call": ("G", "enter", "exclamation_mark"),
    "empty segment": ("enter",),
    "export": ("G", "enter", "x"),
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
async def test_looks_as_it_did_over_all_companies(
    app_on: AppOn, two_companies: Session, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    async with at(app_on(two_companies), size) as person:
        await person.still()
        await person.press("down")
        await person.still()
        assert person.app.export_screenshot(simplify=True) == picture


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_looks_as_it_did_with_hostile_names(
    app_on: AppOn, hostile: Session, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    async with at(app_on(hostile), size) as person:
        await person.still()
        assert person.app.export_screenshot(simplify=True) == picture
