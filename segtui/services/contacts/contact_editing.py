"""Adding, editing and deleting contacts by hand, and undoing that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy import delete as sql_delete

from segtui.database.tables.core_tables import contacts, do_not_call_list, memberships, segments
from segtui.domain.criteria.fields import CUSTOM
from segtui.domain.phones import grouped
from segtui.domain.text import clean, without_controls
from segtui.errors import Conflict, InvalidInput
from segtui.services import search_index, undo
from segtui.services.audit import audit
from segtui.services.audit.audit import About
from segtui.services.contacts import contact_rows, contact_values, edit_conflicts
from segtui.services.contacts.contact_rows import Contact
from segtui.services.contacts.edit_conflicts import ContactChanged, Difference
from segtui.services.criteria import custom_fields
from segtui.services.do_not_call import opt_outs
from segtui.services.do_not_call.opt_outs import Entries, ForAdmins
from segtui.services.segments import memberships as membership_service
from segtui.services.segments import segment_rows
from segtui.services.session import Session, Transaction, company_of, now, stored
from segtui.services.undo import Reversal


def add(session: Session, values: Mapping[str, str], segment_id: int | None = None) -> Contact:
    """Make a contact by hand, and put it into a segment.

    `values` are fields of `contact.FIELDS` as text, custom fields as `custom.NAME`. Raises InvalidInput (with the
    field) for a wrong value and where the contact exists already, NotFound for a segment that is gone.
    """
    with session.write() as tx:
        row = contact_values.checked(values, tx.session.one_company.region, contact_rows.empty(), _login(tx))
        _demand_free(tx, row, None)
        made = _insert(tx, row, segment_id)
        audit.record(tx, "contact.add", f"contact {made.id}", about=About(segment_id, made.id))
    sentence = f"{clean(made.title)} was added"
    undo.record(session, made.company_id, sentence, _Adding(made, segment_id).undo)
    return made


def edit(
    session: Session, contact_id: int, values: Mapping[str, str], *, seen: Contact | datetime | None = None
) -> Contact:
    """Change fields of a contact; a blank value clears a field.

    `seen` is the contact as the user saw it, or its `updated_at` alone. Raises ContactChanged, a Conflict with the
    differences, if it was changed since; InvalidInput for a wrong value; NotAllowed where a user other than an admin
    would clear a mark, and so take a number off the do-not-call list.
    """
    session = _bound(session, contact_id)
    with opt_outs.admins_only(session), session.write() as tx:
        before = contact_rows.get(tx, contact_id)
        _demand_seen(before, seen)
        old = contact_rows.stored_values(before)
        row = contact_values.checked(values, tx.session.one_company.region, old, _login(tx))
        changed = {name for name in ("phone", "email") if (row[name] or "") != getattr(before, name)}
        if changed:
            _demand_free(tx, row, contact_id)
        timestamp, about = now(), About(contact_id=contact_id)
        came_off = _clear(tx, before, row)
        added = opt_outs.settle(tx, row, timestamp)
        if row == contact_values.with_keys(old | {"custom_fields": dict(before.custom_fields)}):
            if (
                row["do_not_call"]
                and "do_not_call" in values
                and len(opt_outs.list_by_hand(tx, row["phone"], timestamp))
            ):
                audit.record(tx, "do_not_call.add", f"contact {contact_id}", count=1, about=about)
            return before
        after = _write(tx, before, row, timestamp)
        editing = _Editing(before, after, added, came_off)
        fields = without_controls(", ".join(difference.field for difference in editing.changed))
        audit.record(tx, "contact.edit", f"contact {contact_id}", detail=fields, about=about)
        if len(came_off):
            detail = "mark cleared"
            audit.record(tx, "do_not_call.remove", f"contact {contact_id}", detail=detail, count=1, about=about)
    undo.record(session, before.company_id, editing.sentence, editing.undo)
    return after


def delete(session: Session, contact_id: int) -> Contact:
    """Delete a contact for good, with the history of its values. Return the deleted contact. Raises NotFound."""
    session = _bound(session, contact_id)
    with session.write() as tx:
        before = contact_rows.get(tx, contact_id)
        delete_contacts(tx, [contact_id])
        search_index.after_change(tx)
        audit.record(tx, "contact.delete", f"contact {contact_id}", about=About(contact_id=contact_id))
    sentence = f"{clean(before.title)} was deleted"
    undo.record_final(session, before.company_id, sentence, f"{sentence} for good: that cannot be undone.")
    return before


def delete_contacts(tx: Transaction, ids: Sequence[int]) -> None:
    """Delete contacts in an open transaction: memberships, counts, campaigns and search index with them."""
    from segtui.services.campaigns import deletion_guards

    counts = tx.upkeep.before_deletion(ids)
    deletion_guards.contacts_deleted(tx, ids)
    search_index.before_delete(tx, ids)
    of_these = tx.backend.id_in(memberships.c.contact_id, ids)
    tx.execute(sql_delete(memberships).where(tx.whole_scope(memberships), of_these))
    for segment_id, count in counts:
        segment_rows.change_count(tx, segment_id, -count)
    tx.execute(sql_delete(contacts).where(tx.scope(contacts), tx.backend.id_in(contacts.c.id, ids)))


@dataclass(frozen=True)
class _Adding:
    """A contact that was made, and the segment it was put into."""

    made: Contact
    segment_id: int | None

    def undo(self, session: Session) -> Reversal:
        """Delete the contact, unless it was changed or used since. Its phone stays on the do-not-call list."""
        with session.write() as tx:
            contact = contact_rows.get(tx, self.made.id)
            title = clean(contact.title)
            if contact != self.made:
                raise Conflict(f"{title} stays: it was changed meanwhile.")
            elsewhere = (
                select(segments.c.name)
                .join(memberships, memberships.c.segment_id == segments.c.id)
                .where(tx.scope(segments), tx.scope(memberships), memberships.c.contact_id == contact.id)
                .where(segments.c.id.is_distinct_from(self.segment_id), segments.c.rule.is_(None))
                .order_by(segments.c.sort_key)
            )
            name = tx.execute(elsewhere.limit(1)).scalar()
            if name is not None:
                raise Conflict(f"{title} stays: it was added to “{clean(name)}” meanwhile.")
            _demand_uncalled(tx, contact)
            delete_contacts(tx, [contact.id])
            search_index.after_change(tx)
            audit.record(
                tx,
                tx.session.reversal,
                f"contact {contact.id}",
                detail="contact.add",
                about=About(contact_id=contact.id),
            )
        listed = (
            f"; {grouped(contact.phone)} stays on the do-not-call list" if contact.do_not_call and contact.phone else ""
        )
        return Reversal(f"Undone: {title} is gone{listed}.", self._add_again)

    def _add_again(self, session: Session) -> Reversal:
        """Make the contact again, under its id: later changes to it can be done again too."""
        with session.write() as tx:
            row = contact_values.with_keys(contact_rows.stored_values(self.made))
            _demand_free(tx, row, None)
            segment_id = self.segment_id
            if segment_id is not None and not segment_rows.is_fixed(tx, segment_id):
                segment_id = None
            made = _insert(tx, row, segment_id, self.made.id)
            about = About(segment_id, made.id)
            audit.record(tx, tx.session.reversal, f"contact {made.id}", detail="contact.add", about=about)
        return Reversal(f"Redone: {clean(made.title)} is back.", _Adding(made, segment_id).undo)


def _insert(tx: Transaction, row: dict[str, Any], segment_id: int | None, contact_id: int | None = None) -> Contact:
    """Insert a contact, into a segment too. `contact_id` is the id of one that was deleted by an undo."""
    timestamp = now()
    opt_outs.settle(tx, row, timestamp)
    values = row | {"company_id": tx.company_id, "created_at": timestamp, "updated_at": timestamp}
    values |= {} if contact_id is None else {"id": contact_id}
    key = tx.execute(insert(contacts).returning(contacts.c.id), values).scalar_one()
    custom_fields.keep_names(tx, custom_fields.names_in(row["custom_fields"]))
    tx.upkeep.created([key])
    if contact_id is not None:
        search_index.after_reinsert(tx, contact_id)
    if segment_id is not None:
        membership_service.join(tx, segment_id, key)
    search_index.after_change(tx)
    return contact_rows.get(tx, key)


def _demand_uncalled(tx: Transaction, contact: Contact) -> None:
    from segtui.services.campaigns import deletion_guards

    name = deletion_guards.campaign_of_contact(tx, contact.id)
    if name is not None:
        raise Conflict(f"{clean(contact.title)} stays: the campaign “{clean(name)}” has it in its audience.")


@dataclass(frozen=True)
class _Editing:
    """A contact before and after an edit, and the do-not-call entries that the edit added or removed."""

    before: Contact
    after: Contact
    added: Entries
    came_off: Entries

    @property
    def changed(self) -> list[Difference]:
        """The fields that the edit changed."""
        return edit_conflicts.differences(self.before, self.after)

    @property
    def sentence(self) -> str:
        """The edit in words."""
        if self._is_mark:
            title = clean(self.after.title)
            marked = "was marked as do not call" if self.after.do_not_call else "was allowed to be called again"
            return f"{title} {marked}"
        fields = _listed(self.changed)
        return f"{fields} of {clean(self.after.title)} {'was' if len(self.changed) == 1 else 'were'} changed"

    @property
    def _is_mark(self) -> bool:
        """True where the edit changed nothing but the do-not-call mark."""
        return [change.field for change in self.changed] == ["do_not_call"]

    def undo(self, session: Session) -> Reversal:
        """Restore the old values of the contact, if they are still those of this edit.

        Raises Conflict, and ConsentNeeded where the contact may then be called again.
        """
        try:
            with session.write() as tx:
                now_ = contact_rows.get(tx, self.before.id)
                time = now()
                row = contact_values.with_keys(self._values(now_))
                if {change.field for change in self.changed} & {"phone", "email"}:
                    _demand_free(tx, row, now_.id)
                removed, added = self._settle(tx, now_, row, time)
                # With its previous time it counts as unchanged again on screens that show that version.
                untouched = now_.updated_at == self.after.updated_at
                after = _write(tx, now_, row, stored(self.before.updated_at) if untouched else time)
                about = About(contact_id=now_.id)
                audit.record(tx, tx.session.reversal, f"contact {now_.id}", detail="contact.edit", about=about)
                if len(removed):
                    audit.record(
                        tx, "do_not_call.remove", f"contact {now_.id}", detail=tx.session.reversal, count=1, about=about
                    )
        except ForAdmins:
            raise Conflict(f"{clean(self.after.title)} stays marked: {_lowered(opt_outs.FOR_ADMINS)}") from None
        return Reversal(self._told(now_, after), _Editing(now_, after, added, removed).undo)

    def _values(self, now_: Contact) -> dict[str, Any]:
        """Return the present contact with the old values of the edited fields. Raises Conflict."""
        title = clean(now_.title)
        ours = {change.field: change for change in self.changed}
        theirs = [change for change in edit_conflicts.differences(self.after, now_) if change.field in ours]
        if theirs:
            verb = "was" if len(theirs) == 1 else "were"
            raise Conflict(f"{_listed(theirs)} of {title} {verb} changed again meanwhile; nothing was undone.")
        row = contact_rows.stored_values(now_)
        expected = contact_rows.stored_values(self.before)
        for name, value in ours.items():
            if name == "do_not_call":
                row |= {key: expected[key] for key in ("do_not_call", "do_not_call_by")}
            elif not name.startswith(CUSTOM):
                row[name] = expected[name]
            elif value.before:
                row["custom_fields"][name.removeprefix(CUSTOM)] = value.before
            else:
                row["custom_fields"].pop(name.removeprefix(CUSTOM), None)
        if not row["phone"] and not row["email"]:
            raise Conflict(f"{title} would have no phone and no e-mail without the new values; nothing was undone.")
        return row

    def _settle(self, tx: Transaction, now_: Contact, row: dict[str, Any], time: int) -> tuple[Entries, Entries]:
        """Bring the do-not-call list in step with `row`. Return the removed and the added entries."""
        removed = Entries()
        clears = now_.do_not_call and not row["do_not_call"]
        if clears and len(self.added) and not tx.session.is_admin:
            if len(self.changed) == 1:
                raise ForAdmins
            clears = False
            row.update(do_not_call=1, do_not_call_by=now_.do_not_call_by)
        if clears and len(self.added):
            with opt_outs.moving(tx, self.added):
                removed = opt_outs.remove_entries(tx)
        if not clears and row["do_not_call"] and len(self.came_off):
            with opt_outs.moving(tx, self.came_off):
                opt_outs.add_entries(tx)
            return removed, self.came_off
        added = opt_outs.settle(tx, row, time)
        if clears and not row["do_not_call"]:
            opt_outs.demand_consent(tx, contacts.c.id == now_.id, removed.phone_count)
        return removed, added

    def _told(self, now_: Contact, after: Contact) -> str:
        changed = self.changed
        if self._is_mark and after.do_not_call == self.before.do_not_call:
            return f"{clean(after.title)} {'must not be called' if after.do_not_call else 'may be called'}, as before."
        are = "is as it was" if len(changed) == 1 else "are as they were"
        stays = ""
        if after.do_not_call and not self.before.do_not_call:
            stays = f" {clean(after.title)} stays marked: {grouped(after.phone)} is on the do-not-call list."
        elif len(self.added) and self.before.phone != self.after.phone and after.do_not_call:
            stays = f" {grouped(self.after.phone)} stays on the do-not-call list."
        return f"{_listed(changed)} of {clean(now_.title)} {are}.{stays}"


def _clear(tx: Transaction, before: Contact, row: Mapping[str, Any]) -> Entries:
    """Take the phone of a contact off the do-not-call list where its mark is about to be cleared. Raises ForAdmins."""
    if row["do_not_call"] or not before.do_not_call or not before.phone:
        return Entries()
    if row["phone"] != before.phone:
        raise InvalidInput(
            "Clear the do-not-call mark and change the phone in two steps: the mark belongs to the number.",
            "do_not_call",
        )
    return opt_outs.remove_where(tx, do_not_call_list.c.phone == before.phone)


def _lowered(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]


def _write(tx: Transaction, before: Contact, row: Mapping[str, Any], timestamp: int) -> Contact:
    contact_id, old = before.id, contact_values.with_keys(contact_rows.stored_values(before))
    tx.upkeep.before_change([contact_id], {name for name, value in row.items() if old.get(name, value) != value})
    search_index.before_change(tx, [contact_id])
    tx.execute(
        update(contacts).where(tx.scope(contacts), contacts.c.id == contact_id), {**row, "updated_at": timestamp}
    )
    custom_fields.keep_names(tx, custom_fields.names_in(row["custom_fields"]))
    search_index.after_change(tx)
    from segtui.services.campaigns.audience import audience_zones

    contact = contact_rows.get(tx, contact_id)
    audience_zones.contact_changed(tx, contact)
    return contact


def _login(tx: Transaction) -> str:
    return tx.session.actor.login


def _listed(changed: Sequence[Difference]) -> str:
    labels = [difference.label for difference in changed]
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} and {labels[-1]}"


def _bound(session: Session, contact_id: int) -> Session:
    """Return the session bound to the company of a contact, for an admin's session on all companies."""
    if session.company is not None:
        return session
    with session.read() as tx:
        company_id = contact_rows.get(tx, contact_id).company_id
    return company_of(session, company_id)


def _demand_seen(now_: Contact, seen: Contact | datetime | None) -> None:
    """Raise ContactChanged if a contact differs from the one that the user saw."""
    if seen is None:
        return
    if isinstance(seen, Contact):
        if differences := edit_conflicts.differences(seen, now_):
            raise ContactChanged(now_, differences)
    elif stored(now_.updated_at) != stored(seen):
        raise ContactChanged(now_)


def _demand_free(tx: Transaction, row: Mapping[str, Any], besides: int | None) -> None:
    """Raise InvalidInput if another contact has the phone, or the e-mail where one of them has no phone."""
    others = [tx.scope(contacts)]
    if besides is not None:
        others.append(contacts.c.id != besides)
    tests: list[tuple[str, ColumnElement[bool]]] = []
    if row["phone"]:
        tests.append(("phone", contacts.c.phone == row["phone"]))
    if row["email_key"]:
        same = contacts.c.email_key == row["email_key"]
        tests.append(("email", same & contacts.c.phone.is_(None) if row["phone"] else same))
    every = select(*contact_rows.COLUMNS).order_by(contacts.c.id).limit(1)
    for field_name, test in tests:
        holder = tx.execute(every.where(*others, test)).one_or_none()
        if holder is not None:
            contact = contact_rows.contact_of(holder)
            raise InvalidInput(
                f"{clean(row[field_name])} already belongs to {clean(contact.title)} (contact {contact.id}).",
                field_name,
            )
