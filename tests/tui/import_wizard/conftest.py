"""What the tests of the import screen share: a database on SQLite, files, and somebody who uses the keyboard."""

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.app import App
from textual.events import Paste
from textual.widgets import Input

from segtui.config.settings import Settings
from segtui.database.engine import open_database
from segtui.resources import folder
from segtui.services.segments.segments import Segment
from segtui.services.session import Session, open_session
from segtui.tui.screens.imports.wizard.import_state import Step
from segtui.tui.screens.imports.wizard.import_wizard import ImportScreen
from segtui.tui.widgets.chrome.theme import SEGTUI
from tests.support.person import Person
from tests.support.svg import SvgSnapshot

HEADERS = "First Name,Last Name,Email,Phone,Lead Source,Favourite colour\n"
GOOD = HEADERS + (
    "Ann,Example,ann@example.com,+1 602 555 0101,Web,red\n"
    "Ben,Example,ben@example.com,+1 602 555 0102,Web,blue\n"
    "Cid,Example,cid@example.com,+1 602 555 0103,Fair,\n"
)
NOT_YET = -1
"""What the app has for a result while the import is open: None is a result too."""


class Host(App[None]):
    """An app with nothing but the import in it."""

    def __init__(self, session: Session, segment: Segment | None) -> None:
        super().__init__(css_path=sorted(folder("styles").glob("*.tcss")))
        self.settings = Settings(database="")
        self.several_companies = False
        self.due_watches = None
        self.is_opening = False
        self.ascii_only = False
        self.animation_level = "none"
        self.answer_delay = 0.0
        self.register_theme(SEGTUI)
        self.theme = SEGTUI.name
        self.left_with: int | None = NOT_YET
        self.flow = ImportScreen(session, segment)

    def on_mount(self) -> None:
        def left(segment_id: int | None) -> None:
            self.left_with = segment_id

        self.push_screen(self.flow, left)


class Importer(Person):
    """Somebody in front of the import."""

    @property
    def flow(self) -> ImportScreen:
        """The import."""
        assert isinstance(self.app, Host)
        return self.app.flow

    @property
    def left_with(self) -> int | None:
        """What the import ended with."""
        assert isinstance(self.app, Host)
        return self.app.left_with

    async def at_step(self, step: Step) -> None:
        """Wait until this step is shown."""
        await self.until(lambda: self.flow.state.step == step, f"for {step.title}")
        await self.pilot.pause()

    async def fill_in(self, selector: str, text: str) -> None:
        """Put `text` into a field, as a paste does."""
        field = self.flow.query_one(selector, Input)
        field.focus()
        field.value = ""
        field.post_message(Paste(text))
        await self.pilot.pause()

    async def opens(self, path: Path) -> None:
        """Paste the path of a file and see it recognised."""
        await self.fill_in("#path", str(path))
        await self.pilot.press("enter")
        await self.until(lambda: self.flow.state.source is not None, "for the file to be read")
        await self.pilot.pause()

    async def comes_to(self, wanted: Step, path: Path, name: str = "Spring") -> None:
        """Go to a step with everything chosen that the steps before need."""
        await self.opens(path)
        for step in list(Step)[1 : wanted + 1]:
            await self.pilot.press("f10")
            await self.at_step(step)
            if step == Step.DESTINATION and self.flow.state.into == "new":
                await self.fill_in("#name", name)
            elif step == Step.CHECK:
                await self.until(lambda: self.flow.state.is_judged, "for the file to be judged")
                await self.pilot.pause()


Import = Callable[..., AbstractAsyncContextManager[Importer]]


@pytest.fixture
def session(sqlite_template: Path, tmp_path: Path) -> Session:
    path = tmp_path / "data" / "segtui.db"
    path.parent.mkdir(mode=0o700)
    shutil.copy2(sqlite_template, path)
    path.chmod(0o600)
    return open_session(open_database(path, create=False), source="test")


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder the person is in."""
    place = tmp_path / "files"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


@pytest.fixture
def good(files: Path) -> Path:
    """Return a file with three contacts."""
    path = files / "spring.csv"
    path.write_text(GOOD)
    return path


@pytest.fixture
def importing(session: Session, files: Path) -> Import:
    """Return what opens the import in a terminal of 80×24 for a person."""

    @asynccontextmanager
    async def opened(segment: Segment | None = None, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Importer]:
        app = Host(session, segment)
        async with app.run_test(size=size) as pilot:
            person = Importer(pilot)
            await person.see("[1 File]" if size[0] > 72 else "[File]")
            await person.settle()
            yield person

    return opened


@pytest.fixture
def picture(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Return the snapshot that compares SVG pictures."""
    return snapshot.use_extension(SvgSnapshot)
