"""How live segments look: in the list, on their screen, in the form, before a rule moves contacts."""

from collections.abc import Callable

import pytest
from syrupy.assertion import SnapshotAssertion

from segtui.services.criteria import expressions
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.tui.app import SegtuiApp
from tests.support.person import at

AppOn = Callable[[Session], SegtuiApp]

SIZES = [(60, 16), (80, 24), (160, 48)]
WAYS = {
    "list": (),
    "segment": ("enter",),
    "form": ("n", *"By rule", "tab", "tab", "right", "tab", *"source = webinar and st"),
    "preview": ("e", "tab", "tab", "ctrl+u", *"status = new", "enter"),
    "freeze": ("z",),
    "add": ("2", "plus", *"called"),
}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("keys", WAYS.values(), ids=WAYS)
async def test_looks_as_it_did(
    app_on: AppOn, filled: Session, picture: SnapshotAssertion, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    rule = expressions.parse(filled, "status = called and source = webinar")
    segments.create(filled, "Called once", "Everybody who was reached", rule=rule)
    async with at(app_on(filled), size) as person:
        await person.still()
        await person.press(*keys)
        await person.still()
        assert person.app.export_screenshot(simplify=True) == picture
