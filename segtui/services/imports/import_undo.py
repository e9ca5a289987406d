"""Undo of an import: restores the state before it, except for later changes and uses, which it names."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, insert, select, text, update

from segtui.database.tables.core_tables import (
    contacts,
    import_changes,
    import_confirmations,
    import_removals,
    imports,
    memberships,
    segments,
)
from segtui.domain.contact import LABELS, TEXT_FIELDS, full_name
from segtui.domain.text import clean, counted
from segtui.errors import Conflict, SegtuiError
from segtui.services import search_index
from segtui.services.audit import audit
from segtui.services.audit.audit import About
from segtui.services.campaigns import deletion_guards
from segtui.services.contacts import contact_values
from segtui.services.contacts import contacts as contact_service
from segtui.services.do_not_call import opt_outs
from segtui.services.imports import remarks
from segtui.services.imports.import_records import ImportRecord, record_of
from segtui.services.imports.row_resolution import as_values
from segtui.services.segments import segment_rows
from segtui.services.segments import segments as segment_service
from segtui.services.segments.live import rules
from segtui.services.session import Session, Transaction, company_of, now, stored

_BATCH = 5_000
_NUMBERS_IN_AUDIT = 20  # the rest are counted
_NAMES_PER_REASON = 20  # of contacts that stay; the rest are counted


@dataclass(frozen=True, slots=True)
class UndoReport:
    """The result of an undo. `kept` are sentences that name what could not be restored, and why."""

    contacts_deleted: int
    contacts_restored: int
    memberships_removed: int
    memberships_restored: int
    segment_deleted: bool
    kept: tuple[str, ...]
    numbers_removed: int = 0
    """Numbers that came off the do-not-call list."""


def undo(session: Session, import_id: int) -> UndoReport:
    """Undo a completed import, in one transaction. Raises NotFound, and Conflict for a second time.

    Only the undo of an admin takes numbers off the do-not-call list and marks off contacts. An admin can undo an import
    that another user undid once more, for that.
    """
    with session.read() as tx:
        record = record_of(tx, import_id)
    with company_of(session, record.company_id).write() as tx:
        record = record_of(tx, import_id)
        if record.left_marks and session.is_admin:
            return _withdraw_rest(tx, record)
        if record.status == "undone":
            raise Conflict(f"Import {import_id} was already undone by {clean(record.undone_by or '')}.")
        if record.status != "completed":
            raise Conflict(f"Import {import_id} is {record.status}: there is nothing to undo.")
        report = _undo(tx, record)
        values = {"status": "undone", "undone_at": now(), "undone_by": tx.session.actor.login}
        tx.execute(update(imports).where(tx.scope(imports), imports.c.id == import_id).values(**values))
        about = About(record.segment_id, import_id=import_id)
        detail = f"import {import_id}"
        audit.record(tx, "import.undo", record.file, detail=detail, count=report.contacts_deleted, about=about)
        search_index.after_change(tx)
    # It is undone; an index that has to wait makes searches slower, not wrong.
    with suppress(SegtuiError):
        for _ in search_index.catch_up(session):
            pass
    return report


def _undo(tx: Transaction, record: ImportRecord) -> UndoReport:
    problems: list[str] = []
    remarks.forget(tx, record.id)
    numbers = _withdraw_marks(tx, record, problems)
    _withdraw_confirmations(tx, record.id)
    _hand_over_memberships(tx, record)
    removed = _remove_memberships(tx, record.id)
    returned = _return_memberships(tx, record, problems)
    restored = _restore_contacts(tx, record, problems)
    deleted = _delete_contacts(tx, record.id, problems)
    segment_deleted = _delete_segment(tx, record, problems)
    if numbers:
        opt_outs.list_unlisted(tx)
    return UndoReport(deleted, restored, removed, returned, segment_deleted, tuple(problems), numbers)


def _withdraw_marks(tx: Transaction, record: ImportRecord, problems: list[str]) -> int:
    """Take the phones off the do-not-call list that only this import listed, and clear the marks that came from it.

    Return the number of removed phones. For users other than admins they stay, and `problems` says so.
    """
    if not tx.session.is_admin:
        if opt_outs.imports_with_marks(tx, {record.id}):
            numbers = len(opt_outs.numbers_of_import(tx, record.id))
            stay = f"{counted(numbers, 'number')} of it {'stays' if numbers == 1 else 'stay'} on the do-not-call list"
            problems.append(
                f"{stay if numbers else 'Its do-not-call marks stay'}, and so do the marks of contacts: taking numbers "
                f"off the list is for admins. An admin does it by undoing import {record.id} once more, on the screen "
                f"of imports or with segtui imports undo {record.id}."
            )
        return 0
    named = opt_outs.numbers_of_import(tx, record.id, _NUMBERS_IN_AUDIT)
    count = opt_outs.withdraw_import(tx, record.id)
    if count:
        more = f" and {count - len(named):,} more" if count > len(named) else ""
        detail = f"undo of import {record.id}: {', '.join(named)}{more}"
        audit.record(
            tx, "do_not_call.remove", record.file, detail=detail, count=count, about=About(import_id=record.id)
        )
    return count


def _withdraw_rest(tx: Transaction, record: ImportRecord) -> UndoReport:
    """Withdraw the numbers and marks that the undo by another than an admin left."""
    numbers = _withdraw_marks(tx, record, [])
    about = About(record.segment_id, import_id=record.id)
    audit.record(tx, "import.undo", record.file, detail=f"import {record.id}", count=0, about=about)
    search_index.after_change(tx)
    return UndoReport(0, 0, 0, 0, segment_deleted=False, kept=(), numbers_removed=numbers)


def _withdraw_confirmations(tx: Transaction, import_id: int) -> None:
    """Delete the confirmations of this import."""
    mine = (tx.scope(import_confirmations), import_confirmations.c.import_id == import_id)
    tx.execute(delete(import_confirmations).where(*mine))


def _hand_over_memberships(tx: Transaction, record: ImportRecord) -> None:
    """Give memberships that later imports into the same segment confirmed to the first of those imports."""
    if record.segment_id is None:
        return
    confirming = (
        select(func.min(import_confirmations.c.import_id))
        .join(
            imports,
            (imports.c.company_id == import_confirmations.c.company_id)
            & (imports.c.id == import_confirmations.c.import_id),
        )
        .where(
            tx.scope(import_confirmations),
            import_confirmations.c.contact_id == memberships.c.contact_id,
            import_confirmations.c.import_id > record.id,
            imports.c.segment_id == record.segment_id,
        )
        .correlate(memberships)
        .scalar_subquery()
    )
    tx.execute(
        update(memberships)
        .where(
            tx.scope(memberships),
            memberships.c.import_id == record.id,
            memberships.c.segment_id == record.segment_id,
            confirming.is_not(None),
        )
        .values(import_id=confirming)
    )


def _remove_memberships(tx: Transaction, import_id: int) -> int:
    # Those that another import replaced since must not return by the undo of that one.
    tx.execute(delete(import_removals).where(tx.scope(import_removals), import_removals.c.added_by_import == import_id))
    added = (tx.scope(memberships), memberships.c.import_id == import_id)
    counts = tx.execute(
        select(memberships.c.segment_id, func.count()).where(*added).group_by(memberships.c.segment_id)
    ).all()
    for segment_id, _ in counts:
        tx.upkeep.before_leaving(segment_id, and_(*added, memberships.c.segment_id == segment_id))
    tx.execute(delete(memberships).where(*added))
    for segment_id, count in counts:
        segment_service.change_count(tx, segment_id, -count)
    return sum(count for _, count in counts)


def _return_memberships(tx: Transaction, record: ImportRecord, problems: list[str]) -> int:
    gone = (tx.scope(import_removals), import_removals.c.import_id == record.id)
    count = int(tx.execute(select(func.count()).select_from(import_removals).where(*gone)).scalar_one())
    if not count:
        return 0
    segment = tx.execute(
        select(segments.c.id, segments.c.rule).where(tx.scope(segments), segments.c.id == record.segment_id)
    ).one_or_none()
    if segment is None or segment.rule is not None:
        are = "is" if count == 1 else "are"
        which = f"{counted(count, 'membership')} of {clean(record.segment or '')}"
        why = "the segment is deleted" if segment is None else "the segment is live now"
        problems.append(f"{which} {are} not restored: {why}.")
        return 0
    present = select(memberships.c.contact_id).where(tx.scope(memberships), memberships.c.segment_id == segment.id)
    rows = select(
        import_removals.c.company_id,
        text(":segment").bindparams(segment=segment.id),
        import_removals.c.contact_id,
        import_removals.c.added_at,
        import_removals.c.added_by_import,
    ).where(*gone, import_removals.c.contact_id.not_in(present))
    tx.upkeep.before_joining(segment.id, rows.with_only_columns(import_removals.c.contact_id))
    returned = tx.changed(insert(memberships).from_select(memberships.c.keys(), rows))
    if returned:
        segment_service.change_count(tx, segment.id, returned)
    return returned


def _restore_contacts(tx: Transaction, record: ImportRecord, problems: list[str]) -> int:
    """Give changed contacts their old values back, field by field: a field that was changed again since stays."""
    last, restored = 0, 0
    while True:
        rows = tx.execute(
            select(contacts, import_changes.c.before, import_changes.c.after)
            .join(
                import_changes,
                (import_changes.c.company_id == contacts.c.company_id) & (import_changes.c.contact_id == contacts.c.id),
            )
            .where(tx.scope(contacts), import_changes.c.import_id == record.id, contacts.c.id > last)
            .order_by(contacts.c.id)
            .limit(_BATCH)
        ).all()
        if not rows:
            return restored
        last = rows[-1].id
        changed = [values for row in rows if (values := _restored(tx, as_values(row), record, problems)) is not None]
        changing = [values["key"] for values in changed]
        tx.upkeep.before_change(changing)
        search_index.before_change(tx, changing)
        if changed:
            columns = ", ".join(f"{name} = :{name}" for name in changed[0] if name != "key")
            tx.execute(
                text(f"UPDATE contacts SET {columns} WHERE company_id = :company AND id = :key"),  # noqa: S608  names of ours
                changed,
            )
        restored += len(changed)


def _restored(tx: Transaction, row: dict[str, Any], record: ImportRecord, problems: list[str]) -> dict[str, Any] | None:
    before, after = json.loads(row["before"]), json.loads(row["after"])
    updated_at = before.pop("updated_at")
    values = {name: row[name] for name in (*TEXT_FIELDS, "do_not_call", "do_not_call_by")}
    values["custom_fields"] = dict(row["custom_fields"])
    stuck: list[str] = []
    for name in before:
        if name == "custom_fields":
            stuck += _restore_custom(values["custom_fields"], before[name], after[name])
        elif name == "do_not_call":
            continue  # `_withdraw_marks` did that
        elif row[name] != after[name] or (name == "phone" and _phone_taken(tx, before[name], row["id"])):
            stuck.append(LABELS[name])
        else:
            values[name] = before[name]
    title = _title(row["first_name"], row["last_name"], row["phone"], row["email"])
    if not values["phone"] and not values["email"]:
        problems.append(
            f"{title} (contact {row['id']}) keeps its values: without them it would have no phone and no e-mail."
        )
        return None
    if "do_not_call" in before and not values["phone"] and values["do_not_call_by"] == opt_outs.LIST:
        values.update(do_not_call=0, do_not_call_by=None)  # it came with the number, and goes with it
    if values["phone"] != row["phone"]:
        opt_outs.settle(tx, values, now())
    if stuck:
        problems.append(f"{title} (contact {row['id']}) keeps {', '.join(stuck)}: changed since the import.")
    untouched = record.finished_at is not None and row["updated_at"] <= stored(record.finished_at)
    # With the time it had before, it counts as unchanged for the undo of the import that created it.
    updated = updated_at if untouched and not stuck else now()
    return {**contact_values.with_keys(values), "updated_at": updated, "key": row["id"]}


def _restore_custom(fields: dict[str, str], before: dict[str, str | None], after: dict[str, str]) -> list[str]:
    stuck = []
    for name, value in before.items():
        if fields.get(name) != after[name]:
            stuck.append(clean(name))
        elif value is None:
            del fields[name]
        else:
            fields[name] = value
    return stuck


def _phone_taken(tx: Transaction, phone: str | None, contact_id: int) -> bool:
    holder = select(contacts.c.id).where(tx.scope(contacts), contacts.c.phone == phone, contacts.c.id != contact_id)
    return tx.execute(holder).scalar() is not None


def _delete_contacts(tx: Transaction, import_id: int, problems: list[str]) -> int:
    """Delete the contacts the import created, but for those changed, imported, called or put into a segment since."""
    made = (tx.scope(contacts), contacts.c.import_id == import_id)
    later = select(import_confirmations.c.contact_id).where(tx.scope(import_confirmations))
    confirmed = contacts.c.id.in_(later)
    # Membership in a live segment is no use of a contact: the rule decides it.
    by_hand = (tx.scope(memberships), ~rules.is_live(tx, memberships.c.segment_id))
    used = contacts.c.id.in_(select(memberships.c.contact_id).where(*by_hand))
    called = contacts.c.id.in_(deletion_guards.called(tx))
    changed = contacts.c.updated_at != contacts.c.created_at
    for reason, test in (
        ("it was changed later", changed),
        ("a later import has it too", ~changed & confirmed),
        ("it is in a segment for another reason", ~changed & ~confirmed & used),
        ("a campaign has it in its audience", ~changed & ~confirmed & ~used & called),
    ):
        problems.extend(_named(tx, (*made, test), reason))
    unused = (*made, ~changed, ~confirmed, ~used, ~called)
    ids = list(tx.execute(select(contacts.c.id).where(*unused)).scalars())
    for start in range(0, len(ids), _BATCH):
        contact_service.delete_contacts(tx, ids[start : start + _BATCH])
    return len(ids)


def _named(tx: Transaction, tests: Sequence[ColumnElement[bool]], reason: str) -> list[str]:
    columns = (contacts.c.id, contacts.c.first_name, contacts.c.last_name, contacts.c.phone, contacts.c.email)
    rows = tx.execute(select(*columns).where(*tests).order_by(contacts.c.id).limit(_NAMES_PER_REASON)).all()
    sentences = [
        f"{_title(row.first_name, row.last_name, row.phone, row.email)} (contact {row.id}) stays: {reason}."
        for row in rows
    ]
    if len(rows) == _NAMES_PER_REASON:
        count = int(tx.execute(select(func.count()).select_from(contacts).where(*tests)).scalar_one())
        if more := count - len(rows):
            stay = "another contact stays" if more == 1 else f"{more:,} more contacts stay"
            sentences.append(f"{stay[0].upper()}{stay[1:]} for the same reason.")
    return sentences


def _title(first: str | None, last: str | None, phone: str | None, email: str | None) -> str:
    return clean(full_name(first, last) or phone or email or "")


def _delete_segment(tx: Transaction, record: ImportRecord, problems: list[str]) -> bool:
    """Delete the segment that the import created, if it is empty now."""
    made = tx.execute(
        select(segments.c.id, segments.c.name, segments.c.contacts, segments.c.rule)
        .join(imports, (imports.c.company_id == segments.c.company_id) & (imports.c.segment_id == segments.c.id))
        .where(tx.scope(segments), imports.c.id == record.id, imports.c.segment_created == 1)
    ).one_or_none()
    if made is None:
        return False
    if made.contacts:
        problems.append(
            f"The segment {clean(made.name)} stays: it has {counted(made.contacts, 'contact')} from elsewhere."
        )
        return False
    if deletion_guards.held(tx, made.id):
        problems.append(f"The segment {clean(made.name)} stays: an unfinished campaign needs it.")
        return False
    if made.rule is not None or rules.naming(tx, segment_id=made.id):
        why = "it is live now" if made.rule is not None else "the rule of a live segment names it"
        problems.append(f"The segment {clean(made.name)} stays: {why}.")
        return False
    deletion_guards.let_go(tx, [made.id])
    tx.upkeep.segment_deleted(made.id)
    segment_rows.stamp(tx)
    tx.execute(delete(segments).where(tx.scope(segments), segments.c.id == made.id))
    return True
