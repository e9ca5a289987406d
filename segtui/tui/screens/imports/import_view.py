"""An import: its file, the fields of its columns, the result of every row, and its undo."""

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.message import Message

from segtui.config.settings import Settings
from segtui.domain.text import clean
from segtui.errors import NotFound
from segtui.services import imports
from segtui.services.imports import ImportRecord
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session
from segtui.tui.actions import import_actions as does
from segtui.tui.actions.action import Command
from segtui.tui.actions.global_actions import Back
from segtui.tui.actions.sections import IN_SECTIONS
from segtui.tui.screens.base.base_screen import WorkScreen
from segtui.tui.screens.base.collaborators import Holds
from segtui.tui.screens.imports import import_facts as facts
from segtui.tui.screens.imports.import_undo import ImportUndo
from segtui.tui.widgets.chrome.scrolling import ScrolledText
from segtui.tui.widgets.chrome.service_requests import Refused
from segtui.tui.widgets.chrome.title_bar import TitleBar
from segtui.tui.widgets.forms.fact_list import FactList


class ImportView(WorkScreen):
    """Everything that is known about one import. It follows: an undo elsewhere is seen."""

    commands = (does.OpenImported, does.LookAtRows, does.UndoImport, Back, *IN_SECTIONS)
    AUTO_FOCUS = "#import-facts"
    import_undo = Holds(ImportUndo)

    @dataclass
    class Loaded(Message):
        """The import as it is now."""

        record: ImportRecord

    def __init__(self, session: Session, settings: Settings, record: ImportRecord) -> None:
        super().__init__(session, settings)
        self._record = record

    def compose_body(self) -> ComposeResult:
        """Lay out the widgets."""
        with ScrolledText(id="import-facts"):
            yield FactList(id="import-about")
            yield FactList(heading="What happened to the rows", id="import-counts")
            yield FactList(heading="Columns and their fields", id="import-mapping")

    def on_mount(self) -> None:
        """Show what is known already."""
        self.query_one(TitleBar).place = f"Imports > {clean(self._record.file)}"
        self._show(self._record)

    def follow(self) -> None:
        """Ask for the import as it is now."""
        self.requests.ask("import", self._load)

    def show_change(self, _cursor: int | None) -> None:
        """Ask for it again after it was undone here."""
        self.follow()

    def _load(self, _: Interrupt) -> Message:
        return self.Loaded(imports.get(self.session, self._record.id))

    @on(Loaded)
    def _loaded(self, event: Loaded) -> None:
        self._show(event.record)

    def _show(self, record: ImportRecord) -> None:
        self._record = record
        session = self.session
        self.query_one("#import-about", FactList).facts = facts.about(
            record,
            self.settings.shown_time,
            with_company=session.company is None,
            by_name=None if session.user_files is None else session.actor.login,
        )
        self.query_one("#import-counts", FactList).facts = facts.counts(record)
        self.query_one("#import-mapping", FactList).facts = facts.mapping(record)
        self.refresh_bindings()

    def offers(self, command: type[Command]) -> bool:
        """Offer to look into the segment where there was one, and to undo what can be undone."""
        if command is does.OpenImported and (self._record.segment_id is None or self._record.status != "completed"):
            return False
        if command is does.LookAtRows and not self._record.has_remarks:
            return False
        if command is does.UndoImport and not self.import_undo.is_possible(self._record):
            return False
        return super().offers(command)

    def action_open_imported(self) -> None:
        """Open the segment that was filled."""
        if self._record.segment_id is not None:
            self.import_undo.open_segment_by_id(self.session, self._record.segment_id)

    def action_look_at_rows(self) -> None:
        """List the rejected rows, duplicates and warnings."""
        from segtui.tui.screens.imports.import_remarks import KeptRemarks, RemarksScreen

        path = f"Imports > {clean(self._record.file)} > Rows with remarks"
        remarks = KeptRemarks(self.session, self._record.id)
        self.app.push_screen(RemarksScreen(self.session, self.settings, remarks, path))

    def action_undo_import(self) -> None:
        """Undo the import, after a question."""
        self.import_undo.ask_to_undo(self._record)

    def refused(self, event: Refused) -> None:
        """Say what could not be had; leave what is not there any more."""
        super().refused(event)
        if event.kind == "import" and isinstance(event.error, NotFound):
            self.dismiss(None)
