"""`segtui views …`: saved views of the list of contacts."""

from typing import TYPE_CHECKING

import click

from segtui.cli import output
from segtui.cli.completion import complete_views
from segtui.cli.contact_selection import Choice, chosen_contacts, columns_option, desc_option, sort_option
from segtui.cli.options import Group, Invocation, as_usage, pass_invocation, yes_option
from segtui.domain.text import clean, counted

if TYPE_CHECKING:
    from segtui.domain.criteria.tree import Criteria
    from segtui.services.session import Session
    from segtui.services.views.views import View

_NAME = click.argument("name", shell_complete=complete_views)


def as_json(view: "View") -> dict[str, object]:
    """Return a view as JSON. `where` is an expression, null for none; `columns` is null for the usual ones."""
    return {
        "id": view.id,
        "name": view.name,
        "private": view.is_private,
        "search": view.search,
        "where": _expression(view) or None,
        "sort": view.sort,
        "desc": view.descending,
        "columns": None if view.columns is None else list(view.columns),
        "problem": view.problem or None,
        "company": view.company,
    }


def _expression(view: "View") -> str:
    from segtui.domain.criteria.canonical import text_of

    return "" if view.criteria is None else text_of(view.criteria)


@click.group(
    cls=Group,
    short_help="Save and list views of contacts.",
    examples=(
        "segtui views save Southwest --where 'state in (AZ, CA)' --columns name,phone,city --sort added --desc",
        "segtui contacts list --view Southwest",
    ),
)
def views() -> None:
    """Save search, expression, order and columns of a list of contacts under a name.

    A view is the company's, or private. Every command that selects contacts takes --view NAME.
    """


@views.command("list", examples=("segtui views list", "segtui views list --json"))
@pass_invocation
def list_views(invocation: Invocation) -> None:
    """List the company's views and your own private ones."""
    from segtui.services.views import views as service

    with invocation.session() as session:
        records = service.every(session)
        every_company = session.company is None
    if invocation.json:
        output.document([as_json(view) for view in records])
        return
    if not records:
        output.line("There are no views yet: save one with segtui views save NAME --where EXPR.")
        return
    columns = [
        output.Column("Name", least=16),
        *([output.Column("Company")] if every_company else []),
        output.Column("For", least=7),
        output.Column("Search", optional=2),
        output.Column("Expression", least=20),
        output.Column("Order", least=9, optional=1),
        output.Column("Columns", optional=3),
    ]
    output.table(columns, [_cells(view, every_company=every_company) for view in records])
    output.line(f"{counted(len(records), 'view')}.")


def _cells(view: "View", *, every_company: bool) -> list[str]:
    return [
        view.name,
        *([view.company] if every_company else []),
        "you" if view.is_private else "company",
        view.search,
        view.problem or _expression(view),
        f"{view.sort}, reversed" if view.descending else view.sort,
        ", ".join(view.columns or ()),
    ]


@views.command(
    examples=(
        "segtui views save 'New leads' --where 'status = NEW and added in last 7 days' --sort added --desc",
        "segtui views save Plans --filter custom.plan=pro --columns name,phone,custom.plan --private",
        "segtui views save Southwest --view Southwest --sort city --yes",
    )
)
@_NAME
@chosen_contacts
@columns_option
@sort_option
@desc_option
@click.option("--private", is_flag=True, help="Save it for you alone, not for the company.")
@yes_option
@pass_invocation
def save(
    invocation: Invocation,
    name: str,
    *,
    choice: Choice,
    columns: str | None,
    sort: str | None,
    desc: bool,
    private: bool,
    yes: bool,
) -> None:
    """Save the view NAME: selection, order and columns, as `segtui contacts list` takes them.

    --segment and --campaign become part of the expression. A view of that name is replaced: on a terminal the command
    asks first; elsewhere it refuses without --yes.
    """
    if choice.outcomes:
        raise click.UsageError("A view cannot keep --outcome: say last_outcome = busy in --where, or leave it out.")
    from segtui.services.views import views as service

    with invocation.session() as opened:
        session = choice.company_session(opened)
        content = service.ViewContent(
            search=choice.combined_search(session),
            criteria=_criteria(choice, session),
            sort=choice.order(session, sort),
            descending=choice.is_descending(session, sort, desc=desc),
            columns=choice.columns(session, columns),
        )
        with as_usage():
            exists = service.is_there(session, name, private=private)
        if exists:
            session.demand_write()
            output.confirm(f"There is already a view “{clean(name)}”. Replace it?", yes=yes)
        view = service.save(session, name, content, private=private, replacing=exists)
    _done(invocation, view, f"{'Replaced' if exists else 'Saved'} the view “{view.name}”.")


def _criteria(choice: Choice, session: "Session") -> "Criteria | None":
    """Return the criteria of the options, segments and campaign among them. Raises NotFound for one that is gone."""
    from segtui.domain.criteria.tree import Comparison, all_of
    from segtui.services import campaigns
    from segtui.services.segments import segments

    in_segment = len(set(choice.segments)) == 1
    parts = [choice.criteria(session, in_segment=in_segment)]
    if choice.segments:
        names = tuple(dict.fromkeys(segments.by_name(session, segment).name for segment in choice.segments))
        parts.append(Comparison("segment", "=" if len(names) == 1 else "in", names))
    if choice.campaign is not None:
        parts.append(Comparison("campaign", "=", (campaigns.by_name(session, choice.campaign).name,)))
    return all_of(part for part in parts if part is not None)


@views.command(examples=("segtui views delete Southwest", "segtui views delete Plans --private --yes"))
@_NAME
@click.option("--private", is_flag=True, help="Delete your private view, not the company's.")
@yes_option
@pass_invocation
def delete(invocation: Invocation, name: str, *, private: bool, yes: bool) -> None:
    """Delete a view: your private one, or else the company's. The contacts are not touched.

    On a terminal it asks first; elsewhere it refuses without --yes.
    """
    from segtui.services.views import views as service

    with invocation.session() as session:
        view = service.by_name(session, name, private=private or None)
        session.demand_write()
        owner = "your private view" if view.is_private else "the view"
        output.confirm(f"Delete {owner} “{clean(view.name)}”?", yes=yes)
        view = service.delete(session, view.id)
    _done(invocation, view, f"Deleted {owner} “{view.name}”.")


def _done(invocation: Invocation, view: "View", sentence: str) -> None:
    if invocation.json:
        output.document(as_json(view))
    else:
        output.line(sentence)
