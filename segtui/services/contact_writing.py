"""Adding, editing and deleting contacts by hand, and undoing that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy import delete as sql_delete

from segtui.database.tables import contacts, do_not_call_list, imports, memberships, segments
from segtui.errors import Conflict, InvalidInput
from segtui.services import (
    audit,
    contact_changes,
    contact_rows,
    contact_values,
    history,
    search_index,
    segment_rows,
)
from segtui.services import memberships as membership_service
from segtui.services.audit import About
from segtui.services.contact_changes import CUSTOM, ContactChanged, Difference
from segtui.services.contact_rows import Contact
from segtui.services.session import Session, Transaction, company_of, now, stored
from segtui.text import clean, without_controls


def add(session: Session, values: Mapping[str, str], segment_id: int | None = None) -> Contact:
    """Make a contact by hand, and put it into a segment.

    `values` are fields of `contact.FIELDS` as text, custom fields as `custom.NAME`. Raises InvalidInput (with the
    field) for a wrong value and where the contact exists already, NotFound for a segment that is gone.
    """
    with session.write() as tx:
        row = contact_values.checked(values, tx.session.one_company.region, contact_rows.empty(), _login(tx))
        _demand_free(tx, row, None)
        _mark_listed(tx, row)
        at = now()
        key = tx.execute(
            insert(contacts).returning(contacts.c.id),
            row | {"company_id": tx.company_id, "created_at": at, "updated_at": at},
        ).scalar_one()
        if segment_id is not None:
            membership_service.join(tx, segment_id, key)
        search_index.after_change(tx)
        audit.record(tx, "contact.add", f"contact {key}", about=About(segment_id, key))
        made = contact_rows.get(tx, key)
    sentence = f"{clean(made.title)} was added"
    history.record(session, made.company_id, sentence, _Adding(made, segment_id).undo)
    return made


def edit(
    session: Session, contact_id: int, values: Mapping[str, str], *, seen: Contact | datetime | None = None
) -> Contact:
    """Change fields of a contact; a blank value clears one.

    `seen` is what the person looked at, or its `updated_at` alone. Raises ContactChanged, a Conflict that says which
    fields are different now, where somebody changed it since; InvalidInput for a wrong value.
    """
    session = _bound(session, contact_id)
    with session.write() as tx:
        before = contact_rows.get(tx, contact_id)
        _demand_seen(before, seen)
        old = contact_rows.stored_values(before)
        row = contact_values.checked(values, tx.session.one_company.region, old, _login(tx))
        changed = {name for name in ("phone", "email") if (row[name] or "") != getattr(before, name)}
        if changed:
            _demand_free(tx, row, contact_id)
        # One who has the phone for long was marked for it: a mark that is gone was cleared by hand.
        if "phone" in changed:
            _mark_listed(tx, row)
        if row == contact_values.with_keys(old | {"custom_fields": dict(before.custom_fields)}):
            return before
        after = _write(tx, contact_id, row, now())
        editing = _Editing(before, after)
        fields = without_controls(", ".join(each.field for each in editing.changed))
        audit.record(tx, "contact.edit", f"contact {contact_id}", detail=fields, about=About(contact_id=contact_id))
    history.record(session, before.company_id, editing.sentence, editing.undo)
    return after


def delete(session: Session, contact_id: int) -> Contact:
    """Delete a contact for good, with the history of its values. Return what it was. Raises NotFound."""
    session = _bound(session, contact_id)
    with session.write() as tx:
        before = contact_rows.get(tx, contact_id)
        delete_contacts(tx, [contact_id])
        search_index.after_change(tx)
        audit.record(tx, "contact.delete", f"contact {contact_id}", about=About(contact_id=contact_id))
    sentence = f"{clean(before.title)} was deleted"
    history.record_final(session, before.company_id, sentence, f"{sentence} for good: that cannot be undone.")
    return before


def delete_contacts(tx: Transaction, ids: Sequence[int]) -> None:
    """Delete contacts in an open transaction: memberships, counts, campaigns and search index with them."""
    from segtui.services.campaigns import guarding

    guarding.contacts_deleted(tx, ids)
    search_index.before_delete(tx, ids)
    of_these = tx.backend.among(memberships.c.contact_id, ids)
    counts = tx.execute(
        select(memberships.c.segment_id, func.count())
        .where(tx.scope(memberships), of_these)
        .group_by(memberships.c.segment_id)
    ).all()
    tx.execute(sql_delete(memberships).where(tx.whole_scope(memberships), of_these))
    for segment_id, count in counts:
        segment_rows.change_count(tx, segment_id, -count)
    tx.execute(sql_delete(contacts).where(tx.scope(contacts), tx.backend.among(contacts.c.id, ids)))


@dataclass(frozen=True)
class _Adding:
    """A contact that was made, and the segment it was put into."""

    made: Contact
    segment_id: int | None

    def undo(self, session: Session) -> str:
        """Delete it, unless somebody changed or used it since."""
        with session.write() as tx:
            contact = contact_rows.get(tx, self.made.id)
            title = clean(contact.title)
            if contact != self.made:
                raise Conflict(f"{title} stays: somebody changed it since.")
            elsewhere = (
                select(segments.c.name)
                .join(memberships, memberships.c.segment_id == segments.c.id)
                .where(tx.scope(segments), tx.scope(memberships), memberships.c.contact_id == contact.id)
                .where(segments.c.id.is_distinct_from(self.segment_id))
                .order_by(segments.c.sort_key)
            )
            name = tx.execute(elsewhere.limit(1)).scalar()
            if name is not None:
                raise Conflict(f"{title} stays: it was put into “{clean(name)}” since.")
            _demand_uncalled(tx, contact)
            delete_contacts(tx, [contact.id])
            search_index.after_change(tx)
            audit.record(tx, "undo", f"contact {contact.id}", detail="contact.add", about=About(contact_id=contact.id))
        return f"{title} was deleted again."


def _demand_uncalled(tx: Transaction, contact: Contact) -> None:
    from segtui.services.campaigns import guarding

    name = guarding.campaign_of_contact(tx, contact.id)
    if name is not None:
        raise Conflict(f"{clean(contact.title)} stays: the campaign “{clean(name)}” has it in its audience.")


@dataclass(frozen=True)
class _Editing:
    """A contact as it was before and after an edit."""

    before: Contact
    after: Contact

    @property
    def changed(self) -> list[Difference]:
        """What the edit changed."""
        return contact_changes.differences(self.before, self.after)

    @property
    def sentence(self) -> str:
        """What was done, in words."""
        fields = _listed(self.changed)
        return f"{fields} of {clean(self.after.title)} {'was' if len(self.changed) == 1 else 'were'} changed"

    def undo(self, session: Session) -> str:
        """Give the contact its values back, if they are still what this edit made them."""
        with session.write() as tx:
            now_ = contact_rows.get(tx, self.before.id)
            title = clean(now_.title)
            ours = {each.field: each for each in self.changed}
            theirs = [each for each in contact_changes.differences(self.after, now_) if each.field in ours]
            if theirs:
                verb = "was" if len(theirs) == 1 else "were"
                raise Conflict(f"{_listed(theirs)} of {title} {verb} changed again since; nothing was undone.")
            row = self._values(tx, now_, ours)
            if not row["phone"] and not row["email"]:
                raise Conflict(f"{title} could not be reached at all without the new values; nothing was undone.")
            row = contact_values.with_keys(row)
            if "phone" in ours or "email" in ours:
                _demand_free(tx, row, now_.id)
            # With the time it had before it counts as unchanged again, for whoever looked at it then.
            untouched = now_.updated_at == self.after.updated_at
            _write(tx, now_.id, row, stored(self.before.updated_at) if untouched else now())
            audit.record(tx, "undo", f"contact {now_.id}", detail="contact.edit", about=About(contact_id=now_.id))
        was = "is as it was" if len(ours) == 1 else "are as they were"
        return f"{_listed(self.changed)} of {title} {was}."

    def _values(self, tx: Transaction, now_: Contact, ours: Mapping[str, Difference]) -> dict[str, Any]:
        row = contact_rows.stored_values(now_)
        then = contact_rows.stored_values(self.before)
        for name, each in ours.items():
            if name == "do_not_call":
                row |= {key: then[key] for key in ("do_not_call", "do_not_call_by")}
            elif not name.startswith(CUSTOM):
                row[name] = then[name]
            elif each.before:
                row["custom_fields"][name.removeprefix(CUSTOM)] = each.before
            else:
                row["custom_fields"].pop(name.removeprefix(CUSTOM), None)
        if "do_not_call" in ours and row["do_not_call"] and _is_withdrawn(tx, row):
            row.update(do_not_call=0, do_not_call_by=None)
        if ours.keys() & {"phone", "do_not_call"}:
            # Who is on the list since is marked, as everybody was who had the phone then.
            _mark_listed(tx, row, since=stored(self.after.updated_at))
        return row


def _write(tx: Transaction, contact_id: int, row: Mapping[str, Any], at: int) -> Contact:
    search_index.before_change(tx, [contact_id])
    tx.execute(update(contacts).where(tx.scope(contacts), contacts.c.id == contact_id), {**row, "updated_at": at})
    search_index.after_change(tx)
    from segtui.services.campaigns import audience_zones

    contact = contact_rows.get(tx, contact_id)
    audience_zones.contact_changed(tx, contact)
    return contact


def _login(tx: Transaction) -> str:
    return tx.session.actor.login


def _listed(changed: Sequence[Difference]) -> str:
    labels = [each.label for each in changed]
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} and {labels[-1]}"


def _bound(session: Session, contact_id: int) -> Session:
    """Return the session bound to the company of a contact, for an admin who looks at all of them."""
    if session.company is not None:
        return session
    with session.read() as tx:
        company_id = contact_rows.get(tx, contact_id).company_id
    return company_of(session, company_id)


def _demand_seen(now_: Contact, seen: Contact | datetime | None) -> None:
    """Raise ContactChanged where a contact is not any more what somebody saw."""
    if seen is None:
        return
    if isinstance(seen, Contact):
        if differences := contact_changes.differences(seen, now_):
            raise ContactChanged(now_, differences)
    elif stored(now_.updated_at) != stored(seen):
        raise ContactChanged(now_)


def _demand_free(tx: Transaction, row: Mapping[str, Any], besides: int | None) -> None:
    """Raise InvalidInput where another contact is the same by phone, or by e-mail where one of them has no phone."""
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
            found = contact_rows.contact_of(holder)
            raise InvalidInput(
                f"{clean(row[field_name])} already belongs to {clean(found.title)} (contact {found.id}).", field_name
            )


def _mark_listed(tx: Transaction, row: dict[str, Any], since: int = 0) -> None:
    """Mark a contact whose phone is on the company's do-not-call list: contacts are marked as they come.

    With `since` only what came on the list after that time counts.
    """
    if not row["phone"] or row["do_not_call"]:
        return
    listed = select(do_not_call_list.c.phone).where(
        tx.scope(do_not_call_list), do_not_call_list.c.phone == row["phone"], do_not_call_list.c.added_at >= since
    )
    if tx.execute(listed.limit(1)).scalar() is not None:
        row.update(do_not_call=1, do_not_call_by="list")


def _is_withdrawn(tx: Transaction, row: Mapping[str, Any]) -> bool:
    """Tell whether the mark in `row` was withdrawn since, with the import that it came from."""
    if row["do_not_call_by"] == "list":
        listed = select(do_not_call_list.c.phone).where(
            tx.scope(do_not_call_list), do_not_call_list.c.phone == row["phone"]
        )
        return tx.execute(listed.limit(1)).scalar() is None
    by, _, number = str(row["do_not_call_by"]).partition(":")
    if by != "import":
        return False
    undone = select(imports.c.id).where(tx.scope(imports), imports.c.id == int(number), imports.c.status == "undone")
    return tx.execute(undone).scalar() is not None
