"""Every list: its rows are copied and exported as they are shown, by the same keys."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from segtui.domain.vocabulary import Role
from segtui.services import campaigns
from segtui.services.accounts import companies, users
from segtui.services.campaigns import SettingsInput
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.tui.actions.global_actions import Copy, ExportList
from segtui.tui.actions.sections import SECTIONS
from segtui.tui.app import SegtuiApp
from segtui.tui.screens.admin.user_keys import UserKeysScreen
from segtui.tui.screens.base.list_base import ListScreen
from segtui.tui.screens.campaigns.campaign_detail import CampaignDetailScreen
from segtui.tui.screens.do_not_call.do_not_call import DoNotCallScreen
from segtui.tui.screens.imports.import_remarks import RemarksScreen
from segtui.tui.screens.segments.segment_detail import SegmentDetailScreen
from segtui.tui.widgets.chrome import clipboard
from tests.support.person import Person, at

AppOn = Callable[[Session], SegtuiApp]
FURTHER_LISTS = (UserKeysScreen, CampaignDetailScreen, DoNotCallScreen, RemarksScreen, SegmentDetailScreen)


def test_every_list_has_a_key_that_exports_and_one_that_copies() -> None:
    screens: list[type[ListScreen[Any]]] = [*(section.load_screen() for section in SECTIONS), *FURTHER_LISTS]
    for screen in screens:
        assert issubclass(screen, ListScreen)
        assert Copy in screen.commands
        assert "x" in {command.keys for command in screen.commands}


async def _export(person: Person, key: str, file: Path) -> None:
    await person.press(key, "ctrl+u")
    await person.type(str(file))
    await person.press("enter")
    await person.hear(f"written to {file}")


async def test_lists_are_exported_and_copied_as_they_are_shown(
    app_on: AppOn, filled: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []

    def copy(_app: Any, text: str) -> str:
        copied.append(text)
        return "There it is."

    monkeypatch.setattr(clipboard, "copy", copy)
    for name, segment in (("=HYPERLINK(1)", "Newsletter"), ("Autumn", "Webinar signups")):
        campaigns.create(filled, name, segments.by_name(filled, segment).id, SettingsInput(agent="agent-1"))
    everything = filled.bound_to(None)
    companies.create(everything, "Zeta", region="GB")
    users.add(everything, "ada", name="Ada\tL", company="Zeta", role=Role.VIEWER)
    async with at(app_on(everything), (120, 40)) as person:
        # The list of segments itself: as many columns as are not hidden, and as many rows as match.
        await person.press("slash")
        await person.type("webi")
        await person.press("enter")
        await _export(person, "X", tmp_path / "segments.json")
        (row,) = json.loads((tmp_path / "segments.json").read_text())
        assert {"name": "Webinar signups", "contacts": 3, "size": "test", "company": "Main"}.items() <= row.items()
        # The campaigns: the formula is guarded, marks and order are those of the list.
        await person.press("4", "S")
        await _export(person, "x", tmp_path / "campaigns.csv")
        with (tmp_path / "campaigns.csv").open(newline="") as lines:
            rows = list(csv.DictReader(lines))
        assert [(row["name"], row["segment"], row["status"]) for row in rows] == [
            ("Autumn", "Webinar signups", "draft"),
            ("'=HYPERLINK(1)", "Newsletter", "draft"),
        ]
        await person.press("y")
        await person.hear("1 row copied.")
        assert copied.pop().startswith("Autumn\tWebinar signups\tdraft\t")
        # Companies, users, audit; a tab in a name stays in its cell.
        for section, first in (("5", ("name", "Main")), ("6", ("login", "ada")), ("7", ("action", "user.add"))):
            file = tmp_path / f"{section}.json"
            await person.press(section)
            await _export(person, "x", file)
            rows = json.loads(file.read_text())
            assert rows[0][first[0]] == first[1]
            await person.press("y")
            assert [len(line.split("\t")) for line in copied.pop().splitlines()] == [len(rows[0])]
        # Nothing to export in an empty list: the key is not offered.
        await person.press("3")
        await person.see("Nothing has been imported yet.")
        await person.see_no("x Export")
        await person.press("x")
        await person.see_no("Export\n")


def test_the_command_is_the_same_everywhere() -> None:
    assert [section.name for section in SECTIONS if ExportList in section.load_screen().commands] == [
        "imports", "campaigns", "companies", "users", "audit",
    ]  # fmt: skip
