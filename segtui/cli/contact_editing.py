"""`segtui contacts edit`: fields of one contact, or of all contacts that match."""

import difflib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from segtui.cli import contact_table, output
from segtui.cli.contact_selection import ALL_OPTIONS, Choice, assignments, chosen_contacts
from segtui.cli.options import Command, Invocation, as_usage, pass_invocation, yes_option
from segtui.domain.contact import EDITABLE_FIELDS
from segtui.domain.criteria.fields import CUSTOM
from segtui.domain.text import clean, counted

if TYPE_CHECKING:
    from segtui.services.contacts.bulk_editing.bulk_edit import Preview, Replacement
    from segtui.services.contacts.contacts import Contact
    from segtui.services.session import Session


@click.command(
    cls=Command,
    examples=(
        "segtui contacts edit +16025550199 status=OPEN city=Phoenix",
        "segtui contacts edit 1042 do_not_call=yes",
        'segtui contacts edit 1042 email="" custom.language=Spanish',
        "segtui contacts edit --where 'source = Webinar and status is blank' status=NEW --dry-run",
        'segtui contacts edit --segment "Webinar signups" source=Webinar custom.plan="" --yes',
        "segtui contacts edit --where 'organization ~ ltd' --replace organization/Ltd/Limited --yes",
    ),
)
@click.argument("texts", nargs=-1, metavar="[ID-PHONE-OR-EMAIL] FIELD=VALUE...")
@chosen_contacts
@click.option(
    "--replace",
    "replacements",
    multiple=True,
    metavar="FIELD/OLD/NEW",
    help="Replace every OLD in a field by NEW; letter case counts.",
)
@click.option("--dry-run", is_flag=True, help="Only print what would change.")
@yes_option
@pass_invocation
def edit(
    invocation: Invocation,
    texts: tuple[str, ...],
    *,
    choice: Choice,
    replacements: tuple[str, ...],
    dry_run: bool,
    yes: bool,
) -> None:
    """Edit fields of a contact, or of all contacts that match; an empty value clears one.

    `custom.NAME` is the custom field NAME. do_not_call=yes puts the phone on the do-not-call list; do_not_call=no takes
    it off, which is for admins. With --segment, --campaign, --search, --view, --where or --filter all contacts that
    match are edited together: the command shows what changes, asks on a terminal, and elsewhere refuses without --yes.
    Contacts that cannot have a new phone or e-mail, say because another one has it, stay as they are and are listed.
    """
    if choice.is_everybody:
        _edit_one(invocation, texts, is_plain=not (replacements or dry_run))
        return
    values, parsed = edited_fields(texts), [_replacement(text) for text in replacements]
    if not values and not parsed:
        raise click.UsageError("Say what to change, such as status=NEW, or --replace.")
    _edit_many(invocation, choice, values, parsed, dry_run=dry_run, yes=yes)


def edited_fields(texts: Sequence[str]) -> dict[str, str]:
    """Return `FIELD=VALUE` arguments by field. Raises click.UsageError for an unknown field."""
    values = assignments(texts)
    for name in values:
        _demand_field(name, f"; a custom field is written {CUSTOM}{name}={values[name]}.")
    return values


def described(contact: "Contact") -> str:
    """Return a contact's name, and its phone or e-mail."""
    name, number = contact.name, contact.phone or contact.email
    return f"{name} ({number})" if name else number


def done(invocation: Invocation, contact: "Contact", company: str | None, sentence: str) -> None:
    """Print the contact as JSON, or the sentence."""
    if invocation.json:
        output.document(contact_table.as_json(contact, company))
    else:
        output.line(sentence)


def companies_of(session: "Session") -> dict[int, str]:
    """Return the companies' names by id if the session covers all of them; nothing if it covers one."""
    if session.company is not None:
        return {}
    from segtui.services.accounts import companies

    return {company.id: company.name for company in companies.every(session)}


def _demand_field(name: str, custom_hint: str) -> None:
    if name in EDITABLE_FIELDS or (name.startswith(CUSTOM) and name != CUSTOM):
        return
    near = difflib.get_close_matches(name.lower(), EDITABLE_FIELDS, n=1)
    hint = f"; did you mean {near[0]}?" if near else custom_hint
    raise click.UsageError(f"There is no field “{name}”{hint}")


def _replacement(text: str) -> "Replacement":
    """Return the replacement written as FIELD/OLD/NEW. Raises click.UsageError."""
    from segtui.services.contacts.bulk_editing.bulk_edit import Replacement

    parts = text.split("/")
    if len(parts) != 3 or not parts[0] or not parts[1]:
        raise click.UsageError(f"“{text}” is not of the form FIELD/OLD/NEW, such as organization/Ltd/Limited.")
    _demand_field(parts[0], ".")
    return Replacement(*parts)


def _edit_one(invocation: Invocation, texts: Sequence[str], *, is_plain: bool) -> None:
    if not is_plain:
        raise click.UsageError(f"--replace and --dry-run are for many contacts: select them with {ALL_OPTIONS}.")
    identifier, *rest = texts or ("",)
    if not identifier or "=" in identifier:
        raise click.UsageError(f"Say which contact: its id, phone or e-mail; or select contacts with {ALL_OPTIONS}.")
    if not rest:
        raise click.UsageError("Say what to change, such as status=NEW.")
    values = edited_fields(rest)
    from segtui.services.contacts import contacts as service

    with invocation.session() as session:
        contact = service.identified_by(session, identifier)
        company = companies_of(session).get(contact.company_id)
        was_marked = contact.do_not_call
        contact = service.edit(session, contact.id, values)
    cleared = was_marked and not contact.do_not_call and contact.phone
    off = f" {contact.phone} is off the do-not-call list." if cleared else ""
    done(invocation, contact, company, f"Saved {described(contact)}.{off}")


def _edit_many(
    invocation: Invocation,
    choice: Choice,
    values: dict[str, str],
    replacements: "Sequence[Replacement]",
    *,
    dry_run: bool,
    yes: bool,
) -> None:
    from segtui.services.contacts.bulk_editing import bulk_edit

    with invocation.session() as opened:
        session = choice.company_session(opened)
        query = choice.narrowing_query(session)
        with as_usage():
            preview = bulk_edit.preview(session, query, values, replacements)
        changed = preview.changing
        asks = bool(changed) and not dry_run and not yes
        if not invocation.json and preview.selected and (dry_run or (asks and output.may_ask())):
            _print_preview(preview)
        elif not invocation.json:
            _print_refusals(preview)
        if changed and not dry_run:
            session.demand_write()
            output.confirm(f"Change {counted(changed, 'contact', preview.selected)}?", yes=yes)
            changed = bulk_edit.edit(session, query, values, replacements, previewed=None if yes else preview)
    if invocation.json:
        examples = [
            {"contact": example.title, "field": example.label, "before": example.before, "after": example.after}
            for example in preview.examples
        ]
        refused = [
            {"reason": refusal.reason, "contacts": refusal.count, "examples": refusal.titles}
            for refusal in preview.refusals
        ]
        output.document(
            {
                "selected": preview.selected,
                "changed": changed,
                "unchanged": preview.unchanged,
                "refused": refused,
                "fields": preview.fields,
                "dry_run": dry_run,
                "examples": examples,
            }
        )
    elif not preview.selected:
        output.line("No contacts match.")
    elif dry_run:
        output.line("Nothing was changed: this was a dry run.")
    else:
        output.line(f"Changed {counted(changed, 'contact', preview.selected)}.")


def _print_preview(preview: "Preview") -> None:
    verb = "changes" if preview.changing == 1 else "change"
    output.line(f"{counted(preview.changing, 'contact', preview.selected)} {verb}.")
    for example in preview.examples:
        output.line(f"  {clean(example.title)}: {example.label}: {_shown(example.before)} → {_shown(example.after)}")
    if preview.changing > len({example.title for example in preview.examples}) and preview.examples:
        output.line("  …")
    if preview.unchanged and preview.changing:
        verb = "needs" if preview.unchanged == 1 else "need"
        output.line(f"{counted(preview.unchanged, 'contact')} {verb} no change.")
    _print_refusals(preview)


def _print_refusals(preview: "Preview") -> None:
    for refusal in preview.refusals:
        stays = "stays as it is" if refusal.count == 1 else "stay as they are"
        names = ", ".join(clean(title) for title in refusal.titles)
        more = f" and {refusal.count - len(refusal.titles):,} more" if refusal.count > len(refusal.titles) else ""
        output.line(f"{counted(refusal.count, 'contact')} {stays}, because {refusal.reason}: {names}{more}.")


def _shown(value: str) -> str:
    return f"“{value}”" if value else "blank"
