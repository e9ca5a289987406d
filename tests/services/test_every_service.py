"""Every function of the services, from a list that cannot be forgotten to be kept: it is made from the modules.

From another company, nothing of a company is seen or changed; a viewer changes nothing; and whatever changes something
says so in the audit trail.
"""

import importlib
import inspect
import io
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select

from segtui import services
from segtui.database.tables.core_tables import audit, contacts, do_not_call_list
from segtui.demo.samples import SampleImport, SampleSegment
from segtui.domain.criteria.fields import FIELDS
from segtui.domain.criteria.tree import Comparison
from segtui.domain.vocabulary import Role
from segtui.errors import Conflict, NotAllowed, SegtuiError
from segtui.importing.options import ReadOptions
from segtui.services.accounts.companies import PlainQuery
from segtui.services.audit.audit_queries import TrailQuery
from segtui.services.campaigns import CampaignQuery, SettingsInput
from segtui.services.campaigns.dispatch.settling import Settled
from segtui.services.campaigns.dispatch.unrecorded_calls import PlatformRecord
from segtui.services.campaigns.results.result_search import ResultQuery
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.criteria.frequency import Line, LineField
from segtui.services.do_not_call.do_not_call import DoNotCallQuery
from segtui.services.imports import Destination, ImportQuery, ImportRequest
from segtui.services.imports.remarks import RemarkQuery
from segtui.services.segments.partition import SplitWay
from segtui.services.segments.segment_batches import NewSegment
from segtui.services.segments.segments import Segment, SegmentQuery
from segtui.services.segments.segments_by import SegmentsBy
from segtui.services.segments.set_operations import SegmentSet
from segtui.services.segments.tidying import Finding
from segtui.services.session import Session
from segtui.services.undo import Reversal, UndoStack
from segtui.services.user_files import UserFolder
from segtui.services.views.views import ViewContent
from tests.support.canaries import NAME, SECRET, Place, World, everything_in, rows_of, without_use
from tests.support.public_keys import ed25519_line

# What only completes what was recorded, or is about the session alone and reaches no row.
QUIET = {
    "search_index.catch_up": "the index follows changes that are in the trail",
    "segments.purge.sweep": "the rest of a deletion that is in the trail",
    "campaigns.dispatch.claiming.claim": "the calls of a launch that is in the trail, each written down as an attempt",
}


def _functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    for module in pkgutil.walk_packages(services.__path__, f"{services.__name__}."):
        for name, found in sorted(vars(importlib.import_module(module.name)).items()):
            if not inspect.isfunction(found) or name.startswith("_") or found.__module__ != module.name:
                continue
            first = next(iter(inspect.signature(found).parameters.values()), None)
            if first is not None and first.name == "session":
                yield f"{module.name.removeprefix(f'{services.__name__}.')}.{name}", found


FUNCTIONS = dict(_functions())
FOR_ALL = {"audit.audit_queries.of_segment", "audit.audit_queries.of_contact"}
DISPATCHER = (
    "campaigns.audience.audience_zones.", "campaigns.dispatch.claiming.", "campaigns.dispatch.dispatcher_lease.",
    "campaigns.dispatch.settling.",
    "campaigns.dispatch.unrecorded_calls.",
)  # fmt: skip
ADMIN = (
    "accounts.companies.create", "accounts.companies.edit", "accounts.users.", "accounts.login_keys.",
    "audit.audit_queries.", "do_not_call.do_not_call_editing.remove", *DISPATCHER,
)  # fmt: skip


def _not_again(_: Session) -> Reversal:
    raise Conflict("It cannot be reversed.")


def _by_name(place: Place) -> dict[str, Callable[[], object]]:
    """Return what every parameter of a service gets, so that it is about this place."""
    return {
        "segment_id": lambda: place.segment_id,
        # The place's second segment was made right after the first.
        "segment_ids": lambda: [place.segment_id, place.segment_id + 1],
        "segment_set": lambda: SegmentSet((place.segment_id, place.segment_id + 1)),
        "act": lambda: "delete",
        "rows": lambda: [_finding_of(place)],
        "amounts": lambda: {"over": 1},
        "contact_id": lambda: place.contact_id,
        "import_id": lambda: place.import_id,
        "entry_id": lambda: 1,
        "company_id": lambda: place.company.id,
        "company": lambda: place.company.name,
        "name": lambda: place.segment,
        "text": lambda: place.phone,
        "phone": lambda: place.phone,
        "phones": lambda: [place.phone],
        "login": lambda: place.login,
        "fingerprint": lambda: place.fingerprint,
        "selection": lambda: [place.contact_id],
        "values": lambda: {"city": "Elsewhere", "first_name": "Somebody"},
        "description": lambda: "another",
        "region": lambda: "ES",
        "do_not_call": lambda: True,
        "field": lambda: "status",
        "typed": lambda: "a",
        "texts": lambda: [f"phone={place.phone}", f"segment={place.segment}"],
        "company_ids": lambda: [place.company.id],
        "rule": lambda: Comparison("city", "=", ("Elsewhere",)),
        "view_id": lambda: place.view_id,
        "content": ViewContent,
        "private": lambda: True,
        "target": io.BytesIO,
        "out": io.BytesIO,
        "beside": lambda: Path("elsewhere"),
        "stream": lambda: io.BytesIO(b"phone\n"),
        "tray": lambda: UserFolder.UPLOADS,
        "role": lambda: Role.VIEWER,
        "campaign_id": lambda: place.campaign_id,
        "changes": lambda: SettingsInput(agent="another", hours="10-11"),
        "way": lambda: SplitWay("into", 2),
        "generation": lambda: 1,
        "most": lambda: 1,
        "holder": lambda: "host:1",
        "trouble": lambda: None,
        "seconds": lambda: 3600.0,
        "monotonic_now": lambda: 0.0,
        "reason": lambda: "It cannot go on.",
        "calls": lambda: [(1, "call")],
        "records": lambda: [PlatformRecord("token", place.campaign_id, 8, "call", place.phone, 2**60, None, None)],
        "ignores_calls": lambda: True,
        "released": lambda: [(place.campaign_id, 1)],
        "settled": lambda: [Settled(1, place.campaign_id, "answered")],
        "sentence": lambda: "it was done",
        "plan": lambda: lambda _: [NewSegment("A new one", members=[place.contact_id])],
        "refusal": lambda: "it cannot be undone",
        "inverse": lambda: lambda _: Reversal("undone", _not_again),
        "loaded": lambda: SAMPLE_IMPORTS,
        "made": lambda: SAMPLE_SEGMENTS,
        "source": lambda: SimpleNamespace(
            headers=["first_name", "phone", "email", "state", "note"], written_headers=True
        ),
        "options": ReadOptions,
        "request": lambda: ImportRequest(
            None, io.BytesIO(f"first_name,phone\nNew,{place.phone}\n".encode()), name="new.csv",
            destination=Destination(place.segment, membership="replace", existing="overwrite"),
        ),
    }  # fmt: skip


def _segments_by(place: Place) -> SegmentsBy:
    line = Line("NEW", "NEW", 1, 1, LineField(FIELDS["status"]))
    return SegmentsBy(ContactQuery(place.segment_id), [line], f"{place.segment} {{value}}")


_THEN = datetime(2026, 1, 2, tzinfo=UTC)


def _finding_of(place: Place) -> Finding:
    """Return the proposal to archive the segment of a place."""
    company = place.company
    row = Segment(place.segment_id, company.id, company.name, place.segment, "", 1, _THEN, _THEN, archived=False)
    return Finding(row, (), "archive")


SAMPLE_IMPORTS = [SampleImport("sample.csv", _THEN, "Samples", [{"first_name": "Sam", "email": "sam@example.com"}])]
SAMPLE_SEGMENTS = [SampleSegment("Samples", "", _THEN, [0])]
# What a name means elsewhere.
ELSEWHERE: Mapping[str, Mapping[str, Callable[[Place], object]]] = {
    "campaigns.campaign_editing.check_name": {"name": lambda _: "A new one"},
    "campaigns.campaign_editing.create": {"name": lambda _: "A new one"},
    "campaigns.campaign_editing.delete": {"campaign_id": lambda place: place.draft_id},
    "campaigns.campaign_editing.edit": {"campaign_id": lambda place: place.draft_id, "name": lambda _: "A new name"},
    "campaigns.results.result_export.export": {"query": lambda place: ResultQuery(place.campaign_id)},
    "campaigns.forecasting.forecast": {"campaign_id": lambda place: place.draft_id},
    "campaigns.campaign_listing.by_name": {"name": lambda place: place.campaign},
    "campaigns.results.call_history.of_contact": {"contact_id": lambda place: place.called_id},
    "campaigns.lifecycle.launch": {"campaign_id": lambda place: place.draft_id},
    "campaigns.results.result_search.listing": {"query": lambda place: ResultQuery(place.campaign_id)},
    "campaigns.audience.skipping.skip": {"selection": lambda place: [place.called_id]},
    "campaigns.splitting.preview": {"campaign_id": lambda place: place.draft_id},
    "campaigns.splitting.split": {"campaign_id": lambda place: place.draft_id},
    "accounts.companies.by_name": {"name": lambda place: place.company.name},
    "accounts.companies.create": {"name": lambda _: "A new one"},
    "accounts.companies.edit": {"name": lambda place: place.company.name, "new_name": lambda _: "Renamed"},
    "accounts.companies.check_name": {"name": lambda _: "A new one"},
    "contacts.contact_editing.add": {"values": lambda _: {"email": "new@example.com", "city": "Elsewhere"}},
    "imports.remarks.listing": {"query": lambda _: RemarkQuery()},
    "accounts.login_keys.add": {"text": lambda _: ed25519_line(9)},
    "segments.segments_by.planned": {"request": _segments_by},
    "segments.segments_by.segments_from": {"request": _segments_by},
    "segments.segment_editing.create": {"name": lambda _: "A new one"},
    "segments.segment_editing.create_with": {"name": lambda _: "A new one"},
    "segments.set_operations.create": {"name": lambda _: "A new one"},
    "segments.segment_editing.edit": {"name": lambda _: "A new name"},
    "session.initial_company": {"name": lambda _: None},
    "views.views.by_name": {"name": lambda place: place.view},
    "views.views.is_there": {"name": lambda place: place.view},
    "views.views.rename": {"name": lambda _: "A new name"},
    "views.views.save": {"name": lambda _: "A new one"},
    "accounts.users.add": {"login": lambda _: "newcomer", "name": lambda _: "New"},
    "accounts.users.check_login": {"login": lambda _: "newcomer"},
    "accounts.users.edit": {"name": lambda _: "Another"},
}
QUERIES: Mapping[str, Callable[[], object]] = {
    "users": PlainQuery,
    "login_keys": PlainQuery,
    "companies": PlainQuery,
    "audit_queries": TrailQuery,
    "segments": SegmentQuery,
    "imports": ImportQuery,
    "campaigns": CampaignQuery,
    "do_not_call": DoNotCallQuery,
    "do_not_call_exports": DoNotCallQuery,
}
# Of the parameters that may be left out these say whom it is about.
_ADDRESSES = {"segment_id", "company", "description", "name", "region", "calls", "settled", "released"}


def _arguments(path: str, place: Place) -> dict[str, object]:
    known = _by_name(place)
    chosen: dict[str, object] = {}
    for name, parameter in list(inspect.signature(FUNCTIONS[path]).parameters.items())[1:]:
        if name in ELSEWHERE.get(path, {}):
            chosen[name] = ELSEWHERE[path][name](place)
        elif name == "query":
            kind = next((QUERIES[part] for part in reversed(path.split(".")) if part in QUERIES), None)
            chosen[name] = ContactQuery(place.segment_id) if kind is None else kind()
        elif parameter.default is inspect.Parameter.empty or name in _ADDRESSES:
            assert name in known, f"say in this file what {path} gets for its parameter {name}"
            chosen[name] = known[name]()
    return chosen


def _call(path: str, session: Session, place: Place) -> tuple[str, str, SegtuiError | None]:
    """Call a service about a place. Return what it was asked, all that came back, and how it was refused."""
    asked = _arguments(path, place)
    text = repr([value for value in asked.values() if not isinstance(value, io.BytesIO)])
    try:
        return text, everything_in(FUNCTIONS[path](session, **asked), asked), None
    except SegtuiError as error:
        return text, str(error), error


def _entries(session: Session) -> int:
    with session.bound_to(None).read() as tx:
        return int(tx.execute(select(func.count()).select_from(audit)).scalar_one())


@pytest.mark.parametrize("path", FUNCTIONS)
def test_nobody_notices_another_company_and_a_viewer_changes_nothing(world: World, path: str) -> None:
    database, other, main = world.owner.database, world.other, world.main
    before = rows_of(database, other.company.id)
    for role in (Role.MEMBER, Role.VIEWER):
        session = world.as_role(role)
        asked, came, _ = _call(path, session, other)
        assert SECRET not in came
        assert NAME in asked or NAME not in came.replace("canary.csv", "")
        assert rows_of(database, other.company.id) == before
    own = without_use(rows_of(database, main.company.id, trail=False))
    others = {each: rows for each, rows in own.items() if each != "users"}
    _call(path, session, main)
    after = without_use(rows_of(database, main.company.id, trail=False))
    assert {each: rows for each, rows in after.items() if each != "users"} == others
    assert after["users"] == own["users"]


# The values of what takes a mark off, where that is asked for in words, or a number away.
CLEARING: Mapping[str, Mapping[str, object]] = {
    "contacts.bulk.set_do_not_call": {"do_not_call": False},
    "contacts.bulk_editing.bulk_edit.edit": {"values": {"do_not_call": "no"}},
    "contacts.contact_editing.edit": {"values": {"do_not_call": "no", "phone": ""}},
}


@pytest.mark.parametrize("path", FUNCTIONS)
def test_no_number_leaves_the_do_not_call_list_by_anybody_but_an_admin(world: World, path: str) -> None:
    """Whatever a member calls, and then undoes and does again, the list keeps its numbers and contacts their marks."""
    for given in ({}, CLEARING[path]) if path in CLEARING else ({},):
        member = replace(world.as_role(Role.MEMBER), history=UndoStack())
        before, marked = _opt_outs(world)
        assert before
        assert marked
        with suppress(SegtuiError):
            FUNCTIONS[path](member, **{**_arguments(path, world.main), **given})
        assert member.history is not None
        for reverse in (member.history.undo_last, member.history.redo_last, member.history.undo_last):
            with suppress(SegtuiError):
                reverse(member, confirmed=True)
        after, callable_ = _opt_outs(world)[0], _callable(world)
        assert after >= before
        assert not after & callable_


def _opt_outs(world: World) -> tuple[set[str], set[str]]:
    """Return the numbers on the list of the main company, and those of its contacts that are marked."""
    with world.owner.bound_to(world.main.company).read() as tx:
        listed = tx.execute(select(do_not_call_list.c.phone).where(tx.scope(do_not_call_list))).scalars()
        marked = select(contacts.c.phone).where(tx.scope(contacts), contacts.c.do_not_call == 1)
        return set(listed), set(tx.execute(marked).scalars())


def _callable(world: World) -> set[str | None]:
    with world.owner.bound_to(world.main.company).read() as tx:
        free = select(contacts.c.phone).where(tx.scope(contacts), contacts.c.do_not_call == 0)
        return set(tx.execute(free).scalars())


@pytest.mark.parametrize("path", FUNCTIONS)
def test_whatever_changes_something_says_so_in_the_audit_trail(world: World, path: str) -> None:
    session = world.as_role(Role.ADMIN if path.startswith(ADMIN) else Role.MEMBER)
    database, main = world.owner.database, world.main.company.id
    count = _entries(world.owner)
    before, users_before = rows_of(database, main, trail=False), _all_users(world)
    _call(path, session, world.main)
    changed = rows_of(database, main, trail=False) != before or _all_users(world) != users_before
    if path in QUIET:
        return
    assert not changed or _entries(world.owner) > count, f"{path} changed something and left no entry"


def _all_users(world: World) -> object:
    from segtui.services.accounts import companies, users

    return users.every(world.owner.bound_to(None)), [(each.name, each.region) for each in companies.every(world.owner)]


@pytest.mark.parametrize("path", [path for path in FUNCTIONS if path.startswith(ADMIN) and path not in FOR_ALL])
def test_what_is_for_admins_is_refused_to_others_in_words_and_that_is_recorded(world: World, path: str) -> None:
    session = world.as_role(Role.MEMBER)
    count = _entries(world.owner)
    # What is listed is read later.
    with pytest.raises(NotAllowed, match="admins"):
        getattr(FUNCTIONS[path](session, **_arguments(path, world.main)), "ids", list)()
    assert _entries(world.owner) == count + 1


def test_services_do_something_for_those_who_may() -> None:
    """The list is of what it seems to be: a slip in how it is made would test nothing."""
    assert {
        "segments.segments.find",
        "contacts.contacts.get",
        "imports.import_run.run",
        "exports.exports.export",
        "accounts.users.add",
    } <= set(FUNCTIONS)


def test_who_is_disabled_gets_nothing_more(world: World) -> None:
    from segtui.errors import SignedOut
    from segtui.services.accounts import users
    from segtui.services.segments import segments

    session = world.as_role(Role.MEMBER)
    users.edit(world.owner, world.main.login, enabled=False)
    for path in ("segments.segments.find", "contacts.contacts.get", "segments.segment_editing.create"):
        _, _, error = _call(path, session, world.main)
        assert isinstance(error, SignedOut)
    with suppress(SegtuiError):
        segments.total(session)
