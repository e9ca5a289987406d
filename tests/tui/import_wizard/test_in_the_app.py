"""The import where it is called from: the list of segments, and a segment."""

from pathlib import Path

from textual.events import Paste

from segtui.config.settings import Settings
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.tui.app import SegtuiApp
from tests.support.person import Person, at


async def _chooses(person: Person, path: Path) -> None:
    await person.press("i")
    await person.see("[1 File]")
    assert person.app.focused is not None
    person.app.focused.post_message(Paste(str(path)))
    await person.press("f10")
    await person.see("[2 Columns]")
    await person.press("f10")
    await person.see("[3 Destination]")


async def test_from_the_list_to_the_new_segment(session: Session, good: Path) -> None:
    async with at(SegtuiApp(session, Settings(database="", theme="segtui"))) as person:
        await _chooses(person, good)
        await person.type("Spring")
        await person.press("f10")
        await person.see("“Spring”, a new segment: 3 join it")
        await person.press("f10")
        await person.see("[ View segment enter ]")
        await person.press("enter")
        await person.see("Segments > Spring", "3 contacts", "Ann Example")
        await person.press("escape")
        await person.see("Spring", "1 segment")


async def test_from_a_segment_and_back_to_it(session: Session, good: Path) -> None:
    segments.create(session, "Callers")
    async with at(SegtuiApp(session, Settings(database="", theme="segtui"))) as person:
        await person.press("enter")
        await person.see("Segments > Callers", "0 contacts")
        await _chooses(person, good)
        await person.see("(x) Existing segment", "Callers, 0 contacts now")
        await person.press("f10")
        await person.see("3 join it")
        await person.press("f10")
        await person.see("[ View segment enter ]")
        await person.press("enter")
        await person.see("Segments > Callers", "3 contacts", "Ann Example")
