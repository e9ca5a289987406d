"""`segtui contacts …`: finding, showing, adding and editing contacts."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from segtui.cli import contact_table, output
from segtui.cli.completion import complete_segments
from segtui.cli.contact_editing import companies_of, described, done, edited_fields
from segtui.cli.contact_selection import Choice, chosen_contacts, columns_option, desc_option, sort_option
from segtui.cli.options import Group, Invocation, pass_invocation, yes_option
from segtui.domain.contact import LABELS, TEXT_FIELDS
from segtui.domain.criteria.fields import FIELDS
from segtui.domain.text import counted

if TYPE_CHECKING:
    from segtui.config.settings import Settings
    from segtui.services.contacts.contacts import Contact
    from segtui.services.session import Session

_IDENTIFIER = click.argument("identifier", metavar="ID-PHONE-OR-EMAIL")
_FIELD = "FIELD=VALUE"


@click.group(
    cls=Group,
    short_help="Find, show, add and edit contacts.",
    last={"edit": "contact_editing:edit"},
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
        "segtui contacts list --where 'state in (AZ, CA) and not segment = \"Called in May\" and calls = 0'",
        'segtui contacts list --campaign "Spring fair" --outcome no_answer --outcome busy',
        "segtui contacts list --columns name,phone,region,custom.plan --sort custom.plan",
        "segtui contacts list --filter segment=none --sort added --desc --limit 0 --json",
    ),
)
@chosen_contacts
@columns_option
@sort_option
@desc_option
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
    columns: str | None,
    sort: str | None,
    desc: bool,
    limit: int,
    offset: int,
) -> None:
    """List contacts: all of them, or those selected by segment, campaign, search, view, expression and filters.

    A search finds a contact if every word typed occurs somewhere in its name, phone, e-mail, organization, city, state,
    source or status. Digits find phones in any notation. All options must hold; --sort and --columns replace those of
    the view. With --json every contact has all its fields; --columns adds further ones, such as region.
    """
    from segtui.services.contacts import contacts as service

    with invocation.session() as session:
        query = choice.query(session, sort=sort, desc=desc)
        shown_columns = choice.columns(session, columns)
        companies = companies_of(session)
        listing = service.listing(session, query, columns=shown_columns or ())
        ids = listing.ids()
        page = ids[offset : offset + limit] if limit else ids[offset:]
        rows = contact_table.rows(listing, page)
        if invocation.json:
            documents = (
                contact_table.as_json(contact, companies.get(contact.company_id), shown_columns or ())
                for contact in rows
            )
            output.long_document({"total": len(ids)}, "contacts", documents)
            return
        if not ids:
            empty = "There are no contacts yet: import a file with segtui import FILE."
            output.line(empty if choice.is_everybody else "No contacts match.")
            return
        contact_table.print_table(rows, invocation.settings, companies, shown_columns)
    shown = counted(len(ids), "contact")
    if len(page) < len(ids):
        shown = f"{output.number(len(page))} of {shown}" + ("" if offset else "; --limit 0 lists all")
    output.line(f"{shown}. Times are in {invocation.settings.zone_name}.")


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
        company = companies_of(session).get(contact.company_id)
        if invocation.json:
            history = campaigns.of_contact(session, contact.id, None)
            output.document(contact_table.as_json(contact, company) | {"campaigns": contact_campaigns_json(history)})
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
        (FIELDS["region"].label, contact.region),
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
        "segtui contacts add phone=+16025550199 first_name=Finn last_name=Sample",
        'segtui contacts add email=finn@example.com --segment "Webinar signups"',
    )
)
@click.argument("texts", nargs=-1, required=True, metavar=f"{_FIELD}...")
@click.option("--segment", metavar="NAME", help="Add it to this segment.", shell_complete=complete_segments)
@pass_invocation
def add(invocation: Invocation, texts: tuple[str, ...], *, segment: str | None) -> None:
    """Add one contact. It needs a valid phone or a valid e-mail. `custom.NAME` is the custom field NAME."""
    values = edited_fields(texts)
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
    done(invocation, contact, None, f"Added {described(contact)} as contact {contact.id}.{note}")


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
        company = companies_of(session).get(contact.company_id)
        output.confirm(f"Delete {described(contact)} for good? This cannot be undone.", yes=yes)
        contact = service.delete(session, contact.id)
    done(invocation, contact, company, f"Deleted {described(contact)}.")
