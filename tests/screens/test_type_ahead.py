"""Keys that come in a burst, as over a slow line, mean what they would mean one by one."""

from collections.abc import Callable

from textual import events

from segtui.app import SegtuiApp
from segtui.services.session import Session
from segtui.widgets.search_box import SearchBox
from tests.support.person import at


async def test_a_search_typed_in_one_burst_is_a_search(filled: Session, app_on: Callable[[Session], SegtuiApp]) -> None:
    async with at(app_on(filled)) as person:
        for key in "/dylan":
            person.app.post_message(events.Key("slash" if key == "/" else key, key))
        await person.see("/ dylan")
        assert person.app.screen.query_one(SearchBox).value == "dylan"
