"""`segtui contacts …`: finding, showing, adding and editing contacts."""

import difflib
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING

import click

from segtui.cli import output
from segtui.cli.completion import complete_segments
from segtui.cli.contact_selection import Choice, assignments, chosen_contacts
from segtui.cli.options import Group, Invocation, pass_invocation, yes_option
from segtui.domain.contact import (
    ADDED,
    EDITABLE_FIELDS,
    LABELS,
    LISTED_FIELDS,
    NAME,
    TEXT_FIELDS,
    ContactField,
)
from segtui.domain.criteria.fields import CONTACT_SORTS
from segtui.domain.text import counted

if TYPE_CHECKING:
    from segtui.config.settings import Settings
    from segtui.services.contacts.contacts import Contact
    from segtui.services.listing import Listing
    from segtui.services.session import Session

_ALWAYS_PRINTED = 4
"""Priority up to which a column is printed at every width."""
_CUSTOM = "custom."
_SORT_HELP = f"The order, by one of {', '.join(CONTACT_SORTS)}; by default name."
_PAGE = 500
_IDENTIFIER = click.argument("identifier", metavar="ID-PHONE-OR-EMAIL")
_FIELD = "FIELD=VALUE"


def as_json(contact: "Contact", company: str | None = None) -> dict[str, object]:
    """Return a contact as it is exported, with its company if that is ambiguous."""
    from segtui.services.exports import exports

    return exports.as_json(contact) | ({} if company is None else {"company": company})


def _companies(session: "Session") -> dict[int, str]:
    """Return the companies' names by id if the session covers all of them; nothing if it covers one."""
    if session.company is not None:
        return {}
    from segtui.services.accounts import companies

    return {company.id: company.name for company in companies.every(session)}


@click.group(
    cls=Group,
    short_help="Find, show, add and edit contacts.",
    examples=('segtui contacts list --segment "Webinar signups"', "segtui contacts show +16025550199"),
)
def contacts() -> None:
    """Contacts: the people to call, each identified by a phone number or, without one, by an e-mail address."""


@contacts.command(
    "list",
    examples=(
        'segtui contacts list --segment "Webinar signups" --search finn',
        "segtui contacts list --search '602 555'",
        "segtui contacts list --filter status=NEW --filter status=OPEN --filter added=7d",
        'segtui contacts list --campaign "Spring fair" --outcome no_answer --outcome busy',
        "segtui contacts list --filter segment=none --sort added --desc --limit 0 --json",
    ),
)
@chosen_contacts
@click.option("--sort", type=click.Choice(CONTACT_SORTS), metavar="FIELD", default="name", help=_SORT_HELP)
@click.option("--desc", is_flag=True, help="Reverse the order. Blanks come last in both directions.")
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=100,
    show_default=True,
    metavar="N",
    help="The maximum number of contacts to print; 0 prints all.",
)
@click.option("--offset", type=click.IntRange(min=0), default=0, metavar="N", help="Skip the first N contacts.")
@pass_invocation
def list_contacts(
    invocation: Invocation,
    *,
    choice: Choice,
    sort: str,
    desc: bool,
    limit: int,
    offset: int,
) -> None:
    """List contacts: all of them, or those selected by segment, campaign, search and filters.

    A search finds a contact if every word typed occurs somewhere in its name, phone, e-mail, organization, city, state,
    source or status. Digits find phones in any notation.
    """
    from segtui.services.contacts import contacts as service

    with invocation.session() as session:
        query = choice.query(session, sort=sort, desc=desc)
        companies = _companies(session)
        listing = service.listing(session, query)
        ids = listing.ids()
        page = ids[offset : offset + limit] if limit else ids[offset:]
        rows = _rows(listing, page)
        if invocation.json:
            documents = (as_json(contact, companies.get(contact.company_id)) for contact in rows)
            output.long_document({"total": len(ids)}, "contacts", documents)
            return
        if not ids:
            empty = "There are no contacts yet: import a file with segtui import FILE."
            output.line(empty if choice.is_everybody else "No contacts match.")
            return
        _print_list(rows, invocation.settings, companies)
    shown = counted(len(ids), "contact")
    if len(page) < len(ids):
        shown = f"{output.number(len(page))} of {shown}" + ("" if offset else "; --limit 0 lists all")
    output.line(f"{shown}. Times are in {invocation.settings.zone_name}.")


def _rows(listing: "Listing[Contact]", ids: "array[int]") -> "Iterator[Contact]":
    """Yield the contacts with these ids in their order, reading them page by page."""
    for start in range(0, len(ids), _PAGE):
        page = ids[start : start + _PAGE]
        rows = listing.rows(page)
        yield from (rows[key] for key in page if key in rows)


def _print_list(rows: "Iterator[Contact]", settings: "Settings", companies: Mapping[int, str]) -> None:
    columns: list[tuple[output.Column, Callable[[Contact], str]]] = [
        (_printed(NAME), lambda contact: contact.name),
        *((_printed(field), _status if field.name == "status" else attrgetter(field.name)) for field in LISTED_FIELDS),
        (_printed(ADDED, optional=1), lambda contact: settings.shown_time(contact.created_at)),
    ]
    if companies:
        columns.insert(1, (output.Column("Company"), lambda contact: companies.get(contact.company_id, "")))
    output.table([column for column, _ in columns], ([value(contact) for _, value in columns] for contact in rows))


def _printed(field: ContactField, optional: int | None = None) -> output.Column:
    """Return the column of a field; `optional` is its rank for being dropped if that differs from the screen."""
    least, priority = (field.column.printed, field.column.priority) if field.column else (8, 0)
    rank = priority - _ALWAYS_PRINTED + 1 if priority > _ALWAYS_PRINTED else 0
    return output.Column(field.label, least, rank if optional is None else optional)


def _status(contact: "Contact") -> str:
    """Return the status after the do-not-call mark, which stays readable if the cell is cut off."""
    return ", ".join(part for part in ("do not call" if contact.do_not_call else "", contact.status) if part)


@contacts.command(examples=("segtui contacts show +16025550199", "segtui contacts show finn@example.com --json"))
@_IDENTIFIER
@pass_invocation
def show(invocation: Invocation, identifier: str) -> None:
    """Show one contact: its fields, its segments, and the calls and results of its campaigns.

    It is identified by its id, its phone in any notation, or its e-mail if that is unique.
    """
    from segtui.cli.campaigns.campaign_output import CAMPAIGNS, contact_campaigns_facts, contact_campaigns_json
    from segtui.services import campaigns
    from segtui.services.contacts import contacts as service

    with invocation.session() as session:
        contact = service.identified_by(session, identifier)
        company = _companies(session).get(contact.company_id)
        if invocation.json:
            history = campaigns.of_contact(session, contact.id, None)
            output.document(as_json(contact, company) | {"campaigns": contact_campaigns_json(history)})
            return
        segments = [segment.name for segment in service.segments_of(session, contact.id)]
        called = campaigns.of_contact(session, contact.id, CAMPAIGNS)
    _print_facts(contact, company, segments, invocation.settings, contact_campaigns_facts(called, invocation.settings))


def _print_facts(
    contact: "Contact",
    company: str | None,
    segments: Sequence[str],
    settings: "Settings",
    called: Sequence[tuple[str, str]],
) -> None:
    blocked = f"yes, set by {contact.do_not_call_by}" if contact.do_not_call_by else "yes"
    facts = [
        ("Id", str(contact.id)),
        ("Company", company or ""),
        *((LABELS[name], getattr(contact, name)) for name in TEXT_FIELDS),
        (LABELS["do_not_call"], blocked if contact.do_not_call else ""),
        *contact.custom_fields.items(),
        ("Segments", ", ".join(segments) or "none"),
        *called,
        ("Import", str(contact.import_id or "")),
        ("Added", f"{settings.shown_time(contact.created_at)} ({settings.zone_name})"),
        ("Updated", f"{settings.shown_time(contact.updated_at)} ({settings.zone_name})"),
    ]
    output.facts([(name, value) for name, value in facts if value])


@contacts.command(
    examples=(
        "segtui contacts edit +16025550199 status=OPEN city=Phoenix",
        "segtui contacts edit 1042 do_not_call=yes",
        'segtui contacts edit 1042 email="" custom.language=Spanish',
    )
)
@_IDENTIFIER
@click.argument("texts", nargs=-1, required=True, metavar=f"{_FIELD}...")
@pass_invocation
def edit(invocation: Invocation, identifier: str, texts: tuple[str, ...]) -> None:
    """Edit fields of a contact; an empty value clears one. `custom.NAME` is the custom field NAME.

    do_not_call=yes puts the phone on the do-not-call list; do_not_call=no takes it off, which is for admins.
    """
    values = _values(texts)
    from segtui.services.contacts import contacts as service

    with invocation.session() as session:
        contact = service.identified_by(session, identifier)
        company = _companies(session).get(contact.company_id)
        was_marked = contact.do_not_call
        contact = service.edit(session, contact.id, values)
    cleared = was_marked and not contact.do_not_call and contact.phone
    off = f" {contact.phone} is off the do-not-call list." if cleared else ""
    _done(invocation, contact, company, f"Saved {_described(contact)}.{off}")


@contacts.command(
    examples=(
        "segtui contacts add phone=+16025550199 first_name=Finn last_name=Sample",
        'segtui contacts add email=finn@example.com --segment "Webinar signups"',
    )
)
@click.argument("texts", nargs=-1, required=True, metavar=f"{_FIELD}...")
@click.option("--segment", metavar="NAME", help="Add it to this segment.", shell_complete=complete_segments)
@pass_invocation
def add(invocation: Invocation, texts: tuple[str, ...], *, segment: str | None) -> None:
    """Add one contact. It needs a valid phone or a valid e-mail. `custom.NAME` is the custom field NAME."""
    values = _values(texts)
    from segtui.services.accounts import companies
    from segtui.services.contacts import contacts as service
    from segtui.services.segments import segments

    with invocation.session(create=True) as opened:
        segment_id, session = None, opened
        if segment is not None:
            target = segments.by_name(opened, segment)
            segment_id, session = target.id, opened.bound_to(companies.by_name(opened, target.company))
        contact = service.add(session, values, segment_id)
        note = "" if segment_id is None else _called_by(session, segment_id)
    _done(invocation, contact, None, f"Added {_described(contact)} as contact {contact.id}.{note}")


def _called_by(session: "Session", segment_id: int) -> str:
    """Return a sentence if running campaigns of a segment do not call new members; else ""."""
    from segtui.services import campaigns

    running = campaigns.launched_campaigns(session, segment_id)
    return campaigns.calling_words(running, joining=True, one=True)


@contacts.command(examples=("segtui contacts delete +16025550199", "segtui contacts delete 1042 --yes"))
@_IDENTIFIER
@yes_option
@pass_invocation
def delete(invocation: Invocation, identifier: str, *, yes: bool) -> None:
    """Delete a contact for good, with the history of its values.

    On a terminal it asks first; elsewhere it refuses without --yes.
    """
    from segtui.services.contacts import contacts as service

    with invocation.session() as session:
        contact = service.identified_by(session, identifier)
        company = _companies(session).get(contact.company_id)
        output.confirm(f"Delete {_described(contact)} for good? This cannot be undone.", yes=yes)
        contact = service.delete(session, contact.id)
    _done(invocation, contact, company, f"Deleted {_described(contact)}.")


def _values(texts: Sequence[str]) -> dict[str, str]:
    """Return `FIELD=VALUE` arguments by field. Raises click.UsageError for an unknown field."""
    values = assignments(texts)
    for name in values:
        if name in EDITABLE_FIELDS or (name.startswith(_CUSTOM) and name != _CUSTOM):
            continue
        near = difflib.get_close_matches(name.lower(), EDITABLE_FIELDS, n=1)
        hint = f"; did you mean {near[0]}?" if near else f"; a custom field is written {_CUSTOM}{name}={values[name]}."
        raise click.UsageError(f"There is no field “{name}”{hint}")
    return values


def _described(contact: "Contact") -> str:
    name, number = contact.name, contact.phone or contact.email
    return f"{name} ({number})" if name else number


def _done(invocation: Invocation, contact: "Contact", company: str | None, sentence: str) -> None:
    if invocation.json:
        output.document(as_json(contact, company))
    else:
        output.line(sentence)
