"""The sections for admins: companies, users with their keys, the audit trail. And that nobody else sees them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from segtui.domain.vocabulary import Role
from segtui.services.accounts import companies, login_keys, users
from segtui.services.audit import audit_queries
from segtui.services.audit.audit_queries import TrailQuery
from segtui.services.contacts import contacts
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.services.user_files import UserFiles
from segtui.tui.app import SegtuiApp
from tests.support.canaries import NAME, SECRET, World, world_on
from tests.support.person import Person, at
from tests.support.public_keys import ed25519_line, fingerprint_of

AppOn = Callable[[Session], SegtuiApp]
KEY = ed25519_line(1, "alice@laptop")


@pytest.fixture
def staffed(filled: Session) -> Session:
    """Return the session of a database with a few users."""
    users.add(filled, "alice", name="Alice Smith", company="Main", role=Role.MEMBER)
    users.add(filled, "boss", name="The Boss", role=Role.ADMIN)
    users.add(filled, "vic", name="Vic", company="Main", role=Role.VIEWER)
    login_keys.add(filled, "alice", KEY)
    return filled


# Companies


async def test_companies_are_listed_created_and_edited(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("5")
        await person.see("1 company", "Main", "Region")
        await person.press("n")
        await person.type("main")
        await person.press("tab")
        await person.see("already a company")
        await person.press("shift+tab", "end", *["backspace"] * 4)
        await person.type("Other")
        await person.press("tab", "end", "backspace", "backspace")
        await person.type("ZZ")
        await person.press("enter")
        await person.see("not a region code")
        await person.press("backspace", "backspace")
        await person.type("gb")
        await person.press("enter")
        await person.see("2 companies", "Other", "GB")
        await person.press("e", "end", "2", "enter")
        await person.see("Other2")
    assert [(each.name, each.region) for each in companies.every(filled)] == [("Main", "US"), ("Other2", "GB")]


async def test_the_form_of_a_company_reads_its_time_zone_in_its_region_and_names_what_is_wrong(
    app_on: AppOn, filled: Session
) -> None:
    async with at(app_on(filled), (120, 30)) as person:
        await person.press("5", "n")
        await person.type("Sur")
        await person.press("tab", "end", "backspace", "backspace")
        await person.type("au")
        await person.press("tab", "shift+tab")
        await person.see("Blank: the system's", "Australia/Sydney")
        await person.press("tab")
        await person.type("Europe/Madird")
        await person.press("enter")
        await person.see("“Europe/Madird” is not a time zone", "mean Europe/Madrid?")
        await person.press(*["backspace"] * len("Europe/Madird"))
        await person.type("EST")
        await person.press("enter")
        await person.see("“EST” can mean several time zones", "Australia/Sydney")
        await person.press(*["backspace"] * 3)
        await person.type("brisbane")
        await person.press("enter")
        await person.see("2 companies", "Sur")
        assert companies.by_name(filled, "Sur").timezone == "Australia/Brisbane"
        await person.press("e", "tab", "tab", "end", *["backspace"] * len("Australia/Brisbane"), "enter")
        await person.see("is not a time zone")
        await person.type("UTC")  # whoever sets up a company knows that it is no place
        await person.press("enter")
        await person.see_no("Save changes")
    assert companies.by_name(filled, "Sur").timezone == "UTC"


async def test_with_the_second_company_one_can_be_chosen_everywhere(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled), (120, 30)) as person:
        await person.see_no("c Company")
        await person.press("5", "n")
        await person.type("Other")
        await person.press("enter")
        await person.see("2 companies", "Main")
        await person.press("1")
        await person.see("c Company")


async def test_enter_looks_at_a_company_and_goes_to_its_segments(app_on: AppOn, two_companies: Session) -> None:
    async with at(app_on(two_companies), (120, 30)) as person:
        await person.press("5", "g", "enter")
        await person.see("Globex [b]Ltd[/b]", "1 segment ", "Newsletter")
        await person.press("5")
        await person.see("2 companies", "Globex [b]Ltd[/b]")


# Users


async def test_users_are_listed_searched_and_sorted(app_on: AppOn, staffed: Session) -> None:
    async with at(app_on(staffed)) as person:
        await person.press("6")
        await person.see("3 users", "alice", "Alice Smith", "member", "boss", "admin", "Login ▲")
        await person.press("S")
        await person.see("Login ▼", "► ")
        await person.press("slash")
        await person.type("view")
        await person.see("1 of 3", "vic")


async def test_a_user_is_added_edited_disabled_and_removed(app_on: AppOn, staffed: Session) -> None:
    async with at(app_on(staffed)) as person:
        await person.press("6", "n")
        await person.type("alice")
        await person.press("tab")
        await person.see("already a user")
        await person.press("shift+tab", *["backspace"] * 5)
        await person.type("carl")
        await person.press("enter")
        await person.see("4 users", "carl")
        await person.hear("carl was added")
        await person.press("e")
        await person.type("Carl")
        await person.press("enter")
        await person.hear("carl was saved")
        await person.press("a")
        await person.hear("carl is disabled")
        await person.press("d")
        await person.see("Remove carl?", "audit trail")
        await person.press("n")
        assert users.by_login(staffed, "carl").enabled is False
        await person.press("d", "y")
        await person.see("3 users")
    assert [entry.action for entry in audit_queries.find(staffed, TrailQuery(search="carl"))] == [
        "user.remove", "user.edit", "user.edit", "user.add",
    ]  # fmt: skip


async def test_an_admin_belongs_to_no_company(app_on: AppOn, staffed: Session) -> None:
    async with at(app_on(staffed)) as person:
        await person.press("6", "n")
        await person.type("root2")
        await person.press("tab", "tab", "enter", "down", "down", "enter")
        await person.see("admin: everything", "belongs to no company")
        await person.press("shift+tab", "enter")
        await person.see("4 users")
    assert users.by_login(staffed, "root2").company is None


async def test_a_key_comes_from_a_file_too_but_not_of_a_shared_server(
    app_on: AppOn, staffed: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "work.pub").write_text(ed25519_line(2, "work") + "\n")
    monkeypatch.chdir(tmp_path)
    path = "./work.pub"
    async with at(app_on(replace(staffed, user_files=UserFiles(tmp_path / "desk", 1_000))), (120, 30)) as person:
        await person.press("6", "enter", "n")
        await person.type(path)
        await person.press("enter")
        await person.see("A key begins with its type")
        await person.see_no("2 keys")
    async with at(app_on(staffed), (120, 30)) as person:
        await person.press("6", "enter", "n")
        await person.type(f"{path}.none")
        await person.press("enter")
        await person.see("No such file")
        await person.press(*["backspace"] * 5)
        await person.see(fingerprint_of(ed25519_line(2))[:20])
        await person.press("enter")
        await person.see("2 keys")


async def test_keys_are_pasted_checked_and_removed(app_on: AppOn, staffed: Session) -> None:
    other = ed25519_line(2, "work")
    async with at(app_on(staffed), (120, 30)) as person:
        await person.press("6", "enter")
        await person.see("Users > alice", "1 key", fingerprint_of(KEY), "alice@laptop")
        await person.press("n")
        await person.type("ssh-ed25519 AAAA")
        await person.press("enter")
        await person.see("This key")
        await person.press("escape", "y", "n")
        await person.type(other)
        await person.see(fingerprint_of(other)[:20])
        await person.press("enter")
        await person.see("2 keys", fingerprint_of(other))
        await person.press("d")
        await person.see("Take SHA256:")
        await person.press("y")
        await person.see_no("2 keys")
        await person.press("escape")
        await person.see("3 users")
    assert len(login_keys.of_user(staffed, "alice")) == 1


async def test_a_change_elsewhere_is_followed(app_on: AppOn, staffed: Session) -> None:
    async with at(app_on(staffed)) as person:
        await person.press("6")
        await person.see("3 users")
        users.add(staffed, "zoe", company="Main", role=Role.VIEWER)
        await person.see("4 users", "zoe")


# The audit trail


async def test_the_trail_is_listed_filtered_and_opened(app_on: AppOn, staffed: Session) -> None:
    async with at(app_on(staffed), (120, 40)) as person:
        await person.press("7")
        await person.see("11 entries", "key.add", "user.add", "segment.create", "When ▼")
        await person.press("f")
        await person.type("user")
        await person.see("user.add")
        await person.press("enter")
        await person.see("3 of 11", "Audit > user")
        await person.see_no("segment.create")
        await person.press("enter")
        await person.see("On what", "vic", "viewer of Main", "From", "terminal")
        await person.press("escape", "f", "enter")
        await person.see("11 entries")
        await person.press("slash")
        await person.type("webinar")
        await person.see("1 of 11")


async def test_a_segment_and_a_contact_have_their_history(app_on: AppOn, filled: Session) -> None:
    webinar = segments.by_name(filled, "Webinar signups")
    (finn,) = contacts.listing(filled, contacts.ContactQuery(search="finn")).first(1)
    segments.edit(filled, webinar.id, name="Webinar 2026")
    contacts.edit(filled, finn.id, {"city": "Tucson"})
    async with at(app_on(filled), (120, 50)) as person:
        await person.press("G", "enter", "H")
        await person.see(
            "Webinar 2026 > History", "tester: edited it - renamed from Webinar signups", "tester: created it"
        )
        await person.press("escape", "slash")
        await person.type("finn")
        await person.press("enter", "enter")
        await person.see("History", "tester: changed - city", "tester: added it by hand")


# Whom they are for


async def _everything_seen(person: Person) -> str:
    seen = [person.screen]
    for keys_ in (
        ("5",), ("6",), ("7",), ("c",), ("question_mark",), ("escape", "ctrl+p"), ("escape", "2"), ("enter",),
        ("escape", "3"),
        ("enter",), ("escape", "1", "A"), ("G", "enter"), ("H",), ("escape", "enter"), ("escape", "f"), ("escape",),
    ):  # fmt: skip
        await person.press(*keys_)
        seen.append(person.screen)
    return "\n".join(seen)


@pytest.mark.parametrize("role", [Role.MEMBER, Role.VIEWER])
async def test_who_is_no_admin_sees_no_trace_of_another_company(app_on: AppOn, session: Session, role: Role) -> None:
    world: World = world_on(session)
    async with at(app_on(world.as_role(role)), (160, 48)) as person:
        seen = await _everything_seen(person)
    assert "Plain segment" in seen
    for trace in (NAME, SECRET, "Companies", "Users", "Audit", "All companies", "compan"):
        assert trace not in seen.replace("contacts of the company", ""), trace


async def test_who_is_no_admin_finds_no_segment_of_another_company_by_its_name(app_on: AppOn, session: Session) -> None:
    world: World = world_on(session)
    async with at(app_on(world.as_role(Role.MEMBER)), (160, 48)) as person:
        await person.press("ctrl+p")
        await person.type("segment")
        await person.see("Plain segment")
        await person.see_no(NAME, SECRET)


async def test_a_viewer_is_offered_nothing_that_changes_anything(app_on: AppOn, session: Session) -> None:
    world: World = world_on(session)
    viewer = world.as_role(Role.VIEWER)
    async with at(app_on(viewer), (160, 48)) as person:
        for way in ((), ("enter",), ("enter",), ("2",), ("3",)):
            await person.press(*way)
            offered = person.app.screen.offered  # type: ignore[attr-defined]  # of every screen here
            assert [command for command in offered if command.writes] == []


async def test_a_session_that_ended_says_so(app_on: AppOn, session: Session) -> None:
    world: World = world_on(session)
    member = world.as_role(Role.MEMBER)
    async with at(app_on(member)) as person:
        await person.see("Plain segment")
        users.edit(world.owner, world.main.login, enabled=False)
        await person.press("s")
        await person.hear("Your account was disabled")


# How they look


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("keys_", [("5",), ("6",), ("6", "n"), ("6", "enter"), ("7",), ("7", "enter")], ids="-".join)
async def test_looks_as_it_did(
    app_on: AppOn, staffed: Session, picture: SnapshotAssertion, size: tuple[int, int], keys_: tuple[str, ...]
) -> None:
    async with at(app_on(staffed), size) as person:
        await person.still()
        await person.press(*keys_)
        await person.still()
        assert person.app.export_screenshot(simplify=True) == picture
