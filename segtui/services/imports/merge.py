"""The merge: staged and resolved rows become contacts and members, in one short transaction of set-based statements."""

from collections.abc import Collection
from dataclasses import dataclass
from json.encoder import encode_basestring
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    true,
    update,
)

from segtui.database.tables.core_tables import (
    Id,
    contacts,
    import_changes,
    import_confirmations,
    import_removals,
    imports,
    memberships,
)
from segtui.domain.contact import TEXT_FIELDS
from segtui.services import search_index
from segtui.services.criteria import custom_fields
from segtui.services.do_not_call import opt_outs
from segtui.services.imports.staging import changed, further_phones, matches, original_rows, staged
from segtui.services.segments import segment_rows, segments
from segtui.services.session import Transaction

_COPIED = (*TEXT_FIELDS, "custom_fields", "name_key", "email_key", "search", "region")

_NOT_CALLABLE = """
    SELECT count(*) FROM matches AS r JOIN staged AS s ON s.line = r.line
    WHERE r.duplicate_of IS NULL AND (
        (r.created = 1 AND (s.do_not_call = 1 OR s.phone IN (SELECT phone FROM further_phones) OR EXISTS (
            SELECT 1 FROM do_not_call_list AS d WHERE d.company_id = :company AND d.phone = s.phone)))
        OR (r.created = 0 AND (
            EXISTS (SELECT 1 FROM contacts AS c
                    WHERE c.company_id = :company AND c.id = r.contact_id AND c.do_not_call = 1)
            OR EXISTS (SELECT 1 FROM changed AS h WHERE h.contact_id = r.contact_id AND h.do_not_call = 1))))
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The counts that resolving the rows gave."""

    created: int
    updated: int
    unchanged: int
    duplicates: int
    not_callable: int = 0
    """Contacts of the file, new or not, that are do-not-call after the import."""
    opts_out: bool = False
    """True if a row of the file opts out of calls."""


def outcome(tx: Transaction) -> Outcome:
    """Count the results of `row_resolution.resolve` and `contact_updates.compute`."""
    created, matched, duplicates = tx.execute(
        text(
            "SELECT count(CASE WHEN created = 1 AND duplicate_of IS NULL THEN 1 END), "
            "count(CASE WHEN created = 0 AND duplicate_of IS NULL THEN 1 END), count(duplicate_of) FROM matches"
        )
    ).one()
    updated = int(tx.execute(select(func.count()).select_from(changed)).scalar_one())
    not_callable = int(tx.execute(text(_NOT_CALLABLE)).scalar_one())
    opting_out = select(staged.c.line).where(staged.c.do_not_call == 1).limit(1)
    opts_out = tx.execute(opting_out).first() is not None
    return Outcome(created, updated, matched - updated, duplicates, not_callable, opts_out)


def assign_ids(tx: Transaction) -> None:
    """Give ids to the new contacts, which takes no lock. `write_contacts` replaces them where others took them."""
    tx.backend.assign_contact_ids(tx.connection, matches, _is_new())


def _is_new() -> ColumnElement[bool]:
    """Return the condition that a row of `matches` creates a contact."""
    return (matches.c.created == 1) & matches.c.duplicate_of.is_(None)


def write_contacts(
    tx: Transaction, import_id: int, timestamp: int, outcome: Outcome, custom_names: Collection[str] = ()
) -> None:
    """Create the new contacts and change the others, as `outcome` counts them. `timestamp` becomes the time of both.

    `custom_names` are the custom fields of the file's rows.
    """
    new = _is_new()
    assign_ids(tx)
    mark = literal(f"import:{import_id}")
    rows = (
        select(
            matches.c.contact_id,
            bindparam("company", type_=Id),
            *(staged.c[name] for name in _COPIED),
            staged.c.do_not_call,
            text("CASE WHEN staged.do_not_call = 1 THEN :mark END").bindparams(mark=mark.value),
            literal(timestamp),
            literal(timestamp),
            literal(import_id),
        )
        .join_from(matches, staged, staged.c.line == matches.c.line)
        .where(new)
        .order_by(matches.c.line)
    )
    names = ["id", "company_id", *_COPIED, "do_not_call", "do_not_call_by", "created_at", "updated_at", "import_id"]
    with tx.backend.bulk_insert(tx.connection, contacts, outcome.created):
        tx.execute(insert(contacts).from_select(names, rows))
    tx.upkeep.created(select(matches.c.contact_id).where(new))
    _list_phones(tx, import_id, timestamp, outcome)
    # Contacts are marked as they come with a listed phone; the opt-outs of the file belong to its numbers.
    made_here = contacts.c.id.in_(select(matches.c.contact_id).where(matches.c.created == 1))
    opt_outs.mark_listed(tx, made_here & (contacts.c.import_id == import_id))
    _change(tx, import_id, timestamp)
    further = select(further_phones.c.phone)
    if tx.execute(further.limit(1)).first() is not None:  # contacts that are in no row of the file can have one
        mark_phones(tx, further, import_id, timestamp)
    _list_opt_outs(tx, import_id, timestamp, outcome)
    _confirm(tx, import_id)
    custom_fields.keep_names(tx, [name for name in custom_fields.new_names(tx, custom_names) if _is_written(tx, name)])


def _is_written(tx: Transaction, custom_name: str) -> bool:
    """Tell whether a contact of the import got a custom field: an import may keep all values of its contacts."""
    member = f"{encode_basestring(custom_name)}:"
    new = (matches.c.created == 1, matches.c.duplicate_of.is_(None))
    created = select(matches.c.line).join_from(matches, staged, staged.c.line == matches.c.line).where(*new)
    for query, column in ((created, staged.c.custom_fields), (select(changed.c.contact_id), changed.c.custom_fields)):
        if tx.execute(query.where(tx.backend.contains(column, member)).limit(1)).first() is not None:
            return True
    return False


def _confirm(tx: Transaction, import_id: int) -> None:
    """Record the existing contacts of the file, changed or not: an undo of their own import keeps them."""
    rows = (
        select(contacts.c.company_id, literal(import_id), contacts.c.id)
        .join_from(matches, contacts, contacts.c.id == matches.c.contact_id)
        .where(tx.scope(contacts), matches.c.created == 0, matches.c.duplicate_of.is_(None))
    )
    tx.execute(insert(import_confirmations).from_select(["company_id", "import_id", "contact_id"], rows))


def _list_phones(tx: Transaction, import_id: int, time: int, outcome: Outcome) -> None:
    """Put every phone of a row that opts out on the do-not-call list, also where no contact gets that phone."""
    as_loaded = ((staged, staged.c.line.not_in(select(original_rows.c.line))), (original_rows, true()))
    for rows, which in as_loaded if outcome.opts_out else ():
        phones = select(rows.c.phone).where(rows.c.do_not_call == 1, rows.c.phone.is_not(None), which)
        opt_outs.list_phones(tx, phones, time, import_id)
    opt_outs.list_phones(tx, select(further_phones.c.phone), time, import_id)


def mark_phones(tx: Transaction, phones: Select[*tuple[Any, ...]], import_id: int, time: int) -> None:
    """Mark the contacts that have one of the phones a query selects, and record it for the undo."""
    concerned = (tx.scope(contacts), contacts.c.do_not_call == 0, contacts.c.phone.in_(phones))
    before = literal('{"do_not_call":0,"updated_at":') + cast(contacts.c.updated_at, Text) + literal("}")
    undo = select(contacts.c.company_id, literal(import_id), contacts.c.id, before, literal('{"do_not_call":1}')).where(
        *concerned
    )
    tx.execute(insert(import_changes).from_select(["company_id", "import_id", "contact_id", "before", "after"], undo))
    tx.upkeep.before_change(and_(*concerned), opt_outs.MARK)
    tx.upkeep.changed(and_(*concerned), "import")
    marking = update(contacts).where(*concerned)
    tx.execute(marking.values(do_not_call=1, do_not_call_by=f"import:{import_id}", updated_at=time))


def _list_opt_outs(tx: Transaction, import_id: int, time: int, outcome: Outcome) -> None:
    """Put the phones of contacts on the do-not-call list that the file marks, and the first phones of others marked."""
    marking = select(staged.c.line).where(staged.c.do_not_call == 1)
    if outcome.opts_out:
        of_file = select(matches.c.contact_id).where(
            matches.c.duplicate_of.is_(None), matches.c.line.in_(marking), matches.c.contact_id.is_not(None)
        )
        opt_outs.list_marked(tx, contacts.c.id.in_(of_file), time, import_id)
    touched = contacts.c.id.in_(select(changed.c.contact_id))
    opt_outs.list_marked(tx, touched & ~opt_outs.has_listed_phone(tx), time, import_id)


def _change(tx: Transaction, import_id: int, timestamp: int) -> None:
    changing = contacts.c.id.in_(select(changed.c.contact_id))
    tx.upkeep.before_change(changing)
    tx.upkeep.changed(changing, "import")
    search_index.before_change_where(tx, changing)
    values: dict[str, Any] = {name: changed.c[name] for name in (*_COPIED, "do_not_call")}
    tx.execute(
        update(contacts)
        .where(tx.scope(contacts), contacts.c.id == changed.c.contact_id)
        .values(**values, updated_at=timestamp)
    )
    tx.execute(
        update(contacts)
        .where(tx.scope(contacts), contacts.c.id.in_(select(changed.c.contact_id).where(changed.c.marked == 1)))
        .values(do_not_call_by=f"import:{import_id}")
    )
    marked_by_list = (contacts.c.do_not_call == 1) & contacts.c.do_not_call_by.is_(None)
    by_list = select(changed.c.contact_id).where(changed.c.do_not_call == 1, changed.c.marked == 0)
    tx.execute(
        update(contacts)
        .where(tx.scope(contacts), contacts.c.id.in_(by_list), marked_by_list)
        .values(do_not_call_by=opt_outs.LIST)
    )
    undo = select(
        bindparam("company", type_=Id), literal(import_id), changed.c.contact_id, changed.c.before, changed.c.after
    )
    tx.execute(insert(import_changes).from_select(["company_id", "import_id", "contact_id", "before", "after"], undo))


def write_memberships(
    tx: Transaction, import_id: int, segment_id: int, *, replace: bool, timestamp: int
) -> tuple[int, int]:
    """Add the contacts of the file to the segment, and with `replace` remove all others.

    Return the numbers of added and removed memberships.
    """
    present = select(matches.c.contact_id).where(matches.c.duplicate_of.is_(None))
    inside = (tx.scope(memberships), memberships.c.segment_id == segment_id)
    removed = 0
    if replace:
        others = (*inside, memberships.c.contact_id.not_in(present))
        current = select(
            memberships.c.company_id,
            literal(import_id),
            memberships.c.contact_id,
            memberships.c.added_at,
            memberships.c.import_id,
        ).where(*others)
        names = ["company_id", "import_id", "contact_id", "added_at", "added_by_import"]
        tx.execute(insert(import_removals).from_select(names, current))
        tx.upkeep.before_leaving(segment_id, and_(*others))
        removed = tx.changed(delete(memberships).where(*others))
    joining = select(
        bindparam("company", type_=Id),
        literal(segment_id),
        matches.c.contact_id,
        literal(timestamp),
        literal(import_id),
    ).where(
        matches.c.duplicate_of.is_(None),
        or_(matches.c.created == 1, matches.c.contact_id.not_in(select(memberships.c.contact_id).where(*inside))),
    )
    # Memberships of new contacts are appended to both indexes: it does not pay to rebuild them for these.
    with tx.backend.bulk_insert(tx.connection, memberships, distinct_contacts(tx, ~_is_new())):
        added = tx.changed(insert(memberships).from_select(memberships.c.keys(), joining))
    if added or removed:
        segments.change_count(tx, segment_id, added - removed)
        tx.upkeep.joined(segment_id, and_(*inside, memberships.c.import_id == import_id))
    return added, removed


def distinct_contacts(tx: Transaction, *which: ColumnElement[bool]) -> int:
    """Count the distinct contacts of the file, of those rows of `matches` that fulfil the conditions."""
    count = select(func.count()).select_from(matches).where(matches.c.duplicate_of.is_(None), *which)
    return int(tx.execute(count).scalar_one())


def forecast_memberships(tx: Transaction, segment_id: int | None, *, replace: bool) -> tuple[int, int]:
    """Return the numbers of memberships that `write_memberships` would add and remove."""
    present = select(matches.c.contact_id).where(matches.c.duplicate_of.is_(None))
    contacts_ = distinct_contacts(tx)
    if segment_id is None:
        return contacts_, 0
    inside = (tx.scope(memberships), memberships.c.segment_id == segment_id)
    existing = present.where(matches.c.created == 0)
    staying = int(
        tx.execute(
            select(func.count()).select_from(memberships).where(*inside, memberships.c.contact_id.in_(existing))
        ).scalar_one()
    )
    members = int(tx.execute(select(func.count()).select_from(memberships).where(*inside)).scalar_one())
    return contacts_ - staying, members - staying if replace else 0


def finish(tx: Transaction, import_id: int, values: dict[str, Any]) -> None:
    """Complete the record of the import, and record that its segment was used."""
    if values["segment_id"] is not None:
        segment_rows.mark_used(tx, [values["segment_id"]], values["finished_at"])
    tx.execute(update(imports).where(tx.scope(imports), imports.c.id == import_id).values(**values))
