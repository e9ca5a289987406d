"""Fills a fresh SQLite database with people, segments and campaigns with a past: the data of the demo.

An import validates a file and writes everything as of now. This writes valid data with its dates, in a tenth of the
time, by the same rules: keys and search texts come from the contacts service, counts are exact.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import func, insert, select, update

from segtui.database.tables.core_tables import contacts, imports, memberships, segments
from segtui.database.tables.history_tables import segment_days
from segtui.demo import sample_campaigns
from segtui.demo.sample_campaigns import SampleCampaign
from segtui.domain.contact import TEXT_FIELDS
from segtui.domain.criteria.fields import CUSTOM
from segtui.domain.search_terms import segment_text
from segtui.domain.text import fold, name_key
from segtui.services.audit import audit
from segtui.services.company_zone import company_day, company_zone
from segtui.services.contacts import contact_values
from segtui.services.criteria import custom_fields
from segtui.services.do_not_call import opt_outs
from segtui.services.segments import segment_rows
from segtui.services.session import Session, Transaction, stored


@dataclass(frozen=True)
class SampleImport:
    """A file that was imported on a day: its people, by field (E.164 phones), and the name of the new segment."""

    file: str
    created_at: datetime
    segment: str
    people: Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class SampleSegment:
    """A segment: its members are positions in the people of all imports, in their order."""

    name: str
    description: str
    created_at: datetime
    members: Sequence[int]
    archived_at: datetime | None = None


def fill(
    session: Session,
    loaded: Sequence[SampleImport],
    made: Sequence[SampleSegment],
    called: Sequence[SampleCampaign] = (),
) -> None:
    """Write imports, their people, segments and campaigns into the session's company, which has none of them.

    The search index is left to `search_index.catch_up`.
    """
    with session.write() as tx:
        made_by = {segment.segment: number for number, segment in enumerate(loaded, _next_id(tx, imports.c.id))}
        segment_ids = {segment.name: number for number, segment in enumerate(made, _next_id(tx, segments.c.id))}
        _write_imports(tx, loaded, made_by, segment_ids)
        contact_ids = _write_people(tx, loaded, made_by)
        tx.execute(insert(segments), [_segment(tx, segment, segment_ids[segment.name]) for segment in made])
        tx.execute(
            insert(memberships),
            [
                {
                    "company_id": tx.company_id,
                    "segment_id": segment_ids[segment.name],
                    "contact_id": contact_ids[member],
                    "added_at": stored(segment.created_at),
                    "import_id": made_by.get(segment.name),
                }
                for segment in made
                for member in segment.members
            ],
        )
        for segment_id in segment_ids.values():
            tx.upkeep.joined(segment_id, tx.scope(memberships) & (memberships.c.segment_id == segment_id))
        sample_campaigns.write(tx, called, segment_ids)
        for name, used_at in _last_uses(loaded, called).items():
            segment_rows.mark_used(tx, [segment_ids[name]], used_at)
        for segment in loaded:
            mine = contacts.c.import_id == made_by[segment.segment]
            opt_outs.list_marked(tx, mine, stored(segment.created_at), made_by[segment.segment])
        audit.record(tx, "demo.fill", session.one_company.name, count=len(contact_ids))
    _backdate_days(session, {segment_ids[segment.name]: stored(segment.created_at) for segment in made})


def _backdate_days(session: Session, created: Mapping[int, int]) -> None:
    """Move the recorded day of segments, on which all their contacts joined, to the day on which they were created."""
    with session.write() as tx:
        zone = company_zone(tx)
        for segment_id, created_at in created.items():
            of_segment = segment_days.c.segment_id == segment_id
            day = company_day(created_at, zone).isoformat()
            tx.execute(update(segment_days).where(tx.scope(segment_days), of_segment).values(day=day))


def _last_uses(loaded: Sequence[SampleImport], called: Sequence[SampleCampaign]) -> dict[str, int]:
    """Return when segments were last imported into or launched, as it is stored, by their names."""
    uses = [(import_.segment, stored(import_.created_at)) for import_ in loaded]
    uses += [(campaign.segment, stored(campaign.past.launched_at)) for campaign in called if campaign.past is not None]
    return dict(sorted(uses, key=lambda use: use[1]))


def _next_id(tx: Transaction, column: Any) -> int:  # noqa: ANN401  a column of any table
    return (
        int(tx.execute(select(func.coalesce(func.max(column), 0)).execution_options(every_company=True)).scalar_one())
        + 1
    )


def _write_imports(
    tx: Transaction, loaded: Sequence[SampleImport], made_by: Mapping[str, int], segment_ids: Mapping[str, int]
) -> None:
    tx.execute(
        insert(imports),
        [
            {
                "id": made_by[import_.segment],
                "company_id": tx.company_id,
                "status": "completed",
                "file": import_.file,
                "user": tx.session.actor.login,
                "segment_id": segment_ids[import_.segment],
                "segment": import_.segment,
                "segment_created": 1,
                "rows": len(import_.people),
                "created": len(import_.people),
                "added": len(import_.people),
                "started_at": stored(import_.created_at) - 1_400_000,
                "finished_at": stored(import_.created_at),
            }
            for import_ in loaded
        ],
    )


def _write_people(tx: Transaction, loaded: Sequence[SampleImport], made_by: Mapping[str, int]) -> range:
    first = _next_id(tx, contacts.c.id)
    rows = [
        _contact(person, tx.company_id, made_by[import_.segment], stored(import_.created_at))
        for import_ in loaded
        for person in import_.people
    ]
    ids = range(first, first + len(rows))
    tx.execute(insert(contacts), [{"id": number, **row} for number, row in zip(ids, rows, strict=True)])
    stored_objects = {row["custom_fields"] for row in rows}
    custom_fields.keep_names(tx, chain.from_iterable(map(custom_fields.names_in, stored_objects)))
    tx.upkeep.created(contacts.c.id.between(first, first + len(rows) - 1))
    return ids


def _contact(person: Mapping[str, str], company_id: int, import_id: int, created_us: int) -> dict[str, Any]:
    never = bool(person.get("do_not_call"))
    values: dict[str, Any] = {name: person.get(name) or None for name in TEXT_FIELDS}
    return contact_values.with_keys(
        values
        | {
            "company_id": company_id,
            "do_not_call": int(never),
            "do_not_call_by": f"import:{import_id}" if never else None,
            "custom_fields": {
                name.removeprefix(CUSTOM): value for name, value in person.items() if name.startswith(CUSTOM) and value
            },
            "created_at": created_us,
            "updated_at": created_us,
            "import_id": import_id,
        }
    )


def _segment(tx: Transaction, segment: SampleSegment, key: int) -> dict[str, Any]:
    return {
        "id": key,
        "company_id": tx.company_id,
        "name": segment.name,
        "name_key": name_key(segment.name),
        "sort_key": fold(segment.name),
        "description": segment.description,
        "search": segment_text(segment.name, segment.description),
        "contacts": len(segment.members),
        "created_at": stored(segment.created_at),
        "updated_at": stored(segment.created_at),
        "archived_at": segment.archived_at and stored(segment.archived_at),
    }
